import { ReadFailure } from '../errors';
import { connectionProblem } from './connectionProblem';
import { redact } from './redact';
import { type NamedSubject, subjectLabel } from './subjectLabel';
import { isTransientCode, isTransientStatus, retryAfterMs } from './retry';

/** The relevant parts of a response or of a failed request. Contains nothing that was sent. */
export interface VendorResponse {
	status?: number;
	/** The error code of Node or axios for a failed connection. */
	code?: string;
	headers: Record<string, unknown>;
	body: unknown;
	/** The message of an error that occurred before a response was received. */
	message?: string;
	/** Whether the OAuth2 token request failed. */
	isLogin?: boolean;
}

const MAX_MESSAGE_LENGTH = 300;
/** The part of an error text that is inspected, in characters. */
const MAX_INSPECTED_LENGTH = 20_000;
/** n8n quotes the response after this, which may contain a token that is not redacted yet. */
const QUOTED_RESPONSE = ' but received:';

/** What a response with this status means; any other one is an error. */
const MEANINGS: Record<number, string> = {
	401: 'rejected the credential',
	403: 'denied access',
	429: 'received too many requests',
};

const HINTS: Record<number, string> = {
	400: 'Check the filters and other parameters',
	401: 'Check the secret in the credential. It may have expired or been revoked',
	403: 'Check that the secret in the credential has access to invoices',
	404: 'Check the base URL in the credential',
	422: 'Check the filters and other parameters',
	429: 'Wait a few minutes, or run the workflow less often',
};

/** What it takes to describe a failure to the user. */
export interface FailureContext {
	/** The vendor's display name, such as "Fastly". */
	vendor: string;
	/** What was requested; missing if it has no name. */
	subject?: NamedSubject;
	/** Returns the vendor's message in an error body. */
	errorMessageOf: (body: unknown) => string | undefined;
	/**
	 * Returns the wait that the vendor asks for, in milliseconds, if it uses a header other than
	 * `Retry-After`. Less than 0 means now.
	 */
	retryAfterOf?: (headers: Record<string, unknown>, now: number) => number | null;
	/** Values to redact in case the vendor echoes them. */
	secrets: string[];
	/** The host of the base URL. */
	host: string;
	/** The host that issues OAuth2 tokens. */
	loginHost?: string;
	timeoutSeconds: number;
}

/**
 * Returns the failure that describes an unsuccessful response to the user.
 *
 * @param about the vendor, and what to redact
 * @param now in milliseconds since 1970
 */
export function failureFromResponse(
	response: VendorResponse,
	about: FailureContext,
	now: number,
): ReadFailure {
	const { status, headers, body } = response;
	const { vendor, subject, errorMessageOf, retryAfterOf, secrets } = about;
	const requestedMs =
		retryAfterMs(headers['retry-after'], now) ??
		(status === 429 ? retryAfterOf?.(headers, now) : null);
	const details = {
		status,
		retryAfterMs: Number.isFinite(requestedMs) ? Math.max(0, requestedMs as number) : undefined,
	};
	if (response.isLogin) return loginFailure(response, about, details);
	if (status === undefined) return unreachable(vendor, response, about, 'base URL');
	if (status === 202) {
		return new ReadFailure('vendor', `${vendor} is still preparing its response (202)`, {
			...details,
			hint: 'Try again in a few minutes',
		});
	}
	const missing = status === 404 && subject ? subjectLabel(subject, secrets) : null;
	const message = redactedMessage(errorMessageOf(body) ?? plainTextOf(body), secrets);
	return new ReadFailure(
		'vendor',
		`${vendor} ${meaningOf(status, missing)} (${status})${message && `: ${message}`}`,
		{ ...details, hint: hintFor(status, missing, vendor) },
	);
}

function meaningOf(status: number, missing: string | null): string {
	if (missing !== null) return `has no ${missing}`;
	return (
		MEANINGS[status] ?? (status < 400 ? 'returned an unexpected response' : 'returned an error')
	);
}

