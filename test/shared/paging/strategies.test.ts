import { cursor } from '../../../nodes/shared/paging/byCursor';
import { type OffsetRequest, offset } from '../../../nodes/shared/paging/offset';
import { type PageNumberRequest, pageNumber } from '../../../nodes/shared/paging/pageNumber';
import type { AskForPage, Page, Paging } from '../../../nodes/shared/paging/paging';
import { single } from '../../../nodes/shared/paging/single';
import { type OperationContext, readAll } from '../../../nodes/shared/vendor/vendor';

/* eslint-disable @n8n/community-nodes/no-restricted-globals -- this is no node */

interface Line {
	text: string;
}

const all = { wanted: Infinity, parallel: 3 };

/** Lines of which every other one is the same, word for word. */
const linesOf = (count: number): Line[] =>
	Array.from({ length: count }, (_, index) => ({ text: index % 2 === 0 ? 'same' : `${index}` }));

async function read<Request>(
	paging: Paging<Request>,
	ask: AskForPage<Request, Line>,
	plan: Partial<typeof all> & { pageSize?: number } = {},
): Promise<Line[]> {
	const received: Line[] = [];
	for await (const page of paging.read(ask, ({ text }) => text, { ...all, ...plan })) {
		received.push(...page);
	}
	return received;
}

type Answer = (page: Page<Line>) => Page<Line>;

/** A server that is asked by offset. */
const byOffset =
	(list: Line[], answer: Answer = (page) => page) =>
	async ({ offset: start, size }: OffsetRequest) =>
		answer({ records: list.slice(start, start + size) });

/** A server that is asked by page number, and returns no more than it likes at once. */
const byNumber =
	(list: Line[], most = Infinity, answer: Answer = (page) => page) =>
	async ({ page, size: asked }: PageNumberRequest) => {
		const size = Math.min(asked, most);
		return answer({ records: list.slice((page - 1) * size, page * size), size });
	};

const withTotal = (total: number) => (page: Page<Line>) => ({ ...page, total });

describe('a list that cannot change is read by position', () => {
	const numbered = pageNumber({ max: 200, identity: 'position' });
	const placed = offset({ max: 200, identity: 'position' });

	it.each([0, 1, 199, 200, 201, 430, 1000])('%i lines, half of them alike', async (count) => {
		const lines = linesOf(count);
		expect(await read(placed, byOffset(lines))).toEqual(lines);
		expect(await read(numbered, byNumber(lines))).toEqual(lines);
		expect(await read(placed, byOffset(lines, withTotal(count)))).toEqual(lines);
		expect(await read(numbered, byNumber(lines, 200, withTotal(count)))).toEqual(lines);
	});

	it('needs no key of a record', async () => {
		const lines = linesOf(430);
		const context = { onPage: () => {} } as unknown as OperationContext;
		expect(await readAll(context, numbered, byNumber(lines))).toEqual(lines);
		expect(await readAll(context, placed, byOffset(lines))).toEqual(lines);
		// @ts-expect-error -- any other strategy needs one
		void (() => readAll(context, pageNumber({ max: 200 }), byNumber(lines)));
	});

	it('refuses to follow a cursor, which says nothing of positions', async () => {
		const ask = byOffset(linesOf(430), (page) => ({ ...page, cursor: 'next' }));
		await expect(read(placed, ask)).rejects.toThrow(/pages it by cursor .*received 200/);
	});

	it('asks for several pages at once where the total is known', async () => {
		const lines = linesOf(1000);
		let inFlight = 0;
		let most = 0;
		let asked = 0;
		const ask = async (request: PageNumberRequest) => {
			asked++;
			most = Math.max(most, ++inFlight);
			await new Promise((resolve) => setImmediate(resolve));
			inFlight--;
			return await byNumber(lines, 200, withTotal(1000))(request);
		};
		expect(await read(numbered, ask)).toEqual(lines);
		expect([most, asked]).toEqual([3, 5]);
	});

	it('goes on in the pages of a server that returns smaller ones', async () => {
		const lines = linesOf(430);
		expect(await read(numbered, byNumber(lines, 50))).toEqual(lines);
		expect(await read(numbered, byNumber(lines, 50, withTotal(430)))).toEqual(lines);
	});

	it('takes the whole list from a server that returns it each time', async () => {
		const lines = linesOf(7);
		expect(await read(placed, async () => ({ records: lines }))).toEqual(lines);
	});

	it.each([
		[
			'more are stated than come',
			byOffset(linesOf(430), withTotal(431)),
			/expected 431 .* received 430/,
		],
		['fewer are stated than come', byOffset(linesOf(430), withTotal(300)), /fewer records than it/],
		[
			'the first page comes again and again',
			async () => ({ records: linesOf(200) }),
			/keeps returning the same records/,
		],
		[
			'a page between is empty',
			async ({ offset: start, size }: OffsetRequest) => ({
				records: start === 200 ? [] : linesOf(1000).slice(start, start + size),
			}),
			/between pages are missing/,
		],
	])('fails where %s', async (_, ask, message) => {
		await expect(read(placed, ask)).rejects.toThrow(message);
	});
});

