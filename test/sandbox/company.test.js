'use strict';

/** A year of a company's bills, as the nodes return it. */
const path = require('node:path');
const { createEngine } = require('../engine');
const { listAll } = require('../engine/listAll');
const { VENDORS } = require('../rows');
const { createSandbox } = require('./index');

/** @typedef {Record<string, any>} Json */
/** @typedef {Awaited<ReturnType<typeof createSandbox>>} Sandbox */

/** Whether a month has 31, 30 or 28 days, begins a year, or has a vendor's credit note. */
const DAYS = ['2026-01-31', '2026-02-28', '2026-03-01', '2026-06-15', '2026-09-30', '2028-02-29'];
const OPTIONS = { currency: 'USD', includeLines: true };

/** @type {Awaited<ReturnType<typeof createEngine>>} */
let engine;

beforeAll(async () => {
	engine = await createEngine({ packageDir: path.join(__dirname, '..', '..') });
});
afterAll(async () => await engine.close());

/**
 * @template T
 * @param {number} now
 * @param {(sandbox: Sandbox) => T} work
 */
async function withCompany(now, work) {
	const sandbox = await createSandbox({ data: 'company', now: () => now });
	try {
		return await work(sandbox);
	} finally {
		await sandbox.stop();
	}
}

/** @param {Sandbox} sandbox @returns {Promise<Record<string, Json[]>>} the invoices by type of the vendor */
async function read(sandbox) {
	const items = await listAll(engine, sandbox, OPTIONS);
	return Object.fromEntries(
		VENDORS.map(({ name, type }) => [
			type,
			items[name].map((item) => /** @type {{ json: Json }} */ (item).json),
		]),
	);
}

/** In units of 1/10000. @param {string | null} amount */
function units(amount) {
	const [whole, fraction = ''] = String(amount).split('.');
	return BigInt(whole + fraction.padEnd(4, '0'));
}

/** @param {string} day @param {number} months @returns {string} YYYY-MM */
function monthBefore(day, months) {
	const [year, month] = day.split('-').map(Number);
	return new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 7);
}

/** @param {Json} invoice of the vendors that say when a bill is issued */
const isIssued = ({ issueDate }) => issueDate !== null;

describe.each(DAYS)('on %s', (day) => {
	const now = Date.parse(`${day}T17:30:00Z`);
	/** @type {Record<string, Json[]>} */
	let invoices;
	beforeAll(async () => (invoices = await withCompany(now, read)));

	test('no invoice calls for a person, and each adds up', () => {
		for (const { warnings, lineItems, subTotal, taxAmount, totalAmount } of Object.values(
			invoices,
		).flat()) {
			expect(warnings).toEqual([]);
			const net = lineItems.reduce(
				(/** @type {bigint} */ sum, /** @type {Json} */ { amount }) => sum + units(amount),
				0n,
			);
			expect(lineItems.length).toBeGreaterThan(0);
			expect(units(totalAmount)).toBe(net + units(taxAmount ?? '0'));
			if (subTotal !== null) expect(units(subTotal)).toBe(net);
		}
	});

	test.each(VENDORS.map(({ type }) => type))('%s: a bill in each of the months', (type) => {
		const issued = invoices[type].filter(isIssued);
		const months = new Set(issued.map(({ issueDate }) => issueDate.slice(0, 7)));
		for (let before = 1; before <= 12; before++) {
			expect(months).toContain(monthBefore(day, before));
		}
		expect(issued.every(({ issueDate }) => issueDate <= day)).toBe(true);
	});

	test.each(VENDORS.map(({ type }) => type))('%s: sums as people know them', (type) => {
		const currencies = new Set(invoices[type].map(({ currency }) => currency));
		expect(currencies.size).toBe(1);
		for (const { totalAmount, type: kind } of invoices[type]) {
			expect(units(totalAmount)).toBeGreaterThan(kind === 'creditNote' ? 0n : 50_0000n);
			expect(units(totalAmount)).toBeLessThan(10_000_0000n);
		}
		const numbers = invoices[type].map(({ accountId, invoiceNumber }) => accountId + invoiceNumber);
		expect(new Set(numbers).size).toBe(numbers.length);
	});

	test('some credit notes, and something that is overdue', () => {
		const all = Object.values(invoices).flat();
		const credits = all.filter(({ type }) => type === 'creditNote');
		expect(credits.length).toBeGreaterThanOrEqual(3);
		expect(credits.length).toBeLessThanOrEqual(4);
		const isOverdue = (/** @type {Json} */ { status, dueDate }) =>
			['open', 'partiallyPaid'].includes(status) && dueDate !== null && dueDate < day;
		const overdue = all.filter(isOverdue);
		expect(overdue.length).toBeGreaterThanOrEqual(1);
		expect(overdue.length).toBeLessThanOrEqual(8);
	});
});

