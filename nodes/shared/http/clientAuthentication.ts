import type { ICredentialDataDecryptedObject, IN8nHttpFullResponse } from 'n8n-workflow';
import { withAbortSignal } from './cancel';
import type { Authentication, CredentialUse, Resolve } from './connection';
import type { N8nContext } from './context';
import { ClientTokens } from './tokens';

/**
 * Returns the authentication for the OAuth2 client credentials grant. Items with the same client share
 * its tokens.
 */
export function clientAuthentication(
	context: N8nContext,
	{ credentialType, connect }: CredentialUse,
	resolve: Resolve,
	credential: ICredentialDataDecryptedObject,
	tokensByClient: Map<string, ClientTokens>,
): Authentication {
	const { baseUrl, secrets, client, loginHost } = connect(credential);
	const identity = String(client);
	const reload = async () => {
		const fresh = await resolve();
		return connect(fresh).client === client ? fresh : null;
	};
	const tokens = tokensByClient.get(identity) ?? new ClientTokens(credential, identity, reload);
	tokensByClient.set(identity, tokens);
	return {
		credential,
		baseUrl,
		loginHost,
		secrets: () => [...secrets, ...tokens.sent],
		send: async (options, signal) =>
			await tokens.send(
				async (current, sent) =>
					(await context.helpers.httpRequestWithAuthentication.call(
						withAbortSignal(context, signal, current),
						credentialType,
						sent,
					)) as IN8nHttpFullResponse,
				{ ...options, ignoreHttpStatusErrors: true },
			),
	};
}
