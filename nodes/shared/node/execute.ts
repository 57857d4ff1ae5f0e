import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { Gate } from '../http/gate';
import { type Place, callFor } from './call';
import { nodeErrorFrom } from './errors';
import { downloadPdf } from './pdf';
import { wholeNumberFrom } from './values';
import { invoiceContext, itemsOf } from './output';
import type { Call, GetOperation, ListOperation, Vendor } from './vendor';

const USUAL_PARALLEL_REQUESTS = 4;

/**
 * Runs a vendor's node: each input item on its own, so that one bad item costs no other its result
 * when the node continues on fail.
 */
export async function executeVendor(
	context: IExecuteFunctions,
	vendor: Vendor,
): Promise<INodeExecutionData[][]> {
	const count = context.getInputData().length;
	const output: INodeExecutionData[][] = [];
	const gate = new Gate();
	let next = 0;
	const work = async () => {
		while (next < count && !gate.isClosed) {
			const itemIndex = next++;
			output[itemIndex] = await itemsFor(context, vendor, { itemIndex, gate });
		}
	};
	try {
		await Promise.all(Array.from({ length: itemsAtOnce(context, count) }, work));
	} finally {
		gate.close();
	}
	// What was asked for ahead and is no longer needed.
	await gate.whenIdle();
	return [output.flat()];
}

/** As many items are worked on together as requests may be on their way. */
function itemsAtOnce(context: IExecuteFunctions, count: number): number {
	if (count < 2) return count;
	const { parallelRequests } = context.getNodeParameter('options', 0, {}) as IDataObject;
	const most = Number(parallelRequests ?? USUAL_PARALLEL_REQUESTS);
	// What is wrong with the option is said by the item.
	return most >= 1 ? Math.min(count, most) : 1;
}

/** Gives what comes out for one input item; with "continue on fail" also when it fails. */
async function itemsFor(
	context: IExecuteFunctions,
	vendor: Vendor,
	place: Place & { itemIndex: number },
): Promise<INodeExecutionData[]> {
	const { itemIndex } = place;
	try {
		return await runItem(context, vendor, place);
	} catch (error) {
		const nodeError = nodeErrorFrom(context.getNode(), error, itemIndex);
		const cancelled = error instanceof ReadFailure && error.kind === 'cancelled';
		if (cancelled || !context.continueOnFail()) throw nodeError;
		return [
			{ json: { error: nodeError.message }, error: nodeError, pairedItem: { item: itemIndex } },
		];
	}
}

async function runItem(
	context: IExecuteFunctions,
	vendor: Vendor,
	place: Place & { itemIndex: number },
): Promise<INodeExecutionData[]> {
	const { itemIndex } = place;
	const call = await callForItem(context, vendor, place);
	const name = `${call.parameter('resource', '')}:${call.parameter('operation', '')}`;
	const operation = vendor.operations[name];
	if (operation === undefined) {
		throw new ReadFailure('input', `${vendor.name} has no operation "${name}"`, {
			hint: 'Pick a resource and an operation from the lists',
		});
	}
	if (operation.kind === 'pdf') {
		const file = await operation.find(call);
		return [await downloadPdf(context, vendor, call, file, itemIndex)];
	}
	const items =
		operation.kind === 'get'
			? await getItems(context, vendor, call, operation)
			: await listItems(context, vendor, call, operation);
	return items.map((json) => ({ json, pairedItem: { item: itemIndex } }));
}

/** Reads what belongs to one id. */
async function getItems(
	context: IExecuteFunctions,
	vendor: Vendor,
	call: Call,
	operation: GetOperation<object>,
): Promise<IDataObject[]> {
	const form = outputForm(call);
	const about = invoiceContext(vendor, call);
	const records = await operation.read(call);
	if (form === 'raw') return records as IDataObject[];
	const invoices = operation.normalize(records, about);
	return itemsOf(invoices, { form, limit: Infinity, whole: true, compact: isTool(context) });
}

/** Reads a list up to the limit, or all of it; never silently less. */
async function listItems(
	context: IExecuteFunctions,
	vendor: Vendor,
	call: Call,
	operation: ListOperation<object>,
): Promise<IDataObject[]> {
	const { normalize, keep, enoughFor } = operation;
	const form = normalize === undefined ? 'raw' : outputForm(call);
	const about = invoiceContext(vendor, call);
	const all = call.parameter('returnAll', false);
	const limit = all ? Infinity : wholeNumberFrom(call.parameter('limit', 50), 'Limit', 1);
	// Where records are left out or put together, the limit does not say how many are needed.
	const recordsMakeItems = keep === undefined && (form === 'raw' || enoughFor === undefined);
	const { pages, reversed } = operation.read(call, {
		all,
		pace: {
			parallel: parallelRequestsFrom(call.options),
			// A record with several lines may make several items.
			wanted: form === 'lineItems' && !all ? 0 : limit,
		},
		pageSize: pageSizeFor(call, recordsMakeItems ? limit : Infinity),
	});
	const records: object[] = [];
	const enough =
		form === 'raw' || enoughFor === undefined ? () => records.length >= limit : enoughFor(limit);
	let whole = true;
	await collect(pages, records, enough, keep).catch((error: unknown) => {
		const incomplete = error instanceof ReadFailure && error.kind === 'incomplete';
		if (!incomplete || call.options.ifIncomplete !== 'continue') throw error;
		context.logger.warn(`${vendor.name}: ${error.message}. ${records.length} records are put out`);
		whole = false;
	});
	if (reversed) records.reverse();
	if (form === 'raw' || normalize === undefined) return records.slice(0, limit) as IDataObject[];
	return itemsOf(normalize(records, about), { form, limit, whole, compact: isTool(context) });
}

/** Adds the records of a list until there are enough, or no more. */
async function collect(
	pages: AsyncIterable<object[]>,
	records: object[],
	enough: (page: object[]) => boolean,
	keep: (record: object) => boolean = () => true,
): Promise<void> {
	for await (const page of pages) {
		for (const record of page) if (keep(record)) records.push(record);
		if (enough(page)) return;
	}
}

function outputForm(call: Call): 'normalized' | 'lineItems' | 'raw' {
	return call.parameter('output', 'normalized');
}

/** n8n runs a node under a type of its own where an AI agent uses it as a tool. */
function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

/** What the user chose; else as many as are wanted, where that is known. */
function pageSizeFor(call: Call, wanted: number): number | undefined {
	if (call.options.pageSize !== undefined) {
		return wholeNumberFrom(call.options.pageSize, 'Page Size', 10);
	}
	return wanted === Infinity ? undefined : wanted;
}

function parallelRequestsFrom({ parallelRequests = USUAL_PARALLEL_REQUESTS }: IDataObject): number {
	return wholeNumberFrom(parallelRequests, 'Parallel Requests', 1, 16);
}

async function callForItem(
	context: IExecuteFunctions,
	vendor: Vendor,
	place: Place & { itemIndex: number },
): Promise<Call> {
	const parameter = <T>(name: string, fallback: T) =>
		context.getNodeParameter(name, place.itemIndex, fallback) as T;
	const options = parameter<IDataObject>('options', {});
	const { timeout = 60, maxRetries = 5 } = options;
	const patience = {
		timeoutSeconds: wholeNumberFrom(timeout, 'Timeout', 1, 3600),
		maxRetries: wholeNumberFrom(maxRetries, 'Max Retries', 0, 20),
		parallelRequests: parallelRequestsFrom(options),
	};
	return await callFor(context, vendor, parameter, patience, place);
}
