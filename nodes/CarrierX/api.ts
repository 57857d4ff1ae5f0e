import type { Invoice } from '../shared/invoice/invoice';
import { firstText } from '../shared/http/failure';
import { type Query, fitsSegment, path } from '../shared/http/url';
import { type OffsetRequest, offset } from '../shared/paging/offset';
import { recordKey } from '../shared/paging/page';
import type { AskForPage } from '../shared/paging/paging';
import { connectBySecret } from '../shared/vendor/connect';
import { invoiceNumberFromInput } from '../shared/vendor/inputInvoice';
import { findRequestedRecords, withoutUsableId } from '../shared/vendor/requestedRecords';
import { recordsIn } from '../shared/vendor/responses';
import { searchResultName } from '../shared/vendor/searchResult';
import { sourceOf } from '../shared/vendor/source';
import {
	countIn,
	dateRangeFrom,
	dateIn,
	invoiceIdFrom,
	namesFrom,
	textFrom,
	textIn,
} from '../shared/vendor/values';
import {
	type ListRequest,
	type OperationContext,
	type PdfFile,
	type Vendor,
	get,
	list,
	normalizeEach,
} from '../shared/vendor/vendor';
import { errorMessageOf } from './errors';
import { normalizeInvoice } from './normalize';
import type { CarrierXInvoice } from './records';

interface CarrierXPage {
	total?: number;
	has_more?: boolean;
}

const paging = offset({ max: 1000 });

const SID = 'invoice_sid';
/** Every invoice has at least one of these. */
const CONTENT_FIELDS = ['amount', 'date_created', 'date_billing_period_start', 'invoice_items'];

/** GET /billing/invoices. Its `pagination.next` is not followed: offsets do the same. */
function pagesOf(
	context: OperationContext,
	{ all }: ListRequest,
	conditions: Query,
): AskForPage<OffsetRequest, CarrierXInvoice> {
	const source = sourceOf(carrierX, context);
	const query = {
		...conditions,
		order: `date_created ${all ? 'asc' : 'desc'}`,
		with_related: context.options.withRelated === true ? true : undefined,
	};
	return async ({ offset: start, size: limit }) => {
		const response: CarrierXPage = await context.client.json({
			path: path`/billing/invoices`,
			query: { ...query, limit, offset: start },
		});
		const { total, has_more } = response;
		return {
			records: recordsIn<CarrierXInvoice>(source, response, { path: 'items', ids: [SID] }),
			total: countIn(total),
			more: typeof has_more === 'boolean' ? has_more : null,
		};
	};
}

const invoices = {
	keyOf: (record: CarrierXInvoice) => recordKey(record.invoice_sid, record),
	normalize: normalizeEach(normalizeInvoice),
	readsOldestFirst: true,
};

/**
 * The documentation does not name these parameters: elsewhere it uses snake case, the vendor's own
 * client camel case. The API ignores unknown parameters, so both spellings are sent.
 */
function inBothSpellings(name: string, value: string | undefined): Query {
	const camelCase = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
	return { [name]: value, [camelCase]: value };
}

/** What a record states about its status and its date. */
const FILTERED_BY =
	'status paid date_issued date_charged date_billing_period_start date_billing_period_end'.split(
		' ',
	);

/**
 * Returns the query that selects the fields of raw records, which always include their ID and what
 * they are filtered by. Invoices need all fields: one that was left out would read as "none".
 */
function fieldsFrom({ options, filters }: OperationContext, { purpose }: ListRequest): Query {
	if (purpose !== 'raw') return {};
	const { dateFrom, dateTo, status } = filters;
	const isFiltered = [dateFrom, dateTo, status].flat().some(Boolean);
	const needed = isFiltered ? [SID, ...FILTERED_BY] : [SID];
	const names = (list: unknown) => namesFrom(list).filter((name) => !needed.includes(name));
	const [included, excluded] = [names(options.includeFields), names(options.excludeFields)];
	return {
		...inBothSpellings(
			'include_fields',
			included.length === 0 ? undefined : [...needed, ...included].join(','),
		),
		...inBothSpellings('exclude_fields', firstText(excluded.join(','))),
	};
}

