import type { WaitReason } from '../http/client';
import type { ReadProgress } from '../paging/page';
import { counted, grouped } from '../text';

/** Shorter executions log nothing. */
const LOG_INTERVAL_MS = 10_000;

/** Shorter waits are not logged. */
const LONG_WAIT_MS = 5_000;

/**
 * Logs the progress of a long execution, and what it waits for. All requests of an execution share one
 * instance, so that many lists that are read in parallel write no more lines than one.
 */
export class Progress {
	private lastLoggedAt: number;

	/** The end of the last wait that was logged. */
	private waitingUntil = 0;

	/**
	 * @param log writes a line
	 * @param now returns the time in milliseconds since 1970
	 */
	constructor(
		private readonly log: (line: string) => void,
		private readonly now: () => number,
	) {
		this.lastLoggedAt = now();
	}

	/** Logs how much of a list has been read, if a line is due. */
	read(list: string, { pages, records, total }: ReadProgress): void {
		const read =
			total === null
				? counted(records, 'record')
				: `${grouped(records)} of ${counted(total, 'record')}`;
		this.logIfDue(`${list}: read ${read} in ${counted(pages, 'page')} so far`);
	}

	/** Logs how many of the input items are done, if there are several and a line is due. */
	done(vendor: string, items: number, total: number): void {
		if (total > 1) this.logIfDue(`${vendor}: ${grouped(items)} of ${counted(total, 'item')} done`);
	}

	/** Logs a long wait at once; a wait that several requests share is logged once. */
	waiting(request: string, milliseconds: number, { status, isRetryAfter }: WaitReason): void {
		const until = this.now() + milliseconds;
		if (until - Math.max(this.now(), this.waitingUntil) <= LONG_WAIT_MS) return;
		this.waitingUntil = until;
		const time = new Date(until).toISOString().replace(/\.\d+/, '');
		const reason = `${status ?? 'no response'}${isRetryAfter ? ', Retry-After' : ''}`;
		this.log(`${request}: waiting until ${time} to retry (${reason})`);
	}

	private logIfDue(line: string): void {
		const now = this.now();
		if (now - this.lastLoggedAt < LOG_INTERVAL_MS) return;
		this.lastLoggedAt = now;
		this.log(line);
	}
}
