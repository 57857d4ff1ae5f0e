import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice } from '../invoice/invoice';
import { withSharedKeysMarked } from '../invoice/sharedKeys';
import { withoutDrafts } from '../polling/identity';
import { wholeNumberFrom } from '../vendor/values';
import type { GetOperation, ListOperation, OperationContext, Vendor } from '../vendor/vendor';
import { MAX_IN_PREVIEW, type UnfilteredInvoices, dedupeModeFrom } from './onlyNew';
import {
	invoiceContextFrom,
	itemsInFormat,
	itemsOf,
	outputFormatFrom,
	withRawRecords,
} from './output';
import { downloadPdf } from './pdf';
import { readList } from './readList';

/**
 * Runs the operation that the user chose for one input item.
 *
 * @returns the output items; for "Invoices to Return" other than "All", the invoices before those that
 * were returned earlier are removed
 * @throws ReadFailure
 */
export async function perform(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	context: OperationContext,
	itemIndex: number,
): Promise<INodeExecutionData[] | UnfilteredInvoices> {
	const name = `${context.parameter('resource', '')}:${context.parameter('operation', '')}`;
	const operation = vendor.operations[name];
	if (operation === undefined) {
		throw new ReadFailure('input', `${vendor.name} has no operation "${name}"`, {
			hint: 'Pick a resource and an operation from the lists',
		});
	}
	if (operation.kind === 'pdf') {
		const file = await operation.find(context);
		return [await downloadPdf(n8n, vendor, context, file, itemIndex)];
	}
	const toItem = (json: IDataObject) => ({ json, pairedItem: { item: itemIndex } });
	if (operation.kind === 'get') {
		return (await getItems(n8n, vendor, context, operation)).map(toItem);
	}
	const mode = dedupeModeFrom(n8n, operation, context);
	if (mode === 'off') {
		return (await listItems(n8n, vendor, context, operation)).map(toItem);
	}
	return await unfilteredInvoices(n8n, vendor, context, operation, mode, toItem);
}

/** Returns the items of a get operation. */
async function getItems(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	context: OperationContext,
	operation: GetOperation,
): Promise<IDataObject[]> {
	const format = outputFormatFrom(context);
	const normalizing = invoiceContextFrom(vendor, context);
	const records = await operation.read(context);
	if (format === 'raw') return records as IDataObject[];
	const invoices = withSharedKeysMarked(operation.normalize(records, normalizing));
	return itemsOf(invoices, { format, limit: Infinity, isComplete: true, compact: isTool(n8n) });
}

/** Returns the items of a list operation, up to the limit. */
async function listItems(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	context: OperationContext,
	operation: ListOperation,
): Promise<IDataObject[]> {
	const format = operation.normalize === undefined ? 'raw' : outputFormatFrom(context);
	const limit = limitFrom(context);
	const { kept, isComplete } = await readList(n8n, vendor, context, operation, {
		purpose: format === 'raw' ? 'raw' : 'invoices',
		normalizing: invoiceContextFrom(vendor, context),
		limit,
		isOneItemEach: format !== 'lineItems',
	});
	if (format === 'raw') return kept.slice(0, limit) as IDataObject[];
	return itemsOf(kept as Invoice[], { format, limit, isComplete, compact: isTool(n8n) });
}

/** Reads the whole list, because new invoices may be anywhere in it; only the beginning for a preview. */
async function unfilteredInvoices(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	context: OperationContext,
	operation: ListOperation,
	mode: UnfilteredInvoices['mode'],
	toItem: (json: IDataObject) => INodeExecutionData,
): Promise<UnfilteredInvoices> {
	const normalizing = invoiceContextFrom(vendor, context);
	const { kept, isComplete } = await readList(n8n, vendor, context, operation, {
		purpose: 'invoices',
		normalizing: withRawRecords(normalizing),
		limit: mode === 'preview' ? MAX_IN_PREVIEW : Infinity,
		isOneItemEach: true,
	});
	const output = { isComplete, compact: isTool(n8n) };
	// Validated now, because nothing may fail after n8n has recorded what is returned.
	const format = outputFormatFrom(context);
	return {
		mode,
		invoices: withoutDrafts(kept as Invoice[], context.options.includeDrafts === true),
		itemsOf: (invoices) => itemsInFormat(invoices, format, normalizing, output).map(toItem),
	};
}

function limitFrom({ parameter }: OperationContext): number {
	if (parameter('returnAll', false)) return Infinity;
	return wholeNumberFrom(parameter('limit', 50), 'Limit', 1);
}

/** Returns whether an AI agent uses the node: n8n then adds "Tool" to its type. */
function isTool(n8n: IExecuteFunctions): boolean {
	return n8n.getNode().type.endsWith('Tool');
}