test('the running month is a draft where a vendor lists drafts, and the estimate where it has one', async () => {
	const today = new Date().toISOString().slice(0, 7);
	await withCompany(Date.now(), async (sandbox) => {
		const { carrierX } = await read(sandbox);
		const drafts = carrierX.filter(({ status }) => status === 'draft');
		expect(drafts.map(({ periodStart }) => periodStart.slice(0, 7))).toEqual([today, today]);
		const { apiToken, baseUrl } = sandbox.credentials.fastlyApi;
		const url = `${baseUrl}/billing/v3/invoices/month-to-date`;
		const response = await fetch(url, { headers: { 'fastly-key': apiToken } });
		const estimate = /** @type {Json} */ (await response.json());
		const amounts = estimate.transaction_line_items.map((/** @type {Json} */ { amount }) =>
			units(String(amount)),
		);
		const sum = amounts.reduce((/** @type {bigint} */ all, /** @type {bigint} */ one) => all + one);
		expect(units(estimate.monthly_transaction_amount)).toBe(sum);
		expect(sum).toBeGreaterThan(100_0000n);
	});
});

test('the same throughout a month; a month later, what was issued is what it was', async () => {
	const dataOf = (/** @type {string} */ time) =>
		withCompany(Date.parse(time), ({ data }) => structuredClone(data));
	const [first, last, later] = await Promise.all(
		['2026-05-01T00:00:00Z', '2026-05-31T23:59:59Z', '2026-06-20T00:00:00Z'].map(dataOf),
	);
	expect(last).toEqual(first);
	const idsOf = (/** @type {Json} */ { talkdesk }) =>
		talkdesk.filter(({ date }) => date >= '2025-06').map(({ id }) => id);
	expect(idsOf(later)).toEqual(expect.arrayContaining(idsOf(first)));
	expect(idsOf(first).length).toBeGreaterThan(30);
});

describe('one more invoice on request', () => {
	/** @type {Sandbox} */
	let sandbox;
	afterEach(async () => await sandbox.stop());

	/** @param {string} vendor */
	const ask = async (vendor) => {
		const response = await fetch(`${sandbox.origin}/_sandbox/invoices/${vendor}`, {
			method: 'POST',
		});
		return { status: response.status, body: /** @type {Json} */ (await response.json()) };
	};

	test.each(/** @type {const} */ (['company', 'odd']))('among %s data', async (data) => {
		sandbox = await createSandbox({ data });
		const before = await read(sandbox);
		const today = new Date().toISOString().slice(0, 10);
		for (const { type } of VENDORS) {
			const { status, body } = await ask(type);
			expect([status, body.vendor]).toEqual([201, type]);
			expect(await ask(type)).not.toEqual({ status, body });
			const after = (await read(sandbox))[type];
			const known = new Set(before[type].map(({ dedupeKey }) => dedupeKey));
			const added = after.filter(({ dedupeKey }) => !known.has(dedupeKey));
			expect(after.length).toBe(before[type].length + 2);
			expect(added.map(({ issueDate, status: state }) => [issueDate, state])).toEqual([
				[today, expect.not.stringMatching('paid')],
				[today, expect.not.stringMatching('paid')],
			]);
			const found = added.find(({ invoiceNumber }) => invoiceNumber === body.invoiceNumber);
			expect(units(found?.totalAmount)).toBe(units(body.total));
		}
	});

	test('a later start gives no number again', async () => {
		sandbox = await createSandbox({ data: 'company', now: () => Date.UTC(2026, 4, 5, 12) });
		const { body } = await ask('fastly');
		await sandbox.stop();
		sandbox = await createSandbox({ data: 'company', now: () => Date.UTC(2026, 4, 5, 12, 1) });
		expect((await ask('fastly')).body.invoiceNumber).not.toBe(body.invoiceNumber);
	});

	test('of no vendor: 404', async () => {
		sandbox = await createSandbox({ data: 'company' });
		expect((await ask('acme')).status).toBe(404);
	});
});
