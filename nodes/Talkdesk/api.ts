import { ReadFailure } from '../shared/errors';
import { firstText, joinTexts, objectsIn } from '../shared/http/failure';
import { path } from '../shared/http/url';
import { recordKey, contentKey } from '../shared/paging/page';
import { type PageNumberRequest, pageNumber } from '../shared/paging/pageNumber';
import type { AskForPage } from '../shared/paging/paging';
import { findRequestedRecords } from '../shared/vendor/requestedRecords';
import { recordsIn } from '../shared/vendor/responses';
import { searchResultName } from '../shared/vendor/searchResult';
import { sourceOf } from '../shared/vendor/source';
import {
	countIn,
	dateRangeFrom,
	dateIn,
	idFrom,
	invoiceIdFrom,
	textFrom,
	textIn,
} from '../shared/vendor/values';
import {
	type ListRequest,
	type OperationContext,
	type Vendor,
	get,
	list,
	readAll,
} from '../shared/vendor/vendor';
import { counted } from '../shared/text';
import { connect } from './connect';
import { assembleLines, normalizeLines } from './normalize';
import type { TalkdeskAccount, TalkdeskLine } from './records';

interface TalkdeskPage {
	per_page?: number;
	total?: number;
	_links?: Record<string, unknown>;
}

const paging = pageNumber({ max: 250 });

const MAX_FILTER_LENGTH = 1600;

/** Filters put values in single quotes, and cannot escape a quote inside one. */
const isQuotable = (value: string) => /^[^'\\\p{Cc}]{1,200}$/u.test(value);

/**
 * GET /express/invoices and /express/accounts. The links in the response are not followed: those in
 * the documentation lead to another host, and page numbers do the same.
 * https://docs.talkdesk.com/reference/get-invoices
 */
function pagesOf<R extends object>(
	context: OperationContext,
	resource: 'invoices' | 'accounts',
	query: Record<string, string | undefined>,
): AskForPage<PageNumberRequest, R> {
	const source = sourceOf(talkdesk, context);
	const location = {
		path: `_embedded.${resource}`,
		ids: ['id', 'number', 'account_id', 'account ID'],
	};
	return async ({ page, size }) => {
		const response: TalkdeskPage = await context.client.json({
			path: path`/express/${resource}`,
			query: { ...query, page, per_page: size },
		});
		return {
			records: recordsIn<R>(source, response, location),
			total: countIn(response.total),
			more: hasNextPage(response._links),
			size: countIn(response.per_page),
		};
	};
}

/**
 * Returns whether the links name a next page, or null if they do not tell. The last page links to
 * other pages, but to no next one; a next link without an address proves nothing.
 */
function hasNextPage(links: TalkdeskPage['_links']): boolean | null {
	const { next, first, last, prev } = links ?? {};
	if (next) return firstText(next, (next as { href?: unknown }).href) === undefined ? null : true;
	return first || last || prev ? false : null;
}

function lineKey(line: TalkdeskLine): string {
	const { id, number, invoice_line_number } = line;
	return contentKey([recordKey(id, line), String(number), String(invoice_line_number)]);
}

/** Requests the lines of all invoices that match the filters. */
function invoiceLines(context: OperationContext, request: ListRequest) {
	const { accountId, query } = context.filters;
	const day = dateRangeFrom(context.filters, ['dateFrom', 'Dated From'], ['dateTo', 'Dated To']);
	const account = textFrom(accountId) && idFrom(accountId, 'Account ID', isQuotable);
	const conditions = [
		account && `account_id eq '${account}'`,
		day.from && `date ge '${day.from}'`,
		day.to && `date le '${day.to}'`,
		textFrom(query) && `(${textFrom(query)})`,
	];
	return pagesOf<TalkdeskLine>(context, 'invoices', {
		filter: filterFrom(conditions),
		order_by: request.all ? 'date:asc' : 'date:desc',
	});
}

/**
 * Newest first, an invoice is complete as soon as the lines of an earlier day begin: all lines of an
 * invoice have the same date.
 */
function enoughFor(invoices: number): (page: TalkdeskLine[]) => boolean {
	const numbers = new Set<string>();
	let lastDay: string | undefined;
	return (page) => {
		for (const line of page) {
			const day = dateIn(line.date);
			if (numbers.size >= invoices && day !== '' && day !== lastDay) return true;
			numbers.add(textIn(line.number) || contentKey(line));
			lastDay = day;
		}
		return false;
	};
}

function filterFrom(conditions: Array<string | undefined>): string | undefined {
	const filter = firstText(conditions.filter(Boolean).join(' and '));
	if (filter !== undefined && filter.length > MAX_FILTER_LENGTH) {
		throw new ReadFailure('input', `The filter is ${counted(filter.length, 'character')} long`, {
			hint: `${talkdesk.name} allows up to ${counted(MAX_FILTER_LENGTH, 'character')}. Shorten "Query" in the filters`,
		});
	}
	return filter;
}

/** Talkdesk has no endpoint for one invoice, so this gets all lines with its number. */
async function invoice(context: OperationContext): Promise<TalkdeskLine[]> {
	const number = invoiceIdFrom(context, isQuotable);
	const query = { filter: `number eq '${number}'`, order_by: 'date:asc' };
	const pages = pagesOf<TalkdeskLine>(context, 'invoices', query);
	const lines = await readAll(context, paging, pages, lineKey);
	return findRequestedRecords<TalkdeskLine>(sourceOf(talkdesk, context), lines, {
		label: `invoice "${number}"`,
		id: number,
		idField: 'number',
	});
}

function errorMessageOf(body: unknown): string | undefined {
	const { message, description, fields } = (body ?? {}) as Record<string, unknown>;
	const details = objectsIn(fields).map((field) => joinTexts(': ', field.name, field.description));
	return joinTexts('; ', message, description, ...details);
}

/** Talkdesk's Invoices and Accounts API. https://docs.talkdesk.com/reference/get-invoices */
export const talkdesk: Vendor = {
	provider: 'talkdesk',
	name: 'Talkdesk',
	credentialType: 'talkdeskOAuth2Api',
	connect,
	errorMessageOf,
	operations: {
		'invoice:getAll': list(paging, {
			pages: invoiceLines,
			keyOf: lineKey,
			normalize: normalizeLines,
			assemble: assembleLines,
			enoughFor,
			newestFirst: true,
			readsOldestFirst: true,
			filtersDates: true,
		}),
		'invoice:get': get(invoice, normalizeLines),
		'account:getAll': list(paging, {
			pages: (context) => pagesOf<TalkdeskAccount>(context, 'accounts', {}),
			keyOf: (account) => recordKey(account.id, account),
		}),
	},
	searchResultOf: (line: TalkdeskLine) => ({
		name: searchResultName(
			line.number,
			dateIn(line.date),
			line.total_invoice_amount,
			line.currency,
		),
		value: textIn(line.number),
	}),
};
