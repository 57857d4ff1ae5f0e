import type { Overlap } from './overlap';
import { MOST_PASSES } from './page';
import type { SeenRecords } from './seen';

/** A list without a reliable order is read more often: what is seen twice proves more. */
export const MOST_PASSES_WITHOUT_ORDER = 12;

const NO_ORDER =
	'the vendor returns its records in inconsistent order, so completeness cannot be verified';
const TOO_FEW = 'the vendor reports more records than it returned';
export const TOO_FAST = 'it changes faster than it can be read';

/** What follows from a pass through the list: it is whole, has to be read again, or cannot be read. */
export type Verdict = { is: 'done' } | { is: 'repeating' } | { fails: string };

/**
 * Decides whether the list is whole after a pass. It is where everything stood where it was expected
 * and there is as much as was stated; else where two passes show their records in one order, so that
 * the overlaps of windows prove that there is no gap; and without an order, where at one moment the
 * list held nothing but what was seen.
 */
export function verdictOn(seen: SeenRecords, overlap: Overlap, pass: number): Verdict {
	const { isShuffled, hasMoved } = overlap;
	const isCalm = !hasMoved && !seen.totalChanged && (pass === 1 || seen.hasTotal);
	const isProven = isShuffled ? seen.isProvenComplete : isCalm || seen.passKeepsOrder;
	if (isProven && !seen.isShort) return { is: 'done' };
	if (pass < (isShuffled ? MOST_PASSES_WITHOUT_ORDER : MOST_PASSES)) return { is: 'repeating' };
	if (isShuffled) return { fails: NO_ORDER };
	return { fails: seen.isShort ? TOO_FEW : TOO_FAST };
}
