import { firstText, joinTexts, objectsIn } from '../shared/http/failure';
import { fitsSegment, path, canDecodeTo } from '../shared/http/url';
import { recordKey } from '../shared/paging/page';
import { type CursorRequest, cursor } from '../shared/paging/byCursor';
import type { AskForPage } from '../shared/paging/paging';
import { choiceName, dayIn, textIn } from '../shared/vendor/choice';
import { recordWith, recordsAskedFor } from '../shared/vendor/askedFor';
import { recordsIn } from '../shared/vendor/responses';
import { sourceOf } from '../shared/vendor/source';
import { countIn, dateFrom, idFrom, locatorFrom } from '../shared/vendor/values';
import { connectBySecret } from '../shared/vendor/connect';
import { type OperationContext, type Vendor, each, get, list } from '../shared/vendor/vendor';
import { normalizeInvoice, normalizeMonthToDate } from './normalize';
import type { FastlyInvoice } from './records';

interface FastlyPage {
	meta?: { next_cursor?: string | null; total?: number };
}

/** How the list of invoices is paged. */
export const fastlyPaging = cursor({ max: 200, serverDefault: 100 });

const ID = 'invoice_id';
/** A neighbor of the ids in the API's paths: no id must be read as this one. */
const MONTH_TO_DATE = 'month-to-date';
/** One of them stands in every invoice, and in every month to date. */
const CONTENT = ['monthly_transaction_amount', 'transaction_line_items', 'billing_start_date'];

/** GET /billing/v3/invoices, newest billing start first. A cursor continues only its own query. */
function pages(context: OperationContext): AskForPage<CursorRequest, FastlyInvoice> {
	const { client, filters } = context;
	const source = sourceOf(fastly, context);
	const query = {
		billing_start_date: dateFrom(filters.billingStartDate, 'Billing Start Date'),
		billing_end_date: dateFrom(filters.billingEndDate, 'Billing End Date'),
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
			// Without "meta" nothing at all is said of what follows.
			cursor: meta ? (meta.next_cursor ?? null) : undefined,
		};
	};
}

const invoices = {
	pages,
	keyOf: (record: FastlyInvoice) => recordKey(record.invoice_id, record),
	normalize: each(normalizeInvoice),
};

function isInvoiceId(id: string): boolean {
	return fitsSegment(id) && !canDecodeTo(id, MONTH_TO_DATE);
}

/** GET /billing/v3/invoices/{invoice_id}: the bare invoice. */
async function invoice(context: OperationContext): Promise<FastlyInvoice[]> {
	const id = idFrom(locatorFrom(context.parameter('invoiceId', '')).value, 'Invoice', isInvoiceId);
	const response = await context.client.json({ path: path`/billing/v3/invoices/${id}` });
	const asked = { what: `invoice "${id}"`, id, field: ID, content: CONTENT };
	return recordsAskedFor<FastlyInvoice>(sourceOf(fastly, context), response, asked);
}

/** GET /billing/v3/invoices/month-to-date: what has come together so far; 202 while it is prepared. */
async function monthToDate(context: OperationContext): Promise<FastlyInvoice[]> {
	const response = await context.client.json({ path: path`/billing/v3/invoices/${MONTH_TO_DATE}` });
	const source = sourceOf(fastly, context);
	return [recordWith<FastlyInvoice>(source, response, CONTENT, 'the month to date')];
}

/** Error bodies come in three shapes: {msg, detail}, {title, detail} and {errors: [{title, detail}]}. */
function errorMessageOf(body: unknown): string | undefined {
	const { msg, title, detail, errors } = (body ?? {}) as Record<string, unknown>;
	const [first] = objectsIn(errors);
	return joinTexts(': ', firstText(msg, title, first?.title), firstText(detail, first?.detail));
}

export const fastly: Vendor = {
	provider: 'fastly',
	name: 'Fastly',
	credentialType: 'fastlyApi',
	connect: connectBySecret('apiToken', 'API Token'),
	errorMessageOf,
	operations: {
		'invoice:getAll': list(fastlyPaging, { ...invoices, newestFirst: true }),
		'invoice:getUnpaid': list(fastlyPaging, { ...invoices, isUnpaidOnly: true }),
		'invoice:get': get(invoice, each(normalizeInvoice)),
		'invoice:getMonthToDate': get(monthToDate, each(normalizeMonthToDate)),
	},
	choiceOf: (record: FastlyInvoice) => ({
		name: choiceName(
			record.invoice_id,
			dayIn(record.billing_start_date),
			record.monthly_transaction_amount,
			record.currency_code,
			record.payment_status,
		),
		value: textIn(record.invoice_id),
	}),
};
