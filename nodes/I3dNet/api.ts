import { firstText, joined, objectsIn } from '../shared/http/failure';
import { secretFrom } from '../shared/http/secretValue';
import { baseUrlFrom, fitsSegment, path, spells } from '../shared/http/url';
import { ReadFailure } from '../shared/errors';
import type { JsonAnswer } from '../shared/http/client';
import { dateOfMoment } from '../shared/invoice/dates';
import { decimalFromCents } from '../shared/invoice/decimal';
import { recordKey } from '../shared/paging/page';
import { readByCursor } from '../shared/paging/cursor';
import type { Windows } from '../shared/paging/prefetch';
import { readWindows } from '../shared/paging/windows';
import { choiceName, textIn } from '../shared/node/listSearch';
import { USUAL_TIME_ZONE } from '../shared/node/output';
import { numberOnItem } from '../shared/node/pdf';
import { recordsAskedFor, recordsIn, sourceOf } from '../shared/node/responses';
import { idFrom, locatorFrom, textFrom } from '../shared/node/values';
import {
	type Call,
	type ListRequest,
	type PdfFile,
	type Reading,
	type Vendor,
	each,
	get,
	list,
	unpaid,
} from '../shared/node/vendor';
import { normalizeDetail, normalizeListed } from './normalize';

/** An invoice in a list. Amounts are whole cents as text. https://www.i3d.net/docs/api/v3/ */
export interface I3dNetListedInvoice {
	id?: string;
	/** Unix seconds, as the due date. */
	creationDate?: number;
	dueDate?: number;
	invoiceNumber?: string;
	invoiceHash?: string;
	description?: string;
	currency?: string;
	currencySign?: string;
	amountIncVAT?: string;
	amountExclVAT?: string;
	paymentStatus?: number;
	/** Unix seconds; 0 or null while unpaid. */
	paymentDate?: number | null;
	isCredit?: number;
	/** The unit of these two is not documented. */
	remainingAmount?: string;
	totalPaidAmount?: string;
}

/** An invoice got by its id or number. It spells `Vat` where the list spells `VAT`. */
export interface I3dNetInvoice {
	id?: number;
	/** Text here, unix seconds in the list. */
	creationDate?: string;
	dueDate?: string;
	invoiceNumber?: string;
	invoiceHash?: string;
	clientNumber?: string;
	paymentTerm?: number;
	currency?: string;
	currencySign?: string;
	vatPercentage?: number;
	vatAmount?: string;
	amountIncVat?: string;
	amountExclVat?: string;
	paymentStatus?: number;
	paymentDate?: number | null;
	isCredit?: number;
	items?: I3dNetItem[];
	clientDetails?: Record<string, unknown>;
	companyDetails?: Record<string, unknown>;
}

export interface I3dNetItem {
	orderId?: string;
	description?: string;
	/** Text whose format is not documented. */
	periodFrom?: string;
	periodTo?: string;
	remarks?: string;
	quantity?: number;
	setupCosts?: string;
	unitPrice?: string;
	vatPercentage?: number;
	vatAmount?: string;
	amountIncVat?: string;
	amountExclVat?: string;
}

/** The most the API gives at once is not documented; clients of it ask for 50 and 100. */
const USUAL_PER_PAGE = 100;
const DEFAULT_PER_PAGE = 25;
const RANGE_NOT_SATISFIABLE = 416;
/** Neighbors of the ids in the API's paths: no id must be read as one of these. */
const RESERVED = ['unpaid', 'number', 'pay'];
/** One of them stands in every invoice that is got by ID or number. */
const CONTENT = ['amountIncVat', 'amountExclVat', 'creationDate', 'items'];

type ListedPage = { records: I3dNetListedInvoice[]; token: string | null };

/**
 * GET /v3/account/invoice and …/unpaid: a bare array, its window named in a header. Newer lists of this
 * API lead from page to page by a header that has to be sent back: where one comes, it is followed.
 */
function invoices(listPath: string) {
	return (call: Call, request: ListRequest): Reading<I3dNetListedInvoice> => {
		const { client, filters } = call;
		const source = sourceOf(i3dNet, call);
		const ask = async (start: number, results: number, token?: string): Promise<ListedPage> => {
			const { body, headers } = await client
				.answer({
					path: listPath,
					query: { filter: textFrom(filters.description) },
					headers: {
						'RANGED-DATA': `start=${start},results=${results}`,
						...(token !== undefined && { 'PAGE-TOKEN': token }),
					},
				})
				.catch((error: unknown): JsonAnswer => {
					if (start > 0 && isBehindEnd(error)) return { body: [], headers: {} };
					throw error;
				});
			const records = recordsIn<I3dNetListedInvoice>(source, body, { path: '', ids: ['id'] });
			return { records, token: textFrom(headers['page-token']) ?? null };
		};
		return { pages: pagesOf(ask, request) };
	};
}

/** Whether the API says that a range begins behind the end of the list. */
function isBehindEnd(error: unknown): boolean {
	return error instanceof ReadFailure && error.details.status === RANGE_NOT_SATISFIABLE;
}

