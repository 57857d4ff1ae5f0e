import { groupBy } from '../groupBy';
import type { Invoice } from '../invoice/invoice';
import { type Compared, type PlaceAt, compare } from './compare';
import { identityOf, withoutDrafts } from './identity';
import { type Marks, type Memory, afterReading, isSame, keyFor, recalled, written } from './memory';

/** What can happen to an invoice. */
export type EventName = 'invoiceCreated' | 'invoiceChanged' | 'invoicePaid';

interface Event {
	/** Whether it can have happened to this invoice. */
	concerns: (invoice: Invoice) => boolean;
	/** Whether it happened to those invoices under one key whose content is new. */
	happened: (group: Compared) => boolean;
	/** Whether the newest invoices show it; else it may happen anywhere in the list. */
	showsInNewest: boolean;
}

const EVENTS: Record<EventName, Event> = {
	invoiceCreated: {
		concerns: () => true,
		happened: ({ appeared }) => appeared > 0,
		showsInNewest: true,
	},
	invoiceChanged: {
		concerns: () => true,
		happened: ({ changed }) => changed > 0,
		showsInNewest: false,
	},
	// Only paid invoices are remembered, so an invoice is known once it was seen to be paid.
	invoicePaid: {
		concerns: ({ status }) => status === 'paid',
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
export interface Finding {
	/** The invoices to which it happened, as they stand in the list. */
	invoices: Invoice[];
	/** How many invoices were seen for the first time. */
	fresh: number;
	/** Whether it was the first poll ever, or the first one of another scope. */
	beginning: 'first' | 'anew' | null;
	/** Whether later polls depend on what was remembered just now. */
	hasToBeSaved: boolean;
}

const NOTHING: Finding = { invoices: [], fresh: 0, beginning: null, hasToBeSaved: false };

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
): Promise<Finding> {
	const atBeginning = store.memory;
	if (await isQuiet(recalled(atBeginning), watch, lists, now)) return NOTHING;
	const invoices = await lists.whole();
	if (!isSame(store.memory, atBeginning)) return NOTHING;
	return conclude(store, watch, invoices, now);
}

async function isQuiet(
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
		if (compare(memory, placesOf(watch, identity), group).unknown.length > 0) return false;
	}
	return true;
}

/** Compares the whole list with the memory, and renews it. */
function conclude(store: Store, watch: Watch, invoices: Invoice[], now: number): Finding {
	const before = recalled(store.memory);
	const scope = scopeOf(watch);
	const beginning = before === null ? 'first' : before.scope === scope ? null : 'anew';
	const { happened } = EVENTS[watch.event];
	const present: Marks = new Map();
	const told: Invoice[] = [];
	let fresh = 0;
	for (const [identity, group] of groupsOf(watch, invoices)) {
		const compared = compare(before, placesOf(watch, identity), group);
		const isTold =
			beginning === null ? happened(compared) : watch.emitExisting && compared.appeared > 0;
		if (isTold) for (const invoice of compared.unknown) told.push(invoice);
		fresh += compared.appeared;
		for (const [place, mark] of compared.marks) present.set(place, mark);
	}
	store.memory = written(afterReading(before, { scope, wholeAt: now, present }));
	return {
		invoices: told,
		fresh,
		beginning,
		hasToBeSaved: beginning === 'anew' || (beginning === null && fresh > 0),
	};
}

/** The view is left out: what was told under other filters is not told again under these. */
function placesOf({ event, source }: Watch, identity: string): PlaceAt {
	return (index) => keyFor(event, source, identity, ...(index === 0 ? [] : [String(index)]));
}

function groupsOf(watch: Watch, invoices: Invoice[]): Map<string, Invoice[]> {
	return groupBy(concerned(watch, invoices), identityOf);
}

/** Returns the invoices to which the event can have happened. */
export function concerned({ event, includeDrafts }: Watch, invoices: Invoice[]): Invoice[] {
	return withoutDrafts(invoices, includeDrafts).filter(EVENTS[event].concerns);
}

function scopeOf({ event, source, view }: Watch): string {
	return keyFor(event, source, view);
}
