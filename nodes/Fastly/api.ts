import { firstText, joinTexts, objectsIn } from '../shared/http/failure';
import { fitsSegment, path, canDecodeTo } from '../shared/http/url';
import { type CursorRequest, cursor } from '../shared/paging/byCursor';
import { recordKey } from '../shared/paging/page';
import type { AskForPage } from '../shared/paging/paging';
import { connectBySecret } from '../shared/vendor/connect';
import { singleRecordFrom, findRequestedRecords } from '../shared/vendor/requestedRecords';
import { recordsIn } from '../shared/vendor/responses';
import { searchResultName } from '../shared/vendor/searchResult';
import { sourceOf } from '../shared/vendor/source';
import { countIn, dateRangeFrom, dateIn, invoiceIdFrom, textIn } from '../shared/vendor/values';
import {
	type OperationContext,
	type Vendor,
	get,
	list,
	normalizeEach,
} from '../shared/vendor/vendor';
import { normalizeInvoice, normalizeMonthToDate } from './normalize';
import type { FastlyInvoice } from './records';

interface FastlyPage {
	meta?: { next_cursor?: string | null; total?: number };
}

const paging = cursor({ max: 200, serverDefault: 100 });

const ID = 'invoice_id';
/** Shares the path with invoice IDs, so no ID may be spelled like it. */
const MONTH_TO_DATE = 'month-to-date';
/** Every invoice, and every month to date, has at least one of these. */
const CONTENT_FIELDS = [
	'monthly_transaction_amount',
	'transaction_line_items',
	'billing_start_date',
];

/** GET /billing/v3/invoices, newest billing start first. A cursor is valid for its own query only. */
function pages(context: OperationContext): AskForPage<CursorRequest, FastlyInvoice> {
	const { client, filters } = context;
	const source = sourceOf(fastly, context);
	const period = dateRangeFrom(
		filters,
		['billingStartDate', 'Billing Start Date'],
		['billingEndDate', 'Billing End Date'],
	);
	const query = {
		billing_start_date: period.from,
		billing_end_date: period.to,
	};
	return async ({ size, cursor: after }) => {
		const response: FastlyPage = await client.json({
			path: path`/billing/v3/invoices`,
			query: { ...query, limit: size, cursor: after },
		});
		const { meta } = response;
		return {
			records: recordsIn<FastlyInvoice>(source, response, { path: 'data', ids: [ID] }),
			total: countIn(meta?.total),
			// Without "meta", the response does not tell whether there are more pages.
			cursor: meta ? (meta.next_cursor ?? null) : undefined,
		};
	};
}

const invoices = {
	pages,
	keyOf: (record: FastlyInvoice) => recordKey(record.invoice_id, record),
	normalize: normalizeEach(normalizeInvoice),
};

function isInvoiceId(id: string): boolean {
	return fitsSegment(id) && !canDecodeTo(id, MONTH_TO_DATE);
}

/** GET /billing/v3/invoices/{invoice_id}, which returns the bare invoice. */
async function invoice(context: OperationContext): Promise<FastlyInvoice[]> {
	const id = invoiceIdFrom(context, isInvoiceId);
	const subject = { kind: 'invoice', name: id };
	const response = await context.client.json({ path: path`/billing/v3/invoices/${id}`, subject });
	return findRequestedRecords<FastlyInvoice>(sourceOf(fastly, context), response, {
		label: `invoice "${id}"`,
		id,
		idField: ID,
		contentFields: CONTENT_FIELDS,
	});
}

/** GET /billing/v3/invoices/month-to-date, which returns 202 while the estimate is being prepared. */
async function monthToDate(context: OperationContext): Promise<FastlyInvoice[]> {
	const response = await context.client.json({ path: path`/billing/v3/invoices/${MONTH_TO_DATE}` });
	const source = sourceOf(fastly, context);
	return [
		singleRecordFrom<FastlyInvoice>(source, response, CONTENT_FIELDS, 'month-to-date charges'),
	];
}

/** Error bodies have one of three forms: {msg, detail}, {title, detail} and {errors: [{title, detail}]}. */
function errorMessageOf(body: unknown): string | undefined {
	const { msg, title, detail, errors } = (body ?? {}) as Record<string, unknown>;
	const [first] = objectsIn(errors);
	return joinTexts(': ', firstText(msg, title, first?.title), firstText(detail, first?.detail));
}

/** Fastly's Billing API. https://www.fastly.com/documentation/reference/api/account/billing/invoices/ */
export const fastly: Vendor = {
	provider: 'fastly',
	name: 'Fastly',
	credentialType: 'fastlyApi',
	connect: connectBySecret('apiToken', 'API Token'),
	errorMessageOf,
	operations: {
		'invoice:getAll': list(paging, { ...invoices, newestFirst: true }),
		'invoice:getUnpaid': list(paging, { ...invoices, isUnpaidOnly: true }),
		'invoice:get': get(invoice, normalizeEach(normalizeInvoice)),
		'invoice:getMonthToDate': get(monthToDate, normalizeEach(normalizeMonthToDate)),
	},
	searchResultOf: (record: FastlyInvoice) => ({
		name: searchResultName(
			record.invoice_id,
			dateIn(record.billing_start_date),
			record.monthly_transaction_amount,
			record.currency_code,
			record.payment_status,
		),
		value: textIn(record.invoice_id),
	}),
};
