import { type KeyOf, MOST_IDLE_READS, MOST_PASSES, type OnPage, incomplete } from './page';
import { Sightings } from './sightings';

/** One page of a list that is read by cursor. */
export interface CursorPage<R> {
	records: R[];
	/** Leads to the next page; null at the end. */
	next: string | null;
	/** How many records the list holds in all, where the vendor says it. */
	total: number | null;
}

/**
 * Reads a whole list by following its cursor, one request at a time. Where fewer records came than
 * the vendor states, it is read again: some may have come behind the cursor while others went.
 *
 * @param pageAfter asks for the page behind a cursor, the first one without
 * @param onPage is told how far the list was read, with each page
 * @returns the new records of each page, in the list's order
 * @throws ReadFailure (`incomplete`) where a cursor repeats, the list does not end, or the number
 * of records contradicts the vendor's own total
 */
export async function* readByCursor<R>(
	pageAfter: (cursor: string | null) => Promise<CursorPage<R>>,
	keyOf: KeyOf<R>,
	onPage?: OnPage,
): AsyncGenerator<R[], void, undefined> {
	const seen = new Sightings(onPage);
	for (let pass = 1; pass <= MOST_PASSES; pass++) {
		const cursors = new Set<string>();
		let idle = 0;
		for (let cursor: string | null = null; ; ) {
			const { records, next, total }: CursorPage<R> = await pageAfter(cursor);
			const fresh = seen.take(records, records.map(keyOf), total);
			if (fresh.length > 0) yield fresh;
			if (next === null) break;
			if (cursors.has(next)) {
				throw incomplete('the vendor gave the same cursor twice', seen.shortfall);
			}
			seen.doubt();
			idle = fresh.length > 0 || pass > 1 ? 0 : idle + 1;
			if (idle > MOST_IDLE_READS) {
				throw incomplete('page after page brings nothing new', seen.shortfall);
			}
			cursors.add(next);
			cursor = next;
		}
		if (!seen.lacks) return;
	}
	throw incomplete('the vendor states more records than came', seen.shortfall);
}
