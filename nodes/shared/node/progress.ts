import type { WaitReason } from '../http/client';
import type { ReadProgress } from '../paging/page';

/** Lines about how far a run is come at most this often, so a shorter run says nothing. */
const EVERY_MS = 10_000;

/** Shorter waits are not worth a line. */
const LONG_WAIT_MS = 5_000;

/**
 * Tells the log how far a long run is, and what it waits for. It is shared by all requests of a run,
 * so that many lists read side by side write no more lines than one.
 */
export class Progress {
	private saidAt: number;

	/** The end of the wait that was told last. */
	private waitsUntil = 0;

	/**
	 * @param say writes a line
	 * @param now the clock, in milliseconds since 1970
	 */
	constructor(
		private readonly say: (line: string) => void,
		private readonly now: () => number,
	) {
		this.saidAt = now();
	}

	/** Says how far a list was read, if a line is due. */
	read(list: string, { pages, records, total }: ReadProgress): void {
		const of = total === null ? '' : ` of ${total}`;
		this.tell(`${list}: ${pages} pages, ${records}${of} records read so far`);
	}

	/** Says how many of several input items are done, if a line is due. */
	done(vendor: string, items: number, of: number): void {
		if (of > 1) this.tell(`${vendor}: ${items} of ${of} items done`);
	}

	/** Says at once that there is a long wait; one that several requests share is said once. */
	waiting(who: string, milliseconds: number, { status, isRetryAfter }: WaitReason): void {
		const until = this.now() + milliseconds;
		if (until - Math.max(this.now(), this.waitsUntil) <= LONG_WAIT_MS) return;
		this.waitsUntil = until;
		const time = new Date(until).toISOString().replace(/\.\d+/, '');
		const why = `${status ?? 'no answer'}${isRetryAfter ? ', Retry-After' : ''}`;
		this.say(`${who}: waiting for the vendor until ${time} (${why})`);
	}

	private tell(line: string): void {
		const now = this.now();
		if (now - this.saidAt < EVERY_MS) return;
		this.saidAt = now;
		this.say(line);
	}
}
