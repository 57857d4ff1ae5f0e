import type { ReadFailure } from '../errors';
import { beginAlike, boundOf, confirmEnd } from './end';
import { type KeyedWindow, Overlap, newsIn } from './overlap';
import { Pacing, type Wanted } from './pacing';
import { type KeyOf, MOST_IDLE_READS, type OnPage, incomplete } from './page';
import { Prefetch, type Span, type Window, type Windows } from './prefetch';
import { MOST_PASSES_WITHOUT_ORDER, TOO_FAST, verdictOn } from './proof';
import { SeenRecords } from './seen';
import { isLast } from './stated';

/** How much of a list is wanted, how fast, and who is told how far it was read. */
export interface Pace extends Wanted {
	onPage?: OnPage;
}

/** A server that returns one record at a time takes three requests for each. */
const MOST_REQUESTS_A_RECORD = 4;
const LEAST_REQUESTS = 100;

/** How often an end is asked for again where the total is smaller than it was. */
const MOST_SECOND_LOOKS = 2;

const NOTHING_NEW = 'the vendor returns the same records again and again';

/**
 * Reads a whole list by positions. Each record that was in the list from the beginning to the end
 * of the read is returned exactly once, or the read throws.
 *
 * A list that changes while it is read shifts under the reader. So each window begins a few records
 * before the end of the one before it, and these have to be there again; where they are not, the
 * reader steps back until it stands on known ground. This holds whenever the windows were answered,
 * so they may be asked for at once. It relies on the order of the list: where anything did not stand
 * where it was expected, the list is read again, until two passes agree.
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

interface Gap<R> {
	is: 'closingGap';
	/** The window behind the gap; null where nothing is known of what is there. */
	waiting: KeyedWindow<R> | null;
	/** How far before the end of what was joined the next window begins; 0 for just enough. */
	stepBack: number;
}

/** What the reader is doing. */
type State<R> =
	| { is: 'reading' }
	/** A window did not fit: reads back to known ground, then on to the window that waits. */
	| Gap<R>
	| { is: 'confirmingEnd'; isSure: boolean }
	/** The end was reached: is all of it proven? */
	| { is: 'atEnd'; isStated: boolean }
	/** Begins again at the beginning. */
	| { is: 'repeating' }
	| { is: 'done' };

type Step<R> = AsyncGenerator<R[], State<R>, undefined>;

class WindowReader<R, S extends Span> {
	private readonly seen: SeenRecords;

	readonly prefetch: Prefetch<R, S>;

	readonly overlap = new Overlap();

	private readonly pacing: Pacing;

	/** The keys of the first window of this pass. */
	private first: string[] = [];

	/** Where windows did not fit. */
	private readonly moved: number[] = [];

	private pass = 1;

	/** How many requests the later passes may come to. */
	private mostRequests: number | null = null;

	private secondLooks = 0;

	/** A position that the list of this pass did not reach, where one was looked for. */
	private bound: number | null = null;

	/** How many windows it may take to come to it. */
	private chaseLeft = 0;

	/** Whether the vendor's total is one of each page, and says nothing of the list. */
	private countsPages = false;

	constructor(
		private readonly windows: Windows<R, S>,
		private readonly keyOf: KeyOf<R>,
		pace: Pace,
	) {
		this.prefetch = new Prefetch(windows);
		this.pacing = new Pacing(pace);
		this.seen = new SeenRecords(pace.onPage);
	}

	async *read(): AsyncGenerator<R[], void, undefined> {
		let state: State<R> = { is: 'reading' };
		while (state.is !== 'done') {
			if (this.prefetch.requests >= this.requestLimit) throw this.giveUp(NOTHING_NEW);
			if (state.is === 'reading') state = yield* this.readOn();
			else if (state.is === 'closingGap') state = yield* this.closeGap(state);
			else if (state.is === 'confirmingEnd') state = yield* this.confirm(state.isSure);
			else if (state.is === 'atEnd') state = await this.judge(state.isStated);
			else state = this.startOver();
		}
	}

