/** What is special to CarrierX: its filters and fields, bills that are not issued, numbers of partners. */
import { carrierX as api } from '../../nodes/CarrierX/api';
import { cannotBe, describeBadInput, ofInvoice, ofList } from '../badInput';
import { secretsOn } from '../secrets';
import {
	type Json,
	STRANGE_UUID,
	byId,
	expectClear,
	expectWhole,
	jsonOf,
	listOf,
	locator,
	operationOf,
	setUp,
} from '../support';
import { carrierX } from './carrierX';

const stage = setUp();
const always = { times: Infinity };
const list = listOf(carrierX);
const isUnpaid = carrierX.isUnpaid!;
const dayOf = (text: string) => text.slice(0, 10);
const dayAfter = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);

describe('filters', () => {
	it('days of creation, both included', async () => {
		const { carrierX: invoices } = stage.sandbox.data;
		const [from, to] = [invoices[20], invoices[50]].map((record) => dayOf(record.date_created));
		await stage.expectFiltered(
			carrierX,
			{ createdFrom: from, createdTo: to },
			({ date_created }) => dayOf(date_created) >= from && dayOf(date_created) <= to,
		);
		expect(stage.queries('filter')).toEqual([
			`date_created ge ${from}T00:00:00.000Z and date_created lt ${dayAfter(to)}T00:00:00.000Z`,
		]);
	});

	it('a query beside the days', async () => {
		const from = dayOf(stage.sandbox.data.carrierX[20].date_created);
		await stage.expectFiltered(
			carrierX,
			{ createdFrom: from, query: 'status eq open and amount gt 100' },
			({ date_created, status, amount }) =>
				dayOf(date_created) >= from && status === 'open' && Number(amount) > 100,
		);
	});

	it('a query beside what is unpaid', async () => {
		await stage.expectFiltered(
			carrierX,
			{ query: 'amount gt 100' },
			(record) => isUnpaid(record) && Number(record.amount) > 100,
			'getUnpaid',
		);
		expect(stage.queries('filter')).toEqual(['paid eq false and amount gt 100']);
	});
});

describe('what is unpaid', () => {
	it('asks the vendor for unpaid ones', async () => {
		await stage.run(carrierX, { operation: 'getUnpaid', returnAll: true });
		expect(stage.queries('filter')).toEqual(['paid eq false']);
	});

	it('leaves out what is paid although the vendor sends it', async () => {
		const [paid] = stage.sandbox.data.carrierX.filter(({ paid }: Json) => paid);
		const body = { items: [paid], total: 1, has_more: false };
		stage.sandbox.addFault({ vendor: 'carrierX', kind: 'status', status: 200, body });
		expectWhole(await stage.run(carrierX, { operation: 'getUnpaid', returnAll: true }), []);
	});

	it.each([
		['includeFields', 'invoice_sid,display_id'],
		['excludeFields', 'amount,paid'],
	])('leaves out credit notes also with %s', async (option, fields) => {
		const expected = stage.sandbox.data.carrierX.filter(isUnpaid);
		const options = { [option]: fields };
		const { items } = await stage.run(carrierX, {
			operation: 'getUnpaid',
			returnAll: true,
			options,
		});
		expect({ items: items.length }).toEqual({ items: expected.length });
	});
});

it('each item has its own page size', async () => {
	const input = [11, 13].map((size) => ({ json: { size } }));
	const options = { pageSize: '={{ $json.size }}' };
	const parameters = { operation: 'getAll', limit: 12, options };
	await stage.run(carrierX, parameters, { input });
	expect(stage.queries('limit').sort()).toEqual(['11', '11', '13']);
});

