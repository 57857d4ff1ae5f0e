/** The place of a record that was found too late to have one. */
export const NO_RANK = -1;

/** What one pass through the list shows. */
export class Pass {
	/** How many records it held, and how many of these the pass before it held too. */
	records = 0;

	common = 0;

	/** Whether the records common to both stand in the same order in both. */
	keepsOrder = true;

	/** What the vendor stated as total first; null where it stated none. */
	total: number | null = null;

	/** Whether another total was stated later. */
	totalChanged = false;

	/** How many records its answers held in all, repeated ones counted again. */
	private received = 0;

	/** What its last answer stated as total, where it held any record. */
	private totalAtEnd: number | null = null;

	/** The place that the latest record common to both had in the pass before. */
	private highestRank = -1;

	/** @param number of this pass, from 1 */
	constructor(readonly number: number) {}

	private note(total: number): void {
		this.total ??= total;
		this.totalChanged ||= this.total !== total;
	}

	/** Counts an answer, and the total it states. */
	addResponse(records: number, total: number | null): void {
		this.received += records;
		this.totalAtEnd = records > 0 ? total : null;
		if (total !== null) this.note(total);
	}

	/**
	 * Whether its answers cannot be those of a cursor that is a mere position: one comes by each position
	 * once, so that it returns as many records as the list holds when its last answer is given.
	 */
	get keepsPosition(): boolean {
		return this.totalAtEnd !== null && this.received !== this.totalAtEnd;
	}

	/** Compares the place of a record with the one that it had in the pass before. */
	compareRanks(before: number, now: number): void {
		this.common++;
		if (before === NO_RANK || now === NO_RANK) return;
		this.keepsOrder &&= before > this.highestRank;
		this.highestRank = Math.max(this.highestRank, before);
	}
}
