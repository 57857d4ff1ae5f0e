import { firstText, joined } from '../shared/http/failure';
import { baseUrlFrom, path } from '../shared/http/url';
import { decimalFrom, isNegative } from '../shared/invoice/decimal';
import { recordKey } from '../shared/paging/page';
import type { Windows } from '../shared/paging/prefetch';
import { readWindows } from '../shared/paging/windows';
import { choiceName } from '../shared/node/listSearch';
import { numberOnItem } from '../shared/node/pdf';
import { countIn, dateFrom, idFrom, locatorFrom, recordsIn, textFrom } from '../shared/node/values';
import {
	type Call,
	type ListRequest,
	type PdfFile,
	type Reading,
	type Vendor,
	each,
	get,
	list,
} from '../shared/node/vendor';
import { normalizeInvoice } from './normalize';

/** Documented as a number, text on the wire; both are accepted. */
export type CarrierXAmount = string | number;

/** An invoice. https://www.carrierx.com/documentation/quick-start/core-api */
export interface CarrierXInvoice {
	invoice_sid?: string;
	partner_sid?: string;
	display_id?: string | null;
	amount?: CarrierXAmount | null;
	amount_due?: CarrierXAmount | null;
	amount_tax?: CarrierXAmount | null;
	balance_forward?: CarrierXAmount | null;
	balance_previous?: CarrierXAmount | null;
	date_billing_period_start?: string | null;
	date_billing_period_end?: string | null;
	date_charge_expected?: string | null;
	date_charged?: string | null;
	date_created?: string | null;
	date_issued?: string | null;
	paid?: boolean | null;
	status?: string | null;
	invoice_items?: CarrierXItem[] | null;
	pay_items?: Array<Record<string, unknown>> | null;
	tax_items?: CarrierXTax[] | null;
}

export interface CarrierXItem {
	amount?: CarrierXAmount | null;
	country_code?: string | null;
	date_billing_period_start?: string | null;
	date_billing_period_end?: string | null;
	direction?: string | null;
	type?: string | null;
	usage?: number | null;
}

export interface CarrierXTax {
	amount?: CarrierXAmount | null;
	jurisdiction?: string | null;
	type?: string | null;
}

interface CarrierXPage {
	items?: unknown;
	total?: number;
	has_more?: boolean;
}

const MOST_PER_PAGE = 1000;
const DEEPEST_WORDS = 10;
const SID = /^[A-Za-z0-9_-]{1,64}$/;

/** GET /billing/invoices. Its `pagination.next` is never followed: an offset leads just as far. */
function invoices(unpaid: boolean) {
	return (call: Call, request: ListRequest): Reading<CarrierXInvoice> => {
		const { client, filters, options } = call;
		const size = Math.min(request.pageSize ?? MOST_PER_PAGE, MOST_PER_PAGE);
		const query = {
			order: `date_created ${request.all ? 'asc' : 'desc'}`,
			filter: filterFrom(filters, unpaid),
			with_related: options.withRelated === true ? true : undefined,
			...(unpaid ? {} : fieldsFrom(call)),
		};
		const windows: Windows<CarrierXInvoice> = {
			spanAt: (position) => ({ offset: position, size }),
			ask: async ({ offset, size: limit }) => {
				const { items, total, has_more }: CarrierXPage = await client.json({
					path: path`/billing/invoices`,
					query: { ...query, limit, offset },
				});
				return {
					offset,
					size: limit,
					records: recordsIn<CarrierXInvoice>(items, carrierX.name, 'items'),
					total: countIn(total),
					more: typeof has_more === 'boolean' ? has_more : null,
				};
			},
		};
		const keyOf = (record: CarrierXInvoice) => recordKey(record.invoice_sid, record);
		return {
			pages: readWindows(windows, keyOf, request.pace),
			reversed: request.all,
		};
	};
}

