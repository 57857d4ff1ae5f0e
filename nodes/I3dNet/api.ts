import { firstText, joinTexts, objectsIn } from '../shared/http/failure';
import { fitsSegment, path, canDecodeTo } from '../shared/http/url';
import { ReadFailure } from '../shared/errors';
import type { JsonResponse } from '../shared/http/client';
import { dateOfMoment } from '../shared/invoice/dates';
import { decimalFromCents } from '../shared/invoice/decimal';
import { recordKey } from '../shared/paging/page';
import { type OffsetRequest, offset } from '../shared/paging/offset';
import type { AskForPage } from '../shared/paging/paging';
import { connectBySecret } from '../shared/vendor/connect';
import { choiceName, textIn } from '../shared/vendor/choice';
import { numberOnItem } from '../shared/vendor/inputItem';
import { recordsAskedFor } from '../shared/vendor/askedFor';
import { recordsIn } from '../shared/vendor/responses';
import { sourceOf } from '../shared/vendor/source';
import { idFrom, locatorFrom, textFrom } from '../shared/vendor/values';
import {
	type OperationContext,
	type PdfFile,
	type Vendor,
	each,
	get,
	list,
} from '../shared/vendor/vendor';
import { normalizeDetail, normalizeListed } from './normalize';
import type { I3dNetInvoice, I3dNetListedInvoice } from './records';

/**
 * How lists are paged. The most the API gives at once is not documented; clients of it ask for 50 and
 * 100. Newer lists of this API lead from page to page by a header that has to be sent back.
 */
export const i3dNetPaging = offset({ usual: 100, max: 1000, serverDefault: 25 });

/** Where i3D.net is: it sends moments where a date is due. */
export const I3DNET_TIME_ZONE = 'Europe/Amsterdam';

const RANGE_NOT_SATISFIABLE = 416;
/** Neighbors of the ids in the API's paths: no id must be read as one of these. */
const RESERVED = ['unpaid', 'number', 'pay'];
/** One of them stands in every invoice that is got by ID or number. */
const CONTENT = ['amountIncVat', 'amountExclVat', 'creationDate', 'items'];

/** GET /v3/account/invoice and …/unpaid: a bare array, its window named in a header. */
function pagesOf(
	context: OperationContext,
	listPath: string,
): AskForPage<OffsetRequest, I3dNetListedInvoice> {
	const source = sourceOf(i3dNet, context);
	const query = { filter: textFrom(context.filters.description) };
	return async ({ offset: start, size: results, cursor: token }) => {
		const headers = {
			'RANGED-DATA': `start=${start},results=${results}`,
			...(token !== undefined && { 'PAGE-TOKEN': token }),
		};
		const answer = await context.client
			.jsonWithHeaders({ path: listPath, query, headers })
			.catch((error: unknown): JsonResponse => {
				if (start > 0 && isBehindEnd(error)) return { body: [], headers: {} };
				throw error;
			});
		return {
			records: recordsIn<I3dNetListedInvoice>(source, answer.body, { path: '', ids: ['id'] }),
			cursor: textFrom(answer.headers['page-token']),
		};
	};
}

const invoices = {
	keyOf: (record: I3dNetListedInvoice) => recordKey(record.id, record),
	normalize: each(normalizeListed),
};

/** Whether the API says that a range begins behind the end of the list. */
function isBehindEnd(error: unknown): boolean {
	return error instanceof ReadFailure && error.details.status === RANGE_NOT_SATISFIABLE;
}

function isInvoiceId(id: string): boolean {
	return fitsSegment(id) && !RESERVED.some((name) => canDecodeTo(id, name));
}

/** GET /v3/account/invoice/{invoiceId} or …/number/{invoiceNumber}: an array of one. */
async function invoice(context: OperationContext): Promise<I3dNetInvoice[]> {
	const { mode, value } = locatorFrom(context.parameter('invoiceId', ''));
	const byNumber = mode === 'number';
	const id = byNumber ? idFrom(value, 'Invoice') : idFrom(value, 'Invoice', isInvoiceId);
	const response = await context.client.json({
		path: byNumber ? path`/v3/account/invoice/number/${id}` : path`/v3/account/invoice/${id}`,
	});
	return recordsAskedFor<I3dNetInvoice>(sourceOf(i3dNet, context), response, {
		what: `invoice ${byNumber ? 'number ' : ''}"${id}"`,
		id,
		field: byNumber ? 'invoiceNumber' : 'id',
		content: CONTENT,
	});
}

/** What came in, where it is the invoice that is asked for. */
function knownInvoice(
	context: OperationContext,
): { id: string; invoiceNumber: string } | undefined {
	const { mode, value } = locatorFrom(context.parameter('invoiceId', ''));
	if (mode === 'number') return undefined;
	const id = idFrom(value, 'Invoice', isInvoiceId);
	const invoiceNumber = numberOnItem(context, 'i3dNet', id);
	return invoiceNumber === undefined ? undefined : { id, invoiceNumber };
}

/** The invoice whose file is asked for. Throws where it is not clear which one that is. */
async function theInvoice(context: OperationContext): Promise<I3dNetInvoice> {
	const [found, ...others] = await invoice(context);
	if (others.length > 0) {
		throw new ReadFailure('vendor', `${i3dNet.name} has several invoices with this number`, {
			hint: 'Choose the invoice by its ID',
		});
	}
	return found;
}

/** GET /v3/account/invoice/{invoiceId}/pdf */
async function pdf(context: OperationContext): Promise<PdfFile> {
	const { id, invoiceNumber } = knownInvoice(context) ?? (await theInvoice(context));
	const invoiceId = textIn(id);
	if (!isInvoiceId(invoiceId)) {
		throw new ReadFailure('vendor', `${i3dNet.name} returned an invoice without a usable ID`);
	}
	return {
		invoiceId,
		invoiceNumber: firstText(invoiceNumber) ?? null,
		path: path`/v3/account/invoice/${invoiceId}/pdf`,
	};
}

function errorMessageOf(body: unknown): string | undefined {
	const { errorMessage, errors } = (body ?? {}) as Record<string, unknown>;
	const details = objectsIn(errors).map(({ property, message }) =>
		joinTexts(': ', property, message),
	);
	return joinTexts('; ', errorMessage, ...details);
}

export const i3dNet: Vendor = {
	provider: 'i3dNet',
	name: 'i3D.net',
	credentialType: 'i3dNetApi',
	connect: connectBySecret('privateToken', 'Private Token'),
	timeZone: I3DNET_TIME_ZONE,
	errorMessageOf,
	operations: {
		'invoice:getAll': list(i3dNetPaging, {
			...invoices,
			pages: (context) => pagesOf(context, path`/v3/account/invoice`),
		}),
		'invoice:getUnpaid': list(i3dNetPaging, {
			...invoices,
			pages: (context) => pagesOf(context, path`/v3/account/invoice/unpaid`),
			// The list is checked again: a credit note is not to be paid.
			isUnpaidOnly: true,
		}),
		'invoice:get': get(invoice, each(normalizeDetail)),
		'invoice:downloadPdf': { kind: 'pdf', find: pdf },
	},
	choiceOf: (record: I3dNetListedInvoice) => ({
		name: choiceName(
			record.invoiceNumber,
			dateOfMoment(Number(record.creationDate), I3DNET_TIME_ZONE),
			decimalFromCents(record.amountIncVAT),
			record.currency,
			record.description,
		),
		value: textIn(record.id),
	}),
};