async function* pagesOf(
	ask: (start: number, results: number, token?: string) => Promise<ListedPage>,
	{ pageSize: size = USUAL_PER_PAGE, pace }: ListRequest,
): AsyncGenerator<I3dNetListedInvoice[], void, undefined> {
	const keyOf = (record: I3dNetListedInvoice) => recordKey(record.id, record);
	/** The first page tells how to go on; it is not asked for twice. */
	let first: ListedPage | null = await ask(0, size);
	const page = async (start: number, results: number, token?: string) => {
		const known = start === 0 && results === size && token === undefined ? first : null;
		if (known !== null) first = null;
		return known ?? (await ask(start, results, token));
	};
	if (first.token !== null) {
		const pageAfter = async (cursor: string | null) => {
			const { records, token } = await page(0, size, cursor ?? undefined);
			return { records, next: token, total: null };
		};
		return yield* readByCursor(pageAfter, keyOf, pace?.onPage);
	}
	const windows: Windows<I3dNetListedInvoice> = {
		spanAt: (position) => ({ offset: position, size }),
		usualSize: DEFAULT_PER_PAGE,
		ask: async ({ offset, size: results }) => {
			const { records } = await page(offset, results);
			return { offset, size: results, records, total: null, more: null };
		},
	};
	yield* readWindows(windows, keyOf, pace);
}

function isInvoiceId(id: string): boolean {
	return fitsSegment(id) && !RESERVED.some((name) => spells(id, name));
}

/** GET /v3/account/invoice/{invoiceId} or …/number/{invoiceNumber}: an array of one. */
async function invoice(call: Call): Promise<I3dNetInvoice[]> {
	const { mode, value } = locatorFrom(call.parameter('invoiceId', ''));
	const byNumber = mode === 'number';
	const id = byNumber ? idFrom(value, 'Invoice') : idFrom(value, 'Invoice', isInvoiceId);
	const response = await call.client.json({
		path: byNumber ? path`/v3/account/invoice/number/${id}` : path`/v3/account/invoice/${id}`,
	});
	return recordsAskedFor<I3dNetInvoice>(sourceOf(i3dNet, call), response, {
		what: `invoice ${byNumber ? 'number ' : ''}"${id}"`,
		id,
		field: byNumber ? 'invoiceNumber' : 'id',
		content: CONTENT,
	});
}

/** What came in, where it is the invoice that is asked for. */
function knownInvoice(call: Call): { id: string; invoiceNumber: string } | undefined {
	const { mode, value } = locatorFrom(call.parameter('invoiceId', ''));
	if (mode === 'number') return undefined;
	const id = idFrom(value, 'Invoice', isInvoiceId);
	const invoiceNumber = numberOnItem(call, 'i3dNet', id);
	return invoiceNumber === undefined ? undefined : { id, invoiceNumber };
}

/** The invoice whose file is asked for. Throws where it is not clear which one that is. */
async function theInvoice(call: Call): Promise<I3dNetInvoice> {
	const [found, ...others] = await invoice(call);
	if (others.length > 0) {
		throw new ReadFailure('vendor', `${i3dNet.name} has several invoices with this number`, {
			hint: 'Choose the invoice by its ID',
		});
	}
	return found;
}

/** GET /v3/account/invoice/{invoiceId}/pdf */
async function pdf(call: Call): Promise<PdfFile> {
	const { id, invoiceNumber } = knownInvoice(call) ?? (await theInvoice(call));
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

function wordsOf(body: unknown): string | undefined {
	const { errorMessage, errors } = (body ?? {}) as Record<string, unknown>;
	const details = objectsIn(errors).map(({ property, message }) => joined(': ', property, message));
	return joined('; ', errorMessage, ...details);
}

export const i3dNet: Vendor = {
	provider: 'i3dNet',
	name: 'i3D.net',
	credentialType: 'i3dNetApi',
	connect: ({ baseUrl, privateToken }) => ({
		baseUrl: baseUrlFrom(baseUrl),
		secrets: [secretFrom(privateToken, 'Private Token')],
	}),
	wordsOf,
	operations: {
		'invoice:getAll': list(invoices(path`/v3/account/invoice`), {
			normalize: each(normalizeListed),
		}),
		'invoice:getUnpaid': list(invoices(path`/v3/account/invoice/unpaid`), {
			normalize: each(normalizeListed),
			// The list leaves these out, too: a credit note is not to be paid.
			keep: unpaid(normalizeListed),
		}),
		'invoice:get': get(invoice, each(normalizeDetail)),
		'invoice:downloadPdf': { kind: 'pdf', find: pdf },
	},
	choiceOf: (record: I3dNetListedInvoice) => ({
		name: choiceName(
			record.invoiceNumber,
			dateOfMoment(Number(record.creationDate), USUAL_TIME_ZONE),
			decimalFromCents(record.amountIncVAT),
			record.currency,
			record.description,
		),
		value: textIn(record.id),
	}),
};
