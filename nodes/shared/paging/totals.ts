import { grouped } from '../text';

/** The maximum length of a list; one that seems longer does not end. */
export const MAX_RECORDS = 500_000;

/** A list may grow while it is read, up to twice its length plus this. */
const MAX_GROWTH = 10_000;

/** The lengths of a list that its vendor stated. */
export class Totals {
	/** The length of the list, by the number of the response. */
	private lengths = new Map<number, number>();

	private smallest = Infinity;

	/** The largest stated total; 0 if none. */
	largest = 0;

	private latest = Infinity;

	note(response: number, total: number): void {
		this.lengths.set(response, total);
		this.latest = total;
		this.smallest = Math.min(this.smallest, total);
		this.largest = Math.max(this.largest, total);
	}

	/** Records the length of the list at a response that does not state it. */
	measure(response: number, length: number): void {
		this.lengths.set(response, length);
	}

	/** Returns the length of the list at a response, if known. */
	at(response: number): number | undefined {
		return this.lengths.get(response);
	}

	/** Discards the stated totals, which are not those of the list. */
	forget(): void {
		this.lengths.clear();
		this.smallest = Infinity;
		this.largest = 0;
		this.latest = Infinity;
	}

	/** Discards which response stated which total: they were not received one after the other. */
	forgetLengths(): void {
		this.lengths.clear();
	}

	get areStated(): boolean {
		return this.smallest < Infinity;
	}

	/** Whether the latest total is smaller than an earlier one. */
	get hasFallen(): boolean {
		return this.latest < this.largest;
	}

	/** The most records that a list with an end can have. */
	get maxRecords(): number {
		return this.areStated ? this.smallest * 2 + MAX_GROWTH : MAX_RECORDS;
	}

	/** The expected number of records as text; null if no total was stated. */
	get description(): string | null {
		if (!this.areStated) return null;
		const { smallest, largest } = this;
		return smallest === largest ? grouped(largest) : `${grouped(smallest)} to ${grouped(largest)}`;
	}
}
