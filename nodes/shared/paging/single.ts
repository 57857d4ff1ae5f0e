import { incomplete, wholeRecord } from './page';
import { Sightings } from './sightings';

/**
 * Reads a list that comes in one answer. A record that stands in it twice, word for word, is one.
 *
 * @throws ReadFailure (`incomplete`) where the vendor states a larger total than what came
 */
export async function* readAtOnce<R>(
	ask: () => Promise<{ records: R[]; total: number | null }>,
): AsyncGenerator<R[], void, undefined> {
	const { records, total } = await ask();
	const seen = new Sightings();
	yield seen.take(records, records.map(wholeRecord), total);
	if (seen.lacks) throw incomplete('the vendor states more records than came', seen.shortfall);
}
