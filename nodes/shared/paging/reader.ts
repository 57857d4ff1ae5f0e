import type { ReadFailure } from '../errors';
import { GrowthBound } from './growth';
import { confirmEnd } from './end';
import { KnownList } from './known';
import { type KeyedWindow, newRecordsIn } from './overlap';
import { RequestBudget } from './budget';
import { Pacing } from './pacing';
import { type KeyOf, REPEATS, TOO_FAST, incomplete } from './page';
import type { ReadPlan } from './paging';
import { Prefetch, type Span, type Windows } from './prefetch';
import { confirmOrder, verdictAfterPass } from './proof';
import type { Gap, State } from './state';
import { isLast } from './stated';

/** How often the end is read again if the total has fallen. */
const MAX_END_RECHECKS = 2;

type Step<R> = AsyncGenerator<R[], State<R>, undefined>;

/** Reads a list in windows, as a state machine: each step returns the next state. */
export class WindowReader<R, S extends Span> {
	private readonly known: KnownList<R>;

	private readonly prefetch: Prefetch<R, S>;

	private readonly pacing: Pacing;

	private readonly growth = new GrowthBound();

	/** Positions of windows that did not fit. */
	private readonly gapPositions: number[] = [];

	private readonly budget = new RequestBudget();

	private endRechecks = 0;

	constructor(
		private readonly windows: Windows<R, S>,
		keyOf: KeyOf<R>,
		plan: ReadPlan,
	) {
		this.prefetch = new Prefetch(windows);
		this.pacing = new Pacing(plan);
		this.known = new KnownList(keyOf, plan.onPage);
	}

	async *read(): AsyncGenerator<R[], void, undefined> {
		let state: State<R> = { is: 'reading' };
		while (state.is !== 'done') {
			const { prefetch, known, budget } = this;
			if (budget.isSpent(prefetch.requestCount, known.seen.size)) throw this.failure(REPEATS);
			if (state.is === 'reading') state = yield* this.readNext();
			else if (state.is === 'closingGap') state = yield* this.closeGap(state);
			else if (state.is === 'confirmingEnd') state = yield* this.checkEnd(state.isLastInPlace);
			else if (state.is === 'atEnd') state = await this.verify(state.isStated);
			else state = this.startOver();
		}
	}

	private async *readNext(): Step<R> {
		const { prefetch, pacing, known } = this;
		const front = pacing.front(known.overlap.end, known.pass > 1);
		const window = known.receive(await prefetch.next(front));
		if (known.fits(window)) return yield* this.join(window);
		if (window.keys.length > 0) return this.openGap(window);
		return { is: 'confirmingEnd', isLastInPlace: false };
	}

	private openGap(window: KeyedWindow<R> | null): State<R> {
		const { known, pacing } = this;
		const { overlap } = known;
		overlap.hasMoved = true;
		pacing.slowDown(overlap.end);
		if (window === null || !known.hasNew(window)) {
			return { is: 'closingGap', waiting: null, stepBack: pacing.stepBack(0, overlap.end) };
		}
		this.gapPositions.push(window.offset);
		return { is: 'closingGap', waiting: window, stepBack: 0 };
	}

	private async *closeGap(gap: Gap<R>): Step<R> {
		const { prefetch, pacing, known } = this;
		const { overlap } = known;
		const { waiting, stepBack } = gap;
		if (waiting !== null && known.fits(waiting)) return yield* this.join(waiting);
		const front = pacing.front(overlap.end, true);
		const window = known.receive(
			stepBack === 0
				? await prefetch.after(front.end, front.overlap)
				: await prefetch.at(Math.max(0, front.end - stepBack)),
		);
		if (!known.fits(window)) {
			if (!pacing.mayContinue(false)) throw this.failure(TOO_FAST);
			return { ...gap, stepBack: pacing.stepBack(stepBack, front.end) };
		}
		const next = yield* this.join(window);
		const isClosed = waiting === null || overlap.end >= waiting.offset + waiting.keys.length;
		return next.is === 'reading' && !isClosed ? { ...gap, stepBack: 0 } : next;
	}

