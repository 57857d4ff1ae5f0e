'use strict';

const { spawn } = require('node:child_process');
const http = require('node:http');
const path = require('node:path');
const { VENDORS } = require('../rows');
const { askOn, get, itemsOf, vendorOf } = require('./asking');
const { createSandbox } = require('./index');

/** @typedef {Awaited<ReturnType<typeof createSandbox>>} Sandbox */

/** @type {Sandbox} */
let sandbox;
const time = Date.UTC(2026, 0, 1);

beforeAll(async () => {
	sandbox = await createSandbox({ now: () => time });
});
afterAll(() => sandbox.stop());
afterEach(() => {
	sandbox.clearFaults();
	sandbox.clearRequests();
});

const { addressOf, headersOf, list, page, pdfAddress } = askOn(() => sandbox);

const NAMES = VENDORS.map(({ type }) => type);
const PAGED = VENDORS.filter(({ paging }) => paging?.ask).map(({ type }) => type);
const WITH_TOTAL = VENDORS.filter(({ statesTotal }) => statesTotal).map(({ type }) => type);
const WITH_PDF = VENDORS.filter(({ pdfPath }) => pdfPath).map(({ type }) => type);

/** @param {string} name */
const recordsOf = (name, of = sandbox) => vendorOf(name).records(of);

/** All records of a vendor, of whichever account. @param {string} name */
const allOf = (name, of = sandbox) => Object.values(of.data[name]).flat();

/**
 * The numbers under a name that begins with "total", wherever a vendor states them.
 *
 * @param {unknown} body
 * @returns {unknown[]}
 */
function totalsIn(body) {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return [];
	return Object.entries(body).flatMap(([name, value]) =>
		/^total/.test(name) ? [value] : totalsIn(value),
	);
}

