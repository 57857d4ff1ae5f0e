import type { IDataObject } from 'n8n-workflow';
import { type N8nContext, createClient } from '../http/client';
import { Gate } from '../http/gate';
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
	const options = parameter<IDataObject>('options', {});
	return { client, credential, parameter, options, filters: parameter('filters', {}) };
}
