import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { N8nContext } from './context';

/** Gives the signal by which n8n says that the execution is stopped; polls and old versions have none. */
export function cancelSignalOf(context: N8nContext): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal?.() : undefined;
}

/**
 * Returns a context whose requests also end with `end`. n8n puts the execution's own signal in place of
 * one in a request's options, and a stream that stands still keeps its socket when it is destroyed.
 *
 * @param credential what n8n is handed where it looks up the credential of a request by itself
 */
export function withAbortSignal<C extends N8nContext>(
	context: C,
	signal: AbortSignal,
	credential?: ICredentialDataDecryptedObject,
): C {
	const cancel = cancelSignalOf(context);
	const either = cancel === undefined ? signal : AbortSignal.any([cancel, signal]);
	return Object.create(context, {
		getExecutionCancelSignal: { value: () => either },
		...(credential && { getCredentials: { value: async () => credential } }),
	}) as C;
}

/** The failure of whatever was under way when the execution was stopped. */
export function cancelled(): ReadFailure {
	// By this very word, with one l, n8n knows a canceled execution from one that failed.
	return new ReadFailure('cancelled', 'The execution was canceled');
}

/** Gives what the work gives, or throws as soon as the execution is stopped, whatever the work does. */
export async function unlessCancelled<T>(
	signal: AbortSignal | undefined,
	work: () => Promise<T>,
): Promise<T> {
	if (signal === undefined) return await work();
	if (signal.aborted) throw cancelled();
	let stop = () => {};
	const stopped = new Promise<never>((_, reject) => (stop = () => reject(cancelled())));
	signal.addEventListener('abort', stop);
	return await Promise.race([work(), stopped]).finally(() =>
		signal.removeEventListener('abort', stop),
	);
}
