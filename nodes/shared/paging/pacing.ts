import { MAX_IDLE_READS } from './page';
import { type KeyedWindow, overlapOf } from './overlap';
import type { ReadPlan } from './paging';
import type { Front } from './prefetch';

/** After a gap, this many windows have to fit before others are prefetched again. */
const STABLE_WINDOWS = 4;

/** After this many short windows in a row, the reader checks how far the list reaches. */
const MAX_SHORT_WINDOWS = 4;

/** Decides how far to prefetch, how much windows overlap, and when a read makes no progress. */
export class Pacing {
	/** How many records the next window shares with those joined. */
	private shared = 0;

	/** Position up to which windows may be prefetched. */
	private until = 0;

	/** How many windows have to fit before others are prefetched again. */
	private windowsUntilStable = 0;

	private wasShort = false;

	/** How many windows in a row were short, and how many may be. */
	private shortWindows = 0;

	private maxShortWindows = MAX_SHORT_WINDOWS;

	/** How many windows in a row had nothing new, and how many may. */
	private idle = 0;

	private maxIdle = MAX_IDLE_READS;

	/** The length of the longest window so far. */
	largest = 0;

	/** Whether windows were short although more records followed. */
	isCapped = false;

	constructor(private readonly plan: ReadPlan) {}

	/**
	 * Returns where to continue reading.
	 *
	 * @param end position after the last joined record
	 * @param inSequence whether to send one request at a time
	 */
	front(end: number, inSequence: boolean): Front {
		const { shared, until } = this;
		return { end, overlap: shared, until, parallel: inSequence ? 1 : this.plan.parallel };
	}

	/**
	 * Updates the pacing after a window was joined.
	 *
	 * @param end position after the last joined record
	 * @param hasMoved whether the list has shifted in this pass
	 */
	noteJoined(window: KeyedWindow<unknown>, end: number, hasNew: boolean, hasMoved: boolean): void {
		const { records, size, total } = window;
		const { length } = records;
		this.largest = Math.max(this.largest, length);
		this.isCapped ||= this.wasShort && hasNew && !hasMoved;
		this.wasShort = length < size;
		this.shortWindows = this.wasShort ? this.shortWindows + 1 : 0;
		// A list that has shifted once is likely to shift again.
		const kept = hasMoved ? this.shared : this.shared >> 1;
		this.shared = Math.max(overlapOf(length), Math.min(kept, length >> 1));
		this.windowsUntilStable = Math.max(0, this.windowsUntilStable - 1);
		this.until =
			this.windowsUntilStable === 0 ? Math.min(this.plan.wanted, total ?? Infinity) : end;
	}

	/**
	 * Returns whether there were enough short windows in a row to suspect that the list grows as fast
	 * as it is read.
	 */
	mayGrowEndlessly(): boolean {
		if (this.shortWindows < this.maxShortWindows) return false;
		this.maxShortWindows *= 2;
		return true;
	}

	/** Stops prefetching, as the list has shifted before the last joined record. */
	slowDown(end: number): void {
		this.shared = Math.floor(this.largest / 2);
		this.windowsUntilStable = STABLE_WINDOWS;
		this.until = end;
	}

	/** Returns how many records to step back, and allows for windows without new records until then. */
	stepBack(before: number, end: number): number {
		const step = Math.min(end, Math.max(1, this.largest, before * 2));
		this.maxIdle = MAX_IDLE_READS + Math.ceil((2 * step) / Math.max(1, this.largest));
		return step;
	}

	/**
	 * Counts a window, and returns whether the read still makes progress.
	 *
	 * @param hasShifted whether new records lie further on, after others that were added in the
	 * meantime
	 */
	mayContinue(hasNew: boolean, hasShifted = false): boolean {
		if (hasNew) this.maxIdle = MAX_IDLE_READS;
		this.idle = hasNew ? 0 : this.idle + (hasShifted ? 1 / 2 : 1);
		return this.idle <= this.maxIdle;
	}
}