describe('data', () => {
	test('the same seed gives the same data, another seed other data', async () => {
		const [again, other] = [await createSandbox({ seed: 1 }), await createSandbox({ seed: 2 })];
		await Promise.all([again.stop(), other.stop()]);
		expect(again.data).toEqual(sandbox.data);
		expect(again.credentials.fastlyApi.apiToken).toBe(sandbox.credentials.fastlyApi.apiToken);
		expect(other.data.fastly).not.toEqual(sandbox.data.fastly);
	});

	test('all dates lie between 2023 and 2026', () => {
		const years = JSON.stringify(sandbox.data).match(/"20\d\d(?=-\d\d-\d\d)/g) ?? [];
		expect([...new Set(years)].sort()).toEqual(['"2023', '"2024', '"2025', '"2026']);
	});
});

describe('authentication', () => {
	test.each(NAMES)('%s: a wrong secret is refused, the right one is not', async (name) => {
		const { header, refused } = vendorOf(name);
		const status = Number(refused.wrong?.slice(0, 3) ?? 401);
		expect((await list(name, '', { [header]: 'Bearer no' })).status).toBe(status);
		expect((await get(addressOf(name))).status).toBe(401);
		expect((await list(name)).status).toBe(200);
	});

	test.each(NAMES)('%s: only GET', async (name) => {
		const headers = await headersOf(name);
		const init = { method: 'POST', body: '{}' };
		expect((await get(addressOf(name), headers, init)).status).toBe(405);
	});
});

describe('lists', () => {
	test.each(PAGED)('%s: pages one after the other are the list', async (name) => {
		/** @type {any[]} */
		const seen = [];
		for (let number = 0; ; number++) {
			const items = itemsOf(name)((await page(name, 17, number)).body);
			if (items.length === 0) break;
			seen.push(...items);
		}
		expect(seen).toEqual(recordsOf(name, sandbox));
	});
});

describe('files', () => {
	test.each(WITH_PDF)('%s: a PDF, always the same one', async (name) => {
		const headers = await headersOf(name);
		const [first, second] = [
			await get(pdfAddress(name), headers),
			await get(pdfAddress(name), headers),
		];
		expect(first.headers.get('content-type')).toBe('application/pdf');
		expect(first.text).toMatch(/^%PDF-1\.4\n[^]*%%EOF\n$/);
		const start = Number(/startxref\n(\d+)/.exec(first.text)?.[1]);
		expect(first.text.slice(start, start + 4)).toBe('xref');
		expect(second.text).toBe(first.text);
	});
});

describe('faults that spoil an answer', () => {
	test.each(NAMES)('%s: status, in the shape of the vendor', async (name) => {
		sandbox.addFault({
			vendor: name,
			kind: 'status',
			status: 503,
			headers: { 'Retry-After': '7' },
		});
		const answer = await list(name);
		expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
		expect(answer.body).toEqual(expect.any(Object));
		expect((await list(name)).status).toBe(200);
	});

	test('throttle: seconds, a date, nothing', async () => {
		const waits = [];
		for (const retryAfter of [3, 'date:60', undefined]) {
			sandbox.addFault({ vendor: 'i3dNet', kind: 'throttle', retryAfter });
			const { status, headers } = await list('i3dNet');
			waits.push([status, headers.get('retry-after')]);
		}
		expect(waits).toEqual([
			[429, '3'],
			[429, new Date(time + 60_000).toUTCString()],
			[429, null],
		]);
	});

	test('after, times and path are counted', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'status', status: 500, after: 1, times: 2 });
		sandbox.addFault({
			vendor: 'carrierX',
			kind: 'status',
			status: 500,
			path: 'offset=3',
			times: Infinity,
		});
		const fastly = [];
		for (let count = 0; count < 4; count++) fastly.push((await list('fastly')).status);
		expect(fastly).toEqual([200, 500, 500, 200]);
		const carrierX = [];
		for (const offset of [2, 3, 3]) {
			carrierX.push((await list('carrierX', `?offset=${offset}`)).status);
		}
		expect(carrierX).toEqual([200, 500, 500]);
		expect(() => sandbox.addFault({ kind: 'rain' })).toThrow('no such fault: rain');
		expect(() => sandbox.addFault({ vendor: 'acme', kind: 'html' })).toThrow('no such vendor');
	});

	test('a share of the requests, the same ones each time, and the log says which', async () => {
		const spoiled = async () => {
			const own = await createSandbox({ seed: 'share' });
			own.addFault({ kind: 'status', status: 503, times: Infinity, share: 0.3 });
			const { baseUrl, apiToken } = own.credentials.fastlyApi;
			for (let request = 0; request < 100; request++) {
				await get(`${baseUrl}/billing/v3/invoices`, { 'fastly-key': apiToken });
			}
			await own.stop();
			return own.requests.map(({ status, faults }) => [status, ...faults]);
		};
		const outcomes = await spoiled();
		const failed = outcomes.filter(([status]) => status === 503);
		expect(failed.length).toBeGreaterThan(15);
		expect(failed.length).toBeLessThan(45);
		expect(failed.every(([, kind]) => kind === 'status')).toBe(true);
		expect(outcomes.filter(([status]) => status === 200).every(({ length }) => length === 1)).toBe(
			true,
		);
		expect(await spoiled()).toEqual(outcomes);
		expect(() => sandbox.addFault({ kind: 'html', share: 2 })).toThrow('share must be');
	});

	test('reset and cutBody: no answer, half an answer', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'reset' });
		await expect(list('fastly')).rejects.toThrow();
		for (const [name, rest] of [
			['fastly', ''],
			['i3dNet', '?filter=nothing%20like%20it'],
		]) {
			sandbox.addFault({ vendor: name, kind: 'cutBody' });
			await expect(list(name, rest)).rejects.toThrow();
		}
		sandbox.addFault({ vendor: 'carrierX', kind: 'cutBody', path: '.pdf' });
		const headers = await headersOf('carrierX');
		await expect(get(pdfAddress('carrierX'), headers)).rejects.toThrow();
	});

	test('cutBody: the headers and the first half do arrive', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'cutBody' });
		const headers = await headersOf('fastly');
		const received = await new Promise((resolve, reject) => {
			http
				.get(addressOf('fastly'), { headers }, (response) => {
					let length = 0;
					response.on('data', (piece) => (length += piece.length));
					response.on('error', () =>
						resolve({ length, promised: Number(response.headers['content-length']) }),
					);
					response.on('end', () => reject(new Error('it came whole')));
				})
				.on('error', reject);
		});
		expect(received.length).toBe(Math.floor(received.promised / 2));
		expect(received.length).toBeGreaterThan(100);
	});

	test('html, emptyBody, notJson, missingList: 200, and yet no list', async () => {
		const texts = [];
		for (const kind of ['html', 'emptyBody', 'notJson', 'missingList']) {
			sandbox.addFault({ vendor: 'i3dNet', kind });
			const { status, text, headers } = await list('i3dNet');
			expect(status).toBe(200);
			expect(Buffer.byteLength(text)).toBe(Number(headers.get('content-length')));
			texts.push(text.slice(0, 9));
		}
		expect(texts).toEqual(['<!DOCTYPE', '', '[{"id":"5', '{}']);
		sandbox.addFault({ vendor: 'i3dNet', kind: 'notJson' });
		expect((await list('i3dNet')).body).toBeUndefined();
	});

	test('redirect: to the other host, which writes down who comes', async () => {
		sandbox.addFault({
			vendor: 'fastly',
			kind: 'redirect',
			location: '{foreign}/x?a=1',
			status: 307,
		});
		const { status, headers } = await list('fastly');
		expect([status, headers.get('location')]).toEqual([307, `${sandbox.foreignOrigin}/x?a=1`]);
		await get(headers.get('location') ?? '', { 'x-test': 'here' });
		expect(sandbox.foreignRequests).toEqual([
			expect.objectContaining({
				path: '/x',
				query: { a: '1' },
				headers: expect.objectContaining({ 'x-test': 'here' }),
			}),
		]);
	});

	test('slow answers late, stall never to the end', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'slow', ms: 60 });
		const start = performance.now();
		expect((await list('fastly')).status).toBe(200);
		expect(performance.now() - start).toBeGreaterThan(50);

		sandbox.addFault({ vendor: 'fastly', kind: 'stall' });
		const response = await fetch(addressOf('fastly'), {
			headers: await headersOf('fastly'),
			signal: AbortSignal.timeout(150),
		});
		expect(response.status).toBe(200);
		await expect(response.text()).rejects.toThrow('timeout');
	});

	test('notPdf, bigPdf, noLength: of PDFs only', async () => {
		const headers = await headersOf('i3dNet');
		sandbox.addFault({ vendor: 'i3dNet', kind: 'notPdf' });
		expect((await list('i3dNet')).body).toHaveLength(25);
		expect((await get(pdfAddress('i3dNet'), headers)).text).toMatch(/^<!DOCTYPE/);

		for (const bytes of [20, 1_000_003]) {
			sandbox.addFault({ vendor: 'i3dNet', kind: 'bigPdf', bytes });
			const { text } = await get(pdfAddress('i3dNet'), headers);
			expect([text.length, text.slice(0, 5)]).toEqual([bytes, '%PDF-']);
		}

		const whole = await get(pdfAddress('i3dNet'), headers);
		sandbox.addFault({ vendor: 'i3dNet', kind: 'noLength' });
		const chunked = await get(pdfAddress('i3dNet'), headers);
		expect(chunked.headers.get('content-length')).toBeNull();
		expect(chunked.text).toBe(whole.text);
	});

	test.each([[['bigPdf']], [['bigPdf', 'noLength']], [['noLength']]])(
		'cutBody with %j: half of the file, and no end of it',
		async (kinds) => {
			for (const kind of [...kinds, 'cutBody']) {
				sandbox.addFault({ vendor: 'i3dNet', kind, bytes: 500_000 });
			}
			const headers = await headersOf('i3dNet');
			const { status, body } = await fetch(pdfAddress('i3dNet'), { headers });
			expect(status).toBe(200);
			let received = 0;
			const read = async () => {
				for await (const piece of /** @type {any} */ (body)) received += piece.length;
			};
			await expect(read()).rejects.toThrow('terminated');
			expect(received).toBeGreaterThan(200);
			if (kinds.includes('bigPdf')) expect(received).toBe(250_000);
		},
	);
});

