import { sleep } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { grouped } from '../text';
import { cancelled, unlessCancelled } from './cancel';
import type { RequestLimiter } from './requestLimiter';
import { MAX_WAIT_MS, nextWaitMs, notReadyWaitMs } from './retry';

/** The outcome of one attempt. */
export type Outcome<T> =
	| { done: true; value: T }
	| { done: false; failure: ReadFailure; retry: Retry };

/**
 * When to retry: never; once, as the response may have been damaged in transit; up to the user's
 * limit; or for as long as the vendor is preparing its response.
 */
export type Retry = 'never' | 'once' | 'transient' | 'notReady';

/** Why requests are waiting. */
export interface WaitReason {
	/** The HTTP status, if a response was received. */
	status?: number;
	/** Whether the vendor specified the wait. */
	isRetryAfter: boolean;
}

/** How requests are retried, and what they share with others. */
export interface RetrySettings {
	maxRetries: number;
	parallelRequests: number;
	/** Shared by all clients of an execution. */
	limiter: RequestLimiter;
	/** n8n's signal that the execution was canceled. */
	signal: AbortSignal | undefined;
	/** Called before each wait, in milliseconds. */
	onWait: (milliseconds: number, reason: WaitReason) => void;
}

/** Sends a request once; the signal aborts it. */
type SendAttempt<T> = (end: AbortSignal) => Promise<Outcome<T>>;

/**
 * Sends a request until it succeeds, waiting between attempts, and returns its value.
 *
 * @throws ReadFailure that describes the last attempt when retries are exhausted, or that the
 * execution was canceled
 */
export async function withRetries<T>(
	settings: RetrySettings,
	sendOnce: SendAttempt<T>,
): Promise<T> {
	const { limiter, signal, onWait } = settings;
	// Of the time when the request began: the limiter may be opened again.
	const { closed } = limiter;
	const waitedMs = { transient: 0, notReady: 0 };
	for (let retries = 0; ; ) {
		const limitAtStart = await limiter.acquire(settings.parallelRequests);
		const outcome = await sendUnlessStopped(settings, closed, sendOnce).finally(() =>
			limiter.release(),
		);
		if (outcome.done) return outcome.value;
		// An aborted request looks like a vendor that cannot be reached.
		if (signal?.aborted || closed.aborted) throw cancelled();
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
		limiter.pauseUntil(pause(wait, anySignal(closed, signal)));
	}
}

/** Sends only while the execution is running. */
async function sendUnlessStopped<T>(
	{ signal }: RetrySettings,
	closed: AbortSignal,
	sendOnce: SendAttempt<T>,
): Promise<Outcome<T>> {
	if (closed.aborted) throw cancelled();
	return await unlessCancelled(signal, async () => await sendAndAbortOnFailure(closed, sendOnce));
}

/** Aborts the request if it fails, as its stream may be stalled, and whenever the execution ends. */
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

/** Waits, but no longer than the execution runs. */
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
	const sentence = failure.message.replace(/\.$/, '');
	const asked =
		requestedMs === undefined
			? ''
			: ` It asked to wait ${grouped(Math.ceil(requestedMs / 1000))} s.`;
	const tried = tooLong || retries === 0 ? '' : ` Tried ${retries + 1} times.`;
	if (asked + tried === '') return failure;
	return new ReadFailure(failure.kind, `${sentence}.${asked}${tried}`, failure.details);
}
