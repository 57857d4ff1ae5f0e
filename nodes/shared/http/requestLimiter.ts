/** What all requests of one execution share: how many may be in flight at once, and when all wait. */
export class RequestLimiter {
	private active = 0;

	/** How many the vendor seems to take, after it has asked to slow down. */
	private limit = Infinity;

	private quiet: Promise<unknown> = Promise.resolve();

	private readonly waiting: Array<() => void> = [];

	private readonly end = new AbortController();

	/** Aborted when the execution is over: nothing is sent or waited for any more. */
	get closed(): AbortSignal {
		return this.end.signal;
	}

	/**
	 * Resolves when a request may start; `release` has to follow.
	 *
	 * @param most how many requests may be in flight with this one
	 * @returns the limit at the start of the request; to be given to `slowDown`
	 */
	async acquire(most: number): Promise<number> {
		for (;;) {
			const { quiet } = this;
			await quiet;
			if (quiet !== this.quiet) continue;
			if (this.active < Math.min(most, this.limit)) break;
			await new Promise<void>((resolve) => this.waiting.push(resolve));
		}
		this.active += 1;
		return Math.min(most, this.limit);
	}

	release(): void {
		this.active -= 1;
		for (const resolve of this.waiting.splice(0)) resolve();
	}

	/** Has no request start before a pause is over. */
	waitFor(pause: Promise<unknown>): void {
		this.quiet = Promise.all([this.quiet, pause]);
	}

	/** Halves the number of requests, once for all that were in flight together. */
	slowDown(limitAtStart: number): void {
		if (limitAtStart > this.limit) return;
		this.limit = Math.max(1, Math.floor(limitAtStart / 2));
	}

	/** Ends what is in flight and no longer needed, and resolves when nothing is any more. */
	async close(): Promise<void> {
		this.end.abort();
		while (this.active > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
	}
}
