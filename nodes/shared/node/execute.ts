import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { cancelSignalOf, cancelled } from '../http/cancel';
import type { Vendor } from '../vendor/vendor';
import { nodeErrorFrom } from './errors';
import { type UnfilteredInvoices, deduplicateResults } from './onlyNew';
import {
	type ExecutionState,
	DEFAULT_PARALLEL_REQUESTS,
	operationContextFor,
	requestSettingsFrom,
	withExecutionState,
} from './operationContext';
import { perform } from './perform';

/** What came of one input item. */
type ItemResult = INodeExecutionData[] | UnfilteredInvoices;

/**
 * Runs a vendor's node: each input item on its own, so that one bad item costs no other its result
 * when the node continues on fail.
 */
export async function executeVendor(
	n8n: IExecuteFunctions,
	vendor: Vendor,
): Promise<INodeExecutionData[][]> {
	const results = await withExecutionState(
		n8n,
		async (state) => await resultsOf(n8n, vendor, state),
	);
	try {
		// What a stopped execution returns is lost: it must not count as returned.
		if (cancelSignalOf(n8n)?.aborted) throw cancelled();
		return [await deduplicateResults(n8n, results)];
	} catch (error) {
		if (isCancelled(error) || !n8n.continueOnFail()) throw nodeErrorFrom(n8n.getNode(), error);
		return [results.flatMap((result, item) => itemsOrError(n8n, result, error, item))];
	}
}

/** Works on several input items at once, and returns what came of each. */
async function resultsOf(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	state: ExecutionState,
): Promise<ItemResult[]> {
	const items = n8n.getInputData().length;
	const results: ItemResult[] = [];
	let next = 0;
	let done = 0;
	let hasFailed = false;
	const work = async () => {
		while (next < items && !hasFailed) {
			const itemIndex = next++;
			results[itemIndex] = await resultOf(n8n, vendor, state, { itemIndex, items });
			state.progress.done(vendor.name, ++done, items);
		}
	};
	const workUntilFailure = async () => {
		await work().catch((error: unknown) => {
			hasFailed = true;
			throw error;
		});
	};
	await Promise.all(Array.from({ length: itemsAtOnce(n8n, items) }, workUntilFailure));
	return results;
}

/** This many items are worked on at once: as many as requests may be in flight. */
function itemsAtOnce(n8n: IExecuteFunctions, items: number): number {
	if (items < 2) return items;
	// As it is written: an expression in the options is resolved by each item for itself.
	const asWritten = { rawExpressions: true };
	const { parallelRequests } = n8n.getNodeParameter('options', 0, {}, asWritten) as IDataObject;
	const most = Number(parallelRequests);
	return Math.min(items, most >= 1 ? most : DEFAULT_PARALLEL_REQUESTS);
}

/** Returns what came of one input item; with "continue on fail" also when it fails. */
async function resultOf(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	state: ExecutionState,
	scope: { itemIndex: number; items: number },
): Promise<ItemResult> {
	const { itemIndex } = scope;
	try {
		const parameter = <T>(name: string, fallback: T) =>
			n8n.getNodeParameter(name, itemIndex, fallback) as T;
		const settings = requestSettingsFrom(parameter('options', {}));
		const context = await operationContextFor(n8n, vendor, parameter, settings, state, scope);
		const item = n8n.getInputData()[itemIndex].json;
		return await perform(n8n, vendor, { ...context, item }, itemIndex);
	} catch (error) {
		const nodeError = nodeErrorFrom(n8n.getNode(), error, itemIndex);
		if (isCancelled(error) || !n8n.continueOnFail()) throw nodeError;
		return [errorItem(nodeError, itemIndex)];
	}
}

/** Returns the items that do not depend on what went wrong with those that do. */
function itemsOrError(
	n8n: IExecuteFunctions,
	result: ItemResult,
	error: unknown,
	itemIndex: number,
): INodeExecutionData[] {
	if (Array.isArray(result)) return result;
	return [errorItem(nodeErrorFrom(n8n.getNode(), error, itemIndex), itemIndex)];
}

function errorItem(error: NodeApiError | NodeOperationError, item: number): INodeExecutionData {
	return { json: { error: error.message }, error, pairedItem: { item } };
}

function isCancelled(error: unknown): boolean {
	return error instanceof ReadFailure && error.kind === 'cancelled';
}
