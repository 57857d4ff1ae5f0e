/** Fetch Line Items: i3D.net's listed invoices, each with what only its own record states. */
/* eslint-disable @n8n/community-nodes/no-restricted-globals -- this is no node */
import { newOn } from '../onlyNew';
import { type Json, type Rest, jsonOf, listOf, setUp } from '../support';
import { triggersOn } from '../triggers';
import { i3dNet } from './i3dNet';

const stage = setUp();
const { run } = newOn(stage);
const { trigger, takeOut } = triggersOn(stage);
const always = { times: Infinity };
const withLines = { options: { includeLines: true } };
const DETAIL = /\/invoice\/\d+$/;
const onError = 'continueRegularOutput' as const;

beforeEach(async () => {
	await stage.ownSandbox(1, { i3dNet: 40 });
	stage.engine.processedItems.forget();
});

const listed = (): Json[] => stage.sandbox.data.i3dNet;
const details = (): Record<string, Json> => stage.sandbox.data.i3dNetDetails;
const detailsAsked = () => stage.requests.filter(({ path }) => DETAIL.test(path)).length;
const spoil = (id: string, fault: Json) =>
	stage.sandbox.addFault({
		vendor: 'i3dNet',
		kind: 'status',
		path: new RegExp(`/invoice/${id}$`),
		...always,
		...fault,
	});
const getMany = async (parameters: Json = {}, rest: Rest = {}) =>
	await stage.read(i3dNet, 'getAll', { ...withLines, ...parameters }, rest);
const warningsOf = (invoices: Json[], id: string): string[] =>
	invoices.find((invoice) => invoice.id === id)!.warnings;

describe('the list and the invoice itself become one', () => {
	it.each(['getAll', 'getUnpaid'])('%s', async (operation) => {
		const options = { includeLines: true, amountsAs: 'text' };
		const plainly = await stage.invoices(i3dNet, operation, { options: { amountsAs: 'text' } });
		const whole = await stage.invoices(i3dNet, operation, { options });
		expect(whole.length).toBeGreaterThan(5);
		whole.forEach((invoice, index) => {
			const { amountPaid, amountDue, status, dedupeKey, contentHash, totalAmount } = plainly[index];
			const { clientNumber, items, vatPercentage } = details()[invoice.id];
			expect(invoice).toMatchObject({
				...{ amountPaid, amountDue, status, dedupeKey, contentHash, totalAmount },
				accountId: clientNumber,
				taxItems: [{ rate: String(vatPercentage) }],
				linesComplete: true,
			});
			expect(invoice.lineItems).toHaveLength(items.length);
			expect(invoice.notes).not.toContain('LINES_NOT_LISTED');
			expect(plainly[index].notes).toContain('LINES_NOT_LISTED');
			// The invoice itself states the tax.
			expect(invoice.derivedFields).not.toContain('taxAmount');
		});
		expect(detailsAsked()).toBe(whole.length);
	});

	it('a record that states another total, or no list of lines, says so', async () => {
		const [first, second, third] = listed().filter(({ currencySign }) => currencySign !== '¥');
		details()[first.id].amountIncVat = '123456789';
		delete details()[second.id].items;
		details()[third.id].items = [{ ...details()[third.id].items[0], amountExclVat: '987654321' }];
		const invoices = jsonOf(await getMany());
		expect(warningsOf(invoices, first.id)).toContain('TOTALS_DISAGREE');
		expect(invoices.find(({ id }) => id === second.id)!.linesComplete).toBe(false);
		expect(warningsOf(invoices, second.id)).toContain('LINES_MISSING');
		expect(warningsOf(invoices, third.id)).toContain('LINE_SUM_MISMATCH');
	});

	it('lines of an invoice with another number are not taken', async () => {
		const [first, second] = listed();
		details()[first.id].invoiceNumber = '1999-0001';
		details()[second.id].invoiceNumber = ` ${second.invoiceNumber} `;
		const [other, same] = jsonOf(await getMany());
		expect(other).toMatchObject({ accountId: null, lineItems: [], linesComplete: false });
		expect(other.warnings).toContain('LINES_MISSING');
		expect(same.warnings).not.toContain('LINES_MISSING');
	});

	it('both records are the raw one', async () => {
		const [{ raw }] = jsonOf(await getMany({ options: { includeLines: true, includeRaw: true } }));
		expect(raw).toEqual([listed()[0], details()[listed()[0].id]]);
	});
});

