import type { IDataObject } from 'n8n-workflow';
import { type N8nContext, createClient } from '../http/client';
import { Gate } from '../http/gate';
import { wholeNumberFrom } from './values';
import type { Call, Vendor } from './vendor';

/** How patiently a vendor is asked. */
export interface Patience {
	/** How long one answer may take, in seconds. */
	timeoutSeconds: number;
	maxRetries: number;
	/** How many requests may be on their way at once. */
	parallelRequests: number;
}

/** For which of several items, and what is shared with the others. */
export interface Place {
	itemIndex?: number;
	gate: Gate;
}

export const USUAL_PARALLEL_REQUESTS = 4;

/** Gives the patience that the user chose in the options. Throws ReadFailure. */
export function patienceFrom(options: IDataObject): Patience {
	const { timeout = 60, maxRetries = 5, parallelRequests = USUAL_PARALLEL_REQUESTS } = options;
	return {
		timeoutSeconds: wholeNumberFrom(timeout, 'Timeout', 1, 3600),
		maxRetries: wholeNumberFrom(maxRetries, 'Max Retries', 0, 20),
		parallelRequests: wholeNumberFrom(parallelRequests, 'Parallel Requests', 1, 16),
	};
}

/** Gives the call that reads what makes whole invoices, in whatever form they come out later. */
export function readingInvoices(call: Call): Call {
	const parameter = <T>(name: string, fallback: T) =>
		name === 'output' ? ('normalized' as T) : call.parameter(name, fallback);
	return { ...call, parameter };
}

/**
 * Puts together what an operation may use, for one item.
 *
 * @throws ReadFailure where the credential leads nowhere it may
 */
export async function callFor(
	context: N8nContext,
	vendor: Vendor,
	parameter: Call['parameter'],
	patience: Patience,
	{ itemIndex, gate }: Place = { gate: new Gate() },
): Promise<Call> {
	const { name, credentialType, wordsOf, connect } = vendor;
	const credential = await context.getCredentials(credentialType, itemIndex);
	const client = createClient(context, {
		vendor: name,
		credentialType,
		wordsOf,
		baseUrl: connect(credential).baseUrl,
		secrets: async () => connect(await context.getCredentials(credentialType, itemIndex)).secrets,
		gate,
		...patience,
	});
	const { parallelRequests } = patience;
	const options = parameter<IDataObject>('options', {});
	const filters = parameter<IDataObject>('filters', {});
	return { client, parallelRequests, credential, parameter, options, filters };
}
