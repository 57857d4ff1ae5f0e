import type { Window } from './prefetch';

/** Returns whether the vendor states that this window is the last one; null if it does not say. */
export function isLast<R>({ offset, records, total, more }: Window<R>): boolean | null {
	const end = offset + records.length;
	if (total !== null && end < total) return false;
	if (more !== null) return !more;
	if (total === null) return null;
	// The total may be that of this page.
	if (records.length > 0 && offset === 0) return null;
	return end === total ? true : null;
}
