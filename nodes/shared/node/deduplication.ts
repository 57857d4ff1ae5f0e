import type { IExecuteFunctions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { groupBy } from '../groupBy';
import type { Invoice } from '../invoice/invoice';
import { identityOf } from '../polling/identity';

/** Whether an invoice is new by its key, or also by its content. */
export type DedupeMode = 'new' | 'newOrChanged';

/** n8n's store of what a node has processed: one list for each node of each workflow. */
const SCOPE = 'node';
const MODE = { mode: 'entries' as const };

/** An invoice, and what n8n's store knows it by. */
interface Entry {
	invoice: Invoice;
	/** Its key; the second invoice of a list under one key has an identity of its own. */
	identity: string;
	/** Its key and content. */
	content: string;
}

/** The invoices of one input item, while it is found out which of them are new. */
export interface Deduplication {
	choice: DedupeMode;
	/** Those under one key together, usually one. */
	groups: Map<string, Entry[]>;
	told: Set<Invoice>;
	/** Groups of which some are new, with how many. */
	mixed: Array<{ group: Entry[]; fresh: number }>;
}

/** Returns the invoices of one input item in groups, each with what n8n's store knows it by. */
export function deduplicationOf(choice: DedupeMode, invoices: Invoice[]): Deduplication {
	const groups = new Map<string, Entry[]>();
	for (const invoice of invoices) {
		const key = identityOf(invoice);
		const entry = { invoice, identity: key, content: `${key} ${invoice.contentHash}` };
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [entry]);
		else group.push(entry);
	}
	for (const group of groups.values()) if (group.length > 1) tellApart(group);
	return { choice, groups, told: new Set(), mixed: [] };
}

/** Numbers the entries under one key, and those of them that have the same content. */
function tellApart(group: Entry[]): void {
	for (const equal of groupBy(group, ({ content }) => content).values()) {
		equal.slice(1).forEach((entry, index) => (entry.content += ` ${index + 2}`));
	}
	group.slice(1).forEach((entry, index) => (entry.identity += ` ${index + 2}`));
}

/**
 * Finds out which invoices are new, and has n8n's store record these and nothing else.
 *
 * @throws ReadFailure where the store cannot be asked
 */
export async function sift(n8n: IExecuteFunctions, siftings: Deduplication[]): Promise<void> {
	const asked: string[] = [];
	for (const { choice, groups } of siftings) {
		for (const group of groups.values()) {
			for (const { identity, content } of group) {
				asked.push(identity);
				// What is known by its content was returned, so that its identity is known, too.
				if (choice === 'newOrChanged') asked.push(content);
			}
		}
	}
	const unseen = await recordUnseen(n8n, siftings.length > 1 ? [...new Set(asked)] : asked).catch(
		(error: Error) => {
			throw new ReadFailure('input', `n8n could not tell what is new: ${error.message}`, {
				hint: 'No invoices were returned. Run it again: it returns them, unless n8n recorded them before it failed. Then set "Invoices to Return" to "All" once',
			});
		},
	);
	for (const sifting of siftings) tell(sifting, unseen);
	await settle(
		n8n,
		siftings.filter(({ choice }) => choice === 'new'),
	);
}

/** Tells the new ones, each with the first input item that lists it. */
function tell({ choice, groups, told, mixed }: Deduplication, unseen: Set<string>): void {
	if (unseen.size === 0) return;
	const isNew = ({ identity, content }: Entry) =>
		unseen.has(choice === 'newOrChanged' ? content : identity);
	for (const group of groups.values()) {
		const fresh = group.filter(isNew);
		if (choice === 'newOrChanged' || fresh.length === group.length) {
			for (const { invoice } of fresh) told.add(invoice);
		} else if (fresh.length > 0) {
			mixed.push({ group, fresh: fresh.length });
		}
		for (const { identity, content } of fresh) {
			unseen.delete(identity);
			unseen.delete(content);
		}
	}
}

/**
 * Records the contents of what is returned because its key is new. By its contents it is told, too,
 * which invoices of a group are the new ones.
 */
async function settle(n8n: IExecuteFunctions, siftings: Deduplication[]): Promise<void> {
	const contents = new Set<string>();
	for (const { groups, told, mixed } of siftings) {
		for (const group of told.size === 0 ? [] : groups.values()) {
			for (const { invoice, content } of group) if (told.has(invoice)) contents.add(content);
		}
		for (const { group } of mixed) for (const { content } of group) contents.add(content);
	}
	const unseen = await recordUnseen(n8n, [...contents]).catch((error: Error) => {
		n8n.logger.warn(
			`n8n could not record the content of new invoices: ${error.message}. They may be returned again when "Invoices to Return" changes`,
		);
		return contents;
	});
	for (const { told, mixed } of siftings) {
		for (const { group, fresh } of mixed) {
			const unknown = group.filter(({ content }) => unseen.has(content));
			for (const { invoice } of unknown.length < fresh ? group : unknown) told.add(invoice);
		}
	}
}

/** Records texts in n8n's store, and returns those that it did not know. */
async function recordUnseen({ helpers }: IExecuteFunctions, texts: string[]): Promise<Set<string>> {
	if (texts.length === 0) return new Set();
	const { new: unseen } = await helpers.checkProcessedAndRecord(texts, SCOPE, MODE);
	return new Set(unseen.map(String));
}
