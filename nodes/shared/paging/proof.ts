import { startWithSameRecords } from './probe';
import type { KnownList } from './known';
import type { Overlap } from './overlap';
import { MAX_PASSES, TOO_FAST, TOO_FEW } from './page';
import type { Prefetch, Span } from './prefetch';
import type { SeenRecords } from './seen';

/** Lists without a reliable order need more passes: records seen repeatedly prove more. */
export const MAX_PASSES_WITHOUT_ORDER = 12;

const NO_ORDER =
	'the vendor returns the records in inconsistent order, so completeness cannot be verified';

/** What follows from a pass: the list is complete, has to be read again, or cannot be verified. */
export type Verdict = { is: 'done' } | { is: 'repeating' } | { fails: string };

/**
 * Returns whether the list is complete after a pass. It is if every record was where it was expected
 * and the total is reached; otherwise if two passes have the same order, so that overlaps prove that
 * there is no gap; and without an order, if at one moment the list contained nothing but what was
 * seen.
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
 * Checks one more window if the order of the list is not certain: records may have moved from a part
 * not read yet to one already read. Sets `overlap.hasMoved` if they have.
 *
 * @param largest length of the longest window
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
