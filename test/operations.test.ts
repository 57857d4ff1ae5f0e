/** Every operation of every vendor in n8n's own engine, against the sandbox, on a good day. */
import { createEngine } from './engine';
import {
	ACCOUNT,
	type Json,
	LISTS,
	OPERATIONS,
	PAGED,
	PDFS,
	VENDORS,
	type VendorOfTest,
	expectClear,
	expectWhole,
	fileAt,
	isUnpaidOf,
	jsonOf,
	listOf,
	locator,
	rows,
	setUp,
	sha256,
	talkdeskInvoice,
	vendorOf,
	vendorRows,
} from './support';

const stage = setUp();

const [talkdesk, insurance, fastly, carrierX, i3dNet] = VENDORS;

/** What is asked of the node apart from the operation: the account, where there is one. */
const accountOf = ({ type }: VendorOfTest): Json =>
	type === 'talkdeskInsurance' ? { accountId: ACCOUNT } : {};

const queries = (name: string) => stage.requests.map(({ query }) => query[name]);

const dayAfter = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

describe('every operation', () => {
	it.each(rows(OPERATIONS))('%s gives what the vendor has', async (_, operation) => {
		const result = await stage.perform(operation);
		expectWhole(result, operation.expected(stage.sandbox));
	});

	it.each(rows(OPERATIONS))('%s takes the requests it needs', async (_, operation) => {
		await stage.perform(operation);
		expect(stage.requests).toHaveLength(operation.requests);
	});

	it.each(rows(OPERATIONS))('%s only reads', async (_, operation) => {
		await stage.perform(operation);
		expect(new Set(stage.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
	});

	it.each(rows(OPERATIONS))('%s pairs its items with the input', async (_, operation) => {
		const input = [{ json: {} }, { json: {} }];
		const { items } = await stage.perform(operation, {}, { input });
		const count = operation.expected(stage.sandbox).length;
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			...Array(count).fill({ item: 0 }),
			...Array(count).fill({ item: 1 }),
		]);
	});
});

describe('get many', () => {
	it.each(vendorRows(PAGED))('%s reads over many pages', async (_, vendor) => {
		const operation = listOf(vendor);
		expectWhole(
			await stage.perform(operation, { pageSize: 10 }),
			operation.expected(stage.sandbox),
		);
		expect(stage.requests.length).toBeGreaterThan(5);
	});

	it.each([
		// Smaller pages do not reach far enough beyond every position, so it takes 50 then.
		['Talkdesk', talkdesk, 50],
		['Fastly', fastly, 12],
		['CarrierX', carrierX, 12],
		['i3D.net', i3dNet, 12],
	])('%s asks for pages of the size chosen', async (_, vendor, most) => {
		await stage.perform(listOf(vendor), { pageSize: 12 });
		const sizes = stage.requests.map(({ query, headers }) => {
			const range = /results=(\d+)/.exec(String(headers['ranged-data']));
			return Number(query.limit ?? query.per_page ?? range?.[1]);
		});
		expect(sizes[0]).toBe(12);
		expect(Math.max(...sizes)).toBe(most);
	});

	it.each([
		['Talkdesk', talkdesk, 250],
		['Fastly', fastly, 200],
		['CarrierX', carrierX, 1000],
	])('%s asks for no larger page than the vendor gives', async (_, vendor, most) => {
		await stage.perform(listOf(vendor), { pageSize: 5000 });
		expect(queries('limit').concat(queries('per_page'))).toContain(String(most));
	});

	it.each(vendorRows())('%s puts out no more than the limit, the first ones', async (_, vendor) => {
		const parameters = { operation: 'getAll', limit: 7, ...accountOf(vendor) };
		expectWhole(await stage.run(vendor, parameters), vendor.list(stage.sandbox).slice(0, 7));
	});

	it.each(vendorRows())('%s asks for no more than the limit', async (_, vendor) => {
		await stage.run(vendor, { operation: 'getAll', limit: 7, ...accountOf(vendor) });
		expect(stage.requests).toHaveLength(1);
		const [{ query, headers }] = stage.requests;
		if (vendor === insurance) return;
		expect(query.limit ?? query.per_page ?? headers['ranged-data']).toMatch(
			/^(start=0,results=)?7$/,
		);
	});

	it.each([
		['Talkdesk', talkdesk, 2],
		['Fastly', fastly, 3],
		['CarrierX', carrierX, 3],
		['i3D.net', i3dNet, 3],
	])('%s stops after the page that fills the limit', async (_, vendor, requests) => {
		const parameters = { operation: 'getAll', limit: 25, options: { pageSize: 10 } };
		expectWhole(await stage.run(vendor, parameters), vendor.list(stage.sandbox).slice(0, 25));
		expect(stage.requests).toHaveLength(requests);
	});

	it.each(vendorRows(PAGED))('%s has a limit of 50 when none is set', async (_, vendor) => {
		const { items } = await stage.run(vendor, { operation: 'getAll' });
		expect(items).toHaveLength(50);
	});

	it.each(vendorRows())('%s takes a limit beyond the end for all', async (_, vendor) => {
		const parameters = { operation: 'getAll', limit: 5000, ...accountOf(vendor) };
		expectWhole(await stage.run(vendor, parameters), vendor.list(stage.sandbox));
	});

	it('Talkdesk Insurance gives nothing for an account without invoices', async () => {
		const parameters = { operation: 'getAll', returnAll: true, accountId: 'ACC-EMPTY' };
		expectWhole(await stage.run(insurance, parameters), []);
	});

	it.each(vendorRows(PAGED))('%s gives nothing for a list without records', async (_, vendor) => {
		const { data } = await stage.ownSandbox();
		data[vendor.type].length = 0;
		expectWhole(await stage.perform(listOf(vendor)), []);
	});

	it.each(vendorRows(PAGED))('%s reads a list of exactly one page', async (_, vendor) => {
		const { data } = await stage.ownSandbox();
		data[vendor.type].length = 10;
		expectWhole(await stage.perform(listOf(vendor), { pageSize: 10 }), vendor.list(stage.sandbox));
	});

	it('Talkdesk reads a long list in the smallest pages', async () => {
		// No page of up to ten lines begins before the 720th and ends well behind it.
		await stage.ownSandbox(1, { talkdesk: 300 });
		expectWhole(
			await stage.perform(listOf(talkdesk), { pageSize: 10 }),
			talkdesk.list(stage.sandbox),
		);
	});

	it('Talkdesk reads accounts over many pages', async () => {
		const { data } = await stage.ownSandbox();
		const more = Array.from({ length: 30 }, (_, index) => ({ id: `more-${index}`, name: 'More' }));
		data.talkdeskAccounts.push(...more);
		const parameters = { resource: 'account', operation: 'getAll', returnAll: true };
		const result = await stage.run(talkdesk, { ...parameters, options: { pageSize: 10 } });
		expectWhole(result, data.talkdeskAccounts);
	});

	it('Talkdesk gives the first accounts up to the limit', async () => {
		const result = await stage.run(talkdesk, {
			resource: 'account',
			operation: 'getAll',
			limit: 3,
		});
		expectWhole(result, stage.sandbox.data.talkdeskAccounts.slice(0, 3));
	});
});

