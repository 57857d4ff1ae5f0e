import { MOST_IDLE_READS } from './page';
import { type KeyedWindow, overlapOf } from './overlap';
import type { Front } from './prefetch';

/** How much of a list is wanted, and how fast. */
export interface Wanted {
	/** How many windows may be on their way at once. */
	parallel: number;
	/** So many records are needed for sure; Infinity for all. */
	wanted: number;
}

/** Where windows did not fit, the list moves: none is asked for ahead until so many have fit again. */
const CALM_WINDOWS = 4;

/** After so many short windows in a row it is looked how far the list reaches. */
const FEW_SHORT_ONES = 4;

/** Decides how far ahead may be read, how much windows share, and when a read gets nowhere. */
export class Pacing {
	/** How many records the next window shares with what was joined. */
	private shared = 0;

	/** Up to where windows may be asked for ahead. */
	private until = 0;

	/** How many windows have to fit before others are asked for ahead again. */
	private unrest = 0;

	private wasShort = false;

	/** How many windows in a row were short, and after how many that is doubted. */
	private shortOnes = 0;

	private doubtAfter = FEW_SHORT_ONES;

	/** How many windows in a row brought nothing new, and how many may. */
	private idle = 0;

	private mostIdle = MOST_IDLE_READS;

	/** The largest window so far: what this server is known to return. */
	largest = 0;

	/** Whether windows came short although more followed. */
	isCapped = false;

	constructor(private readonly pace: Wanted) {}

	/** Where reading goes on behind what was joined. */
	front(end: number, inSequence: boolean): Front {
		const { shared, until } = this;
		return { end, overlap: shared, until, parallel: inSequence ? 1 : this.pace.parallel };
	}

	/** Takes a window as joined; `moves` tells whether the list has moved in this pass. */
	joined(window: KeyedWindow<unknown>, end: number, bringsNew: boolean, moves: boolean): void {
		const { records, size, total } = window;
		const { length } = records;
		this.largest = Math.max(this.largest, length);
		this.isCapped ||= this.wasShort && bringsNew && !moves;
		this.wasShort = length < size;
		this.shortOnes = this.wasShort ? this.shortOnes + 1 : 0;
		// A list that has moved once will move again.
		const kept = moves ? this.shared : this.shared >> 1;
		this.shared = Math.max(overlapOf(length), Math.min(kept, length >> 1));
		this.unrest = Math.max(0, this.unrest - 1);
		this.until = this.unrest === 0 ? Math.min(this.pace.wanted, total ?? Infinity) : end;
	}

	/** Whether so many short windows came in a row that the list may grow as fast as it is read. */
	mayBeChasing(): boolean {
		if (this.shortOnes < this.doubtAfter) return false;
		this.doubtAfter *= 2;
		return true;
	}

	/** Takes note that the list has moved before the end of what was joined. */
	hasMoved(end: number): void {
		this.shared = Math.floor(this.largest / 2);
		this.unrest = CALM_WINDOWS;
		this.until = end;
	}

	/** Returns how far to step back now, and allows for what is read again. */
	stepBack(before: number, end: number): number {
		const step = Math.min(end, Math.max(1, this.largest, before * 2));
		this.mostIdle = MOST_IDLE_READS + Math.ceil((2 * step) / Math.max(1, this.largest));
		return step;
	}

	/**
	 * Counts a window, and returns whether the read may go on.
	 *
	 * @param isBehind whether what is new is further on, behind records that were added meanwhile
	 */
	mayGoOn(bringsNew: boolean, isBehind = false): boolean {
		if (bringsNew) this.mostIdle = MOST_IDLE_READS;
		this.idle = bringsNew ? 0 : this.idle + (isBehind ? 1 / 2 : 1);
		return this.idle <= this.mostIdle;
	}
}
