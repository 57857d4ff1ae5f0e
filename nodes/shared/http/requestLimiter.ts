/** What all requests of one execution share: how many may be in flight at once, and when all wait. */
export class RequestLimiter {
	private active = 0;

	/** How many the vendor seems to take, after it has asked to slow down. */
	private limit = Infinity;

	private paused: Promise<unknown> = Promise.resolve();

	private readonly queue: Array<() => void> = [];

	private readonly controller = new AbortController();

	/** Aborted when the execution is over: nothing is sent or waited for any more. */
	get closed(): AbortSignal {
		return this.controller.signal;
	}

	/**
	 * Resolves when a request may start; `release` has to follow.
	 *
	 * @param maxActive how many requests may be in flight with this one
	 * @returns the limit at the start of the request; to be given to `slowDown`
	 */
	async acquire(maxActive: number): Promise<number> {
		for (;;) {
			const { paused } = this;
			await paused;
			if (paused !== this.paused) continue;
			if (this.active < Math.min(maxActive, this.limit)) break;
			await new Promise<void>((resolve) => this.queue.push(resolve));
		}
		this.active += 1;
		return Math.min(maxActive, this.limit);
	}

	release(): void {
		this.active -= 1;
		for (const resolve of this.queue.splice(0)) resolve();
	}

	/** Has no request start before a pause is over. */
	pauseUntil(pause: Promise<unknown>): void {
		this.paused = Promise.all([this.paused, pause]);
	}

	/** Halves the number of requests, once for all that were in flight together. */
	slowDown(limitAtStart: number): void {
		if (limitAtStart > this.limit) return;
		this.limit = Math.max(1, Math.floor(limitAtStart / 2));
	}

	/** Ends what is in flight and no longer needed, and resolves when nothing is any more. */
	async close(): Promise<void> {
		this.controller.abort();
		while (this.active > 0) await new Promise<void>((resolve) => this.queue.push(resolve));
	}
}
