import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice } from '../invoice/invoice';
import type { ListOperation, OperationContext } from '../vendor/vendor';
import { type DedupeMode, type Deduplication, sift, deduplicationOf } from './deduplication';

/** The invoices of one input item, of which only those are returned that are new. */
export interface UnfilteredInvoices {
	choice: DedupeMode | 'preview';
	/** In the order in which they are returned; they carry their records. */
	invoices: Invoice[];
	itemsOf: (invoices: Invoice[]) => INodeExecutionData[];
}

/** How many invoices a manual execution returns for each input item. */
export const MOST_IN_PREVIEW = 50;

/**
 * Returns what the user chose in "Invoices to Return"; `preview` where n8n runs the node manually,
 * which records nothing, because n8n's store cannot be asked without recording.
 *
 * @throws ReadFailure where this n8n has no store of processed items
 */
export function dedupeModeFrom(
	n8n: IExecuteFunctions,
	{ normalize }: ListOperation,
	{ parameter }: Pick<OperationContext, 'parameter'>,
): DedupeMode | 'preview' | 'off' {
	const choice = normalize === undefined ? 'off' : parameter<unknown>('onlyNew', 'off');
	if (choice === 'off') return choice;
	if (choice !== 'new' && choice !== 'newOrChanged') {
		throw new ReadFailure('input', `"Invoices to Return" is ${JSON.stringify(choice)}`, {
			hint: 'It is one of "off", "new" and "newOrChanged"',
		});
	}
	if (n8n.getMode() === 'manual') return 'preview';
	const { checkProcessedAndRecord } = n8n.helpers as Partial<IExecuteFunctions['helpers']>;
	if (checkProcessedAndRecord === undefined) {
		throw new ReadFailure('input', 'This n8n cannot remember which invoices were returned before', {
			hint: 'Update n8n to 1.65 or newer, or set "Invoices to Return" to "All"',
		});
	}
	return choice;
}

/**
 * Returns all items in order, those of unfiltered results without what was returned before.
 *
 * It is called when nothing can fail any more, because n8n's store records what it is asked about:
 * what is new to it is returned, all of it, and nothing else is ever recorded. So it is asked once
 * for the choice made, and told afterwards what the other choice has to know. Where that fails,
 * invoices may be returned again after the choice has changed, but none is lost.
 *
 * @throws ReadFailure where the store cannot be asked
 */
export async function deduplicateResults(
	n8n: IExecuteFunctions,
	results: Array<INodeExecutionData[] | UnfilteredInvoices>,
): Promise<INodeExecutionData[]> {
	const siftings = new Map<UnfilteredInvoices, Deduplication>();
	for (const result of results) {
		if (!Array.isArray(result) && result.choice !== 'preview') {
			siftings.set(result, deduplicationOf(result.choice, result.invoices));
		}
	}
	await sift(n8n, [...siftings.values()]);
	const output: INodeExecutionData[] = [];
	for (const result of results) {
		for (const item of itemsFrom(result, siftings)) output.push(item);
	}
	if (results.some((result) => !Array.isArray(result) && result.choice === 'preview')) {
		hintAtPreview(n8n);
	}
	return output;
}

function itemsFrom(
	result: INodeExecutionData[] | UnfilteredInvoices,
	siftings: Map<UnfilteredInvoices, Deduplication>,
): INodeExecutionData[] {
	if (Array.isArray(result)) return result;
	const sifting = siftings.get(result);
	if (sifting === undefined) return result.itemsOf(result.invoices.slice(0, MOST_IN_PREVIEW));
	return result.itemsOf(result.invoices.filter((invoice) => sifting.told.has(invoice)));
}

function hintAtPreview(n8n: IExecuteFunctions): void {
	n8n.addExecutionHints?.({
		message: `A manual execution returns up to ${MOST_IN_PREVIEW} invoices, new or not, and does not mark them as returned. Other executions return only what "Invoices to Return" says.`,
		type: 'info',
		location: 'outputPane',
	});
}
