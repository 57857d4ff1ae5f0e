/** No list of invoices is longer than this; one that seems to be never ends. */
export const MAX_RECORDS = 500_000;

/** A list may grow while it is read, but not to more than twice its size and this many. */
const MAX_GROWTH = 10_000;

/** What the vendor states about the length of a list. */
export class Totals {
	/** How long the list was at the answers that state it, by the number of the answer. */
	private lengths = new Map<number, number>();

	private smallest = Infinity;

	/** The largest total that was stated; 0 where none was. */
	largest = 0;

	private latest = Infinity;

	note(response: number, total: number): void {
		this.lengths.set(response, total);
		this.latest = total;
		this.smallest = Math.min(this.smallest, total);
		this.largest = Math.max(this.largest, total);
	}

	/** Notes how long the list was found to be at an answer that does not state it. */
	measure(response: number, length: number): void {
		this.lengths.set(response, length);
	}

	/** How long the list was at an answer, where that is known. */
	at(response: number): number | undefined {
		return this.lengths.get(response);
	}

	/** Forgets what was stated: it is about something else. */
	forget(): void {
		this.lengths.clear();
		this.smallest = Infinity;
		this.largest = 0;
		this.latest = Infinity;
	}

	/** Forgets at which answers the totals were stated: these did not come one after the other. */
	forgetLengths(): void {
		this.lengths.clear();
	}

	get areStated(): boolean {
		return this.smallest < Infinity;
	}

	/** Whether the latest total is smaller than one before. */
	get hasFallen(): boolean {
		return this.latest < this.largest;
	}

	/** How many records a list can hold that has an end. */
	get maxRecords(): number {
		return this.areStated ? this.smallest * 2 + MAX_GROWTH : MAX_RECORDS;
	}

	/** What the list should hold, in words; null where no total was stated. */
	get description(): string | null {
		if (!this.areStated) return null;
		const { smallest, largest } = this;
		return smallest === largest ? String(largest) : `${smallest} to ${largest}`;
	}
}