describe('the order of get many', () => {
	const dates: Array<[string, VendorOfTest, string]> = [
		['Talkdesk', talkdesk, 'date'],
		['Fastly', fastly, 'billing_start_date'],
		['CarrierX', carrierX, 'date_created'],
	];

	it.each(dates)('%s is newest first when all is read', async (_, vendor, field) => {
		const days = jsonOf(await stage.perform(listOf(vendor))).map((record) =>
			record[field].slice(0, 10),
		);
		expect(days).toEqual([...days].sort().reverse());
		expect(new Set(days).size).toBeGreaterThan(10);
	});

	it.each(dates)('%s is newest first up to a limit', async (_, vendor, field) => {
		const all = vendor.list(stage.sandbox).map((record) => record[field].slice(0, 10));
		const [newest] = all.sort().reverse();
		const [first] = jsonOf(await stage.run(vendor, { operation: 'getAll', limit: 1 }));
		expect(first[field].slice(0, 10)).toBe(newest);
	});
});

describe('filters', () => {
	/** Fewer records than there are, but some. */
	const expectSome = async (
		vendor: VendorOfTest,
		filters: Json,
		isWanted: (record: Json) => boolean,
		operation = 'getAll',
	) => {
		const all = vendor.list(stage.sandbox);
		const wanted = all.filter(isWanted);
		expect(wanted.length).toBeGreaterThan(0);
		expect(wanted.length).toBeLessThan(all.length);
		const parameters = { operation, returnAll: true, filters };
		expectWhole(await stage.run(vendor, parameters), wanted);
	};
	const talkdeskAccountOf = (line: Json) => line.account_id ?? line['account ID'];
	const dayOf = (text: string) => text.slice(0, 10);

	it('Talkdesk: account', async () => {
		const [, { id }] = stage.sandbox.data.talkdeskAccounts;
		await expectSome(talkdesk, { accountId: id }, (line) => talkdeskAccountOf(line) === id);
		expect(queries('filter')).toEqual([`account_id eq '${id}'`]);
	});

	it('Talkdesk: days, both included', async () => {
		const from = dayOf(stage.sandbox.data.talkdesk[60].date);
		const to = dayOf(stage.sandbox.data.talkdesk[130].date);
		await expectSome(
			talkdesk,
			{ dateFrom: `${from}T00:00:00`, dateTo: `${to}T00:00:00` },
			({ date }) => dayOf(date) >= from && dayOf(date) <= to,
		);
		expect(queries('filter')).toEqual([`date ge '${from}' and date le '${to}'`]);
	});

	it('Talkdesk: a query with "or" stays apart from the account', async () => {
		const { data } = stage.sandbox;
		const id = talkdeskAccountOf(data.talkdesk[0]);
		const other = data.talkdesk.find((line: Json) => talkdeskAccountOf(line) !== id);
		const numbers = [data.talkdesk[0].number, other.number];
		await expectSome(
			talkdesk,
			{ accountId: id, query: numbers.map((number) => `number eq '${number}'`).join(' or ') },
			(line) => talkdeskAccountOf(line) === id && numbers.includes(line.number),
		);
	});

	it('Talkdesk: filters hold on every page', async () => {
		const from = dayOf(stage.sandbox.data.talkdesk[60].date);
		const filters = { dateFrom: from };
		const options = { pageSize: 10 };
		const result = await stage.run(talkdesk, {
			operation: 'getAll',
			returnAll: true,
			filters,
			options,
		});
		const wanted = talkdesk.list(stage.sandbox).filter(({ date }) => dayOf(date) >= from);
		expectWhole(result, wanted);
		expect(stage.requests.length).toBeGreaterThan(2);
		expect(new Set(queries('filter'))).toEqual(new Set([`date ge '${from}'`]));
	});

	it('Fastly: billing period', async () => {
		await expectSome(
			fastly,
			{ billingStartDate: '2024-03-01T00:00:00', billingEndDate: '2025-02-28T00:00:00' },
			({ billing_start_date, billing_end_date }) =>
				dayOf(billing_start_date) >= '2024-03-01' && dayOf(billing_end_date) <= '2025-02-28',
		);
		expect(stage.requests[0].query).toMatchObject({
			billing_start_date: '2024-03-01',
			billing_end_date: '2025-02-28',
		});
	});

	it('Fastly: filters hold behind a cursor', async () => {
		const result = await stage.run(fastly, {
			operation: 'getAll',
			returnAll: true,
			filters: { billingStartDate: '2024-03-01' },
			options: { pageSize: 10 },
		});
		const isWanted = (record: Json) => dayOf(record.billing_start_date) >= '2024-03-01';
		expectWhole(result, fastly.list(stage.sandbox).filter(isWanted));
		expect(new Set(queries('billing_start_date'))).toEqual(new Set(['2024-03-01']));
	});

	it('CarrierX: days of creation, both included', async () => {
		const { carrierX: invoices } = stage.sandbox.data;
		const [from, to] = [invoices[20], invoices[50]].map((record) => dayOf(record.date_created));
		await expectSome(
			carrierX,
			{ createdFrom: from, createdTo: to },
			({ date_created }) => dayOf(date_created) >= from && dayOf(date_created) <= to,
		);
		expect(queries('filter')).toEqual([
			`date_created ge ${from}T00:00:00.000Z and date_created lt ${dayAfter(to)}T00:00:00.000Z`,
		]);
	});

	it('CarrierX: a query beside the days', async () => {
		const from = dayOf(stage.sandbox.data.carrierX[20].date_created);
		await expectSome(
			carrierX,
			{ createdFrom: from, query: 'status eq open and amount gt 100' },
			({ date_created, status, amount }) =>
				dayOf(date_created) >= from && status === 'open' && Number(amount) > 100,
		);
	});

	it('CarrierX: a query beside what is unpaid', async () => {
		await expectSome(
			carrierX,
			{ query: 'amount gt 100' },
			(record) => isUnpaidOf.carrierX(record) && Number(record.amount) > 100,
			'getUnpaid',
		);
		expect(queries('filter')).toEqual(['paid eq false and amount gt 100']);
	});

	it.each(['getAll', 'getUnpaid'])('i3D.net: description of %s', async (operation) => {
		await expectSome(
			i3dNet,
			{ description: 'überschreitung' },
			(record) =>
				record.description.startsWith('Überschreitung') &&
				(operation === 'getAll' || isUnpaidOf.i3dNet(record)),
			operation,
		);
		expect(new Set(queries('filter'))).toEqual(new Set(['überschreitung']));
	});

	it.each([
		['Talkdesk', talkdesk, { accountId: '', dateFrom: '', query: ' ' }],
		['Fastly', fastly, { billingStartDate: '', billingEndDate: '' }],
		['CarrierX', carrierX, { createdFrom: '', query: '' }],
		['i3D.net', i3dNet, { description: '' }],
	])('%s: empty ones are none', async (_, vendor, filters) => {
		const parameters = { operation: 'getAll', returnAll: true, filters };
		expectWhole(await stage.run(vendor, parameters), vendor.list(stage.sandbox));
	});

	it('take the day as it is written, whatever the time zone of the workflow', async () => {
		const filters = {
			billingStartDate: '2024-03-01T00:00:00',
			billingEndDate: '2025-02-28T23:00:00',
		};
		const parameters = { operation: 'getAll', returnAll: true, filters };
		await stage.run(fastly, parameters, { timezone: 'America/Los_Angeles' });
		expect(stage.requests[0].query).toMatchObject({
			billing_start_date: '2024-03-01',
			billing_end_date: '2025-02-28',
		});
	});

	it('take a date that an expression computes', async () => {
		const filters = { billingStartDate: "={{ DateTime.fromISO('2024-03-31').plus({ days: 1 }) }}" };
		await stage.run(fastly, { operation: 'getAll', returnAll: true, filters });
		expect(queries('billing_start_date')).toEqual(['2024-04-01']);
	});
});

