import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { N8nContext } from './context';

/** Returns n8n's signal that the execution was canceled. Triggers and older n8n versions have none. */
export function cancelSignalOf(context: Partial<N8nContext>): AbortSignal | undefined {
	return 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal?.() : undefined;
}

/**
 * Returns a context whose requests are also aborted by `signal`. n8n replaces a signal in the request
 * options with the execution's own, and a stalled stream keeps its socket when it is only destroyed.
 *
 * @param credential returned wherever n8n looks up the credential of a request itself
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

/** Returns the failure for work interrupted because the execution was canceled. */
export function cancelled(): ReadFailure {
	// n8n tells a canceled execution from a failed one by this word, spelled with one l.
	return new ReadFailure('cancelled', 'The execution was canceled');
}

/**
 * Resolves with the result of `work`, or rejects as soon as the execution is canceled, even if `work`
 * continues.
 *
 * @throws ReadFailure (`cancelled`)
 */
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