describe('faults that lie about pages', () => {
	/**
	 * @param {string} name
	 * @param {number} size
	 * @param {number} number
	 */
	const idsOf = async (name, size, number) =>
		itemsOf(name)((await page(name, size, number)).body).map(vendorOf(name).keyOf);

	test('capPages: fewer records than asked for, and the envelope says so', async () => {
		for (const name of NAMES) sandbox.addFault({ vendor: name, kind: 'capPages', size: 3 });
		const answers = Object.fromEntries(
			await Promise.all(NAMES.map(async (name) => [name, (await list(name)).body])),
		);
		for (const name of NAMES) expect(itemsOf(name)(answers[name])).toHaveLength(3);
		expect(answers.talkdesk).toMatchObject({
			per_page: 3,
			count: 3,
			total: sandbox.data.talkdesk.length,
		});
		expect(answers.carrierX).toMatchObject({ limit: 3, count: 3, has_more: true });
		expect(answers.talkdeskInsurance.total).toBe(4);
	});

	test.each(WITH_TOTAL)('%s: a total that is off by the delta', async (name) => {
		sandbox.addFault({ vendor: name, kind: 'total', delta: -2 });
		const { body } = await list(name);
		expect(totalsIn(body)).toContain(recordsOf(name).length - 2);
	});

	test.each(PAGED)('%s: stuckPage gives the first page again, and more to come', async (name) => {
		sandbox.addFault({ vendor: name, kind: 'stuckPage', times: 2 });
		const [first, later] = [await idsOf(name, 5, 0), await idsOf(name, 5, 4)];
		expect(later).toEqual(first);
		expect(await idsOf(name, 5, 4)).not.toEqual(first);
	});

	test.each(PAGED)('%s: endlessPages gives new records far behind the end', async (name) => {
		sandbox.addFault({ vendor: name, kind: 'endlessPages', times: Infinity });
		const pages = [await idsOf(name, 50, 9), await idsOf(name, 50, 10), await idsOf(name, 50, 11)];
		expect(new Set(pages.flat()).size).toBe(150);
		expect(await idsOf(name, 50, 10)).toEqual(pages[1]);
	});
});