describe('get many unpaid', () => {
	const unpaid = LISTS.filter(({ name }) => name.endsWith('unpaid'));

	it.each(rows(unpaid))('%s leaves out some and keeps some', async (_, operation) => {
		const { vendor } = operation;
		const { length } = operation.expected(stage.sandbox);
		expect(length).toBeGreaterThan(0);
		expect(length).toBeLessThan(vendor.list(stage.sandbox).length);
	});

	it.each(rows(unpaid))('%s fills the limit with unpaid ones', async (_, operation) => {
		const parameters = { ...operation.parameters(stage.sandbox), returnAll: false, limit: 3 };
		const expected = operation.expected(stage.sandbox).slice(0, 3);
		expectWhole(await stage.run(operation.vendor, parameters), expected);
	});

	it.each(rows(unpaid.filter(({ vendor }) => vendor !== insurance)))(
		'%s reads over many pages',
		async (_, operation) => {
			expectWhole(
				await stage.perform(operation, { pageSize: 10 }),
				operation.expected(stage.sandbox),
			);
			expect(stage.requests.length).toBeGreaterThan(3);
		},
	);

	it('CarrierX asks the vendor for unpaid ones', async () => {
		await stage.run(carrierX, { operation: 'getUnpaid', returnAll: true });
		expect(queries('filter')).toEqual(['paid eq false']);
	});

	it('CarrierX leaves out what is paid although the vendor sends it', async () => {
		const [paid] = stage.sandbox.data.carrierX.filter(({ paid }: Json) => paid);
		const body = { items: [paid], total: 1, has_more: false };
		stage.sandbox.addFault({ vendor: 'carrierX', kind: 'status', status: 200, body });
		expectWhole(await stage.run(carrierX, { operation: 'getUnpaid', returnAll: true }), []);
	});

	it.each([
		['includeFields', 'invoice_sid,display_id'],
		['excludeFields', 'amount,paid'],
	])('CarrierX leaves out credit notes also with %s', async (option, fields) => {
		const expected = stage.sandbox.data.carrierX.filter(isUnpaidOf.carrierX);
		const options = { [option]: fields };
		const { items } = await stage.run(carrierX, {
			operation: 'getUnpaid',
			returnAll: true,
			options,
		});
		expect({ items: items.length }).toEqual({ items: expected.length });
	});

	it('i3D.net leaves out credit invoices although the vendor sends them', async () => {
		const credit = stage.sandbox.data.i3dNet.find(({ isCredit }: Json) => isCredit === 1);
		const fault = { vendor: 'i3dNet', kind: 'status', status: 200 };
		// A list of one: the page, nothing behind it and a page further, and the page again.
		for (const body of [[credit], [], [], [credit]]) stage.sandbox.addFault({ ...fault, body });
		expectWhole(await stage.run(i3dNet, { operation: 'getUnpaid', returnAll: true }), []);
	});
});

