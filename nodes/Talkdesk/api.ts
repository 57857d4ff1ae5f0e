import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { ReadFailure } from '../shared/errors';
import type { Connection } from '../shared/http/client';
import { firstText, joined, objectsIn } from '../shared/http/failure';
import { secretFrom } from '../shared/http/secretValue';
import { baseUrlFrom, path } from '../shared/http/url';
import { recordKey, wholeRecord } from '../shared/paging/page';
import { type NumberedPage, pageAt, pageFrom } from '../shared/paging/pages';
import type { Window, Windows } from '../shared/paging/prefetch';
import { readWindows } from '../shared/paging/windows';
import { choiceName, dayIn, textIn } from '../shared/node/listSearch';
import { recordsAskedFor, recordsIn, sourceOf } from '../shared/node/responses';
import { countIn, dateFrom, idFrom, locatorFrom, textFrom } from '../shared/node/values';
import {
	type Call,
	type ListRequest,
	type Reading,
	type Vendor,
	get,
	list,
} from '../shared/node/vendor';
import { makingOfLines, normalizeLines } from './normalize';

/**
 * One line of an invoice; what belongs to the whole invoice repeats on each of its lines.
 * https://docs.talkdesk.com/reference/get-invoices
 */
export interface TalkdeskLine {
	id?: string;
	account_id?: string;
	/** The documentation page spells the account's id like this. */
	'account ID'?: string;
	number?: string;
	/** Text in the schema, a number in the example. */
	invoice_line_number?: string | number;
	date?: string;
	due_date?: string;
	currency?: string;
	total_invoice_amount?: number;
	total_tax_amount?: number;
	product_id?: string;
	product_name?: string;
	/** The period of the line as free text. */
	description?: string;
	quantity?: number;
	rate?: number;
	amount?: number;
}

export interface TalkdeskAccount {
	id?: string;
	name?: string;
	company_name?: string;
	status?: string;
}

interface TalkdeskPage {
	per_page?: number;
	total?: number;
	_links?: Record<string, unknown>;
}

const MOST_PER_PAGE = 250;

/** Pages of fewer lines do not reach far enough beyond every position. See `pageAt`. */
const LEAST_PER_PAGE = 50;
const MOST_FILTER_CHARACTERS = 1600;

