/**
 * "Invoices to Return" in n8n's own engine: what an earlier execution returned is not returned again,
 * and nothing is recorded that was not returned.
 */
import { everything, newOn, newOrChanged } from './onlyNew';
import {
	type Json,
	OPERATIONS,
	VENDORS,
	type VendorOfTest,
	jsonOf,
	setUp,
	vendorRows,
} from './support';
import { triggersOn } from './triggers';

const stage = setUp();
const { run, keysOf } = newOn(stage);
const { idsOf, recordsOf, takeOut, trigger } = triggersOn(stage);

beforeEach(async () => {
	await stage.ownSandbox();
	stage.engine.processedItems.forget();
});

const countOf = (vendor: VendorOfTest) => idsOf(vendor).length;

describe('what is new', () => {
	it.each(vendorRows())('%s: all invoices come once', async (_, vendor) => {
		const all = await keysOf(vendor, everything);
		expect(await keysOf(vendor)).toEqual(all);
		expect(await keysOf(vendor)).toEqual([]);
		expect(all.length).toBeGreaterThan(10);
	});

	it.each(vendorRows())('%s: raw records come once, as the vendor sent them', async (_, vendor) => {
		const raw = { output: 'raw' };
		const inAnyOrder = (records: Json[]) => records.map((record) => JSON.stringify(record)).sort();
		const result = await run(vendor, raw);
		expect(inAnyOrder(jsonOf(result))).toEqual(inAnyOrder(vendor.list(stage.sandbox)));
		expect(jsonOf(await run(vendor, raw))).toEqual([]);
	});

	it.each(vendorRows())('%s: the form of the output makes no difference', async (_, vendor) => {
		expect((await keysOf(vendor, { output: 'lineItems' })).length).toBeGreaterThan(0);
		expect(jsonOf(await run(vendor, { output: 'raw' }))).toEqual([]);
		expect(await keysOf(vendor)).toEqual([]);
	});

	it.each(
		OPERATIONS.filter(({ isUnpaid }) => isUnpaid).map(
			({ vendor }) => [vendor.name, vendor] as const,
		),
	)('%s: works for unpaid invoices', async (_, vendor) => {
		const unpaid = { operation: 'getUnpaid' };
		expect((await keysOf(vendor, unpaid)).length).toBeGreaterThan(0);
		expect(await keysOf(vendor, unpaid)).toEqual([]);
	});

	it.each(vendorRows())('%s: finds one that comes late, with an old date', async (_, vendor) => {
		const id = vendor.idOf(recordsOf(vendor)[2]);
		const putBack = takeOut(vendor, id);
		await keysOf(vendor);
		putBack();
		expect(jsonOf(await run(vendor)).map((json) => json.id)).toEqual([id]);
	});

	it.each(vendorRows())('%s: is a changed invoice only where that is wanted', async (_, vendor) => {
		const [first] = recordsOf(vendor);
		await keysOf(vendor);
		vendor.change(first);
		expect(await keysOf(vendor)).toEqual([]);
		const [json, ...others] = jsonOf(await run(vendor, newOrChanged));
		expect(json.id).toBe(vendor.idOf(first));
		expect(others).toEqual([]);
		expect(await keysOf(vendor, newOrChanged)).toEqual([]);
	});

	it.each(vendorRows())('%s: another option changes nothing', async (_, vendor) => {
		await keysOf(vendor, newOrChanged);
		const options = { supplierName: 'Another', currency: 'CHF', timeZone: 'Asia/Tokyo' };
		expect(await keysOf(vendor, { ...newOrChanged, options })).toEqual([]);
	});

	it.each(
		vendorRows().flatMap(([name, vendor]) =>
			['simplified', 'lineItems', 'raw'].map((output) => [name, output, vendor] as const),
		),
	)('%s: %s instead of full is no change', async (_, output, vendor) => {
		await keysOf(vendor, newOrChanged);
		expect(jsonOf(await run(vendor, { ...newOrChanged, output }))).toEqual([]);
	});

	it.each(vendorRows())('%s: has the raw record only where it is wanted', async (_, vendor) => {
		const [without] = jsonOf(await run(vendor));
		expect(without).not.toHaveProperty('raw');
		stage.engine.processedItems.forget();
		const [having] = jsonOf(await run(vendor, { options: { includeRaw: true } }));
		const [record] = [having.raw].flat();
		expect(vendor.idOf(record)).toBe(having.id);
	});
});

describe('a change of the choice', () => {
	it.each(vendorRows())('%s: repeats nothing', async (_, vendor) => {
		await keysOf(vendor);
		expect(await keysOf(vendor, newOrChanged)).toEqual([]);
		stage.engine.processedItems.forget();
		await keysOf(vendor, newOrChanged);
		expect(await keysOf(vendor)).toEqual([]);
	});
});

