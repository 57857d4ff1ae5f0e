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
export const OVERLAP = 2;

/** How often a list is read again from its beginning when fewer records came than it should hold. */
const MOST_PASSES = 3;

/** How many windows in a row may be short and yet bring something new: a list that grows and grows. */
const MOST_SHORT_WINDOWS = 100;

/**
 * Reads a whole list by positions. Each record that was in the list from the beginning to the end
 * of the read comes out exactly once, or the read throws.
 *
 * A list that changes while it is read shifts under the reader. So each window begins two records
 * before the end of the one before it, and its first record must be known already; if it is not,
 * records were removed before it, and the reader steps back until it stands on known ground. Where
 * the vendor's total says that something is missing all the same, it reads again and keeps what came.
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
	let stepBack = 0;
	let idle = 0;
	let passes = 1;
	let requests = 0;
	let mostRequests = Infinity;
	/** The largest window so far: what this server is known to give. */
	let largest = 0;
	/** Where the window before ended; null behind a gap. */
	let lastEnd: number | null = null;
	let shortInARow = 0;

	for (;;) {
		if (++requests > mostRequests) throw nothingNew(totals, seen.size);
		const window = await windowAt(position);
		const { offset, size, records } = window;
		const end = offset + records.length;
		totals.hear(window.total);
		largest = Math.max(largest, records.length);

		if (!isOnKnownGround(window, seen)) {
			if (++idle > MOST_IDLE_READS) {
				throw records.length === 0
					? nothingNew(totals, seen.size)
					: incomplete('it changes faster than it can be read');
			}
			if (largest === 1 && records.length > 0) throw oneAtATime();
			stepBack = stepBack === 0 ? Math.max(Math.ceil(largest / 4), OVERLAP) : stepBack * 2;
			position = Math.max(0, position - stepBack);
			// Records behind a gap say that the end is further on; no records say nothing.
			if (records.length > 0) lastEnd = null;
			continue;
		}
		stepBack = 0;

		const fresh = seen.take(records);
		if (fresh.length > 0) yield fresh;
		const isFirst = requests === 1;
		const isShort =
			records.length < size && (isFirst || records.length < largest || end === lastEnd);
		shortInARow = isShort ? shortInARow + 1 : 0;

		// Where the vendor does not tell the end, only a second short window proves it.
		if (isLast(window) ?? (shortInARow > 1 && fresh.length === 0)) {
			if (!totals.lacks(seen.size) || passes === MOST_PASSES) break;
			if (passes === 1) mostRequests = requests * (MOST_PASSES + 1) + MOST_IDLE_READS;
			passes += 1;
			position = 0;
			lastEnd = null;
			continue;
		}
		if (shortInARow > MOST_SHORT_WINDOWS) throw incomplete('it grows as fast as it is read');
		totals.doubt(seen.size);
		// A repeated pass brings little new, and has its own limit.
		idle = fresh.length > 0 || passes > 1 ? 0 : idle + 1;
		if (idle > MOST_IDLE_READS) throw nothingNew(totals, seen.size);
		lastEnd = end;
		position = Math.max(0, end - Math.min(OVERLAP, records.length - 1));
	}
	totals.confirm(seen.size);
}

/** The beginning of the list is always known ground; further on, the first record must be known. */
function isOnKnownGround<R>({ offset, records }: Window<R>, seen: Seen<R>): boolean {
	return offset === 0 || (records.length > 0 && seen.has(records[0]));
}

/** Whether the vendor says that this window is the last one; null where it says nothing. */
function isLast<R>({ offset, records, total, more }: Window<R>): boolean | null {
	if (total !== null && offset + records.length < total) return false;
	if (more !== null) return !more;
	const isEmptyList = offset === 0 && records.length === 0;
	return total !== null || isEmptyList ? true : null;
}

function oneAtATime(): ReadFailure {
	return incomplete(
		'the vendor gives one record at a time, so that nothing proves what is between',
	);
}

function nothingNew(totals: TotalWitness, received: number): ReadFailure {
	return totals.expected === null
		? incomplete(`the vendor sends the same ${received} records again and again`)
		: incomplete(
				`the vendor states ${totals.expected} records, but after ${received} nothing new comes`,
			);
}
