/** How many records two neighboring windows share, to prove that nothing slipped between them. */
const OVERLAP = 5;

/** So many known records in their known order prove it too, where the list has moved. */
const ENOUGH_KNOWN = 12;

/** With how many windows before it the order of a window is compared. */
const COMPARED_WINDOWS = 4;

/** Joins windows of a list by their keys, and notices when the list has no order to rely on. */
export class Seam {
	/** The keys of the window that was joined last. */
	private joined: string[] = [];

	private readonly compared: Array<Map<string, number>> = [];

	/** Whether two records were seen in one order and in the other: then no seam proves anything. */
	isShuffled = false;

	/** Whether the last window that fitted brought too few records to tell anything about the order. */
	isWeak = false;

	/**
	 * Whether a window leaves no gap to what was joined before. In a list that keeps its order any known
	 * record in it proves that; so much of it has to be known that a list without order would be noticed.
	 *
	 * @param keys of the window's records
	 * @param shared how many of them should be known, by its position
	 */
	fits(keys: string[], shared: number, isKnown: (key: string) => boolean): boolean {
		this.isWeak = false;
		const { length } = this.joined;
		const overlap = Math.min(overlapOf(length), shared);
		if (this.isShuffled || (overlap > 0 && this.continues(keys, overlap, isKnown))) return true;
		const enough = Math.min(ENOUGH_KNOWN, Math.ceil(length / 3));
		const known = keys.filter(isKnown).length;
		this.isWeak = known < enough;
		return known > 0 && (known >= enough || known === keys.length);
	}

	join(keys: string[]): void {
		this.joined = keys;
	}

	/** Whether the last few records that were joined stand here too, with only known ones before. */
	private continues(keys: string[], overlap: number, isKnown: (key: string) => boolean): boolean {
		const shared = this.joined.slice(-overlap);
		const start = keys.indexOf(shared[0]);
		return (
			start >= 0 &&
			shared.every((key, index) => keys[start + index] === key) &&
			keys.slice(0, start).every(isKnown)
		);
	}

	/** Looks at the order of a window that has arrived. */
	compare(keys: string[]): void {
		const places = placesOf(keys);
		this.isShuffled ||= this.compared.some((before) => isOtherOrder(before, places));
		this.compared.push(places);
		if (this.compared.length > COMPARED_WINDOWS) this.compared.shift();
	}
}

/** Gives how many records a window of some length shares with the next one. */
export function overlapOf(length: number): number {
	return Math.min(OVERLAP, Math.max(2, length >> 2), length >> 1);
}

/** Where each key stands; those that stand twice say nothing about the order. */
function placesOf(keys: string[]): Map<string, number> {
	const places = new Map<string, number>();
	const twice = new Set<string>();
	keys.forEach((key, index) => (places.has(key) ? twice.add(key) : places.set(key, index)));
	for (const key of twice) places.delete(key);
	return places;
}

function isOtherOrder(before: Map<string, number>, now: Map<string, number>): boolean {
	let last = -1;
	for (const key of now.keys()) {
		const place = before.get(key);
		if (place === undefined) continue;
		if (place < last) return true;
		last = place;
	}
	return false;
}
