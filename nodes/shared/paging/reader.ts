import type { ReadFailure } from '../errors';
import { GrowthBound } from './growth';
import { confirmEnd } from './end';
import { KnownList } from './known';
import { type KeyedWindow, newsIn } from './overlap';
import { Pacing, type Wanted } from './pacing';
import { type KeyOf, MOST_IDLE_READS, type OnPage, TOO_FAST, incomplete } from './page';
import { Prefetch, type Span, type Windows } from './prefetch';
import { MOST_PASSES_WITHOUT_ORDER, confirmOrder, verdictOn } from './proof';
import type { Gap, State } from './state';
import { isLast } from './stated';

/** A server that returns one record at a time takes three requests for each. */
const MOST_REQUESTS_A_RECORD = 4;
const LEAST_REQUESTS = 100;

/** How often an end is asked for again where the total is smaller than it was. */
const MOST_SECOND_LOOKS = 2;

const NOTHING_NEW = 'the vendor returns the same records again and again';

type Step<R> = AsyncGenerator<R[], State<R>, undefined>;

/** Reads a list in windows. Each of its states says what it does next. */
export class WindowReader<R, S extends Span> {
	private readonly known: KnownList<R>;

	private readonly prefetch: Prefetch<R, S>;

	private readonly pacing: Pacing;

	private readonly growth = new GrowthBound();

	/** Where windows did not fit. */
	private readonly moved: number[] = [];

	/** How many requests the later passes may come to. */
	private mostRequests: number | null = null;

	private secondLooks = 0;

	constructor(
		private readonly windows: Windows<R, S>,
		keyOf: KeyOf<R>,
		{ onPage, ...wanted }: Wanted & { onPage?: OnPage },
	) {
		this.prefetch = new Prefetch(windows);
		this.pacing = new Pacing(wanted);
		this.known = new KnownList(keyOf, onPage);
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
		return this.mostRequests ?? LEAST_REQUESTS + MOST_REQUESTS_A_RECORD * this.known.seen.size;
	}

	private async *readOn(): Step<R> {
		const { prefetch, pacing, known } = this;
		const front = pacing.front(known.overlap.end, known.pass > 1);
		const window = known.keyed(await prefetch.next(front));
		if (known.fits(window)) return yield* this.join(window);
		if (window.keys.length > 0) return this.gapBefore(window);
		return { is: 'confirmingEnd', isSure: false };
	}

	private gapBefore(window: KeyedWindow<R> | null): State<R> {
		const { known, pacing } = this;
		const { overlap } = known;
		overlap.hasMoved = true;
		pacing.hasMoved(overlap.end);
		if (window === null || !known.hasNew(window)) {
			return { is: 'closingGap', waiting: null, stepBack: pacing.stepBack(0, overlap.end) };
		}
		this.moved.push(window.offset);
		return { is: 'closingGap', waiting: window, stepBack: 0 };
	}

	private async *closeGap(gap: Gap<R>): Step<R> {
		const { prefetch, pacing, known } = this;
		const { overlap } = known;
		const { waiting, stepBack } = gap;
		if (waiting !== null && known.fits(waiting)) return yield* this.join(waiting);
		const front = pacing.front(overlap.end, true);
		const window = known.keyed(
			stepBack === 0
				? await prefetch.behind(front.end, front.overlap)
				: await prefetch.at(Math.max(0, front.end - stepBack)),
		);
		if (!known.fits(window)) {
			if (!pacing.mayGoOn(false)) throw this.giveUp(TOO_FAST);
			return { ...gap, stepBack: pacing.stepBack(stepBack, front.end) };
		}
		const next = yield* this.join(window);
		const isClosed = waiting === null || overlap.end >= waiting.offset + waiting.keys.length;
		return next.is === 'reading' && !isClosed ? { ...gap, stepBack: 0 } : next;
	}

