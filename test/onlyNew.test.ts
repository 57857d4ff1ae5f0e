/**
 * "Invoices to Return" in n8n's own engine: what an earlier execution returned is not returned again,
 * and nothing is recorded that was not returned.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- this is no node */
import {
	ACCOUNT,
	type Json,
	type Rest,
	type VendorOfTest,
	jsonOf,
	setUp,
	vendorOf,
	vendorRows,
} from './support';

const stage = setUp();

beforeEach(async () => {
	await stage.ownSandbox();
	stage.engine.processedItems.forget();
});

/** Runs Get Many in production, for what is new if not said otherwise. */
async function run(vendor: VendorOfTest, parameters: Json = {}, rest: Rest = {}) {
	return await stage.run(
		vendor,
		{
			operation: 'getAll',
			onlyNew: 'new',
			accountId: ACCOUNT,
			output: 'normalized',
			...parameters,
		},
		{ mode: 'trigger', ...rest },
	);
}

async function keysOf(vendor: VendorOfTest, parameters: Json = {}, rest: Rest = {}) {
	const result = await run(vendor, parameters, rest);
	expect(result.error?.message).toBeUndefined();
	return jsonOf(result).map(({ dedupeKey, invoice }) => dedupeKey ?? invoice?.dedupeKey);
}

