import { TIMED_OUT } from '../http/connectionProblem';

/** The slowest acceptable transfer, in bytes per second, after the time for a response is over. */
const MIN_BYTES_PER_SECOND = 10_000;

const CHECK_INTERVAL_MS = 250;

/**
 * Limits the time of a file transfer: how long it may stall, and how long it may take in total. It
 * does not wait for the stream to end, because a stalled one may not end even when destroyed.
 */
export class TransferTimeout {
	/** Rejects with an error, which is retried, when the transfer has taken too long. */
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
			const reason = this.reasonToStop();
			if (reason === null) this.scheduleCheck(reject);
			else reject(Object.assign(new Error(reason), { code: TIMED_OUT }));
		});
	}

	/** Returns why the transfer has taken too long; null if it has not. */
	private reasonToStop(): string | null {
		const now = Date.now();
		const limitMs = this.timeoutSeconds * 1000;
		if (now - this.lastChunkAt >= limitMs) return `no data received for ${this.timeoutSeconds} s`;
		const transferMs = (this.received / MIN_BYTES_PER_SECOND) * 1000;
		const isTooSlow = now - this.startedAt >= limitMs + transferMs;
		return isTooSlow
			? `the transfer was slower than ${MIN_BYTES_PER_SECOND / 1000} kB per second`
			: null;
	}
}