	/** More requests than this are not needed for what was received, however it comes. */
	private get requestLimit(): number {
		return this.mostRequests ?? LEAST_REQUESTS + MOST_REQUESTS_A_RECORD * this.seen.size;
	}

	private async *readOn(): Step<R> {
		const { prefetch, pacing, overlap, pass } = this;
		const window = this.keyed(await prefetch.next(pacing.front(overlap.end, pass > 1)));
		if (this.fits(window)) return yield* this.join(window);
		if (window.keys.length > 0) return this.gapBefore(window);
		return { is: 'confirmingEnd', isSure: false };
	}

	private gapBefore(window: KeyedWindow<R> | null): State<R> {
		const { overlap, pacing } = this;
		overlap.hasMoved = true;
		pacing.hasMoved(overlap.end);
		if (window === null || !this.hasNew(window)) {
			return { is: 'closingGap', waiting: null, stepBack: pacing.stepBack(0, overlap.end) };
		}
		this.moved.push(window.offset);
		return { is: 'closingGap', waiting: window, stepBack: 0 };
	}

	private async *closeGap(gap: Gap<R>): Step<R> {
		const { prefetch, pacing, overlap } = this;
		const { waiting, stepBack } = gap;
		if (waiting !== null && this.fits(waiting)) return yield* this.join(waiting);
		const front = pacing.front(overlap.end, true);
		const window = this.keyed(
			stepBack === 0
				? await prefetch.behind(front.end, front.overlap)
				: await prefetch.at(Math.max(0, front.end - stepBack)),
		);
		if (!this.fits(window)) {
			if (!pacing.mayGoOn(false)) throw this.giveUp(TOO_FAST);
			return { ...gap, stepBack: pacing.stepBack(stepBack, front.end) };
		}
		const next = yield* this.join(window);
		const isClosed = waiting === null || overlap.end >= waiting.offset + waiting.keys.length;
		return next.is === 'reading' && !isClosed ? { ...gap, stepBack: 0 } : next;
	}

	/** Adds a window to what was read, yields what is new of it, and decides what to do next. */
	private async *join(window: KeyedWindow<R>): Step<R> {
		const { seen, overlap, pacing } = this;
		const { offset, records, keys, size, total } = window;
		if (offset === 0 && this.first.length === 0) this.first = keys;
		const lastBefore = overlap.last;
		const { news, newest } = newsIn(keys, (key) => seen.hasInPass(key));
		const fresh = seen.take(records, keys, total);
		const shift = overlap.join(window, newest, news);
		if (this.bound !== null) this.bound += shift;
		pacing.joined(window, overlap.end, news > 0, overlap.hasMoved || this.pass > 1);
		if (fresh.length > 0) yield fresh;
		seen.doubt();
		const last = isLast(window);
		if (last === true) return { is: 'atEnd', isStated: true };
		// Where the last record is further on, the list has grown before it.
		const isBehind = news === 0 && overlap.last !== lastBefore;
		if (!pacing.mayGoOn(news > 0, isBehind)) throw this.giveUp(NOTHING_NEW);
		if (this.bound !== null && this.chaseLeft-- <= 0) throw this.giveUp(TOO_FAST);
		if (this.bound !== null && overlap.end >= this.bound) return { is: 'atEnd', isStated: false };
		if (last === null && this.bound === null && pacing.mayBeChasing()) await this.findBound();
		const isAllOrShort = offset === 0 && last === null && records.length < size;
		// A window of one record shares none with the next.
		if (records.length === 1 || (!isBehind && (news === 0 || isAllOrShort))) {
			const isCalm = !pacing.isCapped && !overlap.hasMoved && this.pass === 1;
			return { is: 'confirmingEnd', isSure: isCalm && keys.at(-1) === overlap.last };
		}
		if (records.length < size) this.prefetch.capAt(pacing.largest);
		return { is: 'reading' };
	}

