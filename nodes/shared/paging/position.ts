import { ENDLESS, type OnPage, REPEATS, TOO_FEW, TOO_MANY, contentKey, incomplete } from './page';
import { grouped } from '../text';
import type { ReadPlan } from './paging';
import { Prefetch, type Span, type Window, type Windows } from './prefetch';
import { isLast } from './stated';
import { MAX_RECORDS } from './totals';

/**
 * Reads a list that cannot change, such as the lines of an issued invoice, by position alone. Its
 * records need no key: identical ones count separately.
 *
 * @returns the records of each window, in the order of the list
 * @throws ReadFailure (`incomplete`) if their number contradicts the vendor's total, records between
 * two windows are missing, or the list does not end
 */
export async function* readByPosition<R, S extends Span>(
	windows: Windows<R, S>,
	{ parallel, onPage }: Pick<ReadPlan, 'parallel' | 'onPage'>,
): AsyncGenerator<R[], void, undefined> {
	const prefetch = new Prefetch(windows);
	const list = new FixedList<R>(onPage);
	for (;;) {
		const { end, total } = list;
		const window = await prefetch.next({ end, overlap: 0, until: total ?? end, parallel });
		if (list.isRepeatedBy(window)) break;
		const fresh = list.add(window);
		if (fresh.length > 0) yield fresh;
		if (isLast(window) === true || list.isFull) break;
		if (fresh.length > 0) continue;
		if (window.records.length === 0) list.add(await prefetch.exactlyAt(end + prefetch.size));
		break;
	}
	list.assertWhole();
}

/** What was received of a list that cannot change. */
class FixedList<R> {
	/** How many records were received. */
	end = 0;

	/** The first total that the vendor stated; null if none. */
	total: number | null = null;

	private pages = 0;

	private first: string | null = null;

	constructor(private readonly onPage: OnPage = () => {}) {}

	get isFull(): boolean {
		return this.total !== null && this.end >= this.total;
	}

	/**
	 * Returns whether a window shows that the server ignores the range and returns the complete list
	 * each time. Throws if it may be only the start of a longer list.
	 */
	isRepeatedBy({ offset, size, records, total, more }: Window<R>): boolean {
		if (total !== null || more !== null || records.length === 0) return false;
		const content = contentKey(records);
		this.first ??= content;
		if (offset === 0 || content !== this.first) return false;
		if (records.length < size) return true;
		throw this.failure(REPEATS);
	}

	/** Returns the records of a window that were not received before. */
	add({ offset, records, total }: Window<R>): R[] {
		if (offset > this.end && records.length > 0)
			throw this.failure('records between pages are missing');
		this.total ??= total;
		const fresh = records.slice(this.end - offset);
		this.end += fresh.length;
		if (this.end > MAX_RECORDS) throw this.failure(ENDLESS);
		this.onPage({ pages: ++this.pages, records: this.end, total: this.total });
		return fresh;
	}

	assertWhole(): void {
		if (this.total === null || this.end === this.total) return;
		throw this.failure(this.end < this.total ? TOO_FEW : TOO_MANY);
	}

	private failure(why: string) {
		const expected = this.total === null ? null : grouped(this.total);
		return incomplete(why, { expected, received: this.end });
	}
}