/** The fields to send, always with those that tell records apart, and that make the key of an invoice. */
function fieldsFrom({ options, parameter }: Call) {
	const isRaw = parameter<string>('output', 'normalized') === 'raw';
	const keys = isRaw ? ['invoice_sid'] : ['invoice_sid', 'partner_sid'];
	const names = (list: unknown) =>
		(textFrom(list) ?? '')
			.split(',')
			.map((name) => name.trim())
			.filter((name) => name !== '' && !keys.includes(name));
	const [included, excluded] = [names(options.includeFields), names(options.excludeFields)];
	return {
		include_fields: included.length === 0 ? undefined : [...keys, ...included].join(','),
		exclude_fields: firstText(excluded.join(',')),
	};
}

/** Conditions joined by `and`; the API knows no `or`. */
function filterFrom(filters: Call['filters'], unpaid: boolean): string | undefined {
	const from = dateFrom(filters.createdFrom, 'Created From');
	const to = dateFrom(filters.createdTo, 'Created To');
	const conditions = [
		unpaid ? 'paid eq false' : undefined,
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

/** The filter is checked again here: a paid invoice or a credit note is not to be paid. */
function isUnpaid({ paid, amount }: CarrierXInvoice): boolean {
	const total = decimalFrom(amount);
	return paid !== true && !(total !== null && isNegative(total));
}

function sidOf({ parameter }: Call): string {
	return idFrom(locatorFrom(parameter('invoiceId', '')).value, 'Invoice', SID);
}

/** GET /billing/invoices/{invoice_sid}: the bare invoice. */
async function invoice(call: Call): Promise<CarrierXInvoice[]> {
	return [await call.client.json({ path: path`/billing/invoices/${sidOf(call)}` })];
}

/** GET /billing/invoices/{invoice_sid}.pdf */
async function pdf(call: Call): Promise<PdfFile> {
	const sid = sidOf(call);
	const askedFor = async () => firstText((await invoice(call))[0].display_id) ?? null;
	return {
		invoiceId: sid,
		invoiceNumber: numberOnItem(call, 'carrierX', sid) ?? (await askedFor()),
		path: path`/billing/invoices/${sid}.pdf`,
	};
}

/** The error body's `errors` is documented by name only: all texts in it are the vendor's words. */
function wordsOf(body: unknown): string | undefined {
	const { errors, message } = (body ?? {}) as Record<string, unknown>;
	return joined('; ', ...textsIn(errors)) ?? firstText(message);
}

function textsIn(value: unknown, depth = 0): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null || depth > DEEPEST_WORDS) return [];
	if (Array.isArray(value)) return value.flatMap((inner) => textsIn(inner, depth + 1));
	const told = Object.entries(value).filter(([name]) => !/stack|trace/i.test(name));
	return told.flatMap(([name, inner]) =>
		textsIn(inner, depth + 1).map((text) => (name === 'message' ? text : `${name}: ${text}`)),
	);
}

export const carrierX: Vendor = {
	provider: 'carrierX',
	name: 'CarrierX',
	credentialType: 'carrierXApi',
	connect: ({ baseUrl, accessToken }) => ({
		baseUrl: baseUrlFrom(baseUrl),
		secrets: [String(accessToken)],
	}),
	wordsOf,
	operations: {
		'invoice:getAll': list(invoices(false), {
			normalize: each(normalizeInvoice),
			newestFirst: true,
		}),
		'invoice:getUnpaid': list(invoices(true), {
			normalize: each(normalizeInvoice),
			keep: isUnpaid,
		}),
		'invoice:get': get(invoice, each(normalizeInvoice)),
		'invoice:downloadPdf': { kind: 'pdf', find: pdf },
	},
	choiceOf: (record: CarrierXInvoice) => ({
		name: choiceName(
			record.display_id,
			record.date_created?.slice(0, 10),
			record.amount,
			record.paid === true ? 'paid' : record.status,
		),
		value: String(record.invoice_sid),
	}),
};
