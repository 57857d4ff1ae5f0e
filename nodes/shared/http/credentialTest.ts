import type { ICredentialTestRequest } from 'n8n-workflow';

type Rules = NonNullable<ICredentialTestRequest['rules']>;

/** The expression for a credential's base URL, without a trailing slash. */
export const BASE_URL = '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "") }}';

/**
 * Returns the rules of a credential test: they reject a refused secret, and a response that is not the
 * vendor's.
 *
 * @param key that every response of the vendor contains; without it only web pages are rejected
 */
export function testRules(key?: string): Rules {
	const refused = [401, 403].map((value) => ({
		type: 'responseCode',
		properties: {
			value,
			message: `The secret is refused (HTTP ${value}), or it may not read invoices`,
		},
	}));
	// In a web page, character 0 is `<`; a JSON object has no such key.
	const webPage = {
		type: 'responseSuccessBody',
		properties: { key: '0', value: '<', message: 'A web page answers. Check the base URL' },
	};
	const notVendor = {
		type: 'responseSuccessBody',
		properties: {
			key,
			value: undefined,
			message: 'The answer holds no invoices. Check the base URL',
		},
	};
	// n8n's type allows rules of a single kind, n8n itself allows both.
	return (key === undefined ? [...refused, webPage] : [...refused, notVendor]) as Rules;
}
