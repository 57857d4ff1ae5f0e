import type { Invoice } from '../shared/invoice/invoice';
import { ReadFailure } from '../shared/errors';
import type { JsonResponse } from '../shared/http/client';
import { firstText, joinTexts, objectsIn } from '../shared/http/failure';
import { fitsSegment, path, canDecodeTo } from '../shared/http/url';
import { dateOfMoment } from '../shared/invoice/dates';
import { decimalFromCents } from '../shared/invoice/decimal';
import { type OffsetRequest, offset } from '../shared/paging/offset';
import { recordKey } from '../shared/paging/page';
import type { AskForPage } from '../shared/paging/paging';
import { connectBySecret } from '../shared/vendor/connect';
import { invoiceNumberFromInput } from '../shared/vendor/inputInvoice';
import {
	findRequestedRecords,
	otherRecord,
	withoutUsableId,
} from '../shared/vendor/requestedRecords';
import { recordsIn } from '../shared/vendor/responses';
import { searchResultName } from '../shared/vendor/searchResult';
import { sourceOf } from '../shared/vendor/source';
import { invoiceIdFrom, locatorFrom, textFrom, textIn } from '../shared/vendor/values';
import {
	type OperationContext,
	type PdfFile,
	type Vendor,
	get,
	list,
	normalizeEach,
} from '../shared/vendor/vendor';
import { normalizeMerged } from './merge';
import { normalizeDetail, normalizeListed } from './normalize';
import type { I3dNetInvoice, I3dNetListedInvoice } from './records';

/**
 * The maximum page size is not documented; known clients request 50 or 100. Newer lists of this API
 * return a page token in a header, which has to be sent back.
 */
const paging = offset({ usual: 100, max: 1000, serverDefault: 25 });

/** i3D.net sends timestamps instead of dates; they are dates at its place of business. */
export const I3DNET_TIME_ZONE = 'Europe/Amsterdam';

const RANGE_NOT_SATISFIABLE = 416;
/** Share the path with invoice IDs, so no ID may be spelled like one of them. */
const RESERVED_IDS = ['unpaid', 'number', 'pay'];
/** Every invoice that is returned by ID or number has at least one of these. */
const CONTENT_FIELDS = ['amountIncVat', 'amountExclVat', 'creationDate', 'items'];

/** GET /v3/account/invoice and …/unpaid, which return a bare array. A header names its window. */
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
				if (start > 0 && isBeyondEnd(error)) return { body: [], headers: {} };
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
	normalize: normalizeEach(normalizeListed),
	details: { read: detail, merge: normalizeMerged },
};

/** Returns whether the API rejected a range because it starts beyond the end of the list. */
function isBeyondEnd(error: unknown): boolean {
	return error instanceof ReadFailure && error.details.status === RANGE_NOT_SATISFIABLE;
}

function isByNumber({ parameter }: OperationContext): boolean {
	return locatorFrom(parameter('invoiceId', '')).mode === 'number';
}

function isInvoiceId(id: string): boolean {
	return fitsSegment(id) && !RESERVED_IDS.some((name) => canDecodeTo(id, name));
}

/** GET /v3/account/invoice/{invoiceId} or …/number/{invoiceNumber}, which return an array of one. */
async function invoice(context: OperationContext): Promise<I3dNetInvoice[]> {
	const byNumber = isByNumber(context);
	const id = invoiceIdFrom(context, byNumber ? undefined : isInvoiceId);
	const kind = byNumber ? 'invoice number' : 'invoice';
	const response = await context.client.json({
		subject: { kind, name: id },
		path: byNumber ? path`/v3/account/invoice/number/${id}` : path`/v3/account/invoice/${id}`,
	});
	return findRequestedRecords<I3dNetInvoice>(sourceOf(i3dNet, context), response, {
		label: `${kind} "${id}"`,
		id,
		idField: byNumber ? 'invoiceNumber' : 'id',
		contentFields: CONTENT_FIELDS,
	});
}

