import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice } from '../invoice/invoice';
import { choiceFrom } from '../vendor/values';
import type { OperationContext } from '../vendor/vendor';
import {
	type DedupeMode,
	type Deduplication,
	deduplicationOf,
	findNewInvoices,
} from './deduplication';

/** All invoices of one input item, before those that were returned earlier are removed. */
export interface UnfilteredInvoices {
	mode: DedupeMode;
	/** In output order, with their raw records. */
	invoices: Invoice[];
	/** Converts the invoices that are returned to items. */
	itemsOf: (invoices: Invoice[]) => Promise<INodeExecutionData[]>;
}

const CHOICES = ['off', 'new', 'newOrChanged'] as const;

/** How many invoices a manual execution returns for each input item. */
export const MAX_IN_PREVIEW = 50;

/**
 * Returns the mode that the user chose in "Invoices to Return", or `off` for all invoices. A manual
 * execution gets `preview`, because n8n cannot be asked what is new without recording the answer.
 *
 * @throws ReadFailure if the parameter has another value, or this n8n cannot record processed items
 */
export function dedupeModeFrom(
	n8n: IExecuteFunctions,
	{ parameter }: Pick<OperationContext, 'parameter'>,
): DedupeMode | 'preview' | 'off' {
	const mode = choiceFrom(CHOICES, parameter<unknown>('onlyNew', 'off'), 'Invoices to Return');
	if (mode === 'off') return mode;
	if (n8n.getMode() === 'manual') return 'preview';
	const { checkProcessedAndRecord } = n8n.helpers as Partial<IExecuteFunctions['helpers']>;
	if (checkProcessedAndRecord === undefined) {
		throw new ReadFailure(
			'input',
			'This version of n8n cannot remember which invoices were returned before',
			{
				hint: 'Update n8n to 1.65 or newer, or set "Invoices to Return" to "All"',
			},
		);
	}
	return mode;
}

/**
 * Returns the items of all results in order, without invoices that were returned before.
 *
 * Call it last, when nothing else can fail: n8n records whatever it is asked about, so everything it
 * reports as new has to be returned. That is also why it is asked only about the mode the user chose;
 * what the other mode needs is recorded afterwards. If that fails, invoices may be returned again after
 * the user changes the mode, but none is lost.
 *
 * @throws ReadFailure if n8n cannot say what is new
 */
export async function deduplicateResults(
	n8n: IExecuteFunctions,
	results: Array<INodeExecutionData[] | UnfilteredInvoices>,
): Promise<INodeExecutionData[]> {
	const deduplications = new Map<UnfilteredInvoices, Deduplication>();
	for (const result of results) {
		if (Array.isArray(result)) continue;
		deduplications.set(result, deduplicationOf(result.mode, result.invoices));
	}
	await findNewInvoices(n8n, [...deduplications.values()]);
	const output: INodeExecutionData[] = [];
	for (const result of results) {
		for (const item of await itemsFrom(result, deduplications)) output.push(item);
	}
	return output;
}

async function itemsFrom(
	result: INodeExecutionData[] | UnfilteredInvoices,
	deduplications: Map<UnfilteredInvoices, Deduplication>,
): Promise<INodeExecutionData[]> {
	if (Array.isArray(result)) return result;
	const { newInvoices } = deduplications.get(result)!;
	return await result.itemsOf(result.invoices.filter((invoice) => newInvoices.has(invoice)));
}
