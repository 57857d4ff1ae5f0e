import type { Window } from './prefetch';

/** A window with the keys of its records. */
export type KeyedWindow<R> = Window<R> & { keys: string[] };

/** How many records two neighboring windows share, to prove that nothing slipped between them. */
export const OVERLAP = 5;

/** So many known records in their known order prove it too, where the list has moved. */
const MIN_KNOWN = 12;

/** With how many windows before it the order of a window is compared. */
const MAX_COMPARED_WINDOWS = 4;

/** Joins windows of a list by the records they share, and notices when the list moves. */
export class Overlap {
	/** Where the windows that were joined end. */
	end = 0;

	/** The key of the record that stands there last; null before the first. */
	last: string | null = null;

	/** Whether something did not stand where it stood before: the list has changed. */
	hasMoved = false;

	/** Whether two records were seen in one order and in the other: then no overlap proves anything. */
	isShuffled = false;

	/** Whether the last window that fitted brought too few records to tell anything about the order. */
	isInconclusive = false;

	/** The keys of the window that was joined last, and where it began. */
	private joined: string[] = [];

	private joinedAt = 0;

	private compared: Array<Map<string, number>> = [];

	/** Looks at the order of a window that has arrived. */
	checkOrder(keys: string[]): void {
		const positions = positionsOf(keys);
		this.isShuffled ||= this.compared.some((before) => isOtherOrder(before, positions));
		this.compared.push(positions);
		if (this.compared.length > MAX_COMPARED_WINDOWS) this.compared.shift();
	}

	/**
	 * Whether a window leaves no gap to what was joined before. In a list that keeps its order any known
	 * record in it proves that; so much of it has to be known that a list without order would be noticed.
	 */
	fits({ offset, keys }: KeyedWindow<unknown>, isKnown: (key: string) => boolean): boolean {
		this.isInconclusive = false;
		const { length } = this.joined;
		const shared = Math.min(overlapOf(length), this.end - offset);
		if (this.isShuffled || (shared > 0 && this.continues(keys, shared, isKnown))) return true;
		const minKnown = Math.min(MIN_KNOWN, Math.ceil(length / 3));
		const known = keys.filter(isKnown).length;
		this.isInconclusive = known < minKnown;
		if (this.beginsWithin(keys)) return true;
		return known > 0 && (known >= minKnown || known === keys.length);
	}

	/** Whether the last few records that were joined stand here too, with only known ones before. */
	private continues(keys: string[], shared: number, isKnown: (key: string) => boolean): boolean {
		const tail = this.joined.slice(-shared);
		const start = keys.indexOf(tail[0]);
		return (
			start >= 0 &&
			tail.every((key, index) => keys[start + index] === key) &&
			keys.slice(0, start).every(isKnown)
		);
	}

	/** Whether a window begins with what was joined last, up to the very last record of it. */
	private beginsWithin(keys: string[]): boolean {
		const length = this.last === null ? 0 : keys.indexOf(this.last) + 1;
		if (length === 0 || length > this.joined.length) return false;
		const start = this.joined.length - length;
		return keys.slice(0, length).every((key, index) => key === this.joined[start + index]);
	}

	/**
	 * Takes a window as joined, and returns by how many places the list has moved back since.
	 *
	 * @param lastNew position in the window of its last new record; -1 where all were known
	 * @param newCount how many of its records were new
	 */
	join({ offset, keys }: KeyedWindow<unknown>, lastNew: number, newCount: number): number {
		this.hasMoved ||= !this.isInPlace(offset, keys, newCount);
		const known = this.last === null ? -1 : keys.lastIndexOf(this.last);
		const shift = known < 0 ? 0 : offset + known + 1 - this.end;
		const at = lastNew >= 0 || this.last === null ? lastNew : known;
		// What is known and stands behind what is new was moved there, or the list begins again.
		const length = at >= 0 ? at + 1 : keys.length;
		this.end = offset + length;
		this.last = keys[length - 1] ?? (offset === 0 ? null : this.last);
		this.joined = keys.slice(0, length);
		this.joinedAt = offset;
		return shift;
	}

	private isInPlace(offset: number, keys: string[], newCount: number): boolean {
		if (this.joined.length === 0) return true;
		const { joined, joinedAt, end } = this;
		const shared = Math.max(0, Math.min(end - offset, keys.length));
		if (newCount !== keys.length - shared) return false;
		for (let index = Math.max(0, joinedAt - offset); index < shared; index++) {
			if (keys[index] !== joined[offset + index - joinedAt]) return false;
		}
		return true;
	}

	/** Begins again at the beginning of the list. */
	restart(): void {
		this.end = 0;
		this.last = null;
		this.hasMoved = false;
		this.joined = [];
	}
}

/** Returns how many records a window of some length shares with the next one. */
export function overlapOf(length: number): number {
	return Math.min(OVERLAP, Math.max(2, length >> 2), length >> 1);
}

/** Where each key stands; those that stand twice say nothing about the order. */
function positionsOf(keys: string[]): Map<string, number> {
	const positions = new Map<string, number>();
	const repeated = new Set<string>();
	keys.forEach((key, index) =>
		positions.has(key) ? repeated.add(key) : positions.set(key, index),
	);
	for (const key of repeated) positions.delete(key);
	return positions;
}

function isOtherOrder(before: Map<string, number>, now: Map<string, number>): boolean {
	let last = -1;
	for (const key of now.keys()) {
		const position = before.get(key);
		if (position === undefined) continue;
		if (position < last) return true;
		last = position;
	}
	return false;
}

/** Returns how many records of a window are new, and where the last of them stands; -1 where none is. */
export function newRecordsIn(keys: string[], isKnown: (key: string) => boolean) {
	const found = new Set<string>();
	let lastNew = -1;
	keys.forEach((key, index) => {
		if (found.has(key) || isKnown(key)) return;
		found.add(key);
		lastNew = index;
	});
	return { newCount: found.size, lastNew };
}
