import { firstText, joined } from '../shared/http/failure';
import { secretFrom } from '../shared/http/secretValue';
import { type Query, baseUrlFrom, fitsSegment, path } from '../shared/http/url';
import { recordKey } from '../shared/paging/page';
import type { Windows } from '../shared/paging/prefetch';
import { readWindows } from '../shared/paging/windows';
import { choiceName, dayIn, textIn } from '../shared/node/listSearch';
import { numberOnItem } from '../shared/node/pdf';
import { recordsAskedFor, recordsIn, sourceOf } from '../shared/node/responses';
import { countIn, dateFrom, idFrom, locatorFrom, textFrom } from '../shared/node/values';
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
	total?: number;
	has_more?: boolean;
}

const MOST_PER_PAGE = 1000;
const DEEPEST_WORDS = 10;
const SID = 'invoice_sid';
/** One of them stands in every invoice. */
const CONTENT = ['amount', 'date_created', 'date_billing_period_start', 'invoice_items'];

/** GET /billing/invoices. Its `pagination.next` is never followed: an offset leads just as far. */
function invoices(unpaid: boolean) {
	return (call: Call, request: ListRequest): Reading<CarrierXInvoice> => {
		const { client, filters, options } = call;
		const source = sourceOf(carrierX, call);
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
				const response: CarrierXPage = await client.json({
					path: path`/billing/invoices`,
					query: { ...query, limit, offset },
				});
				const { total, has_more } = response;
				return {
					offset,
					size: limit,
					records: recordsIn<CarrierXInvoice>(source, response, { path: 'items', ids: [SID] }),
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

/**
 * How the parameters are called is not documented: pages spell such names like this, the vendor's own
 * client in camel case. The API leaves out what it does not know, so both are sent.
 */
function inBothSpellings(name: string, value: string | undefined): Query {
	const camelCase = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
	return { [name]: value, [camelCase]: value };
}

/**
 * The fields of raw records, always with the one that tells them apart. An invoice is made of all: a
 * field that was left out would say that there is none.
 */
function fieldsFrom({ options, parameter }: Call): Query {
	if (parameter<string>('output', 'normalized') !== 'raw') return {};
	const names = (list: unknown) =>
		(textFrom(list) ?? '')
			.split(',')
			.map((name) => name.trim())
			.filter((name) => name !== '' && name !== SID);
	const [included, excluded] = [names(options.includeFields), names(options.excludeFields)];
	return {
		...inBothSpellings(
			'include_fields',
			included.length === 0 ? undefined : [SID, ...included].join(','),
		),
		...inBothSpellings('exclude_fields', firstText(excluded.join(','))),
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

/** A sid with this ending would be the path of a file. */
function isSid(id: string): boolean {
	return fitsSegment(id) && !/\.pdf$/i.test(id);
}

function sidOf({ parameter }: Call): string {
	return idFrom(locatorFrom(parameter('invoiceId', '')).value, 'Invoice', isSid);
}

/** GET /billing/invoices/{invoice_sid}: the bare invoice. */
async function invoice(call: Call): Promise<CarrierXInvoice[]> {
	const id = sidOf(call);
	const response = await call.client.json({ path: path`/billing/invoices/${id}` });
	const asked = { what: `invoice "${id}"`, id, field: SID, content: CONTENT };
	return recordsAskedFor<CarrierXInvoice>(sourceOf(carrierX, call), response, asked);
}

/** GET /billing/invoices/{invoice_sid}.pdf */
async function pdf(call: Call): Promise<PdfFile> {
	const sid = sidOf(call);
	const askedFor = async () => firstText((await invoice(call))[0].display_id) ?? null;
	return {
		invoiceId: sid,
		invoiceNumber: numberOnItem(call, 'carrierX', sid) ?? (await askedFor()),
		// Each partner has its own numbers.
		numberRepeats: true,
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
		secrets: [secretFrom(accessToken, 'Access Token')],
	}),
	wordsOf,
	operations: {
		'invoice:getAll': list(invoices(false), {
			normalize: each(normalizeInvoice),
			newestFirst: true,
		}),
		'invoice:getUnpaid': list(invoices(true), {
			normalize: each(normalizeInvoice),
			// The filter is checked again here: a paid invoice, a credit note or a draft is not to be paid.
			keep: unpaid(normalizeInvoice),
		}),
		'invoice:get': get(invoice, each(normalizeInvoice)),
		'invoice:downloadPdf': { kind: 'pdf', find: pdf },
	},
	choiceOf: (record: CarrierXInvoice) => ({
		name: choiceName(
			record.display_id,
			dayIn(record.date_created),
			record.amount,
			record.paid === true ? 'paid' : record.status,
		),
		value: textIn(record.invoice_sid),
	}),
};