/** Returns the conditions joined by `and`; the API has no `or`. Throws ReadFailure. */
function filterFrom({ filters }: OperationContext, condition?: string): string | undefined {
	const { from, to } = dateRangeFrom(
		filters,
		['createdFrom', 'Created From'],
		['createdTo', 'Created To'],
	);
	const conditions = [
		condition,
		from && `date_created ge ${from}T00:00:00.000Z`,
		to && `date_created lt ${dayAfter(to)}T00:00:00.000Z`,
		textFrom(filters.query),
	];
	return firstText(conditions.filter(Boolean).join(' and '));
}

function dayAfter(day: string): string {
	const date = new Date(`${day}T00:00:00.000Z`);
	date.setUTCDate(date.getUTCDate() + 1);
	return date.toISOString().slice(0, 10);
}

/** With the ending `.pdf`, an ID would be the path of a file. */
function isSid(id: string): boolean {
	return fitsSegment(id) && !/\.pdf$/i.test(id);
}

/** GET /billing/invoices/{invoice_sid}, which returns the bare invoice. */
async function invoice(context: OperationContext): Promise<CarrierXInvoice[]> {
	const id = invoiceIdFrom(context, isSid);
	const subject = { kind: 'invoice', name: id };
	const response = await context.client.json({ path: path`/billing/invoices/${id}`, subject });
	return findRequestedRecords<CarrierXInvoice>(sourceOf(carrierX, context), response, {
		label: `invoice "${id}"`,
		id,
		idField: SID,
		contentFields: CONTENT_FIELDS,
	});
}

/** GET /billing/invoices/{invoice_sid}.pdf */
async function pdf(context: OperationContext): Promise<PdfFile> {
	const sid = invoiceIdFrom(context, isSid);
	const invoiceNumber =
		invoiceNumberFromInput(context, 'carrierX', sid) ??
		firstText((await invoice(context))[0].display_id) ??
		null;
	return pdfFile({ id: sid, invoiceNumber });
}

function pdfFile({ id, invoiceNumber }: Pick<Invoice, 'id' | 'invoiceNumber'>): PdfFile {
	if (!isSid(id)) throw withoutUsableId(carrierX);
	return {
		invoiceId: id,
		invoiceNumber,
		// Each partner numbers its invoices by itself.
		numberRepeats: true,
		path: path`/billing/invoices/${id}.pdf`,
	};
}

/** CarrierX's Core API. https://www.carrierx.com/documentation/quick-start/core-api */
export const carrierX: Vendor = {
	provider: 'carrierX',
	name: 'CarrierX',
	credentialType: 'carrierXApi',
	connect: connectBySecret('accessToken', 'Access Token'),
	errorMessageOf,
	operations: {
		'invoice:getAll': list(paging, {
			...invoices,
			pages: (context, request) =>
				pagesOf(context, request, { filter: filterFrom(context), ...fieldsFrom(context, request) }),
			newestFirst: true,
		}),
		'invoice:getUnpaid': list(paging, {
			...invoices,
			pages: (context, request) =>
				pagesOf(context, request, { filter: filterFrom(context, 'paid eq false') }),
			// Checked again here: the filter lets credit notes and drafts through.
			isUnpaidOnly: true,
		}),
		'invoice:get': get(invoice, normalizeEach(normalizeInvoice)),
		'invoice:downloadPdf': { kind: 'pdf', find: pdf, fileOf: pdfFile },
	},
	searchResultOf: (record: CarrierXInvoice) => ({
		name: searchResultName(
			record.display_id,
			dateIn(record.date_created),
			record.amount,
			record.paid === true ? 'paid' : record.status,
		),
		value: textIn(record.invoice_sid),
	}),
};
