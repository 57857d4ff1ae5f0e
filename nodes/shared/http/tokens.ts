import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { createHash } from 'crypto';
import { discard } from './body';

/** Older ones are of no use to anybody: where each is refused, there is a new one for each input item. */
const MAX_SENT = 8;

/** Has n8n send a request with a credential; n8n gets a token where that holds none. */
type Request = (
	credential: ICredentialDataDecryptedObject,
	options: IHttpRequestOptions,
) => Promise<IN8nHttpFullResponse>;

/**
 * The tokens of one OAuth2 client.
 *
 * n8n keeps one token for a credential, whatever client the credential is resolved to, and where it
 * renews a token itself it takes the one that is kept. So a token is marked with the client that it was
 * issued to, and none without that mark is used: neither that of another input item's client, nor one
 * that was issued before the credential was edited.
 */
export class ClientTokens {
	/** The latest tokens that were sent; another execution may have renewed the credential's since. */
	readonly sent = new Set<string>();

	private current: ICredentialDataDecryptedObject;

	/** Under way until the request that gets a token has got it, or has failed. */
	private issuing: Promise<void> | null = null;

	private endIssuing = () => {};

	private renewing: Promise<void> | null = null;

	/**
	 * @param client tells this client from every other one
	 * @param reload reads the credential again; null where it leads to another client by now
	 */
	constructor(
		private readonly credential: ICredentialDataDecryptedObject,
		private readonly client: string,
		private readonly reload: () => Promise<ICredentialDataDecryptedObject | null>,
	) {
		this.current = this.withOwnTokens(credential);
	}

	/** Sends a request with a token, and once more with a new one where it is refused. */
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
		// A fresh object for each request: n8n changes it.
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

	/** Has other requests wait until this one has got a token. */
	private beginIssuing(): () => void {
		let end = () => {};
		const issuing = new Promise<void>((resolve) => (end = resolve));
		this.issuing = issuing;
		this.endIssuing = () => {
			end();
			// At once: the token may be refused, and the next one due, before this request is answered.
			if (this.issuing === issuing) this.issuing = null;
		};
		return this.endIssuing;
	}

	/** Has the next request sent with another token than this. */
	private async renew(refused: string | null): Promise<void> {
		if (tokenOf(this.current) !== refused) return;
		const fresh = (await this.reload()) ?? this.credential;
		// Another execution may have renewed it meanwhile.
		this.current = this.withOwnTokens(fresh);
		if (tokenOf(this.current) !== refused) return;
		this.current = this.withOwnTokens({ ...fresh, oauthTokenData: {} });
	}

	/** Returns the credential with the token that it keeps, if that is the client's; marks what n8n sets. */
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

	/** It names the token too: whoever else renews it may carry the old mark along. */
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

/** Returns the OAuth2 token that n8n has written into a request. */
export function tokenIn({ headers }: IHttpRequestOptions): string | null {
	const [, token = null] = /^Bearer (.+)$/.exec(String(headers?.Authorization)) ?? [];
	return token;
}

function tokenOf({ oauthTokenData }: ICredentialDataDecryptedObject): string | null {
	const { access_token: token } = (oauthTokenData ?? {}) as IDataObject;
	return typeof token === 'string' && token !== '' ? token : null;
}
