import { type Window, readWindows } from '../../../nodes/shared/paging/windows';

interface Server {
	/** The list at each request; the last one stays. */
	lists: string[];
	size?: number;
	cap?: number;
	total?: boolean | number[];
	more?: boolean;
}

/** A server whose records are letters. Notes the positions it was asked for. */
function serverOf({ lists, size = 4, cap = Infinity, total = false, more = false }: Server) {
	const asked: number[] = [];
	const windowAt = async (offset: number): Promise<Window<string>> => {
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
	return { asked, windowAt };
}

async function read(server: Server): Promise<{ came: string; asked: number[] }> {
	const { asked, windowAt } = serverOf(server);
	let came = '';
	for await (const page of readWindows(windowAt, String)) came += page.join('');
	return { came, asked };
}

const LETTERS = 'abcdefghijklmnop';

describe('a list that stands still', () => {
	test('comes whole and in order', async () => {
		expect((await read({ lists: [LETTERS] })).came).toBe(LETTERS);
	});

	test('each window begins two records before the end of the one before it', async () => {
		expect((await read({ lists: ['abcdefgh'], total: true })).asked).toEqual([0, 2, 4]);
	});

	test('an empty list takes one request and gives no page', async () => {
		expect(await read({ lists: [''] })).toEqual({ came: '', asked: [0] });
	});

	test.each(['a', 'ab', 'abc'])('a list shorter than a window comes whole: %s', async (list) => {
		expect((await read({ lists: [list] })).came).toBe(list);
	});

	test('windows of one record get nowhere, and the read says so', async () => {
		await expect(read({ lists: ['abc'], size: 1 })).rejects.toThrow('could not be read as a whole');
	});
});

describe('the end', () => {
	test('is where the vendor says that no more follows, without another request', async () => {
		expect((await read({ lists: ['abcd'], more: true })).asked).toEqual([0]);
	});

	test('is where the total is reached, without another request', async () => {
		expect((await read({ lists: ['abcd'], total: true })).asked).toEqual([0]);
	});

	test('is not where the vendor says "no more" before its own total', async () => {
		const { windowAt } = serverOf({ lists: ['abcdefgh'], total: true });
		const pages = readWindows(async (at) => ({ ...(await windowAt(at)), more: false }), String);
		let came = '';
		for await (const page of pages) came += page.join('');
		expect(came).toBe('abcdefgh');
	});

	test('a short window is the end only when a further one brings nothing new', async () => {
		expect((await read({ lists: ['abc'] })).asked).toEqual([0, 1]);
	});

	test('is not a short window behind which more stands', async () => {
		expect((await read({ lists: ['abc', 'abcde'] })).came).toBe('abcde');
	});
});

describe('a server that gives less than it was asked for', () => {
	test('is followed by what came', async () => {
		expect(await read({ lists: [LETTERS], size: 10, cap: 4, total: true })).toEqual({
			came: LETTERS,
			asked: [0, 2, 4, 6, 8, 10, 12],
		});
	});

	test('gives the whole list where it states no total', async () => {
		expect((await read({ lists: [LETTERS], size: 10, cap: 4 })).came).toBe(LETTERS);
	});

	test('is not at its end where a single window is shorter than those before it', async () => {
		let requests = 0;
		const windowAt = async (offset: number): Promise<Window<string>> => {
			const count = requests++ === 1 ? 3 : 4;
			const records = [...LETTERS.slice(offset, offset + count)];
			return { offset, size: 10, records, total: null, more: null };
		};
		let came = '';
		for await (const page of readWindows(windowAt, String)) came += page.join('');
		expect(came).toBe(LETTERS);
	});

	test('is not at its end where inserted records fill a window with known ones', async () => {
		// Two new records at the front move all that was seen into the second window.
		const lists = ['abcdefgh', 'XYabcdefgh'];
		const { came } = await read({ lists, size: 10, cap: 4 });
		expect([...came].filter((letter) => 'abcdefgh'.includes(letter)).join('')).toBe('abcdefgh');
	});

	test('is not at its end where a step back brings known records only', async () => {
		// Three records go while the reader is far behind them: it steps back among known ones.
		const lists = [LETTERS, LETTERS, LETTERS, LETTERS.slice(3)];
		expect((await read({ lists, size: 10, cap: 4 })).came).toBe(LETTERS);
	});
});

describe('a list that changes', () => {
	test('with removals in front of the reader: it steps back and misses nothing', async () => {
		const { came, asked } = await read({ lists: ['abcdefgh', 'defgh'], total: [8, 5] });
		expect(came).toBe('abcdefgh');
		expect(asked.some((at, index) => index > 0 && at < asked[index - 1])).toBe(true);
	});

	test('a removal smaller than the overlap takes no step back', async () => {
		const { came, asked } = await read({ lists: ['abcdefgh', 'bcdefgh'], total: [8, 7] });
		expect({ came, asked }).toEqual({ came: 'abcdefgh', asked: [0, 2, 4] });
	});

	test('with records inserted in front of the reader: none comes twice', async () => {
		const { came } = await read({ lists: ['abcdefgh', 'Xabcdefgh'], total: true });
		expect(came).toBe('abcdefgh');
	});

	test('emptied meanwhile, it ends', async () => {
		expect((await read({ lists: ['abcdefgh', ''] })).came).toBe('abcd');
	});

	test('whose every window is unknown is given up after a few steps back', async () => {
		let requests = 0;
		const windowAt = async (offset: number): Promise<Window<string>> => {
			requests++;
			const name = (index: number) => (requests === 1 ? `old${index}` : `${requests}-${index}`);
			const records = Array.from({ length: 4 }, (_, index) => name(offset + index));
			const nearFront = requests === 1 ? 0 : Math.max(offset, 1);
			return { offset: nearFront, size: 4, records, total: null, more: true };
		};
		const reading = async () => {
			for await (const page of readWindows(windowAt, String)) void page;
		};
		await expect(reading()).rejects.toThrow('it changes faster than it can be read');
		expect(requests).toBeLessThan(20);
	});
});

describe('the total as second witness', () => {
	test('fewer records than the smallest total are not the whole list', async () => {
		const { windowAt } = serverOf({ lists: ['abcdabcdefgh'], total: true });
		const reading = async () => {
			for await (const page of readWindows(windowAt, String)) void page;
		};
		await expect(reading()).rejects.toMatchObject({
			kind: 'incomplete',
			message: expect.stringContaining('the vendor states 12 records') as string,
		});
	});

	test('a total that no window ever reaches is not the whole list', async () => {
		await expect(read({ lists: ['abcdef'], total: [9] })).rejects.toThrow(
			'the vendor states 9 records, but after 6 nothing new comes',
		);
	});

	test('between the smallest and the largest total, the list is whole', async () => {
		const { came } = await read({ lists: ['abcdef', 'abcdefg'], total: true });
		expect(came).toBe('abcdefg');
	});
});

describe('a server out of order', () => {
	test('that ignores the position is given up', async () => {
		const windowAt = async (offset: number): Promise<Window<string>> => {
			return { offset, size: 4, records: [...'abcd'], total: null, more: true };
		};
		const reading = async () => {
			for await (const page of readWindows(windowAt, String)) void page;
		};
		await expect(reading()).rejects.toThrow('sends the same 4 records again and again');
	});

	test('whose list never ends is given up', async () => {
		const windowAt = async (offset: number): Promise<Window<string>> => {
			const records = Array.from({ length: 1000 }, (_, index) => String(offset + index));
			return { offset, size: 1000, records, total: 100, more: true };
		};
		const reading = async () => {
			for await (const page of readWindows(windowAt, String)) void page;
		};
		await expect(reading()).rejects.toThrow('it does not end, even after');
	});

	test('an error of a request ends the read with that error', async () => {
		const windowAt = async (): Promise<Window<string>> => {
			throw new Error('down');
		};
		const reading = async () => {
			for await (const page of readWindows(windowAt, String)) void page;
		};
		await expect(reading()).rejects.toThrow('down');
	});
});
