import { type OnPage, type Shortfall, incomplete } from './page';
import { NO_PLACE, Pass } from './pass';
import { Repeats } from './repeats';
import { Totals } from './totals';

/** Where a record was seen. */
interface Seen {
	/** The answers, counted from 0, in which it was seen first, last, and last before that. */
	first: number;
	last: number;
	before: number;
	/** The pass in which it was seen last, and its place in it; NO_PLACE where it was found late. */
	pass: number;
	place: number;
}

/** Where a record is seen now. */
interface Sighting {
	answer: number;
	/** Its position in the answer, and its place in this pass. */
	index: number;
	place: number;
}

/** The records of a list that were seen so far, and what its vendor stated about its length. */
export class SeenRecords {
	private readonly records = new Map<string, Seen>();

	private answers = 0;

	readonly totals = new Totals();

	private pass = new Pass(1);

	private passBefore: Pass | null = null;

	constructor(private readonly onPage: OnPage = () => {}) {}

	/** How many records were seen. */
	get size(): number {
		return this.records.size;
	}

	/** How many records were seen in this pass. */
	get sizeOfPass(): number {
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
	take<R>(records: R[], keys: string[], total: number | null): R[] {
		const answer = this.answers++;
		this.pass.count(records.length, total);
		if (total !== null) this.totals.note(answer, total);
		const repeats = new Repeats(records, keys);
		let known = keys.length - 1;
		while (known >= 0 && !this.hasInPass(keys[known])) known--;
		// What is new among what is known was put there meanwhile: it is seen too late to have a place.
		const placeAt = (index: number) => (index < known ? NO_PLACE : this.pass.records);
		const fresh = records.filter((_, index) =>
			this.isNew(keys[index], { answer, index, place: placeAt(index) }, repeats),
		);
		this.onPage({ pages: this.answers, records: this.size, total });
		return fresh;
	}

	private isNew(key: string, at: Sighting, repeats: Repeats): boolean {
		const { answer, index } = at;
		const seen = this.records.get(key);
		if (seen?.last !== answer) return this.sight(key, seen, at);
		const variant = repeats.variantAt(index);
		if (variant === 0) return false;
		const name = `${key}\u0000${variant}`;
		const known = this.records.get(name);
		if (known?.last === answer) return false;
		if (known === undefined && seen.first !== answer && seen.before < answer - 1) {
			throw incomplete('one ID stands for several records', this.shortfall);
		}
		return this.sight(name, known, at);
	}

	/** Notes that a record was seen, and returns whether it was never seen before. */
	private sight(key: string, seen: Seen | undefined, { answer, place }: Sighting): boolean {
		const { pass } = this;
		if (seen === undefined) {
			pass.records++;
			this.records.set(key, { first: answer, last: answer, before: -1, pass: pass.number, place });
			return true;
		}
		seen.before = seen.last;
		seen.last = answer;
		if (seen.pass === pass.number) return false;
		if (seen.pass === pass.number - 1) pass.compare(seen.place, place);
		seen.pass = pass.number;
		seen.place = place;
		pass.records++;
		return false;
	}

	/** Notes how long the list was found to be, when the latest answer was given. */
	measure(length: number): void {
		this.totals.measure(this.answers - 1, length);
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
		if (!inSequence) this.totals.forgetWhen();
		this.passBefore = this.pass;
		this.pass = new Pass(this.pass.number + 1);
	}

	get shortfall(): Shortfall {
		return { expected: this.totals.inWords, received: this.size };
	}

	/** Throws where so many records were received that the list cannot have an end. */
	doubt(): void {
		if (this.size > this.totals.mostRecords) throw incomplete('it does not end', this.shortfall);
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
		return common === records && records === this.passBefore?.records;
	}

	/** Whether this pass shows that its cursor names a record, and keeps its place where others go. */
	get passKeepsPlace(): boolean {
		return this.pass.keepsPlace;
	}

	/** Whether the records of this pass stand in the order of the one before. */
	get passKeepsOrder(): boolean {
		return this.passBefore !== null && this.pass.keepsOrder;
	}

	/**
	 * Whether at one moment the list held nothing but what was seen: a record seen before and after a
	 * moment was in the list at that moment, and when there are as many of those as the list was long,
	 * there was no other. This holds for any list in any order, when its answers came one by one.
	 */
	get isProvenComplete(): boolean {
		const change = new Int32Array(this.answers + 1);
		for (const { first, last } of this.records.values()) {
			change[first] += 1;
			change[last + 1] -= 1;
		}
		let present = 0;
		for (let answer = 0; answer < this.answers; answer++) {
			present += change[answer];
			if (this.totals.at(answer) === present) return true;
		}
		return false;
	}
}