describe('get', () => {
	const modes: Array<[string, VendorOfTest, string, () => [unknown, Json[]]]> = [
		['Talkdesk by number', talkdesk, 'number', talkdeskCase],
		['Talkdesk from the list', talkdesk, 'list', talkdeskCase],
		['Talkdesk Insurance by number', insurance, 'number', insuranceCase],
		['Talkdesk Insurance from the list', insurance, 'list', insuranceCase],
		['Fastly by id', fastly, 'id', fastlyCase],
		['Fastly from the list', fastly, 'list', fastlyCase],
		['CarrierX by id', carrierX, 'id', carrierXCase],
		['CarrierX from the list', carrierX, 'list', carrierXCase],
		['i3D.net by id', i3dNet, 'id', i3dNetCase],
		['i3D.net from the list', i3dNet, 'list', i3dNetCase],
		['i3D.net by number', i3dNet, 'number', i3dNetNumberCase],
	];
	function talkdeskCase(): [unknown, Json[]] {
		const lines = talkdeskInvoice(stage.sandbox);
		return [lines[0].number, lines];
	}
	function insuranceCase(): [unknown, Json[]] {
		const record = stage.sandbox.data.talkdeskInsurance[ACCOUNT][2];
		return [record.invoice_number, [record]];
	}
	function fastlyCase(): [unknown, Json[]] {
		const record = stage.sandbox.data.fastly[33];
		return [record.invoice_id, [record]];
	}
	function carrierXCase(): [unknown, Json[]] {
		const record = stage.sandbox.data.carrierX[33];
		return [record.invoice_sid, [record]];
	}
	function i3dNetCase(): [unknown, Json[]] {
		const { id } = stage.sandbox.data.i3dNet[33];
		return [id, [stage.sandbox.data.i3dNetDetails[id]]];
	}
	function i3dNetNumberCase(): [unknown, Json[]] {
		const isDigits = ({ invoiceNumber }: Json) => /^\d+$/.test(invoiceNumber);
		const { id, invoiceNumber } = stage.sandbox.data.i3dNet.find(isDigits);
		return [invoiceNumber, [stage.sandbox.data.i3dNetDetails[id]]];
	}

	it.each(modes)('%s', async (_, vendor, mode, caseOf) => {
		const [value, expected] = caseOf();
		const parameters = { operation: 'get', invoiceId: locator(mode, value), ...accountOf(vendor) };
		expectWhole(await stage.run(vendor, parameters), expected);
	});

	it.each(modes)('%s, what an earlier node put out as text', async (_, vendor, mode, caseOf) => {
		const [value, expected] = caseOf();
		const invoiceId = locator(mode, '={{ $json.of }}');
		const input = [{ json: { of: String(value) } }];
		const parameters = { operation: 'get', invoiceId, ...accountOf(vendor) };
		expectWhole(await stage.run(vendor, parameters, { input }), expected);
	});

	it.each([
		['Fastly', 'id', fastly, fastlyCase],
		['i3D.net', 'id', i3dNet, i3dNetCase],
		['i3D.net', 'number', i3dNet, i3dNetNumberCase],
	])('%s: the %s as a number', async (_, mode, vendor, caseOf) => {
		const [value, expected] = caseOf();
		const input = [{ json: { of: Number(value) } }];
		const invoiceId = locator(mode, '={{ $json.of }}');
		expectWhole(await stage.run(vendor, { operation: 'get', invoiceId }, { input }), expected);
	});

	it.each([
		['Talkdesk', talkdesk, talkdeskCase],
		['Talkdesk Insurance', insurance, insuranceCase],
		['Fastly', fastly, fastlyCase],
		['CarrierX', carrierX, carrierXCase],
		['i3D.net', i3dNet, i3dNetCase],
	])('%s: an expression in place of the locator', async (_, vendor, caseOf) => {
		const [value, expected] = caseOf();
		const input = [{ json: { of: String(value) } }];
		const parameters = { operation: 'get', invoiceId: '={{ $json.of }}', ...accountOf(vendor) };
		expectWhole(await stage.run(vendor, parameters, { input }), expected);
	});

	it.each([
		['Fastly', fastly, '={{ $json.invoice_id }}'],
		['CarrierX', carrierX, '={{ $json.invoice_sid }}'],
		['i3D.net', i3dNet, '={{ $json.id }}'],
	])('%s: each item of its own list', async (_, vendor, value) => {
		const listed = jsonOf(await stage.run(vendor, { operation: 'getAll', limit: 4 }));
		const input = listed.map((json) => ({ json }));
		const result = await stage.run(
			vendor,
			{ operation: 'get', invoiceId: locator('id', value) },
			{ input },
		);
		expect(jsonOf(result).map((record) => String(vendor.keyOf(record)))).toEqual(
			listed.map(vendor.keyOf),
		);
	});

	it('Talkdesk gives all lines of an invoice in their order', async () => {
		const numbers = stage.sandbox.data.talkdesk.map(({ number }: Json) => number);
		const number = numbers.find((each: string, index: number) => numbers[index + 2] === each);
		const invoiceId = locator('number', number);
		const lines = jsonOf(await stage.run(talkdesk, { operation: 'get', invoiceId }));
		expect(lines.length).toBeGreaterThan(2);
		expect(lines.map((line) => Number(line.invoice_line_number))).toEqual(
			lines.map((_, index) => index + 1),
		);
	});

	it('i3D.net accepts a bare object for an array of one', async () => {
		stage.sandbox.addFault({ vendor: 'i3dNet', kind: 'bareDetail' });
		const [value, expected] = i3dNetCase();
		const parameters = { operation: 'get', invoiceId: locator('id', value) };
		expectWhole(await stage.run(i3dNet, parameters), expected);
	});

	it('trims the blanks around a pasted id', async () => {
		const [value, expected] = fastlyCase();
		const parameters = { operation: 'get', invoiceId: locator('id', ` ${value}\n`) };
		expectWhole(await stage.run(fastly, parameters), expected);
	});
});

