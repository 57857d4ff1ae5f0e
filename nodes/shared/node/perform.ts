import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice } from '../invoice/invoice';
import { withSharedKeysMarked } from '../invoice/sharedKeys';
import { withoutDrafts } from '../polling/identity';
import { wholeNumberFrom } from '../vendor/values';
import type { GetOperation, ListOperation, OperationContext, Vendor } from '../vendor/vendor';
import { MOST_IN_PREVIEW, type UnfilteredInvoices, dedupeModeFrom } from './onlyNew';
import { invoiceContext, itemsInFormat, itemsOf, outputFormatFrom, withRecords } from './output';
import { downloadPdf } from './pdf';
import { readList } from './readList';

/**
 * Performs the operation of one input item.
 *
 * @returns its items; of what is still to be asked about whether it is new, the unfiltered results
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
	const asItem = (json: IDataObject) => ({ json, pairedItem: { item: itemIndex } });
	if (operation.kind === 'get') {
		return (await getItems(n8n, vendor, context, operation)).map(asItem);
	}
	const choice = dedupeModeFrom(n8n, operation, context);
	if (choice === 'off') {
		return (await listItems(n8n, vendor, context, operation)).map(asItem);
	}
	return await unfilteredResults(n8n, vendor, context, operation, choice, asItem);
}

/** Reads what belongs to one id. */
async function getItems(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	context: OperationContext,
	operation: GetOperation,
): Promise<IDataObject[]> {
	const form = outputFormatFrom(context);
	const about = invoiceContext(vendor, context);
	const records = await operation.read(context);
	if (form === 'raw') return records as IDataObject[];
	const invoices = withSharedKeysMarked(operation.normalize(records, about));
	return itemsOf(invoices, { form, limit: Infinity, whole: true, compact: isTool(n8n) });
}

/** Reads a list up to the limit, or all of it. */
async function listItems(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	context: OperationContext,
	operation: ListOperation,
): Promise<IDataObject[]> {
	const form = operation.normalize === undefined ? 'raw' : outputFormatFrom(context);
	const limit = limitFrom(context);
	const { kept, whole } = await readList(n8n, vendor, context, operation, {
		purpose: form === 'raw' ? 'raw' : 'invoices',
		about: invoiceContext(vendor, context),
		limit,
		isOneItemEach: form !== 'lineItems',
	});
	if (form === 'raw') return kept.slice(0, limit) as IDataObject[];
	return itemsOf(kept as Invoice[], { form, limit, whole, compact: isTool(n8n) });
}

/** Reads a whole list, because what is new may stand anywhere in it; for a preview its beginning. */
async function unfilteredResults(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	context: OperationContext,
	operation: ListOperation,
	choice: UnfilteredInvoices['choice'],
	asItem: (json: IDataObject) => INodeExecutionData,
): Promise<UnfilteredInvoices> {
	const about = invoiceContext(vendor, context);
	const { kept, whole } = await readList(n8n, vendor, context, operation, {
		purpose: 'invoices',
		about: withRecords(about),
		limit: choice === 'preview' ? MOST_IN_PREVIEW : Infinity,
		isOneItemEach: true,
	});
	const output = { whole, compact: isTool(n8n) };
	// Whatever can fail fails now: nothing may when n8n has recorded what is returned.
	const form = outputFormatFrom(context);
	return {
		choice,
		invoices: withoutDrafts(kept as Invoice[], context.options.includeDrafts === true),
		itemsOf: (invoices) => itemsInFormat(invoices, form, about, output).map(asItem),
	};
}

function limitFrom({ parameter }: OperationContext): number {
	if (parameter('returnAll', false)) return Infinity;
	return wholeNumberFrom(parameter('limit', 50), 'Limit', 1);
}

/** n8n runs a node under a type of its own where an AI agent uses it as a tool. */
function isTool(n8n: IExecuteFunctions): boolean {
	return n8n.getNode().type.endsWith('Tool');
}
