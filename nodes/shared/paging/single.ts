import { incomplete } from './page';

/**
 * Reads a list that comes in one answer.
 *
 * @throws ReadFailure (`incomplete`) where the vendor states a larger total than what came
 */
export async function* readAtOnce<R>(
	ask: () => Promise<{ records: R[]; total: number | null }>,
): AsyncGenerator<R[], void, undefined> {
	const { records, total } = await ask();
	yield records;
	if (total !== null && total > records.length) {
		throw incomplete(`the vendor states ${total} records, but ${records.length} came`);
	}
}
