import { groupedBy } from '../grouped';
import type { Invoice } from '../invoice/invoice';
import { type Comparison, type SlotAt, compare } from './compare';
import { identityOf, withoutDrafts } from './identity';
import {
	type Marks,
	type Memory,
	updateMemory,
	isSameMemory,
	keyFor,
	deserialize,
	serialize,
} from './memory';

/** What can happen to an invoice. */
export type EventName = 'invoiceCreated' | 'invoiceChanged' | 'invoicePaid';

interface Event {
	/** Whether it can have happened to this invoice. */
	isRelevant: (invoice: Invoice) => boolean;
	/** Whether it happened to those invoices under one key whose content is new. */
	happened: (group: Comparison) => boolean;
	/** Whether the newest invoices show it; else it may happen anywhere in the list. */
	showsInNewest: boolean;
}

const EVENTS: Record<EventName, Event> = {
	invoiceCreated: {
		isRelevant: () => true,
		happened: ({ appeared }) => appeared > 0,
		showsInNewest: true,
	},
	invoiceChanged: {
		isRelevant: () => true,
		happened: ({ changed }) => changed > 0,
		showsInNewest: false,
	},
	// Only paid invoices are remembered, so an invoice is known once it was seen to be paid.
	invoicePaid: {
		isRelevant: ({ status }) => status === 'paid',
		happened: ({ appeared }) => appeared > 0,
		showsInNewest: false,
	},
};

/** What a trigger watches. */
export interface Watch {
	event: EventName;
	/** Whose invoices these are: the same invoice number of another source is another invoice. */
	source: string;
	/** Which of the source's invoices are listed. */
	view: string;
	/** Whether what is there at the beginning is told, too. */
	emitExisting: boolean;
	/** Whether drafts are told, too. */
	includeDrafts: boolean;
}

/** How the vendor's invoices are read. */
export interface Lists {
	/** Some of the newest; missing where the vendor's order is not known. */
	newest?: () => Promise<Invoice[]>;
	/** All of them. */
	whole: () => Promise<Invoice[]>;
}

/** What n8n keeps for the trigger. */
export interface Store {
	memory?: unknown;
}

/** What a poll found out. */
export interface PollResult {
	/** The invoices to which it happened, as they stand in the list. */
	invoices: Invoice[];
	/** How many invoices were seen for the first time. */
	fresh: number;
	/** Whether it was the first poll ever, or the first one of another scope. */
	beginning: 'first' | 'anew' | null;
	/** Whether later polls depend on what was remembered just now. */
	needsSaving: boolean;
}

const NOTHING: PollResult = { invoices: [], fresh: 0, beginning: null, needsSaving: false };

/** A little less than a day, so that who polls once a day reads the whole list each time. */
export const WHOLE_AFTER_MS = 20 * 60 * 60 * 1000;

/**
 * Polls once. The memory is changed at the very end and at once: a poll that fails leaves it as it
 * was. Of polls that overlap, the first one to end counts. What the others have read may be older
 * than that, so they tell and change nothing, and the next poll tells what they would have told.
 *
 * Where the newest invoices can tell that nothing happened, only these are read; but an invoice can
 * also appear late, far down in the list, so all of it is read when the last time is long ago.
 *
 * @param now when the poll began, in milliseconds since 1970
 * @throws ReadFailure where the memory cannot be used
 */
export async function pollInvoices(
	store: Store,
	watch: Watch,
	lists: Lists,
	now: number,
): Promise<PollResult> {
	const atBeginning = store.memory;
	if (await hasNothingNew(deserialize(atBeginning), watch, lists, now)) return NOTHING;
	const invoices = await lists.whole();
	if (!isSameMemory(store.memory, atBeginning)) return NOTHING;
	return updateAndReport(store, watch, invoices, now);
}

async function hasNothingNew(
	memory: Memory | null,
	watch: Watch,
	{ newest }: Lists,
	now: number,
): Promise<boolean> {
	const { showsInNewest } = EVENTS[watch.event];
	if (memory === null || memory.scope !== scopeOf(watch)) return false;
	if (!showsInNewest || newest === undefined) return false;
	const age = now - memory.wholeAt;
	// A clock that was put back says nothing.
	if (age < 0 || age >= WHOLE_AFTER_MS) return false;
	const invoices = await newest();
	const groups = groupsOf(watch, invoices);
	// Drafts alone show nothing of what is issued.
	if (groups.size === 0) return invoices.length === 0;
	for (const [identity, group] of groups) {
		// Changed content may belong to another invoice under the same key, farther down.
		if (compare(memory, slotsOf(watch, identity), group).unknown.length > 0) return false;
	}
	return true;
}

/** Compares the whole list with the memory, and renews it. */
function updateAndReport(store: Store, watch: Watch, invoices: Invoice[], now: number): PollResult {
	const before = deserialize(store.memory);
	const scope = scopeOf(watch);
	const beginning = before === null ? 'first' : before.scope === scope ? null : 'anew';
	const { happened } = EVENTS[watch.event];
	const present: Marks = new Map();
	const returned: Invoice[] = [];
	let fresh = 0;
	for (const [identity, group] of groupsOf(watch, invoices)) {
		const comparison = compare(before, slotsOf(watch, identity), group);
		const isReturned =
			beginning === null ? happened(comparison) : watch.emitExisting && comparison.appeared > 0;
		if (isReturned) for (const invoice of comparison.unknown) returned.push(invoice);
		fresh += comparison.appeared;
		for (const [slot, mark] of comparison.marks) present.set(slot, mark);
	}
	store.memory = serialize(updateMemory(before, { scope, wholeAt: now, present }));
	return {
		invoices: returned,
		fresh,
		beginning,
		needsSaving: beginning === 'anew' || (beginning === null && fresh > 0),
	};
}

/** The view is left out: what was told under other filters is not told again under these. */
function slotsOf({ event, source }: Watch, identity: string): SlotAt {
	return (index) => keyFor(event, source, identity, ...(index === 0 ? [] : [String(index)]));
}

function groupsOf(watch: Watch, invoices: Invoice[]): Map<string, Invoice[]> {
	return groupedBy(relevantInvoices(watch, invoices), identityOf);
}

/** Returns the invoices to which the event can have happened. */
export function relevantInvoices({ event, includeDrafts }: Watch, invoices: Invoice[]): Invoice[] {
	return withoutDrafts(invoices, includeDrafts).filter(EVENTS[event].isRelevant);
}

function scopeOf({ event, source, view }: Watch): string {
	return keyFor(event, source, view);
}
