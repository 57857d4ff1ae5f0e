import { type KeyOf, type OnPage, TOO_FEW, TOO_MANY, incomplete } from './page';
import type { Paging } from './paging';
import { SeenRecords } from './seen';

/** A list in a single response. */
export interface SingleResponse<R> {
	records: R[];
	/** The total number of records in the list, if the vendor states it. */
	total: number | null;
}

/** Returns the paging strategy for a list in a single response. */
export function single(): Paging<Record<never, never>> {
	return {
		size: null,
		isParallel: false,
		read: (ask, keyOf, { onPage }) => {
			const fetchList = async () => {
				const { records, total = null } = await ask({});
				return { records, total };
			};
			return readSingleResponse(fetchList, keyOf, onPage);
		},
	};
}

/**
 * Reads a list in a single response. A record that is repeated in it word for word counts once. If the
 * number of records contradicts the vendor's total, the list is requested again, as the response may
 * be that of a stale replica.
 *
 * @throws ReadFailure (`incomplete`) if the vendor's total contradicts what was received
 */
export async function* readSingleResponse<R>(
	fetchList: () => Promise<SingleResponse<R>>,
	keyOf: KeyOf<R>,
	onPage?: OnPage,
): AsyncGenerator<R[], void, undefined> {
	let list = distinct(await fetchList(), keyOf, onPage);
	if (!list.isWhole) list = distinct(await fetchList(), keyOf, onPage);
	const { fresh, seen, isWhole, isShort } = list;
	if (fresh.length > 0) yield fresh;
	if (isWhole) return;
	throw incomplete(isShort ? TOO_FEW : TOO_MANY, seen.shortfall);
}

/** Returns the distinct records of a response, and whether they match its total. */
function distinct<R>({ records, total }: SingleResponse<R>, keyOf: KeyOf<R>, onPage?: OnPage) {
	const seen = new SeenRecords(onPage);
	const fresh = seen.add(records, records.map(keyOf), total);
	// A vendor may count a repeated record twice.
	const isWhole = total === null || total === fresh.length || total === records.length;
	return { fresh, seen, isWhole, isShort: seen.isShort };
}
