import { ReadFailure } from '../errors';
import { clientAuthentication } from './clientAuthentication';
import type { Authentication, CredentialUse, Resolve } from './connection';
import type { N8nContext } from './context';
import { headerAuthentication } from './headerAuthentication';
import type { ClientTokens } from './tokens';
import { userAuthentication } from './userAuthentication';

/** The OAuth2 clients of an execution. */
export interface Clients {
	/** By client, so that items with the same one share its tokens. */
	tokensByClient: Map<string, ClientTokens>;
	/** The one that a user has logged in with, as it was met first. */
	loggedIn?: string;
}

/**
 * Resolves the credential once, with the data of the input item where there is one.
 *
 * n8n itself would read, decrypt and evaluate it for each request, always with the data of item 0.
 *
 * @throws ReadFailure where the credential cannot be resolved or leads nowhere it may
 */
export async function authenticationFor(
	context: N8nContext,
	use: CredentialUse,
	clients: Clients,
	itemIndex?: number,
): Promise<Authentication> {
	const resolve: Resolve = async () => {
		if (itemIndex !== undefined) return await context.getCredentials(use.credentialType, itemIndex);
		return await context.getCredentials(use.credentialType).catch((error: unknown) => {
			throw unresolvedCredential(error);
		});
	};
	const credential = await resolve();
	const { client, isLoggedIn } = use.connect(credential);
	if (client === undefined) return headerAuthentication(context, use, resolve, credential);
	if (isLoggedIn) {
		if ((clients.loggedIn ??= client) !== client) throw sharedLoginFailure();
		return userAuthentication(context, use, resolve, credential);
	}
	return clientAuthentication(context, use, resolve, credential, clients.tokensByClient);
}

/** The token of a login is that of one account: it would read this one for every input item. */
function sharedLoginFailure(): ReadFailure {
	return new ReadFailure('input', 'The credential differs between input items, but has one login', {
		hint: 'Use the grant type Client Credentials to read several accounts, or a credential for each account',
	});
}

/** Polls and searchable lists have no input item that an expression could take a secret from. */
function unresolvedCredential(error: unknown): unknown {
	if (error instanceof ReadFailure) return error;
	const { message } = (error ?? {}) as { message?: unknown };
	return new ReadFailure('input', `The credential could not be read: ${String(message ?? error)}`, {
		hint: 'Triggers and lists have no input item, so expressions such as {{ $json.token }} cannot be used in their credential',
	});
}
