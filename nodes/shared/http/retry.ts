import { TIMED_OUT } from './connectionProblem';

/** HTTP statuses after which the same GET may succeed. */
const TRANSIENT_STATUSES = new Set([202, 408, 425, 429, 500, 502, 503, 504]);

/** Error codes for failed connections and DNS lookups that may be temporary. */
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
	TIMED_OUT,
]);

/** The maximum total wait between the attempts of one request, in milliseconds. */
export const MAX_WAIT_MS = 120_000;

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;

/** Returns whether the same GET may succeed later. 202 means that the data is not ready yet. */
export function isTransientStatus(status: number): boolean {
	return TRANSIENT_STATUSES.has(status);
}

/** Returns whether an error code stands for a temporary network failure. */
export function isTransientCode(code: string | undefined): boolean {
	return code !== undefined && TRANSIENT_CODES.has(code);
}

/**
 * Returns the wait that a `Retry-After` header asks for, in milliseconds and never negative; null if
 * it is missing or invalid.
 *
 * @param value seconds or an HTTP date
 * @param now in milliseconds since 1970
 */
export function retryAfterMs(value: unknown, now: number): number | null {
	if (typeof value !== 'string' || value.trim() === '') return null;
	if (/^\d{1,9}(\.\d+)?$/.test(value.trim())) return Math.ceil(Number(value) * 1000);
	// `Date.parse` accepts almost any text; an HTTP date starts with a weekday.
	const date = /^[A-Z][a-z]{2,8},? /.test(value.trim()) ? Date.parse(value) : NaN;
	return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/**
 * Returns an exponential backoff with jitter in milliseconds: between half and all of 0.5 s, 1 s, 2 s
 * … 30 s.
 */
export function backoffMs(retry: number, random: () => number): number {
	const full = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** retry);
	return Math.round(full * (0.5 + random() / 2));
}

/** The retries of one request so far. */
export interface RetryState {
	retries: number;
	maxRetries: number;
	/** The total wait for them, in milliseconds. */
	waitedMs: number;
}

/** How often to ask for data that is being prepared, in milliseconds. */
const NOT_READY_WAIT_MS = 5_000;

/**
 * Returns how long to wait for data that the vendor is still preparing (202), in milliseconds; null to
 * give up. Not a failure, so it does not count as a retry: Fastly may need a minute.
 */
export function notReadyWaitMs(waitedMs: number, requestedMs: number | undefined): number | null {
	const wait = Math.max(1_000, requestedMs ?? NOT_READY_WAIT_MS);
	return waitedMs + wait > MAX_WAIT_MS ? null : wait;
}

/**
 * Returns how long to wait before the next retry, in milliseconds; null to give up.
 *
 * @param requestedMs the wait that the vendor asked for, if it did
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
