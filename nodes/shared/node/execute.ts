import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { isCancelled } from '../errors';
import { cancelSignalOf, cancelled } from '../http/cancel';
import type { OperationContext, Vendor } from '../vendor/vendor';
import { nodeErrorFrom } from './errors';
import { inParallel } from './inParallel';
import { type UnfilteredInvoices, deduplicateResults } from './onlyNew';
import {
	type ExecutionState,
	DEFAULT_PARALLEL_REQUESTS,
	operationContextFor,
	requestSettingsFrom,
	withExecutionState,
} from './operationContext';
import { perform } from './perform';
import { RunHints } from './runHints';

/** The result of one input item. */
type ItemResult = INodeExecutionData[] | UnfilteredInvoices;

/**
 * Runs a vendor's node and returns its output. Each input item runs on its own: if the node continues
 * on failure, an item that fails does not affect the others.
 *
 * @throws NodeApiError or NodeOperationError if an item fails and the node does not continue, or if the
 * user stopped the execution
 */
export async function executeVendor(
	n8n: IExecuteFunctions,
	vendor: Vendor,
): Promise<INodeExecutionData[][]> {
	return await withExecutionState(n8n, async (state) => {
		const hints = new RunHints();
		const results = await resultsOf(n8n, vendor, state, hints);
		// Aborts prefetched pages, so that after invoices are recorded only their PDFs are awaited.
		await state.limiter.reopen();
		const output = await outputOf(n8n, results);
		hints.show(n8n);
		return [output];
	});
}

/** Returns the items of all results, without invoices that were returned before. */
async function outputOf(
	n8n: IExecuteFunctions,
	results: ItemResult[],
): Promise<INodeExecutionData[]> {
	try {
		// n8n discards the output of a stopped execution, so its invoices must not be recorded as returned.
		if (cancelSignalOf(n8n)?.aborted) throw cancelled();
		return await deduplicateResults(n8n, results);
	} catch (error) {
		if (isCancelled(error) || !n8n.continueOnFail()) throw nodeErrorFrom(n8n.getNode(), error);
		return results.flatMap((result, item) => itemsOrError(n8n, result, error, item));
	}
}

/** Returns the result of each input item; several are processed in parallel. */
async function resultsOf(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	state: ExecutionState,
	hints: RunHints,
): Promise<ItemResult[]> {
	const items = n8n.getInputData().length;
	const indexes = Array.from({ length: items }, (_, itemIndex) => itemIndex);
	let done = 0;
	return await inParallel(indexes, parallelItems(n8n, items), async (itemIndex) => {
		const result = await resultOf(n8n, vendor, state, { itemIndex, items }, hints);
		state.progress.done(vendor.name, ++done, items);
		return result;
	});
}

/** Returns how many items to process in parallel: as many as there may be parallel requests. */
function parallelItems(n8n: IExecuteFunctions, items: number): number {
	if (items < 2) return items;
	// Unresolved, because an expression in the options may depend on the item.
	const unresolved = { rawExpressions: true };
	const { parallelRequests } = n8n.getNodeParameter('options', 0, {}, unresolved) as IDataObject;
	const max = Number(parallelRequests);
	return Math.min(items, max >= 1 ? max : DEFAULT_PARALLEL_REQUESTS);
}

/** Returns the result of one input item: an error item if it fails and the node continues on failure. */
async function resultOf(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	state: ExecutionState,
	scope: { itemIndex: number; items: number },
	hints: RunHints,
): Promise<ItemResult> {
	const { itemIndex } = scope;
	try {
		const parameter = parameterReader(n8n, itemIndex);
		const settings = requestSettingsFrom(parameter('options', {}));
		const context = await operationContextFor(n8n, vendor, parameter, settings, state, scope);
		const item = n8n.getInputData()[itemIndex].json;
		return await perform({ n8n, vendor, context: { ...context, item }, itemIndex, hints });
	} catch (error) {
		const nodeError = nodeErrorFrom(n8n.getNode(), error, itemIndex);
		if (isCancelled(error) || !n8n.continueOnFail()) throw nodeError;
		return [errorItem(nodeError, itemIndex)];
	}
}

/** Reads each parameter once: n8n evaluates its expressions anew on every call, a millisecond each. */
function parameterReader(n8n: IExecuteFunctions, itemIndex: number): OperationContext['parameter'] {
	const values = new Map<string, unknown>();
	return <T>(name: string, fallback: T) => {
		if (!values.has(name)) values.set(name, n8n.getNodeParameter(name, itemIndex, fallback));
		return values.get(name) as T;
	};
}

/** Returns the items of a result, or an error item if they could not be deduplicated. */
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
