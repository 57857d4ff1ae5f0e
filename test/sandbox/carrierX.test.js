// @ts-check
'use strict';

/** The emulator of CarrierX. */
const { createSandbox } = require('./index');
const { askOn, itemsOf } = require('./asking');

/** @type {Awaited<ReturnType<typeof createSandbox>>} */
let sandbox;
const { list } = askOn(() => sandbox);

beforeAll(async () => {
	sandbox = await createSandbox();
});
afterAll(() => sandbox.stop());
afterEach(() => {
	sandbox.clearFaults();
	sandbox.clearRequests();
});

test('its size is the number of its invoices', () => {
	expect(sandbox.data.carrierX.length).toBe(80);
});

test.each([1, 2, 3, 4, 5])('seed %i has every variant', async (seed) => {
	const made = await createSandbox({ seed });
	await made.stop();
	const { carrierX } = made.data;
	/** @type {Record<string, boolean>} */
	const found = {
		carrierNumber: carrierX.some((/** @type {any} */ x) => typeof x.amount === 'number'),
		carrierBalance: carrierX.some((/** @type {any} */ x) => Number(x.balance_previous) < 0),
		carrierNull: carrierX.some((/** @type {any} */ x) => x.date_issued === null),
		carrierPart: carrierX.some((/** @type {any} */ x) => !x.paid && x.pay_items.length > 0),
	};
	expect(Object.keys(found).filter((name) => !found[name])).toEqual([]);
});

test('the shape of a refusal', async () => {
	const { body } = await list('carrierX', '', { authorization: 'Bearer no' });
	expect(body).toEqual({ errors: [{ message: expect.any(String) }] });
});

test('the usual page and the largest one', async () => {
	const { body } = await list('carrierX');
	expect(itemsOf('carrierX')(body)).toHaveLength(10);
	expect((await list('carrierX', '?limit=1000')).status).toBe(200);
	expect((await list('carrierX', '?limit=1001')).status).toBe(422);
	expect((await list('carrierX', '?offset=-1')).status).toBe(422);
});

test('a credential without the right to read invoices gets 403', async () => {
	const authorization = `Bearer ${sandbox.powerlessCredentials.carrierXApi.accessToken}`;
	expect((await list('carrierX', '', { authorization })).status).toBe(403);
});

test('pagination may be null although there is more; its link leads away', async () => {
	const envelopes = await Promise.all(
		[0, 1, 79].map(async (offset) => (await list('carrierX', `?limit=1&offset=${offset}`)).body),
	);
	expect(envelopes.map(({ has_more, pagination }) => [has_more, pagination])).toEqual([
		[true, { next: expect.stringContaining(sandbox.foreignOrigin) }],
		[true, null],
		[false, {}],
	]);
});

describe('filters', () => {
	/** @param {string} filter */
	const carrierX = async (filter) =>
		await list('carrierX', `?limit=1000&filter=${encodeURIComponent(filter)}`);

	test('numbers, dates, truth, patterns, quotes', async () => {
		const { carrierX: invoices } = sandbox.data;
		const count = (/** @type {(x: any) => boolean} */ wanted) => invoices.filter(wanted).length;
		const queries = [
			'paid eq false',
			'amount gt 100 and amount le "500"',
			"date_created ge '2024-01-01T00:00:00.000Z' and date_created lt 2025-01-01",
			'display_id like "01%"',
		];
		const totals = await Promise.all(
			queries.map(async (query) => (await carrierX(query)).body.total),
		);
		expect(totals).toEqual([
			count((x) => !x.paid),
			count((x) => Number(x.amount) > 100 && Number(x.amount) <= 500),
			count((x) => /^2024/.test(x.date_created)),
			count((x) => x.display_id.startsWith('01')),
		]);
	});

	test.each([
		['paid', 400],
		['paid is false', 400],
		['amount gt much', 400],
		['paid eq false or paid eq true', 400],
		['colour eq red', 422],
	])('%s is refused with %i', async (filter, status) => {
		const answer = await carrierX(filter);
		expect([answer.status, Object.keys(answer.body)]).toEqual([status, ['errors']]);
	});
});

test('fields, partner, order', async () => {
	const some = await list('carrierX', '?limit=1&include_fields=invoice_sid,amount');
	expect(Object.keys(some.body.items[0]).sort()).toEqual(['amount', 'invoice_sid']);
	const camelCase = await list('carrierX', '?limit=1&includeFields=invoice_sid,amount');
	expect(camelCase.body).toEqual(some.body);
	const without = await list('carrierX', '?limit=1&exclude_fields=amount&with_related=true');
	expect(without.body.items[0].amount).toBeUndefined();
	const { partner, partner_sid: sid } = without.body.items[0];
	expect(partner.partner_sid).toBe(sid);
	expect((await list('carrierX', '?include_fields=colour')).status).toBe(422);
	expect((await list('carrierX', '?order=amount%20asc')).status).toBe(422);
	const down = await list('carrierX', '?limit=1000&order=date_created%20desc');
	expect(down.body.items).toEqual([...sandbox.data.carrierX].reverse());
});

test('an invoice by id', async () => {
	const { data } = sandbox;
	expect((await list('carrierX', `/${data.carrierX[3].invoice_sid}`)).body).toEqual(
		data.carrierX[3],
	);
});

test('what does not exist is 404', async () => {
	const { status, body } = await list('carrierX', '/00000000-0000-4000-8000-000000000000');
	expect([status, Object.keys(body)[0]]).toEqual([404, 'errors']);
});

test('bills of the month grow until they are issued', async () => {
	const own = await createSandbox({ now: () => Date.UTC(2026, 10, 10) });
	const newest = async () =>
		(await list('carrierX', '?limit=1&order=date_created%20desc', {}, own)).body.items[0];
	own.bills.open();
	expect(own.data.carrierX).toHaveLength(83);
	expect(await newest()).toMatchObject({
		amount: '0',
		date_created: '2026-10-31T23:30:00.000Z',
		date_billing_period_end: '2026-11-30T23:59:59.000Z',
		date_issued: null,
		paid: false,
		status: 'open',
	});
	own.bills.grow();
	own.bills.grow();
	expect(await newest()).toMatchObject({ amount: '2.5', date_issued: null });
	own.bills.issue();
	own.bills.grow();
	expect(await newest()).toMatchObject({
		amount: '2.5',
		date_issued: '2026-11-10T00:00:00.000Z',
	});
	await own.stop();
});

test('most totals are what the lines make, and some are not', () => {
	const right = sandbox.data.carrierX.filter((/** @type {any} */ invoice) => {
		const lines = invoice.invoice_items.reduce(
			(/** @type {number} */ sum, /** @type {any} */ { amount }) => sum + Number(amount),
			0,
		);
		return Math.abs(Number(invoice.amount) - lines) < 0.001;
	});
	expect(right.length).toBeGreaterThan(55);
	expect(right.length).toBeLessThan(80);
});

test('a record put into the live list is served', async () => {
	const own = await createSandbox();
	own.data.carrierX.push({ ...own.data.carrierX[0], invoice_sid: 'f'.repeat(8) });
	const { body } = await list('carrierX', '?limit=1000', {}, own);
	await own.stop();
	expect(body.total).toBe(81);
});
