import { type KeyOf, incomplete, wholeRecord } from './page';
import { Sightings } from './sightings';

/**
 * Reads a list that comes in one answer. A record that stands in it twice, word for word, is one.
 *
 * @throws ReadFailure (`incomplete`) where the vendor states a larger total than what came
 */
export async function* readAtOnce<R>(
	ask: () => Promise<{ records: R[]; total: number | null }>,
	idOf: (record: R) => string | undefined,
): AsyncGenerator<R[], void, undefined> {
	const { records, total } = await ask();
	const seen = new Sightings();
	yield seen.take(records, records.map(keysBy(idOf, records)), total);
	if (seen.lacks) throw incomplete('the vendor states more records than came', seen.shortfall);
}

/** Gives the keys of some records: an id that stands there once says as much as the whole record. */
function keysBy<R>(idOf: (record: R) => string | undefined, records: R[]): KeyOf<R> {
	const once = new Set<string>();
	const twice = new Set<string>();
	for (const id of records.map(idOf)) {
		if (id !== undefined) (once.has(id) ? twice : once).add(id);
	}
	return (record) => {
		const id = idOf(record);
		return wholeRecord(id === undefined || twice.has(id) ? record : id);
	};
}
