import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { ReadFailure } from '../shared/errors';
import type { Connection } from '../shared/http/client';
import { secretFrom } from '../shared/http/secretValue';
import { baseUrlFrom, parseUrl } from '../shared/http/url';

/** The API of each region. https://docs.talkdesk.com/docs/authentication */
const BASE_URLS = new Map([
	['us', 'https://api.talkdeskapp.com'],
	['eu', 'https://api.talkdeskapp.eu'],
	['ca', 'https://api.talkdeskappca.com'],
]);

/**
 * Returns the base URL and the secrets of a Talkdesk credential.
 *
 * @throws ReadFailure if a field of the credential cannot be used
 */
export function connect(credential: ICredentialDataDecryptedObject): Connection {
	const { region, account, baseUrl, tokenUrl, clientId, clientSecret, oauthTokenData } = credential;
	const id = secretFrom(clientId, 'Client ID');
	const secret = secretFrom(clientSecret, 'Client Secret');
	// The form in which the token URL receives them.
	const basic = Buffer.from(`${id}:${secret}`).toString('base64');
	const tokens = (oauthTokenData ?? {}) as Record<string, unknown>;
	const secrets = [secret, basic, tokens.access_token, tokens.refresh_token]
		.filter(Boolean)
		.map(String);
	const { grantType, accessTokenUrl, scope } = credential;
	const client = JSON.stringify([id, secret, accessTokenUrl, scope]);
	const loginHost = parseUrl(String(accessTokenUrl))?.host;
	const isLoggedIn = grantType === 'authorizationCode';
	if (region === 'custom') {
		baseUrlFrom(tokenUrl, false, 'token URL');
		return { baseUrl: baseUrlFrom(baseUrl), secrets, client, isLoggedIn, loginHost };
	}
	if (!/^[a-z0-9-]+$/i.test(String(account))) {
		throw new ReadFailure('input', `"${String(account)}" is not a valid Talkdesk account name`, {
			hint: 'Use the first part of the URL where you log in: "acme" in acme.mytalkdesk.com',
		});
	}
	return { baseUrl: BASE_URLS.get(String(region)) ?? '', secrets, client, isLoggedIn, loginHost };
}
