import type { ReadFailure } from '../errors';
import { type KeyOf, MOST_IDLE_READS, Seen, TotalWitness, incomplete } from './page';

/** A piece of a list, as it came. */
export interface Window<R> {
	/** Position of its first record in the vendor's list, from 0; at or before what was asked for. */
	offset: number;
	/** How many records were asked for, counted from `offset`. */
	size: number;
	records: R[];
	/** How many records the list holds in all, where the vendor says it. */
	total: number | null;
	/** Whether the list goes on, where the vendor says it. */
	more: boolean | null;
}

/** Asks for the window that begins at a position, or as little before it as the vendor can. */
export type WindowAt<R> = (position: number) => Promise<Window<R>>;

/** How many records two neighboring windows share, to prove that nothing slipped between them. */
const OVERLAP = 2;

/**
 * Reads a whole list by positions. Each record that was in the list from the beginning to the end
 * of the read comes out exactly once, or the read throws.
 *
 * A list that changes while it is read shifts under the reader. So each window begins two records
 * before the end of the one before it, and its first record must be known already; if it is not,
 * records were removed before it, and the reader steps back until it stands on known ground.
 *
 * @returns the new records of each window, in the list's order
 * @throws ReadFailure (`incomplete`) where the list cannot be proven whole
 */
export async function* readWindows<R>(
	windowAt: WindowAt<R>,
	keyOf: KeyOf<R>,
): AsyncGenerator<R[], void, undefined> {
	const seen = new Seen(keyOf);
	const totals = new TotalWitness();
	let position = 0;
	let idle = 0;
	let stepBack = 0;
	let largest = OVERLAP;
	/** A record that was seen behind a gap: the end is not reached before it. */
	let ahead: R | null = null;

	for (;;) {
		const window = await windowAt(position);
		const { offset, records } = window;
		totals.hear(window.total);
		largest = Math.max(largest, records.length);
		if (!isOnKnownGround(window, seen)) {
			if (++idle > MOST_IDLE_READS) throw incomplete('it changes faster than it can be read');
			ahead = records[0] ?? ahead;
			stepBack = stepBack === 0 ? Math.max(window.size, 1) : stepBack * 2;
			position = Math.max(0, position - stepBack);
			continue;
		}
		stepBack = 0;
		const fresh = seen.take(records);
		if (fresh.length > 0) yield fresh;
		if (ahead !== null && seen.has(ahead)) ahead = null;
		if (ahead === null && isLast(window, fresh.length, largest)) break;
		totals.doubt(seen.size);
		idle = fresh.length > 0 ? 0 : idle + 1;
		if (idle > MOST_IDLE_READS) throw nothingNew(totals, seen.size);
		const overlap = Math.min(OVERLAP, records.length - 1);
		position = Math.max(0, offset + records.length - overlap);
	}
	totals.confirm(seen.size);
}

/** The beginning of the list is always known ground; further on, the first record must be known. */
function isOnKnownGround<R>({ offset, records }: Window<R>, seen: Seen<R>): boolean {
	return offset === 0 || (records.length > 0 && seen.has(records[0]));
}

/**
 * A window is the last one when the vendor says so. Where it says nothing, a short window may be the
 * end, or a server that gives less than was asked for. The end is a window that holds nothing but
 * the overlap, and less than this server is known to give.
 */
function isLast<R>(
	{ offset, records, total, more }: Window<R>,
	fresh: number,
	largest: number,
): boolean {
	if (total !== null && offset + records.length < total) return false;
	if (more !== null) return !more;
	if (total !== null) return true;
	return fresh === 0 && records.length <= OVERLAP && records.length < largest;
}

function nothingNew(totals: TotalWitness, received: number): ReadFailure {
	return totals.expected === null
		? incomplete(`the vendor sends the same ${received} records again and again`)
		: incomplete(
				`the vendor states ${totals.expected} records, but after ${received} nothing new comes`,
			);
}
