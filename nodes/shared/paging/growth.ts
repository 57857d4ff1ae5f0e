import { MAX_IDLE_READS } from './page';
import type { Prefetch, Span } from './prefetch';

/**
 * A list that grows at its end as fast as it is read has no end to be found: what was in it at some
 * moment is enough. Keeps a position that the list did not reach at that moment.
 */
export class GrowthBound {
	/** It moves with the records before it. */
	private bound: number | null = null;

	/** How many windows it may take to come to it. */
	private windowsLeft = 0;

	get isActive(): boolean {
		return this.bound !== null;
	}

	/** Looks for a position that the list does not reach now; there is none where it may. */
	async start<R, S extends Span>(prefetch: Prefetch<R, S>, end: number): Promise<void> {
		const bound = end + prefetch.size;
		this.windowsLeft = prefetch.size + MAX_IDLE_READS;
		this.bound = null;
		for (const position of [bound + prefetch.size, bound]) {
			if ((await prefetch.exactlyAt(position)).records.length > 0) return;
		}
		this.bound = bound;
	}

	/** Takes note that the records before the bound have moved by some places. */
	shift(by: number): void {
		if (this.bound !== null) this.bound += by;
	}

	/** Counts a window, and returns whether the bound should have been reached long ago. */
	hasExpired(): boolean {
		return this.bound !== null && this.windowsLeft-- <= 0;
	}

	/** Whether all was read that was in the list when the growth began. */
	hasReached(end: number): boolean {
		return this.bound !== null && end >= this.bound;
	}

	stop(): void {
		this.bound = null;
	}
}
