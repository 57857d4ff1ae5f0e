import type {
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { discard } from './body';
import { withAbortSignal } from './cancel';
import type { Authentication, CredentialUse, Resolve } from './connection';
import type { N8nContext } from './context';

/**
 * Returns the authentication for a secret in a header. After a 401 the credential is read again: the
 * secret may have been replaced.
 */
export function headerAuthentication(
	context: N8nContext,
	{ credentialType, connect }: CredentialUse,
	resolve: Resolve,
	credential: ICredentialDataDecryptedObject,
): Authentication {
	const { baseUrl, secrets } = connect(credential);
	const known = new Set(secrets);
	let current = credential;
	const request = async (options: IHttpRequestOptions, signal: AbortSignal) =>
		(await context.helpers.httpRequestWithAuthentication.call(
			withAbortSignal(context, signal),
			credentialType,
			{ ...options, ignoreHttpStatusErrors: true },
			{ credentialsDecrypted: { id: '', name: '', type: credentialType, data: current } },
		)) as IN8nHttpFullResponse;
	return {
		credential,
		baseUrl,
		secrets: () => [...known],
		async send(options, signal) {
			const used = current;
			const response = await request(options, signal);
			if (response.statusCode !== 401) return response;
			if (current === used) {
				const fresh = await resolve();
				const connection = connect(fresh);
				if (connection.baseUrl !== baseUrl) return response;
				for (const secret of connection.secrets) known.add(secret);
				current = fresh;
			}
			discard(response.body);
			return await request(options, signal);
		},
	};
}
