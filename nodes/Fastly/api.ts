import { firstText, joined, objectsIn } from '../shared/http/failure';
import { baseUrlFrom, path } from '../shared/http/url';
import { recordKey } from '../shared/paging/page';
import { readByCursor } from '../shared/paging/cursor';
import { choiceName } from '../shared/node/listSearch';
import { countIn, dateFrom, idFrom, locatorFrom, recordsIn } from '../shared/node/values';
import {
	type Call,
	type ListRequest,
	type Reading,
	type Vendor,
	each,
	get,
	list,
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
	/** A number in lists and single invoices, text in the month to date. */
	monthly_transaction_amount?: number | string;
	transaction_line_items?: FastlyLine[];
}

interface FastlyPage {
	data?: unknown;
	meta?: { next_cursor?: string | null; total?: number };
}

const MOST_PER_PAGE = 200;
const DEFAULT_PER_PAGE = 100;

/** Digits on the wire, letters in the documentation; never the neighboring path `month-to-date`. */
const ID = /^[A-Za-z0-9]{1,64}$/;

/** GET /billing/v3/invoices, newest billing start first. A cursor continues only its own query. */
function invoices(call: Call, { pageSize, pace }: ListRequest): Reading<FastlyInvoice> {
	const { client, filters } = call;
	const query = {
		billing_start_date: dateFrom(filters.billingStartDate, 'Billing Start Date'),
		billing_end_date: dateFrom(filters.billingEndDate, 'Billing End Date'),
		limit: Math.min(pageSize ?? MOST_PER_PAGE, MOST_PER_PAGE),
	};
	const pageAfter = async (cursor: string | null) => {
		const { data, meta }: FastlyPage = await client.json({
			path: path`/billing/v3/invoices`,
			query: { ...query, cursor: cursor ?? undefined },
		});
		const records = recordsIn<FastlyInvoice>(data, fastly.name, 'data');
		const total = countIn(meta?.total);
		const isFull = records.length >= query.limit || records.length === DEFAULT_PER_PAGE;
		// The end is an empty cursor or none; a full page has to say more than nothing.
		const end = isFull && total === null && meta?.next_cursor == null ? undefined : null;
		return { records, next: meta?.next_cursor || end, total };
	};
	const keyOf = (record: FastlyInvoice) => recordKey(record.invoice_id, record);
	return { pages: readByCursor(pageAfter, keyOf, pace?.onPage) };
}

/** GET /billing/v3/invoices/{invoice_id}: the bare invoice. */
async function invoice({ client, parameter }: Call): Promise<FastlyInvoice[]> {
	const id = idFrom(locatorFrom(parameter('invoiceId', '')).value, 'Invoice', ID);
	return [await client.json({ path: path`/billing/v3/invoices/${id}` })];
}

/** GET /billing/v3/invoices/month-to-date: what has come together so far; 202 while it is prepared. */
async function monthToDate({ client }: Call): Promise<FastlyInvoice[]> {
	return [await client.json({ path: path`/billing/v3/invoices/month-to-date` })];
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
		secrets: [String(apiToken)],
	}),
	wordsOf,
	operations: {
		'invoice:getAll': list(invoices, { normalize: each(normalizeInvoice), newestFirst: true }),
		'invoice:get': get(invoice, each(normalizeInvoice)),
		'invoice:getMonthToDate': get(monthToDate, each(normalizeMonthToDate)),
	},
	choiceOf: (record: FastlyInvoice) => ({
		name: choiceName(
			record.invoice_id,
			record.billing_start_date?.slice(0, 10),
			record.monthly_transaction_amount,
			record.currency_code,
		),
		value: String(record.invoice_id),
	}),
};
