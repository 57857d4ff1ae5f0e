import type { Window } from './ahead';

/** So far before a window that may have reached the end, the one begins that proves it. */
const STEP_BACK = 16;

/**
 * Watches for the end of a list whose vendor does not tell it. A short window may end with the list,
 * or where the server gives no more at once, be it so many records or so many bytes. Only another
 * short window tells: one that begins within the first and gives a part of it only, or one that begins
 * before the first, gives more, and still ends where the first did.
 */
export class EndOfList {
	/** The keys of a window that may have reached the end. */
	private candidate: string[] | null = null;

	/** The last of them, where the next window begins before it. */
	private tail: string[] = [];

	/** Where the last window ended; null behind a gap. */
	private lastEnd: number | null = null;

	/** The largest window so far; null before the first. */
	private largest: number | null = null;

	/** Where to read on to prove the end; null where the next window does. */
	confirmFrom: number | null = null;

	get mayBeNear(): boolean {
		return this.candidate !== null;
	}

	/** Takes note of records beyond what was read: the end is further on. */
	isBeyond(): void {
		this.candidate = null;
		this.lastEnd = null;
	}

	/** Whether a window, joined to what was read, proves that the end was reached. */
	isProvenBy({ offset, size }: Window<unknown>, keys: string[], bringsNew: boolean): boolean {
		const { candidate, tail, lastEnd } = this;
		const isFirst = this.largest === null;
		const largest = Math.max(this.largest ?? 0, keys.length);
		const end = offset + keys.length;
		const isShort = keys.length < size && (isFirst || keys.length < largest || end === lastEnd);
		this.largest = largest;
		this.lastEnd = end;
		this.confirmFrom = null;
		if (!isShort) {
			if (bringsNew) this.candidate = null;
			return false;
		}
		if (candidate !== null && isSameEnd(candidate, tail, keys)) return true;
		const step = Math.min(STEP_BACK, Math.floor((largest - keys.length) / 2));
		const hasConfirmed = candidate !== null && !bringsNew;
		if (step > 0 && offset > 0 && !hasConfirmed) this.confirmFrom = Math.max(0, offset - step);
		this.candidate = keys;
		this.tail = keys.slice(-Math.ceil(step / 2));
		return false;
	}
}

function isSameEnd(candidate: string[], tail: string[], keys: string[]): boolean {
	if (keys.length > candidate.length) return tail.some((key) => keys.includes(key));
	const before = new Set(candidate);
	return keys.length < candidate.length && keys.every((key) => before.has(key));
}
