/** What all requests of one run share: how many may be on their way at once, and when all wait. */
export class Gate {
	private active = 0;

	/** How many the vendor seems to bear. */
	private bearable = Infinity;

	private quiet: Promise<unknown> = Promise.resolve();

	private readonly waiting: Array<() => void> = [];

	/** Whether the run is over, so that nothing is tried again. */
	isClosed = false;

	/**
	 * Resolves when a request may start; `leave` has to follow.
	 *
	 * @param most how many requests may be on their way with this one
	 * @returns how many the vendor seemed to bear at the start; to be given to `slowDown`
	 */
	async enter(most: number): Promise<number> {
		for (;;) {
			const { quiet } = this;
			await quiet;
			if (quiet !== this.quiet) continue;
			if (this.active < Math.min(most, this.bearable)) break;
			await new Promise<void>((resolve) => this.waiting.push(resolve));
		}
		this.active += 1;
		return Math.min(most, this.bearable);
	}

	leave(): void {
		this.active -= 1;
		for (const resolve of this.waiting.splice(0)) resolve();
	}

	/** Has no request start before a pause is over. */
	waitFor(pause: Promise<unknown>): void {
		this.quiet = Promise.all([this.quiet, pause]);
	}

	/** Halves the number of requests, once for all that were on their way together. */
	slowDown(borneAtStart: number): void {
		if (borneAtStart > this.bearable) return;
		this.bearable = Math.max(1, Math.floor(borneAtStart / 2));
	}

	close(): void {
		this.isClosed = true;
	}

	/** Resolves when no request is on its way any more. */
	async whenIdle(): Promise<void> {
		while (this.active > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
	}
}
