import { MAX_IDLE_READS } from './page';
import type { Prefetch, Span } from './prefetch';

/**
 * The bound for a list that grows at its end as fast as it is read, so that its end is never found:
 * reading all that was in it at some moment is enough. Keeps a position that the list had not reached
 * at that moment.
 */
export class GrowthBound {
	/** Shifts with the records before it. */
	private bound: number | null = null;

	/** How many more windows may be read before the bound is reached. */
	private windowsLeft = 0;

	get isActive(): boolean {
		return this.bound !== null;
	}

	/**
	 * Sets the bound if the list does not reach it now.
	 *
	 * @param end position after the last record that was read
	 */
	async start<R, S extends Span>(prefetch: Prefetch<R, S>, end: number): Promise<void> {
		const bound = end + prefetch.size;
		this.windowsLeft = prefetch.size + MAX_IDLE_READS;
		this.bound = null;
		for (const position of [bound + prefetch.size, bound]) {
			if ((await prefetch.exactlyAt(position)).records.length > 0) return;
		}
		this.bound = bound;
	}

	/** Shifts the bound with the records before it. */
	shift(by: number): void {
		if (this.bound !== null) this.bound += by;
	}

	/** Counts a window, and returns whether the bound should have been reached by now. */
	hasExpired(): boolean {
		return this.bound !== null && this.windowsLeft-- <= 0;
	}

	/** Whether everything that was in the list when the bound was set has been read. */
	hasReached(end: number): boolean {
		return this.bound !== null && end >= this.bound;
	}

	stop(): void {
		this.bound = null;
	}
}
