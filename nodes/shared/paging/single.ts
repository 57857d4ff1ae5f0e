import { Seen, incomplete, wholeRecord } from './page';

/**
 * Reads a list that comes in one answer. A record that stands in it twice, word for word, is one.
 *
 * @throws ReadFailure (`incomplete`) where the vendor states a larger total than what came
 */
export async function* readAtOnce<R>(
	ask: () => Promise<{ records: R[]; total: number | null }>,
): AsyncGenerator<R[], void, undefined> {
	const { records: sent, total } = await ask();
	const records = new Seen<R>(wholeRecord).take(sent);
	yield records;
	if (total !== null && total > records.length) {
		throw incomplete(`the vendor states ${total} records, but ${records.length} came`);
	}
}
