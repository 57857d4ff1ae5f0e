import type { ReadFailure } from '../errors';
import { LookAhead, type Span, type Window, type Windows } from './ahead';
import { EndOfList } from './end';
import { type KeyOf, MOST_IDLE_READS, MOST_PASSES, type OnPage, incomplete } from './page';
import { Seam, overlapOf } from './seam';
import { Sightings } from './sightings';

/** How much of a list is wanted, and how fast. */
export interface Pace {
	/** How many windows may be on their way at once. */
	parallel: number;
	/** So many records are needed for sure; Infinity for all. */
	wanted: number;
	/** Is told how far the list was read, with each page. */
	onPage?: OnPage;
}

/** Where windows did not fit, the list moves: none is asked for ahead until so many have fit again. */
const CALM_WINDOWS = 4;

/** A list without a reliable order is read more often: what is seen twice proves more. */
const MOST_PASSES_WITHOUT_ORDER = 6;

const TOO_FAST = 'it changes faster than it can be read';
const ONE_AT_A_TIME =
	'the vendor gives one record at a time, so that nothing proves what is between';
const NO_ORDER =
	'the vendor gives its records in another order each time, so that nothing proves that all have come';
const NOTHING_NEW = 'the vendor sends the same records again and again';
const TOO_FEW = 'the vendor states more records than came';

/**
 * Reads a whole list by positions. Each record that was in the list from the beginning to the end
 * of the read comes out exactly once, or the read throws.
 *
 * A list that changes while it is read shifts under the reader. So each window begins a few records
 * before the end of the one before it, and these have to be there again; where they are not, the
 * reader steps back until it stands on known ground. This holds whenever the windows were answered,
 * so they may be asked for at once. It relies on the order of the list: where two records swap their
 * places, only repeated reading proves that all have come (see `Sightings.areAll`).
 *
 * @returns the new records of each window, in the list's order
 * @throws ReadFailure (`incomplete`) where the list cannot be proven whole
 */
export async function* readWindows<R, S extends Span>(
	windows: Windows<R, S>,
	keyOf: KeyOf<R>,
	pace: Pace = { parallel: 1, wanted: Infinity },
): AsyncGenerator<R[], void, undefined> {
	yield* new WindowReader(windows, keyOf, pace).read();
}

/** A window with the keys of its records. */
type KeyedWindow<R> = Window<R> & { keys: string[] };

class WindowReader<R, S extends Span> {
	private readonly seen: Sightings;

	private readonly seam = new Seam();

	private readonly ahead: LookAhead<R, S>;

	private endOfList = new EndOfList();

	/** Where the windows that were joined end. */
	private end = 0;

	/** Where to read; null where that is behind what was joined. */
	private restart: number | null = 0;

	/** How many records before the end the next window begins. */
	private overlap = 0;

	/** How far was stepped back last, in records. */
	private stepBack = 0;

	/** A window that was asked for ahead, and waits for the gap before it to be closed. */
	private parked: KeyedWindow<R> | null = null;

	/** How many windows have to fit before others are asked for ahead again. */
	private unrest = 0;

	/** Up to where windows may be asked for ahead. */
	private until = 0;

	/** The largest window so far: what this server is known to give. */
	private largest = 0;

	/** Where windows did not fit. */
	private readonly moved: number[] = [];

	private pass = 1;

	private mostRequests = Infinity;

	/** How many windows in a row brought nothing new. */
	private idle = 0;

	private mostIdle = MOST_IDLE_READS;

	/** Whether the end was reached and only the order is still to be looked at. */
	private isAtEnd = false;

	constructor(
		windows: Windows<R, S>,
		private readonly keyOf: KeyOf<R>,
		private readonly pace: Pace,
	) {
		this.ahead = new LookAhead(windows);
		this.seen = new Sightings(pace.onPage);
	}

	async *read(): AsyncGenerator<R[], void, undefined> {
		for (;;) {
			const { window, isAhead } = await this.nextWindow();
			this.largest = Math.max(this.largest, window.records.length);
			if (!this.fits(window) && window.offset > 0) {
				this.closeGap(window, isAhead);
				continue;
			}
			const fresh = this.join(window);
			if (fresh.length > 0) yield fresh;
			const last = isLast(window);
			const isEnd = this.isEnd(window, last, fresh.length > 0);
			if (!isEnd) this.goOn(window, fresh.length > 0);
			else if (this.isWhole(window, last)) return;
		}
	}

	private async nextWindow(): Promise<{ window: KeyedWindow<R>; isAhead: boolean }> {
		const { ahead, end, overlap, until, parked } = this;
		if (parked !== null && this.fits(parked)) {
			this.parked = null;
			return { window: parked, isAhead: false };
		}
		if (ahead.requests >= this.mostRequests) throw this.giveUp(NOTHING_NEW);
		if (this.restart !== null) return this.keyed(await ahead.at(this.restart), false);
		if (parked !== null) return this.keyed(await ahead.behind(end, overlap), false);
		const parallel = this.pass === 1 ? this.pace.parallel : 1;
		return this.keyed(await ahead.next({ end, overlap, until, parallel }), true);
	}

	private keyed(window: Window<R>, isAhead: boolean) {
		const keys = window.records.map(this.keyOf);
		this.seam.compare(keys);
		return { window: { ...window, keys }, isAhead };
	}

