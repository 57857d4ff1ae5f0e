import type { ICredentialTestRequest } from 'n8n-workflow';

type Rules = NonNullable<ICredentialTestRequest['rules']>;

/** The expression for the base URL of a credential, without a slash at its end. */
export const BASE_URL = '={{ $credentials.baseUrl.trim().replace(/\\/+$/, "") }}';

/**
 * Gives the rules of a credential test: what a refused secret is called, and which key an answer
 * must hold to be one of the vendor's and not of some web server.
 */
export function testRules(key?: string): Rules {
	const refused = [401, 403].map((value) => ({
		type: 'responseCode',
		properties: {
			value,
			message: `The secret is refused (HTTP ${value}), or it may not read invoices`,
		},
	}));
	// The text of a web page begins with this, where an object of JSON has no such key.
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
	// n8n's type takes rules of one kind only, n8n itself takes both.
	return (key === undefined ? [...refused, webPage] : [...refused, notVendor]) as Rules;
}