describe('several input items', () => {
	it('Fastly: each has its own id', async () => {
		const { fastly: invoices } = stage.sandbox.data;
		const input = [invoices[3], invoices[1], invoices[3]].map(({ invoice_id }) => ({
			json: { of: invoice_id },
		}));
		const parameters = { operation: 'get', invoiceId: locator('id', '={{ $json.of }}') };
		const result = await stage.run(fastly, parameters, { input });
		expectWhole(result, [invoices[3], invoices[1], invoices[3]]);
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});

	it('i3D.net: each has its own limit', async () => {
		const input = [2, 1, 3].map((most) => ({ json: { most } }));
		const parameters = { operation: 'getAll', limit: '={{ $json.most }}' };
		const { items } = await stage.run(i3dNet, parameters, { input });
		const paired = items.map(({ pairedItem }) => (pairedItem as { item: number }).item);
		expect(paired).toEqual([0, 0, 1, 2, 2, 2]);
	});

	it('Talkdesk: each has its own filter', async () => {
		const { data } = stage.sandbox;
		const numbers = [data.talkdesk[0].number, data.talkdesk[100].number];
		const input = numbers.map((number) => ({ json: { number } }));
		const filters = { query: "=number eq '{{ $json.number }}'" };
		const parameters = { operation: 'getAll', returnAll: true, filters };
		const { items } = await stage.run(talkdesk, parameters, { input });
		const pairs = items.map(({ json, pairedItem }) => [
			json.number,
			(pairedItem as { item: number }).item,
		]);
		expect(new Set(pairs.map(String))).toEqual(
			new Set(numbers.map((number, index) => `${number},${index}`)),
		);
	});

	it('Talkdesk Insurance: each has its own account', async () => {
		const { insuranceAccounts, data } = stage.sandbox;
		const filled = insuranceAccounts.filter((account) => !account.includes('/'));
		const input = filled.map((account) => ({ json: { account } }));
		const parameters = { operation: 'getAll', returnAll: true, accountId: '={{ $json.account }}' };
		expectWhole(
			await stage.run(insurance, parameters, { input }),
			filled.flatMap((account) => data.talkdeskInsurance[account]),
		);
	});

	it('CarrierX: each has its own page size', async () => {
		const input = [11, 13].map((size) => ({ json: { size } }));
		const options = { pageSize: '={{ $json.size }}' };
		const parameters = { operation: 'getAll', limit: 12, options };
		await stage.run(carrierX, parameters, { input });
		expect(queries('limit').sort()).toEqual(['11', '11', '13']);
	});

	it.each(vendorRows())('%s: none gives none', async (_, vendor) => {
		const { items, error } = await stage.perform(listOf(vendor), {}, { input: [] });
		expect({ items, error }).toEqual({ items: [], error: undefined });
	});

	it('leave the input as it was', async () => {
		const input = [{ json: { of: stage.sandbox.data.fastly[0].invoice_id, kept: [1] } }];
		const parameters = { operation: 'get', invoiceId: locator('id', '={{ $json.of }}') };
		const { runData } = await stage.run(fastly, parameters, { input });
		expect(runData.Start[0].data?.main[0]).toMatchObject(input);
	});
});