describe('what is asked for', () => {
	it('nothing, where neither the option nor the output wants it', async () => {
		await getMany({ options: {} });
		await getMany({ output: 'raw' });
		await getMany({ output: 'simplified', options: {} });
		expect(detailsAsked()).toBe(0);
	});

	it('raw records stay as they are', async () => {
		expect(jsonOf(await getMany({ output: 'raw' }))).toEqual(i3dNet.list(stage.sandbox));
	});

	it('Line Items have them by themselves', async () => {
		const rows = jsonOf(await getMany({ output: 'lineItems', options: {} }));
		const lines = Object.values(details()).map(({ items }) => Math.max(1, items.length));
		expect(rows).toHaveLength(lines.reduce((sum, count) => sum + count, 0));
		expect(rows.filter(({ description }) => description !== null).length).toBeGreaterThan(40);
	});

	it.each([1, 3, 10])('no more invoices than a Limit of %i lines needs', async (limit) => {
		const parameters = { output: 'lineItems', options: {}, returnAll: false, limit };
		expect(jsonOf(await getMany(parameters))).toHaveLength(limit);
		let needed = 0;
		for (let lines = 0; lines < limit; needed++) {
			lines += Math.max(1, details()[listed()[needed].id].items.length);
		}
		expect(detailsAsked()).toBeLessThanOrEqual(Math.min(limit, needed + 3));
		expect(detailsAsked()).toBeGreaterThanOrEqual(needed);
	});

	it('no more invoices than a Limit of invoices', async () => {
		expect(jsonOf(await getMany({ returnAll: false, limit: 7 }))).toHaveLength(7);
		expect(detailsAsked()).toBe(7);
	});

	it.each([1, 4])('%i at once, and no more, for all items together', async (parallelRequests) => {
		let inFlight = 0;
		let most = 0;
		const reply = () => {
			most = Math.max(most, ++inFlight);
			return {
				status: 200,
				headers: { 'content-type': 'application/json' },
				pieces: async function* () {
					await new Promise((resolve) => setTimeout(resolve, 5));
					inFlight--;
					yield Buffer.from('{"errorMessage":"Not today"}');
				},
				chunked: true,
			};
		};
		stage.sandbox.addFault({ vendor: 'i3dNet', kind: 'reply', reply, path: DETAIL, ...always });
		const options = { includeLines: true, parallelRequests, maxRetries: 0 };
		await getMany({ options }, { input: [{}, {}, {}, {}, {}], onError });
		expect(most).toBe(parallelRequests);
	});
});

