import { type Witness, isSame, probeBehind, lastOf } from './probe';
import type { KnownList } from './known';
import { type KeyedWindow, OVERLAP } from './overlap';
import type { Prefetch, Span } from './prefetch';

/** So many pages behind the last record it is looked for others, where one is not enough. */
const FAR_PAGES = [1, 2, 4];

/** What confirming the end may do with the list, and has to know. */
export interface EndOfList<R, S extends Span> {
	prefetch: Prefetch<R, S>;
	known: KnownList<R>;
	/** Whether all windows but the last one came as long as they were asked for. */
	isPlain: boolean;
	/** Whether the last window that came does not show that the last record stands where it stood. */
	needsWitness: boolean;
	/** How many records the server returns where it overlooks how many it is asked for. */
	usualSize?: number;
}

/** What was found where a list seems to end. */
export type Finding<R> =
	| { is: 'end' }
	/** Each answer is the whole list. */
	| { is: 'whole' }
	/** More records; adjacent to what was read, where that is proven without a common record. */
	| { is: 'more'; window: KeyedWindow<R>; isAdjacent: boolean }
	/** The list does not stand where it stood. */
	| { is: 'moved' }
	/** The server returns the same window whatever is asked for. */
	| { is: 'stuck' };

/**
 * Looks for the end of a list whose vendor does not state it. A short answer proves nothing: it may
 * be capped by bytes, filtered after it was cut, or short by nature. The end is an empty answer right
 * behind the last record, while that record is still the last one where it stood, and an empty answer
 * one page further; where windows came short, or the list is empty, two and four pages further too. An answer that only repeats what is known (the last page again, or the list from
 * its beginning) counts as empty.
 */
export async function confirmEnd<R, S extends Span>(list: EndOfList<R, S>): Promise<Finding<R>> {
	const { prefetch, known } = list;
	const { overlap } = known;
	const probe = await probeBehind(prefetch, known);
	if (probe.is === 'new') return await joinable(list, probe.window, probe.witness);
	if (probe.is === 'further') return { is: 'more', window: probe.window, isAdjacent: false };
	if (probe.is === 'repeated' || (list.needsWitness && probe.at === overlap.end && probe.at > 0)) {
		const before = known.keyed(await prefetch.exactlyAt(overlap.end - 1));
		if (known.hasNew(before)) return { is: 'more', window: before, isAdjacent: false };
		if (probe.is === 'repeated' && isSame(before.keys, known.first))
			return await wholeListAgain(list);
		if (before.keys[0] !== overlap.last && !(await isOnlyShorter(list))) return { is: 'moved' };
	}
	if (probe.is === 'empty' && overlap.hasMoved && probe.at > overlap.end) {
		const before = known.keyed(await prefetch.exactlyAt(probe.witness.at));
		if (known.hasNew(before)) return { is: 'more', window: before, isAdjacent: false };
	}
	// Where positions are no counts, a filter may leave nothing of more than one page.
	const isPlain = list.isPlain && !overlap.hasMoved && probe.at === overlap.end && probe.at > 0;
	const pages = isPlain ? [1] : FAR_PAGES;
	for (const page of pages) {
		const further = known.keyed(await prefetch.exactlyAt(probe.at + page * prefetch.size));
		if (further.more === true && further.keys.length === 0) return { is: 'stuck' };
		if (known.hasNew(further)) return await beyond(list, probe.at, further);
	}
	return { is: 'end' };
}

/** Tells how records that stand one page behind an empty one join what was read. */
async function beyond<R, S extends Span>(
	list: EndOfList<R, S>,
	at: number,
	further: KeyedWindow<R>,
): Promise<Finding<R>> {
	const { prefetch, known } = list;
	const { overlap } = known;
	for (let position = at; position < further.offset; position += prefetch.size) {
		const window = known.keyed(await prefetch.exactlyAt(position));
		// The list has grown meanwhile.
		if (known.hasNew(window)) return await joinable(list, window, lastOf(overlap));
		if (window.keys.length > 0) return { is: 'more', window: further, isAdjacent: false };
	}
	return { is: 'more', window: further, isAdjacent: true };
}

/** Whether the list has only become shorter: what stands at its end now is known, and nothing is behind. */
async function isOnlyShorter<R, S extends Span>(list: EndOfList<R, S>): Promise<boolean> {
	const { prefetch, known } = list;
	const { overlap } = known;
	const position = Math.max(0, overlap.end - (prefetch.size >> 1));
	const { offset, ...window } = known.keyed(await prefetch.at(position));
	if (window.keys.length === 0 || known.hasNew({ offset, ...window })) return false;
	const behind = known.keyed(await prefetch.exactlyAt(offset + window.keys.length));
	return behind.keys.length === 0 || isSame(behind.keys, window.keys);
}

/** Tells how records behind the end join what was read: by known ones, or side by side with them. */
async function joinable<R, S extends Span>(
	list: EndOfList<R, S>,
	window: KeyedWindow<R>,
	witness: Witness,
): Promise<Finding<R>> {
	const { prefetch, known } = list;
	const { overlap } = known;
	if (overlap.end === 0) return { is: 'more', window, isAdjacent: false };
	if (window.offset === overlap.end) {
		// Where windows can share a few records, these show more than one does.
		const shared = known.keyed(await prefetch.at(Math.max(0, overlap.end - OVERLAP)));
		if (known.hasNew(shared)) return { is: 'more', window: shared, isAdjacent: false };
	}
	// The last record stood right before them when it was read: where it still does, nothing is between.
	const before = known.keyed(await prefetch.exactlyAt(witness.at));
	if (known.hasNew(before)) return { is: 'more', window: before, isAdjacent: false };
	return { is: 'more', window, isAdjacent: isSame(before.keys, witness.keys) };
}

/**
 * The first window came again, wherever one begins. A server that overlooks the range returns the
 * whole list each time, one that is stuck only its beginning: they differ where fewer are asked for.
 */
async function wholeListAgain<R, S extends Span>(list: EndOfList<R, S>): Promise<Finding<R>> {
	const { prefetch, known, usualSize } = list;
	const { overlap, first, seen } = known;
	const count = seen.size;
	const further = known.keyed(await prefetch.exactlyAt(overlap.end + prefetch.size));
	if (further.keys.length === 0 && further.more !== true) return { is: 'end' };
	if (new Set(first).size !== count || first.length === usualSize) return { is: 'stuck' };
	if (count === 1) return { is: 'end' };
	const { keys, more, ...rest } = known.keyed(await prefetch.second(count - 1));
	if (more === true) return { is: 'stuck' };
	if (isSame(keys, first)) return { is: 'whole' };
	const isElsewhere = keys[0] !== first[0] && keys.includes(first[first.length - 1]);
	return { is: isElsewhere && !known.hasNew({ keys, more, ...rest }) ? 'end' : 'stuck' };
}