describe('options', () => {
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

	it.each([
		['Include Fields', { includeFields: 'invoice_sid,amount' }],
		['Exclude Fields', { excludeFields: 'status,paid,date_issued,date_billing_period_start' }],
	])('%s leaves in what records are filtered by', async (_, options) => {
		const idsUnder = async (filters: Json, chosen: Json) => {
			const parameters = { operation: 'getAll', returnAll: true, filters, options: chosen };
			const result = await stage.run(carrierX, parameters);
			expect(result.error?.message).toBeUndefined();
			return jsonOf(result).map(({ invoice_sid }) => invoice_sid);
		};
		for (const filters of [{ dateFrom: '2025-01-01' }, { status: ['paid'] }]) {
			const wanted = await idsUnder(filters, {});
			expect(wanted.length).toBeGreaterThan(0);
			expect(wanted.length).toBeLessThan(carrierX.list(stage.sandbox).length);
			expect(await idsUnder(filters, options)).toEqual(wanted);
		}
	});

	it('says which field CarrierX does not know', async () => {
		expectClear(
			await read({ includeFields: 'amonut' }),
			'CarrierX returned an error (422): include_fields: there is no field amonut',
			'422',
		);
	});
});

it('the vendor gets the field parameters in both spellings', async () => {
	const options = { includeFields: 'amount', excludeFields: 'status' };
	await stage.run(carrierX, { operation: 'getAll', options });
	expect(stage.requests[0].query).toMatchObject({
		include_fields: 'invoice_sid,amount',
		includeFields: 'invoice_sid,amount',
		exclude_fields: 'status',
		excludeFields: 'status',
	});
	await stage.read(carrierX, 'getAll', { options });
	expect(stage.requests[1].query).not.toHaveProperty('include_fields');
});

describe('bills that are not issued', () => {
	const isDraft = ({ status }: Json) => status === 'draft';

	it('are listed as drafts, and are not unpaid until they are issued', async () => {
		const { bills, data } = await stage.ownSandbox();
		const settled = await stage.invoices(carrierX, 'getUnpaid');
		bills.open();
		bills.grow();
		const listed = await stage.invoices(carrierX, 'getAll');
		expect(listed).toHaveLength(data.carrierX.length);
		expect(listed.filter(isDraft)).toHaveLength(3);
		expect(listed.slice(0, 3).map(({ totalAmount }) => totalAmount)).toEqual([1.25, 1.25, 1.25]);
		expect(await stage.invoices(carrierX, 'getUnpaid')).toEqual(settled);
		const options = { includeDrafts: true };
		const wanted = await stage.invoices(carrierX, 'getUnpaid', { options });
		expect(wanted).toHaveLength(settled.length + 3);

		bills.grow();
		bills.issue();
		const due = await stage.invoices(carrierX, 'getUnpaid');
		const keys = listed.filter(isDraft).map(({ dedupeKey }) => dedupeKey);
		const issued = due.filter(({ dedupeKey }) => keys.includes(dedupeKey));
		expect(issued.map(({ totalAmount, status }) => [totalAmount, status])).toEqual(
			keys.map(() => [2.5, 'open']),
		);
	});

	it('raw records leave them out of unpaid as well', async () => {
		const { bills } = await stage.ownSandbox();
		const before = await stage.invoices(carrierX, 'getUnpaid');
		bills.open();
		const { items } = await stage.run(carrierX, { operation: 'getUnpaid', returnAll: true });
		expect(items).toHaveLength(before.length);
	});
});

describe('an answer to Get that names the invoice', () => {
	test('with errors beside it', async () => {
		stage.answer(carrierX, { invoice_sid: '5', amount: '0', errors: ['Not today'] });
		expect(await stage.ids(carrierX, 'get', byId('5'))).toEqual({
			ids: [],
			message: 'CarrierX did not return invoice "5": Not today',
		});
	});

	test('with a message beside it, which hides nothing', async () => {
		stage.answer(carrierX, { invoice_sid: '5', amount: '0', message: 'Thank you' });
		const { ids, message } = await stage.ids(carrierX, 'get', byId('5'));
		expect({ ids, message }).toEqual({ ids: ['5'], message: undefined });
	});
});

