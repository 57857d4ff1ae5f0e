import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { createHash } from 'crypto';
import { discard } from './body';

/**
 * The tokens of one OAuth2 client.
 *
 * n8n keeps one token for a credential, whatever client the credential is resolved to, and where it
 * renews a token itself it takes the one that is kept. So a token is marked with the client that it was
 * issued to, and none without that mark is used: neither that of another input item's client, nor one
 * that was issued before the credential was edited.
 */
export interface TokenHolder {
	/** The latest tokens that were sent; another execution may have renewed the credential's since. */
	sent: Set<string>;
	/**
	 * Sends a request with a token, and once more with a new one where it is refused.
	 *
	 * @param request has n8n send it with a credential; n8n gets a token where that holds none
	 */
	send: (
		request: (
			credential: ICredentialDataDecryptedObject,
			options: IHttpRequestOptions,
		) => Promise<IN8nHttpFullResponse>,
		options: IHttpRequestOptions,
	) => Promise<IN8nHttpFullResponse>;
}

/** Older ones are of no use to anybody: where each is refused, there is a new one for each input item. */
const MOST_SENT = 8;

/**
 * Returns what holds the tokens of a client.
 *
 * @param client tells this client from every other one
 * @param reread reads the credential again; null where it leads to another client by now
 */
export function clientTokens(
	credential: ICredentialDataDecryptedObject,
	client: string,
	reread: () => Promise<ICredentialDataDecryptedObject | null>,
): TokenHolder {
	const sent = new Set<string>();
	let held = withOwnTokens(credential, client, () => endIssuing());
	/** Under way until the request that gets a token has got it, or has failed. */
	let issuing: Promise<void> | null = null;
	let endIssuing = () => {};
	let renewing: Promise<void> | null = null;

	function remember(token: string): void {
		sent.delete(token);
		sent.add(token);
		for (const oldest of [...sent].slice(0, -MOST_SENT)) sent.delete(oldest);
	}

	function beginIssuing(): () => void {
		let end = () => {};
		const own = new Promise<void>((resolve) => (end = resolve));
		issuing = own;
		endIssuing = () => {
			end();
			// At once: the token may be refused, and the next one due, before this request is answered.
			if (issuing === own) issuing = null;
		};
		return endIssuing;
	}

	async function sendOnce(
		request: Parameters<TokenHolder['send']>[0],
		options: IHttpRequestOptions,
	): Promise<{ answer: IN8nHttpFullResponse; token: string | null }> {
		while (tokenOf(held) === null && issuing !== null) await issuing;
		const end = tokenOf(held) === null ? beginIssuing() : () => {};
		// A fresh object for each request: n8n changes it.
		const asSent = { ...options, headers: { ...options.headers } };
		try {
			const answer = await request(held, asSent);
			return { answer, token: tokenIn(asSent) };
		} finally {
			const token = tokenIn(asSent);
			if (token !== null) remember(token);
			end();
		}
	}

	/** Has the next request sent with another token than this. */
	async function renew(refused: string | null): Promise<void> {
		if (tokenOf(held) !== refused) return;
		const fresh = await reread();
		// Another execution may have renewed it meanwhile.
		held = withOwnTokens(fresh ?? credential, client, () => endIssuing());
		if (tokenOf(held) !== refused) return;
		held = withOwnTokens({ ...(fresh ?? credential), oauthTokenData: {} }, client, () =>
			endIssuing(),
		);
	}

	return {
		sent,
		async send(request, options) {
			const { answer, token } = await sendOnce(request, options);
			if (answer.statusCode !== 401) return answer;
			discard(answer.body);
			await (renewing ??= renew(token).finally(() => (renewing = null)));
			return (await sendOnce(request, options)).answer;
		},
	};
}

/** Returns the OAuth2 token that n8n has written into a request. */
export function tokenIn({ headers }: IHttpRequestOptions): string | null {
	const [, token = null] = /^Bearer (.+)$/.exec(String(headers?.Authorization)) ?? [];
	return token;
}

function tokenOf({ oauthTokenData }: ICredentialDataDecryptedObject): string | null {
	const { access_token: token } = (oauthTokenData ?? {}) as IDataObject;
	return typeof token === 'string' && token !== '' ? token : null;
}

/** Returns the credential with the token that it keeps, if that is the client's, and marks what n8n sets. */
function withOwnTokens(
	credential: ICredentialDataDecryptedObject,
	client: string,
	onToken: () => void,
): ICredentialDataDecryptedObject {
	const kept = (credential.oauthTokenData ?? {}) as IDataObject;
	let tokens: IDataObject = kept.issuedTo === markOf(client, kept) ? kept : {};
	return Object.defineProperty({ ...credential }, 'oauthTokenData', {
		enumerable: true,
		get: () => tokens,
		set(issued: IDataObject) {
			tokens = { ...issued, issuedTo: markOf(client, issued) };
			onToken();
		},
	});
}

/** It names the token too: whoever else renews it may carry the old mark along. */
function markOf(client: string, { access_token: token }: IDataObject): string {
	return createHash('sha256')
		.update(JSON.stringify([client, token]))
		.digest('hex');
}
