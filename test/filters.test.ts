/** The filters that every vendor has: by date and by status, in lists, new-only reads and triggers. */
import { type INodeProperties, type INodeType, NodeHelpers } from 'n8n-workflow';
import {
	type Json,
	LISTS,
	type OperationOfTest,
	VENDORS,
	type VendorOfTest,
	expectClear,
	jsonOf,
	listOf,
	rows,
	setUp,
	vendorRows,
} from './support';
import { newOn } from './onlyNew';
import { messagesOf, triggersOn } from './triggers';

const stage = setUp();
const { keysOf } = newOn(stage);
const { recordOf, started, takeOut } = triggersOn(stage);

const INVOICE_LISTS = LISTS.filter(({ answer }) => answer === undefined);
/** Vendors that tell what is paid. */
const PAYING = VENDORS.filter(({ pay }) => pay !== undefined);
const FILTERS_ITSELF = 'talkdesk';

/** Returns all invoices of a list, in full. */
const allOf = async (operation: OperationOfTest): Promise<Json[]> => {
	const parameters = { output: 'full', ...operation.parameters(stage.sandbox) };
	return jsonOf(await stage.run(operation.vendor, parameters));
};

/** Returns the ids of the invoices that an operation returns under filters. */
async function idsUnder(operation: OperationOfTest, filters: Json, more: Json = {}) {
	const parameters = { output: 'full', ...operation.parameters(stage.sandbox), filters, ...more };
	const result = await stage.run(operation.vendor, parameters);
	expect(result.error?.message).toBeUndefined();
	return jsonOf(result).map(({ id, invoiceId }) => id ?? invoiceId);
}

const dateOf = ({ issueDate, periodStart }: Json): string | null => issueDate ?? periodStart;

/** Returns the days that enclose the middle half of some invoices. */
function middleOf(invoices: Json[]): { dateFrom: string; dateTo: string } {
	const dates = invoices.flatMap((invoice) => dateOf(invoice) ?? []).sort();
	const at = (part: number) => dates[Math.floor((dates.length - 1) * part)];
	return { dateFrom: at(0.25), dateTo: at(0.75) };
}

/** Returns the invoices of those days; drafts and invoices without a date among them. */
const datedIn = (invoices: Json[], { dateFrom = '', dateTo = '9999' }: Json): Json[] =>
	invoices.filter((invoice) => {
		const date = dateOf(invoice);
		return date === null || invoice.status === 'draft' || (date >= dateFrom && date <= dateTo);
	});

const ids = (invoices: Json[]): string[] => invoices.map(({ id }) => id);

