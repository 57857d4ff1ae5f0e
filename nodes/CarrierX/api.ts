import { firstText, joinTexts } from '../shared/http/failure';
import { type Query, fitsSegment, path } from '../shared/http/url';
import { recordKey } from '../shared/paging/page';
import { type OffsetRequest, offset } from '../shared/paging/offset';
import type { AskForPage } from '../shared/paging/paging';
import { connectBySecret } from '../shared/vendor/connect';
import { choiceName, dayIn, textIn } from '../shared/vendor/choice';
import { numberOnItem } from '../shared/vendor/inputItem';
import { recordsAskedFor } from '../shared/vendor/askedFor';
import { recordsIn } from '../shared/vendor/responses';
import { sourceOf } from '../shared/vendor/source';
import { countIn, dateFrom, idFrom, locatorFrom, textFrom } from '../shared/vendor/values';
import {
	type ListRequest,
	type OperationContext,
	type PdfFile,
	type Vendor,
	each,
	get,
	list,
} from '../shared/vendor/vendor';
import { normalizeInvoice } from './normalize';
import type { CarrierXInvoice } from './records';

interface CarrierXPage {
	total?: number;
	has_more?: boolean;
}

/** How the list of invoices is paged. */
export const carrierXPaging = offset({ max: 1000 });

const DEEPEST_WORDS = 10;
const SID = 'invoice_sid';
/** One of them stands in every invoice. */
const CONTENT = ['amount', 'date_created', 'date_billing_period_start', 'invoice_items'];

/** GET /billing/invoices. Its `pagination.next` is never followed: an offset leads just as far. */
function pagesOf(
	context: OperationContext,
	{ all }: ListRequest,
	what: Query,
): AskForPage<OffsetRequest, CarrierXInvoice> {
	const source = sourceOf(carrierX, context);
	const query = {
		...what,
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
	normalize: each(normalizeInvoice),
	readsOldestFirst: true,
};

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
function fieldsFrom({ options }: OperationContext, { purpose }: ListRequest): Query {
	if (purpose !== 'raw') return {};
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
function filterFrom({ filters }: OperationContext, condition?: string): string | undefined {
	const from = dateFrom(filters.createdFrom, 'Created From');
	const to = dateFrom(filters.createdTo, 'Created To');
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

/** A sid with this ending would be the path of a file. */
function isSid(id: string): boolean {
	return fitsSegment(id) && !/\.pdf$/i.test(id);
}

function sidOf({ parameter }: OperationContext): string {
	return idFrom(locatorFrom(parameter('invoiceId', '')).value, 'Invoice', isSid);
}

/** GET /billing/invoices/{invoice_sid}: the bare invoice. */
async function invoice(context: OperationContext): Promise<CarrierXInvoice[]> {
	const id = sidOf(context);
	const response = await context.client.json({ path: path`/billing/invoices/${id}` });
	const asked = { what: `invoice "${id}"`, id, field: SID, content: CONTENT };
	return recordsAskedFor<CarrierXInvoice>(sourceOf(carrierX, context), response, asked);
}

/** GET /billing/invoices/{invoice_sid}.pdf */
async function pdf(context: OperationContext): Promise<PdfFile> {
	const sid = sidOf(context);
	const askedFor = async () => firstText((await invoice(context))[0].display_id) ?? null;
	return {
		invoiceId: sid,
		invoiceNumber: numberOnItem(context, 'carrierX', sid) ?? (await askedFor()),
		// Each partner has its own numbers.
		numberRepeats: true,
		path: path`/billing/invoices/${sid}.pdf`,
	};
}

/** The error body's `errors` is documented by name only: all texts in it are the vendor's words. */
function errorMessageOf(body: unknown): string | undefined {
	const { errors, message } = (body ?? {}) as Record<string, unknown>;
	return joinTexts('; ', ...textsIn(errors)) ?? firstText(message);
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
	connect: connectBySecret('accessToken', 'Access Token'),
	errorMessageOf,
	operations: {
		'invoice:getAll': list(carrierXPaging, {
			...invoices,
			pages: (context, request) =>
				pagesOf(context, request, { filter: filterFrom(context), ...fieldsFrom(context, request) }),
			newestFirst: true,
		}),
		'invoice:getUnpaid': list(carrierXPaging, {
			...invoices,
			pages: (context, request) =>
				pagesOf(context, request, { filter: filterFrom(context, 'paid eq false') }),
			// The filter is checked again: a paid invoice, a credit note or a draft is not to be paid.
			isUnpaidOnly: true,
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
