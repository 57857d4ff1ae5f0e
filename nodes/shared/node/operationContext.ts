import type { IDataObject } from 'n8n-workflow';
import { type Clients, authenticationFor } from '../http/authentication';
import { type N8nContext, createClient } from '../http/client';
import { RequestLimiter } from '../http/requestLimiter';
import { wholeNumberFrom } from '../vendor/values';
import type { OperationContext, Vendor } from '../vendor/vendor';
import { Progress } from './progress';

/** How patiently a vendor is asked. */
export interface RequestSettings {
	/** How long one response may take, in seconds. */
	timeoutSeconds: number;
	maxRetries: number;
	/** How many requests may be in flight at once. */
	parallelRequests: number;
}

/** What all items of an execution share. */
export interface ExecutionState {
	limiter: RequestLimiter;
	/** The OAuth2 clients that were met so far. */
	clients: Clients;
	progress: Progress;
}

/** One of several input items. */
export interface ItemScope {
	itemIndex: number;
	/** How many there are. */
	items: number;
}

export const USUAL_PARALLEL_REQUESTS = 4;

/** Returns the settings that the user chose in the options. Throws ReadFailure. */
export function requestSettingsFrom(options: IDataObject): RequestSettings {
	const { timeout = 60, maxRetries = 5, parallelRequests = USUAL_PARALLEL_REQUESTS } = options;
	return {
		timeoutSeconds: wholeNumberFrom(timeout, 'Timeout', 1, 3600),
		maxRetries: wholeNumberFrom(maxRetries, 'Max Retries', 0, 20),
		parallelRequests: wholeNumberFrom(parallelRequests, 'Parallel Requests', 1, 16),
	};
}

/**
 * Runs some work with a new state, whose progress goes into n8n's log. When the work is over, however
 * it ends, no request is left in flight.
 */
export async function withExecutionState<T>(
	n8n: N8nContext,
	work: (state: ExecutionState) => Promise<T>,
): Promise<T> {
	const about = { executionId: n8n.getExecutionId(), nodeName: n8n.getNode().name };
	const say = (line: string) => n8n.logger.info(line, about);
	const limiter = new RequestLimiter();
	try {
		return await work({
			limiter,
			clients: { tokensByClient: new Map() },
			progress: new Progress(say, Date.now),
		});
	} finally {
		await limiter.close();
	}
}

/**
 * Puts together what an operation may use, for one input item or for none.
 *
 * @throws ReadFailure where the credential leads nowhere it may
 */
export async function operationContextFor(
	n8n: N8nContext,
	vendor: Vendor,
	parameter: OperationContext['parameter'],
	settings: RequestSettings,
	{ limiter, clients, progress }: ExecutionState,
	scope?: ItemScope,
): Promise<OperationContext> {
	const { name, errorMessageOf, retryAfterOf } = vendor;
	const title = titleOf(name, parameter, scope);
	const authentication = await authenticationFor(n8n, vendor, clients, scope?.itemIndex);
	const client = createClient(n8n, {
		vendor: name,
		authentication,
		errorMessageOf,
		retryAfterOf,
		limiter,
		onWait: (milliseconds, reason) => progress.waiting(title, milliseconds, reason),
		...settings,
	});
	const { parallelRequests } = settings;
	const options = parameter<IDataObject>('options', {});
	const filters = parameter<IDataObject>('filters', {});
	const onPage: OperationContext['onPage'] = (extent) => progress.read(title, extent);
	const { credential, secrets } = authentication;
	return { client, parallelRequests, credential, secrets, parameter, options, filters, onPage };
}

/** Returns what is done, as the log names it. */
function titleOf(
	vendor: string,
	parameter: OperationContext['parameter'],
	scope?: ItemScope,
): string {
	const operation = parameter('operation', '');
	const what = operation === '' ? 'trigger' : `${parameter('resource', '')}:${operation}`;
	const isOneOfSeveral = scope !== undefined && scope.items > 1;
	const item = isOneOfSeveral ? `, item ${scope.itemIndex + 1} of ${scope.items}` : '';
	return `${vendor} ${what}${item}`;
}
