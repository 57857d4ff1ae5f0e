import { type OnPage, type Shortfall, incomplete } from './page';

/** No list of invoices is longer than this; one that seems to be never ends. */
const MOST_RECORDS = 500_000;

/** A list may grow while it is read, but not to more than twice its size and this many. */
const MOST_GROWTH = 10_000;

/** In which answers, counted from 0, a record was seen first and last. */
interface Seen {
	first: number;
	last: number;
}

/** What was seen of a list so far, and what its vendor said about its length. */
export class Sightings {
	private readonly records = new Map<string, Seen>();

	constructor(private readonly onPage: OnPage = () => {}) {}

	private answers = 0;

	/** How long the list was at the answers that say it. */
	private totals = new Map<number, number>();

	private firstTotal: number | null = null;

	private smallest = Infinity;

	private largest = -Infinity;

	/** How many records were seen. */
	get size(): number {
		return this.records.size;
	}

	has(key: string): boolean {
		return this.records.has(key);
	}

	/**
	 * Notes one answer, and gives those of its records that are new.
	 *
	 * @param keys of the records
	 * @param total how many records the list holds in all, where the answer says it
	 */
	take<R>(records: R[], keys: string[], total: number | null): R[] {
		const answer = this.answers++;
		if (total !== null) this.hear(answer, total);
		const fresh = records.filter((_, index) => {
			const key = keys[index];
			const seen = this.records.get(key);
			if (seen === undefined) this.records.set(key, { first: answer, last: answer });
			else seen.last = answer;
			return seen === undefined;
		});
		this.onPage({ pages: this.answers, records: this.size, total });
		return fresh;
	}

	private hear(answer: number, total: number): void {
		this.firstTotal ??= total;
		this.totals.set(answer, total);
		this.smallest = Math.min(this.smallest, total);
		this.largest = Math.max(this.largest, total);
	}

	/** Takes note of how long the list was, when the latest answer was given. */
	measure(length: number): void {
		this.totals.set(this.answers - 1, length);
	}

	forgetLengths(): void {
		this.totals.clear();
	}

	/** What the list should hold, in words; null where no total was stated. */
	get expected(): string | null {
		if (this.firstTotal === null) return null;
		return this.smallest === this.largest
			? String(this.largest)
			: `${this.smallest} to ${this.largest}`;
	}

	get shortfall(): Shortfall {
		return { expected: this.expected, received: this.size };
	}

	/** Throws where so many records came that the list cannot have an end. */
	doubt(): void {
		const most = this.firstTotal === null ? MOST_RECORDS : this.firstTotal * 2 + MOST_GROWTH;
		if (this.size > most) throw incomplete('it does not end', this.shortfall);
	}

	/** Whether fewer records came than every total that was stated. More came and went meanwhile. */
	get lacks(): boolean {
		return this.size < this.smallest && this.firstTotal !== null;
	}

	/**
	 * Whether at one moment the list held nothing but what was seen: a record seen before and after a
	 * moment was in the list at that moment, and when there are as many of those as the list was long,
	 * there was no other. This holds for any list in any order, when its answers came one by one.
	 */
	get areAll(): boolean {
		const change = new Int32Array(this.answers + 1);
		for (const { first, last } of this.records.values()) {
			change[first] += 1;
			change[last + 1] -= 1;
		}
		let present = 0;
		for (let answer = 0; answer < this.answers; answer++) {
			present += change[answer];
			if (this.totals.get(answer) === present) return true;
		}
		return false;
	}
}
