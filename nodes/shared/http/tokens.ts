import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { createHash } from 'crypto';
import { discard } from './body';

/** Limits the tokens kept for redaction: if each is refused, every input item adds a new one. */
const MAX_SENT = 8;

/** Sends a request through n8n, which fetches a token if the credential has none. */
type Request = (
	credential: ICredentialDataDecryptedObject,
	options: IHttpRequestOptions,
) => Promise<IN8nHttpFullResponse>;

/**
 * The tokens of one OAuth2 client.
 *
 * n8n stores one token per credential, whatever client the credential resolves to, and refreshes the
 * stored one. So each token is marked with the client it was issued to, and a token without that mark
 * is never used: not that of another input item's client, nor one issued before the credential was
 * edited.
 */
export class ClientTokens {
	/** The most recent tokens sent; another execution may have refreshed the stored one since. */
	readonly sent = new Set<string>();

	private current: ICredentialDataDecryptedObject;

	/** Pending while a request is fetching a token. */
	private issuing: Promise<void> | null = null;

	private endIssuing = () => {};

	private renewing: Promise<void> | null = null;

	/**
	 * @param client identifies the OAuth2 client
	 * @param reload reads the credential again; null if it belongs to another client by now
	 */
	constructor(
		private readonly credential: ICredentialDataDecryptedObject,
		private readonly client: string,
		private readonly reload: () => Promise<ICredentialDataDecryptedObject | null>,
	) {
		this.current = this.withOwnTokens(credential);
	}

	/** Sends a request, and repeats it with a new token after a 401. */
	async send(request: Request, options: IHttpRequestOptions): Promise<IN8nHttpFullResponse> {
		const { response, token } = await this.sendOnce(request, options);
		if (response.statusCode !== 401) return response;
		discard(response.body);
		await (this.renewing ??= this.renew(token).finally(() => (this.renewing = null)));
		return (await this.sendOnce(request, options)).response;
	}

	private async sendOnce(request: Request, options: IHttpRequestOptions) {
		while (tokenOf(this.current) === null && this.issuing !== null) await this.issuing;
		const end = tokenOf(this.current) === null ? this.beginIssuing() : () => {};
		// A copy for each request, as n8n modifies it.
		const sent = { ...options, headers: { ...options.headers } };
		try {
			const response = await request(this.current, sent);
			return { response, token: tokenIn(sent) };
		} finally {
			const token = tokenIn(sent);
			if (token !== null) this.remember(token);
			end();
		}
	}

	/** Makes other requests wait until this one has a token. */
	private beginIssuing(): () => void {
		let end = () => {};
		const issuing = new Promise<void>((resolve) => (end = resolve));
		this.issuing = issuing;
		this.endIssuing = () => {
			end();
			// Immediately: the token may be refused, and the next one fetched, before this request
			// completes.
			if (this.issuing === issuing) this.issuing = null;
		};
		return this.endIssuing;
	}

	/** Makes sure that the next request uses another token. */
	private async renew(refused: string | null): Promise<void> {
		if (tokenOf(this.current) !== refused) return;
		const fresh = (await this.reload()) ?? this.credential;
		// Another execution may have refreshed it meanwhile.
		this.current = this.withOwnTokens(fresh);
		if (tokenOf(this.current) !== refused) return;
		this.current = this.withOwnTokens({ ...fresh, oauthTokenData: {} });
	}

	/**
	 * Returns the credential with its stored token if that was issued to this client. Marks tokens
	 * that n8n sets.
	 */
	private withOwnTokens(
		credential: ICredentialDataDecryptedObject,
	): ICredentialDataDecryptedObject {
		const kept = (credential.oauthTokenData ?? {}) as IDataObject;
		let tokens: IDataObject = kept.issuedTo === this.fingerprintOf(kept) ? kept : {};
		return Object.defineProperty({ ...credential }, 'oauthTokenData', {
			enumerable: true,
			get: () => tokens,
			set: (issued: IDataObject) => {
				tokens = { ...issued, issuedTo: this.fingerprintOf(issued) };
				this.endIssuing();
			},
		});
	}

	/** Includes the token, as other code that refreshes it may copy an old mark. */
	private fingerprintOf({ access_token: token }: IDataObject): string {
		return createHash('sha256')
			.update(JSON.stringify([this.client, token]))
			.digest('hex');
	}

	private remember(token: string): void {
		this.sent.delete(token);
		this.sent.add(token);
		for (const oldest of [...this.sent].slice(0, -MAX_SENT)) this.sent.delete(oldest);
	}
}

/** Returns the OAuth2 token that n8n has added to the request; null if there is none. */
export function tokenIn({ headers }: IHttpRequestOptions): string | null {
	const [, token = null] = /^Bearer (.+)$/.exec(String(headers?.Authorization)) ?? [];
	return token;
}

function tokenOf({ oauthTokenData }: ICredentialDataDecryptedObject): string | null {
	const { access_token: token } = (oauthTokenData ?? {}) as IDataObject;
	return typeof token === 'string' && token !== '' ? token : null;
}
