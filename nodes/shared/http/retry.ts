/** Statuses after which the same GET may well succeed. */
const TRANSIENT_STATUSES = new Set([202, 408, 425, 429, 500, 502, 503, 504]);

/** What Node's sockets and name look-ups report when a connection fails. */
const TRANSIENT_CODES = new Set([
	'EAI_AGAIN',
	'ECONNABORTED',
	'ECONNREFUSED',
	'ECONNRESET',
	'EHOSTUNREACH',
	'ENETDOWN',
	'ENETUNREACH',
	'EPIPE',
	'ERR_NETWORK',
	'ERR_STREAM_PREMATURE_CLOSE',
	'ETIMEDOUT',
]);

/** The longest total time one request may spend waiting for its retries, in milliseconds. */
export const MAX_WAIT_MS = 120_000;

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;

/** Whether the same GET may well succeed later. 202 is "not ready yet" where data was asked for. */
export function isTransientStatus(status: number): boolean {
	return TRANSIENT_STATUSES.has(status);
}

/** Whether a network failure's code may pass by itself. */
export function isTransientCode(code: string | undefined): boolean {
	return code !== undefined && TRANSIENT_CODES.has(code);
}

/**
 * Reads a `Retry-After` header.
 *
 * @param value seconds or an HTTP date
 * @param now in milliseconds since 1970
 * @returns milliseconds from now, never negative, or null where it says nothing usable
 */
export function retryAfterMs(value: unknown, now: number): number | null {
	if (typeof value !== 'string' || value.trim() === '') return null;
	if (/^\d{1,9}(\.\d+)?$/.test(value.trim())) return Math.ceil(Number(value) * 1000);
	// `Date.parse` takes nearly anything for a date; an HTTP date begins with a day of the week.
	const date = /^[A-Z][a-z]{2,8},? /.test(value.trim()) ? Date.parse(value) : NaN;
	return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Gives an exponential backoff with jitter: between half and all of 0.5 s, 1 s, 2 s … 30 s. */
export function backoffMs(retry: number, random: () => number): number {
	const full = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** retry);
	return Math.round(full * (0.5 + random() / 2));
}

/** Where one request stands with its retries. */
export interface RetryState {
	/** How many retries were made. */
	retries: number;
	/** How many retries are allowed. */
	maxRetries: number;
	/** How long was waited for them, in milliseconds. */
	waitedMs: number;
}

/** What is being prepared is asked for again this often, in milliseconds. */
const NOT_READY_WAIT_MS = 5_000;

/**
 * Decides how long to wait for what the vendor is still preparing (202). That is no failure, so it does
 * not count as a retry: Fastly may need a minute.
 *
 * @returns milliseconds, or null where it is time to give up
 */
export function notReadyWaitMs(waitedMs: number, requestedMs: number | undefined): number | null {
	const wait = Math.max(1_000, requestedMs ?? NOT_READY_WAIT_MS);
	return waitedMs + wait > MAX_WAIT_MS ? null : wait;
}

/**
 * Decides how long to wait before the next try.
 *
 * @param requestedMs how long the vendor asked to wait, where it did
 * @returns milliseconds, or null where it is time to give up
 */
export function nextWaitMs(
	state: RetryState,
	requestedMs: number | undefined,
	random: () => number,
): number | null {
	if (state.retries >= state.maxRetries) return null;
	const wait = requestedMs ?? backoffMs(state.retries, random);
	return state.waitedMs + wait > MAX_WAIT_MS ? null : wait;
}
