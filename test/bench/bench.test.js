'use strict';

const { WHOLE, readOptions } = require('./options');
const { READERS } = require('./readers');
const { median } = require('./stats');
const { markdownTable, plainTable } = require('./table');

describe('the command line', () => {
	it('measures everything where nothing is restricted', () => {
		expect(readOptions([])).toEqual({ ...WHOLE, restricted: false });
	});

	it('restricts to what is named, in the usual order', () => {
		const options = readOptions(['--vendors', 'i3dNet, fastly', '--sizes', '1000']);
		expect(options).toEqual({
			...WHOLE,
			vendors: ['fastly', 'i3dNet'],
			sizes: [1000],
			restricted: true,
		});
	});

	it('is not restricted by naming everything', () => {
		expect(readOptions(['--latencies', '100,20,0']).restricted).toBe(false);
	});

	it.each([
		[['--vendors', 'twilio'], '"twilio" is not one of the vendors. They are: talkdesk, '],
		[['--sizes', '1e3'], '"1e3" is not one of the sizes. They are: 1000, 10000, 50000'],
		[['--latencies', ''], '"" is not one of the latencies. They are: 0, 20, 100'],
		[['--parts', 'lists,pdfs'], '"pdfs" is not one of the parts.'],
		[['--rounds', '3'], 'The options are: --vendors, --sizes, --latencies, --parts'],
	])('refuses %j', (args, words) => {
		expect(() => readOptions(args)).toThrow(words);
	});
});

describe('the plain readers', () => {
	/** Serves windows of `count` records as i3D.net does, and notes which were asked for. */
	function listOf(count) {
		/** @type {number[]} */
		const asked = [];
		/** @type {import('./readers').Get} */
		const get = async (_path, { headers } = {}) => {
			const start = Number(/start=(\d+)/.exec(headers?.['RANGED-DATA'] ?? '')?.[1]);
			asked.push(start);
			return Array.from({ length: Math.max(0, Math.min(100, count - start)) }, (_, index) => ({
				id: start + index,
			}));
		};
		return { asked, get };
	}

	it.each([1, 4])('read all records in order, %i at a time', async (parallel) => {
		const { get } = listOf(250);
		const records = await READERS.i3dNet(get, parallel, '');
		expect(records).toEqual(Array.from({ length: 250 }, (_, id) => ({ id })));
	});

	it('stop at a page that is short', async () => {
		const { asked, get } = listOf(250);
		await READERS.i3dNet(get, 1, '');
		expect(asked).toEqual([0, 100, 200]);
	});
});

it('takes the middle of the values', () => {
	expect(median([9, 1, 5])).toBe(5);
	expect(median([1, 3])).toBe(2);
});

it('lays out tables for the terminal and for the documentation', () => {
	const columns = [{ title: 'Name', left: true }, { title: 'MB' }];
	const rows = [['a', '1024']];
	expect(plainTable(columns, rows)).toBe('Name    MB\n----  ----\na     1024');
	expect(markdownTable(columns, rows)).toBe('| Name |   MB |\n| ---- | ---: |\n| a    | 1024 |');
});
