import { ENDLESS, type OnPage, type Shortfall, incomplete } from './page';
import { wasCompleteOnce } from './moments';
import { NO_RANK, Pass } from './pass';
import { Duplicates } from './repeats';
import { Totals } from './totals';

/** Where a record was seen. */
interface SeenRecord {
	/** The responses, counted from 0, in which it was first, last, and next to last seen. */
	first: number;
	last: number;
	before: number;
	/** The pass in which it was last seen, and its rank in it; NO_RANK if found out of sequence. */
	pass: number;
	rank: number;
}

/** The position of a record in the current response. */
interface Position {
	response: number;
	/** Its index in the response, and its rank in this pass. */
	index: number;
	rank: number;
}

/** The records of a list seen so far, and the totals that its vendor stated. */
export class SeenRecords {
	private readonly records = new Map<string, SeenRecord>();

	private responses = 0;

	readonly totals = new Totals();

	private pass = new Pass(1);

	private previousPass: Pass | null = null;

	constructor(private readonly onPage: OnPage = () => {}) {}

	get size(): number {
		return this.records.size;
	}

	get sizeInPass(): number {
		return this.pass.records;
	}

	/** Returns whether a record was seen in this pass. */
	hasInPass(key: string): boolean {
		return this.records.get(key)?.pass === this.pass.number;
	}

	/**
	 * Adds a response, and returns its new records. Records that share a key in one response are
	 * separate if their contents differ, and one if they do not.
	 *
	 * @param keys of the records, in their order
	 * @param total number of records in the list, if stated
	 * @throws ReadFailure (`incomplete`) if an ID turns out to be that of several records
	 */
	add<R>(records: R[], keys: string[], total: number | null): R[] {
		const response = this.responses++;
		this.pass.addResponse(records.length, total);
		if (total !== null) this.totals.note(response, total);
		const repeats = new Duplicates(records, keys);
		let known = keys.length - 1;
		while (known >= 0 && !this.hasInPass(keys[known])) known--;
		// New records among known ones were inserted in the meantime: they have no rank.
		const rankAt = (index: number) => (index < known ? NO_RANK : this.pass.records);
		const fresh = records.filter((_, index) =>
			this.isNew(keys[index], { response, index, rank: rankAt(index) }, repeats),
		);
		this.onPage({ pages: this.responses, records: this.size, total });
		return fresh;
	}

	private isNew(key: string, at: Position, repeats: Duplicates): boolean {
		const { response, index } = at;
		const seen = this.records.get(key);
		if (seen?.last !== response) return this.markSeen(key, seen, at);
		const variant = repeats.variantAt(index);
		if (variant === 0) return false;
		const name = `${key}\u0000${variant}`;
		const known = this.records.get(name);
		if (known?.last === response) return false;
		if (known === undefined && seen.first !== response && seen.before < response - 1) {
			throw incomplete('the vendor uses one ID for several records', this.shortfall);
		}
		return this.markSeen(name, known, at);
	}

	/** Marks a record as seen, and returns whether it is new. */
	private markSeen(
		key: string,
		seen: SeenRecord | undefined,
		{ response, rank }: Position,
	): boolean {
		const { pass } = this;
		if (seen === undefined) {
			pass.records++;
			this.records.set(key, {
				first: response,
				last: response,
				before: -1,
				pass: pass.number,
				rank,
			});
			return true;
		}
		seen.before = seen.last;
		seen.last = response;
		if (seen.pass === pass.number) return false;
		if (seen.pass === pass.number - 1) pass.compareRanks(seen.rank, rank);
		seen.pass = pass.number;
		seen.rank = rank;
		pass.records++;
		return false;
	}

	/** Records the length of the list at the latest response. */
	measure(length: number): void {
		this.totals.measure(this.responses - 1, length);
	}

	/** Discards the stated totals, which are not those of the list. */
	forgetTotals(): void {
		this.totals.forget();
		this.pass.total = null;
		this.pass.totalChanged = false;
	}

	/**
	 * Starts another pass.
	 *
	 * @param inSequence whether the responses so far were received one after the other
	 */
	startPass(inSequence: boolean): void {
		if (!inSequence) this.totals.forgetLengths();
		this.previousPass = this.pass;
		this.pass = new Pass(this.pass.number + 1);
	}

	get shortfall(): Shortfall {
		return { expected: this.totals.description, received: this.size };
	}

	/**
	 * Throws ReadFailure (`incomplete`) if there are more records than any list with an end can have.
	 */
	assertBounded(): void {
		if (this.size > this.totals.maxRecords) throw incomplete(ENDLESS, this.shortfall);
	}

	/** Whether fewer records were seen than the list had when this pass began. */
	get isShort(): boolean {
		return this.pass.total !== null && this.size < this.pass.total;
	}

	/** Whether the total has changed since this pass began. */
	get totalChanged(): boolean {
		return this.pass.totalChanged;
	}

	/**
	 * Whether this pass has exactly as many records as its total, and no larger total was ever stated.
	 */
	get passMatchesTotal(): boolean {
		const { total, totalChanged, records } = this.pass;
		return total !== null && !totalChanged && records === total && total === this.totals.largest;
	}

	/** Whether this pass has the same records as the previous one. */
	get passesAgree(): boolean {
		const { records, common } = this.pass;
		return common === records && records === this.previousPass?.records;
	}

	/** Whether this pass shows that the cursor names a record rather than a position. */
	get passKeepsPosition(): boolean {
		return this.pass.keepsPosition;
	}

	/** Whether this pass has its records in the order of the previous one. */
	get passKeepsOrder(): boolean {
		return this.previousPass !== null && this.pass.keepsOrder;
	}

	/** Whether the list is proven complete at one moment, in whatever order its records are. */
	get isProvenComplete(): boolean {
		return wasCompleteOnce(this.records.values(), this.responses, this.totals);
	}
}
