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
const LEAST_BEYOND_FIRST = 50;

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
			if (identity === 'position') yield* readByPosition(fixedPages(ask, asked), plan);
			else yield* readWindows(freePages(ask, asked, size.max), keyOf, plan);
		},
	};
}

/** Pages of one size, so that what one page leaves off another one has. */
function fixedPages<R>(
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
function freePages<R>(
	ask: AskForPage<PageNumberRequest, R>,
	asked: number,
	largest: number,
): Windows<R, NumberedPage> {
	let most = Math.max(asked, Math.min(LEAST_BEYOND_FIRST, largest));
	return {
		spanAt: (position) => pageAt(position, position === 0 ? Math.min(asked, most) : most),
		exactlyAt: (position) => pageFrom(position, most),
		ask: async (page) => {
			const window = await windowOf(ask, page);
			if (window.size === page.size) return window;
			// The server gave less than it was asked for. If it does so again, no more is asked of it.
			const again = await windowOf(ask, page);
			if (again.size < page.size) most = again.size;
			return again;
		},
	};
}

async function windowOf<R>(
	ask: AskForPage<PageNumberRequest, R>,
	{ page, size }: NumberedPage,
): Promise<Window<R>> {
	const { records, total = null, more = null, size: stated } = await ask({ page, size });
	const given = Math.min(size, stated || size);
	return { offset: (page - 1) * given, size: given, records, total, more };
}