describe('download PDF', () => {
	const fileOf = async (vendor: VendorOfTest): Promise<Buffer> => {
		const { origin, data, credentials } = stage.sandbox;
		const file =
			vendor === carrierX
				? await fileAt(`${origin}/carrierx/billing/invoices/${data.carrierX[5].invoice_sid}.pdf`, {
						authorization: `Bearer ${credentials.carrierXApi.accessToken}`,
					})
				: await fileAt(`${origin}/i3dnet/v3/account/invoice/${data.i3dNet[6].id}/pdf`, {
						'private-token': credentials.i3dNetApi.privateToken,
					});
		expect(file.subarray(0, 5).toString()).toBe('%PDF-');
		return file;
	};

	it.each(rows(PDFS))('%s stores the bytes that the vendor sends', async (_, operation) => {
		const { items, binaryBuffer } = await stage.perform(operation);
		const file = await fileOf(operation.vendor);
		expect(file.equals(await binaryBuffer(items[0], 'data'))).toBe(true);
	});

	it.each(rows(PDFS))('%s tells size and hash of the file', async (_, operation) => {
		const [{ fileSize, sha256: hash }] = jsonOf(await stage.perform(operation));
		const file = await fileOf(operation.vendor);
		expect({ fileSize, hash }).toEqual({ fileSize: file.length, hash: sha256(file) });
	});

	it.each(rows(PDFS))('%s names and types the file', async (_, operation) => {
		const { items } = await stage.perform(operation);
		const [{ fileName }] = operation.expected(stage.sandbox);
		expect(items[0].binary?.data).toMatchObject({
			fileName,
			fileExtension: 'pdf',
			mimeType: 'application/pdf',
		});
	});

	it.each(rows(PDFS))('%s puts the file into the field chosen', async (_, operation) => {
		const parameters = { ...operation.parameters(stage.sandbox), binaryPropertyName: 'invoice' };
		const { items } = await stage.run(operation.vendor, parameters);
		expect(Object.keys(items[0].binary ?? {})).toEqual(['invoice']);
	});

	it.each([
		['March.pdf', 'March.pdf'],
		['March', 'March.pdf'],
		['Rechnung März/2024: "A"', 'Rechnung März_2024_ _A_.pdf'],
		['../../etc/passwd', '_.._etc_passwd.pdf'],
		['={{ $json.name }}.PDF', '株式会社.pdf'],
		['CON', '_CON.pdf'],
		['', 'i3dNet-'],
	])('names the file "%s" as wanted, safely', async (fileName, expected) => {
		const [, operation] = PDFS;
		const input = [{ json: { name: '株式会社' } }];
		const { items } = await stage.perform(operation, { fileName }, { input });
		expect(items[0].json.fileName).toContain(expected);
		expect(items[0].binary?.data.fileName).toBe(items[0].json.fileName);
	});

	it.each(rows(PDFS))('%s keeps the file out of the item with filesystem', async (_, operation) => {
		const { items } = await stage.perform(operation);
		expect(items[0].binary?.data.id).toMatch(/^filesystem-v2:/);
	});

	describe('with files kept in memory', () => {
		beforeAll(async () => await createEngine({ binaryMode: 'default' }));
		afterAll(async () => await createEngine());

		it.each(rows(PDFS))('%s stores the bytes that the vendor sends', async (_, operation) => {
			const { items, binaryBuffer } = await stage.perform(operation);
			expect(items[0].binary?.data.id).toBeUndefined();
			const file = await fileOf(operation.vendor);
			expect(file.equals(await binaryBuffer(items[0], 'data'))).toBe(true);
		});
	});

	it('i3D.net finds the file by the number of the invoice', async () => {
		const { id, invoiceNumber } = stage.sandbox.data.i3dNet[9];
		const invoiceId = locator('number', invoiceNumber);
		const [json] = jsonOf(await stage.run(i3dNet, { operation: 'downloadPdf', invoiceId }));
		expect(json).toMatchObject({ invoiceId: id, invoiceNumber });
	});

	it('downloads one file for each input item', async () => {
		const { i3dNet: invoices } = stage.sandbox.data;
		const input = [invoices[2], invoices[0]].map(({ id }) => ({ json: { id: Number(id) } }));
		const parameters = { operation: 'downloadPdf', invoiceId: locator('id', '={{ $json.id }}') };
		const result = await stage.run(i3dNet, parameters, { input });
		expect(jsonOf(result).map(({ invoiceId }) => invoiceId)).toEqual([
			invoices[2].id,
			invoices[0].id,
		]);
		expect(new Set(jsonOf(result).map((json) => json.sha256)).size).toBe(2);
	});
});

