/** Longer than n8n lets a poll run, in milliseconds. */
const KEPT_MS = 5 * 60 * 1000;

/**
 * Remembers for a few minutes from which memory each trigger's polls went on, so that of two polls that
 * started from the same memory only the first to end counts. n8n's durable scheduler gives each poll a
 * copy of the memory, and saves the copies one after the other: the copies alone do not show that
 * another poll was quicker.
 */
export class Overlaps {
	/** The trigger and the memory → when the poll ended, in milliseconds since 1970; the oldest first. */
	private readonly ended = new Map<string, number>();

	/**
	 * Returns whether the poll that ends now is the first to go on from this memory, and remembers it.
	 *
	 * @param trigger identifies the trigger in this n8n
	 * @param memory identifies the memory from which the poll started
	 * @param now in milliseconds since 1970
	 */
	isFirst(trigger: string, memory: string, now: number): boolean {
		for (const [key, at] of this.ended) {
			// The clock may have been set back.
			if (Math.abs(now - at) <= KEPT_MS) break;
			this.ended.delete(key);
		}
		const key = JSON.stringify([trigger, memory]);
		if (this.ended.has(key)) return false;
		this.ended.set(key, now);
		return true;
	}
}
