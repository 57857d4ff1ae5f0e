import type { IDataObject } from 'n8n-workflow';
import { type Clients, authenticationFor } from '../http/authentication';
import { type N8nContext, createClient } from '../http/client';
import { Gate } from '../http/gate';
import { Progress } from './progress';
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

/** What all items of a run share. */
export interface Run {
	gate: Gate;
	/** The OAuth2 clients that were met so far. */
	clients: Clients;
	progress: Progress;
}

/** One of several items, and the run it belongs to. */
export interface Place extends Run {
	itemIndex: number;
	/** How many there are. */
	items: number;
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

/** Begins a run, whose progress goes into n8n's log. */
export function newRun(context: N8nContext): Run {
	const about = { executionId: context.getExecutionId(), nodeName: context.getNode().name };
	const say = (line: string) => context.logger.info(line, about);
	return {
		gate: new Gate(),
		clients: { holders: new Map() },
		progress: new Progress(say, Date.now),
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
	place: Run | Place = newRun(context),
): Promise<Call> {
	const { name, wordsOf } = vendor;
	const { gate, clients, progress } = place;
	const itemIndex = 'itemIndex' in place ? place.itemIndex : undefined;
	const title = titleOf(name, parameter, place);
	const authentication = await authenticationFor(context, vendor, clients, itemIndex);
	const client = createClient(context, {
		vendor: name,
		authentication,
		wordsOf,
		gate,
		onWait: (milliseconds, reason) => progress.waiting(title, milliseconds, reason),
		...patience,
	});
	const { parallelRequests } = patience;
	const options = parameter<IDataObject>('options', {});
	const filters = parameter<IDataObject>('filters', {});
	const onPage: Call['onPage'] = (extent) => progress.read(title, extent);
	const { credential, secrets } = authentication;
	return { client, parallelRequests, credential, secrets, parameter, options, filters, onPage };
}

/** What is done, as the log names it. */
function titleOf(vendor: string, parameter: Call['parameter'], place: Run | Place): string {
	const operation = parameter('operation', '');
	const what = operation === '' ? 'trigger' : `${parameter('resource', '')}:${operation}`;
	const isOneOfSeveral = 'items' in place && place.items > 1;
	const item = isOneOfSeveral ? `, item ${place.itemIndex + 1} of ${place.items}` : '';
	return `${vendor} ${what}${item}`;
}
