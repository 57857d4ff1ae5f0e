import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { cancelSignalOf, cancelled } from '../http/cancel';
import type { InvoiceContext } from '../invoice/invoice';
import { withSharedKeysMarked } from '../invoice/sharedKeys';
import { withoutDrafts } from '../polling/identity';
import {
	type Place,
	USUAL_PARALLEL_REQUESTS,
	callFor,
	newRun,
	patienceFrom,
	readingInvoices,
} from './call';
import { collect, makingOf } from './collect';
import { nodeErrorFrom } from './errors';
import { downloadPdf } from './pdf';
import { wholeNumberFrom } from './values';
import { type Candidates, MOST_IN_PREVIEW, chosenOf, onlyNewFrom } from './onlyNew';
import { invoiceContext, itemsOf, itemsInForm, outputChoice, withRecords } from './output';
import type { Call, GetOperation, ListOperation, Vendor } from './vendor';

/**
 * Runs a vendor's node: each input item on its own, so that one bad item costs no other its result
 * when the node continues on fail.
 */
export async function executeVendor(
	context: IExecuteFunctions,
	vendor: Vendor,
): Promise<INodeExecutionData[][]> {
	const count = context.getInputData().length;
	const results: Array<INodeExecutionData[] | Candidates> = [];
	const run = newRun(context);
	const { gate, progress } = run;
	let next = 0;
	let done = 0;
	const work = async () => {
		while (next < count && !gate.isClosed) {
			const itemIndex = next++;
			results[itemIndex] = await resultOf(context, vendor, { itemIndex, items: count, ...run });
			progress.done(vendor.name, ++done, count);
		}
	};
	try {
		await Promise.all(Array.from({ length: itemsAtOnce(context, count) }, work));
	} finally {
		gate.close();
	}
	// What was asked for ahead and is no longer needed.
	await gate.whenIdle();
	try {
		// What a stopped execution returns is lost: it must not count as returned.
		if (cancelSignalOf(context)?.aborted) throw cancelled();
		return [await chosenOf(context, results)];
	} catch (error) {
		if (isCancelled(error) || !context.continueOnFail()) {
			throw nodeErrorFrom(context.getNode(), error);
		}
		return [results.flatMap((result, item) => itemsOrError(context, result, error, item))];
	}
}

/** Returns the items that do not depend on what went wrong with those that do. */
function itemsOrError(
	context: IExecuteFunctions,
	result: INodeExecutionData[] | Candidates,
	error: unknown,
	itemIndex: number,
): INodeExecutionData[] {
	if (Array.isArray(result)) return result;
	return [errorItem(nodeErrorFrom(context.getNode(), error, itemIndex), itemIndex)];
}

function errorItem(error: NodeApiError | NodeOperationError, item: number): INodeExecutionData {
	return { json: { error: error.message }, error, pairedItem: { item } };
}

function isCancelled(error: unknown): boolean {
	return error instanceof ReadFailure && error.kind === 'cancelled';
}

/** As many items are worked on together as requests may be on their way. */
function itemsAtOnce(context: IExecuteFunctions, count: number): number {
	if (count < 2) return count;
	// As it is written: an expression in the options is resolved by each item for itself.
	const asWritten = { rawExpressions: true };
	const { parallelRequests } = context.getNodeParameter('options', 0, {}, asWritten) as IDataObject;
	const most = Number(parallelRequests);
	return Math.min(count, most >= 1 ? most : USUAL_PARALLEL_REQUESTS);
}

/** Gives what comes out for one input item; with "continue on fail" also when it fails. */
async function resultOf(
	context: IExecuteFunctions,
	vendor: Vendor,
	place: Place,
): Promise<INodeExecutionData[] | Candidates> {
	const { itemIndex } = place;
	try {
		return await runItem(context, vendor, place);
	} catch (error) {
		const nodeError = nodeErrorFrom(context.getNode(), error, itemIndex);
		if (isCancelled(error) || !context.continueOnFail()) throw nodeError;
		return [errorItem(nodeError, itemIndex)];
	}
}

async function runItem(
	context: IExecuteFunctions,
	vendor: Vendor,
	place: Place,
): Promise<INodeExecutionData[] | Candidates> {
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
	const asItem = (json: IDataObject) => ({ json, pairedItem: { item: itemIndex } });
	if (operation.kind === 'get') {
		return (await getItems(context, vendor, call, operation)).map(asItem);
	}
	const choice = onlyNewFrom(context, operation, call);
	if (choice === 'off') {
		return (await listItems(context, vendor, call, operation)).map(asItem);
	}
	return await listCandidates(context, vendor, call, operation, choice, asItem);
}

