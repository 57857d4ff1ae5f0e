import type { ICredentialTestRequest } from 'n8n-workflow';

type Rules = NonNullable<ICredentialTestRequest['rules']>;

/** What a credential test says about a response of the right status that is a web page. */
export const WEB_PAGE = 'The URL returned a web page. Check the base URL';

const STATUSES: Array<[statuses: number[], message: (status: number) => string]> = [
	[[301, 302, 303, 307, 308], () => 'The URL redirects to another one. Check the base URL'],
	[
		[401, 403],
		(status) =>
			`Authentication failed (HTTP ${status}). Check the secret and that it may read invoices`,
	],
	[
		[404, 405, 410],
		(status) => `There are no invoices at this URL (HTTP ${status}). Check the base URL`,
	],
	[[429], () => 'Too many requests (HTTP 429). Try again later'],
	[
		[500, 502, 503, 504],
		(status) => `The vendor has a temporary problem (HTTP ${status}). Try again later`,
	],
];

/** Returns what a credential test says about a status; undefined if it is not a usual one. */
export function statusMessage(status: number | undefined): string | undefined {
	const found = STATUSES.find(([statuses]) => statuses.includes(status ?? 0));
	return found?.[1](status ?? 0);
}

/**
 * Returns the rules of a declarative credential test: they reject a refused secret, and a response that
 * is not the vendor's. n8n supports no other test of OAuth2 credentials.
 *
 * @param key that every response of the vendor contains
 */
export function testRules(key: string): Rules {
	const statuses = STATUSES.flatMap(([values, messageFor]) =>
		values.map((value) => ({
			type: 'responseCode',
			properties: { value, message: messageFor(value) },
		})),
	);
	// In a web page, character 0 is `<`; a JSON object has no such key.
	const webPage = {
		type: 'responseSuccessBody',
		properties: { key: '0', value: '<', message: WEB_PAGE },
	};
	const notVendor = {
		type: 'responseSuccessBody',
		properties: {
			key,
			value: undefined,
			message: 'The response contains no invoices. Check the base URL',
		},
	};
	// n8n's type allows rules of a single kind, n8n itself allows both.
	return [...statuses, webPage, notVendor] as Rules;
}
