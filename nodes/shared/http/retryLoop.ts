import { sleep } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { cancelled, unlessCancelled } from './cancel';
import type { RequestLimiter } from './requestLimiter';
import { MAX_WAIT_MS, nextWaitMs, notReadyWaitMs } from './retry';

/** What became of one try of a request. */
export type Outcome<T> =
	| { done: true; value: T }
	| { done: false; failure: ReadFailure; retry: Retry };

/**
 * Whether another try makes sense: never, once (what was sent may have been damaged on its way), as
 * often as the user allows, or as long as the vendor is preparing its response.
 */
export type Retry = 'never' | 'once' | 'transient' | 'notReady';

/** Why requests have to wait. */
export interface WaitReason {
	/** The HTTP status of the vendor's answer, where there was one. */
	status?: number;
	/** Whether the vendor said how long. */
	isRetryAfter: boolean;
}

/** How patiently a vendor is asked. */
export interface RetrySettings {
	maxRetries: number;
	/** How many requests may be in flight at once. */
	parallelRequests: number;
	/** What is shared with the other clients of the same run. */
	limiter: RequestLimiter;
	/** By which n8n says that the execution is stopped. */
	signal: AbortSignal | undefined;
	/** Is told how long all have to wait. */
	onWait: (milliseconds: number, reason: WaitReason) => void;
}

/** One try of a request; what it has sent ends with the signal. */
type SendAttempt<T> = (end: AbortSignal) => Promise<Outcome<T>>;

/**
 * Tries again as long as it makes sense.
 *
 * @throws ReadFailure that says why, when it no longer does
 */
export async function withRetries<T>(
	settings: RetrySettings,
	sendOnce: SendAttempt<T>,
): Promise<T> {
	const { limiter, signal, onWait } = settings;
	const waitedMs = { transient: 0, notReady: 0 };
	for (let retries = 0; ; ) {
		const limitAtStart = await limiter.acquire(settings.parallelRequests);
		const outcome = await sendUnlessStopped(settings, sendOnce).finally(() => limiter.release());
		if (outcome.done) return outcome.value;
		// What is stopped on its way looks like a vendor that does not answer.
		if (signal?.aborted || limiter.closed.aborted) throw cancelled();
		const { failure, retry } = outcome;
		const requestedMs = failure.details.retryAfterMs;
		if (retry === 'never' || (retry === 'once' && retries > 0)) throw failure;
		const kind = retry === 'notReady' ? 'notReady' : 'transient';
		const wait =
			kind === 'notReady'
				? notReadyWaitMs(waitedMs.notReady, requestedMs)
				: nextWaitMs(
						{ ...settings, retries, waitedMs: waitedMs.transient },
						requestedMs,
						Math.random,
					);
		if (wait === null) {
			throw kind === 'notReady'
				? stillNotReady(failure, waitedMs.notReady)
				: retriesExhausted(failure, retries);
		}
		if (kind === 'transient') retries++;
		waitedMs[kind] += wait;
		if (failure.details.status === 429) limiter.slowDown(limitAtStart);
		onWait(wait, { status: failure.details.status, isRetryAfter: requestedMs !== undefined });
		limiter.pauseUntil(pause(wait, anySignal(limiter.closed, signal)));
	}
}

/** Tries only while the execution goes on. */
async function sendUnlessStopped<T>(
	{ limiter, signal }: RetrySettings,
	sendOnce: SendAttempt<T>,
): Promise<Outcome<T>> {
	if (limiter.closed.aborted) throw cancelled();
	return await unlessCancelled(
		signal,
		async () => await sendAndAbortOnFailure(limiter.closed, sendOnce),
	);
}

/**
 * Closes the connection of a try that comes to nothing, whatever still stands still on it, and that of
 * any try when the execution is over.
 */
async function sendAndAbortOnFailure<T>(
	closed: AbortSignal,
	sendOnce: SendAttempt<T>,
): Promise<Outcome<T>> {
	const controller = new AbortController();
	const stop = () => controller.abort();
	closed.addEventListener('abort', stop);
	let isDone = false;
	try {
		const outcome = await sendOnce(controller.signal);
		isDone = outcome.done;
		return outcome;
	} finally {
		closed.removeEventListener('abort', stop);
		if (!isDone) controller.abort();
	}
}

/** Waits, but not longer than the execution lives. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
	await unlessCancelled(signal, async () => await sleep(milliseconds)).catch(() => {});
}

function anySignal(closed: AbortSignal, signal: AbortSignal | undefined): AbortSignal {
	return signal === undefined ? closed : AbortSignal.any([closed, signal]);
}

function stillNotReady({ kind, message, details }: ReadFailure, waitedMs: number): ReadFailure {
	return new ReadFailure(kind, `${message} after ${Math.round(waitedMs / 1000)} s`, details);
}

function retriesExhausted(failure: ReadFailure, retries: number): ReadFailure {
	const requestedMs = failure.details.retryAfterMs;
	const tooLong = requestedMs !== undefined && requestedMs > MAX_WAIT_MS;
	const asked =
		requestedMs === undefined ? '' : ` It asked to wait ${Math.ceil(requestedMs / 1000)} s.`;
	const tried = tooLong ? '' : ` Tried ${retries + 1} times.`;
	return new ReadFailure(failure.kind, `${failure.message}.${asked}${tried}`, failure.details);
}
