import type { KeyOf, OnPage } from './page';

/** How many records a page may hold. Form, validation and reader know it from here. */
export interface PageSize {
	/** Asked for, unless the user chooses otherwise. */
	usual: number;
	/** The smallest to choose; with 10 it can be seen how a list is paged. */
	min: number;
	/** The largest the vendor takes. */
	max: number;
}

/** One page of a list, as a vendor answered. What the answer does not state is null. */
export interface Page<R> {
	records: R[];
	/** How many records the list holds in all. */
	total?: number | null;
	/** Whether the list goes on behind this page. */
	more?: boolean | null;
	/**
	 * Leads to the next page. An empty text states the end; null says nothing of what follows;
	 * undefined stands for an answer without a word about its pages.
	 */
	cursor?: string | null;
	/** How many records this page was made for, where the answer states it. */
	size?: number | null;
}

/** How much of a list is read, how fast, and who is told how far it was read. */
export interface ReadPlan {
	/** How many records are needed for sure; Infinity for all, 0 where that is not known. */
	wanted: number;
	/** How many requests may be in flight at once. */
	parallel: number;
	/** How many records to ask for at once, where it is not the usual number. */
	pageSize?: number;
	onPage?: OnPage;
}

/** Asks the vendor for one page. */
export type AskForPage<Request, R> = (request: Request) => Promise<Page<R>>;

/**
 * A paging strategy: how a vendor's list is asked for, page by page, and read as a whole.
 *
 * @typeParam Request what tells one page from another
 */
export interface Paging<Request> {
	/** Null where the list comes in one answer. */
	size: PageSize | null;
	/** Whether several pages can be in flight at once. */
	isParallel: boolean;
	/**
	 * Reads the list.
	 *
	 * @param keyOf tells records apart
	 * @returns the new records of each page, in the list's order
	 * @throws ReadFailure (`incomplete`) where the list cannot be proven whole
	 */
	read: <R>(
		ask: AskForPage<Request, R>,
		keyOf: KeyOf<R>,
		plan: ReadPlan,
	) => AsyncGenerator<R[], void, undefined>;
}

/** Reads all, one request at a time. */
export const READ_ALL: ReadPlan = { wanted: Infinity, parallel: 1 };

/** Completes the bounds of a page size: by default at least 10, and as many as the vendor takes. */
export function pageSize({ max, usual = max, min = 10 }: Partial<PageSize> & { max: number }) {
	return { usual, min, max };
}

/** Returns how many records to ask for at once: what is planned, as far as the vendor takes it. */
export function plannedSize(size: PageSize, plan: ReadPlan): number {
	return Math.min(plan.pageSize ?? size.usual, size.max);
}