describe('mutate', () => {
	/** @type {Sandbox} */
	let own;
	beforeEach(async () => {
		own = await createSandbox({ seed: 3 });
	});
	afterEach(() => own.stop());

	test.each(NAMES)(
		'%s: the list is another one after the answer, and still in order',
		async (name) => {
			const keys = () => allOf(name, own).map(vendorOf(name).keyOf);
			const before = keys();
			own.addFault({ vendor: name, kind: 'mutate', remove: 1, where: 'start' });
			const { body } = await list(name, '', {}, own);
			expect(itemsOf(name)(body).length).toBeGreaterThan(0);
			expect(keys()).not.toContain(before[0]);

			for (const where of ['start', 'middle', 'end', 'random']) {
				own.addFault({ vendor: name, kind: 'mutate', insert: 3, where, times: 3 });
				for (let count = 0; count < 3; count++) await list(name, '', {}, own);
			}
			const after = keys();
			expect(new Set(after).size).toBe(after.length);
			expect(after.length).toBeGreaterThan(before.length);
			if (PAGED.includes(name) && vendorOf(name).paging?.by !== 'page') {
				expect(itemsOf(name)((await page(name, 200, 0, own)).body)).toEqual(recordsOf(name, own));
			}
		},
	);

	test.each(VENDORS.filter(({ paging }) => paging).map(({ type }) => type))(
		'%s: what has left never comes back as another one',
		async (name) => {
			const had = new Set();
			const ids = () => recordsOf(name, own).map(vendorOf(name).idOf);
			let known = new Set(ids());
			own.addFault({ vendor: name, kind: 'mutate', insert: 1, remove: 1, where: 'end', times: 9 });
			for (let count = 0; count < 9; count++) {
				await list(name, '', {}, own);
				const now = new Set(ids());
				for (const gone of [...known].filter((each) => !now.has(each))) had.add(gone);
				known = now;
			}
			expect(had.size).toBe(9);
			expect([...had].filter((each) => known.has(each))).toEqual([]);
		},
	);

	test('as many in as out leaves the total as it was', async () => {
		own.addFault({ vendor: 'carrierX', kind: 'mutate', insert: 2, remove: 2, where: 'middle' });
		const totals = [];
		for (let count = 0; count < 2; count++)
			totals.push((await list('carrierX', '', {}, own)).body.total);
		expect(totals).toEqual([80, 80]);
	});

	test('a list of nothing can grow', async () => {
		const sizes = Object.fromEntries(NAMES.map((name) => [name, 0]));
		const empty = await createSandbox({ sizes });
		for (const name of NAMES) {
			empty.addFault({ vendor: name, kind: 'mutate', insert: 2, remove: 1, where: 'end' });
			const { body } = await list(name, '', {}, empty);
			expect(body.total ?? itemsOf(name)(body).length).toBe(0);
		}
		const sizesOf = NAMES.map((name) => new Set(allOf(name, empty).map(vendorOf(name).idOf)).size);
		expect(sizesOf).toEqual(NAMES.map(() => 2));
		await empty.stop();
	});
});

