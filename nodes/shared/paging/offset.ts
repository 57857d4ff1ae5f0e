import type { ReadFailure } from '../errors';
import { readByCursor } from './cursor';
import { type KeyOf, incomplete } from './page';
import {
	type AskForPage,
	type Page,
	type PageSize,
	type Paging,
	type PositionPaging,
	type ReadPlan,
	pageSize,
	plannedSize,
} from './paging';
import { readByPosition } from './position';
import type { Span, Windows } from './prefetch';
import { readWindows } from './windows';

/** A request for one page of an offset-paged list; with a cursor if the vendor returned one. */
export interface OffsetRequest extends Span {
	cursor?: string;
}

/** The settings of an offset-paged list. */
export interface OffsetSettings extends Partial<PageSize> {
	max: number;
	/** How many records the server returns if it ignores the requested page size. */
	serverDefault?: number;
	/** `position` for a list that cannot change, in which identical records count separately. */
	identity?: 'key' | 'position';
}

/**
 * Returns the paging strategy for pages at a position (`offset` and `limit`, a range, `start` and
 * `count`). If the first page has a cursor, the list is read by cursor instead; with identity
 * `position` that is refused, as a cursor says nothing of positions.
 */
export function offset(
	settings: OffsetSettings & { identity: 'position' },
): PositionPaging<OffsetRequest>;
export function offset(settings: OffsetSettings): Paging<OffsetRequest>;
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
			const windows = windowsOf(askOnce, asked, serverDefault);
			if (identity === 'position') {
				if (first.cursor) throw cursorInFixedList(first);
				yield* readByPosition(windows, plan);
			} else if (first.cursor) {
				yield* readCursors(askOnce, keyOf, { ...plan, pageSize: asked });
			} else {
				yield* readWindows(windows, keyOf, plan);
			}
		},
	};
}

function cursorInFixedList<R>({ records, total = null }: Page<R>): ReadFailure {
	const expected = total === null ? null : String(total);
	return incomplete('the vendor pages it by cursor', {
		expected,
		received: records.length,
	});
}

/** The first page decides how to continue; it is not requested again. */
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

/** Once a cursor was returned, a page without one is the last. */
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
