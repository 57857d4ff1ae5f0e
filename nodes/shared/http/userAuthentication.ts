import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { discard } from './body';
import { withAbortSignal } from './cancel';
import type { Authentication, CredentialUse, Resolve } from './connection';
import type { N8nContext } from './context';
import { tokenIn } from './tokens';

/**
 * Returns the authentication for a logged-in user. Only n8n can refresh these tokens, and it does so
 * if a 401 is thrown.
 */
export function userAuthentication(
	context: N8nContext,
	{ credentialType, connect }: CredentialUse,
	resolve: Resolve,
	credential: ICredentialDataDecryptedObject,
): Authentication {
	const { baseUrl, secrets, loginHost } = connect(credential);
	const known = new Set(secrets);
	let current: ICredentialDataDecryptedObject | null = credential;
	const request = async (
		{ headers, ...options }: IHttpRequestOptions,
		signal: AbortSignal,
		ignoreHttpStatusErrors: IHttpRequestOptions['ignoreHttpStatusErrors'],
	) => {
		const used = (current ??= await resolve());
		const sent = { ...options, headers: { ...headers }, ignoreHttpStatusErrors };
		try {
			return (await context.helpers.httpRequestWithAuthentication.call(
				withAbortSignal(context, signal, used),
				credentialType,
				sent,
			)) as IN8nHttpFullResponse;
		} finally {
			for (const secret of connect(used).secrets) known.add(secret);
			const token = tokenIn(sent);
			if (token !== null) known.add(token);
			// Refreshed here or by another execution: the next request reads it again.
			if (token !== (used.oauthTokenData as IDataObject | undefined)?.access_token) current = null;
		}
	};
	return {
		credential,
		baseUrl,
		loginHost,
		secrets: () => [...known],
		async send(options, signal) {
			const response = await request(options, signal, { ignore: true, except: [401] });
			if (response.statusCode !== 401) return response;
			// n8n 1 does not support `except`, so the request is repeated and made to throw.
			discard(response.body);
			return await request(options, signal, false);
		},
	};
}
