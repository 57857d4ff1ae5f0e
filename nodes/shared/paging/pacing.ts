import { MAX_IDLE_READS } from './page';
import { type KeyedWindow, overlapOf } from './overlap';
import type { ReadPlan } from './paging';
import type { Front } from './prefetch';

/** Where windows did not fit, the list moves: none is asked for ahead until so many have fit again. */
const STABLE_WINDOWS = 4;

/** After so many short windows in a row it is looked how far the list reaches. */
const MAX_SHORT_WINDOWS = 4;

/** Decides how far ahead may be read, how much windows share, and when a read gets nowhere. */
export class Pacing {
	/** How many records the next window shares with what was joined. */
	private shared = 0;

	/** Up to where windows may be asked for ahead. */
	private until = 0;

	/** How many windows have to fit before others are asked for ahead again. */
	private windowsUntilStable = 0;

	private wasShort = false;

	/** How many windows in a row were short, and after how many that is doubted. */
	private shortWindows = 0;

	private maxShortWindows = MAX_SHORT_WINDOWS;

	/** How many windows in a row brought nothing new, and how many may. */
	private idle = 0;

	private maxIdle = MAX_IDLE_READS;

	/** The largest window so far: what this server is known to return. */
	largest = 0;

	/** Whether windows came short although more followed. */
	isCapped = false;

	constructor(private readonly plan: ReadPlan) {}

	/** Where reading goes on behind what was joined. */
	front(end: number, inSequence: boolean): Front {
		const { shared, until } = this;
		return { end, overlap: shared, until, parallel: inSequence ? 1 : this.plan.parallel };
	}

	/** Takes a window as joined; `moves` tells whether the list has moved in this pass. */
	noteJoined(window: KeyedWindow<unknown>, end: number, hasNew: boolean, hasMoved: boolean): void {
		const { records, size, total } = window;
		const { length } = records;
		this.largest = Math.max(this.largest, length);
		this.isCapped ||= this.wasShort && hasNew && !hasMoved;
		this.wasShort = length < size;
		this.shortWindows = this.wasShort ? this.shortWindows + 1 : 0;
		// A list that has moved once will move again.
		const kept = hasMoved ? this.shared : this.shared >> 1;
		this.shared = Math.max(overlapOf(length), Math.min(kept, length >> 1));
		this.windowsUntilStable = Math.max(0, this.windowsUntilStable - 1);
		this.until =
			this.windowsUntilStable === 0 ? Math.min(this.plan.wanted, total ?? Infinity) : end;
	}

	/** Whether so many short windows came in a row that the list may grow as fast as it is read. */
	mayGrowEndlessly(): boolean {
		if (this.shortWindows < this.maxShortWindows) return false;
		this.maxShortWindows *= 2;
		return true;
	}

	/** Takes note that the list has moved before the end of what was joined. */
	slowDown(end: number): void {
		this.shared = Math.floor(this.largest / 2);
		this.windowsUntilStable = STABLE_WINDOWS;
		this.until = end;
	}

	/** Returns how far to step back now, and allows for what is read again. */
	stepBack(before: number, end: number): number {
		const step = Math.min(end, Math.max(1, this.largest, before * 2));
		this.maxIdle = MAX_IDLE_READS + Math.ceil((2 * step) / Math.max(1, this.largest));
		return step;
	}

	/**
	 * Counts a window, and returns whether the read may go on.
	 *
	 * @param hasShifted whether what is new is further on, behind records that were added meanwhile
	 */
	mayContinue(hasNew: boolean, hasShifted = false): boolean {
		if (hasNew) this.maxIdle = MAX_IDLE_READS;
		this.idle = hasNew ? 0 : this.idle + (hasShifted ? 1 / 2 : 1);
		return this.idle <= this.maxIdle;
	}
}
