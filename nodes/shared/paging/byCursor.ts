import { readByCursor } from './cursor';
import { type Page, type PageSize, type Paging, pageSize, plannedSize } from './paging';

/** A request for one page of a cursor-paged list; the first one has no cursor. */
export interface CursorRequest {
	size: number;
	cursor?: string;
}

/** The settings of a cursor-paged list. */
export interface CursorSettings extends Partial<PageSize> {
	max: number;
	/** How many records the server returns if it ignores the requested page size. */
	serverDefault?: number;
}

/** Returns the paging strategy for lists in which each page has a cursor to the next one. */
export function cursor({ serverDefault, ...bounds }: CursorSettings): Paging<CursorRequest> {
	const size = pageSize(bounds);
	return {
		size,
		isParallel: false,
		read: (ask, keyOf, plan) => {
			const asked = plannedSize(size, plan);
			let previousLength = Infinity;
			return readByCursor(
				async (after) => {
					const page = await ask({ size: asked, ...(after !== null && { cursor: after }) });
					const { length } = page.records;
					// A response without a cursor may be that of a server that returns fewer records
					// than requested.
					const isSilent = page.cursor === undefined && after !== null;
					const full = isSilent ? Math.min(asked, previousLength) : asked;
					previousLength = length;
					const isFull = length >= full || length === serverDefault;
					return { records: page.records, next: nextOf(page, isFull), total: page.total ?? null };
				},
				keyOf,
				plan.onPage,
			);
		},
	};
}

/** A full page that does not say whether more follows leaves it open; any other one is the last. */
function nextOf<R>({ cursor: next, total }: Page<R>, isFull: boolean): string | null | undefined {
	if (next) return next;
	const isSilent = next === null || next === undefined;
	return isSilent && isFull && (total ?? null) === null ? undefined : null;
}