	private fits({ offset, keys }: KeyedWindow<R>): boolean {
		return this.seam.fits(keys, this.end - offset, (key) => this.seen.has(key));
	}

	/** Decides where to read when a window does not fit to what was joined. */
	private closeGap(window: KeyedWindow<R>, isAhead: boolean): void {
		const { offset, records, keys } = window;
		this.overlap = Math.floor(this.largest / 2);
		this.unrest = CALM_WINDOWS;
		this.until = this.end;
		if (records.length > 0) {
			this.endOfList.isBeyond();
		} else if (!this.ahead.isBusy) {
			this.seen.take([], [], null);
			this.seen.measure(offset);
		}
		if (isAhead && keys.some((key) => !this.seen.has(key))) {
			this.moved.push(offset);
			this.parked = window;
			return;
		}
		if (++this.idle > this.mostIdle)
			throw this.giveUp(this.largest === 1 ? ONE_AT_A_TIME : TOO_FAST);
		this.stepBack = Math.min(this.end, Math.max(1, this.largest, this.stepBack * 2));
		this.restart = this.end - this.stepBack;
		// What is read again brings nothing new.
		this.mostIdle = MOST_IDLE_READS + Math.ceil((2 * this.stepBack) / Math.max(1, this.largest));
	}

	/** Adds a window to what was read, and gives what is new of it. */
	private join({ offset, records, keys, total }: KeyedWindow<R>): R[] {
		const { parked, pass } = this;
		const hasMoved = this.stepBack > 0 || pass > 1;
		this.seam.join(keys);
		this.end = offset + records.length;
		// A list that has moved once will move again.
		this.overlap = Math.max(
			overlapOf(records.length),
			Math.min(hasMoved ? Infinity : this.overlap >> 1, records.length >> 1),
		);
		this.stepBack = 0;
		this.restart = null;
		this.unrest = Math.max(0, this.unrest - 1);
		if (parked !== null && parked.offset + parked.records.length <= this.end) this.parked = null;
		return this.seen.take(records, keys, total);
	}

	private isEnd(window: KeyedWindow<R>, last: boolean | null, bringsNew: boolean): boolean {
		if (this.isAtEnd || last !== null) return this.isAtEnd || last === true;
		// A list of one record: it was there before and after nothing was found behind it.
		if (window.offset === 0 && this.largest === 1 && this.seen.areAll) return true;
		// Where the vendor does not tell the end, it has to be proven.
		const isProven = this.endOfList.isProvenBy(window, window.keys, bringsNew);
		if (isProven) this.seen.measure(this.end);
		return isProven;
	}

	private goOn({ records, size, total }: Window<R>, bringsNew: boolean): void {
		const { endOfList, pass } = this;
		this.seen.doubt();
		// A repeated pass brings little new, and has its own limit.
		this.idle = bringsNew || pass > 1 ? 0 : this.idle + 1;
		if (bringsNew) this.mostIdle = MOST_IDLE_READS;
		if (this.idle > this.mostIdle) throw this.giveUp(NOTHING_NEW);
		if (endOfList.mayBeNear) this.restart = endOfList.confirmFrom;
		else if (records.length < size) this.ahead.capAt(this.largest);
		const isSteady = this.unrest === 0 && !endOfList.mayBeNear;
		this.until = isSteady ? Math.min(this.pace.wanted, total ?? Infinity) : this.end;
	}

	/** Whether all has come, now that the end was reached; where that is not proven, reads on. */
	private isWhole({ offset }: Window<R>, last: boolean | null): boolean {
		const { seam, seen, pass } = this;
		const cameAtOnce = offset === 0 && last === true;
		if (cameAtOnce) return true;
		if (seam.isWeak && !this.isAtEnd) {
			this.isAtEnd = true;
			this.restart = Math.max(0, this.end - this.largest);
			return false;
		}
		if (seam.isShuffled ? seen.areAll : !seen.lacks) return true;
		if (pass === (seam.isShuffled ? MOST_PASSES_WITHOUT_ORDER : MOST_PASSES)) {
			throw this.giveUp(seam.isShuffled ? NO_ORDER : TOO_FEW);
		}
		this.startOver();
		return false;
	}

	private startOver(): void {
		if (this.pass === 1) {
			this.mostRequests = (this.ahead.requests + MOST_IDLE_READS) * MOST_PASSES_WITHOUT_ORDER * 2;
			// So far the answers did not come one after the other.
			this.seen.forgetLengths();
		}
		this.pass += 1;
		this.ahead.clear();
		this.parked = null;
		this.endOfList = new EndOfList();
		this.isAtEnd = false;
		this.restart = 0;
		this.end = 0;
	}

	private giveUp(why: string): ReadFailure {
		return incomplete(why, { ...this.seen.shortfall, moved: this.moved });
	}
}

/** Whether the vendor says that this window is the last one; null where it says nothing. */
function isLast<R>({ offset, records, total, more }: Window<R>): boolean | null {
	if (total !== null && offset + records.length < total) return false;
	if (more !== null) return !more;
	const isEmptyList = offset === 0 && records.length === 0;
	return total !== null || isEmptyList ? true : null;
}
