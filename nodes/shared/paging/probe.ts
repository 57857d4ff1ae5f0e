import type { KnownList } from './known';
import type { KeyedWindow, Overlap } from './overlap';
import { MOST_IDLE_READS } from './page';
import type { Prefetch, Span } from './prefetch';

/** How many pages behind the last record it is walked, from one answer that holds known records to the next. */
const FARTHEST_PAGES = 3;

/** A window that ends with the last known record: what begins right behind it follows on it. */
export interface Witness {
	at: number;
	keys: string[];
}

/** What is behind the last record. */
export type Probe<R> =
	| { is: 'empty'; at: number; witness: Witness }
	| { is: 'repeated'; at: number }
	| { is: 'new'; window: KeyedWindow<R>; witness: Witness }
	/** Known records from before the last one: so many were added in front of them. */
	| { is: 'further'; window: KeyedWindow<R> };

/**
 * Asks for what is behind the last record. Where that record and others before it are returned again,
 * positions are no counts (a filter is applied to what was cut), or the list has grown before them:
 * then asks further on, in growing steps where the answer is the same.
 */
export async function probeBehind<R, S extends Span>(
	prefetch: Prefetch<R, S>,
	known: KnownList<R>,
): Promise<Probe<R>> {
	const { overlap, first, seen } = known;
	// Behind an end that lies before known records, the first ones come again where the list has grown.
	const mayRepeat = overlap.end >= seen.sizeOfPass;
	let witness = lastOf(overlap);
	let isLeaping = true;
	let further: KeyedWindow<R> | null = null;
	let step = 0;
	let at = overlap.end;
	const farthest = overlap.end + FARTHEST_PAGES * prefetch.size;
	for (let windows = 0; windows < MOST_IDLE_READS && at <= farthest; windows++, at += step) {
		const window = known.keyed(await prefetch.exactlyAt(at));
		const { keys } = window;
		const isAhead = keys.length > 0 && keys.at(-1) !== overlap.last;
		if (step > witness.keys.length && (isAhead || known.hasNew(window))) {
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
		if (known.hasNew(window)) {
			return further ? { is: 'further', window: further } : { is: 'new', window, witness };
		}
		if (isAhead && mayRepeat && beginAlike(keys, first)) return { is: 'repeated', at };
		if (isAhead && (further || overlap.isShuffled)) return { is: 'further', window };
		if (isAhead) further = window;
		const isSameAgain = step > 0 && isSame(keys, witness.keys);
		step = isLeaping && isSameAgain ? Math.min(step * 2, prefetch.size) : keys.length;
		witness = { at, keys };
	}
	return { is: 'repeated', at: overlap.end };
}

/** The last known record where it stood, alone in its window. */
export function lastOf({ end, last }: Overlap): Witness {
	return { at: end - 1, keys: last === null ? [] : [last] };
}

/** Whether two windows hold the same records, as far as the shorter one goes. */
export function beginAlike(keys: string[], others: string[]): boolean {
	const length = Math.min(keys.length, others.length);
	return isSame(keys.slice(0, length), others.slice(0, length));
}

/** Whether two windows hold the same records. */
export function isSame(keys: string[], others: string[]): boolean {
	return keys.length === others.length && keys.every((key, index) => key === others[index]);
}