describe('a record that cannot be had', () => {
	const id = () => listed()[3].id;
	const number = () => listed()[3].invoiceNumber;

	it.each([
		['404', { status: 404 }],
		['403', { status: 403 }],
		['410', { status: 410 }],
		['another invoice', { status: 200, body: [{ id: 1, items: [] }] }],
		['no invoice', { status: 200, body: [] }],
	])('for good (%s): the invoice as it is listed, with a warning', async (_, fault) => {
		const plainly = jsonOf(await getMany({ options: {} }));
		spoil(id(), fault);
		const invoices = jsonOf(await getMany());
		expect(invoices).toHaveLength(plainly.length);
		const { warnings, ...invoice } = plainly[3];
		expect(invoices[3]).toEqual({ ...invoice, warnings: [...warnings, 'LINES_MISSING'].sort() });
		expect(invoices.filter(({ warnings: codes }) => codes.includes('LINES_MISSING'))).toHaveLength(
			1,
		);
		const rows = jsonOf(await getMany({ output: 'lineItems', options: {} }));
		expect(rows.find(({ invoiceId }) => invoiceId === id())).toMatchObject({
			lineNumber: null,
			warnings: expect.stringContaining('LINES_MISSING'),
		});
	});

	it.each([
		['500', { status: 500 }],
		['401', { status: 401 }],
		['429', { kind: 'throttle' }],
		['a connection that breaks off', { kind: 'reset' }],
		['a web page', { kind: 'html' }],
	])('now (%s): the item fails, and says which invoice', async (_, fault) => {
		spoil(id(), fault);
		const result = await getMany({ options: { includeLines: true, maxRetries: 1 } });
		expect(result.items).toEqual([]);
		expect(result.error.message).toMatch(`(invoice "${number()}")`);
		expect(result.error.context.itemIndex).toBe(0);
	});
});

describe('New Since the Last Run', () => {
	it('fetched lines make nothing new', async () => {
		const newOrChanged = { onlyNew: 'newOrChanged' };
		expect((await run(i3dNet, newOrChanged)).items).toHaveLength(40);
		expect((await run(i3dNet, { ...newOrChanged, ...withLines })).items).toEqual([]);
		i3dNet.change(listed()[2]);
		const [changed, ...others] = jsonOf(await run(i3dNet, { ...newOrChanged, ...withLines }));
		expect(changed.lineItems).toHaveLength(details()[listed()[2].id].items.length);
		expect(others).toEqual([]);
	});

	it('nothing is recorded where a record fails for now', async () => {
		spoil(listed()[3].id, { status: 500 });
		const { error, items } = await run(i3dNet, withLines);
		expect([items, error.message]).toEqual([
			[],
			expect.stringContaining(listed()[3].invoiceNumber),
		]);
		stage.sandbox.clearFaults();
		expect((await run(i3dNet, withLines)).items).toHaveLength(40);
	});
});

describe('in the trigger', () => {
	const watching = () => trigger(i3dNet, { output: 'lineItems' });

	it('only for invoices that are returned', async () => {
		const putBack = takeOut(i3dNet, listed()[1].id);
		const created = watching();
		await created.poll();
		expect((await created.poll()).items).toBeNull();
		expect(detailsAsked()).toBe(0);
		putBack();
		const { items } = await created.poll();
		expect(items).toHaveLength(Math.max(1, details()[listed()[1].id].items.length));
		expect(detailsAsked()).toBe(1);
		expect((await created.poll()).items).toBeNull();
	});

	it('an invoice whose record fails is told by the next poll', async () => {
		const putBack = takeOut(i3dNet, listed()[1].id);
		const created = watching();
		await created.poll();
		putBack();
		spoil(listed()[1].id, { status: 500 });
		const before = created.staticData;
		await expect(created.poll()).rejects.toThrow(`(invoice "${listed()[1].invoiceNumber}")`);
		expect(created.staticData).toEqual(before);
		stage.sandbox.clearFaults();
		expect((await created.poll()).items).not.toBeNull();
	});

	it('lines that are fetched later change nothing', async () => {
		const changed = trigger(i3dNet, { event: 'invoiceChanged', output: 'full' });
		await changed.poll();
		changed.parameters = { ...changed.parameters, ...withLines };
		expect((await changed.poll()).items).toBeNull();
		i3dNet.change(listed()[2]);
		const [{ json }] = (await changed.poll()).items!;
		expect(json).toMatchObject({ id: listed()[2].id, linesComplete: true });
	});
});

it('the list alone is not asked for twice', async () => {
	await stage.perform(listOf(i3dNet));
	const { length } = stage.requests;
	stage.sandbox.clearRequests();
	await getMany();
	expect(stage.requests.length - detailsAsked()).toBe(length);
});
