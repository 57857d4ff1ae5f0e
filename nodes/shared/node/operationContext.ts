import type { IDataObject } from 'n8n-workflow';
import { type Clients, authenticationFor } from '../http/authentication';
import { type N8nContext, createClient } from '../http/client';
import { RequestLimiter } from '../http/requestLimiter';
import { wholeNumberFrom } from '../vendor/values';
import type { OperationContext, Vendor } from '../vendor/vendor';
import { Progress } from './progress';

/** How requests to a vendor are sent. */
export interface RequestSettings {
	/** How long to wait for one response, in seconds. */
	timeoutSeconds: number;
	/** How many times to retry a request that fails for a transient reason. */
	maxRetries: number;
	/** How many requests may be in flight at once. */
	parallelRequests: number;
}

/** What all input items of an execution share. */
export interface ExecutionState {
	limiter: RequestLimiter;
	/** The OAuth2 clients used so far, with their access tokens. */
	clients: Clients;
	progress: Progress;
}

/** One of several input items. */
export interface ItemScope {
	itemIndex: number;
	/** The number of input items. */
	items: number;
}

/** The default of the option "Parallel Requests". */
export const DEFAULT_PARALLEL_REQUESTS = 4;

/** Returns the request settings in "Options". Throws ReadFailure if one is not valid. */
export function requestSettingsFrom(options: IDataObject): RequestSettings {
	const { timeout = 60, maxRetries = 5, parallelRequests = DEFAULT_PARALLEL_REQUESTS } = options;
	return {
		timeoutSeconds: wholeNumberFrom(timeout, 'Timeout', 1, 3600),
		maxRetries: wholeNumberFrom(maxRetries, 'Max Retries', 0, 20),
		parallelRequests: wholeNumberFrom(parallelRequests, 'Parallel Requests', 1, 16),
	};
}

/**
 * Runs `work` with a new execution state, which logs its progress to n8n's log. Waits for all requests
 * in flight before it returns or throws.
 */
export async function withExecutionState<T>(
	n8n: N8nContext,
	work: (state: ExecutionState) => Promise<T>,
): Promise<T> {
	const metadata = { executionId: n8n.getExecutionId(), nodeName: n8n.getNode().name };
	const log = (line: string) => n8n.logger.info(line, metadata);
	const limiter = new RequestLimiter();
	try {
		return await work({
			limiter,
			clients: { tokensByClient: new Map() },
			progress: new Progress(log, Date.now),
		});
	} finally {
		await limiter.close();
	}
}

/**
 * Returns the context of an operation.
 *
 * @param parameter returns a node parameter for the input item
 * @param scope the input item; missing in triggers and in the searchable list
 * @throws ReadFailure if the credential is not valid
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

/** Returns the name of the operation in the log, e.g. `Fastly invoice:getAll, item 2 of 5`. */
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
