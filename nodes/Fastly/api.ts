import { firstText, joined, objectsIn } from '../shared/http/failure';
import { secretFrom } from '../shared/http/secretValue';
import { baseUrlFrom, fitsSegment, path, spells } from '../shared/http/url';
import { recordKey } from '../shared/paging/page';
import { readByCursor } from '../shared/paging/cursor';
import { choiceName, dayIn, textIn } from '../shared/node/listSearch';
import { recordWith, recordsAskedFor, recordsIn, sourceOf } from '../shared/node/responses';
import { countIn, dateFrom, idFrom, locatorFrom } from '../shared/node/values';
import {
	type Call,
	type ListRequest,
	type Reading,
	type Vendor,
	each,
	get,
	list,
	unpaid,
} from '../shared/node/vendor';
import { normalizeInvoice, normalizeMonthToDate } from './normalize';

/** One line of an invoice. The names in capitals are the documented ones, today's wire has the others. */
export interface FastlyLine {
	description?: string;
	amount?: number;
	credit_coupon_code?: string | null;
	rate?: number;
	units?: number;
	product_name?: string;
	ProductName?: string;
	product_group?: string;
	ProductGroup?: string;
	product_line?: string;
	ProductLine?: string;
	region?: string;
	Region?: string;
	usage_type?: string;
	UsageType?: string;
}

/** An invoice. https://www.fastly.com/documentation/reference/api/account/billing/invoices/ */
export interface FastlyInvoice {
	customer_id?: string;
	invoice_id?: string;
	invoice_posted_on?: string;
	billing_start_date?: string;
	billing_end_date?: string;
	statement_number?: string;
	currency_code?: string;
	/** `paid` or `outstanding` where the invoice is closed; absent in the month to date. */
	payment_status?: string | null;
	/** A number in lists and single invoices, text in the month to date. */
	monthly_transaction_amount?: number | string;
	transaction_line_items?: FastlyLine[];
}

interface FastlyPage {
	meta?: { next_cursor?: string | null; total?: number };
}

const MOST_PER_PAGE = 200;
const DEFAULT_PER_PAGE = 100;

const ID = 'invoice_id';
/** A neighbor of the ids in the API's paths: no id must be read as this one. */
const MONTH_TO_DATE = 'month-to-date';
/** One of them stands in every invoice, and in every month to date. */
const CONTENT = ['monthly_transaction_amount', 'transaction_line_items', 'billing_start_date'];

/** GET /billing/v3/invoices, newest billing start first. A cursor continues only its own query. */
function invoices(call: Call, { pageSize, pace }: ListRequest): Reading<FastlyInvoice> {
	const { client, filters } = call;
	const source = sourceOf(fastly, call);
	const query = {
		billing_start_date: dateFrom(filters.billingStartDate, 'Billing Start Date'),
		billing_end_date: dateFrom(filters.billingEndDate, 'Billing End Date'),
		limit: Math.min(pageSize ?? MOST_PER_PAGE, MOST_PER_PAGE),
	};
	let before = Infinity;
	const pageAfter = async (cursor: string | null) => {
		const response: FastlyPage = await client.json({
			path: path`/billing/v3/invoices`,
			query: { ...query, cursor: cursor ?? undefined },
		});
		const { meta } = response;
		const records = recordsIn<FastlyInvoice>(source, response, { path: 'data', ids: [ID] });
		const total = countIn(meta?.total);
		// Without "meta", a page as long as the one before is a full one, too.
		const size = meta || cursor === null ? query.limit : Math.min(query.limit, before);
		const isFull = records.length >= size || records.length === DEFAULT_PER_PAGE;
		before = records.length;
		// The end is an empty cursor or none; a full page has to say more than nothing.
		const end = isFull && total === null && meta?.next_cursor == null ? undefined : null;
		return { records, next: meta?.next_cursor || end, total };
	};
	const keyOf = (record: FastlyInvoice) => recordKey(record.invoice_id, record);
	return { pages: readByCursor(pageAfter, keyOf, pace?.onPage) };
}

function isInvoiceId(id: string): boolean {
	return fitsSegment(id) && !spells(id, MONTH_TO_DATE);
}

/** GET /billing/v3/invoices/{invoice_id}: the bare invoice. */
async function invoice(call: Call): Promise<FastlyInvoice[]> {
	const id = idFrom(locatorFrom(call.parameter('invoiceId', '')).value, 'Invoice', isInvoiceId);
	const response = await call.client.json({ path: path`/billing/v3/invoices/${id}` });
	const asked = { what: `invoice "${id}"`, id, field: ID, content: CONTENT };
	return recordsAskedFor<FastlyInvoice>(sourceOf(fastly, call), response, asked);
}

/** GET /billing/v3/invoices/month-to-date: what has come together so far; 202 while it is prepared. */
async function monthToDate(call: Call): Promise<FastlyInvoice[]> {
	const response = await call.client.json({ path: path`/billing/v3/invoices/${MONTH_TO_DATE}` });
	const source = sourceOf(fastly, call);
	return [recordWith<FastlyInvoice>(source, response, CONTENT, 'the month to date')];
}

/** Error bodies come in three shapes: {msg, detail}, {title, detail} and {errors: [{title, detail}]}. */
function wordsOf(body: unknown): string | undefined {
	const { msg, title, detail, errors } = (body ?? {}) as Record<string, unknown>;
	const [first] = objectsIn(errors);
	return joined(': ', firstText(msg, title, first?.title), firstText(detail, first?.detail));
}

export const fastly: Vendor = {
	provider: 'fastly',
	name: 'Fastly',
	credentialType: 'fastlyApi',
	connect: ({ baseUrl, apiToken }) => ({
		baseUrl: baseUrlFrom(baseUrl),
		secrets: [secretFrom(apiToken, 'API Token')],
	}),
	wordsOf,
	operations: {
		'invoice:getAll': list(invoices, { normalize: each(normalizeInvoice), newestFirst: true }),
		'invoice:getUnpaid': list(invoices, {
			normalize: each(normalizeInvoice),
			keep: unpaid(normalizeInvoice),
		}),
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
