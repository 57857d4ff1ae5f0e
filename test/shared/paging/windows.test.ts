import { sleep } from 'n8n-workflow';
import type { Span, Window, Windows } from '../../../nodes/shared/paging/prefetch';
import { readWindows } from '../../../nodes/shared/paging/windows';

interface Server {
	/** The list at each request; the last one stays. */
	lists: string[];
	size?: number;
	cap?: number;
	total?: boolean | number[];
	more?: boolean;
}

function windowsFrom(ask: Windows<string>['ask'], size = 4): Windows<string> {
	return { spanAt: (offset) => ({ offset, size }), ask };
}

/** A server whose records are letters. Notes the positions it was asked for. */
function serverOf({ lists, size = 4, cap = Infinity, total = false, more = false }: Server) {
	const asked: number[] = [];
	const ask = async ({ offset }: Span): Promise<Window<string>> => {
		const step = asked.push(offset) - 1;
		const list = lists[Math.min(step, lists.length - 1)];
		const records = [...list.slice(offset, offset + Math.min(size, cap))];
		const stated = Array.isArray(total) ? total[Math.min(step, total.length - 1)] : list.length;
		return {
			offset,
			size,
			records,
			total: total === false ? null : stated,
			more: more ? offset + records.length < list.length : null,
		};
	};
	return { asked, windows: windowsFrom(ask, size) };
}

async function all(windows: Windows<string>): Promise<string> {
	let received = '';
	for await (const page of readWindows(windows, String)) received += page.join('');
	return received;
}

async function read(server: Server): Promise<{ received: string; asked: number[] }> {
	const { asked, windows } = serverOf(server);
	return { received: await all(windows), asked };
}

const LETTERS = 'abcdefghijklmnop';

describe('a list that stands still', () => {
	test('comes whole and in order', async () => {
		expect((await read({ lists: [LETTERS] })).received).toBe(LETTERS);
	});

	test('each window begins a few records before the end of the one before it', async () => {
		expect((await read({ lists: ['abcdefgh'], total: true })).asked).toEqual([0, 2, 4]);
	});

	test('an empty list is one whose next pages are empty too, and the first twice again', async () => {
		expect(await read({ lists: [''] })).toEqual({ received: '', asked: [0, 0, 4, 8, 16, 0] });
		expect(await read({ lists: [''], total: true })).toEqual({ received: '', asked: [0] });
	});

	test.each(['a', 'ab', 'abc'])('a list shorter than a window comes whole: %s', async (list) => {
		expect((await read({ lists: [list] })).received).toBe(list);
	});

	test('windows of one record are joined by what stands before and behind each', async () => {
		expect((await read({ lists: ['abc'], size: 1 })).received).toBe('abc');
	});
});

describe('the end', () => {
	test('is where the vendor says that no more follows, without another request', async () => {
		expect((await read({ lists: ['abcd'], more: true })).asked).toEqual([0]);
	});

	test('is where the total is reached, without another request', async () => {
		expect((await read({ lists: ['abcdef'], total: true })).asked).toEqual([0, 2]);
	});

	test('is not where a total may be that of the page', async () => {
		const { windows } = serverOf({ lists: [LETTERS], size: 4 });
		const ask = async (span: Span) => {
			const window = await windows.ask(span);
			return { ...window, total: window.records.length };
		};
		expect(await all({ ...windows, ask })).toBe(LETTERS);
	});

	test('is not where the vendor says "no more" before its own total', async () => {
		const { windows } = serverOf({ lists: ['abcdefgh'], total: true });
		const ask = async (span: Span) => ({ ...(await windows.ask(span)), more: false });
		expect(await all({ ...windows, ask })).toBe('abcdefgh');
	});

	test('is an empty answer behind the last record and a page further, the list as it was', async () => {
		expect((await read({ lists: ['abc'] })).asked).toEqual([0, 3, 7, 0]);
		expect((await read({ lists: ['abcdef'] })).asked).toEqual([0, 2, 4, 6, 10, 0]);
	});

	test('is not a short window behind which more stands', async () => {
		expect((await read({ lists: ['abc', 'abcde'] })).received).toBe('abcde');
	});
});

