import {
	type KeyOf,
	MAX_IDLE_READS,
	MAX_PASSES,
	type OnPage,
	REPEATS,
	TOO_FAST,
	TOO_FEW,
	incomplete,
} from './page';
import { SeenRecords } from './seen';

/** One page of a cursor-paged list. */
export interface CursorPage<R> {
	records: R[];
	/** The cursor to the next page; null at the end, undefined if the response does not say. */
	next: string | null | undefined;
	/** The total number of records in the list, if the vendor states it. */
	total: number | null;
}

/** Requests the page after a cursor; the first page if it is null. */
type FetchPage<R> = (cursor: string | null) => Promise<CursorPage<R>>;

/**
 * Reads a complete list by following its cursor, one request at a time. Some cursors are plain
 * positions, which skip a record when another one is removed. So a list is complete if it contains
 * exactly as many records as each response stated; if the total changes, falls or is missing, the list
 * is read again until two passes agree.
 *
 * @param onPage called with the progress after each page
 * @returns the new records of each page, in the order of the list
 * @throws ReadFailure (`incomplete`) if a cursor repeats, the list does not end, a response does not
 * say whether more follows, or the number of records contradicts the vendor's total
 */
export async function* readByCursor<R>(
	fetchPage: FetchPage<R>,
	keyOf: KeyOf<R>,
	onPage?: OnPage,
): AsyncGenerator<R[], void, undefined> {
	const seen = new SeenRecords(onPage);
	for (let pass = 1; pass <= MAX_PASSES; pass++) {
		if (pass > 1) seen.startPass(true);
		yield* readPass(fetchPage, keyOf, seen, pass === 1 ? MAX_IDLE_READS : Infinity);
		if (isWhole(seen)) return;
	}
	throw incomplete(seen.isShort ? TOO_FEW : TOO_FAST, seen.shortfall);
}

function isWhole(seen: SeenRecords): boolean {
	if (seen.passMatchesTotal) return true;
	if (seen.isShort) return false;
	return (
		seen.passesAgree || seen.isProvenComplete || (seen.passKeepsOrder && seen.passKeepsPosition)
	);
}

/** Follows the cursor from the start of the list to its end. */
async function* readPass<R>(
	pageAfter: FetchPage<R>,
	keyOf: KeyOf<R>,
	seen: SeenRecords,
	maxIdle: number,
): AsyncGenerator<R[], void, undefined> {
	const cursors = new Set<string>();
	let idle = 0;
	let hasPageTotals = false;
	for (let cursor: string | null = null; ; ) {
		const { records, next, total }: CursorPage<R> = await pageAfter(cursor);
		// A total that equals the length of a page is that of the page, not of the list.
		if (!hasPageTotals && next && total !== null && total === records.length) {
			seen.forgetTotals();
			hasPageTotals = true;
		}
		const fresh = seen.add(records, records.map(keyOf), hasPageTotals ? null : total);
		if (fresh.length > 0) yield fresh;
		if (next === undefined) {
			throw incomplete('the vendor does not say whether more records follow', seen.shortfall);
		}
		if (next === null) return;
		if (cursors.has(next)) {
			throw incomplete('the vendor returned the same cursor twice', seen.shortfall);
		}
		seen.assertBounded();
		idle = fresh.length > 0 ? 0 : idle + 1;
		if (idle > maxIdle) {
			throw incomplete(REPEATS, seen.shortfall);
		}
		cursors.add(next);
		cursor = next;
	}
}
