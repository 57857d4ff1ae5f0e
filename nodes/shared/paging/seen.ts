import { type OnPage, type Shortfall, incomplete } from './page';
import { NO_RANK, Pass } from './pass';
import { Duplicates } from './repeats';
import { Totals } from './totals';

/** Where a record was seen. */
interface SeenRecord {
	/** The answers, counted from 0, in which it was seen first, last, and last before that. */
	first: number;
	last: number;
	before: number;
	/** The pass in which it was seen last, and its place in it; NO_PLACE where it was found late. */
	pass: number;
	rank: number;
}

/** Where a record is seen now. */
interface Position {
	response: number;
	/** Its position in the answer, and its place in this pass. */
	index: number;
	rank: number;
}

/** The records of a list that were seen so far, and what its vendor stated about its length. */
export class SeenRecords {
	private readonly records = new Map<string, SeenRecord>();

	private responses = 0;

	readonly totals = new Totals();

	private pass = new Pass(1);

	private previousPass: Pass | null = null;

	constructor(private readonly onPage: OnPage = () => {}) {}

	/** How many records were seen. */
	get size(): number {
		return this.records.size;
	}

	/** How many records were seen in this pass. */
	get sizeInPass(): number {
		return this.pass.records;
	}

	/** Returns whether a record was seen in this pass. */
	hasInPass(key: string): boolean {
		return this.records.get(key)?.pass === this.pass.number;
	}

	/**
	 * Notes one answer, and returns those of its records that are new. Records with one key in one
	 * answer are several where their contents differ, and one where they do not.
	 *
	 * @param keys of the records
	 * @param total how many records the list holds in all, where the answer states it
	 */
	add<R>(records: R[], keys: string[], total: number | null): R[] {
		const response = this.responses++;
		this.pass.addResponse(records.length, total);
		if (total !== null) this.totals.note(response, total);
		const repeats = new Duplicates(records, keys);
		let known = keys.length - 1;
		while (known >= 0 && !this.hasInPass(keys[known])) known--;
		// What is new among what is known was put there meanwhile: it is seen too late to have a place.
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
			throw incomplete('one ID stands for several records', this.shortfall);
		}
		return this.markSeen(name, known, at);
	}

	/** Notes that a record was seen, and returns whether it was never seen before. */
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

	/** Notes how long the list was found to be, when the latest answer was given. */
	measure(length: number): void {
		this.totals.measure(this.responses - 1, length);
	}

	/** Forgets what was stated as totals: they are about something else. */
	forgetTotals(): void {
		this.totals.forget();
		this.pass.total = null;
		this.pass.totalChanged = false;
	}

	/**
	 * Begins to read the list again.
	 *
	 * @param inSequence whether the answers so far came one after the other
	 */
	startPass(inSequence: boolean): void {
		if (!inSequence) this.totals.forgetLengths();
		this.previousPass = this.pass;
		this.pass = new Pass(this.pass.number + 1);
	}

	get shortfall(): Shortfall {
		return { expected: this.totals.description, received: this.size };
	}

	/** Throws where so many records were received that the list cannot have an end. */
	assertBounded(): void {
		if (this.size > this.totals.maxRecords) throw incomplete('it does not end', this.shortfall);
	}

	/** Whether fewer records were seen than the list held when this pass began. */
	get isShort(): boolean {
		return this.pass.total !== null && this.size < this.pass.total;
	}

	/** Whether the total is another one than at the beginning of this pass. */
	get totalChanged(): boolean {
		return this.pass.totalChanged;
	}

	/** Whether this pass held exactly what its total says, and none larger was ever stated. */
	get passMatchesTotal(): boolean {
		const { total, totalChanged, records } = this.pass;
		return total !== null && !totalChanged && records === total && total === this.totals.largest;
	}

	/** Whether this pass held the records of the one before, and no others. */
	get passesAgree(): boolean {
		const { records, common } = this.pass;
		return common === records && records === this.previousPass?.records;
	}

	/** Whether this pass shows that its cursor names a record, and keeps its place where others go. */
	get passKeepsPosition(): boolean {
		return this.pass.keepsPosition;
	}

	/** Whether the records of this pass stand in the order of the one before. */
	get passKeepsOrder(): boolean {
		return this.previousPass !== null && this.pass.keepsOrder;
	}

	/**
	 * Whether at one moment the list held nothing but what was seen: a record seen before and after a
	 * moment was in the list at that moment, and when there are as many of those as the list was long,
	 * there was no other. This holds for any list in any order, when its answers came one by one.
	 */
	get isProvenComplete(): boolean {
		const changes = new Int32Array(this.responses + 1);
		for (const { first, last } of this.records.values()) {
			changes[first] += 1;
			changes[last + 1] -= 1;
		}
		let present = 0;
		for (let response = 0; response < this.responses; response++) {
			present += changes[response];
			if (this.totals.at(response) === present) return true;
		}
		return false;
	}
}
