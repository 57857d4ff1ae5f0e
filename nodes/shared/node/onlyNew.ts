import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { groupedBy } from '../grouped';
import type { Invoice } from '../invoice/invoice';
import { identityOf } from '../polling/identity';
import type { Call, ListOperation } from './vendor';

/** What "Invoices to Return" can be; `preview` where n8n runs the node manually and records nothing. */
export type NewChoice = 'new' | 'newOrChanged' | 'preview';

/** The invoices of one input item, of which only those are returned that are new. */
export interface Candidates {
	choice: NewChoice;
	/** In the order in which they are returned; they carry their records. */
	invoices: Invoice[];
	itemsOf: (invoices: Invoice[]) => INodeExecutionData[];
}

/** How many invoices a manual execution returns for each input item. */
export const MOST_IN_PREVIEW = 50;

/** n8n's store of what a node has processed: one list for each node of each workflow. */
const SCOPE = 'node';
const MODE = { mode: 'entries' as const };

/**
 * Returns what the user chose in "Invoices to Return".
 *
 * @throws ReadFailure where this n8n has no store of processed items
 */
export function onlyNewFrom(
	context: IExecuteFunctions,
	{ normalize }: ListOperation<object>,
	{ parameter }: Pick<Call, 'parameter'>,
): NewChoice | 'off' {
	const choice = normalize === undefined ? 'off' : parameter<unknown>('onlyNew', 'off');
	if (choice === 'off') return choice;
	if (choice !== 'new' && choice !== 'newOrChanged') {
		throw new ReadFailure('input', `"Invoices to Return" is ${JSON.stringify(choice)}`, {
			hint: 'It is one of "off", "new" and "newOrChanged"',
		});
	}
	if (context.getMode() === 'manual') return 'preview';
	const { checkProcessedAndRecord } = context.helpers as Partial<IExecuteFunctions['helpers']>;
	if (checkProcessedAndRecord === undefined) {
		throw new ReadFailure('input', 'This n8n cannot remember which invoices were returned before', {
			hint: 'Update n8n to 1.65 or newer, or set "Invoices to Return" to "All"',
		});
	}
	return choice;
}

/** An invoice, and what n8n's store knows it by. */
interface Entry {
	invoice: Invoice;
	/** Its key; the second invoice of a list under one key has an identity of its own. */
	identity: string;
	/** Its key and content. */
	content: string;
}

/** The invoices of one input item, while it is found out which of them are new. */
interface Sifting {
	choice: NewChoice;
	entries: Entry[];
	told: Set<Entry>;
	/** Groups under one key of which some are new, with how many. */
	mixed: Array<{ group: Entry[]; fresh: number }>;
}

/**
 * Returns all items in order, those of candidates without what was returned before.
 *
 * It is called when nothing can fail any more, because n8n's store records what it is asked about:
 * what is new to it is returned, all of it, and nothing else is ever recorded. So it is asked once
 * for the choice made, and told afterwards what the other choice has to know. Where that fails,
 * invoices may be returned again after the choice has changed, but none is lost.
 *
 * @throws ReadFailure where the store cannot be asked
 */
export async function chosenOf(
	context: IExecuteFunctions,
	results: Array<INodeExecutionData[] | Candidates>,
): Promise<INodeExecutionData[]> {
	const siftings = new Map<Candidates, Sifting>();
	for (const result of results) {
		if (!Array.isArray(result) && result.choice !== 'preview') {
			siftings.set(result, siftingOf(result));
		}
	}
	await sift(context, [...siftings.values()]);
	const output: INodeExecutionData[] = [];
	for (const result of results) {
		for (const item of itemsFrom(result, siftings)) output.push(item);
	}
	if (results.some((result) => !Array.isArray(result) && result.choice === 'preview')) {
		hintAtPreview(context);
	}
	return output;
}

