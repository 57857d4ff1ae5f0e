import { type Anchor, hasSameRecords, probeBehind, lastRecordOf } from './probe';
import type { KnownList } from './known';
import { type KeyedWindow, OVERLAP } from './overlap';
import type { Prefetch, Span } from './prefetch';

/** So many pages behind the last record it is looked for others, where one is not enough. */
const PAGES_TO_PROBE = [1, 2, 4];

/** What confirming the end may do with the list, and has to know. */
export interface EndOfList<R, S extends Span> {
	prefetch: Prefetch<R, S>;
	known: KnownList<R>;
	/** Whether all windows but the last one came as long as they were asked for. */
	areFull: boolean;
	/** Whether the last window that came does not show that the last record stands where it stood. */
	mustCheckLast: boolean;
	/** How many records the server returns where it overlooks how many it is asked for. */
	serverDefault?: number;
}

/** What was found where a list seems to end. */
export type EndCheck<R> =
	| { is: 'end' }
	/** Each answer is the whole list. */
	| { is: 'wholeList' }
	/** More records; adjacent to what was read, where that is proven without a common record. */
	| { is: 'more'; window: KeyedWindow<R>; isAdjacent: boolean }
	/** The list does not stand where it stood. */
	| { is: 'changed' }
	/** The server returns the same window whatever is asked for. */
	| { is: 'repeats' };

/**
 * Looks for the end of a list whose vendor does not state it. A short answer proves nothing: it may
 * be capped by bytes, filtered after it was cut, or short by nature. The end is an empty answer right
 * behind the last record, while that record is still the last one where it stood, and an empty answer
 * one page further; where windows came short, or the list is empty, two and four pages further too. An answer that only repeats what is known (the last page again, or the list from
 * its beginning) counts as empty.
 */
export async function confirmEnd<R, S extends Span>(list: EndOfList<R, S>): Promise<EndCheck<R>> {
	const { prefetch, known } = list;
	const { overlap } = known;
	const probe = await probeBehind(prefetch, known);
	if (probe.is === 'new') return await joinAfterEnd(list, probe.window, probe.anchor);
	if (probe.is === 'further') return { is: 'more', window: probe.window, isAdjacent: false };
	if (probe.is === 'repeated' || (list.mustCheckLast && probe.at === overlap.end && probe.at > 0)) {
		const before = known.receive(await prefetch.exactlyAt(overlap.end - 1));
		if (known.hasNew(before)) return { is: 'more', window: before, isAdjacent: false };
		if (probe.is === 'repeated' && hasSameRecords(before.keys, known.firstKeys))
			return await checkWholeList(list);
		if (before.keys[0] !== overlap.last && !(await hasOnlyShrunk(list))) return { is: 'changed' };
	}
	if (probe.is === 'empty' && overlap.hasMoved && probe.at > overlap.end) {
		const before = known.receive(await prefetch.exactlyAt(probe.anchor.at));
		if (known.hasNew(before)) return { is: 'more', window: before, isAdjacent: false };
	}
	// Where positions are no counts, a filter may leave nothing of more than one page.
	const isPlain = list.areFull && !overlap.hasMoved && probe.at === overlap.end && probe.at > 0;
	const pages = isPlain ? [1] : PAGES_TO_PROBE;
	for (const page of pages) {
		const further = known.receive(await prefetch.exactlyAt(probe.at + page * prefetch.size));
		if (further.more === true && further.keys.length === 0) return { is: 'repeats' };
		if (known.hasNew(further)) return await joinAfterEmptyPages(list, probe.at, further);
	}
	return { is: 'end' };
}

/** Tells how records that stand one page behind an empty one join what was read. */
async function joinAfterEmptyPages<R, S extends Span>(
	list: EndOfList<R, S>,
	at: number,
	further: KeyedWindow<R>,
): Promise<EndCheck<R>> {
	const { prefetch, known } = list;
	const { overlap } = known;
	for (let position = at; position < further.offset; position += prefetch.size) {
		const window = known.receive(await prefetch.exactlyAt(position));
		// The list has grown meanwhile.
		if (known.hasNew(window)) return await joinAfterEnd(list, window, lastRecordOf(overlap));
		if (window.keys.length > 0) return { is: 'more', window: further, isAdjacent: false };
	}
	return { is: 'more', window: further, isAdjacent: true };
}

/** Whether the list has only become shorter: what stands at its end now is known, and nothing is behind. */
async function hasOnlyShrunk<R, S extends Span>(list: EndOfList<R, S>): Promise<boolean> {
	const { prefetch, known } = list;
	const { overlap } = known;
	const position = Math.max(0, overlap.end - (prefetch.size >> 1));
	const { offset, ...window } = known.receive(await prefetch.at(position));
	if (window.keys.length === 0 || known.hasNew({ offset, ...window })) return false;
	const behind = known.receive(await prefetch.exactlyAt(offset + window.keys.length));
	return behind.keys.length === 0 || hasSameRecords(behind.keys, window.keys);
}

/** Tells how records behind the end join what was read: by known ones, or side by side with them. */
async function joinAfterEnd<R, S extends Span>(
	list: EndOfList<R, S>,
	window: KeyedWindow<R>,
	anchor: Anchor,
): Promise<EndCheck<R>> {
	const { prefetch, known } = list;
	const { overlap } = known;
	if (overlap.end === 0) return { is: 'more', window, isAdjacent: false };
	if (window.offset === overlap.end) {
		// Where windows can share a few records, these show more than one does.
		const shared = known.receive(await prefetch.at(Math.max(0, overlap.end - OVERLAP)));
		if (known.hasNew(shared)) return { is: 'more', window: shared, isAdjacent: false };
	}
	// The last record stood right before them when it was read: where it still does, nothing is between.
	const before = known.receive(await prefetch.exactlyAt(anchor.at));
	if (known.hasNew(before)) return { is: 'more', window: before, isAdjacent: false };
	return { is: 'more', window, isAdjacent: hasSameRecords(before.keys, anchor.keys) };
}

/**
 * The first window came again, wherever one begins. A server that overlooks the range returns the
 * whole list each time, one that is stuck only its beginning: they differ where fewer are asked for.
 */
async function checkWholeList<R, S extends Span>(list: EndOfList<R, S>): Promise<EndCheck<R>> {
	const { prefetch, known, serverDefault } = list;
	const { overlap, firstKeys, seen } = known;
	const count = seen.size;
	const further = known.receive(await prefetch.exactlyAt(overlap.end + prefetch.size));
	if (further.keys.length === 0 && further.more !== true) return { is: 'end' };
	if (new Set(firstKeys).size !== count || firstKeys.length === serverDefault)
		return { is: 'repeats' };
	if (count === 1) return { is: 'end' };
	const { keys, more, ...rest } = known.receive(await prefetch.secondOfSize(count - 1));
	if (more === true) return { is: 'repeats' };
	if (hasSameRecords(keys, firstKeys)) return { is: 'wholeList' };
	const isElsewhere = keys[0] !== firstKeys[0] && keys.includes(firstKeys[firstKeys.length - 1]);
	return { is: isElsewhere && !known.hasNew({ keys, more, ...rest }) ? 'end' : 'repeats' };
}
