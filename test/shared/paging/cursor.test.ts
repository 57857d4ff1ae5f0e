import { type CursorPage, readByCursor } from '../../../nodes/shared/paging/cursor';
import { recordKey } from '../../../nodes/shared/paging/page';
import { readSingleResponse } from '../../../nodes/shared/paging/single';

type Page = [records: string, next: string | null, total?: number];

async function read(pages: Page[]): Promise<{ received: string; asked: Array<string | null> }> {
	const asked: Array<string | null> = [];
	let at = 0;
	const pageAfter = async (cursor: string | null): Promise<CursorPage<string>> => {
		asked.push(cursor);
		at = cursor === null ? 0 : Math.min(at + 1, pages.length - 1);
		const [records, next, total = null] = pages[at];
		return { records: [...records], next, total };
	};
	let received = '';
	for await (const page of readByCursor(pageAfter, String)) received += page.join('');
	return { received, asked };
}

describe('readByCursor', () => {
	test('follows the cursor to its end', async () => {
		expect(
			await read([
				['ab', 'x', 5],
				['cd', 'y', 5],
				['e', null, 5],
			]),
		).toEqual({ received: 'abcde', asked: [null, 'x', 'y'] });
	});

	test('an empty list returns no page', async () => {
		expect(await read([['', null, 0]])).toEqual({ received: '', asked: [null] });
	});

	test('an empty page with a cursor is not the end', async () => {
		const pages: Page[] = [
			['a', 'x'],
			['', 'y'],
			['', 'z'],
			['b', null],
		];
		expect((await read(pages)).received).toBe('ab');
	});

	test('page after page with nothing new is given up', async () => {
		const pages = Array.from({ length: 50 }, (_, index): Page => ['a', `cursor${index}`]);
		await expect(read(pages)).rejects.toThrow('the vendor keeps returning the same records');
	});

	test.each([
		['at once', ['x', 'x']],
		['later', ['x', 'y', 'x']],
	])('the same cursor again, %s, is given up', async (_, cursors) => {
		const pages = cursors.map((cursor, index): Page => [String(index), cursor]);
		await expect(read(pages)).rejects.toMatchObject({
			kind: 'incomplete',
			message: expect.stringContaining('the same cursor twice') as string,
		});
	});

	test('a record on two pages comes once', async () => {
		const pages: Page[] = [
			['abc', 'x', 4],
			['cd', null, 4],
		];
		expect((await read(pages)).received).toBe('abcd');
	});

	test('fewer records than every total are not the whole list', async () => {
		const pages: Page[] = [
			['ab', 'x', 5],
			['c', null, 4],
		];
		await expect(read(pages)).rejects.toThrow('expected 4 to 5 records, received 3');
	});

	test('where the total changes, the list is read until two passes agree', async () => {
		const pages: Page[] = [
			['ab', 'x', 3],
			['cd', null, 4],
		];
		expect(await read(pages)).toEqual({ received: 'abcd', asked: [null, 'x', null, 'x'] });
	});

	test('where the total is missing, the list is read twice', async () => {
		const pages: Page[] = [
			['ab', 'x'],
			['cd', null],
		];
		expect(await read(pages)).toEqual({ received: 'abcd', asked: [null, 'x', null, 'x'] });
	});

	test('an answer that does not say whether more follows is not the end', async () => {
		const pageAfter = async () => ({ records: ['a'], next: undefined, total: null });
		const reading = async () => {
			for await (const page of readByCursor(pageAfter, String)) void page;
		};
		await expect(reading()).rejects.toThrow('does not say whether more records follow');
	});

	test('a list that never ends is given up', async () => {
		let made = 0;
		const pageAfter = async (): Promise<CursorPage<string>> => {
			const records = Array.from({ length: 1000 }, () => String(made++));
			return { records, next: `cursor${made}`, total: 10 };
		};
		const reading = async () => {
			for await (const page of readByCursor(pageAfter, String)) void page;
		};
		await expect(reading()).rejects.toThrow('it does not end (expected 10 records');
	});
});

describe('readAtOnce', () => {
	async function readOnce(records: string, total: number | null): Promise<string> {
		let received = '';
		const ask = async () => ({ records: [...records], total });
		for await (const page of readSingleResponse(ask, (record) => record)) received += page.join('');
		return received;
	}

	test.each([null, 3])('returns all records where the total is %p', async (total) => {
		expect(await readOnce('abc', total)).toBe('abc');
	});

	test('only a record that stands there twice, word for word, is one', async () => {
		const records = [
			{ id: 'a', amount: 1 },
			{ id: 'b', amount: 1 },
			{ id: 'a', amount: 2 },
			{ id: 'a', amount: 1 },
			{ amount: 3 },
			{ amount: 4 },
			{ amount: 3 },
			{ id: '{"amount":5}' },
			{ amount: 5 },
		];
		const ask = async () => ({ records, total: null });
		const received: object[] = [];
		for await (const page of readSingleResponse(ask, (record) => recordKey(record.id, record)))
			received.push(...page);
		expect(received).toEqual(records.filter((_, index) => index !== 3 && index !== 6));
	});

	test('is not the whole list where the total is smaller', async () => {
		await expect(readOnce('abc', 2)).rejects.toThrow('expected 2 records, received 3');
	});

	test('is asked for once more where it contradicts its total', async () => {
		let asked = 0;
		const ask = async () => ({ records: asked++ === 0 ? ['a'] : ['a', 'b'], total: 2 });
		const received: string[] = [];
		for await (const page of readSingleResponse(ask, String)) received.push(...page);
		expect(received).toEqual(['a', 'b']);
	});

	test('is not the whole list where the total is larger', async () => {
		await expect(readOnce('abc', 4)).rejects.toThrow('expected 4 records, received 3');
	});
});