describe('Dated From and Dated To', () => {
	it.each(rows(INVOICE_LISTS))('%s: return the invoices of those days', async (_, operation) => {
		const all = await allOf(operation);
		const { dateFrom, dateTo } = middleOf(all);
		const wanted = ids(datedIn(all, { dateFrom, dateTo }));
		expect(wanted.length).toBeGreaterThan(0);
		expect(wanted.length).toBeLessThan(all.length);
		expect(await idsUnder(operation, { dateFrom, dateTo })).toEqual(wanted);
		expect(await idsUnder(operation, { dateFrom })).toEqual(ids(datedIn(all, { dateFrom })));
		expect(await idsUnder(operation, { dateTo })).toEqual(ids(datedIn(all, { dateTo })));
		expect(await idsUnder(operation, { dateFrom: '', dateTo: '' })).toEqual(ids(all));
		expect(await idsUnder(operation, { dateFrom, dateTo }, { output: 'simplified' })).toEqual(
			wanted,
		);
	});

	it.each(rows(INVOICE_LISTS))('%s: may be luxon dates of an expression', async (_, operation) => {
		const all = await allOf(operation);
		const { dateFrom, dateTo } = middleOf(all);
		const luxon = (date: string) => `={{ DateTime.fromISO('${date}T12:00:00') }}`;
		const filters = { dateFrom: luxon(dateFrom), dateTo: luxon(dateTo) };
		expect(await idsUnder(operation, filters)).toEqual(ids(datedIn(all, { dateFrom, dateTo })));
	});

	it.each(rows(INVOICE_LISTS))('%s: filter raw records as well', async (_, operation) => {
		const { vendor } = operation;
		const all = await allOf(operation);
		const filters = middleOf(all);
		const wanted = new Set(ids(datedIn(all, filters)));
		const parameters = { ...operation.parameters(stage.sandbox), output: 'raw' };
		const records = jsonOf(await stage.run(vendor, { ...parameters, filters }));
		const unfiltered = jsonOf(await stage.run(vendor, parameters));
		expect(records).toEqual(unfiltered.filter((record) => wanted.has(vendor.idOf(record))));
	});

	it.each(vendorRows())('%s: Limit counts what is returned', async (_, vendor) => {
		const operation = listOf(vendor);
		const all = await allOf(operation);
		const oldest = all.map((each) => dateOf(each) ?? '').sort()[Math.floor(all.length / 3)];
		const wanted = ids(datedIn(all, { dateTo: oldest }));
		const limit = Math.min(3, wanted.length - 1);
		expect(limit).toBeGreaterThan(0);
		const limited = { returnAll: false, limit, options: vendor.paging && { pageSize: 10 } };
		for (const output of ['full', 'simplified']) {
			const returned = await idsUnder(operation, { dateTo: oldest }, { ...limited, output });
			expect(returned).toEqual(wanted.slice(0, limit));
		}
	});

	it.each(rows(INVOICE_LISTS))('%s: the wrong way round are an error', async (_, operation) => {
		const filters = { dateFrom: '2025-02-01', dateTo: '2025-01-31' };
		for (const output of ['simplified', 'raw']) {
			const parameters = { ...operation.parameters(stage.sandbox), output, filters };
			expectClear(
				await stage.run(operation.vendor, parameters),
				'"Dated From" (2025-02-01) is after "Dated To" (2025-01-31)',
			);
		}
		expect(stage.requests).toEqual([]);
	});

	const own: Array<[string, [string, string], [string, string]]> = [
		['carrierX', ['createdFrom', 'Created From'], ['createdTo', 'Created To']],
		['fastly', ['billingStartDate', 'Billing Start Date'], ['billingEndDate', 'Billing End Date']],
	];

	it.each(own)("%s: nor the vendor's own", async (type, [from, fromLabel], [to, toLabel]) => {
		const vendor = VENDORS.find((each) => each.type === type)!;
		const filters = { [from]: '2025-02-01', [to]: '2025-01-31' };
		const result = await stage.run(vendor, { operation: 'getAll', filters });
		expectClear(result, `"${fromLabel}" (2025-02-01) is after "${toLabel}" (2025-01-31)`);
		expect(stage.requests).toEqual([]);
	});

	it.each(vendorRows())('%s: are asked of the vendor where it filters', async (_, vendor) => {
		const filters = { dateFrom: '2024-02-01', dateTo: '2024-12-31' };
		await stage.run(vendor, { operation: 'getAll', returnAll: true, filters });
		const [{ query, path }] = stage.requests;
		const text = JSON.stringify([path, query]);
		if (vendor.type === FILTERS_ITSELF) {
			expect(query?.filter).toBe("date ge '2024-02-01' and date le '2024-12-31'");
		} else expect(text).not.toContain('2024-02-01');
	});
});

const statusesOf = (invoices: Json[]): string[] => [
	...new Set(invoices.map(({ status }) => String(status))),
];

