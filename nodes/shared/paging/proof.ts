import { startWithSameRecords } from './probe';
import type { KnownList } from './known';
import type { Overlap } from './overlap';
import { MAX_PASSES, TOO_FAST, TOO_FEW } from './page';
import type { Prefetch, Span } from './prefetch';
import type { SeenRecords } from './seen';

/** A list without a reliable order is read more often: what is seen twice proves more. */
export const MAX_PASSES_WITHOUT_ORDER = 12;

const NO_ORDER =
	'the vendor returns its records in inconsistent order, so completeness cannot be verified';

/** What follows from a pass through the list: it is whole, has to be read again, or cannot be read. */
export type Verdict = { is: 'done' } | { is: 'repeating' } | { fails: string };

/**
 * Decides whether the list is whole after a pass. It is where everything stood where it was expected
 * and there is as much as was stated; else where two passes show their records in one order, so that
 * the overlaps of windows prove that there is no gap; and without an order, where at one moment the
 * list held nothing but what was seen.
 */
export function verdictAfterPass(seen: SeenRecords, overlap: Overlap, pass: number): Verdict {
	const { isShuffled, hasMoved } = overlap;
	const isStable = !hasMoved && !seen.totalChanged && (pass === 1 || seen.totals.areStated);
	const isProven = isShuffled ? seen.isProvenComplete : isStable || seen.passKeepsOrder;
	if (isProven && !seen.isShort) return { is: 'done' };
	if (pass < (isShuffled ? MAX_PASSES_WITHOUT_ORDER : MAX_PASSES)) return { is: 'repeating' };
	if (isShuffled) return { fails: NO_ORDER };
	return { fails: seen.isShort ? TOO_FEW : TOO_FAST };
}

/**
 * Looks at one more window where the order of the list is not known well enough: records may have
 * moved from where nothing was read yet to where all had been read.
 *
 * @param largest how many records the largest window held
 */
export async function confirmOrder<R, S extends Span>(
	prefetch: Prefetch<R, S>,
	known: KnownList<R>,
	largest: number,
): Promise<void> {
	const { overlap, seen, firstKeys, pass } = known;
	if (overlap.hasMoved) return;
	if (overlap.isInconclusive && overlap.end > 0) {
		known.receive(await prefetch.at(Math.max(0, overlap.end - largest)));
	}
	if (pass > 1 || seen.totals.areStated || overlap.isShuffled) return;
	const window = known.receive(await prefetch.at(0));
	const hasFilled = firstKeys.length === 0 && window.keys.length > 0;
	overlap.hasMoved ||= hasFilled || !startWithSameRecords(window.keys, firstKeys);
}