/** GET /v3/account/invoice/{invoiceId}, for a listed record. */
async function detail(context: OperationContext, listed: object): Promise<I3dNetInvoice> {
	const source = sourceOf(i3dNet, context);
	const { id: listedId, invoiceNumber: listedNumber } = listed as I3dNetListedInvoice;
	const [id, number] = [textIn(listedId), textIn(listedNumber)];
	if (!isInvoiceId(id)) throw withoutUsableId(i3dNet);
	const subject = { kind: 'invoice', name: id };
	const response = await context.client.json({ path: path`/v3/account/invoice/${id}`, subject });
	const [record] = findRequestedRecords<I3dNetInvoice>(source, response, {
		label: `invoice "${id}"`,
		id,
		idField: 'id',
		contentFields: CONTENT_FIELDS,
	});
	const otherNumber = textIn(record.invoiceNumber);
	if (number !== '' && otherNumber !== '' && otherNumber !== number) {
		throw otherRecord(source, otherNumber, `invoice number "${number}"`);
	}
	return record;
}

/** Returns the requested invoice if it is the input item. */
function invoiceFromInput(
	context: OperationContext,
): { id: string; invoiceNumber: string } | undefined {
	if (isByNumber(context)) return undefined;
	const id = invoiceIdFrom(context, isInvoiceId);
	const invoiceNumber = invoiceNumberFromInput(context, 'i3dNet', id);
	return invoiceNumber === undefined ? undefined : { id, invoiceNumber };
}

/** Gets the requested invoice. Throws ReadFailure if several invoices have the requested number. */
async function singleInvoice(context: OperationContext): Promise<I3dNetInvoice> {
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
	const { id, invoiceNumber } = invoiceFromInput(context) ?? (await singleInvoice(context));
	return pdfFile({ id: textIn(id), invoiceNumber: firstText(invoiceNumber) ?? null });
}

function pdfFile({ id, invoiceNumber }: Pick<Invoice, 'id' | 'invoiceNumber'>): PdfFile {
	if (!isInvoiceId(id)) throw withoutUsableId(i3dNet);
	return { invoiceId: id, invoiceNumber, path: path`/v3/account/invoice/${id}/pdf` };
}

function errorMessageOf(body: unknown): string | undefined {
	const { errorMessage, errors } = (body ?? {}) as Record<string, unknown>;
	const details = objectsIn(errors).map(({ property, message }) =>
		joinTexts(': ', property, message),
	);
	return joinTexts('; ', errorMessage, ...details);
}

/** i3D.net's invoice API. https://www.i3d.net/docs/api/v3/ */
export const i3dNet: Vendor = {
	provider: 'i3dNet',
	name: 'i3D.net',
	credentialType: 'i3dNetApi',
	connect: connectBySecret('privateToken', 'Private Token'),
	timeZone: I3DNET_TIME_ZONE,
	errorMessageOf,
	operations: {
		'invoice:getAll': list(paging, {
			...invoices,
			pages: (context) => pagesOf(context, path`/v3/account/invoice`),
		}),
		'invoice:getUnpaid': list(paging, {
			...invoices,
			pages: (context) => pagesOf(context, path`/v3/account/invoice/unpaid`),
			// Checked again here: the list contains credit notes.
			isUnpaidOnly: true,
		}),
		'invoice:get': get(invoice, normalizeEach(normalizeDetail)),
		'invoice:downloadPdf': { kind: 'pdf', find: pdf, fileOf: pdfFile },
	},
	searchResultOf: (record: I3dNetListedInvoice) => ({
		name: searchResultName(
			record.invoiceNumber,
			dateOfMoment(Number(record.creationDate), I3DNET_TIME_ZONE),
			decimalFromCents(record.amountIncVAT),
			record.currency,
			record.description,
		),
		value: textIn(record.id),
	}),
};