describe('Status', () => {
	const lists = INVOICE_LISTS.filter(({ vendor }) => PAYING.includes(vendor));

	it.each(rows(lists))('%s: returns exactly the chosen ones', async (_, operation) => {
		const { vendor } = operation;
		const all = await allOf(operation);
		expect(statusesOf(all).length).toBeGreaterThan(operation.isUnpaid ? 0 : 1);
		for (const status of statusesOf(all)) {
			const wanted = all.filter((invoice) => invoice.status === status);
			expect(await idsUnder(operation, { status: [status] })).toEqual(ids(wanted));
			const parameters = { ...operation.parameters(stage.sandbox), output: 'raw' };
			const records = jsonOf(
				await stage.run(vendor, { ...parameters, filters: { status: [status] } }),
			);
			expect(records.map(vendor.idOf)).toEqual(ids(wanted));
		}
		const two = statusesOf(all).slice(0, 2);
		const both = all.filter(({ status }) => two.includes(status));
		expect(await idsUnder(operation, { status: two.reverse() })).toEqual(ids(both));
		expect(await idsUnder(operation, { status: [] })).toEqual(ids(all));
		expect(await idsUnder(operation, { status: ['void'] })).toEqual(
			ids(all.filter(({ status }) => status === 'void')),
		);
	});

	it.each(vendorRows(PAYING))('%s: and dates both hold, up to a limit', async (_, vendor) => {
		const operation = listOf(vendor);
		const all = await allOf(operation);
		const { dateFrom } = middleOf(all);
		const wanted = datedIn(all, { dateFrom }).filter(({ status }) => status === 'paid');
		expect(wanted.length).toBeGreaterThan(1);
		const filters = { dateFrom, status: ['paid'] };
		expect(await idsUnder(operation, filters)).toEqual(ids(wanted));
		const limited = { returnAll: false, limit: 1 };
		expect(await idsUnder(operation, filters, limited)).toEqual(ids(wanted.slice(0, 1)));
	});

	it.each(rows(lists))('%s: that is none is an error', async (_, operation) => {
		for (const output of ['simplified', 'raw']) {
			const parameters = { ...operation.parameters(stage.sandbox), output };
			const filters = { status: ['paid', 'overdue'] };
			const result = await stage.run(operation.vendor, { ...parameters, filters });
			expectClear(result, '"overdue" is not a valid value for "Status"');
			expect(result.error.description).toBe(
				'Use one of these: draft, open, paid, partiallyPaid, unknown, void',
			);
		}
		expect(stage.requests).toEqual([]);
	});
});

describe('new since the last run', () => {
	beforeEach(async () => {
		await stage.ownSandbox();
		stage.engine.processedItems.forget();
	});

	it.each(vendorRows())('%s: of the days chosen, and the others later', async (_, vendor) => {
		const all = await allOf(listOf(vendor));
		const filters = middleOf(all);
		const inside = datedIn(all, filters).map(({ dedupeKey }) => dedupeKey);
		expect(await keysOf(vendor, { filters })).toEqual(inside);
		expect(await keysOf(vendor, { filters })).toEqual([]);
		const others = all.map(({ dedupeKey }) => dedupeKey).filter((key) => !inside.includes(key));
		expect((await keysOf(vendor)).sort()).toEqual(
			others.filter((key) => !key.endsWith(':draft')).sort(),
		);
	});

	it.each(vendorRows(PAYING))('%s: of a status, and the others later', async (_, vendor) => {
		const all = await allOf(listOf(vendor));
		const filters = { status: ['paid'] };
		const paid = all.filter(({ status }) => status === 'paid').map(({ dedupeKey }) => dedupeKey);
		expect(paid.length).toBeGreaterThan(0);
		expect(await keysOf(vendor, { filters })).toEqual(paid);
		expect(await keysOf(vendor, { filters })).toEqual([]);
		expect(await keysOf(vendor)).toHaveLength(all.length - paid.length);
	});

	const lined = VENDORS.filter(({ lines }) => lines !== undefined);

	it.each(vendorRows(lined))('%s: a change of a line shows in any output', async (_, vendor) => {
		const changed = { onlyNew: 'newOrChanged' };
		for (const output of ['simplified', 'full']) {
			await keysOf(vendor, { ...changed, output });
			expect(await keysOf(vendor, { ...changed, output: 'full' })).toEqual([]);
			const record = vendor.records(stage.sandbox).find((each) => each[vendor.lines!].length > 0)!;
			record[vendor.lines!][0].a_new_field = `changed for ${output}`;
			expect(await keysOf(vendor, { ...changed, output })).toHaveLength(1);
		}
	});
});