describe('a server that returns less than it was asked for', () => {
	test('is followed by what it returns', async () => {
		expect(await read({ lists: [LETTERS], size: 10, cap: 4, total: true })).toEqual({
			received: LETTERS,
			asked: [0, 2, 4, 6, 8, 10, 12],
		});
	});

	test('returns the whole list where it states no total', async () => {
		expect((await read({ lists: [LETTERS], size: 10, cap: 4 })).received).toBe(LETTERS);
	});

	test('is not at its end where a single window is shorter than those before it', async () => {
		let requests = 0;
		const ask = async ({ offset }: Span): Promise<Window<string>> => {
			const count = requests++ === 1 ? 3 : 4;
			const records = [...LETTERS.slice(offset, offset + count)];
			return { offset, size: 10, records, total: null, more: null };
		};
		expect(await all(windowsFrom(ask, 10))).toBe(LETTERS);
	});

	test('is not at its end where inserted records fill a window with known ones', async () => {
		// Two new records at the front move all that was seen into the second window.
		const lists = ['abcdefgh', 'XYabcdefgh'];
		const { received } = await read({ lists, size: 10, cap: 4 });
		expect([...received].filter((letter) => 'abcdefgh'.includes(letter)).join('')).toBe('abcdefgh');
	});

	test('is not at its end where a step back brings known records only', async () => {
		// Three records go while the reader is far behind them: it steps back among known ones.
		const lists = [LETTERS, LETTERS, LETTERS, LETTERS.slice(3)];
		expect((await read({ lists, size: 10, cap: 4 })).received).toBe(LETTERS);
	});
});

describe('a list that changes', () => {
	test('with removals in front of the reader: it steps back and misses nothing', async () => {
		const { received, asked } = await read({ lists: ['abcdefgh', 'defgh'], total: [8, 5] });
		expect(received).toBe('abcdefgh');
		expect(asked.some((at, index) => index > 0 && at < asked[index - 1])).toBe(true);
	});

	test('with records inserted in front of the reader: none comes twice', async () => {
		const { received } = await read({ lists: ['abcdefgh', 'Xabcdefgh'], total: true });
		expect(received).toBe('abcdefghX');
	});

	test('emptied meanwhile, it ends', async () => {
		expect((await read({ lists: ['abcdefgh', ''] })).received).toBe('abcd');
	});

	test('whose every window is unknown is given up after a few steps back', async () => {
		let requests = 0;
		const ask = async ({ offset }: Span): Promise<Window<string>> => {
			requests++;
			const name = (index: number) => (requests === 1 ? `old${index}` : `${requests}-${index}`);
			const records = Array.from({ length: 4 }, (_, index) => name(offset + index));
			const nearFront = requests === 1 ? 0 : Math.max(offset, 1);
			return { offset: nearFront, size: 4, records, total: null, more: true };
		};
		await expect(all(windowsFrom(ask))).rejects.toThrow('it changes faster than it can be read');
		expect(requests).toBeLessThan(40);
	});
});

describe('the total as second proof', () => {
	test('fewer records than the smallest total are not the whole list', async () => {
		const { windows } = serverOf({ lists: ['abcdabcdefgh'], total: true });
		await expect(all(windows)).rejects.toMatchObject({
			kind: 'incomplete',
			message: expect.stringContaining('expected 12 records, received 8') as string,
		});
	});

	test('a total that no window ever reaches is not the whole list', async () => {
		await expect(read({ lists: ['abcdef'], total: [9] })).rejects.toThrow(
			'expected 9 records, received 6',
		);
	});

	test('between the smallest and the largest total, the list is whole', async () => {
		const { received } = await read({ lists: ['abcdef', 'abcdefg'], total: true });
		expect(received).toBe('abcdefg');
	});
});