describe('the sandbox itself', () => {
	test('counts the connections of its clients', async () => {
		const own = await createSandbox();
		const agent = new http.Agent({ keepAlive: true });
		await new Promise((resolve) =>
			http.get(own.origin, { agent }, (response) => response.resume().on('end', resolve)),
		);
		expect(await own.connections()).toBe(1);
		agent.destroy();
		while (await own.connections()) await new Promise((resolve) => setImmediate(resolve));
		await own.stop();
	});

	test('writes down each request', async () => {
		await list('carrierX', '?limit=2');
		await list('fastly', '', { 'fastly-key': 'no' });
		expect(sandbox.requests).toEqual([
			expect.objectContaining({
				vendor: 'carrierX',
				method: 'GET',
				path: '/carrierx/billing/invoices',
				query: { limit: '2' },
				status: 200,
			}),
			expect.objectContaining({ vendor: 'fastly', status: 401 }),
		]);
		sandbox.clearRequests();
		expect(sandbox.requests).toEqual([]);
	});

	test('can be driven over HTTP', async () => {
		const control = `${sandbox.origin}/_sandbox`;
		const fault = { vendor: 'fastly', kind: 'status', status: 418, times: 'Infinity' };
		const ordered = await get(
			`${control}/faults`,
			{},
			{ method: 'POST', body: JSON.stringify(fault) },
		);
		expect(ordered.status).toBe(201);
		expect([(await list('fastly')).status, (await list('fastly')).status]).toEqual([418, 418]);
		const bad = await get(`${control}/faults`, {}, { method: 'POST', body: '{"kind":"rain"}' });
		expect(bad.status).toBe(400);
		expect((await get(`${control}/requests`)).body).toHaveLength(2);
		await get(`${control}/requests`, {}, { method: 'DELETE' });
		expect(sandbox.requests).toEqual([]);
		await get(`${control}/faults`, {}, { method: 'DELETE' });
		expect((await list('fastly')).status).toBe(200);
		expect((await get(`${control}/data/fastly`)).body).toEqual(sandbox.data.fastly);
		expect((await get(`${control}/credentials`)).body).toEqual(sandbox.credentials);
		expect((await get(`${control}/nothing`)).status).toBe(404);
	});

	test('lets each request wait for as long as it is told to', async () => {
		const latency = `${sandbox.origin}/_sandbox/latency`;
		const refused = await get(latency, {}, { method: 'PUT', body: '-1' });
		expect(refused.status).toBe(400);
		await get(latency, {}, { method: 'PUT', body: '40' });
		const began = performance.now();
		expect((await list('fastly')).status).toBe(200);
		// A timer may fire a millisecond early.
		expect(performance.now() - began).toBeGreaterThan(38);
		sandbox.setLatency(0);
	});

	test('makes each page once, and the right one, where the lists are unchanging', async () => {
		const still = await createSandbox({ sizes: { i3dNet: 5 }, unchanging: true });
		const { privateToken, baseUrl } = still.credentials.i3dNetApi;
		const ask = async (/** @type {string} */ range) => {
			const headers = { 'private-token': privateToken, 'ranged-data': range };
			return (await get(`${baseUrl}/v3/account/invoice`, headers)).body;
		};
		const [first, second] = [await ask('start=0,results=2'), await ask('start=2,results=2')];
		expect([first, second]).toEqual([still.data.i3dNet.slice(0, 2), still.data.i3dNet.slice(2, 4)]);
		still.data.i3dNet.reverse();
		expect(await ask('start=0,results=2')).toEqual(first);
		const denied = await get(`${baseUrl}/v3/account/invoice`, {
			'ranged-data': 'start=0,results=2',
		});
		expect(denied.status).toBe(401);
		await still.stop();
	});

	test('stop() leaves nothing open, not even a stalled answer', async () => {
		const program = `
			const { createSandbox } = require(${JSON.stringify(__dirname)});
			createSandbox().then(async (sandbox) => {
				const headers = { 'fastly-key': sandbox.credentials.fastlyApi.apiToken };
				const ask = () => fetch(sandbox.origin + '/fastly/billing/v3/invoices', { headers });
				sandbox.addFault({ kind: 'stall' });
				const stalled = (await ask()).text().catch(() => {});
				sandbox.addFault({ kind: 'slow', ms: 60000 });
				const slow = ask().catch(() => {});
				while (sandbox.requests.length < 2) await new Promise(setImmediate);
				await sandbox.stop();
				await Promise.all([stalled, slow]);
			});`;
		const child = spawn(process.execPath, ['-e', program], { stdio: 'inherit' });
		expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
	});

	test('the command says what to type and stops on SIGTERM', async () => {
		const child = spawn(process.execPath, [path.join(__dirname, 'cli.js'), '--port', '0']);
		let output = '';
		child.stdout.on('data', (piece) => {
			output += piece;
			// Once: a second signal ends a process that takes too long.
			if (output.includes('Bad days') && !child.killed) child.kill('SIGTERM');
		});
		expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
		for (const name of Object.keys(sandbox.credentials)) expect(output).toContain(name);
		expect(output).toContain('has stopped');
	});
});