	/** Joins a window, yields its new records, and decides on the next state. */
	private async *join(window: KeyedWindow<R>): Step<R> {
		const { known, pacing, growth } = this;
		const { seen, overlap } = known;
		const { offset, records, keys, total } = window;
		if (offset === 0 && known.firstKeys.length === 0) known.firstKeys = keys;
		const lastBefore = overlap.last;
		const { newCount, lastNew } = newRecordsIn(keys, (key) => seen.hasInPass(key));
		const fresh = seen.add(records, keys, total);
		growth.shift(overlap.join(window, lastNew, newCount));
		pacing.noteJoined(window, overlap.end, newCount > 0, known.hasChanged);
		if (fresh.length > 0) yield fresh;
		seen.assertBounded();
		// If the last record has shifted, the list has grown before it.
		const hasShifted = newCount === 0 && overlap.last !== lastBefore;
		return await this.afterJoining(window, newCount, hasShifted);
	}

	private async afterJoining(
		window: KeyedWindow<R>,
		newCount: number,
		hasShifted: boolean,
	): Promise<State<R>> {
		const { known, prefetch, pacing, growth } = this;
		const { overlap } = known;
		const { offset, records, keys, size } = window;
		const last = isLast(window);
		if (last === true) return { is: 'atEnd', isStated: true };
		if (!pacing.mayContinue(newCount > 0, hasShifted)) throw this.failure(REPEATS);
		if (growth.hasExpired()) throw this.failure(TOO_FAST);
		if (growth.hasReached(overlap.end)) return { is: 'atEnd', isStated: false };
		const mustBoundGrowth = last === null && !growth.isActive && pacing.mayGrowEndlessly();
		if (mustBoundGrowth) await growth.start(prefetch, overlap.end);
		const isAllOrShort = offset === 0 && last === null && records.length < size;
		// A window of one record cannot overlap with the next.
		if (records.length === 1 || (!hasShifted && (newCount === 0 || isAllOrShort))) {
			const isStable = !pacing.isCapped && !known.hasChanged;
			return { is: 'confirmingEnd', isLastInPlace: isStable && keys.at(-1) === overlap.last };
		}
		if (records.length < size) prefetch.capAt(pacing.largest);
		return { is: 'reading' };
	}

	private async *checkEnd(isLastInPlace: boolean): Step<R> {
		const { prefetch, known, pacing } = this;
		const { seen, overlap } = known;
		prefetch.clear();
		const check = await confirmEnd({
			prefetch,
			known,
			mustCheckLast: !isLastInPlace,
			areFull: !pacing.isCapped,
			serverDefault: this.windows.serverDefault,
		});
		if (check.is === 'end') {
			seen.add([], [], null);
			seen.measure(overlap.end);
			return { is: 'atEnd', isStated: false };
		}
		// Each response may be the complete list, or the start of a longer one.
		if (check.is === 'wholeList' && !seen.isShort) return { is: 'done' };
		if (check.is === 'wholeList' || check.is === 'repeats') throw this.failure(REPEATS);
		if (check.is === 'changed') return this.openGap(null);
		const { window, isAdjacent } = check;
		return isAdjacent || known.fits(window) ? yield* this.join(window) : this.openGap(window);
	}

	/** Decides whether the list is complete, now that its end was reached. */
	private async verify(isStated: boolean): Promise<State<R>> {
		const { prefetch, pacing, known } = this;
		const { seen, overlap, firstKeys, pass } = known;
		const { totals } = seen;
		const isBelow = totals.hasFallen && seen.size < totals.largest;
		if (isBelow && this.endRechecks < MAX_END_RECHECKS) {
			this.endRechecks++;
			return { is: 'reading' };
		}
		const isSinglePage = isStated && overlap.end === firstKeys.length;
		if (!isSinglePage) await confirmOrder(prefetch, known, pacing.largest);
		const verdict = verdictAfterPass(seen, overlap, pass);
		if ('fails' in verdict) throw this.failure(verdict.fails);
		return verdict;
	}

	private startOver(): State<R> {
		const { prefetch, known } = this;
		if (known.pass === 1) this.budget.endFirstPass(prefetch.requestCount);
		this.endRechecks = 0;
		this.growth.stop();
		prefetch.clear();
		known.startPass();
		return { is: 'reading' };
	}

	private failure(why: string): ReadFailure {
		return incomplete(why, { ...this.known.seen.shortfall, moved: this.gapPositions });
	}
}