describe('a server out of order', () => {
	test('that ignores the position is given up', async () => {
		const ask = async ({ offset }: Span): Promise<Window<string>> => {
			return { offset, size: 4, records: [...'abcd'], total: null, more: true };
		};
		await expect(all(windowsFrom(ask))).rejects.toThrow(
			'the vendor keeps returning the same records (received 4 records)',
		);
	});

	test('whose list never ends is given up', async () => {
		const ask = async ({ offset }: Span): Promise<Window<string>> => {
			const records = Array.from({ length: 1000 }, (_, index) => String(offset + index));
			return { offset, size: 1000, records, total: 100, more: true };
		};
		await expect(all(windowsFrom(ask, 1000))).rejects.toThrow(
			'it does not end (expected 100 records',
		);
	});

	test('an error of a request ends the read with that error', async () => {
		const ask = async (): Promise<Window<string>> => {
			throw new Error('down');
		};
		await expect(all(windowsFrom(ask))).rejects.toThrow('down');
	});
});

describe('windows that are asked for at once', () => {
	/** A list of numbers that stands still, and how many requests for it were on their way. */
	function numbersOf(length: number, tells: { total: boolean }, size = 20, cap = size) {
		let busy = 0;
		const seen = { most: 0, requests: 0, beyond: 0 };
		const ask = async ({ offset }: Span): Promise<Window<string>> => {
			seen.requests += 1;
			if (offset >= length) seen.beyond += 1;
			seen.most = Math.max(seen.most, ++busy);
			await sleep(0);
			busy -= 1;
			const numbers = Array.from({ length: Math.max(0, length - offset) }, (_, at) => offset + at);
			const records = numbers.slice(0, Math.min(size, cap)).map(String);
			return { offset, size, records, total: tells.total ? length : null, more: null };
		};
		return { seen, windows: windowsFrom(ask, size) };
	}

	async function readAtOnce(windows: Windows<string>, parallel: number, wanted = Infinity) {
		const received: string[] = [];
		for await (const page of readWindows(windows, String, { parallel, wanted })) {
			received.push(...page);
			if (received.length >= wanted) break;
		}
		return received;
	}

	const upTo = (length: number) => Array.from({ length }, (_, index) => String(index));

	test.each([
		[1, true],
		[4, true],
		[16, true],
		[4, false],
	])('%i at once, total: %s: all come in order, never more at once', async (parallel, total) => {
		const { seen, windows } = numbersOf(500, { total });
		expect(await readAtOnce(windows, parallel)).toEqual(upTo(500));
		expect(seen.most).toBe(parallel);
	});

	test('where the total is known, no request goes beyond the end', async () => {
		const { seen, windows } = numbersOf(500, { total: true });
		await readAtOnce(windows, 4);
		expect(seen.beyond).toBe(0);
	});

	test('where it is not, one round of requests and the two of the proof go beyond the end', async () => {
		const { seen, windows } = numbersOf(500, { total: false });
		await readAtOnce(windows, 4);
		expect(seen.beyond).toBeLessThanOrEqual(4 + 2);
	});

	test('a server that returns less than it was asked for is obeyed', async () => {
		const { seen, windows } = numbersOf(500, { total: false }, 50, 20);
		expect(await readAtOnce(windows, 4)).toEqual(upTo(500));
		expect(seen.requests).toBeLessThan(2 * Math.ceil(500 / 15));
	});

	test('no more is asked for than what is wanted', async () => {
		const { seen, windows } = numbersOf(500, { total: true });
		expect((await readAtOnce(windows, 4, 45)).slice(0, 45)).toEqual(upTo(45));
		expect(seen.requests).toBe(3);
	});

	test('a request that fails ends the read, also when it was not yet waited for', async () => {
		const { windows } = numbersOf(500, { total: true });
		const ask = async (span: Span) => {
			if (span.offset > 100) throw new Error('down');
			return await windows.ask(span);
		};
		await expect(readAtOnce({ ...windows, ask }, 4)).rejects.toThrow('down');
	});
});
