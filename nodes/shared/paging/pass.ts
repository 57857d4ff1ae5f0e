/** The rank of a record that was found out of sequence. */
export const NO_RANK = -1;

/** What one pass through the list shows about it. */
export class Pass {
	/** The number of its records, and of those that the previous pass contained, too. */
	records = 0;

	common = 0;

	/** Whether the records common to both passes are in the same order. */
	keepsOrder = true;

	/** The first total that the vendor stated; null if none. */
	total: number | null = null;

	/** Whether the vendor stated a different total later. */
	totalChanged = false;

	/** The number of records in all responses, including repeated ones. */
	private received = 0;

	/** The total in the last response, unless that was empty. */
	private totalAtEnd: number | null = null;

	/** The highest rank, in the previous pass, of the records compared so far. */
	private highestRank = -1;

	/** @param number of this pass, from 1 */
	constructor(readonly number: number) {}

	private note(total: number): void {
		this.total ??= total;
		this.totalChanged ||= this.total !== total;
	}

	/** Counts a response, and the total that it states. */
	addResponse(records: number, total: number | null): void {
		this.received += records;
		this.totalAtEnd = records > 0 ? total : null;
		if (total !== null) this.note(total);
	}

	/**
	 * Whether the cursor names a record rather than a plain position: the latter passes each position
	 * once, so it returns exactly as many records as the list has at the last response.
	 */
	get keepsPosition(): boolean {
		return this.totalAtEnd !== null && this.received !== this.totalAtEnd;
	}

	/** Compares the rank of a record with its rank in the previous pass. */
	compareRanks(before: number, now: number): void {
		this.common++;
		if (before === NO_RANK || now === NO_RANK) return;
		this.keepsOrder &&= before > this.highestRank;
		this.highestRank = Math.max(this.highestRank, before);
	}
}
