import { ReadFailure } from '../errors';

/** A record of a list is known again by its key: its id, or where it has none, all it says. */
export type KeyOf<R> = (record: R) => string;

/** Records without an id are known by what they say. */
export function wholeRecord(record: unknown): string {
	return JSON.stringify(record);
}

/** How often in a row a read may get nowhere before it is given up. */
export const MOST_IDLE_READS = 8;

/** No list of invoices is longer than this; one that seems to be never ends. */
const MOST_RECORDS = 500_000;

/** A list may grow while it is read, but not to more than twice its size and this many. */
const MOST_GROWTH = 10_000;

/** The records of a list that were seen so far, by key. */
export class Seen<R> {
	private readonly keys = new Set<string>();

	constructor(private readonly keyOf: KeyOf<R>) {}

	get size(): number {
		return this.keys.size;
	}

	has(record: R): boolean {
		return this.keys.has(this.keyOf(record));
	}

	/** Gives those records that are new, and remembers them. */
	take(records: R[]): R[] {
		return records.filter((record) => {
			const before = this.keys.size;
			return this.keys.add(this.keyOf(record)).size > before;
		});
	}
}

/** Watches the totals a vendor states while its list is read: the second witness. */
export class TotalWitness {
	private smallest = Infinity;

	private largest = -Infinity;

	private first: number | null = null;

	/** Takes the total of one answer, where it states one. */
	hear(total: number | null): void {
		if (total === null) return;
		this.first ??= total;
		this.smallest = Math.min(this.smallest, total);
		this.largest = Math.max(this.largest, total);
	}

	/** What the list should hold, in words; null where no total was stated. */
	get expected(): string | null {
		if (this.largest === -Infinity) return null;
		return this.smallest === this.largest
			? String(this.largest)
			: `${this.smallest} to ${this.largest}`;
	}

	/** Throws where so many records came that the list cannot have an end. */
	doubt(received: number): void {
		const most = this.first === null ? MOST_RECORDS : this.first * 2 + MOST_GROWTH;
		if (received > most) throw incomplete(`it does not end, even after ${received} records`);
	}

	/** Whether fewer records came than every total that was stated. More came and went meanwhile. */
	lacks(received: number): boolean {
		return this.first !== null && received < this.smallest;
	}

	/** Throws where fewer distinct records came than every total that was stated. */
	confirm(received: number): void {
		if (!this.lacks(received)) return;
		throw incomplete(`the vendor states ${this.expected} records, but ${received} came`);
	}
}

/** Gives the failure of a list that could not be read as a whole. */
export function incomplete(why: string): ReadFailure {
	return new ReadFailure('incomplete', `The list could not be read as a whole: ${why}`, {
		hint: 'Run it again; the list may have changed meanwhile. To take what came all the same, set the option "If Incomplete" to "Continue"',
	});
}
