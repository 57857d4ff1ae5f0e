import type { KeyOf } from './page';
import { READ_ALL, type ReadPlan } from './paging';
import type { Span, Windows } from './prefetch';
import { WindowReader } from './reader';

/**
 * Reads a whole list by positions. Each record that was in the list from the beginning to the end
 * of the read is returned exactly once, or the read throws.
 *
 * A list that changes while it is read shifts under the reader. So each window begins a few records
 * before the end of the one before it, and these have to be there again; where they are not, the
 * reader steps back until it stands on known ground. This holds whenever the windows were answered,
 * so they may be asked for at once. It relies on the order of the list: where anything did not stand
 * where it was expected, the list is read again, until two passes agree.
 *
 * @returns the new records of each window, in the list's order
 * @throws ReadFailure (`incomplete`) where the list cannot be proven whole
 */
export async function* readWindows<R, S extends Span>(
	windows: Windows<R, S>,
	keyOf: KeyOf<R>,
	plan: ReadPlan = READ_ALL,
): AsyncGenerator<R[], void, undefined> {
	yield* new WindowReader(windows, keyOf, plan).read();
}
