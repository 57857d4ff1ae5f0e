import type { KeyOf, OnPage } from './page';

/** The page sizes of a list. The node's parameter, its validation and the reader all use it. */
export interface PageSize {
	/** The default. */
	usual: number;
	/** The smallest that users can choose; 10 makes it possible to see how a list is paged. */
	min: number;
	/** The largest that the vendor allows. */
	max: number;
}

/** One page of a list. What the response does not state is null. */
export interface Page<R> {
	records: R[];
	/** The total number of records in the list. */
	total?: number | null;
	/** Whether more records follow this page. */
	more?: boolean | null;
	/**
	 * The cursor to the next page. An empty text states the end; null says nothing about it; undefined
	 * means that the response has no paging information at all.
	 */
	cursor?: string | null;
	/** The page size that the server used, if it states it. */
	size?: number | null;
}

/** How to read a list: how much of it, and how fast. */
export interface ReadPlan {
	/** How many records are needed at least; Infinity for all, 0 if not known. */
	wanted: number;
	/** The maximum number of simultaneous requests. */
	parallel: number;
	/** Records per request, if not the default. */
	pageSize?: number;
	onPage?: OnPage;
}

/** Requests one page from the vendor. */
export type AskForPage<Request, R> = (request: Request) => Promise<Page<R>>;

/**
 * A paging strategy: how to request a vendor's list page by page, and read it completely.
 *
 * @typeParam Request what identifies a page
 */
export interface Paging<Request> {
	/** Null if the list is a single response. */
	size: PageSize | null;
	/** Whether pages can be requested simultaneously. */
	isParallel: boolean;
	/**
	 * Reads the complete list.
	 *
	 * @param keyOf returns the key that identifies a record
	 * @returns the new records of each page, in the order of the list
	 * @throws ReadFailure (`incomplete`) if the list cannot be verified as complete
	 */
	read: <R>(
		ask: AskForPage<Request, R>,
		keyOf: KeyOf<R>,
		plan: ReadPlan,
	) => AsyncGenerator<R[], void, undefined>;
}

/** Reads the complete list, one request at a time. */
export const READ_ALL: ReadPlan = { wanted: Infinity, parallel: 1 };

/**
 * Returns complete page size bounds: at least 10 by default, and the vendor's maximum as the usual
 * size.
 */
export function pageSize({ max, usual = max, min = 10 }: Partial<PageSize> & { max: number }) {
	return { usual, min, max };
}

/** Returns how many records to request at once: the planned number, up to the vendor's maximum. */
export function plannedSize(size: PageSize, plan: ReadPlan): number {
	return Math.min(plan.pageSize ?? size.usual, size.max);
}
