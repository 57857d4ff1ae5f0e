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

/**
 * One page of a list, with what the response itself states. What it does not state is null or left
 * out, and never guessed from the length of the page: the readers look for what follows instead.
 */
export interface Page<R> {
	records: R[];
	/**
	 * The total number of records as the vendor states it, even if it may be that of the page: readers
	 * do not end a list because its first page has as many records as the total. null if there is none,
	 * or no whole number (`countIn`). A total of pages is not a total of records.
	 */
	total?: number | null;
	/**
	 * Whether more records follow this page, by a flag or by a link to the next page. True if there is
	 * such a link with an address. False if the response says so: a flag, `"next": null` beside links
	 * that have addresses, links to other pages only. null if it does not: no flag, no links, a link
	 * without an address, and `"links": {}`, unless the vendor documents that as the links of a last
	 * page. null costs a request or two, a wrong false the rest of the list. A larger total overrules a
	 * false.
	 */
	more?: boolean | null;
	/**
	 * The cursor to the next page. An empty text states the end; null says nothing about it: a
	 * page shorter than requested is the last one then. undefined means that the response has no paging
	 * information at all, which is what a server says that returns fewer records than requested.
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

/** A paging strategy for a list in which records count by position, so that no key is needed. */
export interface PositionPaging<Request> extends Paging<Request> {
	read: <R>(
		ask: AskForPage<Request, R>,
		keyOf: unknown,
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