function hintFor(status: number, missing: string | null, vendor: string): string | undefined {
	if (missing !== null) return `Check the ID. If it is right, check the base URL in the credential`;
	if (status >= 500) return `${vendor} has a temporary problem. Try again later`;
	return status < 400 ? HINTS[404] : HINTS[status];
}

/** @param setting the settings of the credential that lead to the host */
function unreachable(
	whom: string,
	response: VendorResponse,
	{ secrets, ...endpoint }: Pick<FailureContext, 'secrets' | 'host' | 'timeoutSeconds'>,
	setting: string,
): ReadFailure {
	const { why, hint } = connectionProblem(response, endpoint, setting);
	return new ReadFailure('vendor', `Could not reach ${whom}: ${redactedMessage(why, secrets)}`, {
		hint,
	});
}

/** A token URL that is busy or unreachable says nothing about the client ID. */
function loginFailure(
	response: VendorResponse,
	about: FailureContext,
	details: { status?: number; retryAfterMs?: number },
): ReadFailure {
	const { vendor, secrets, loginHost: host = 'the token URL' } = about;
	const { status, code } = response;
	if (status === undefined && code !== undefined) {
		const login = { ...about, host };
		return unreachable(`the login server of ${vendor}`, response, login, 'account and token URL');
	}
	const message = redactedMessage((response.message ?? '').split(QUOTED_RESPONSE)[0], secrets);
	if (!isTransientResponse(response)) {
		return new ReadFailure('vendor', `${vendor} rejected the login: ${message}`, {
			hint: 'Check the client ID, client secret, scopes, and token URL in the credential',
		});
	}
	const why = status === undefined ? `: ${message}` : ` (${status})`;
	return new ReadFailure(
		'vendor',
		`The login server of ${vendor} is temporarily unavailable${why}`,
		{
			...details,
			hint: 'Try again later. If it keeps happening, check the token URL in the credential',
		},
	);
}

/** OAuth2 errors that a retry cannot fix (RFC 6749, 5.2). */
const FINAL_LOGIN_ERRORS = new Set<unknown>([
	'invalid_client',
	'invalid_grant',
	'invalid_request',
	'invalid_scope',
	'unauthorized_client',
	'unsupported_grant_type',
]);

/** Returns whether the same request may succeed later. */
export function isTransientResponse({ status, code, body, isLogin }: VendorResponse): boolean {
	if (status !== undefined) return isTransientStatus(status);
	if (code !== undefined) return isTransientCode(code);
	const { error } = (body ?? {}) as Record<string, unknown>;
	return isLogin === true && error !== undefined && !FINAL_LOGIN_ERRORS.has(error);
}

/** Returns a text as a one-line message of at most 300 characters, with secrets redacted. */
export function redactedMessage(text: string, secrets: string[]): string {
	const redacted = redact(text.slice(0, MAX_INSPECTED_LENGTH), secrets);
	const characters = [...redacted.replace(/\s+/g, ' ').trim()];
	if (characters.length <= MAX_MESSAGE_LENGTH) return characters.join('');
	return `${characters.slice(0, MAX_MESSAGE_LENGTH).join('')}…`;
}

/** Returns a plain-text error body; a web page is no message. */
function plainTextOf(body: unknown): string {
	return typeof body === 'string' && !/^\s*</.test(body) ? body : '';
}

/** Returns the objects in a list; empty if the value is not a list. */
export function objectsIn(value: unknown): Array<Record<string, unknown>> {
	const isObject = (entry: unknown) => typeof entry === 'object' && entry !== null;
	return Array.isArray(value) ? (value.filter(isObject) as Array<Record<string, unknown>>) : [];
}

/** Returns the non-blank texts among the values, joined; undefined if there are none. */
export function joinTexts(separator: string, ...values: unknown[]): string | undefined {
	return firstText(values.filter((value) => firstText(value) !== undefined).join(separator));
}

/** Returns the first value that is a non-blank text. */
export function firstText(...values: unknown[]): string | undefined {
	return values.find((value): value is string => typeof value === 'string' && value.trim() !== '');
}
