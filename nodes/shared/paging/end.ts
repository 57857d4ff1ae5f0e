import { type KeyedWindow, OVERLAP, type Overlap } from './overlap';
import { MOST_IDLE_READS } from './page';
import type { Prefetch, Span, Window } from './prefetch';

/** So many pages behind the last record it is looked for others, where one is not enough. */
const FAR_PAGES = [1, 2, 4];

/** How many pages behind the last record it is walked, from one answer that holds known records to the next. */
const FARTHEST_PAGES = 3;

/** What confirming the end may do with the list. */
export interface EndOfList<R, S extends Span> {
	prefetch: Prefetch<R, S>;
	overlap: Overlap;
	/** The keys of the first window. */
	first: string[];
	/** How many records were read. */
	count: number;
	/** Whether all windows but the last one came as long as they were asked for. */
	isPlain: boolean;
	/** Whether the last window that came does not show that the last record stands where it stood. */
	needsWitness: boolean;
	/** How many records the server returns where it overlooks how many it is asked for. */
	usualSize?: number;
	/** Whether a window holds records that were not read. */
	hasNew: (window: KeyedWindow<R>) => boolean;
	/** Notes an answer that holds nothing new, and returns it with its keys. */
	keyed: (window: Window<R>) => KeyedWindow<R>;
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

/** A window that ends with the last known record: what begins right behind it follows on it. */
interface Witness {
	at: number;
	keys: string[];
}

type Knock<R> =
	| { is: 'empty'; at: number; witness: Witness }
	| { is: 'repeated'; at: number }
	| { is: 'new'; window: KeyedWindow<R>; witness: Witness }
	/** Known records from before the last one: so many were added in front of them. */
	| { is: 'further'; window: KeyedWindow<R> };

/**
 * Looks for the end of a list whose vendor does not state it. A short answer proves nothing: it may
 * be capped by bytes, filtered after it was cut, or short by nature. The end is an empty answer right
 * behind the last record, while that record is still the last one where it stood, and an empty answer
 * one page further. An answer that only repeats what is known (the last page again, or the list from
 * its beginning) counts as empty.
 */
export async function confirmEnd<R, S extends Span>(list: EndOfList<R, S>): Promise<Finding<R>> {
	const { prefetch, overlap } = list;
	const knock = await knockBehind(list);
	if (knock.is === 'new') return await joinable(list, knock.window, knock.witness);
	if (knock.is === 'further') return { is: 'more', window: knock.window, isAdjacent: false };
	if (knock.is === 'repeated' || (list.needsWitness && knock.at === overlap.end && knock.at > 0)) {
		const before = list.keyed(await prefetch.exactlyAt(overlap.end - 1));
		if (list.hasNew(before)) return { is: 'more', window: before, isAdjacent: false };
		if (knock.is === 'repeated' && isSame(before.keys, list.first))
			return await wholeListAgain(list);
		if (before.keys[0] !== overlap.last && !(await isOnlyShorter(list))) return { is: 'moved' };
	}
	if (knock.is === 'empty' && overlap.hasMoved && knock.at > overlap.end) {
		const before = list.keyed(await prefetch.exactlyAt(knock.witness.at));
		if (list.hasNew(before)) return { is: 'more', window: before, isAdjacent: false };
	}
	// Where positions are no counts, a filter may leave nothing of more than one page.
	const isPlain = list.isPlain && !overlap.hasMoved && knock.at === overlap.end && knock.at > 0;
	const pages = isPlain ? [1] : FAR_PAGES;
	for (const page of pages) {
		const further = list.keyed(await prefetch.exactlyAt(knock.at + page * prefetch.size));
		if (further.more === true && further.keys.length === 0) return { is: 'stuck' };
		if (list.hasNew(further)) return await beyond(list, knock.at, further);
	}
	return { is: 'end' };
}

/** Tells how records that stand one page behind an empty one join what was read. */
async function beyond<R, S extends Span>(
	list: EndOfList<R, S>,
	at: number,
	further: KeyedWindow<R>,
): Promise<Finding<R>> {
	const { prefetch, overlap } = list;
	for (let position = at; position < further.offset; position += prefetch.size) {
		const window = list.keyed(await prefetch.exactlyAt(position));
		// The list has grown meanwhile.
		if (list.hasNew(window)) return await joinable(list, window, lastOf(overlap));
		if (window.keys.length > 0) return { is: 'more', window: further, isAdjacent: false };
	}
	return { is: 'more', window: further, isAdjacent: true };
}

/** Whether the list has only become shorter: what stands at its end now is known, and nothing is behind. */
async function isOnlyShorter<R, S extends Span>(list: EndOfList<R, S>): Promise<boolean> {
	const { prefetch, overlap } = list;
	const position = Math.max(0, overlap.end - (prefetch.size >> 1));
	const { offset, ...window } = list.keyed(await prefetch.at(position));
	if (window.keys.length === 0 || list.hasNew({ offset, ...window })) return false;
	const behind = list.keyed(await prefetch.exactlyAt(offset + window.keys.length));
	return behind.keys.length === 0 || isSame(behind.keys, window.keys);
}

/**
 * Returns a position that the list did not reach at this moment; null where it may. A list that grows
 * at its end as fast as it is read has no end to be found: what was in it at this moment is enough.
 */
export async function boundOf<R, S extends Span>({
	prefetch,
	overlap,
}: {
	prefetch: Prefetch<R, S>;
	overlap: Overlap;
}): Promise<number | null> {
	const bound = overlap.end + prefetch.size;
	for (const position of [bound + prefetch.size, bound]) {
		if ((await prefetch.exactlyAt(position)).records.length > 0) return null;
	}
	return bound;
}

/**
 * Asks for what is behind the last record. Where that record and others before it are returned again,
 * positions are no counts (a filter is applied to what was cut), or the list has grown before them:
 * then asks further on, in growing steps where the answer is the same.
 */
async function knockBehind<R, S extends Span>(list: EndOfList<R, S>): Promise<Knock<R>> {
	const { prefetch, overlap, first } = list;
	let witness = lastOf(overlap);
	let isLeaping = true;
	let further: KeyedWindow<R> | null = null;
	let step = 0;
	let at = overlap.end;
	const farthest = overlap.end + FARTHEST_PAGES * prefetch.size;
	for (let windows = 0; windows < MOST_IDLE_READS && at <= farthest; windows++, at += step) {
		const window = list.keyed(await prefetch.exactlyAt(at));
		const { keys } = window;
		const isAhead = keys.length > 0 && keys.at(-1) !== overlap.last;
		if (step > witness.keys.length && (isAhead || list.hasNew(window))) {
			// What was leapt over may hold others.
			isLeaping = false;
			at = witness.at;
			step = witness.keys.length;
			continue;
		}
		if (keys.length === 0) {
			overlap.hasMoved ||= further !== null;
			return { is: 'empty', at, witness };
		}
		if (list.hasNew(window)) {
			return further ? { is: 'further', window: further } : { is: 'new', window, witness };
		}
		if (isAhead && beginAlike(keys, first)) return { is: 'repeated', at };
		if (isAhead && (further || overlap.isShuffled)) return { is: 'further', window };
		if (isAhead) further = window;
		const isSameAgain = step > 0 && isSame(keys, witness.keys);
		step = isLeaping && isSameAgain ? Math.min(step * 2, prefetch.size) : keys.length;
		witness = { at, keys };
	}
	return { is: 'repeated', at: overlap.end };
}

/** The last known record where it stood, alone in its window. */
function lastOf({ end, last }: Overlap): Witness {
	return { at: end - 1, keys: last === null ? [] : [last] };
}

/** Tells how records behind the end join what was read: by known ones, or side by side with them. */
async function joinable<R, S extends Span>(
	list: EndOfList<R, S>,
	window: KeyedWindow<R>,
	witness: Witness,
): Promise<Finding<R>> {
	const { prefetch, overlap } = list;
	if (overlap.end === 0) return { is: 'more', window, isAdjacent: false };
	if (window.offset === overlap.end) {
		// Where windows can share a few records, these show more than one does.
		const shared = list.keyed(await prefetch.at(Math.max(0, overlap.end - OVERLAP)));
		if (list.hasNew(shared)) return { is: 'more', window: shared, isAdjacent: false };
	}
	// The last record stood right before them when it was read: where it still does, nothing is between.
	const before = list.keyed(await prefetch.exactlyAt(witness.at));
	if (list.hasNew(before)) return { is: 'more', window: before, isAdjacent: false };
	return { is: 'more', window, isAdjacent: isSame(before.keys, witness.keys) };
}

/**
 * The first window came again, wherever one begins. A server that overlooks the range returns the
 * whole list each time, one that is stuck only its beginning: they differ where fewer are asked for.
 */
async function wholeListAgain<R, S extends Span>(list: EndOfList<R, S>): Promise<Finding<R>> {
	const { prefetch, overlap, first, count, usualSize } = list;
	const further = list.keyed(await prefetch.exactlyAt(overlap.end + prefetch.size));
	if (further.keys.length === 0 && further.more !== true) return { is: 'end' };
	if (new Set(first).size !== count || first.length === usualSize) return { is: 'stuck' };
	if (count === 1) return { is: 'end' };
	const { keys, more, ...rest } = list.keyed(await prefetch.second(count - 1));
	if (more === true) return { is: 'stuck' };
	if (isSame(keys, first)) return { is: 'whole' };
	const isElsewhere = keys[0] !== first[0] && keys.includes(first[first.length - 1]);
	return { is: isElsewhere && !list.hasNew({ keys, more, ...rest }) ? 'end' : 'stuck' };
}

/** Whether two windows hold the same records, as far as the shorter one goes. */
export function beginAlike(keys: string[], others: string[]): boolean {
	const length = Math.min(keys.length, others.length);
	return isSame(keys.slice(0, length), others.slice(0, length));
}

function isSame(keys: string[], others: string[]): boolean {
	return keys.length === others.length && keys.every((key, index) => key === others[index]);
}