describe('the size of a page', () => {
	const sizes: number[] = [];
	const note = async ({ size }: { size: number }) => {
		sizes.push(size);
		return { records: [] as Line[], total: 0, more: false, cursor: '' };
	};
	beforeEach(() => void sizes.splice(0));

	const strategies: Array<[string, Paging<{ size: number }>]> = [
		['offset', offset({ usual: 100, max: 300 }) as Paging<never>],
		['page number', pageNumber({ usual: 100, max: 300 }) as Paging<never>],
		['cursor', cursor({ usual: 100, max: 300 }) as Paging<never>],
	];

	it.each(strategies)(
		'by %s: the usual one, the chosen one, never more than the vendor takes',
		async (_, paging) => {
			expect(paging.size).toEqual({ usual: 100, min: 10, max: 300 });
			await read(paging, note);
			await read(paging, note, { pageSize: 20 });
			await read(paging, note, { pageSize: 5000 });
			expect([...new Set(sizes)]).toEqual([100, 20, 300]);
		},
	);

	it('is none where the list comes at once', () => expect(single().size).toBeNull());
});

describe('a server that serves smaller numbered pages than it is asked for, and does not say so', () => {
	const lines = Array.from({ length: 170 }, (_, index) => ({ text: `${index}` }));
	const silent = (most: number, said: (end: number) => Partial<Page<Line>>) => {
		const ask = byNumber(lines, most);
		return async (request: PageNumberRequest) => {
			const { records } = await ask(request);
			const end = lines.indexOf(records[records.length - 1]) + 1;
			return { records, ...said(end) };
		};
	};
	const statements: Array<[string, (end: number) => Partial<Page<Line>>]> = [
		['a total', () => ({ total: 170 })],
		['whether more follow', (end) => ({ more: end < 170 })],
	];

	it.each(statements)('is read whole where it states %s', async (_, said) => {
		for (const most of [1, 7, 9, 50]) {
			for (const identity of ['key', 'position'] as const) {
				const paging = pageNumber({ max: 100, ...(identity === 'position' && { identity }) });
				const received = await read(paging as Paging<PageNumberRequest>, silent(most, said));
				expect(received).toEqual(lines);
			}
		}
	});
});

describe('a vendor that returns a cursor although it is asked by offset', () => {
	it('is followed by cursor, and the first page is asked for once', async () => {
		const pages = [['a', 'b'], ['c', 'd'], ['e']].map((texts) => texts.map((text) => ({ text })));
		const asked: Array<string | undefined> = [];
		const ask = async ({ cursor: after }: OffsetRequest) => {
			asked.push(after);
			const at = Number(after ?? 0);
			return { records: pages[at], cursor: at < 2 ? String(at + 1) : null };
		};
		const received = await read(offset({ max: 2 }), ask);
		expect(received.map(({ text }) => text)).toEqual(['a', 'b', 'c', 'd', 'e']);
		expect(asked.slice(0, 3)).toEqual([undefined, '1', '2']);
	});
});
