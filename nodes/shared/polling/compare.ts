import { groupBy } from '../groupBy';
import type { Invoice } from '../invoice/invoice';
import { type Marks, type Memory, markFor, markOf } from './memory';

/** How the invoices that share a key differ from what is remembered. */
export interface Comparison {
	/** Invoices with new content. */
	unknown: Invoice[];
	/** How many of these are new invoices, because the key had fewer before. */
	appeared: number;
	/** How many of these replace the content of a known invoice. */
	changed: number;
	/** The mark of each invoice, by the slot in which it is remembered. */
	marks: Marks;
}

/** Returns the slot for the first, second, … invoice with the same key. */
export type SlotAt = (index: number) => string;

/**
 * Compares the invoices that share a key, usually one, with what is remembered. Each has its own slot
 * in the memory, and keeps it while its content is the same. If one appears while another changes,
 * nothing tells which is which.
 *
 * @param memory null before the first poll
 */
export function compare(memory: Memory | null, slotAt: SlotAt, group: Invoice[]): Comparison {
	const known = memory === null ? [] : knownSlots(memory, slotAt);
	const byMark = groupBy(known, ([, mark]) => mark);
	const marks: Marks = new Map();
	const unknown: Invoice[] = [];
	for (const invoice of group) {
		const mark = markFor(invoice.contentHash);
		const [slot] = byMark.get(mark)?.pop() ?? [];
		if (slot === undefined) unknown.push(invoice);
		else marks.set(slot, mark);
	}
	const free = known.map(([slot]) => slot).filter((slot) => !marks.has(slot));
	// An invoice that was in the last list is more likely to have changed than one that had left it.
	if (free.length > 1) free.sort((a, b) => isGone(memory, a) - isGone(memory, b));
	unknown.forEach(({ contentHash }, index) => {
		const slot = free[index] ?? slotAt(known.length + index - free.length);
		marks.set(slot, markFor(contentHash));
	});
	const changed = Math.min(unknown.length, free.length);
	return { unknown, appeared: unknown.length - changed, changed, marks };
}

/** Returns the slots in use for a key, each with its mark. */
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
