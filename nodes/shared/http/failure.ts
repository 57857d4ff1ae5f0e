import { ReadFailure } from '../errors';
import { redact } from './redact';
import { isTransientCode, isTransientStatus, retryAfterMs } from './retry';

/** The parts of an answer or of a failed request that matter; nothing of what was sent. */
export interface VendorResponse {
	status?: number;
	/** Node's or axios' code for a failed connection. */
	code?: string;
	headers: Record<string, unknown>;
	body: unknown;
	/** The words of a failure that never reached the vendor. */
	message?: string;
	/** Whether it was the token URL of OAuth2 that failed. */
	isLogin?: boolean;
}

const MAX_MESSAGE_LENGTH = 300;
/** What is looked at of an error text, however long it is. */
const MAX_INSPECTED_LENGTH = 20_000;
/** Behind it n8n quotes the answer, and that may hold a token nobody knows of yet. */
const QUOTED_RESPONSE = ' but received:';

const HINTS: Record<number, string> = {
	400: 'Check the filters and the other parameters of this item',
	401: 'Check the secret in the credential, and that it has not expired or been revoked',
	403: 'Check that the secret in the credential may read invoices',
	404: 'Check the id, and the base URL of the credential',
	429: 'Wait a while, or run the workflow less often',
};

/** n8n puts a sentence of its own in place of one that holds such a code: so say it in words. */
const CONNECTION_MESSAGES: Record<string, string> = {
	EAI_AGAIN: 'its host name cannot be looked up right now',
	ECONNABORTED: 'it took too long, or the connection broke off',
	ECONNREFUSED: 'the connection was refused',
	ECONNRESET: 'the connection broke off',
	EHOSTUNREACH: 'the host cannot be reached',
	ENOTFOUND: 'its host name is unknown',
	ETIMEDOUT: 'it took too long',
};

/** How a failure is put into words. */
export interface FailureContext {
	/** The name the user knows, e.g. "Fastly". */
	vendor: string;
	/** Finds the vendor's own words in an error body. */
	errorMessageOf: (body: unknown) => string | undefined;
	/** Reads how long the vendor asks to wait, where it says so in another header than `Retry-After`. */
	retryAfterOf?: (headers: Record<string, unknown>, now: number) => number | null;
	/** What must not appear, should the vendor have echoed it. */
	secrets: string[];
}

/**
 * Translates an answer that is no success into a sentence for the user.
 *
 * @param response what came back
 * @param now in milliseconds since 1970
 */
export function failureFromResponse(
	response: VendorResponse,
	about: FailureContext,
	now: number,
): ReadFailure {
	const { status, code, headers, body } = response;
	const { vendor, errorMessageOf, retryAfterOf, secrets } = about;
	const requestedMs =
		retryAfterMs(headers['retry-after'], now) ??
		(status === 429 ? retryAfterOf?.(headers, now) : null);
	const details = { status, retryAfterMs: requestedMs ?? undefined };
	if (response.isLogin) return loginFailure(response, about, details);
	if (status === undefined) {
		const why = CONNECTION_MESSAGES[code ?? ''] ?? response.message ?? code ?? 'no reason given';
		return new ReadFailure('vendor', `${vendor} did not answer: ${redactedMessage(why, secrets)}`, {
			hint: 'Check the base URL of the credential and the network of this n8n',
		});
	}
	if (status === 202) {
		return new ReadFailure('vendor', `${vendor} is still preparing its response (202)`, {
			...details,
			hint: 'Try again in a few minutes',
		});
	}
	const message = redactedMessage(errorMessageOf(body) ?? plainTextOf(body), secrets);
	return new ReadFailure('vendor', `${vendor} answered ${status}${message && `: ${message}`}`, {
		...details,
		hint: HINTS[status] ?? (status >= 500 ? `Try again later; ${vendor} is in trouble` : undefined),
	});
}

/** A token URL that is busy or cannot be reached says nothing about the client ID. */
function loginFailure(
	response: VendorResponse,
	{ vendor, secrets }: FailureContext,
	details: { status?: number; retryAfterMs?: number },
): ReadFailure {
	const { status, code } = response;
	const message = redactedMessage((response.message ?? '').split(QUOTED_RESPONSE)[0], secrets);
	if (!isTransientResponse(response)) {
		return new ReadFailure('vendor', `${vendor} rejected the login: ${message}`, {
			hint: 'Check the client ID, the client secret and the scopes in the credential, and its token URL',
		});
	}
	const why =
		CONNECTION_MESSAGES[code ?? ''] ?? (status === undefined ? message : `error ${status}`);
	return new ReadFailure(
		'vendor',
		`The token URL of ${vendor} is busy or cannot be reached (${why})`,
		{ ...details, hint: 'Try again later. If it persists, check the token URL in the credential' },
	);
}

/** What OAuth2 calls a login that will not succeed later either (RFC 6749, 5.2). */
const FINAL_LOGIN_ERRORS = new Set<unknown>([
	'invalid_client',
	'invalid_grant',
	'invalid_request',
	'invalid_scope',
	'unauthorized_client',
	'unsupported_grant_type',
]);

/** Whether the same request may well succeed later. */
export function isTransientResponse({ status, code, body, isLogin }: VendorResponse): boolean {
	if (status !== undefined) return isTransientStatus(status);
	if (code !== undefined) return isTransientCode(code);
	const { error } = (body ?? {}) as Record<string, unknown>;
	return isLogin === true && error !== undefined && !FINAL_LOGIN_ERRORS.has(error);
}

/** Takes out secrets and line breaks, and cuts what is too long to read. */
export function redactedMessage(text: string, secrets: string[]): string {
	const redacted = redact(text.slice(0, MAX_INSPECTED_LENGTH), secrets);
	const characters = [...redacted.replace(/\s+/g, ' ').trim()];
	if (characters.length <= MAX_MESSAGE_LENGTH) return characters.join('');
	return `${characters.slice(0, MAX_MESSAGE_LENGTH).join('')}…`;
}

/** An error body that is plain text speaks for itself; a web page does not. */
function plainTextOf(body: unknown): string {
	return typeof body === 'string' && !/^\s*</.test(body) ? body : '';
}

/** Gives the objects of a list; none where it is no list. */
export function objectsIn(value: unknown): Array<Record<string, unknown>> {
	const isObject = (entry: unknown) => typeof entry === 'object' && entry !== null;
	return Array.isArray(value) ? (value.filter(isObject) as Array<Record<string, unknown>>) : [];
}

/** Gives those of some values that are texts with something in them, joined; undefined without one. */
export function joinTexts(separator: string, ...values: unknown[]): string | undefined {
	return firstText(values.filter((value) => firstText(value) !== undefined).join(separator));
}

/** Gives the first of some values that is a text with something in it. */
export function firstText(...values: unknown[]): string | undefined {
	return values.find((value): value is string => typeof value === 'string' && value.trim() !== '');
}
