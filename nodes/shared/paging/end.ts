import { type Anchor, hasSameRecords, probeBehind, lastRecordOf } from './probe';
import type { KnownList } from './known';
import { type KeyedWindow, OVERLAP } from './overlap';
import type { Prefetch, Span } from './prefetch';

/** How many pages after the last record are probed for others, if one is not enough. */
const PAGES_TO_PROBE = [1, 2, 4];

/** What it takes to confirm the end of a list. */
export interface EndOfList<R, S extends Span> {
	prefetch: Prefetch<R, S>;
	known: KnownList<R>;
	/** Whether all windows but the last one had the requested length. */
	areFull: boolean;
	/**
	 * Whether to check that the last record still is where it was, as the last window does not show
	 * it.
	 */
	mustCheckLast: boolean;
	/** How many records the server returns if it ignores the requested page size. */
	serverDefault?: number;
}

/** What was found where the list seems to end. */
export type EndCheck<R> =
	| { is: 'end' }
	/** Each response is the complete list. */
	| { is: 'wholeList' }
	/**
	 * More records. They are adjacent if it is proven, without a shared record, that nothing lies
	 * between.
	 */
	| { is: 'more'; window: KeyedWindow<R>; isAdjacent: boolean }
	/** The list has changed. */
	| { is: 'changed' }
	/** The server returns the same window for every position. */
	| { is: 'repeats' };

/**
 * Confirms the end of a list whose vendor does not state it. A short response proves nothing: it may
 * be capped by bytes, or filtered after paging. The end is an empty response right after the last
 * record, while that record is still in place, and an empty response one page further; if windows were
 * short or the list is empty, two and four pages further, too. A response with known records only (the
 * last page again, or the list from its start) counts as empty.
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
	// If positions do not count returned records, a filter may leave several pages empty.
	const isPlain = list.areFull && !overlap.hasMoved && probe.at === overlap.end && probe.at > 0;
	const pages = isPlain ? [1] : PAGES_TO_PROBE;
	for (const page of pages) {
		const further = known.receive(await prefetch.exactlyAt(probe.at + page * prefetch.size));
		if (further.more === true && further.keys.length === 0) return { is: 'repeats' };
		if (known.hasNew(further)) return await joinAfterEmptyPages(list, probe.at, further);
	}
	return { is: 'end' };
}

/** Returns how records found after empty pages join what was read. */
async function joinAfterEmptyPages<R, S extends Span>(
	list: EndOfList<R, S>,
	at: number,
	further: KeyedWindow<R>,
): Promise<EndCheck<R>> {
	const { prefetch, known } = list;
	const { overlap } = known;
	for (let position = at; position < further.offset; position += prefetch.size) {
		const window = known.receive(await prefetch.exactlyAt(position));
		// The list has grown in the meantime.
		if (known.hasNew(window)) return await joinAfterEnd(list, window, lastRecordOf(overlap));
		if (window.keys.length > 0) return { is: 'more', window: further, isAdjacent: false };
	}
	return { is: 'more', window: further, isAdjacent: true };
}

/**
 * Whether the list has only become shorter: all records at its end are known, and nothing follows
 * them.
 */
async function hasOnlyShrunk<R, S extends Span>(list: EndOfList<R, S>): Promise<boolean> {
	const { prefetch, known } = list;
	const { overlap } = known;
	const position = Math.max(0, overlap.end - (prefetch.size >> 1));
	const { offset, ...window } = known.receive(await prefetch.at(position));
	if (window.keys.length === 0 || known.hasNew({ offset, ...window })) return false;
	const behind = known.receive(await prefetch.exactlyAt(offset + window.keys.length));
	return behind.keys.length === 0 || hasSameRecords(behind.keys, window.keys);
}

/**
 * Returns how records after the end join what was read: by known records, or side by side with them.
 */
async function joinAfterEnd<R, S extends Span>(
	list: EndOfList<R, S>,
	window: KeyedWindow<R>,
	anchor: Anchor,
): Promise<EndCheck<R>> {
	const { prefetch, known } = list;
	const { overlap } = known;
	if (overlap.end === 0) return { is: 'more', window, isAdjacent: false };
	if (window.offset === overlap.end) {
		// If windows can overlap, several shared records prove more than one.
		const shared = known.receive(await prefetch.at(Math.max(0, overlap.end - OVERLAP)));
		if (known.hasNew(shared)) return { is: 'more', window: shared, isAdjacent: false };
	}
	// The last record was right before them when it was read: if it still is, nothing lies between.
	const before = known.receive(await prefetch.exactlyAt(anchor.at));
	if (known.hasNew(before)) return { is: 'more', window: before, isAdjacent: false };
	return { is: 'more', window, isAdjacent: hasSameRecords(before.keys, anchor.keys) };
}

/**
 * The first window was returned again for another position. A server that ignores the range returns
 * the complete list each time, one that repeats itself only its start: the difference shows with a
 * smaller size.
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
