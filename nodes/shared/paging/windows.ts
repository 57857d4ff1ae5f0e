import type { KeyOf } from './page';
import { READ_ALL, type ReadPlan } from './paging';
import type { Span, Windows } from './prefetch';
import { WindowReader } from './reader';

/**
 * Reads a complete list by position. Each record that is in the list during the whole read is returned
 * exactly once, or the read fails.
 *
 * A list that changes shifts under the reader. So each window starts a few records before the end of
 * the previous one, and has to contain these again; if it does not, the reader steps back until it
 * finds known records. This holds in whatever order windows are received, so they may be requested
 * simultaneously. It relies on the order of the list: if a record was not where it was expected, the
 * list is read again until two passes agree.
 *
 * @returns the new records of each window, in the order of the list
 * @throws ReadFailure (`incomplete`) if the list cannot be verified as complete
 */
export async function* readWindows<R, S extends Span>(
	windows: Windows<R, S>,
	keyOf: KeyOf<R>,
	plan: ReadPlan = READ_ALL,
): AsyncGenerator<R[], void, undefined> {
	yield* new WindowReader(windows, keyOf, plan).read();
}
