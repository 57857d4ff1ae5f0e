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

/** The user has logged in: n8n alone can renew the tokens, and does so when a 401 is thrown. */
export function userAuthentication(
	context: N8nContext,
	{ credentialType, connect }: CredentialUse,
	resolve: Resolve,
	credential: ICredentialDataDecryptedObject,
): Authentication {
	const { baseUrl, secrets } = connect(credential);
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
			// Renewed, here or by another execution: the next request begins with the new one.
			if (token !== (used.oauthTokenData as IDataObject | undefined)?.access_token) current = null;
		}
	};
	return {
		credential,
		baseUrl,
		secrets: () => [...known],
		async send(options, signal) {
			const response = await request(options, signal, { ignore: true, except: [401] });
			if (response.statusCode !== 401) return response;
			// n8n 1 knows no exceptions to what it ignores: it is asked again to throw.
			discard(response.body);
			return await request(options, signal, false);
		},
	};
}
