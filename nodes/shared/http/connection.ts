import type {
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

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
	send: (options: IHttpRequestOptions, signal: AbortSignal) => Promise<IN8nHttpFullResponse>;
}

/** Looks the credential up, as it is now. Throws ReadFailure, or what n8n throws. */
export type Resolve = () => Promise<ICredentialDataDecryptedObject>;
