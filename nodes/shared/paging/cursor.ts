import { type KeyOf, MOST_IDLE_READS, Seen, TotalWitness, incomplete } from './page';

/** One page of a list that is read by cursor. */
export interface CursorPage<R> {
	records: R[];
	/** Leads to the next page; null at the end. */
	next: string | null;
	/** How many records the list holds in all, where the vendor says it. */
	total: number | null;
}

/**
 * Reads a whole list by following its cursor, one request at a time.
 *
 * @param pageAfter asks for the page behind a cursor, the first one without
 * @returns the new records of each page, in the list's order
 * @throws ReadFailure (`incomplete`) where a cursor repeats, the list does not end, or the number
 * of records contradicts the vendor's own total
 */
export async function* readByCursor<R>(
	pageAfter: (cursor: string | null) => Promise<CursorPage<R>>,
	keyOf: KeyOf<R>,
): AsyncGenerator<R[], void, undefined> {
	const cursors = new Set<string>();
	const seen = new Seen(keyOf);
	const totals = new TotalWitness();
	let idle = 0;

	for (let cursor: string | null = null; ; ) {
		const { records, next, total }: CursorPage<R> = await pageAfter(cursor);
		totals.hear(total);
		const fresh = seen.take(records);
		if (fresh.length > 0) yield fresh;
		if (next === null) break;
		if (cursors.has(next)) throw incomplete('the vendor gave the same cursor twice');
		totals.doubt(seen.size);
		idle = fresh.length > 0 ? 0 : idle + 1;
		if (idle > MOST_IDLE_READS) throw incomplete('page after page brings nothing new');
		cursors.add(next);
		cursor = next;
	}
	totals.confirm(seen.size);
}
