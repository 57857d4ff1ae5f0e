// @ts-check
'use strict';

/** The emulator of Fastly. */
const { createSandbox } = require('./index');
const { askOn, itemsOf } = require('./asking');

/** @type {Awaited<ReturnType<typeof createSandbox>>} */
let sandbox;
const time = Date.UTC(2026, 0, 1);
const { list } = askOn(() => sandbox);

beforeAll(async () => {
	sandbox = await createSandbox({ now: () => time });
});
afterAll(() => sandbox.stop());
afterEach(() => {
	sandbox.clearFaults();
	sandbox.clearRequests();
});

test('its size is the number of its invoices', () => {
	expect(sandbox.data.fastly.length).toBe(60);
});

test.each([1, 2, 3, 4, 5])('seed %i has every variant', async (seed) => {
	const made = await createSandbox({ seed });
	await made.stop();
	const { fastly } = made.data;
	/** @type {Record<string, boolean>} */
	const found = {
		fastlyCredit: fastly.some((/** @type {any} */ x) => x.monthly_transaction_amount < 0),
		fastlyNoLines: fastly.some((/** @type {any} */ x) => x.transaction_line_items.length === 0),
		fastlyOld: fastly.some((/** @type {any} */ x) => x.transaction_line_items[0]?.ProductName),
		fastlyNew: fastly.some((/** @type {any} */ x) => x.transaction_line_items[0]?.product_name),
		fastlyNull: fastly.some((/** @type {any} */ x) => x.invoice_posted_on === null),
		fastlyOldId: fastly.some((/** @type {any} */ x) => /^\d+$/.test(x.invoice_id)),
		fastlyNewId: fastly.some((/** @type {any} */ x) => /^INV-\d+$/.test(x.invoice_id)),
		fastlyPaid: fastly.some((/** @type {any} */ x) => x.payment_status === 'paid'),
		fastlyOutstanding: fastly.some((/** @type {any} */ x) => x.payment_status === 'outstanding'),
		fastlySilent: fastly.some((/** @type {any} */ x) => !('payment_status' in x)),
	};
	expect(Object.keys(found).filter((name) => !found[name])).toEqual([]);
});

test('the shape of a refusal', async () => {
	const { body } = await list('fastly', '', { 'fastly-key': 'no' });
	expect(body).toEqual({ msg: expect.any(String), detail: expect.any(String) });
});

test('the usual page and the largest one', async () => {
	const { body } = await list('fastly');
	expect(itemsOf('fastly')(body)).toHaveLength(60);
	expect((await list('fastly', '?limit=200')).status).toBe(200);
	expect((await list('fastly', '?limit=220')).status).toBe(200);
	expect((await list('fastly', '?limit=500')).status).toBe(400);
});

test('a credential without the right to read invoices gets 403', async () => {
	const { fastlyApi } = sandbox.powerlessCredentials;
	expect((await list('fastly', '', { 'fastly-key': fastlyApi.apiToken })).status).toBe(403);
});

