import { readByCursor } from './cursor';
import type { KeyOf } from './page';
import {
	type AskForPage,
	type Page,
	type PageSize,
	type Paging,
	type ReadPlan,
	pageSize,
	plannedSize,
} from './paging';
import { readByPosition } from './position';
import type { Span, Windows } from './prefetch';
import { readWindows } from './windows';

/** A page of a list that is addressed by a position, and by a cursor where the vendor returns one. */
export interface OffsetRequest extends Span {
	cursor?: string;
}

/** What has to be known of a list that is addressed by positions. */
export interface OffsetSettings extends Partial<PageSize> {
	max: number;
	/** How many records the server returns where it overlooks how many it is asked for. */
	serverDefault?: number;
	/** `position` for a list that cannot change: records alike are several. */
	identity?: 'key' | 'position';
}

/**
 * Pages that begin at a position (`offset` and `limit`, a range, `start` and `count`). A vendor may
 * return a cursor all the same: where the first page has one, the list is read by cursor.
 */
export function offset({
	serverDefault,
	identity,
	...bounds
}: OffsetSettings): Paging<OffsetRequest> {
	const size = pageSize(bounds);
	return {
		size,
		isParallel: true,
		read: async function* (ask, keyOf, plan) {
			const asked = plannedSize(size, plan);
			const first = await ask({ offset: 0, size: asked });
			const askOnce = withFirst(ask, first);
			if (first.cursor) return yield* readCursors(askOnce, keyOf, { ...plan, pageSize: asked });
			const windows = windowsOf(askOnce, asked, serverDefault);
			if (identity === 'position') yield* readByPosition(windows, plan);
			else yield* readWindows(windows, keyOf, plan);
		},
	};
}

/** The first page tells how to go on; it is not asked for twice. */
function withFirst<R>(
	ask: AskForPage<OffsetRequest, R>,
	first: Page<R>,
): AskForPage<OffsetRequest, R> {
	let isNew = true;
	return async (request) => {
		const isFirst = isNew && request.offset === 0;
		isNew = false;
		return isFirst ? first : await ask(request);
	};
}

function windowsOf<R>(
	ask: AskForPage<OffsetRequest, R>,
	size: number,
	serverDefault?: number,
): Windows<R> {
	return {
		spanAt: (position) => ({ offset: position, size }),
		serverDefault,
		ask: async (span) => {
			const { records, total = null, more = null } = await ask(span);
			return { ...span, records, total, more };
		},
	};
}

/** Where a cursor was returned once, a page without one is the last. */
function readCursors<R>(
	ask: AskForPage<OffsetRequest, R>,
	keyOf: KeyOf<R>,
	{ pageSize: size = 0, onPage }: ReadPlan,
): AsyncGenerator<R[], void, undefined> {
	return readByCursor(
		async (cursor) => {
			const page = await ask({ offset: 0, size, ...(cursor !== null && { cursor }) });
			return { records: page.records, next: page.cursor || null, total: page.total ?? null };
		},
		keyOf,
		onPage,
	);
}
