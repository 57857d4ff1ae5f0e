'use strict';

const { VENDORS } = require('../rows');
const { createSandbox } = require('../sandbox');
const { WHOLE, readOptions } = require('./options');
const { numbered } = require('./readers');
const { plain } = require('../vendors/vendor');
const { summaryTable } = require('./report');
const { median } = require('./stats');
const { markdownTable, plainTable } = require('./table');

describe('the command line', () => {
	it('measures everything where nothing is restricted', () => {
		expect(readOptions([])).toEqual({ ...WHOLE, restricted: false });
	});

	it('restricts to what is named, in the usual order', () => {
		const vendors = WHOLE.vendors.slice(1, 3);
		const typed = [...vendors].reverse().join(', ');
		const options = readOptions(['--vendors', typed, '--sizes', '1000']);
		expect(options).toEqual({
			...WHOLE,
			vendors,
			sizes: [1000],
			restricted: true,
		});
	});

	it('is not restricted by naming everything', () => {
		expect(readOptions(['--latencies', '100,20,0']).restricted).toBe(false);
	});

	it.each([
		[
			['--vendors', 'twilio'],
			`"twilio" is not one of the vendors. They are: ${WHOLE.vendors.join(', ')};`,
		],
		[['--sizes', '1e3'], '"1e3" is not one of the sizes. They are: 1000, 10000, 50000'],
		[['--latencies', ''], '"" is not one of the latencies. They are: 0, 20, 100'],
		[['--parts', 'lists,pdfs'], '"pdfs" is not one of the parts.'],
		[['--rounds', '3'], 'The options are: --vendors, --sizes, --latencies, --parts'],
	])('refuses %j', (args, words) => {
		expect(() => readOptions(args)).toThrow(words);
	});
});

describe('the plain readers', () => {
	/** Serves pages of a hundred of `count` records, and notes which were asked for. */
	function listOf(count) {
		/** @type {number[]} */
		const asked = [];
		const read = numbered(async (_, page) => {
			const start = page * 100;
			asked.push(start);
			const length = Math.max(0, Math.min(100, count - start));
			return { records: Array.from({ length }, (_, index) => ({ id: start + index })) };
		}, 100);
		return { asked, read: async (parallel) => await read(async () => {}, parallel) };
	}

	it.each([1, 4])('read all records in order, %i at a time', async (parallel) => {
		const records = await listOf(250).read(parallel);
		expect(records).toEqual(Array.from({ length: 250 }, (_, id) => ({ id })));
	});

	it('stop at a page that is short', async () => {
		const { asked, read } = listOf(250);
		await read(1);
		expect(asked).toEqual([0, 100, 200]);
	});

	it.each(VENDORS)('$name: reads the list as it is served', async ({ type, ...vendor }) => {
		const size = 3 * (vendor.paging?.largest ?? 10) + 1;
		const sandbox = await createSandbox({ sizes: { [type]: size } });
		const { baseUrl, tokenUrl, ...credential } = sandbox.credentials[vendor.credential];
		const secret = vendor.hasTokens
			? await tokenFrom(tokenUrl, credential)
			: credential[vendor.secret];
		/** @type {import('./readers').Get} */
		const get = async (path, { params = {}, headers } = {}) => {
			const url = new URL(baseUrl + path);
			for (const [name, value] of Object.entries(params)) {
				if (value !== undefined) url.searchParams.set(name, value);
			}
			const answer = await fetch(url, { headers: { ...vendor.headers(secret), ...headers } });
			return await answer.json();
		};
		const records = await vendor.read(get, 4);
		expect(records.length).toBeGreaterThan(3);
		expect(records).toEqual(plain(vendor.records(sandbox)));
		await sandbox.stop();
	});

	async function tokenFrom(url, { clientId, clientSecret, scope }) {
		const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
		const body = new URLSearchParams({ grant_type: 'client_credentials', scope });
		const answer = await fetch(url, { method: 'POST', body, headers: { authorization } });
		const issued = /** @type {any} */ (await answer.json());
		return issued.access_token;
	}
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

it('sums up who is how fast, beside the HTTP Request node', () => {
	const [{ type: vendor, name }] = VENDORS;
	const list = { vendor, invoices: 10_000, latency: 100, ms: 4830, toHttpRequest: 0.25 };
	const ours = { id: 'simplified-4', label: '', kind: 'node' };
	const job = { files: 1, bytes: 200_000_000 };
	const pdf = { vendor, job, latency: 0, ms: 1, toHttpRequest: 1 };
	const { rows } = summaryTable({
		lists: /** @type {any} */ ([
			{ ...list, contender: ours },
			{ ...list, contender: ours, latency: 20 },
			{ ...list, contender: ours, invoices: 1000 },
			{ ...list, contender: { ...ours, id: 'raw-4' } },
		]),
		pdfs: /** @type {any} */ ([
			{
				...pdf,
				latency: 100,
				ms: 6000,
				toHttpRequest: 3,
				job: { files: 200 },
				contender: { parallel: 4 },
			},
			{ ...pdf, memory: 18_000_000, contender: { parallel: 4 } },
			{ ...pdf, memory: 72_000_000, contender: {} },
		]),
	});
	expect(rows).toEqual([
		[name, 'a list of 10,000 invoices', '19.3 s', '4.83 s', '0.25'],
		[name, '200 PDFs, 4 at the same time', '2.00 s', '6.00 s', '3.00'],
		[name, 'memory for a PDF of 200 MB', '72 MB', '18 MB', '0.25'],
	]);
});
