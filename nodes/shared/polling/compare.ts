import { groupedBy } from '../grouped';
import type { Invoice } from '../invoice/invoice';
import { type Marks, type Memory, markFor, markOf } from './memory';

/** What the memory says of the invoices that a list holds under one key. */
export interface Comparison {
	/** Those whose content is new. */
	unknown: Invoice[];
	/** How many of these are new themselves: the key stood for fewer invoices before. */
	appeared: number;
	/** How many of these are in the place of one that was known. */
	changed: number;
	/** Where each content of the group is remembered. */
	marks: Marks;
}

/** Returns the key under which the first, second, … invoice of a group is remembered. */
export type SlotAt = (index: number) => string;

/**
 * Compares the invoices under one key, usually one, with what is remembered. Each has a place of its
 * own in the memory, and keeps it while its content stays the same. Where one appears and another one
 * changes, nothing says which is which.
 */
export function compare(memory: Memory | null, slotAt: SlotAt, group: Invoice[]): Comparison {
	const known = memory === null ? [] : knownSlots(memory, slotAt);
	const byMark = groupedBy(known, ([, mark]) => mark);
	const marks: Marks = new Map();
	const unknown: Invoice[] = [];
	for (const invoice of group) {
		const mark = markFor(invoice.contentHash);
		const [slot] = byMark.get(mark)?.pop() ?? [];
		if (slot === undefined) unknown.push(invoice);
		else marks.set(slot, mark);
	}
	const free = known.map(([slot]) => slot).filter((slot) => !marks.has(slot));
	// One that is in the list is rather the one that changed than one that was gone.
	if (free.length > 1) free.sort((a, b) => isGone(memory, a) - isGone(memory, b));
	unknown.forEach(({ contentHash }, index) => {
		const slot = free[index] ?? slotAt(known.length + index - free.length);
		marks.set(slot, markFor(contentHash));
	});
	const changed = Math.min(unknown.length, free.length);
	return { unknown, appeared: unknown.length - changed, changed, marks };
}

/** Returns the places that the invoices under a key have in the memory, each with its mark. */
function knownSlots(memory: Memory, slotAt: SlotAt): Array<[string, string]> {
	const known: Array<[string, string]> = [];
	for (;;) {
		const slot = slotAt(known.length);
		const mark = markOf(memory, slot);
		if (mark === undefined) return known;
		known.push([slot, mark]);
	}
}

function isGone(memory: Memory | null, slot: string): number {
	return Number(memory?.present.has(slot) !== true);
}
