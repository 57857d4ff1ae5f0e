import type { KnownList } from './known';
import type { KeyedWindow, Overlap } from './overlap';
import { MAX_IDLE_READS } from './page';
import type { Prefetch, Span } from './prefetch';

/** How many pages after the last record are probed, following responses that contain known records. */
const MAX_PAGES_BEYOND = 3;

/**
 * A window that ends with the last known record, so that what follows the window follows that record.
 */
export interface Anchor {
	at: number;
	keys: string[];
}

/** What was found after the last record. */
export type Probe<R> =
	| { is: 'empty'; at: number; anchor: Anchor }
	| { is: 'repeated'; at: number }
	| { is: 'new'; window: KeyedWindow<R>; anchor: Anchor }
	/** Known records from before the last one: others were added in front of them. */
	| { is: 'further'; window: KeyedWindow<R> };

/**
 * Probes for records after the last one. If that record is returned again, together with others before
 * it, positions do not count returned records (a filter is applied after paging), or the list has
 * grown before them: then probes further on, in growing steps as long as the response is the same.
 */
export async function probeBehind<R, S extends Span>(
	prefetch: Prefetch<R, S>,
	known: KnownList<R>,
): Promise<Probe<R>> {
	const { overlap, firstKeys, seen } = known;
	// If the list has grown, the first known records reappear after the end.
	const mayRepeat = overlap.end >= seen.sizeInPass;
	let anchor = lastRecordOf(overlap);
	let isSkipping = true;
	let further: KeyedWindow<R> | null = null;
	let step = 0;
	let at = overlap.end;
	const farthest = overlap.end + MAX_PAGES_BEYOND * prefetch.size;
	for (let windows = 0; windows < MAX_IDLE_READS && at <= farthest; windows++, at += step) {
		const window = known.receive(await prefetch.exactlyAt(at));
		const { keys } = window;
		const isAhead = keys.length > 0 && keys.at(-1) !== overlap.last;
		if (step > anchor.keys.length && (isAhead || known.hasNew(window))) {
			// The skipped positions may contain others.
			isSkipping = false;
			at = anchor.at;
			step = anchor.keys.length;
			continue;
		}
		if (keys.length === 0) {
			overlap.hasMoved ||= further !== null;
			return { is: 'empty', at, anchor };
		}
		if (known.hasNew(window)) {
			return further ? { is: 'further', window: further } : { is: 'new', window, anchor };
		}
		if (isAhead && mayRepeat && startWithSameRecords(keys, firstKeys))
			return { is: 'repeated', at };
		if (isAhead && (further || overlap.isShuffled)) return { is: 'further', window };
		if (isAhead) further = window;
		const isSameAgain = step > 0 && hasSameRecords(keys, anchor.keys);
		step = isSkipping && isSameAgain ? Math.min(step * 2, prefetch.size) : keys.length;
		anchor = { at, keys };
	}
	return { is: 'repeated', at: overlap.end };
}

/** Returns the last known record in its position, as a window of one. */
export function lastRecordOf({ end, last }: Overlap): Anchor {
	return { at: end - 1, keys: last === null ? [] : [last] };
}

/** Returns whether two windows start with the same records, up to the length of the shorter one. */
export function startWithSameRecords(keys: string[], others: string[]): boolean {
	const length = Math.min(keys.length, others.length);
	return hasSameRecords(keys.slice(0, length), others.slice(0, length));
}

/** Returns whether two windows contain the same records. */
export function hasSameRecords(keys: string[], others: string[]): boolean {
	return keys.length === others.length && keys.every((key, index) => key === others[index]);
}