const carrierX = vendorOf('carrierX');
const i3dNet = vendorOf('i3dNet');
const talkdesk = vendorOf('talkdesk');
const newOrChanged = { onlyNew: 'newOrChanged' };
const everything = { onlyNew: 'off', returnAll: true };

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

	it('works for unpaid invoices', async () => {
		const unpaid = { operation: 'getUnpaid' };
		expect((await keysOf(i3dNet, unpaid)).length).toBeGreaterThan(0);
		expect(await keysOf(i3dNet, unpaid)).toEqual([]);
	});

	it('finds one that comes late, with an old date', async () => {
		const list = stage.sandbox.data.carrierX;
		const [late] = list.splice(2, 1);
		await keysOf(carrierX);
		list.splice(2, 0, late);
		const [json] = jsonOf(await run(carrierX));
		expect(json.id).toBe(late.invoice_sid);
	});

	it('is a changed invoice only where that is wanted', async () => {
		const [first] = stage.sandbox.data.carrierX;
		await keysOf(carrierX);
		first.display_id = 'changed';
		expect(await keysOf(carrierX)).toEqual([]);
		const [json, ...others] = jsonOf(await run(carrierX, newOrChanged));
		expect(json.id).toBe(first.invoice_sid);
		expect(others).toEqual([]);
		expect(await keysOf(carrierX, newOrChanged)).toEqual([]);
	});

	it.each(vendorRows())('%s: another option changes nothing', async (_, vendor) => {
		await keysOf(vendor, newOrChanged);
		const options = { supplierName: 'Another', currency: 'CHF', timeZone: 'Asia/Tokyo' };
		expect(await keysOf(vendor, { ...newOrChanged, options })).toEqual([]);
	});

	it('leaves the raw record out of invoices that are not to have it', async () => {
		const [without] = jsonOf(await run(carrierX));
		expect(without).not.toHaveProperty('raw');
		stage.engine.processedItems.forget();
		const [having] = jsonOf(await run(carrierX, { options: { includeRaw: true } }));
		expect(having.raw).toMatchObject({ invoice_sid: having.id });
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

describe('the store of n8n', () => {
	const processedItems = () => stage.engine.processedItems;

	it('is asked once for the choice made, and nothing is taken back', async () => {
		await keysOf(carrierX, newOrChanged);
		await keysOf(carrierX, newOrChanged);
		const count = stage.sandbox.data.carrierX.length;
		expect(processedItems().calls).toEqual([
			{ name: 'check', items: 2 * count },
			{ name: 'check', items: 2 * count },
		]);
	});

	it('is told the content of what is new, and of nothing else', async () => {
		const [first] = stage.sandbox.data.carrierX.splice(0, 1);
		await keysOf(carrierX);
		stage.sandbox.data.carrierX.unshift(first);
		stage.sandbox.data.carrierX[5].display_id = 'changed';
		await keysOf(carrierX);
		await keysOf(carrierX);
		const count = stage.sandbox.data.carrierX.length;
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
		const { error } = await run(carrierX, { onlyNew });
		expect(error?.message).toBe('n8n could not tell what is new: The database is gone');
		expect(await keysOf(carrierX, { onlyNew })).toHaveLength(stage.sandbox.data.carrierX.length);
	});

	it.each(['before', 'after'] as const)('may fail %s it was told', async (moment) => {
		processedItems().fail((call) => (call === 2 ? moment : undefined));
		const { items, logs } = await run(carrierX);
		expect(items).toHaveLength(stage.sandbox.data.carrierX.length);
		expect(logs).toContainEqual(
			expect.objectContaining({
				level: 'warn',
				message: expect.stringMatching(/^n8n could not record the content of new invoices/),
			}),
		);
		expect(await keysOf(carrierX)).toEqual([]);
	});

	it('may fail where the node continues: each item says so', async () => {
		processedItems().fail(() => 'before');
		const { items } = await run(
			carrierX,
			{},
			{ onError: 'continueRegularOutput', input: [{}, {}] },
		);
		expect(items.map(({ json }) => json)).toEqual(
			[0, 1].map(() => ({ error: expect.stringMatching(/^n8n could not tell what is new/) })),
		);
	});
});

describe('two invoices under one key', () => {
	const insurance = vendorOf('talkdeskInsurance');
	const list = () => stage.sandbox.data.talkdeskInsurance[ACCOUNT];
	const twin = () => ({ ...list()[0], amount: '40.00', due_amount: '40.00', paid_amount: '0.00' });

	it.each(['new', 'newOrChanged'])('are both returned and marked, %s', async (onlyNew) => {
		list().push(twin());
		const twins = jsonOf(await run(insurance, { onlyNew })).filter(
			({ id }) => id === twin().invoice_number,
		);
		expect(twins.map(({ warnings }) => warnings)).toEqual([
			expect.arrayContaining(['KEY_NOT_UNIQUE']),
			expect.arrayContaining(['KEY_NOT_UNIQUE']),
		]);
		expect(await keysOf(insurance, { onlyNew })).toEqual([]);
	});

	it.each(['new', 'newOrChanged'])(
		'are returned when the second one appears, %s',
		async (onlyNew) => {
			await keysOf(insurance, { onlyNew });
			list().push(twin());
			const items = jsonOf(await run(insurance, { onlyNew }));
			expect(items).toMatchObject([{ totalAmount: '40.00' }]);
			expect(await keysOf(insurance, { onlyNew })).toEqual([]);
			list().pop();
			expect(await keysOf(insurance, { onlyNew })).toEqual([]);
		},
	);
});

describe('a draft', () => {
	const insurance = vendorOf('talkdeskInsurance');
	const list = () => stage.sandbox.data.talkdeskInsurance[ACCOUNT];
	const DRAFT = { invoice_number: 'DRAFT-1', invoice_bill_date: '2026-01-31', status: 'Draft' };
	const ISSUED = { amount: '70.00', paid_amount: '0.00', due_amount: '70.00', status: 'Open' };
	const idsOf = async (parameters: Json) =>
		jsonOf(await run(insurance, parameters)).map(({ id, totalAmount }) => [id, totalAmount]);

	it.each(['new', 'newOrChanged'])('is returned when it is issued, %s', async (onlyNew) => {
		list().push({ ...DRAFT });
		expect(await idsOf({ onlyNew })).not.toContainEqual(['DRAFT-1', null]);
		Object.assign(list().at(-1) as Json, ISSUED);
		expect(await idsOf({ onlyNew })).toEqual([['DRAFT-1', '70.00']]);
		expect(await idsOf({ onlyNew })).toEqual([]);
	});

	it.each(['new', 'newOrChanged'])('and before where it is wanted, %s', async (onlyNew) => {
		const drafts = { onlyNew, options: { includeDrafts: true } };
		await idsOf({ onlyNew });
		list().push({ ...DRAFT });
		expect(await idsOf(drafts)).toEqual([['DRAFT-1', null]]);
		expect(await idsOf(drafts)).toEqual([]);
		Object.assign(list().at(-1) as Json, ISSUED);
		expect(await idsOf(drafts)).toEqual([['DRAFT-1', '70.00']]);
	});

	it('is in the list where all invoices are returned', async () => {
		list().push({ ...DRAFT });
		expect(await idsOf(everything)).toContainEqual(['DRAFT-1', null]);
	});
});

describe('a manual execution', () => {
	it.each(vendorRows())('%s: returns up to 50 and records nothing', async (_, vendor) => {
		const all = await keysOf(vendor, everything);
		const manual = await run(vendor, { returnAll: true }, { mode: 'manual' });
		const keys = jsonOf(manual).map(({ dedupeKey }) => dedupeKey);
		expect(keys).toEqual(all.slice(0, 50));
		expect(JSON.stringify(manual.runData)).toMatch(/A manual execution returns up to 50 invoices/);
		expect(stage.engine.processedItems.calls).toEqual([]);
		expect(await keysOf(vendor)).toEqual(all);
		expect(jsonOf(await run(vendor, {}, { mode: 'manual' }))).toHaveLength(keys.length);
	});
});

describe('nothing is recorded that is not returned', () => {
	const accounts = () => {
		const [first, second] = stage.sandbox.insuranceAccounts;
		return [first, '/', second].map((accountId) => ({ json: { accountId } }));
	};
	const perItem = { accountId: '={{ $json.accountId }}' };
	const insurance = vendorOf('talkdeskInsurance');

	it('when a later item fails', async () => {
		const failed = await run(insurance, perItem, { input: accounts() });
		expect(failed.error).toBeDefined();
		const [first, , second] = accounts();
		const input = [first, second];
		const expected = input.flatMap(
			({ json }) => stage.sandbox.data.talkdeskInsurance[json.accountId],
		);
		expect(await keysOf(insurance, perItem, { input })).toHaveLength(expected.length);
	});

	it('but what is returned beside an item that fails', async () => {
		const rest = { input: accounts(), onError: 'continueRegularOutput' as const };
		const items = jsonOf(await run(insurance, perItem, rest));
		expect(items.filter(({ error }) => error)).toHaveLength(1);
		expect(items.length).toBeGreaterThan(2);
		const again = jsonOf(await run(insurance, perItem, rest));
		expect(again).toEqual([{ error: expect.stringContaining('Account ID') }]);
	});

	it('and an invoice that two items list comes with the first', async () => {
		const input = [{ json: {} }, { json: {} }];
		const { items } = await run(carrierX, {}, { input });
		expect(items).toHaveLength(stage.sandbox.data.carrierX.length);
		expect(new Set(items.map(({ pairedItem }: any) => pairedItem.item))).toEqual(new Set([0]));
	});

	it('when the list is incomplete', async () => {
		stage.sandbox.addFault({ vendor: 'carrierX', kind: 'total', delta: 3, times: Infinity });
		expect((await run(carrierX)).error?.message).toMatch(/Could not retrieve the complete list/);
		stage.sandbox.clearFaults();
		expect(await keysOf(carrierX)).toHaveLength(stage.sandbox.data.carrierX.length);
	});
});

it('accounts are not invoices: all of them come each time', async () => {
	const all = { resource: 'account' };
	const accounts = jsonOf(await run(talkdesk, all));
	expect(accounts.length).toBeGreaterThan(0);
	expect(jsonOf(await run(talkdesk, all))).toEqual(accounts);
});

it('an unknown choice is an error', async () => {
	const { error } = await run(carrierX, { onlyNew: 'perhaps' });
	expect(error?.message).toMatch(/"Invoices to Return" is "perhaps"/);
});