describe('in a trigger', () => {
	beforeEach(async () => {
		await stage.ownSandbox();
	});

	/** Two invoices of a vendor: one that is paid, and one that is not. */
	async function pairOf(vendor: VendorOfTest): Promise<{ paid: string; other: string }> {
		const all = await allOf(listOf(vendor));
		const of = (isPaid: boolean) =>
			all.find(({ status }) => status !== 'draft' && (status === 'paid') === isPaid)!.id;
		return { paid: of(true), other: of(false) };
	}

	const nextDay = () => {
		const now = Date.now();
		jest.spyOn(Date, 'now').mockImplementation(() => now + 25 * 3_600_000);
	};
	afterEach(() => {
		jest.restoreAllMocks();
	});

	it.each(vendorRows(PAYING))(
		'%s: the status limits what is returned, not what is remembered',
		async (_, vendor) => {
			const { paid, other } = await pairOf(vendor);
			const putBack = [takeOut(vendor, paid), takeOut(vendor, other)].reverse();
			const trigger = await started(vendor, { filters: { status: ['paid'] } });
			for (const put of putBack) put();
			nextDay();
			expect(await trigger.ids()).toEqual([paid]);
			// Another filter neither repeats anything nor begins anew.
			trigger.parameters.filters = {};
			const poll = await trigger.poll();
			expect(poll.items).toBeNull();
			expect(messagesOf(poll).join()).not.toMatch('watches another list');
		},
	);

	it.each(vendorRows(PAYING))(
		'%s: a new one is returned after the status was changed',
		async (_, vendor) => {
			const { paid, other } = await pairOf(vendor);
			const [putPaid, putOther] = [paid, other].map((id) => takeOut(vendor, id));
			const trigger = await started(vendor, { filters: { status: ['paid'] } });
			trigger.parameters.filters = { status: ['open', 'partiallyPaid', 'unknown', 'void'] };
			putOther();
			putPaid();
			nextDay();
			expect(await trigger.ids()).toEqual([other]);
			trigger.parameters.filters = {};
			expect(await trigger.ids()).toBeNull();
		},
	);

	it.each(vendorRows(PAYING))('%s: nothing wanted is still saved', async (_, vendor) => {
		const { other } = await pairOf(vendor);
		const putBack = takeOut(vendor, other);
		const trigger = await started(vendor, { filters: { status: ['paid'] } });
		putBack();
		nextDay();
		// An execution without items: n8n saves nothing without one.
		expect(await trigger.ids()).toEqual([]);
		expect(await trigger.ids()).toBeNull();
	});

	it.each(vendorRows(PAYING))('%s: Invoice Paid knows no other status', async (_, vendor) => {
		const unpaid = INVOICE_LISTS.find((each) => each.vendor === vendor && each.isUnpaid)!;
		const [{ id }] = await allOf(unpaid);
		const filters = { status: ['open'] };
		const trigger = await started(vendor, { event: 'invoicePaid', filters });
		vendor.pay!(recordOf(vendor, id));
		expect(await trigger.ids()).toEqual([id]);
	});

	it.each(vendorRows())('%s: a status is offered where there is one to choose', async (_, of) => {
		const built = (await import(`../dist/nodes/${of.folder}/${of.folder}Trigger.node.js`)) as Json;
		const { description } = new built[`${of.folder}Trigger`]() as INodeType;
		const filters = description.properties.find(({ name }) => name === 'filters')!;
		const offered = (event: string) =>
			(filters.options as INodeProperties[])
				.filter((each) =>
					NodeHelpers.displayParameter({}, each, { typeVersion: 1 }, description, { event }),
				)
				.map(({ name }) => name);
		const isPaying = PAYING.includes(of);
		for (const event of ['invoiceCreated', 'invoiceChanged']) {
			expect(offered(event)).toEqual(expect.arrayContaining(['dateFrom', 'dateTo']));
			expect(offered(event).includes('status')).toBe(isPaying);
		}
		expect(offered('invoicePaid')).toContain('dateFrom');
		expect(offered('invoicePaid')).not.toContain('status');
	});

	it.each(vendorRows(PAYING))('%s: a status that is none is an error', async (_, vendor) => {
		await expect(started(vendor, { filters: { status: ['late'] } })).rejects.toThrow(
			'"late" is not a valid value for "Status"',
		);
	});

	it.each(vendorRows())('%s: dates limit what is watched', async (_, vendor) => {
		const all = (await allOf(listOf(vendor))).filter(({ status }) => status !== 'draft');
		const filters = middleOf(all);
		const within = datedIn(all, filters);
		const outside = all.filter((invoice) => !within.includes(invoice));
		const [inside, out] = [within.find((each) => dateOf(each) !== null)!.id, outside[0].id];
		const putBack = [takeOut(vendor, inside), takeOut(vendor, out)].reverse();
		const trigger = await started(vendor, { filters });
		for (const put of putBack) put();
		nextDay();
		expect(await trigger.ids()).toEqual([inside]);
		expect(await trigger.ids()).toBeNull();
	});

	it.each(vendorRows())('%s: dates the wrong way round are an error', async (_, vendor) => {
		const filters = { dateFrom: '2025-02-01', dateTo: '2025-01-31' };
		await expect(started(vendor, { filters })).rejects.toThrow(
			'"Dated From" (2025-02-01) is after "Dated To" (2025-01-31)',
		);
	});
});
