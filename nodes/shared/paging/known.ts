import { type KeyedWindow, Overlap } from './overlap';
import type { KeyOf, OnPage } from './page';
import type { Window } from './prefetch';
import { SeenRecords } from './seen';

/** What is known of a list that is read in windows. */
export class KnownList<R> {
	readonly seen: SeenRecords;

	readonly overlap = new Overlap();

	/** The keys of the first window of this pass. */
	firstKeys: string[] = [];

	/** Counted from 1. */
	pass = 1;

	/** Whether the vendor's total is one of each page, and says nothing of the list. */
	private hasPageTotals = false;

	constructor(
		private readonly keyOf: KeyOf<R>,
		onPage?: OnPage,
	) {
		this.seen = new SeenRecords(onPage);
	}

	/** Whether anything shows in this pass that the list changes, or has changed before. */
	get hasChanged(): boolean {
		return this.overlap.hasMoved || this.pass > 1;
	}

	/** Notes an answer, and returns it with the keys of its records. */
	receive(window: Window<R>): KeyedWindow<R> {
		const { offset, records, total } = window;
		const isPageTotal = offset > 0 && records.length > 0 && total === records.length;
		if (isPageTotal && !this.hasPageTotals) this.seen.forgetTotals();
		this.hasPageTotals ||= isPageTotal;
		const keys = records.map(this.keyOf);
		this.overlap.checkOrder(keys);
		return { ...window, total: this.hasPageTotals ? null : total, keys };
	}

	/** Whether a window leaves no gap to what was joined before. */
	fits(window: KeyedWindow<R>): boolean {
		if (window.offset === 0) return true;
		return this.overlap.fits(window, (key) => this.seen.hasInPass(key));
	}

	hasNew({ keys }: KeyedWindow<R>): boolean {
		return keys.some((key) => !this.seen.hasInPass(key));
	}

	/** Begins again at the beginning of the list. */
	startPass(): void {
		this.seen.startPass(this.pass > 1);
		this.pass += 1;
		this.firstKeys = [];
		this.overlap.restart();
	}
}
