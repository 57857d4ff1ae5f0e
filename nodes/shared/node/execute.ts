import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { type Client, createClient } from '../http/client';
import { nodeErrorFrom } from './errors';
import { downloadPdf } from './pdf';
import { wholeNumberFrom } from './values';
import type { Call, ListOperation, Vendor } from './vendor';

/**
 * Runs a vendor's node: each input item on its own, so that one bad item costs no other its result
 * when the node continues on fail.
 */
export async function executeVendor(
	context: IExecuteFunctions,
	vendor: Vendor,
): Promise<INodeExecutionData[][]> {
	const output: INodeExecutionData[] = [];
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
		try {
			for (const item of await runItem(context, vendor, itemIndex)) output.push(item);
		} catch (error) {
			const nodeError = nodeErrorFrom(context.getNode(), error, itemIndex);
			const cancelled = error instanceof ReadFailure && error.kind === 'cancelled';
			if (cancelled || !context.continueOnFail()) throw nodeError;
			output.push({
				json: { error: `${nodeError.message} [item ${itemIndex}]` },
				error: nodeError,
				pairedItem: { item: itemIndex },
			});
		}
	}
	return [output];
}

async function runItem(
	context: IExecuteFunctions,
	vendor: Vendor,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const call = await callFor(context, vendor, itemIndex);
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
	const records =
		operation.kind === 'get'
			? await operation.read(call)
			: await readList(context, vendor, call, operation);
	return records.map((record) => ({
		json: record as IDataObject,
		pairedItem: { item: itemIndex },
	}));
}

/** Reads a list up to the limit, or all of it; never silently less. */
async function readList(
	context: IExecuteFunctions,
	vendor: Vendor,
	call: Call,
	operation: ListOperation<object>,
): Promise<object[]> {
	const all = call.parameter('returnAll', false);
	const limit = all ? Infinity : wholeNumberFrom(call.parameter('limit', 50), 'Limit', 1);
	const { pages, reversed } = operation.read(call, {
		all,
		pageSize: pageSizeFor(call, operation, limit),
	});
	const records: object[] = [];
	await collect(pages, records, limit, operation.keep).catch((error: unknown) => {
		const incomplete = error instanceof ReadFailure && error.kind === 'incomplete';
		if (!incomplete || call.options.ifIncomplete !== 'continue') throw error;
		context.logger.warn(`${vendor.name}: ${error.message}. ${records.length} records are put out`);
	});
	return reversed ? records.reverse() : records;
}

/** Adds the records of a list until there are enough, or no more. */
async function collect(
	pages: AsyncIterable<object[]>,
	records: object[],
	limit: number,
	keep: (record: object) => boolean = () => true,
): Promise<void> {
	for await (const page of pages) {
		for (const record of page) {
			if (records.length < limit && keep(record)) records.push(record);
		}
		if (records.length >= limit) return;
	}
}

/** What the user chose; else no more than the limit asks for, unless some will be left out. */
function pageSizeFor(
	call: Call,
	operation: ListOperation<object>,
	limit: number,
): number | undefined {
	if (call.options.pageSize !== undefined) {
		return wholeNumberFrom(call.options.pageSize, 'Page Size', 10);
	}
	return limit === Infinity || operation.keep ? undefined : limit;
}

/** Puts together what an operation may use for one item. */
async function callFor(
	context: IExecuteFunctions,
	vendor: Vendor,
	itemIndex: number,
): Promise<Call> {
	const parameter = <T>(name: string, fallback: T) =>
		context.getNodeParameter(name, itemIndex, fallback) as T;
	const options = parameter<IDataObject>('options', {});
	const credential = await context.getCredentials(vendor.credentialType, itemIndex);
	const client: Client = createClient(context, {
		...vendor.connect(credential),
		vendor: vendor.name,
		credentialType: vendor.credentialType,
		wordsOf: vendor.wordsOf,
		timeoutSeconds: wholeNumberFrom(options.timeout ?? 60, 'Timeout', 1, 3600),
		maxRetries: wholeNumberFrom(options.maxRetries ?? 5, 'Max Retries', 0, 20),
	});
	return { client, credential, parameter, options, filters: parameter<IDataObject>('filters', {}) };
}
