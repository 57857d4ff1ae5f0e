import { groupedBy } from '../grouped';
import type { Invoice } from '../invoice/invoice';
import {
	type Marks,
	type Memory,
	afterReading,
	keyFor,
	markFor,
	markOf,
	recalled,
	written,
} from './memory';

/** What can happen to an invoice. */
export type EventName = 'invoiceCreated' | 'invoiceChanged' | 'invoicePaid';

interface Event {
	/** Whether it can have happened to this invoice. */
	concerns: (invoice: Invoice) => boolean;
	/** Whether it happened, by the marks of the invoice before (undefined: it was unknown) and now. */
	happened: (before: string | undefined, now: string) => boolean;
	/** Whether the newest invoices show it; else it may happen anywhere in the list. */
	showsInNewest: boolean;
}

const EVENTS: Record<EventName, Event> = {
	invoiceCreated: {
		concerns: () => true,
		happened: (before) => before === undefined,
		showsInNewest: true,
	},
	invoiceChanged: {
		concerns: () => true,
		happened: (before, now) => before !== undefined && before !== now,
		showsInNewest: false,
	},
	// Only paid invoices are remembered, so an invoice is known once it was seen to be paid.
	invoicePaid: {
		concerns: ({ status }) => status === 'paid',
		happened: (before) => before === undefined,
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
 * was, and of two polls that overlap the later one knows what the earlier one told.
 *
 * Where the newest invoices can tell that nothing happened, only these are read; but an invoice can
 * also appear late, far down in the list, so all of it is read when the last time is long ago.
 *
 * @param now in milliseconds since 1970
 * @throws ReadFailure where the memory cannot be used
 */
export async function pollInvoices(
	store: Store,
	watch: Watch,
	lists: Lists,
	now: number,
): Promise<Finding> {
	const before = recalled(store.memory);
	if (await isQuiet(before, watch, lists, now)) return NOTHING;
	const invoices = await lists.whole();
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
	return invoices.every((invoice) => markOf(memory, keyOf(watch, invoice)) !== undefined);
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
	// Invoices that share a key are told together: none of them is lost.
	const keyOfThis = (invoice: Invoice) => keyOf(watch, invoice);
	for (const [key, group] of groupedBy(concerned(watch.event, invoices), keyOfThis)) {
		const mark = markFor(...group.map(({ contentHash }) => contentHash).sort());
		const known = before === null ? undefined : markOf(before, key);
		const isTold =
			beginning === null ? happened(known, mark) : known === undefined && watch.emitExisting;
		if (isTold) for (const invoice of group) told.push(invoice);
		if (known === undefined) fresh += group.length;
		present.set(key, mark);
	}
	store.memory = written(afterReading(before, { scope, wholeAt: now, present }));
	return {
		invoices: told,
		fresh,
		beginning,
		hasToBeSaved: beginning === 'anew' || (beginning === null && fresh > 0),
	};
}

/** Gives the invoices to which the event can have happened. */
export function concerned(event: EventName, invoices: Invoice[]): Invoice[] {
	return invoices.filter(EVENTS[event].concerns);
}

/** The view is left out: what was told under other filters is not told again under these. */
function keyOf({ event, source }: Watch, { dedupeKey }: Invoice): string {
	return keyFor(event, source, dedupeKey);
}

function scopeOf({ event, source, view }: Watch): string {
	return keyFor(event, source, view);
}