describe.each(rows(PDFS))('%s, of what Get Many has put out', (_, { vendor }) => {
	const parameters = { operation: 'downloadPdf', invoiceId: locator('id', '={{ $json.id }}') };
	const listed = async () => {
		const three = { operation: 'getAll', returnAll: false, limit: 3, output: 'normalized' };
		const items = jsonOf(await stage.run(vendor, three));
		stage.sandbox.clearRequests();
		return items;
	};
	const download = async (items: Json[]) =>
		jsonOf(await stage.run(vendor, parameters, { input: items.map((json) => ({ json })) }));
	const asked = () => stage.sandbox.requests.length;

	it('asks for the file only, and gives the same', async () => {
		const items = await listed();
		const files = await download(items);
		expect(asked()).toBe(3);
		expect(files.map(({ invoiceNumber }) => invoiceNumber)).toEqual(
			items.map(({ invoiceNumber }) => invoiceNumber),
		);
		expect(files).toEqual(await download(items.map(({ id }) => ({ id }))));
	});

	it.each([
		['of another vendor', { provider: 'fastly' }],
		['without a number', { invoiceNumber: null }],
		['with a number that is none', { invoiceNumber: 5 }],
		['without a provider', { provider: undefined }],
	])('asks for the number of an item %s', async (__, change) => {
		const [item] = await listed();
		const [file] = await download([{ ...item, ...change }]);
		expect(asked()).toBe(2);
		expect(file).toMatchObject({ provider: vendor.type, invoiceNumber: item.invoiceNumber });
	});
});

describe('options of CarrierX', () => {
	const read = async (options: Json) =>
		await stage.run(carrierX, { operation: 'getAll', returnAll: true, options });

	it('With Related adds the partner', async () => {
		const records = jsonOf(await read({ withRelated: true }));
		expect(records).toHaveLength(stage.sandbox.data.carrierX.length);
		for (const { partner, partner_sid } of records) expect(partner.partner_sid).toBe(partner_sid);
	});

	it('Exclude Fields leaves fields out', async () => {
		const records = jsonOf(await read({ excludeFields: 'tax_items, pay_items' }));
		expect(records).toEqual(
			carrierX.list(stage.sandbox).map(({ tax_items, pay_items, ...rest }) => {
				expect([tax_items, pay_items]).not.toContain(undefined);
				return rest;
			}),
		);
	});

	it('Include Fields keeps nothing else', async () => {
		const records = jsonOf(await read({ includeFields: 'invoice_sid,amount' }));
		expect(records).toEqual(
			carrierX.list(stage.sandbox).map(({ invoice_sid, amount }) => ({ invoice_sid, amount })),
		);
	});

	it('Include Fields without the id loses no record', async () => {
		const result = await read({ includeFields: 'status' });
		expect(result.error?.message).toBeUndefined();
		expect(jsonOf(result).map(({ status }) => status)).toEqual(
			carrierX.list(stage.sandbox).map(({ status }) => status),
		);
	});

	it('Exclude Fields with the id loses no record over many pages', async () => {
		const result = await read({ excludeFields: 'invoice_sid,display_id', pageSize: 10 });
		expect(result.error?.message).toBeUndefined();
		expect(jsonOf(result)).toHaveLength(stage.sandbox.data.carrierX.length);
	});

	it('says which field CarrierX does not know', async () => {
		expectClear(
			await read({ includeFields: 'amonut' }),
			'CarrierX answered 422: include_fields: there is no field amonut',
			'422',
		);
	});
});

describe('credential test', () => {
	it.each(vendorRows())('%s: passes with the right secret', async (_, { credential }) => {
		const data = stage.sandbox.credentials[credential];
		const { status } = await stage.engine.testCredential(credential, data);
		expect(status).toBe('OK');
		expect(stage.sandbox.requests.length).toBeGreaterThan(0);
	});

	it.each(vendorRows())('%s: fails with a wrong secret', async (_, { credential, secret }) => {
		const data = { ...stage.sandbox.credentials[credential], [secret]: 'wrong' };
		const { status } = await stage.engine.testCredential(credential, data);
		expect(status).toBe('Error');
	});

	it.each(['fastlyApi', 'carrierXApi'])('%s: fails without the permission', async (credential) => {
		const data = stage.sandbox.powerlessCredentials[credential];
		expect(await stage.engine.testCredential(credential, data)).toEqual({
			status: 'Error',
			message: 'The secret is refused (HTTP 403), or it may not read invoices',
		});
	});

	it.each(vendorRows())('%s: fails where a web page answers', async (_, { type, credential }) => {
		stage.sandbox.addFault({ vendor: type, kind: 'html', times: Infinity });
		const data = stage.sandbox.credentials[credential];
		const { status } = await stage.engine.testCredential(credential, data);
		expect(status).toBe('Error');
	});

	it.each(vendorRows())('%s: follows no redirect to another host', async (_, vendor) => {
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'redirect', times: Infinity });
		const data = stage.sandbox.credentials[vendor.credential];
		const { status } = await stage.engine.testCredential(vendor.credential, data);
		expect(status).toBe('Error');
	});

	it.each(vendorRows())('%s: does not mind a slash at the end', async (_, { credential }) => {
		const data = stage.sandbox.credentials[credential];
		const { status } = await stage.engine.testCredential(credential, {
			...data,
			baseUrl: `${data.baseUrl}/`,
		});
		expect(status).toBe('OK');
	});

	describe('Talkdesk Insurance', () => {
		const test = async (changes: Json) =>
			await stage.engine.testCredential('talkdeskInsuranceApi', {
				...stage.sandbox.credentials.talkdeskInsuranceApi,
				...changes,
			});

		it('passes without an account to ask for', async () => {
			expect(await test({ testAccountId: '' })).toMatchObject({ status: 'OK' });
		});

		it('fails with a wrong secret also without an account to ask for', async () => {
			expect(await test({ testAccountId: '', headerValue: 'wrong' })).toEqual({
				status: 'Error',
				message: 'The secret is refused (HTTP 401), or it may not read invoices',
			});
		});

		it('asks for an account with spaces and umlauts', async () => {
			expect(await test({ testAccountId: ACCOUNT })).toMatchObject({ status: 'OK' });
			expect(stage.sandbox.requests.map(({ status }) => status)).toEqual([200]);
		});

		it('fails with an account that does not exist', async () => {
			expect(await test({ testAccountId: 'none' })).toMatchObject({ status: 'Error' });
		});
	});
});

