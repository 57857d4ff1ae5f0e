import { groupBy } from '../groupBy';
import type { Invoice } from '../invoice/invoice';
import { type Comparison, type SlotAt, compare } from './compare';
import { identityOf, withoutDrafts } from './identity';
import {
	type Marks,
	type Memory,
	updateMemory,
	identityOfMemory,
	keyFor,
	deserialize,
	serialize,
} from './memory';

/** The events that a trigger can watch. */
export type EventName = 'invoiceCreated' | 'invoiceChanged' | 'invoicePaid';

interface Event {
	/** Whether the event can apply to this invoice. */
	isRelevant: (invoice: Invoice) => boolean;
	/** Whether it happened to the invoices with new content that share a key. */
	happened: (group: Comparison) => boolean;
	/**
	 * Whether the newest invoices are enough to see it; otherwise it may happen anywhere in the list.
	 */
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
	// Only paid invoices are remembered for this event, so a known one was already paid.
	invoicePaid: {
		isRelevant: ({ status }) => status === 'paid',
		happened: ({ appeared }) => appeared > 0,
		showsInNewest: false,
	},
};

/** What a trigger watches. */
export interface Watch {
	event: EventName;
	/** Identifies the account: the same invoice number from another source is another invoice. */
	source: string;
	/** Identifies the filters. */
	view: string;
	/** Whether the first poll returns existing invoices. */
	emitExisting: boolean;
	/** Whether drafts are returned, too. */
	includeDrafts: boolean;
	/** Which invoices are returned when the event happens to them; all are remembered. */
	isWanted?: (invoice: Invoice) => boolean;
}

/** How to read the vendor's invoices. */
export interface Lists {
	/** The newest few; missing if the order of the vendor is not known. */
	newest?: () => Promise<Invoice[]>;
	/** All of them. */
	whole: () => Promise<Invoice[]>;
	/** Adds to invoices what only those that are returned need. */
	complete?: (invoices: Invoice[]) => Promise<Invoice[]>;
}

/** The static data that n8n stores for the trigger. */
export interface Store {
	memory?: unknown;
}

/** The result of one poll. */
export interface PollResult {
	/** The invoices to which the event happened, in the order of the list. */
	invoices: Invoice[];
	/** How many invoices were seen for the first time. */
	fresh: number;
	/** Whether this was the first poll at all, or the first one with another scope. */
	beginning: 'first' | 'anew' | null;
	/** Whether later polls depend on the updated memory, so that n8n has to save it. */
	needsSaving: boolean;
}

const NOTHING: PollResult = { invoices: [], fresh: 0, beginning: null, needsSaving: false };

/** Slightly less than a day, so that a daily trigger reads the complete list each time. */
export const WHOLE_AFTER_MS = 20 * 60 * 60 * 1000;

/**
 * Polls once, and updates the memory only after everything has succeeded. If polls overlap, the first
 * to finish counts: what the others read may be older, so they return and change nothing, and the next
 * poll catches up.
 *
 * If the newest invoices show that nothing has happened, only these are read. As an invoice can also
 * appear further down the list, the complete list is read after 20 hours at the latest.
 *
 * @param now when the poll began, in milliseconds since 1970
 * @param isFirst whether no other poll, with a store of its own, has gone on from this memory yet
 * @throws ReadFailure if the memory is corrupted, or the list cannot be read
 */
export async function pollInvoices(
	store: Store,
	watch: Watch,
	lists: Lists,
	now: number,
	isFirst: (memory: string) => boolean = () => true,
): Promise<PollResult> {
	const atBeginning = store.memory;
	if (await hasNothingNew(deserialize(atBeginning), watch, lists, now)) return NOTHING;
	const { memory, result } = compareWithMemory(atBeginning, watch, await lists.whole(), now);
	const { complete } = lists;
	const invoices = complete ? await complete(result.invoices) : result.invoices;
	const identity = identityOfMemory(atBeginning);
	const isOvertaken =
		identityOfMemory(store.memory) !== identity ||
		(identity !== undefined && result.needsSaving && !isFirst(identity));
	if (isOvertaken) return NOTHING;
	store.memory = memory;
	return { ...result, invoices };
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
	// The clock may have been set back.
	if (age < 0 || age >= WHOLE_AFTER_MS) return false;
	const invoices = await newest();
	const groups = groupsOf(watch, invoices);
	// Drafts alone say nothing about issued invoices.
	if (groups.size === 0) return invoices.length === 0;
	for (const [identity, group] of groups) {
		// New content may be that of another invoice with the same key, further down.
		if (compare(memory, slotsOf(watch, identity), group).unknown.length > 0) return false;
	}
	return true;
}

/** Compares the complete list with the memory, and returns what to remember and what to return. */
function compareWithMemory(
	remembered: Store['memory'],
	watch: Watch,
	invoices: Invoice[],
	now: number,
): { memory: unknown; result: PollResult } {
	const { isWanted = () => true } = watch;
	const before = deserialize(remembered);
	const scope = scopeOf(watch);
	const beginning = before === null ? 'first' : before.scope === scope ? null : 'anew';
	const { happened } = EVENTS[watch.event];
	const present: Marks = new Map();
	const returned: Invoice[] = [];
	let fresh = 0;
	let hasHappened = false;
	for (const [identity, group] of groupsOf(watch, invoices)) {
		const comparison = compare(before, slotsOf(watch, identity), group);
		const isReturned =
			beginning === null ? happened(comparison) : watch.emitExisting && comparison.appeared > 0;
		hasHappened ||= isReturned;
		if (isReturned) {
			for (const invoice of comparison.unknown) if (isWanted(invoice)) returned.push(invoice);
		}
		fresh += comparison.appeared;
		for (const [slot, mark] of comparison.marks) present.set(slot, mark);
	}
	return {
		memory: serialize(updateMemory(before, { scope, wholeAt: now, present })),
		result: {
			invoices: returned,
			fresh,
			beginning,
			needsSaving: beginning !== null || fresh > 0 || hasHappened,
		},
	};
}

/** The view is not part of the key: what was returned under other filters is not returned again. */
function slotsOf({ event, source }: Watch, identity: string): SlotAt {
	return (index) => keyFor(event, source, identity, ...(index === 0 ? [] : [String(index)]));
}

function groupsOf(watch: Watch, invoices: Invoice[]): Map<string, Invoice[]> {
	return groupBy(relevantInvoices(watch, invoices), identityOf);
}

/** Returns the invoices to which the watched event can apply. */
export function relevantInvoices({ event, includeDrafts }: Watch, invoices: Invoice[]): Invoice[] {
	return withoutDrafts(invoices, includeDrafts).filter(EVENTS[event].isRelevant);
}

function scopeOf({ event, source, view }: Watch): string {
	return keyFor(event, source, view);
}