/** Values stand in single quotes in a filter, and there is no way to write a quote in one. */
const isQuotable = (value: string) => /^[^'\\\p{Cc}]{1,200}$/u.test(value);

/**
 * GET /express/invoices and /express/accounts. The links in the answer are never followed: those of
 * the documentation lead elsewhere, and a page number says the same.
 */
function readPages<R extends object>(
	call: Call,
	what: 'invoices' | 'accounts',
	query: Record<string, string | undefined>,
	keyOf: (record: R) => string,
	{ pageSize = MOST_PER_PAGE, pace }: Partial<ListRequest> = {},
) {
	const source = sourceOf(talkdesk, call);
	const place = { path: `_embedded.${what}`, ids: ['id', 'number', 'account_id', 'account ID'] };
	let most = Math.max(Math.min(pageSize, MOST_PER_PAGE), LEAST_PER_PAGE);
	const ask = async ({ page, size }: NumberedPage): Promise<Window<R>> => {
		const response: TalkdeskPage = await call.client.json({
			path: path`/express/${what}`,
			query: { ...query, page, per_page: size },
		});
		const { per_page, total, _links } = response;
		const given = Math.min(size, countIn(per_page) || size);
		return {
			offset: (page - 1) * given,
			size: given,
			records: recordsIn<R>(source, response, place),
			total: countIn(total),
			more: moreIn(_links),
		};
	};
	const windows: Windows<R, NumberedPage> = {
		spanAt: (position) => pageAt(position, position === 0 ? Math.min(pageSize, most) : most),
		exactlyAt: (position) => pageFrom(position, most),
		ask: async (page) => {
			const window = await ask(page);
			if (window.size === page.size) return window;
			// The server gave less than it was asked for. If it does so again, no more is asked of it.
			const again = await ask(page);
			if (again.size < page.size) most = again.size;
			return again;
		},
	};
	return readWindows(windows, keyOf, pace);
}

/** The last page has no link to a next one, but others than to itself. One without an address says nothing. */
function moreIn(links: TalkdeskPage['_links']): boolean | null {
	const { next, first, last, prev } = links ?? {};
	if (next) return firstText(next, (next as { href?: unknown }).href) === undefined ? null : true;
	return first || last || prev ? false : null;
}

function lineKey(line: TalkdeskLine): string {
	const { id, number, invoice_line_number } = line;
	return wholeRecord([recordKey(id, line), String(number), String(invoice_line_number)]);
}

/** All lines of all invoices, newest first. */
function invoiceLines(call: Call, request: ListRequest): Reading<TalkdeskLine> {
	const { accountId, dateFrom: from, dateTo: to, query } = call.filters;
	const day = { from: dateFrom(from, 'Date From'), to: dateFrom(to, 'Date To') };
	const account = textFrom(accountId) && idFrom(accountId, 'Account ID', isQuotable);
	const conditions = [
		account && `account_id eq '${account}'`,
		day.from && `date ge '${day.from}'`,
		day.to && `date le '${day.to}'`,
		textFrom(query) && `(${textFrom(query)})`,
	];
	const asked = {
		filter: filterFrom(conditions),
		order_by: request.all ? 'date:asc' : 'date:desc',
	};
	return { pages: readPages(call, 'invoices', asked, lineKey, request), reversed: request.all };
}

/**
 * Enough for so many invoices is there when the lines of a later (older) day begin: all lines of an
 * invoice bear its date, so none of its lines can follow.
 */
function enoughFor(invoices: number): (page: TalkdeskLine[]) => boolean {
	const numbers = new Set<string>();
	let lastDay: string | undefined;
	return (page) => {
		for (const line of page) {
			const day = dayIn(line.date);
			if (numbers.size >= invoices && day !== '' && day !== lastDay) return true;
			numbers.add(textIn(line.number) || wholeRecord(line));
			lastDay = day;
		}
		return false;
	};
}

function filterFrom(conditions: Array<string | undefined>): string | undefined {
	const filter = firstText(conditions.filter(Boolean).join(' and '));
	if (filter !== undefined && filter.length > MOST_FILTER_CHARACTERS) {
		throw new ReadFailure('input', `The filter has ${filter.length} characters`, {
			hint: `${talkdesk.name} takes ${MOST_FILTER_CHARACTERS} at most. Shorten the query`,
		});
	}
	return filter;
}

/** There is no request for one invoice: it is all the lines with its number. */
async function invoice(call: Call): Promise<TalkdeskLine[]> {
	const { value } = locatorFrom(call.parameter('invoiceId', ''));
	const number = idFrom(value, 'Invoice', isQuotable);
	const asked = { filter: `number eq '${number}'`, order_by: 'date:asc' };
	const lines: TalkdeskLine[] = [];
	for await (const page of readPages(call, 'invoices', asked, lineKey)) {
		for (const line of page) lines.push(line);
	}
	return recordsAskedFor<TalkdeskLine>(sourceOf(talkdesk, call), lines, {
		what: `invoice "${number}"`,
		id: number,
		field: 'number',
	});
}

function accounts(call: Call, request: ListRequest): Reading<TalkdeskAccount> {
	const keyOf = (account: TalkdeskAccount) => recordKey(account.id, account);
	return { pages: readPages(call, 'accounts', {}, keyOf, request) };
}

function wordsOf(body: unknown): string | undefined {
	const { message, description, fields } = (body ?? {}) as Record<string, unknown>;
	const details = objectsIn(fields).map((field) => joined(': ', field.name, field.description));
	return joined('; ', message, description, ...details);
}

/** https://docs.talkdesk.com/docs/authentication */
const DOMAINS = new Map([
	['us', 'https://api.talkdeskapp.com'],
	['eu', 'https://api.talkdeskapp.eu'],
	['ca', 'https://api.talkdeskappca.com'],
]);

function connect(credential: ICredentialDataDecryptedObject): Connection {
	const { region, account, baseUrl, tokenUrl, clientId, clientSecret, oauthTokenData } = credential;
	const id = secretFrom(clientId, 'Client ID');
	const secret = secretFrom(clientSecret, 'Client Secret');
	// As the token URL gets it.
	const basic = Buffer.from(`${id}:${secret}`).toString('base64');
	const tokens = (oauthTokenData ?? {}) as Record<string, unknown>;
	const secrets = [secret, basic, tokens.access_token, tokens.refresh_token]
		.filter(Boolean)
		.map(String);
	const { grantType, accessTokenUrl, scope } = credential;
	const client = JSON.stringify([id, secret, accessTokenUrl, scope]);
	const isLoggedIn = grantType === 'authorizationCode';
	if (region === 'custom') {
		baseUrlFrom(tokenUrl);
		return { baseUrl: baseUrlFrom(baseUrl), secrets, client, isLoggedIn };
	}
	if (!/^[a-z0-9-]+$/i.test(String(account))) {
		throw new ReadFailure('input', `"${String(account)}" is not the name of a Talkdesk account`, {
			hint: 'It is the first part of the address you log in at: "acme" in acme.mytalkdesk.com',
		});
	}
	return { baseUrl: DOMAINS.get(String(region)) ?? '', secrets, client, isLoggedIn };
}

export const talkdesk: Vendor = {
	provider: 'talkdesk',
	name: 'Talkdesk',
	credentialType: 'talkdeskOAuth2Api',
	connect,
	wordsOf,
	operations: {
		'invoice:getAll': list(invoiceLines, {
			normalize: normalizeLines,
			making: makingOfLines,
			enoughFor,
			newestFirst: true,
		}),
		'invoice:get': get(invoice, normalizeLines),
		'account:getAll': list(accounts),
	},
	choiceOf: (line: TalkdeskLine) => ({
		name: choiceName(line.number, dayIn(line.date), line.total_invoice_amount, line.currency),
		value: textIn(line.number),
	}),
};