test('following the cursor gives the list, and a cursor fits its query only', async () => {
	/** @type {any[]} */
	const seen = [];
	let cursor = '';
	do {
		const { body } = await list(
			'fastly',
			`?limit=7${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
		);
		expect(body.meta).toMatchObject({
			limit: body.data.length,
			sort: 'billing_start_date',
			total: 60,
		});
		seen.push(...body.data);
		if (cursor === '') {
			expect(body.meta.next_cursor).toMatch(/^[^=]*\+[^=]*\/[^=]*==$/);
			const bare = `?limit=7&cursor=${body.meta.next_cursor}`;
			expect((await list('fastly', bare)).status).toBe(400);
			const strange = `&cursor=${encodeURIComponent(body.meta.next_cursor)}`;
			expect((await list('fastly', `?limit=8${strange}`)).status).toBe(400);
			const dates = `?limit=7&billing_start_date=2024-01-01${strange}`;
			expect((await list('fastly', dates)).status).toBe(400);
		}
		cursor = body.meta.next_cursor;
	} while (cursor);
	expect(seen).toEqual(sandbox.data.fastly);
	expect((await list('fastly', '?cursor=abc')).status).toBe(400);
});

test('the end is an empty cursor for some seeds and none at all for others', async () => {
	const ends = new Set();
	for (let seed = 1; seed <= 8; seed++) {
		const own = await createSandbox({ seed, sizes: { fastly: 1 } });
		const { body } = await list('fastly', '', {}, own);
		await own.stop();
		ends.add(body.meta.next_cursor);
	}
	expect(ends).toEqual(new Set(['', undefined]));
});

test('whole days, both ends included', async () => {
	const { body } = await list(
		'fastly',
		'?billing_start_date=2024-01-01&billing_end_date=2024-03-31',
	);
	const months = body.data.map((/** @type {any} */ x) => x.billing_start_date.slice(0, 7));
	expect([...new Set(months)]).toEqual(['2024-03', '2024-02', '2024-01']);
	expect((await list('fastly', '?billing_start_date=2024-02-30')).status).toBe(400);
	expect((await list('fastly', '?billing_end_date=yesterday')).status).toBe(400);
});

test('month to date has its amount as text, no currency, and an id of the moment', async () => {
	let time = Date.UTC(2026, 6, 4);
	const own = await createSandbox({ now: () => time });
	const { body } = await list('fastly', '/month-to-date', {}, own);
	expect(typeof body.monthly_transaction_amount).toBe('string');
	expect(body.currency_code).toBeUndefined();
	expect(body).toMatchObject({ billing_start_date: '2026-07-01T00:00:00.000Z' });
	expect(body.invoice_id).toBe(`${body.customer_id}-${time / 1000}`);
	time += 60_000;
	const later = await list('fastly', '/month-to-date', {}, own);
	expect(later.body.invoice_id).not.toBe(body.invoice_id);
	await own.stop();
});

test('status: own body, own type, the shapes of Fastly', async () => {
	sandbox.addFault({
		vendor: 'fastly',
		kind: 'status',
		status: 500,
		body: '<p>',
		contentType: 'text/html',
	});
	const own = await list('fastly');
	expect([own.text, own.headers.get('content-type')]).toEqual(['<p>', 'text/html']);
	const keys = [];
	for (const shape of ['msg', 'title', 'problem', 'jsonapi']) {
		sandbox.addFault({ vendor: 'fastly', kind: 'status', status: 500, shape });
		keys.push(Object.keys((await list('fastly')).body)[0]);
	}
	expect(keys).toEqual(['msg', 'title', 'type', 'errors']);
});

test('stuckPage, repeatCursor, endlessPages', async () => {
	const first = (await list('fastly', '?limit=5')).body;
	const next = `?limit=5&cursor=${encodeURIComponent(first.meta.next_cursor)}`;
	sandbox.addFault({ vendor: 'fastly', kind: 'stuckPage' });
	expect((await list('fastly', next)).body.data).toEqual(first.data);
	sandbox.addFault({ vendor: 'fastly', kind: 'repeatCursor' });
	expect((await list('fastly', next)).body.meta.next_cursor).toBe(first.meta.next_cursor);

	sandbox.addFault({ vendor: 'fastly', kind: 'endlessPages', times: Infinity });
	const ids = new Set();
	let cursor = '';
	for (let count = 0; count < 4; count++) {
		const { body } = await list(
			'fastly',
			`?limit=50${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
		);
		cursor = body.meta.next_cursor;
		for (const { invoice_id: id } of body.data) ids.add(id);
	}
	expect(ids.size).toBe(200);
	expect(cursor).not.toBe('');
});

test('an invoice by id', async () => {
	const { data } = sandbox;
	expect((await list('fastly', `/${data.fastly[3].invoice_id}`)).body).toEqual(data.fastly[3]);
});

test('what does not exist is 404', async () => {
	const { status, body } = await list('fastly', '/1');
	expect([status, Object.keys(body)[0]]).toEqual([404, 'title']);
});

test('most totals are what the lines make, and some are not', () => {
	const right = sandbox.data.fastly.filter((/** @type {any} */ invoice) => {
		const lines = invoice.transaction_line_items.reduce(
			(/** @type {number} */ sum, /** @type {any} */ { amount }) => sum + Number(amount),
			0,
		);
		return Math.abs(Number(invoice.monthly_transaction_amount) - lines) < 0.001;
	});
	expect(right.length).toBeGreaterThan(40);
	expect(right.length).toBeLessThan(60);
});

test('notReady: the month to date is not there at once', async () => {
	sandbox.addFault({ vendor: 'fastly', kind: 'notReady' });
	expect((await list('fastly', '/month-to-date')).status).toBe(202);
	expect((await list('fastly', '/month-to-date')).status).toBe(200);
});
