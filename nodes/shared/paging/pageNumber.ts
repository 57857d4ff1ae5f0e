import { type NumberedPage, pageAt, pageFrom } from './pages';
import { type AskForPage, type PageSize, type Paging, pageSize, plannedSize } from './paging';
import { readByPosition } from './position';
import type { Window, Windows } from './prefetch';
import { readWindows } from './windows';

/** A page of a list that is addressed by its number. */
export type PageNumberRequest = Omit<NumberedPage, 'offset'>;

/** What has to be known of a list that is addressed by page numbers. */
export interface PageNumberSettings extends Partial<PageSize> {
	max: number;
	/** `position` for a list that cannot change: records alike are several. */
	identity?: 'key' | 'position';
}

/**
 * The smallest page with which a list that may change is read: fewer records do not reach far enough
 * beyond every position. See `pageAt`.
 */
const MIN_FREE_SIZE = 50;

/** Pages that are numbered from 1 (`page` and `per_page`). */
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

/** Pages of one size, so that what one page leaves off another one has. */
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

/** Pages of whatever size it takes to begin at, or little before, any position. */
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
			// The server gave less than it was asked for. If it does so again, no more is asked of it.
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
	const served = Math.min(size, stated || size);
	return { offset: (page - 1) * served, size: served, records, total, more };
}
