/** A piece of a list, as it is asked for. */
export interface Span {
	/** Position of its first record in the vendor's list, from 0. */
	offset: number;
	/** How many records are asked for. */
	size: number;
}

/** A piece of a list, as it came. */
export interface Window<R> extends Span {
	records: R[];
	/** How many records the list holds in all, where the vendor says it. */
	total: number | null;
	/** Whether the list goes on, where the vendor says it. */
	more: boolean | null;
}

/** How a vendor's list is asked for by positions. */
export interface Windows<R, S extends Span = Span> {
	/** Returns the window that begins at a position, or as little before it as the vendor can. */
	spanAt: (position: number) => S;
	/** Returns a window that begins at the position itself; where missing, each window does. */
	exactlyAt?: (position: number) => S;
	ask: (span: S) => Promise<Window<R>>;
	/** How many records a server is known to return where it overlooks how many it is asked for. */
	serverDefault?: number;
}

/** Where reading goes on. */
export interface Front {
	/** Where the records that were joined end. */
	end: number;
	/** How many records the next window shares with them. */
	overlap: number;
	/** The list is known to be wanted, and to go on, up to here; beyond, only one window is asked for. */
	until: number;
	/** How many windows may be on their way at once. */
	parallel: number;
}

interface PendingWindow<R> {
	span: Span;
	window: Promise<Window<R>>;
}

/** Asks for windows before they are needed, and returns them in order. */
export class Prefetch<R, S extends Span> {
	private queue: Array<PendingWindow<R>> = [];

	/** How many windows were asked for. */
	requestCount = 0;

	/** How many records this server is known to return at most. */
	private maxSize = Infinity;

	constructor(private readonly windows: Windows<R, S>) {}

	/** Notes that the server returns no more records at once than this. */
	capAt(records: number): void {
		this.maxSize = records;
	}

	/** Whether windows are on their way. */
	get isBusy(): boolean {
		return this.queue.length > 0;
	}

	/** Asks for the window at a position, whatever else is on its way. */
	async at(position: number): Promise<Window<R>> {
		return await this.ask(this.windows.spanAt(position));
	}

	/** Asks for the window that begins at a position and nowhere before. */
	async exactlyAt(position: number): Promise<Window<R>> {
		const { spanAt, exactlyAt = spanAt } = this.windows;
		return await this.ask(exactlyAt(position));
	}

	/** Asks for the second window of a list in windows of some size. */
	async secondOfSize(size: number): Promise<Window<R>> {
		const { spanAt, exactlyAt = spanAt } = this.windows;
		return await this.ask({ ...exactlyAt(size), size });
	}

	/** How many records are asked for at once. */
	get size(): number {
		return this.windows.spanAt(0).size;
	}

	/** Asks for the window that shares some records with what ends at a position, and goes beyond it. */
	async after(end: number, overlap: number): Promise<Window<R>> {
		return await this.ask(this.spanAfter(end, overlap));
	}

	/** Returns the next window, and has others come meanwhile. */
	async next(front: Front): Promise<Window<R>> {
		let { until } = front;
		for (;;) {
			while (this.queue.length > 0 && this.endOf(this.queue[0].span) <= front.end)
				this.queue.shift();
			this.fill({ ...front, until });
			const [head] = this.queue;
			// What was asked for lies beyond a gap where windows came shorter than they were expected.
			const shared = front.overlap === 0 ? 0 : 1;
			if (head === undefined || head.span.offset + shared > front.end) {
				return await this.after(front.end, front.overlap);
			}
			this.queue.shift();
			const window = await head.window;
			if (window.records.length > 0 || this.queue.length === 0) return window;
			// Asked for beyond the end.
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
			// It fails when it is waited for, which may be never.
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
