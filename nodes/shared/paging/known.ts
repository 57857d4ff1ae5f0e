import { type KeyedWindow, Overlap } from './overlap';
import type { KeyOf, OnPage } from './page';
import type { Window } from './prefetch';
import { SeenRecords } from './seen';

/** What is known about a list that is read in windows. */
export class KnownList<R> {
	readonly seen: SeenRecords;

	readonly overlap = new Overlap();

	/** The keys of the first window of this pass. */
	firstKeys: string[] = [];

	/** Counted from 1. */
	pass = 1;

	/** Whether the stated totals are those of single pages. */
	private hasPageTotals = false;

	constructor(
		private readonly keyOf: KeyOf<R>,
		onPage?: OnPage,
	) {
		this.seen = new SeenRecords(onPage);
	}

	/** Whether the list has changed in this pass or before it. */
	get hasChanged(): boolean {
		return this.overlap.hasMoved || this.pass > 1;
	}

	/** Records a response, and returns it with the keys of its records. */
	receive(window: Window<R>): KeyedWindow<R> {
		const { offset, records, total } = window;
		const isPageTotal = offset > 0 && records.length > 0 && total === records.length;
		if (isPageTotal && !this.hasPageTotals) this.seen.forgetTotals();
		this.hasPageTotals ||= isPageTotal;
		const keys = records.map(this.keyOf);
		this.overlap.checkOrder(keys);
		return { ...window, total: this.hasPageTotals ? null : total, keys };
	}

	/** Returns whether there is no gap between a window and what was read before. */
	fits(window: KeyedWindow<R>): boolean {
		if (window.offset === 0) return true;
		return this.overlap.fits(window, (key) => this.seen.hasInPass(key));
	}

	hasNew({ keys }: KeyedWindow<R>): boolean {
		return keys.some((key) => !this.seen.hasInPass(key));
	}

	/** Starts over at the beginning of the list. */
	startPass(): void {
		this.seen.startPass(this.pass > 1);
		this.pass += 1;
		this.firstKeys = [];
		this.overlap.restart();
	}
}
