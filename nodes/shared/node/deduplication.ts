import type { IExecuteFunctions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { groupBy } from '../groupBy';
import type { Invoice } from '../invoice/invoice';
import { identityOf } from '../polling/identity';

/** Whether an invoice is new by its key only, or also by its content. */
export type DedupeMode = 'new' | 'newOrChanged';

/** n8n keeps one list of processed items for each node of each workflow. */
const SCOPE = 'node';
const MODE = { mode: 'entries' as const };

/** An invoice, and the texts that n8n records for it. */
interface Entry {
	invoice: Invoice;
	/** Its key; numbered if several invoices of a list share the key. */
	identity: string;
	/** Its key and content hash; numbered if they share the content, too. */
	content: string;
}

/** The invoices of one input item, and which of them turn out to be new. */
export interface Deduplication {
	mode: DedupeMode;
	/** The entries by key, usually one each. */
	groups: Map<string, Entry[]>;
	newInvoices: Set<Invoice>;
	/** Groups in which some entries are new, but not yet known which. */
	partlyNew: Array<{ group: Entry[]; newCount: number }>;
}

/** Returns the invoices of one input item, grouped by key, before n8n is asked about them. */
export function deduplicationOf(mode: DedupeMode, invoices: Invoice[]): Deduplication {
	const entries = invoices.map((invoice) => {
		const identity = identityOf(invoice);
		return { invoice, identity, content: `${identity} ${invoice.contentHash}` };
	});
	const groups = groupBy(entries, ({ identity }) => identity);
	for (const group of groups.values()) if (group.length > 1) numberDuplicates(group);
	return { mode, groups, newInvoices: new Set(), partlyNew: [] };
}

/** Makes the identities of entries with the same key unique, and the contents of equal ones. */
function numberDuplicates(group: Entry[]): void {
	for (const equal of groupBy(group, ({ content }) => content).values()) {
		equal.slice(1).forEach((entry, index) => (entry.content += ` ${index + 2}`));
	}
	group.slice(1).forEach((entry, index) => (entry.identity += ` ${index + 2}`));
}

/**
 * Adds the new invoices to `newInvoices` of each deduplication, and has n8n record these and no others.
 *
 * @throws ReadFailure if n8n cannot say what is new
 */
export async function findNewInvoices(
	n8n: IExecuteFunctions,
	deduplications: Deduplication[],
): Promise<void> {
	const texts = deduplications.flatMap(textsToRecord);
	// Several input items may list the same invoice.
	const uniqueTexts = deduplications.length > 1 ? [...new Set(texts)] : texts;
	const unseen = await recordProcessed(n8n, uniqueTexts).catch((error: Error) => {
		throw new ReadFailure('input', `n8n could not tell which invoices are new: ${error.message}`, {
			hint: 'No invoices were returned. Run it again. If n8n already recorded them, they are not returned then: set "Invoices to Return" to "All" for one run',
		});
	});
	for (const deduplication of deduplications) addNewInvoices(deduplication, unseen);
	await recordContents(
		n8n,
		deduplications.filter(({ mode }) => mode === 'new'),
	);
}

function textsToRecord({ mode, groups }: Deduplication): string[] {
	const texts: string[] = [];
	for (const group of groups.values()) {
		for (const { identity, content } of group) {
			texts.push(identity);
			// An invoice with a known content was returned before, so its identity is known, too.
			if (mode === 'newOrChanged') texts.push(content);
		}
	}
	return texts;
}

/** Adds each new invoice to the first input item that lists it, and removes it from `unseen`. */
function addNewInvoices(
	{ mode, groups, newInvoices, partlyNew }: Deduplication,
	unseen: Set<string>,
): void {
	if (unseen.size === 0) return;
	const isNew = ({ identity, content }: Entry) =>
		unseen.has(mode === 'newOrChanged' ? content : identity);
	for (const group of groups.values()) {
		const newEntries = group.filter(isNew);
		if (mode === 'newOrChanged' || newEntries.length === group.length) {
			for (const { invoice } of newEntries) newInvoices.add(invoice);
		} else if (newEntries.length > 0) {
			partlyNew.push({ group, newCount: newEntries.length });
		}
		for (const { identity, content } of newEntries) {
			unseen.delete(identity);
			unseen.delete(content);
		}
	}
}

/**
 * Records the contents of invoices that are returned because their keys are new, and uses the contents
 * to tell which invoices of a partly new group are the new ones. If that fails, all of the group are
 * returned: again rather than never.
 */
async function recordContents(
	n8n: IExecuteFunctions,
	deduplications: Deduplication[],
): Promise<void> {
	const contents = new Set(deduplications.flatMap(contentsToRecord));
	const unseen = await recordProcessed(n8n, [...contents]).catch((error: Error) => {
		n8n.logger.warn(
			`n8n could not record the content of new invoices: ${error.message}. They may be returned again if "Invoices to Return" is changed`,
		);
		return contents;
	});
	for (const { newInvoices, partlyNew } of deduplications) {
		for (const { group, newCount } of partlyNew) {
			const unknown = group.filter(({ content }) => unseen.has(content));
			const returned = unknown.length < newCount ? group : unknown;
			for (const { invoice } of returned) newInvoices.add(invoice);
		}
	}
}

function contentsToRecord({ groups, newInvoices, partlyNew }: Deduplication): string[] {
	const contents: string[] = [];
	for (const group of newInvoices.size === 0 ? [] : groups.values()) {
		for (const { invoice, content } of group) {
			if (newInvoices.has(invoice)) contents.push(content);
		}
	}
	for (const { group } of partlyNew) for (const { content } of group) contents.push(content);
	return contents;
}

/** Has n8n record texts, and returns those it had not recorded before. */
async function recordProcessed(
	{ helpers }: IExecuteFunctions,
	texts: string[],
): Promise<Set<string>> {
	if (texts.length === 0) return new Set();
	const { new: unseen } = await helpers.checkProcessedAndRecord(texts, SCOPE, MODE);
	return new Set(unseen.map(String));
}