	private async *confirm(isSure: boolean): Step<R> {
		const { prefetch, overlap, first, seen } = this;
		prefetch.clear();
		const finding = await confirmEnd({
			prefetch,
			overlap,
			first,
			needsWitness: !isSure,
			isPlain: !this.pacing.isCapped,
			count: seen.size,
			usualSize: this.windows.usualSize,
			hasNew: (window) => this.hasNew(window),
			keyed: (window) => this.keyed(window),
		});
		if (finding.is === 'end') {
			seen.take([], [], null);
			seen.measure(overlap.end);
			return { is: 'atEnd', isStated: false };
		}
		if (finding.is === 'whole') return { is: 'done' };
		if (finding.is === 'stuck') throw this.giveUp(NOTHING_NEW);
		if (finding.is === 'moved') return this.gapBefore(null);
		const { window, isAdjacent } = finding;
		return isAdjacent || this.fits(window) ? yield* this.join(window) : this.gapBefore(window);
	}

	/** The list may grow as fast as it is read: looks how far it reaches now. */
	private async findBound(): Promise<void> {
		this.bound = await boundOf(this);
		this.chaseLeft = this.prefetch.size + MOST_IDLE_READS;
	}

	/** Decides whether all was received, now that the end was reached. */
	private async judge(isStated: boolean): Promise<State<R>> {
		const { seen, overlap, pass } = this;
		if (seen.totalFell && seen.size < seen.largestTotal && this.secondLooks < MOST_SECOND_LOOKS) {
			this.secondLooks++;
			return { is: 'reading' };
		}
		const cameAtOnce = isStated && overlap.end === this.first.length;
		if (!cameAtOnce) await this.lookAgain();
		const verdict = verdictOn(seen, overlap, pass);
		if ('fails' in verdict) throw this.giveUp(verdict.fails);
		return verdict;
	}

	/** Looks at one more window where the order of the list is not known well enough. */
	private async lookAgain(): Promise<void> {
		const { overlap, seen, prefetch, pacing, first, pass } = this;
		if (overlap.hasMoved) return;
		if (overlap.isWeak && overlap.end > 0)
			this.keyed(await prefetch.at(Math.max(0, overlap.end - pacing.largest)));
		// Records may have moved from where nothing was read yet to where all had been read.
		if (pass > 1 || seen.hasTotal || overlap.isShuffled) return;
		const window = this.keyed(await prefetch.at(0));
		const hasFilled = first.length === 0 && window.keys.length > 0;
		if (hasFilled || !beginAlike(window.keys, first)) overlap.hasMoved = true;
	}

	private startOver(): State<R> {
		const { prefetch, pass } = this;
		if (pass === 1) {
			this.mostRequests = (prefetch.requests + MOST_IDLE_READS) * MOST_PASSES_WITHOUT_ORDER;
		}
		this.seen.startPass(pass > 1);
		this.pass += 1;
		this.secondLooks = 0;
		this.bound = null;
		this.first = [];
		prefetch.clear();
		this.overlap.restart();
		return { is: 'reading' };
	}

	private keyed(window: Window<R>): KeyedWindow<R> {
		const { offset, records, total } = window;
		const isOfPage = offset > 0 && records.length > 0 && total === records.length;
		if (isOfPage && !this.countsPages) this.seen.forgetTotals();
		this.countsPages ||= isOfPage;
		const keys = records.map(this.keyOf);
		this.overlap.compare(keys);
		return { ...window, total: this.countsPages ? null : total, keys };
	}

	private fits(window: KeyedWindow<R>): boolean {
		if (window.offset === 0) return true;
		return this.overlap.fits(window, (key) => this.seen.hasInPass(key));
	}

	private hasNew({ keys }: KeyedWindow<R>): boolean {
		return keys.some((key) => !this.seen.hasInPass(key));
	}

	private giveUp(why: string): ReadFailure {
		return incomplete(why, { ...this.seen.shortfall, moved: this.moved });
	}
}
