import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice } from '../invoice/invoice';
import { withSharedKeysMarked } from '../invoice/sharedKeys';
import { withoutDrafts } from '../polling/identity';
import { wholeNumberFrom } from '../vendor/values';
import type { GetOperation, ListOperation, OperationContext } from '../vendor/vendor';
import { attachPdfs, pdfAttachmentFrom } from './attachPdf';
import { EVERYTHING, invoiceContextFrom } from './invoiceContext';
import type { DedupeMode } from './deduplication';
import type { ItemRun } from './itemRun';
import { fetchLines, fetchesLines } from './lines';
import { MAX_IN_PREVIEW, type UnfilteredInvoices, dedupeModeFrom } from './onlyNew';
import { type OutputSettings, itemsUpTo, needsOf, outputSettingsFrom } from './output';
import { downloadPdf } from './pdf';
import { readList } from './readList';
import { subjectsOf, withSubjects } from './subject';

/** The output items; for "Invoices to Return" other than "All", before those returned earlier are removed. */
type Result = INodeExecutionData[] | UnfilteredInvoices;

/**
 * Runs the operation that the user chose for one input item.
 *
 * @throws ReadFailure, which says which invoice or account it is about
 */
export async function perform(run: ItemRun): Promise<Result> {
	const { context } = run;
	return await resultOf(run).catch((error: unknown) => {
		throw withSubjects(error, subjectsOf(context), context);
	});
}

async function resultOf(run: ItemRun): Promise<Result> {
	const { n8n, vendor, context } = run;
	const name = `${context.parameter('resource', '')}:${context.parameter('operation', '')}`;
	const operation = vendor.operations[name];
	if (operation === undefined) {
		throw new ReadFailure('input', `${vendor.name} has no operation "${name}"`, {
			hint: 'Select a resource and an operation from the lists',
		});
	}
	if (operation.kind === 'pdf') return [await downloadPdf(run, await operation.find(context))];
	if (operation.kind === 'get') return await getItems(run, operation);
	if (operation.normalize === undefined) return await recordItems(run, operation);
	const mode = dedupeModeFrom(n8n, context);
	if (mode === 'off') return await listItems(run, operation);
	return await newInvoices(run, operation, mode);
}

/** Returns the items of a get operation. */
async function getItems(run: ItemRun, operation: GetOperation): Promise<INodeExecutionData[]> {
	const { vendor, context } = run;
	const settings = outputSettingsFrom(context);
	const toItems = itemsMaker(run, settings);
	const normalizing = invoiceContextFrom(vendor, context, {
		...needsOf(settings),
		raw: settings.includeRaw,
	});
	const records = await operation.read(context);
	if (settings.format === 'raw') return paired(run, records as IDataObject[]);
	return await toItems(withSharedKeysMarked(operation.normalize(records, normalizing)));
}

/** Returns the records of a list as items. */
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

/** Invoices that are only used to filter their records need nothing else. */
const NOTHING_BUT_RECORDS = { lines: false, contentHash: false, raw: false };

/** Returns the items of a list of invoices, up to the limit. */
async function listItems(run: ItemRun, operation: ListOperation): Promise<INodeExecutionData[]> {
	const { vendor, context } = run;
	const settings = outputSettingsFrom(context);
	const limit = limitFrom(context);
	if (settings.format === 'raw') return await recordItems(run, operation);
	const toItems = itemsMaker(run, settings);
	const withDetails = fetchesLines(operation, context, settings);
	const normalizing = invoiceContextFrom(vendor, context, {
		...needsOf(settings),
		raw: settings.includeRaw || withDetails,
	});
	const isOneItemEach = settings.format !== 'lineItems';
	const plan = { purpose: 'invoices' as const, normalizing, limit, isOneItemEach };
	const kept = await readList(run, operation, plan);
	// Each invoice becomes at least one item.
	const listed = (kept as Invoice[]).slice(0, limit);
	const invoices = withDetails
		? await fetchLines(context, operation, normalizing, listed, isOneItemEach ? Infinity : limit)
		: listed;
	return await toItems(invoices, limit);
}

/**
 * Reads the whole list, because new invoices may be anywhere in it. For a preview, only the beginning is
 * read, and returned.
 */
async function newInvoices(
	run: ItemRun,
	operation: ListOperation,
	mode: DedupeMode | 'preview',
): Promise<Result> {
	const { vendor, context, hints } = run;
	// Validated now, because nothing may fail after n8n has recorded what is returned.
	const settings = outputSettingsFrom(context);
	const toItems = itemsMaker(run, settings);
	const normalizing = invoiceContextFrom(vendor, context, EVERYTHING);
	const most = mode === 'preview' ? MAX_IN_PREVIEW : Infinity;
	const plan = { purpose: 'invoices' as const, normalizing, limit: most, isOneItemEach: true };
	const kept = (await readList(run, operation, plan)) as Invoice[];
	const issued = withoutDrafts(kept, context.options.includeDrafts === true);
	hints.draftsLeftOut(kept.length - issued.length);
	const listed = issued.slice(0, most);
	const invoices = fetchesLines(operation, context, settings)
		? await fetchLines(context, operation, normalizing, listed, Infinity)
		: listed;
	if (mode !== 'preview') {
		return { mode, invoices, itemsOf: async (chosen) => await toItems(chosen, Infinity, true) };
	}
	hints.preview();
	return await toItems(invoices);
}

/**
 * Returns the function that converts invoices to items, with their PDFs if the user wants them. It takes
 * the maximum number of items, and whether n8n has recorded the invoices as returned: if so, a PDF never
 * makes it fail.
 *
 * @throws ReadFailure if an option is not valid
 */
function itemsMaker(run: ItemRun, settings: OutputSettings) {
	const attachment = pdfAttachmentFrom(run, settings);
	return async (invoices: Invoice[], limit = Infinity, isRecorded = false) =>
		attachment === undefined
			? paired(
					run,
					itemsUpTo(invoices, settings, limit, (...cut) => run.hints.linesCut(...cut)),
				)
			: await attachPdfs(run, invoices, settings, attachment, isRecorded);
}

function paired({ itemIndex }: ItemRun, items: IDataObject[]): INodeExecutionData[] {
	return items.map((json) => ({ json, pairedItem: { item: itemIndex } }));
}

function limitFrom({ parameter }: OperationContext): number {
	if (parameter('returnAll', false)) return Infinity;
	return wholeNumberFrom(parameter('limit', 50), 'Limit', 1);
}
