import type {
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

/**
 * What a resolved credential connects to, what must be redacted, and which OAuth2 client it belongs
 * to.
 */
export interface Connection {
	/** The validated base URL, without a trailing slash. */
	baseUrl: string;
	/** Values to redact from every message. */
	secrets: string[];
	/** OAuth2 only: identifies the client. Missing if the secret is sent in a header. */
	client?: string;
	/** OAuth2 only: whether a user is logged in, so that the credential has a single token. */
	isLoggedIn?: boolean;
	/** OAuth2 only: the host that issues tokens, in messages. */
	loginHost?: string;
}

/** The credential type of a vendor, as its nodes and triggers declare it. */
export interface CredentialUse {
	credentialType: string;
	/** Validates a resolved credential and returns its connection. Throws ReadFailure. */
	connect: (credential: ICredentialDataDecryptedObject) => Connection;
}

/** A credential resolved for one input item. All requests for that item are sent with it. */
export interface Authentication {
	credential: ICredentialDataDecryptedObject;
	baseUrl: string;
	/** OAuth2 only: the host that issues tokens, in messages. */
	loginHost?: string;
	/** Returns the values to redact, including tokens sent so far. */
	secrets: () => string[];
	/**
	 * Sends a request with the credential. After a 401 the request is repeated once, with the
	 * credential read again or a new token. Throws what n8n throws.
	 */
	send: (options: IHttpRequestOptions, signal: AbortSignal) => Promise<IN8nHttpFullResponse>;
}

/** Reads and resolves the current credential. Throws ReadFailure, or what n8n throws. */
export type Resolve = () => Promise<ICredentialDataDecryptedObject>;