	/** Adds a window to what was read, yields what is new of it, and decides what to do next. */
	private async *join(window: KeyedWindow<R>): Step<R> {
		const { known, pacing, growth } = this;
		const { seen, overlap } = known;
		const { offset, records, keys, total } = window;
		if (offset === 0 && known.first.length === 0) known.first = keys;
		const lastBefore = overlap.last;
		const { news, newest } = newsIn(keys, (key) => seen.hasInPass(key));
		const fresh = seen.take(records, keys, total);
		growth.shift(overlap.join(window, newest, news));
		pacing.joined(window, overlap.end, news > 0, known.isUnsteady);
		if (fresh.length > 0) yield fresh;
		seen.doubt();
		// Where the last record is further on, the list has grown before it.
		const isBehind = news === 0 && overlap.last !== lastBefore;
		return await this.afterJoining(window, news, isBehind);
	}

	private async afterJoining(
		window: KeyedWindow<R>,
		news: number,
		isBehind: boolean,
	): Promise<State<R>> {
		const { known, prefetch, pacing, growth } = this;
		const { overlap } = known;
		const { offset, records, keys, size } = window;
		const last = isLast(window);
		if (last === true) return { is: 'atEnd', isStated: true };
		if (!pacing.mayGoOn(news > 0, isBehind)) throw this.giveUp(NOTHING_NEW);
		if (growth.isLost()) throw this.giveUp(TOO_FAST);
		if (growth.isOver(overlap.end)) return { is: 'atEnd', isStated: false };
		const mayBeEndless = last === null && !growth.isOn && pacing.mayBeChasing();
		if (mayBeEndless) await growth.begin(prefetch, overlap.end);
		const isAllOrShort = offset === 0 && last === null && records.length < size;
		// A window of one record shares none with the next.
		if (records.length === 1 || (!isBehind && (news === 0 || isAllOrShort))) {
			const isCalm = !pacing.isCapped && !known.isUnsteady;
			return { is: 'confirmingEnd', isSure: isCalm && keys.at(-1) === overlap.last };
		}
		if (records.length < size) prefetch.capAt(pacing.largest);
		return { is: 'reading' };
	}

	private async *confirm(isSure: boolean): Step<R> {
		const { prefetch, known, pacing } = this;
		const { seen, overlap } = known;
		prefetch.clear();
		const finding = await confirmEnd({
			prefetch,
			known,
			needsWitness: !isSure,
			isPlain: !pacing.isCapped,
			usualSize: this.windows.usualSize,
		});
		if (finding.is === 'end') {
			seen.take([], [], null);
			seen.measure(overlap.end);
			return { is: 'atEnd', isStated: false };
		}
		// Each answer may be the whole list, or the beginning of one that has more.
		if (finding.is === 'whole' && !seen.isShort) return { is: 'done' };
		if (finding.is === 'whole' || finding.is === 'stuck') throw this.giveUp(NOTHING_NEW);
		if (finding.is === 'moved') return this.gapBefore(null);
		const { window, isAdjacent } = finding;
		return isAdjacent || known.fits(window) ? yield* this.join(window) : this.gapBefore(window);
	}

	/** Decides whether all was received, now that the end was reached. */
	private async judge(isStated: boolean): Promise<State<R>> {
		const { prefetch, pacing, known } = this;
		const { seen, overlap, first, pass } = known;
		const { totals } = seen;
		const isBelow = totals.hasFallen && seen.size < totals.largest;
		if (isBelow && this.secondLooks < MOST_SECOND_LOOKS) {
			this.secondLooks++;
			return { is: 'reading' };
		}
		const cameAtOnce = isStated && overlap.end === first.length;
		if (!cameAtOnce) await confirmOrder(prefetch, known, pacing.largest);
		const verdict = verdictOn(seen, overlap, pass);
		if ('fails' in verdict) throw this.giveUp(verdict.fails);
		return verdict;
	}

	private startOver(): State<R> {
		const { prefetch, known } = this;
		if (known.pass === 1) {
			this.mostRequests = (prefetch.requests + MOST_IDLE_READS) * MOST_PASSES_WITHOUT_ORDER;
		}
		this.secondLooks = 0;
		this.growth.stop();
		prefetch.clear();
		known.startPass();
		return { is: 'reading' };
	}

	private giveUp(why: string): ReadFailure {
		return incomplete(why, { ...this.known.seen.shortfall, moved: this.moved });
	}
}
