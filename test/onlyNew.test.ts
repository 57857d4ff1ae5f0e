/**
 * The option "Only New" in n8n's own engine: what an earlier execution put out does not come again,
 * and nothing is recorded that did not come out.
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

/** Runs Get Many with Only New; all of it, if not said otherwise. */
async function run(vendor: VendorOfTest, parameters: Json = {}, rest: Rest = {}) {
	const { options, ...others } = parameters;
	return await stage.run(
		vendor,
		{
			operation: 'getAll',
			returnAll: true,
			accountId: ACCOUNT,
			output: 'normalized',
			options: { onlyNew: 'new', ...options },
			...others,
		},
		rest,
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
const newOrChanged = { options: { onlyNew: 'newOrChanged' } };

describe('Only New', () => {
	it.each(vendorRows())('%s: all invoices come once', async (_, vendor) => {
		const all = await keysOf(vendor, { options: { onlyNew: 'off' } });
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

	it('puts out a changed invoice again only where that is wanted', async () => {
		const [first] = stage.sandbox.data.carrierX;
		await keysOf(carrierX);
		first.display_id = 'changed';
		expect(await keysOf(carrierX)).toEqual([]);
		stage.engine.processedItems.forget();
		await keysOf(carrierX, newOrChanged);
		expect(await keysOf(carrierX, newOrChanged)).toEqual([]);
		first.display_id = 'changed again';
		const [json, ...others] = jsonOf(await run(carrierX, newOrChanged));
		expect(json.id).toBe(first.invoice_sid);
		expect(others).toEqual([]);
	});

	it('leaves the raw record out of invoices that are not to have it', async () => {
		const [without] = jsonOf(await run(carrierX));
		expect(without).not.toHaveProperty('raw');
		stage.engine.processedItems.forget();
		const [having] = jsonOf(await run(carrierX, { options: { includeRaw: true } }));
		expect(having.raw).toMatchObject({ invoice_sid: having.id });
	});
});

describe('a limit', () => {
	it('counts what comes out; the others come later', async () => {
		const limited = { returnAll: false, limit: 30 };
		const all = await keysOf(carrierX, { options: { onlyNew: 'off' } });
		const runs = [
			await keysOf(carrierX, limited),
			await keysOf(carrierX, limited),
			await keysOf(carrierX, limited),
			await keysOf(carrierX, limited),
		];
		expect(runs.map(({ length }) => length)).toEqual([30, 30, all.length - 60, 0]);
		expect(runs.flat()).toEqual(all);
	});

	it('never cuts an invoice, whose other lines would never come', async () => {
		const limited = { output: 'lineItems', returnAll: false, limit: 4 };
		const lines: Json[] = [];
		for (let runs = 0; runs < 200; runs++) {
			const some = jsonOf(await run(talkdesk, limited));
			if (some.length === 0) break;
			expect(some.every(({ invoice }) => invoice.linesComplete)).toBe(true);
			const invoices = new Set(some.map(({ invoice }) => invoice.dedupeKey)).size;
			expect(some.length <= 4 || invoices === 1).toBe(true);
			lines.push(...some);
		}
		expect(lines).toHaveLength(stage.sandbox.data.talkdesk.length);
	});
});

describe('nothing is recorded that does not come out', () => {
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

	it('but what comes out beside an item that fails', async () => {
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
		expect((await run(carrierX)).error?.message).toMatch(/could not be read as a whole/);
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
	const { error } = await run(carrierX, { options: { onlyNew: 'perhaps' } });
	expect(error?.message).toMatch(/"Only New" is "perhaps"/);
});
