import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { groupedBy } from '../grouped';
import type { Invoice } from '../invoice/invoice';
import type { ListOperation } from './vendor';

/** The invoices of one input item, of which only those come out that no earlier execution put out. */
export interface Candidates {
	/** In the order in which they come out; they carry their records. */
	invoices: Invoice[];
	/** How many items may come out. */
	limit: number;
	/** Gives what an invoice is remembered by. */
	keyOf: (invoice: Invoice) => string;
	itemsOf: (invoices: Invoice[]) => INodeExecutionData[];
}

/** What an invoice is remembered by, for each choice of "Only New" but "Off". */
export const KEYS = {
	new: ({ dedupeKey }: Invoice) => dedupeKey,
	newOrChanged: ({ dedupeKey, contentHash }: Invoice) => `${dedupeKey} ${contentHash}`,
};

/** n8n's store of what a node has processed: one list for each node of each workflow. */
const SCOPE = 'node';
const MODE = { mode: 'entries' as const };

/**
 * Gives what the user chose in "Only New".
 *
 * @throws ReadFailure where this n8n has no store of processed items
 */
export function onlyNewFrom(
	{ helpers }: IExecuteFunctions,
	{ normalize }: ListOperation<object>,
	{ onlyNew = 'off' }: IDataObject,
): keyof typeof KEYS | 'off' {
	if (normalize === undefined || onlyNew === 'off') return 'off';
	if (onlyNew !== 'new' && onlyNew !== 'newOrChanged') {
		throw new ReadFailure('input', `"Only New" is ${JSON.stringify(onlyNew)}`, {
			hint: 'It is one of "off", "new" and "newOrChanged"',
		});
	}
	const { checkProcessedAndRecord, removeProcessed } = helpers as Partial<typeof helpers>;
	if (checkProcessedAndRecord === undefined || removeProcessed === undefined) {
		throw new ReadFailure('input', 'This n8n cannot remember which invoices came out before', {
			hint: 'Update n8n to 1.65 or newer, or set the option "Only New" to "Off"',
		});
	}
	return onlyNew;
}

/**
 * Gives all items in order, those of candidates without what came out before, and records what comes
 * out. It is called when nothing can fail any more: an execution that fails has put out nothing.
 */
export async function chosenOf(
	context: IExecuteFunctions,
	results: Array<INodeExecutionData[] | Candidates>,
): Promise<INodeExecutionData[]> {
	const unseen = await recordUnseen(context, results);
	const output: INodeExecutionData[] = [];
	for (const result of results) {
		const items = Array.isArray(result) ? result : take(result, unseen);
		for (const item of items) output.push(item);
	}
	// What the limit kept back is still new the next time.
	if (unseen.size > 0) await context.helpers.removeProcessed([...unseen], SCOPE, MODE);
	return output;
}

/** Records all candidates, and gives the keys of those that were not recorded before. */
async function recordUnseen(
	{ helpers }: IExecuteFunctions,
	results: Array<INodeExecutionData[] | Candidates>,
): Promise<Set<string>> {
	const keys = new Set<string>();
	for (const result of results) {
		if (Array.isArray(result)) continue;
		for (const invoice of result.invoices) keys.add(result.keyOf(invoice));
	}
	if (keys.size === 0) return keys;
	const { new: unseen } = await helpers.checkProcessedAndRecord([...keys], SCOPE, MODE);
	return new Set(unseen.map(String));
}

/**
 * Takes the unseen invoices up to the limit. They come out whole, or the rest of their lines would
 * never come: so the one that does not fit waits, unless it is the first.
 */
function take(candidates: Candidates, unseen: Set<string>): INodeExecutionData[] {
	const { keyOf, limit } = candidates;
	const invoices = candidates.invoices.filter((invoice) => unseen.has(keyOf(invoice)));
	const items: INodeExecutionData[] = [];
	for (const [key, group] of groupedBy(invoices, keyOf)) {
		const more = candidates.itemsOf(group);
		if (items.length > 0 && items.length + more.length > limit) break;
		for (const item of more) items.push(item);
		unseen.delete(key);
	}
	return items;
}