/** Reads what belongs to one id. */
async function getItems(
	context: IExecuteFunctions,
	vendor: Vendor,
	call: Call,
	operation: GetOperation<object>,
): Promise<IDataObject[]> {
	const form = outputChoice(call);
	const about = invoiceContext(vendor, call);
	const records = await operation.read(call);
	if (form === 'raw') return records as IDataObject[];
	const invoices = withSharedKeysMarked(operation.normalize(records, about));
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
	const form = normalize === undefined ? 'raw' : outputChoice(call);
	const about = invoiceContext(vendor, call);
	const limit = limitFrom(call);
	// Where records are left out or put together, the limit does not say how many are needed.
	const recordsMakeItems = keep === undefined && (form === 'raw' || enoughFor === undefined);
	const { ofSome, ofAll } = makingOf(operation, about);
	const { kept, whole } = await readList(context, vendor, call, operation, {
		about,
		wanted: limit,
		pageSize: pageSizeFor(call, recordsMakeItems ? limit : Infinity),
		countsRecords: form === 'raw',
		become: form === 'raw' ? undefined : ofSome,
	});
	if (form === 'raw') return kept.slice(0, limit) as IDataObject[];
	return itemsOf(ofAll(kept), { form, limit, whole, compact: isTool(context) });
}

/** Reads a whole list, because what is new may stand anywhere in it; for a preview its beginning. */
async function listCandidates(
	context: IExecuteFunctions,
	vendor: Vendor,
	call: Call,
	operation: ListOperation<object>,
	choice: Candidates['choice'],
	asItem: (json: IDataObject) => INodeExecutionData,
): Promise<Candidates> {
	const about = invoiceContext(vendor, call);
	const wanted = choice === 'preview' ? MOST_IN_PREVIEW : Infinity;
	const { ofSome, ofAll } = makingOf(operation, withRecords(about));
	const { kept, whole } = await readList(context, vendor, readingInvoices(call), operation, {
		about,
		wanted,
		pageSize: pageSizeFor(call, Infinity),
		countsRecords: false,
		become: ofSome,
	});
	const output = { whole, compact: isTool(context) };
	// Whatever can fail fails now: nothing may when n8n has recorded what is returned.
	const form = outputChoice(call);
	return {
		choice,
		invoices: withoutDrafts(ofAll(kept), call.options.includeDrafts === true),
		itemsOf: (invoices) => itemsInForm(invoices, form, about, output).map(asItem),
	};
}

/** How many records are needed for sure: of one with several lines come several items. */
function neededFor(call: Call, wanted: number): number {
	return outputChoice(call) === 'lineItems' && wanted !== Infinity ? 0 : wanted;
}

/** How much of a list is read. */
interface Extent {
	/** What the user says about its invoices. */
	about: InvoiceContext;
	wanted: number;
	pageSize?: number;
	/** Whether records are wanted, not invoices. */
	countsRecords: boolean;
	/** What is kept of records; where it is missing, they are. */
	become?: (records: object[]) => object[];
}

/** Reads a list until there is enough of it, the newest first where that is known. */
async function readList(
	context: IExecuteFunctions,
	vendor: Vendor,
	call: Call,
	{ read, keep, enoughFor }: ListOperation<object>,
	{ about, wanted, pageSize, countsRecords, become }: Extent,
): Promise<{ kept: object[]; whole: boolean }> {
	const { pages, reversed } = read(call, {
		all: wanted === Infinity,
		pageSize,
		pace: {
			parallel: call.parallelRequests,
			wanted: neededFor(call, wanted),
			onPage: call.onPage,
		},
	});
	const kept: object[] = [];
	const isEnough =
		countsRecords || enoughFor === undefined
			? (_: object[], received: number) => received >= wanted
			: enoughFor(wanted);
	const includeDrafts = call.options.includeDrafts === true;
	const isKept = keep && ((record: object) => keep(record, about, { includeDrafts }));
	let whole = true;
	await collect(pages, { kept, keep: isKept, become, isEnough }).catch((error: unknown) => {
		const incomplete = error instanceof ReadFailure && error.kind === 'incomplete';
		if (!incomplete || call.options.ifIncomplete !== 'continue') throw error;
		context.logger.warn(`${vendor.name}: ${error.message}. ${kept.length} records are put out`);
		whole = false;
	});
	if (reversed) kept.reverse();
	return { kept, whole };
}

function limitFrom({ parameter }: Call): number {
	if (parameter('returnAll', false)) return Infinity;
	return wholeNumberFrom(parameter('limit', 50), 'Limit', 1);
}

/** n8n runs a node under a type of its own where an AI agent uses it as a tool. */
function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

/** What the user chose; else as many as are wanted, where that is known. */
export function pageSizeFor(call: Call, wanted: number): number | undefined {
	if (call.options.pageSize !== undefined) {
		return wholeNumberFrom(call.options.pageSize, 'Page Size', 10);
	}
	return wanted === Infinity ? undefined : wanted;
}

async function callForItem(
	context: IExecuteFunctions,
	vendor: Vendor,
	place: Place,
): Promise<Call> {
	const parameter = <T>(name: string, fallback: T) =>
		context.getNodeParameter(name, place.itemIndex, fallback) as T;
	const patience = patienceFrom(parameter('options', {}));
	const call = await callFor(context, vendor, parameter, patience, place);
	return { ...call, item: context.getInputData()[place.itemIndex].json };
}
