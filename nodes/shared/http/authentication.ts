import { ReadFailure } from '../errors';
import { clientAuthentication } from './clientAuthentication';
import type { Authentication, CredentialUse, Resolve } from './connection';
import type { N8nContext } from './context';
import { headerAuthentication } from './headerAuthentication';
import type { ClientTokens } from './tokens';
import { userAuthentication } from './userAuthentication';

/** The OAuth2 clients used in one execution. */
export interface Clients {
	/** By client ID, so that input items with the same client share its tokens. */
	tokensByClient: Map<string, ClientTokens>;
	/** The first client that a user is logged in with; only one is allowed. */
	loggedIn?: string;
}

/**
 * Resolves the credential once, with the data of the given input item, and returns how to send
 * requests with it. n8n itself would read, decrypt and evaluate it for each request, always with the
 * data of item 0.
 *
 * @param clients the OAuth2 clients of this execution; extended as new ones are found
 * @throws ReadFailure if the credential cannot be resolved or its base URL is not allowed
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

/** A logged-in user has one token: it would read the same account for every input item. */
function sharedLoginFailure(): ReadFailure {
	return new ReadFailure(
		'input',
		'The credential resolves to several clients, but only one user is connected',
		{
			hint: 'To read several accounts, use the grant type Client Credentials, or a separate credential for each account',
		},
	);
}

/** Triggers and searchable lists have no input item that an expression could take a secret from. */
function unresolvedCredential(error: unknown): unknown {
	if (error instanceof ReadFailure) return error;
	const { message } = (error ?? {}) as { message?: unknown };
	return new ReadFailure('input', `Could not read the credential: ${String(message ?? error)}`, {
		hint: 'Triggers and searchable lists have no input item, so their credential cannot contain expressions such as {{ $json.token }}',
	});
}
