/* eslint-disable @n8n/community-nodes/no-restricted-globals -- this is no node */
import { assemblerOf, collect } from '../../../nodes/shared/node/collect';
import type { Invoice } from '../../../nodes/shared/invoice/invoice';

/** Gives pages of records, and notes when one is asked for, when it has come, and what it becomes. */
function listOf(pages: number[][], failure?: Error) {
	const events: string[] = [];
	async function* read() {
		for (const [index, page] of pages.entries()) {
			events.push(`ask ${index}`);
			await Promise.resolve();
			yield page.map((id) => ({ id }));
		}
		if (failure) throw failure;
	}
	const convert = (records: object[]) => {
		events.push(`convert ${records.length}`);
		return records.map((record) => ({ ...record, isConverted: true }));
	};
	return { events, pages: read(), convert };
}

const upTo = (end: number) => Array.from({ length: end }, (_, index) => index);
const idsOf = (kept: object[]) => kept.map((one) => (one as { id: number }).id);

describe('collect', () => {
	it('asks for the next page before it converts one', async () => {
		const { events, pages, convert } = listOf([[1, 2], [3], [4]]);
		const kept: object[] = [];
		await collect(pages, { kept, convert });
		expect(events).toEqual(['ask 0', 'ask 1', 'convert 2', 'ask 2', 'convert 1', 'convert 1']);
		expect(kept).toEqual([1, 2, 3, 4].map((id) => ({ id, isConverted: true })));
	});

	it('asks for no page behind the one that is enough', async () => {
		const { events, pages, convert } = listOf([[1], [2], [3]]);
		const kept: object[] = [];
		await collect(pages, { kept, convert, isEnough: (_, received) => received >= 2 });
		expect(events).toEqual(['ask 0', 'ask 1', 'convert 1', 'convert 1']);
		expect(idsOf(kept)).toEqual([1, 2]);
	});

	it('converts a long page bit by bit, in order', async () => {
		const { events, pages, convert } = listOf([upTo(120)]);
		const kept: object[] = [];
		await collect(pages, { kept, convert });
		expect(events).toEqual(['ask 0', 'convert 50', 'convert 50', 'convert 20']);
		expect(idsOf(kept)).toEqual(upTo(120));
	});

	it('takes no longer for a record of a long page than for one of a short page', async () => {
		const millisecondsFor = async (count: number) => {
			const page = upTo(count).map((id) => ({ id }));
			async function* read() {
				yield page;
			}
			const before = process.cpuUsage();
			await collect(read(), { kept: [], convert: () => [] });
			const { user, system } = process.cpuUsage(before);
			return (user + system) / 1000;
		};
		await millisecondsFor(50_000);
		const short = await millisecondsFor(50_000);
		// Ten times as many, with room for whatever else the computer does.
		expect(await millisecondsFor(500_000)).toBeLessThan(short * 10 * 3 + 500);
	});

	it('keeps records as they are where nothing is made of them', async () => {
		const counts: number[] = [];
		const kept: object[] = [];
		await collect(listOf([[1, 2, 3], [4]]).pages, {
			kept,
			isEnough: (page, received) => counts.push(page.length, received) < 0,
		});
		expect(counts).toEqual([3, 3, 1, 4]);
		expect(kept).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]);
	});

	it('counts what is kept where some are left out, and asks for no page too many', async () => {
		const { events, pages } = listOf([[1, 2, 3], [4], [5], [6]]);
		const kept: object[] = [];
		const isOdd = (record: object) => (record as { id: number }).id % 2 === 1;
		await collect(pages, { kept, convert: (records) => records.filter(isOdd), maxKept: 3 });
		expect(idsOf(kept)).toEqual([1, 3, 5]);
		expect(events).toEqual(['ask 0', 'ask 1', 'ask 2']);
	});

	it('has kept all that came before a failure', async () => {
		const { pages, convert } = listOf([upTo(60), [60]], new Error('it broke off'));
		const kept: object[] = [];
		await expect(collect(pages, { kept, convert })).rejects.toThrow('broke off');
		expect(idsOf(kept)).toEqual(upTo(61));
	});
});

describe('assemblerOf', () => {
	const about = {
		accountId: null,
		currency: null,
		timeZone: 'UTC',
		supplierName: 'A supplier',
		includeRaw: false,
		withLines: true,
		withContentHash: true,
		today: '2025-06-15',
	};
	const normalize = jest.fn(() => []);
	const invoice = (dedupeKey: string, total: string) =>
		({ dedupeKey, totalAmount: total, warnings: ['ID_MISSING'] }) as unknown as Invoice;

	it('makes invoices page by page, and leaves all of them as they are', () => {
		const { add, finish } = assemblerOf({ normalize }, about);
		const records = [{ id: 1 }];
		add(records);
		expect(normalize).toHaveBeenCalledWith(records, about);
		expect(finish(records)).toBe(records);
	});

	it('leaves that to the vendor where one may stand on two pages', () => {
		const invoices = [invoice('a', '1')];
		const assemble = jest.fn(() => ({ add: () => [], finish: () => invoices }));
		expect(assemblerOf({ normalize, assemble }, about).finish([])).toBe(invoices);
		expect(assemble).toHaveBeenCalledWith(about);
	});

	it.each(['each record is one', 'the vendor makes them'])(
		'marks those that share a key, where %s',
		(how) => {
			const kept = [invoice('a', '1'), invoice('b', '2'), invoice('a', '3')];
			const assemble = () => ({ add: () => [], finish: () => kept });
			const operation = how === 'each record is one' ? { normalize } : { assemble };
			const warnings = ['ID_MISSING', 'KEY_NOT_UNIQUE'];
			expect(assemblerOf(operation, about).finish(kept)).toEqual([
				{ ...kept[0], warnings },
				kept[1],
				{ ...kept[2], warnings },
			]);
			expect(kept[0].warnings).toEqual(['ID_MISSING']);
		},
	);

	it('marks one whose counterpart is filtered out', () => {
		const records = [invoice('a', '1'), invoice('b', '2'), invoice('a', '3'), invoice('c', '3')];
		const isKept = ({ totalAmount }: Invoice) => totalAmount !== '3';
		const operation = { normalize: (batch: object[]) => batch as Invoice[] };
		for (const order of [records, [...records].reverse()]) {
			const { add, finish } = assemblerOf(operation, about, isKept);
			const kept = order.flatMap((record) => add([record]));
			expect(finish(kept)).toEqual(
				kept.map((one) =>
					one === records[0] ? { ...one, warnings: ['ID_MISSING', 'KEY_NOT_UNIQUE'] } : one,
				),
			);
			expect(kept).toHaveLength(2);
		}
	});
});
