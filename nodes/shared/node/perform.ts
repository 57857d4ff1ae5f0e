import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice } from '../invoice/invoice';
import { withSharedKeysMarked } from '../invoice/sharedKeys';
import { withoutDrafts } from '../polling/identity';
import { wholeNumberFrom } from '../vendor/values';
import type { GetOperation, ListOperation, OperationContext } from '../vendor/vendor';
import { attachPdfs, attachesPdfs } from './attachPdf';
import { invoiceContextFrom } from './invoiceContext';
import type { ItemRun } from './itemRun';
import { fetchLines, fetchesLines } from './lines';
import { MAX_IN_PREVIEW, type UnfilteredInvoices, dedupeModeFrom } from './onlyNew';
import { type OutputSettings, itemsUpTo, needsOf, outputSettingsFrom } from './output';
import { downloadPdf } from './pdf';
import { readList } from './readList';

/**
 * Runs the operation that the user chose for one input item.
 *
 * @returns the output items; for "Invoices to Return" other than "All", the invoices before those that
 * were returned earlier are removed
 * @throws ReadFailure
 */
export async function perform(run: ItemRun): Promise<INodeExecutionData[] | UnfilteredInvoices> {
	const { n8n, vendor, context } = run;
	const name = `${context.parameter('resource', '')}:${context.parameter('operation', '')}`;
	const operation = vendor.operations[name];
	if (operation === undefined) {
		throw new ReadFailure('input', `${vendor.name} has no operation "${name}"`, {
			hint: 'Pick a resource and an operation from the lists',
		});
	}
	if (operation.kind === 'pdf') return [await downloadPdf(run, await operation.find(context))];
	if (operation.kind === 'get') return await getItems(run, operation);
	if (operation.normalize === undefined) return await recordItems(run, operation);
	const mode = dedupeModeFrom(n8n, context);
	if (mode === 'off') return await listItems(run, operation);
	return await unfilteredInvoices(run, operation, mode);
}

/** Returns the items of a get operation. */
async function getItems(run: ItemRun, operation: GetOperation): Promise<INodeExecutionData[]> {
	const { vendor, context } = run;
	const settings = outputSettingsFrom(context);
	const normalizing = invoiceContextFrom(vendor, context, {
		...needsOf(settings),
		raw: settings.includeRaw,
	});
	const records = await operation.read(context);
	if (settings.format === 'raw') return paired(run, records as IDataObject[]);
	const invoices = withSharedKeysMarked(operation.normalize(records, normalizing));
	return await invoiceItems(run, invoices, settings, Infinity);
}

/** Returns the records of a list that holds no invoices. */
async function recordItems(run: ItemRun, operation: ListOperation): Promise<INodeExecutionData[]> {
	const limit = limitFrom(run.context);
	const kept = await readList(run, operation, {
		purpose: 'raw',
		normalizing: invoiceContextFrom(run.vendor, run.context, NOTHING_BUT_RECORDS),
		limit,
		isOneItemEach: true,
	});
	return paired(run, kept.slice(0, limit) as IDataObject[]);
}

/** What invoices have to contain that are only looked at, to filter their records. */
const NOTHING_BUT_RECORDS = { lines: false, contentHash: false, raw: false };

/** Returns the items of a list of invoices, up to the limit. */
async function listItems(run: ItemRun, operation: ListOperation): Promise<INodeExecutionData[]> {
	const { vendor, context } = run;
	const settings = outputSettingsFrom(context);
	const limit = limitFrom(context);
	if (settings.format === 'raw') return await recordItems(run, operation);
	const withDetails = fetchesLines(operation, context, settings);
	const normalizing = invoiceContextFrom(vendor, context, {
		...needsOf(settings),
		raw: settings.includeRaw || withDetails,
	});
	const isOneItemEach = settings.format !== 'lineItems';
	const plan = { purpose: 'invoices' as const, normalizing, limit, isOneItemEach };
	const kept = await readList(run, operation, plan);
	// Of an invoice comes at least one item.
	const listed = (kept as Invoice[]).slice(0, limit);
	const invoices = withDetails
		? await fetchLines(context, operation, normalizing, listed, isOneItemEach ? Infinity : limit)
		: listed;
	return await invoiceItems(run, invoices, settings, limit);
}

/** Reads the whole list, because new invoices may be anywhere in it; only the beginning for a preview. */
async function unfilteredInvoices(
	run: ItemRun,
	operation: ListOperation,
	mode: UnfilteredInvoices['mode'],
): Promise<UnfilteredInvoices> {
	const { vendor, context } = run;
	// Validated now, because nothing may fail after n8n has recorded what is returned.
	const settings = outputSettingsFrom(context);
	const normalizing = invoiceContextFrom(vendor, context, {
		lines: needsOf(settings).lines,
		contentHash: true,
		raw: true,
	});
	const kept = await readList(run, operation, {
		purpose: 'invoices',
		normalizing,
		limit: mode === 'preview' ? MAX_IN_PREVIEW : Infinity,
		isOneItemEach: true,
	});
	const issued = withoutDrafts(kept as Invoice[], context.options.includeDrafts === true);
	const listed = mode === 'preview' ? issued.slice(0, MAX_IN_PREVIEW) : issued;
	const invoices = fetchesLines(operation, context, settings)
		? await fetchLines(context, operation, normalizing, listed, Infinity)
		: listed;
	return {
		mode,
		invoices,
		itemsOf: async (chosen) => await invoiceItems(run, chosen, settings, Infinity, true),
	};
}

/**
 * Returns the items of invoices, with their PDFs if the user wants them.
 *
 * @param isRecorded whether n8n has recorded that the invoices are returned: then nothing may fail
 */
async function invoiceItems(
	run: ItemRun,
	invoices: Invoice[],
	settings: OutputSettings,
	limit: number,
	isRecorded = false,
): Promise<INodeExecutionData[]> {
	if (attachesPdfs(run, settings)) return await attachPdfs(run, invoices, settings, isRecorded);
	return paired(run, itemsUpTo(invoices, settings, limit));
}

function paired({ itemIndex }: ItemRun, items: IDataObject[]): INodeExecutionData[] {
	return items.map((json) => ({ json, pairedItem: { item: itemIndex } }));
}

function limitFrom({ parameter }: OperationContext): number {
	if (parameter('returnAll', false)) return Infinity;
	return wholeNumberFrom(parameter('limit', 50), 'Limit', 1);
}
