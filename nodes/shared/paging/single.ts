import { type KeyOf, type OnPage, TOO_FEW, incomplete } from './page';
import type { Paging } from './paging';
import { SeenRecords } from './seen';

/** A list in one answer. */
export interface SingleResponse<R> {
	records: R[];
	/** How many records the list holds in all, where the vendor states it. */
	total: number | null;
}

/** A list that comes in one answer. */
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
 * Reads a list that comes in one answer. A record that stands in it twice, word for word, is one.
 * Where the number of records contradicts the vendor's own total, it is asked for once more: the
 * answer may have come from a server that lags behind.
 *
 * @throws ReadFailure (`incomplete`) where the vendor states another total than what was received
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
	throw incomplete(
		isShort ? TOO_FEW : 'the vendor reports fewer records than it returned',
		seen.shortfall,
	);
}

/** Returns the records of an answer, each once, and whether they are as many as it states. */
function distinct<R>({ records, total }: SingleResponse<R>, keyOf: KeyOf<R>, onPage?: OnPage) {
	const seen = new SeenRecords(onPage);
	const fresh = seen.add(records, records.map(keyOf), total);
	// A vendor may count a repeated record twice.
	const isWhole = total === null || total === fresh.length || total === records.length;
	return { fresh, seen, isWhole, isShort: seen.isShort };
}
