import type { Totals } from './totals';

/**
 * Returns whether at one moment the list contained nothing but what was seen: a record seen before and
 * after a moment was in the list at that moment, and if there are as many of those as the list was
 * long, there was no other. Holds for any list in any order, if its responses were received one by one.
 *
 * @param records the first and the last response, from 0, in which each record was seen
 * @param responses how many responses were received
 */
export function wasCompleteOnce(
	records: Iterable<{ first: number; last: number }>,
	responses: number,
	totals: Totals,
): boolean {
	const changes = new Int32Array(responses + 1);
	for (const { first, last } of records) {
		changes[first] += 1;
		changes[last + 1] -= 1;
	}
	let present = 0;
	for (let response = 0; response < responses; response++) {
		present += changes[response];
		if (totals.at(response) === present) return true;
	}
	return false;
}
