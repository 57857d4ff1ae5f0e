import type { Window } from './prefetch';

/** A window with the keys of its records. */
export type KeyedWindow<R> = Window<R> & { keys: string[] };

/** How many records neighboring windows share, to prove that nothing lies between them. */
export const OVERLAP = 5;

/** This many known records in the known order prove it, too, if the list has shifted. */
const MIN_KNOWN = 12;

/** How many previous windows the order of a window is compared with. */
const MAX_COMPARED_WINDOWS = 4;

/** Joins windows of a list by shared records, and detects when the list shifts. */
export class Overlap {
	/** Position after the last joined record. */
	end = 0;

	/** The key of the last joined record; null before the first. */
	last: string | null = null;

	/** Whether a record was not where it was before: the list has changed. */
	hasMoved = false;

	/** Whether two records were seen in either order, so that overlaps prove nothing. */
	isShuffled = false;

	/** Whether the last window had too few known records to tell anything about the order. */
	isInconclusive = false;

	/** The keys of the window joined last, and its position. */
	private joined: string[] = [];

	private joinedAt = 0;

	private compared: Array<Map<string, number>> = [];

	/** Compares the order of a received window with those before it. */
	checkOrder(keys: string[]): void {
		const positions = positionsOf(keys);
		this.isShuffled ||= this.compared.some((before) => isOtherOrder(before, positions));
		this.compared.push(positions);
		if (this.compared.length > MAX_COMPARED_WINDOWS) this.compared.shift();
	}

	/**
	 * Returns whether there is no gap between a window and what was joined before. In a list that
	 * keeps its order any known record in the window proves that; enough of it has to be known to
	 * detect a list without order.
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

	/** Whether the window contains the last few joined records, with only known ones before them. */
	private continues(keys: string[], shared: number, isKnown: (key: string) => boolean): boolean {
		const tail = this.joined.slice(-shared);
		const start = keys.indexOf(tail[0]);
		return (
			start >= 0 &&
			tail.every((key, index) => keys[start + index] === key) &&
			keys.slice(0, start).every(isKnown)
		);
	}

	/** Whether the window starts inside the window joined last, and contains the rest of it. */
	private beginsWithin(keys: string[]): boolean {
		const length = this.last === null ? 0 : keys.indexOf(this.last) + 1;
		if (length === 0 || length > this.joined.length) return false;
		const start = this.joined.length - length;
		return keys.slice(0, length).every((key, index) => key === this.joined[start + index]);
	}

	/**
	 * Joins a window, and returns by how many positions the list has shifted back.
	 *
	 * @param lastNew index of the last new record in the window; -1 if all are known
	 * @param newCount how many of its records are new
	 */
	join({ offset, keys }: KeyedWindow<unknown>, lastNew: number, newCount: number): number {
		this.hasMoved ||= !this.isInPlace(offset, keys, newCount);
		const known = this.last === null ? -1 : keys.lastIndexOf(this.last);
		const shift = known < 0 ? 0 : offset + known + 1 - this.end;
		const at = lastNew >= 0 || this.last === null ? lastNew : known;
		// Known records after new ones have moved there, or the list starts over.
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

	/** Starts over at the beginning of the list. */
	restart(): void {
		this.end = 0;
		this.last = null;
		this.hasMoved = false;
		this.joined = [];
	}
}

/** Returns how many records a window of this length shares with the next one. */
export function overlapOf(length: number): number {
	return Math.min(OVERLAP, Math.max(2, length >> 2), length >> 1);
}

/** Returns the position of each key; repeated ones say nothing about the order. */
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

/** Returns how many records of a window are new, and the index of the last one; -1 if there is none. */
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
