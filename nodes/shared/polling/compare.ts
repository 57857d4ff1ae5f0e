import { groupBy } from '../groupBy';
import type { Invoice } from '../invoice/invoice';
import { type Marks, type Memory, markFor, markOf } from './memory';

/** What the memory says of the invoices that a list holds under one key. */
export interface Compared {
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
export type PlaceAt = (index: number) => string;

/**
 * Compares the invoices under one key, usually one, with what is remembered. Each has a place of its
 * own in the memory, and keeps it while its content stays the same. Where one appears and another one
 * changes, nothing says which is which.
 */
export function compare(memory: Memory | null, placeAt: PlaceAt, group: Invoice[]): Compared {
	const known = memory === null ? [] : knownPlaces(memory, placeAt);
	const byMark = groupBy(known, ([, mark]) => mark);
	const marks: Marks = new Map();
	const unknown: Invoice[] = [];
	for (const invoice of group) {
		const mark = markFor(invoice.contentHash);
		const [place] = byMark.get(mark)?.pop() ?? [];
		if (place === undefined) unknown.push(invoice);
		else marks.set(place, mark);
	}
	const free = known.map(([place]) => place).filter((place) => !marks.has(place));
	// One that is in the list is rather the one that changed than one that was gone.
	if (free.length > 1) free.sort((a, b) => isGone(memory, a) - isGone(memory, b));
	unknown.forEach(({ contentHash }, index) => {
		const place = free[index] ?? placeAt(known.length + index - free.length);
		marks.set(place, markFor(contentHash));
	});
	const changed = Math.min(unknown.length, free.length);
	return { unknown, appeared: unknown.length - changed, changed, marks };
}

/** Returns the places that the invoices under a key have in the memory, each with its mark. */
function knownPlaces(memory: Memory, placeAt: PlaceAt): Array<[string, string]> {
	const known: Array<[string, string]> = [];
	for (;;) {
		const place = placeAt(known.length);
		const mark = markOf(memory, place);
		if (mark === undefined) return known;
		known.push([place, mark]);
	}
}

function isGone(memory: Memory | null, place: string): number {
	return Number(memory?.present.has(place) !== true);
}
