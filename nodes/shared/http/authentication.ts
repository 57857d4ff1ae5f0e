import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { endingWith } from './cancel';
import type { N8nContext } from './context';
import { discard } from './body';
import { ClientTokens, tokenIn } from './tokens';

/** Where a credential leads, what must never be shown of it, and whose tokens it sends. */
export interface Connection {
	/** The checked base URL, without a slash at its end. */
	baseUrl: string;
	/** Values that are redacted from every message. */
	secrets: string[];
	/** With OAuth2: what tells this client from every other one. Missing where a header holds the secret. */
	client?: string;
	/** With OAuth2: whether a user has logged in, so that the credential has one token. */
	isLoggedIn?: boolean;
}

/** The credential of a vendor, as nodes and triggers declare it. */
export interface CredentialUse {
	credentialType: string;
	/** Checks a resolved credential and says where it leads. Throws ReadFailure. */
	connect: (credential: ICredentialDataDecryptedObject) => Connection;
}

/** A credential as it was resolved for one input item; all requests of that item are sent with it. */
export interface Authentication {
	credential: ICredentialDataDecryptedObject;
	baseUrl: string;
	/** Returns what must not be shown by now: tokens that were sent are among it. */
	secrets: () => string[];
	/**
	 * Sends a request with the credential; where it is refused, once more with what the credential holds
	 * by then, or with a new token. Throws what n8n throws.
	 */
	send: (options: IHttpRequestOptions, end: AbortSignal) => Promise<IN8nHttpFullResponse>;
}

/** The OAuth2 clients of a run. */
export interface Clients {
	/** By client, so that items with the same one share its tokens. */
	holders: Map<string, ClientTokens>;
	/** The one that a user has logged in with, as it was met first. */
	loggedIn?: string;
}

type Resolve = () => Promise<ICredentialDataDecryptedObject>;

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
			throw withoutItem(error);
		});
	};
	const credential = await resolve();
	const { client, isLoggedIn } = use.connect(credential);
	if (client === undefined) return headerAuthentication(context, use, resolve, credential);
	if (isLoggedIn) {
		if ((clients.loggedIn ??= client) !== client) throw oneLogin();
		return userAuthentication(context, use, resolve, credential);
	}
	return clientAuthentication(context, use, resolve, credential, clients);
}

/** The secret is sent as it is. After a refusal it is looked up again: it may have been replaced. */
function headerAuthentication(
	context: N8nContext,
	{ credentialType, connect }: CredentialUse,
	resolve: Resolve,
	credential: ICredentialDataDecryptedObject,
): Authentication {
	const { baseUrl, secrets } = connect(credential);
	const known = new Set(secrets);
	let current = credential;
	const request = async (options: IHttpRequestOptions, end: AbortSignal) =>
		(await context.helpers.httpRequestWithAuthentication.call(
			endingWith(context, end),
			credentialType,
			{ ...options, ignoreHttpStatusErrors: true },
			{ credentialsDecrypted: { id: '', name: '', type: credentialType, data: current } },
		)) as IN8nHttpFullResponse;
	return {
		credential,
		baseUrl,
		secrets: () => [...known],
		async send(options, end) {
			const used = current;
			const answer = await request(options, end);
			if (answer.statusCode !== 401) return answer;
			if (current === used) {
				const fresh = await resolve();
				const connection = connect(fresh);
				if (connection.baseUrl !== baseUrl) return answer;
				for (const secret of connection.secrets) known.add(secret);
				current = fresh;
			}
			discard(answer.body);
			return await request(options, end);
		},
	};
}

/** The user has logged in: n8n alone can renew the tokens, and does so when a 401 is thrown. */
function userAuthentication(
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
		end: AbortSignal,
		ignoreHttpStatusErrors: IHttpRequestOptions['ignoreHttpStatusErrors'],
	) => {
		const used = (current ??= await resolve());
		const sent = { ...options, headers: { ...headers }, ignoreHttpStatusErrors };
		try {
			return (await context.helpers.httpRequestWithAuthentication.call(
				endingWith(context, end, used),
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
		async send(options, end) {
			const answer = await request(options, end, { ignore: true, except: [401] });
			if (answer.statusCode !== 401) return answer;
			// n8n 1 knows no exceptions to what it ignores: it is asked again to throw.
			discard(answer.body);
			return await request(options, end, false);
		},
	};
}

/** Tokens are issued to a client of the credential's own, and are its alone. */
function clientAuthentication(
	context: N8nContext,
	{ credentialType, connect }: CredentialUse,
	resolve: Resolve,
	credential: ICredentialDataDecryptedObject,
	clients: Clients,
): Authentication {
	const { baseUrl, secrets, client } = connect(credential);
	const identity = String(client);
	const reread = async () => {
		const fresh = await resolve();
		return connect(fresh).client === client ? fresh : null;
	};
	const tokens = clients.holders.get(identity) ?? new ClientTokens(credential, identity, reread);
	clients.holders.set(identity, tokens);
	return {
		credential,
		baseUrl,
		secrets: () => [...secrets, ...tokens.sent],
		send: async (options, end) =>
			await tokens.send(
				async (held, sent) =>
					(await context.helpers.httpRequestWithAuthentication.call(
						endingWith(context, end, held),
						credentialType,
						sent,
					)) as IN8nHttpFullResponse,
				{ ...options, ignoreHttpStatusErrors: true },
			),
	};
}

/** The token of a login is that of one account: it would read this one for every input item. */
function oneLogin(): ReadFailure {
	return new ReadFailure('input', 'The credential differs between input items, but has one login', {
		hint: 'Use the grant type Client Credentials to read several accounts, or a credential for each account',
	});
}

/** Polls and searchable lists have no input item that an expression could take a secret from. */
function withoutItem(error: unknown): unknown {
	if (error instanceof ReadFailure) return error;
	const { message } = (error ?? {}) as { message?: unknown };
	return new ReadFailure('input', `The credential could not be read: ${String(message ?? error)}`, {
		hint: 'Triggers and lists have no input item, so expressions such as {{ $json.token }} cannot be used in their credential',
	});
}
