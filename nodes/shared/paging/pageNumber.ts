import { type NumberedPage, pageAt, pageFrom } from './pages';
import {
	type AskForPage,
	type PageSize,
	type Paging,
	type PositionPaging,
	pageSize,
	plannedSize,
} from './paging';
import { readByPosition } from './position';
import type { Window, Windows } from './prefetch';
import { readWindows } from './windows';

/** A request for one page of a list with numbered pages. */
export type PageNumberRequest = Omit<NumberedPage, 'offset'>;

/** The settings of a list with numbered pages. */
export interface PageNumberSettings extends Partial<PageSize> {
	max: number;
	/** `position` for a list that cannot change, in which identical records count separately. */
	identity?: 'key' | 'position';
}

/**
 * The smallest page size for lists that may change: smaller pages do not reach far enough beyond every
 * position. See `pageAt`.
 */
const MIN_FREE_SIZE = 50;

/** Returns the paging strategy for pages numbered from 1 (`page` and `per_page`). */
export function pageNumber(
	settings: PageNumberSettings & { identity: 'position' },
): PositionPaging<PageNumberRequest>;
export function pageNumber(settings: PageNumberSettings): Paging<PageNumberRequest>;
export function pageNumber({
	identity = 'key',
	...bounds
}: PageNumberSettings): Paging<PageNumberRequest> {
	const size = pageSize(bounds);
	return {
		size,
		isParallel: true,
		read: async function* (ask, keyOf, plan) {
			const asked = plannedSize(size, plan);
			if (identity === 'position') yield* readByPosition(pagesOfOneSize(ask, asked), plan);
			else yield* readWindows(pagesOfAnySize(ask, asked, size.max), keyOf, plan);
		},
	};
}

/** Pages of one size, so that each starts where another one ends. */
function pagesOfOneSize<R>(
	ask: AskForPage<PageNumberRequest, R>,
	asked: number,
): Windows<R, NumberedPage> {
	let size = asked;
	const spanAt = (position: number) => {
		const page = Math.floor(position / size) + 1;
		return { page, size, offset: (page - 1) * size };
	};
	return {
		spanAt,
		exactlyAt: spanAt,
		ask: async (page) => {
			const window = await windowOf(ask, page);
			size = Math.min(size, window.size);
			return window;
		},
	};
}

/** Pages of any size, so that one can start at, or shortly before, any position. */
function pagesOfAnySize<R>(
	ask: AskForPage<PageNumberRequest, R>,
	asked: number,
	largest: number,
): Windows<R, NumberedPage> {
	let maxSize = Math.max(asked, Math.min(MIN_FREE_SIZE, largest));
	return {
		spanAt: (position) => pageAt(position, position === 0 ? Math.min(asked, maxSize) : maxSize),
		exactlyAt: (position) => pageFrom(position, maxSize),
		ask: async (page) => {
			const window = await windowOf(ask, page);
			if (window.size === page.size) return window;
			// The server used a smaller size. If it does so again, no more is requested.
			const again = await windowOf(ask, page);
			if (again.size < page.size) maxSize = again.size;
			return again;
		},
	};
}

async function windowOf<R>(
	ask: AskForPage<PageNumberRequest, R>,
	{ page, size }: NumberedPage,
): Promise<Window<R>> {
	const { records, total = null, more = null, size: stated } = await ask({ page, size });
	const goesOn = more === true || (total !== null && (page - 1) * size + records.length < total);
	// A numbered page that is not full although others follow is one of a server that serves smaller ones.
	const likely = goesOn && records.length > 0 ? records.length : size;
	const served = Math.min(size, stated || likely);
	return { offset: (page - 1) * served, size: served, records, total, more };
}
