'use strict';

const { DateTime } = require('luxon');
const { VENDORS } = require('../rows');
const { createSandbox } = require('../sandbox');
const { jsonOf, setUp } = require('../support');
const { assertSameRows, codeNodes } = require('./byHand');
const { WHOLE, readOptions } = require('./options');
const { numbered } = require('./readers');
const { plain } = require('../vendors/vendor');
const { summaryTable } = require('./report');
const { lineThrough, median } = require('./stats');
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
		[['--sizes', '1e3'], '"1e3" is not one of the sizes. They are: 1000, 10000'],
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

it('fits a line, and says how sure it is of its slope', () => {
	const exact = [1, 2, 3, 4].map((x) => /** @type {[number, number]} */ ([x, 5 + 3 * x]));
	expect(lineThrough(exact)).toEqual({ slope: 3, error: 0 });
	// By hand: the misses are 1, -2 and 1, and the spread is 2.
	const { slope, error } = lineThrough([
		[0, 1],
		[1, 0],
		[2, 5],
	]);
	expect(slope).toBeCloseTo(2);
	expect(error).toBeCloseTo(Math.sqrt(6 / 2));
});

it('lays out tables for the terminal and for the documentation', () => {
	const columns = [{ title: 'Name', left: true }, { title: 'MB' }];
	const rows = [['a', '1024']];
	expect(plainTable(columns, rows)).toBe('Name    MB\n----  ----\na     1024');
	expect(markdownTable(columns, rows)).toBe('| Name |   MB |\n| ---- | ---: |\n| a    | 1024 |');
});

describe('the summary', () => {
	const [{ type: vendor, name }] = VENDORS;
	const at = (id, more) => ({ vendor, latency: 100, ms: 500, contender: { id, ...more } });
	const figures = {
		lists: [
			{ ...at('simplified-4'), invoices: 1000, toEditFields: 0.05, toCode: 0.4, toHttpRequest: 1 },
			{ ...at('simplified-4'), invoices: 10_000, toCode: 0.2, toHttpRequest: 2 },
			{ ...at('simplified-4'), invoices: 10_000, toCode: 0.1, latency: 20 },
			{ ...at('simplified-8'), invoices: 10_000, toCode: 0.1 },
			{ ...at('raw-4'), invoices: 10_000, toHttpRequest: 1.25 },
			{ ...at('full-4'), invoices: 10_000, toCode: 0.3 },
		],
		memory: [
			{ vendor, invoices: 10_000, id: 'simplified-4', bytes: 50_000_000 },
			{ vendor, invoices: 10_000, id: 'code', bytes: 100_000_000 },
			{ vendor, invoices: 50_000, id: 'code', bytes: 900_000_000 },
		],
		details: [
			{ ...at('node-16', { parallel: 16 }), invoices: 1000, toHttpRequest: 0.25 },
			{ ...at('httpRequest'), invoices: 1000, toHttpRequest: 1 },
		],
		pdfs: [
			{ ...at('node', { parallel: 4 }), job: { files: 200 }, toHttpRequest: 2 },
			{ ...at('httpRequest'), job: { files: 200 }, toHttpRequest: 1 },
		],
	};

	it('says who is how much faster, at what, and at which size', () => {
		expect(summaryTable(/** @type {any} */ (figures)).rows).toEqual(
			[
				'1,000 invoices as rows | HTTP Request, Split Out, Edit Fields | 10.0 s | 500 ms | 20.0 × as fast',
				'10,000 invoices as rows | HTTP Request, Code | 2.50 s | 500 ms | 5.0 × as fast',
				"10,000 invoices as the vendor's records | HTTP Request (unopened pages) | 400 ms | 500 ms | 0.8 × as fast",
				'memory for 10,000 invoices as rows | HTTP Request, Code | 100 MB | 50 MB | 2.0 × as little',
				'1,000 invoices with lines, 16 at the same time | HTTP Request, HTTP Request | 2.00 s | 500 ms | 4.0 × as fast',
				'200 PDFs, 4 at the same time | HTTP Request (all at once) | 250 ms | 500 ms | 0.5 × as fast',
			].map((row) => [name, ...row.split(' | ')]),
		);
	});

	it('sets the memory of a large PDF beside that of the HTTP Request node', () => {
		const job = { files: 1, bytes: 200_000_000 };
		const large = { vendor, job, latency: 0, ms: 1, toHttpRequest: 1 };
		const pdfs = [
			{ ...large, memory: 18_000_000, contender: { parallel: 4 } },
			{ ...large, memory: 72_000_000, contender: {} },
		];
		const empty = { lists: [], memory: [], details: [] };
		expect(summaryTable(/** @type {any} */ ({ ...empty, pdfs })).rows).toEqual([
			[name, 'memory for a PDF of 200 MB', 'HTTP Request', '72 MB', '18 MB', '4.0 × as little'],
		]);
	});
});

describe('rows made by hand', () => {
	const row = { dedupeKey: 'a', signedTotal: 1.5, dueDate: null, warnings: null };

	it('are the same where they have the fields of ours, in any order', () => {
		const other = { ...row, dedupeKey: 'b' };
		const byHand = [{ dedupeKey: 'b', signedTotal: 1.5 }, row];
		expect(() => assertSameRows([row, other], byHand)).not.toThrow();
	});

	it.each([
		['another total', [{ ...row, signedTotal: 1.51 }]],
		['another key', [{ ...row, dedupeKey: 'b' }]],
		['a row too many', [row, { ...row, dedupeKey: 'b' }]],
		['no rows', []],
	])('are not the same with %s', (_, byHand) => {
		expect(() => assertSameRows([row], byHand)).toThrow();
	});

	it('are not compared where our invoice carries a warning', () => {
		const doubtful = { ...row, warnings: 'TOTALS_DISAGREE' };
		expect(() => assertSameRows([doubtful], [{ ...row, signedTotal: 2 }])).not.toThrow();
	});

	const stage = setUp();

	it.each(VENDORS)('$name: are those that the node returns', async (vendor) => {
		const { records } = vendor.http;
		const list = plain(vendor.records(stage.sandbox));
		const pageOf = (json, name) => ({ [name]: json });
		const pages = records ? [records.split('.').reduceRight(pageOf, list)] : list;
		const $input = { all: () => pages.map((json) => ({ json })) };
		const [{ parameters }] = codeNodes(vendor.type);
		const made = new Function('$input', 'DateTime', parameters.jsCode)($input, DateTime);
		const result = await stage.run(vendor, {
			operation: 'getAll',
			returnAll: true,
			output: 'simplified',
		});
		const ours = jsonOf(result);
		expect(ours.filter(({ warnings }) => warnings === null).length).toBeGreaterThan(10);
		assertSameRows(ours, plain(made.map(({ json }) => json)));
	});
});
