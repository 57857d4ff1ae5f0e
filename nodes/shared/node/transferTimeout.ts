/** The slowest acceptable transfer, in bytes per second, after the time for a response is over. */
const MIN_BYTES_PER_SECOND = 10_000;

const CHECK_INTERVAL_MS = 250;

/**
 * Limits the time of a file transfer: how long it may stall, and how long it may take in total. It
 * does not wait for the stream to end, because a stalled one may not end even when destroyed.
 */
export class TransferTimeout {
	/** Rejects with an `ETIMEDOUT` error, which is retried, when the transfer has taken too long. */
	readonly expired: Promise<never>;

	private readonly startedAt = Date.now();

	private lastChunkAt = Date.now();

	private received = 0;

	private isStopped = false;

	/**
	 * @param timeoutSeconds how long the transfer may stall. It is also the total time allowed,
	 * plus what the bytes received so far may take at the slowest acceptable speed
	 */
	constructor(private readonly timeoutSeconds: number) {
		this.expired = new Promise((_, reject) => this.scheduleCheck(reject));
	}

	/** Notes a chunk. */
	progress(bytesSoFar: number): void {
		this.received = bytesSoFar;
		this.lastChunkAt = Date.now();
	}

	/** Ends the checks; `expired` stays pending. */
	stop(): void {
		this.isStopped = true;
	}

	private scheduleCheck(reject: (reason: Error) => void): void {
		AbortSignal.timeout(CHECK_INTERVAL_MS).addEventListener('abort', () => {
			if (this.isStopped) return;
			if (this.hasExpired()) reject(timeoutError());
			else this.scheduleCheck(reject);
		});
	}

	private hasExpired(): boolean {
		const now = Date.now();
		const limitMs = this.timeoutSeconds * 1000;
		const isStalled = now - this.lastChunkAt >= limitMs;
		const transferMs = (this.received / MIN_BYTES_PER_SECOND) * 1000;
		return isStalled || now - this.startedAt >= limitMs + transferMs;
	}
}

function timeoutError(): Error {
	return Object.assign(new Error('the file took too long'), { code: 'ETIMEDOUT' });
}
