import { readByCursor } from './cursor';
import { type Page, type PageSize, type Paging, pageSize, plannedSize } from './paging';

/** A page of a list that is read by cursor; the first one has none. */
export interface CursorRequest {
	size: number;
	cursor?: string;
}

/** What has to be known of a list that is read by cursor. */
export interface CursorSettings extends Partial<PageSize> {
	max: number;
	/** How many records the server returns where it overlooks how many it is asked for. */
	serverDefault?: number;
}

/** Pages of which each leads to the next one. */
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
					// A silent answer may be one of a server that returns fewer than it is asked for.
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

/** A full page that says nothing of what follows leaves it open; any other one is the last. */
function nextOf<R>({ cursor: next, total }: Page<R>, isFull: boolean): string | null | undefined {
	if (next) return next;
	const isSilent = next === null || next === undefined;
	return isSilent && isFull && (total ?? null) === null ? undefined : null;
}
