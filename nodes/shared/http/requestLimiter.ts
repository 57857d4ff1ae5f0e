import { sleep } from 'n8n-workflow';

/** Limits the requests of one execution: how many are in flight at once, and when all of them pause. */
export class RequestLimiter {
	private active = 0;

	/** The limit after the vendor has asked to slow down. */
	private limit = Infinity;

	private paused: Promise<unknown> = Promise.resolve();

	private readonly queue: Array<() => void> = [];

	private lastTurn: Promise<unknown> = Promise.resolve();

	private controller = new AbortController();

	/** Aborted when the limiter is closed: requests that began before are neither sent nor awaited then. */
	get closed(): AbortSignal {
		return this.controller.signal;
	}

	/**
	 * Resolves when a request may start. Each call must be followed by `release`.
	 *
	 * @param maxActive how many requests may be in flight, including this one
	 * @returns the limit in effect, to be passed to `slowDown`
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

	/**
	 * Resolves when a response may be processed: at once, unless others have arrived with it. Between
	 * two of them n8n's event loop runs, so that the request that follows the first is sent before the
	 * second is processed. Otherwise requests that were sent together stay together, and n8n waits idly.
	 */
	async turn(): Promise<void> {
		const previous = this.lastTurn;
		this.lastTurn = previous.then(async () => await sleep(1));
		await previous;
	}

	/** Lets no request start before the pause has resolved. */
	pauseUntil(pause: Promise<unknown>): void {
		this.paused = Promise.all([this.paused, pause]);
	}

	/** Halves the limit, once for all requests that were in flight together. */
	slowDown(limitAtStart: number): void {
		if (limitAtStart > this.limit) return;
		this.limit = Math.max(1, Math.floor(limitAtStart / 2));
	}

	/** Aborts all requests in flight, and resolves when none is left. */
	async close(): Promise<void> {
		this.controller.abort();
		while (this.active > 0) await new Promise<void>((resolve) => this.queue.push(resolve));
	}

	/** Closes, and then lets new requests start. */
	async reopen(): Promise<void> {
		await this.close();
		this.controller = new AbortController();
	}
}