describe.each(vendorRows())('the store of n8n, %s', (_name, vendor) => {
	const processedItems = () => stage.engine.processedItems;

	it('is asked once for the choice made, and nothing is taken back', async () => {
		await keysOf(vendor, newOrChanged);
		await keysOf(vendor, newOrChanged);
		const items = 2 * countOf(vendor);
		expect(processedItems().calls).toEqual([
			{ name: 'check', items },
			{ name: 'check', items },
		]);
	});

	it('is told the content of what is new, and of nothing else', async () => {
		const putBack = takeOut(vendor, vendor.idOf(recordsOf(vendor)[0]));
		await keysOf(vendor);
		putBack();
		vendor.change(recordsOf(vendor)[5]);
		await keysOf(vendor);
		await keysOf(vendor);
		const count = countOf(vendor);
		expect(processedItems().calls.map(({ items }) => items)).toEqual([
			count - 1,
			count - 1,
			count,
			1,
			count,
		]);
	});

	it.each(['new', 'newOrChanged'])('may fail before it is asked, %s', async (onlyNew) => {
		processedItems().fail((call) => (call === 1 ? 'before' : undefined));
		const { error } = await run(vendor, { onlyNew });
		expect(error?.message).toBe('n8n could not tell which invoices are new: The database is gone');
		expect(await keysOf(vendor, { onlyNew })).toHaveLength(countOf(vendor));
	});

	it.each(['before', 'after'] as const)('may fail %s it was told', async (moment) => {
		processedItems().fail((call) => (call === 2 ? moment : undefined));
		const { items, logs } = await run(vendor);
		expect(items).toHaveLength(countOf(vendor));
		expect(logs).toContainEqual(
			expect.objectContaining({
				level: 'warn',
				message: expect.stringMatching(/^n8n could not record the content of new invoices/),
			}),
		);
		expect(await keysOf(vendor)).toEqual([]);
	});

	it('may fail where the node continues: each item says so', async () => {
		processedItems().fail(() => 'before');
		const rest = { onError: 'continueRegularOutput' as const, input: [{}, {}] };
		const { items } = await run(vendor, {}, rest);
		expect(items.map(({ json }) => json)).toEqual(
			[0, 1].map(() => ({
				error: expect.stringMatching(/^n8n could not tell which invoices are new/),
			})),
		);
	});
});

describe('a manual execution', () => {
	it.each(vendorRows())('%s: returns up to 50 and records nothing', async (_, vendor) => {
		const all = await keysOf(vendor, everything);
		const manual = await run(vendor, { returnAll: true }, { mode: 'manual' });
		const keys = jsonOf(manual).map(({ dedupeKey }) => dedupeKey);
		expect(keys).toEqual(all.slice(0, 50));
		expect(JSON.stringify(manual.runData)).toMatch(/Manual executions return up to 50 invoices/);
		expect(stage.engine.processedItems.calls).toEqual([]);
		expect(await keysOf(vendor)).toEqual(all);
		expect(jsonOf(await run(vendor, {}, { mode: 'manual' }))).toHaveLength(keys.length);
	});
});

describe('nothing is recorded that is not returned', () => {
	it.each(vendorRows())(
		'%s: an invoice that two items list comes with the first',
		async (_, vendor) => {
			const { items } = await run(vendor, {}, { input: [{ json: {} }, { json: {} }] });
			expect(items).toHaveLength(countOf(vendor));
			expect(new Set(items.map(({ pairedItem }) => (pairedItem as Json).item))).toEqual(
				new Set([0]),
			);
		},
	);

	it.each(vendorRows(VENDORS.filter(({ statesTotal }) => statesTotal)))(
		'%s: when the list is incomplete',
		async (_, vendor) => {
			stage.sandbox.addFault({ vendor: vendor.type, kind: 'total', delta: 3, times: Infinity });
			const { error } = await run(vendor);
			expect(error?.message).toMatch(/Could not retrieve the complete list/);
			stage.sandbox.clearFaults();
			expect(await keysOf(vendor)).toHaveLength(countOf(vendor));
		},
	);
});

it.each(vendorRows())('%s: an unknown choice is an error', async (_, vendor) => {
	const { error } = await run(vendor, { onlyNew: 'perhaps' });
	expect(error?.message).toMatch(/"perhaps" is not a valid value for "Invoices to Return"/);
});

describe('an account that is left out for one night changes nothing', () => {
	const table = VENDORS.flatMap(
		(vendor): Array<[string, VendorOfTest, string]> =>
			vendor.account ? [[vendor.name, vendor, vendor.account]] : [],
	);

	it.each(table)('%s', async (_, vendor, account) => {
		const watching = trigger(vendor, { event: 'invoiceChanged' });
		const told: unknown[] = [];
		for (const night of [{ [account]: 'x' }, {}, { [account]: null }, { [account]: 'x' }]) {
			stage.answer(vendor, vendor.answers.list([{ [vendor.id]: 'a', ...night }]));
			const ids = jsonOf(await run(vendor, newOrChanged)).map(({ id }) => id);
			told.push([ids, (await watching.poll()).items]);
		}
		expect(told).toEqual([
			// The first poll has an execution without items, so that n8n saves what is there.
			[['a'], []],
			[[], null],
			[[], null],
			[[], null],
		]);
	});
});
