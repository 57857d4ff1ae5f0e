import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { ReadFailure } from '../shared/errors';
import type { Connection } from '../shared/http/client';
import { firstText, joinTexts, objectsIn } from '../shared/http/failure';
import { secretFrom } from '../shared/http/secretValue';
import { baseUrlFrom, path } from '../shared/http/url';
import { recordKey, contentKey } from '../shared/paging/page';
import { type PageNumberRequest, pageNumber } from '../shared/paging/pageNumber';
import type { AskForPage } from '../shared/paging/paging';
import { choiceName, dayIn, textIn } from '../shared/vendor/choice';
import { recordsAskedFor } from '../shared/vendor/askedFor';
import { recordsIn } from '../shared/vendor/responses';
import { sourceOf } from '../shared/vendor/source';
import { countIn, dateFrom, idFrom, locatorFrom, textFrom } from '../shared/vendor/values';
import {
	type ListRequest,
	type OperationContext,
	type Vendor,
	get,
	list,
	readAll,
} from '../shared/vendor/vendor';
import { assembleLines, normalizeLines } from './normalize';
import type { TalkdeskAccount, TalkdeskLine } from './records';

interface TalkdeskPage {
	per_page?: number;
	total?: number;
	_links?: Record<string, unknown>;
}

/** How lists are paged. */
export const talkdeskPaging = pageNumber({ max: 250 });

const MOST_FILTER_CHARACTERS = 1600;

/** Values stand in single quotes in a filter, and there is no way to write a quote in one. */
const isQuotable = (value: string) => /^[^'\\\p{Cc}]{1,200}$/u.test(value);

/**
 * GET /express/invoices and /express/accounts. The links in the answer are never followed: those of
 * the documentation lead elsewhere, and a page number says the same.
 */
function pagesOf<R extends object>(
	context: OperationContext,
	what: 'invoices' | 'accounts',
	query: Record<string, string | undefined>,
): AskForPage<PageNumberRequest, R> {
	const source = sourceOf(talkdesk, context);
	const place = { path: `_embedded.${what}`, ids: ['id', 'number', 'account_id', 'account ID'] };
	return async ({ page, size }) => {
		const response: TalkdeskPage = await context.client.json({
			path: path`/express/${what}`,
			query: { ...query, page, per_page: size },
		});
		return {
			records: recordsIn<R>(source, response, place),
			total: countIn(response.total),
			more: moreIn(response._links),
			size: countIn(response.per_page),
		};
	};
}

/** The last page has no link to a next one, but others than to itself. One without an address says nothing. */
function moreIn(links: TalkdeskPage['_links']): boolean | null {
	const { next, first, last, prev } = links ?? {};
	if (next) return firstText(next, (next as { href?: unknown }).href) === undefined ? null : true;
	return first || last || prev ? false : null;
}

function lineKey(line: TalkdeskLine): string {
	const { id, number, invoice_line_number } = line;
	return contentKey([recordKey(id, line), String(number), String(invoice_line_number)]);
}

/** All lines of all invoices. */
function invoiceLines(context: OperationContext, request: ListRequest) {
	const { accountId, dateFrom: from, dateTo: to, query } = context.filters;
	const day = { from: dateFrom(from, 'Date From'), to: dateFrom(to, 'Date To') };
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
			numbers.add(textIn(line.number) || contentKey(line));
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
async function invoice(context: OperationContext): Promise<TalkdeskLine[]> {
	const { value } = locatorFrom(context.parameter('invoiceId', ''));
	const number = idFrom(value, 'Invoice', isQuotable);
	const asked = { filter: `number eq '${number}'`, order_by: 'date:asc' };
	const pages = pagesOf<TalkdeskLine>(context, 'invoices', asked);
	const lines = await readAll(context, talkdeskPaging, pages, lineKey);
	return recordsAskedFor<TalkdeskLine>(sourceOf(talkdesk, context), lines, {
		what: `invoice "${number}"`,
		id: number,
		field: 'number',
	});
}

function errorMessageOf(body: unknown): string | undefined {
	const { message, description, fields } = (body ?? {}) as Record<string, unknown>;
	const details = objectsIn(fields).map((field) => joinTexts(': ', field.name, field.description));
	return joinTexts('; ', message, description, ...details);
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
	errorMessageOf,
	operations: {
		'invoice:getAll': list(talkdeskPaging, {
			pages: invoiceLines,
			keyOf: lineKey,
			normalize: normalizeLines,
			assemble: assembleLines,
			enoughFor,
			newestFirst: true,
			readsOldestFirst: true,
		}),
		'invoice:get': get(invoice, normalizeLines),
		'account:getAll': list(talkdeskPaging, {
			pages: (context) => pagesOf<TalkdeskAccount>(context, 'accounts', {}),
			keyOf: (account) => recordKey(account.id, account),
		}),
	},
	choiceOf: (line: TalkdeskLine) => ({
		name: choiceName(line.number, dayIn(line.date), line.total_invoice_amount, line.currency),
		value: textIn(line.number),
	}),
};
