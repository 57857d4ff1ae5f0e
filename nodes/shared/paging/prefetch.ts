/** A range of a list, as requested. */
export interface Span {
	/** Position of its first record, from 0. */
	offset: number;
	/** How many records are requested. */
	size: number;
}

/** A range of a list, as received. */
export interface Window<R> extends Span {
	records: R[];
	/** The total number of records in the list, if the vendor states it. */
	total: number | null;
	/** Whether more records follow, if the vendor states it. */
	more: boolean | null;
}

/** How to request a vendor's list by position. */
export interface Windows<R, S extends Span = Span> {
	/** Returns the span that starts at a position, or as shortly before it as the vendor allows. */
	spanAt: (position: number) => S;
	/** Returns a span that starts exactly at a position; if missing, every span does. */
	exactlyAt?: (position: number) => S;
	ask: (span: S) => Promise<Window<R>>;
	/** How many records the server returns if it ignores the requested page size. */
	serverDefault?: number;
}

/** Where reading continues. */
export interface Front {
	/** Position after the last joined record. */
	end: number;
	/** How many joined records the next window contains, too. */
	overlap: number;
	/** The list is needed and known to reach this position; only one window is requested beyond it. */
	until: number;
	/** The maximum number of simultaneous requests. */
	parallel: number;
}

interface PendingWindow<R> {
	span: Span;
	window: Promise<Window<R>>;
}

/** Requests windows before they are needed, and returns them in order. */
export class Prefetch<R, S extends Span> {
	private queue: Array<PendingWindow<R>> = [];

	requestCount = 0;

	/** The most records that this server is known to return at once. */
	private maxSize = Infinity;

	constructor(private readonly windows: Windows<R, S>) {}

	/** Sets the most records that the server returns at once. */
	capAt(records: number): void {
		this.maxSize = records;
	}

	/** Whether requests are in flight. */
	get isBusy(): boolean {
		return this.queue.length > 0;
	}

	/** Requests the window at a position. */
	async at(position: number): Promise<Window<R>> {
		return await this.ask(this.windows.spanAt(position));
	}

	/** Requests the window that starts exactly at a position. */
	async exactlyAt(position: number): Promise<Window<R>> {
		const { spanAt, exactlyAt = spanAt } = this.windows;
		return await this.ask(exactlyAt(position));
	}

	/** Requests the second window of a list with windows of this size. */
	async secondOfSize(size: number): Promise<Window<R>> {
		const { spanAt, exactlyAt = spanAt } = this.windows;
		return await this.ask({ ...exactlyAt(size), size });
	}

	/** How many records are requested at once. */
	get size(): number {
		return this.windows.spanAt(0).size;
	}

	/**
	 * Requests the window that contains the last `overlap` records before a position, and reaches
	 * beyond it.
	 */
	async after(end: number, overlap: number): Promise<Window<R>> {
		return await this.ask(this.spanAfter(end, overlap));
	}

	/** Returns the next window, and requests others in the meantime. */
	async next(front: Front): Promise<Window<R>> {
		let { until } = front;
		for (;;) {
			while (this.queue.length > 0 && this.endOf(this.queue[0].span) <= front.end)
				this.queue.shift();
			this.fill({ ...front, until });
			const [head] = this.queue;
			// Windows shorter than expected leave a gap before the next one in the queue.
			const shared = front.overlap === 0 ? 0 : 1;
			if (head === undefined || head.span.offset + shared > front.end) {
				return await this.after(front.end, front.overlap);
			}
			this.queue.shift();
			const window = await head.window;
			if (window.records.length > 0 || this.queue.length === 0) return window;
			// Requested beyond the end of the list.
			until = front.end;
		}
	}

	clear(): void {
		this.queue = [];
	}

	private async ask(span: S): Promise<Window<R>> {
		this.requestCount++;
		return await this.windows.ask(span);
	}

	private fill({ end, overlap, until, parallel }: Front): void {
		const last = this.queue.at(-1);
		let reached = last ? this.endOf(last.span) : end;
		while (this.queue.length < parallel && reached < until) {
			const span = this.spanAfter(reached, overlap);
			const window = this.ask(span);
			// The failure is thrown when the window is awaited, if ever.
			window.catch(() => {});
			this.queue.push({ span, window });
			reached = this.endOf(span);
		}
	}

	private spanAfter(end: number, overlap: number): S {
		let position = Math.max(0, end - overlap);
		let span = this.windows.spanAt(position);
		while (this.endOf(span) <= end && position < end) span = this.windows.spanAt(++position);
		return span;
	}

	private endOf({ offset, size }: Span): number {
		return offset + Math.min(size, this.maxSize);
	}
}
