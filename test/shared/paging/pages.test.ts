import fc from 'fast-check';
import { type PageNumberRequest, pageNumber } from '../../../nodes/shared/paging/pageNumber';
import { type NumberedPage, pageAt } from '../../../nodes/shared/paging/pages';
import { readWindows } from '../../../nodes/shared/paging/windows';

const position = fc.integer({ min: 0, max: 1_000_000 });
const most = fc.integer({ min: 1, max: 300 });

describe('pageAt', () => {
	test('returns the first page for the first record', () => {
		expect(pageAt(0, 250)).toEqual({ page: 1, size: 250, offset: 0 });
	});

	test.each([
		[248, { page: 2, size: 248, offset: 248 }],
		[494, { page: 3, size: 247, offset: 494 }],
	])('begins exactly at %i', (at, expected) => {
		expect(pageAt(at, 250)).toEqual(expected);
	});

	test('the page holds the position', () => {
		fc.assert(
			fc.property(position, most, (at, largest) => {
				const { offset, size } = pageAt(at, largest);
				return offset <= at && at < offset + size;
			}),
			{ seed: 1, numRuns: 3000 },
		);
	});

	test('the page begins where its number and size say', () => {
		fc.assert(
			fc.property(position, most, (at, largest) => {
				const { page, size, offset } = pageAt(at, largest);
				return page >= 1 && Number.isInteger(page) && (page - 1) * size === offset;
			}),
			{ seed: 2, numRuns: 3000 },
		);
	});

	test('the size is never more than the vendor takes', () => {
		fc.assert(
			fc.property(position, most, (at, largest) => {
				const { size } = pageAt(at, largest);
				return size >= 1 && size <= largest;
			}),
			{ seed: 3, numRuns: 3000 },
		);
	});

	test('no other page that holds the position reaches further', () => {
		fc.assert(
			fc.property(position, most, (at, largest) => {
				const { size, offset } = pageAt(at, largest);
				const ends = Array.from(
					{ length: largest },
					(_, index) => (Math.floor(at / (index + 1)) + 1) * (index + 1),
				);
				return offset + size === Math.max(...ends);
			}),
			{ seed: 4, numRuns: 3000 },
		);
	});
});

describe('a list read by page numbers', () => {
	async function requestsFor(records: number, largest: number): Promise<[number, number]> {
		let requests = 0;
		let received = 0;
		const ask = async ({ offset, size }: NumberedPage) => {
			requests++;
			const length = Math.max(0, Math.min(size, records - offset));
			const window = Array.from({ length }, (_, index) => offset + index);
			return { offset, size, records: window, total: records, more: null };
		};
		for await (const page of readWindows({ spanAt: (at) => pageAt(at, largest), ask }, String))
			received += page.length;
		return [received, requests];
	}

	test('200,000 records take 882 requests, where pages side by side take 800', async () => {
		const [received, requests] = await requestsFor(200_000, 250);
		// eslint-disable-next-line no-console -- the count is part of the report of a run
		console.log(`200,000 records by pages of up to 250: ${requests} requests`);
		expect([received, requests]).toEqual([200_000, 882]);
	});

	test.each([50, 100, 200, 249, 250])(
		'30,000 records come in pages of at most %i',
		async (largest) => {
			expect((await requestsFor(30_000, largest))[0]).toBe(30_000);
		},
	);

	test('2,000 records come whole in the smallest pages of a list that may change', async () => {
		const records = Array.from({ length: 2000 }, (_, index) => ({ id: `l${index}` }));
		const ask = async ({ page, size }: PageNumberRequest) => ({
			records: records.slice((page - 1) * size, page * size),
			total: records.length,
			size,
		});
		const paging = pageNumber({ max: 250, min: 50 });
		const plan = { wanted: Infinity, parallel: 4, pageSize: 10 };
		let received = 0;
		for await (const page of paging.read(ask, ({ id }) => id, plan)) received += page.length;
		expect(received).toBe(2000);
	});
});