describe('whole lists', () => {
	test('an answer that is always the same is not the whole list where more are stated', async () => {
		const items = ['a', 'b', 'c'].map((invoice_sid) => ({ invoice_sid }));
		stage.answer(carrierX, { items, total: 9 });
		const stuck = await stage.ids(carrierX, 'getAll');
		expect(stuck.ids).toEqual([]);
		expect(stuck.message).toMatch(/expected 9 records, received 3/);
		stage.answer(carrierX, { items, total: 3 });
		expect((await stage.ids(carrierX, 'getAll')).ids).toHaveLength(3);
	});

	test('a total of three and two invoices', async () => {
		await stage.ownSandbox(1, { carrierX: 2 });
		stage.spoil(list, { kind: 'total', delta: 1, ...always });
		expectClear(await stage.perform(list), /expected 3 records, received 2/);
	});

	test('one answer of a replica that has half of the list', async () => {
		const sandbox = await stage.ownSandbox(1, { carrierX: 3000 });
		stage.spoil(list, { kind: 'staleReplica', share: 0.5, after: 2 });
		expectWhole(await stage.perform(list), carrierX.list(sandbox));
	});

	test.each([10, undefined])(
		'a total of each page, nothing else, pages of %p',
		async (pageSize) => {
			stage.spoil(list, { kind: 'silent', ...always });
			const result = await stage.perform(list, pageSize === undefined ? {} : { pageSize });
			expectWhole(result, carrierX.list(stage.sandbox));
		},
	);
});

test('two partners have the same number, and their files have other names', async () => {
	const { data } = await stage.ownSandbox();
	const [one, two] = data.carrierX;
	Object.assign(two, { display_id: one.display_id, partner_sid: 'another' });
	const input = [one, two].map((record) => ({ json: { sid: record.invoice_sid } }));
	const parameters = { operation: 'downloadPdf', invoiceId: locator('id', '={{ $json.sid }}') };
	const operation = operationOf(carrierX, 'download PDF');
	const names = jsonOf(await stage.run(operation.vendor, parameters, { input })).map(
		({ fileName }) => fileName,
	);
	expect(new Set(names).size).toBe(2);
	expect(names[0]).toContain(one.display_id);
});

describeBadInput(stage, [
	{
		...ofInvoice(operationOf(carrierX, 'get')),
		name: 'an id that ends in .pdf',
		...cannotBe(`${STRANGE_UUID}.pdf`),
	},
	{
		...ofList(carrierX, {}, 0),
		name: 'a list that is not there',
		faults: [{ kind: 'missingList', after: 1 }],
		message: `CarrierX's response contains no "items" list`,
		description:
			'Check the base URL in the credential. If it is right, the vendor may have changed its API',
	},
]);

it('a secret that is echoed with the word before it is redacted', async () => {
	const { secretOf, expectNoSecret, performWithEcho } = secretsOn(stage);
	const header = `Bearer ${secretOf(carrierX)}`;
	expectNoSecret(await performWithEcho(list, carrierX.answers.error(header), 403), carrierX);
});

describe('the words of an error', () => {
	test('are not looked for without end', () => {
		const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}"deep"${']'.repeat(depth)}`);
		expect(api.errorMessageOf({ errors: nested(5) })).toBe('deep');
		expect(api.errorMessageOf({ errors: nested(100_000), message: 'nope' })).toBe('nope');
	});

	test.each([
		[{ errors: 'wrong scope' }, 'wrong scope'],
		[{ errors: ['wrong scope', 'expired'] }, 'wrong scope; expired'],
		[{ errors: [{ message: 'bad limit' }, { message: 'bad offset' }] }, 'bad limit; bad offset'],
		[
			{ errors: { limit: 'too large', offset: 'no number' } },
			'limit: too large; offset: no number',
		],
		[{ errors: { limit: ['too large', 'no number'] } }, 'limit: too large; limit: no number'],
		[{ errors: [], message: 'nope' }, 'nope'],
		[{ errors: [null] }, undefined],
	])('%j', (body, words) => {
		expect(api.errorMessageOf(body)).toBe(words);
	});

	test('never say [object Object]', () => {
		const body = { errors: { limit: { message: 'too large' } } };
		expect(api.errorMessageOf(body) ?? '').not.toContain('[object');
	});
});