describe('searchable list', () => {
	const search = async (vendor: VendorOfTest, filter?: string) =>
		await stage.engine.searchList({
			type: vendor.type,
			method: 'searchInvoices',
			credentials: stage.credentialsOf(vendor),
			parameters: { operation: 'get', ...accountOf(vendor) },
			filter,
		});
	const idOf: Record<string, (record: Json) => string> = {
		...Object.fromEntries(VENDORS.map(({ type, keyOf }) => [type, keyOf])),
		talkdesk: ({ number }) => number,
	};
	const idsOf = (vendor: VendorOfTest) => [
		...new Set(vendor.list(stage.sandbox).map(idOf[vendor.type])),
	];

	it.each(vendorRows())('%s offers each invoice once, newest first', async (_, vendor) => {
		const { results } = await search(vendor);
		expect(results.map(({ value }) => value)).toEqual(idsOf(vendor));
	});

	it.each(vendorRows())('%s offers what fits the text typed', async (_, vendor) => {
		const { results } = await search(vendor);
		const part = String(results[3].name).slice(0, 10).toLowerCase();
		const found = await search(vendor, ` ${part} `);
		expect(found.results).toEqual(
			results.filter(({ name }) => String(name).toLowerCase().includes(part)),
		);
		expect(found.results.length).toBeGreaterThan(0);
		expect(found.results.length).toBeLessThan(results.length);
	});

	it.each(vendorRows())('%s offers nothing where nothing fits', async (_, vendor) => {
		expect((await search(vendor, 'no such invoice')).results).toEqual([]);
	});

	it.each(vendorRows())('%s offers values that Get takes', async (_, vendor) => {
		const { results } = await search(vendor);
		const invoiceId = locator('list', results[5].value);
		const { error, items } = await stage.run(vendor, {
			operation: 'get',
			invoiceId,
			...accountOf(vendor),
		});
		expect(error?.message).toBeUndefined();
		expect(String(idOf[vendor.type](items[0].json))).toBe(results[5].value);
	});

	it.each(vendorRows())('%s says what is wrong', async (_, vendor) => {
		const credentials = stage.credentialsOf(vendor, { [vendor.secret]: 'wrong' });
		const searching = stage.engine.searchList({
			type: vendor.type,
			method: 'searchInvoices',
			credentials,
			parameters: accountOf(vendor),
		});
		await expect(searching).rejects.toMatchObject({
			message: expect.stringMatching(/40[13]|client authentication failed/i),
		});
	});
});

describe('as the tool of an agent', () => {
	const limit = "={{ $fromAI('limit', 'How many', 'number') }}";

	it.each(vendorRows())('%s reads what the model asks for', async (_, vendor) => {
		const { response } = await stage.engine.runTool({
			type: vendor.type,
			credentials: stage.credentialsOf(vendor),
			parameters: {
				resource: 'invoice',
				operation: 'getAll',
				output: 'raw',
				limit,
				...accountOf(vendor),
			},
			input: { limit: 2 },
		});
		expect(response).toEqual(vendor.list(stage.sandbox).slice(0, 2));
	});

	it.each(rows(PDFS))('%s tells the model about the file', async (_, { vendor, ...operation }) => {
		const { response } = await stage.engine.runTool({
			type: vendor.type,
			credentials: stage.credentialsOf(vendor),
			parameters: { resource: 'invoice', ...operation.parameters(stage.sandbox) },
		});
		expect(response).toEqual(operation.expected(stage.sandbox));
	});
});

describe('the credential', () => {
	it.each(vendorRows())('%s may have a slash at the end of its base URL', async (_, vendor) => {
		const { baseUrl } = stage.sandbox.credentials[vendor.credential];
		const credentials = stage.credentialsOf(vendor, { baseUrl: `${baseUrl}/` });
		const operation = listOf(vendor);
		const result = await stage.perform(operation, {}, { credentials });
		expectWhole(result, operation.expected(stage.sandbox));
	});

	it('Talkdesk keeps its token for the next run', async () => {
		const operation = listOf(vendorOf('talkdesk'));
		const { credentials } = await stage.perform(operation);
		stage.sandbox.clearRequests();
		await stage.perform(operation, {}, { credentials });
		expect(stage.sandbox.requests.map(({ path }) => path)).toEqual(['/talkdesk/express/invoices']);
	});

	it('Talkdesk renews a token that has expired since the last run', async () => {
		const operation = listOf(vendorOf('talkdesk'));
		const { credentials } = await stage.perform(operation);
		stage.sandbox.addFault({ vendor: 'talkdesk', kind: 'expireToken' });
		const result = await stage.perform(operation, {}, { credentials });
		expectWhole(result, operation.expected(stage.sandbox));
	});
});