function itemsFrom(
	result: INodeExecutionData[] | Candidates,
	siftings: Map<Candidates, Sifting>,
): INodeExecutionData[] {
	if (Array.isArray(result)) return result;
	const sifting = siftings.get(result);
	if (sifting === undefined) return result.itemsOf(result.invoices.slice(0, MOST_IN_PREVIEW));
	const told = sifting.entries.filter((entry) => sifting.told.has(entry));
	return result.itemsOf(told.map(({ invoice }) => invoice));
}

function siftingOf({ choice, invoices }: Candidates): Sifting {
	const counts = new Map<string, number>();
	const numbered = (text: string) => {
		const count = (counts.get(text) ?? 0) + 1;
		counts.set(text, count);
		return count === 1 ? text : `${text} ${count}`;
	};
	const entries = invoices.map((invoice) => {
		const key = identityOf(invoice);
		return {
			invoice,
			identity: numbered(key),
			content: numbered(`${key} ${invoice.contentHash}`),
		};
	});
	return { choice, entries, told: new Set(), mixed: [] };
}

/** Finds out which invoices are new, and has n8n's store record these and nothing else. */
async function sift(context: IExecuteFunctions, siftings: Sifting[]): Promise<void> {
	const asked = siftings.flatMap(({ choice, entries }) =>
		// What is known by its content was returned, so that its identity is known, too.
		choice === 'new'
			? entries.map(({ identity }) => identity)
			: entries.flatMap(({ identity, content }) => [identity, content]),
	);
	const unseen = await recordUnseen(context, asked).catch((error: Error) => {
		throw new ReadFailure('input', `n8n could not tell what is new: ${error.message}`, {
			hint: 'No invoices were returned, and the next execution returns them. Run it again',
		});
	});
	for (const sifting of siftings) tell(sifting, unseen);

	const byIdentity = siftings.filter(({ choice }) => choice === 'new');
	const contents = byIdentity.flatMap(({ told, mixed }) =>
		[...told, ...mixed.flatMap(({ group }) => group)].map(({ content }) => content),
	);
	const unseenContents = await recordUnseen(context, contents).catch((error: Error) => {
		context.logger.warn(
			`n8n could not record the content of new invoices: ${error.message}. They may be returned again when "Invoices to Return" changes`,
		);
		return new Set(contents);
	});
	for (const { told, mixed } of byIdentity) {
		for (const { group, fresh } of mixed) {
			const unknown = group.filter(({ content }) => unseenContents.has(content));
			for (const entry of unknown.length < fresh ? group : unknown) told.add(entry);
		}
	}
}

/** Tells the new ones, each with the first input item that lists it. */
function tell({ choice, entries, told, mixed }: Sifting, unseen: Set<string>): void {
	if (choice === 'newOrChanged') {
		for (const entry of entries) if (unseen.has(entry.content)) told.add(entry);
	} else {
		for (const group of groupedBy(entries, ({ invoice }) => identityOf(invoice)).values()) {
			const fresh = group.filter(({ identity }) => unseen.has(identity)).length;
			if (fresh === group.length) for (const entry of group) told.add(entry);
			else if (fresh > 0) mixed.push({ group, fresh });
		}
	}
	for (const { identity, content } of entries) {
		unseen.delete(identity);
		unseen.delete(content);
	}
}

/** Records texts in n8n's store, and returns those that it did not know. */
async function recordUnseen({ helpers }: IExecuteFunctions, texts: string[]): Promise<Set<string>> {
	if (texts.length === 0) return new Set();
	const { new: unseen } = await helpers.checkProcessedAndRecord([...new Set(texts)], SCOPE, MODE);
	return new Set(unseen.map(String));
}

function hintAtPreview(context: IExecuteFunctions): void {
	context.addExecutionHints?.({
		message: `A manual execution returns up to ${MOST_IN_PREVIEW} invoices, new or not, and does not mark them as returned. Other executions return only what "Invoices to Return" says.`,
		type: 'info',
		location: 'outputPane',
	});
}
