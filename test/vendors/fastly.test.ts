/** What is special to Fastly: the month to date, cursors, billing periods. */
import { fastly as api } from '../../nodes/Fastly/api';
import {
	OF_ITEM,
	INCOMPLETE_HINT,
	cannotBe,
	describeBadInput,
	ofInvoice,
	ofList,
} from '../badInput';
import {
	type Json,
	type Request,
	byId,
	expectClear,
	expectWhole,
	jsonOf,
	listOf,
	locator,
	operationOf,
	setUp,
} from '../support';
import { fastly } from './fastly';

const stage = setUp();
const always = { times: Infinity };
const list = listOf(fastly);
const dayOf = (text: string) => text.slice(0, 10);

describe('filters', () => {
	it('billing period', async () => {
		await stage.expectFiltered(
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

	it('filters hold behind a cursor', async () => {
		const result = await stage.run(fastly, {
			operation: 'getAll',
			returnAll: true,
			filters: { billingStartDate: '2024-03-01' },
			options: { pageSize: 10 },
		});
		const isWanted = (record: Json) => dayOf(record.billing_start_date) >= '2024-03-01';
		expectWhole(result, fastly.list(stage.sandbox).filter(isWanted));
		expect(new Set(stage.queries('billing_start_date'))).toEqual(new Set(['2024-03-01']));
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
		expect(stage.queries('billing_start_date')).toEqual(['2024-04-01']);
	});
});

describe('get', () => {
	it('trims the blanks around a pasted id', async () => {
		const { value, records } = fastly.ways[0].find(stage.sandbox);
		const parameters = { operation: 'get', invoiceId: locator('id', ` ${value}\n`) };
		expectWhole(await stage.run(fastly, parameters), records);
	});

	it('each has its own id', async () => {
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

	it('leave the input as it was', async () => {
		const input = [{ json: { of: stage.sandbox.data.fastly[0].invoice_id, kept: [1] } }];
		const parameters = { operation: 'get', invoiceId: locator('id', '={{ $json.of }}') };
		const { runData } = await stage.run(fastly, parameters, { input });
		expect(runData.Start[0].data?.main[0]).toMatchObject(input);
	});

	it('no id is read as the month to date', async () => {
		for (const id of ['month-to-date', 'Month-to-Date', 'month%2Dto%2Ddate', 'x/month-to-date']) {
			const { error } = await stage.read(fastly, 'get', byId(id));
			expect(error.message).toBe(`"${id}" is not a valid invoice ID`);
		}
		expect(stage.requests).toEqual([]);
	});
});

describe('the month to date', () => {
	it('the month to date is one draft, whenever it is asked for', async () => {
		const [first] = await stage.invoices(fastly, 'getMonthToDate', {
			options: { currency: 'usd' },
		});
		const [again] = await stage.invoices(fastly, 'getMonthToDate');
		expect(first).toMatchObject({
			id: expect.stringMatching(/^\w+-\d{4}-\d{2}$/),
			invoiceNumber: null,
			status: 'draft',
			type: 'estimate',
			currency: 'USD',
		});
		expect(again.dedupeKey).toBe(first.dedupeKey);
	});

	it.each([{ msg: 'token expired' }, { ok: true }, []])('%j is no month to date', async (body) => {
		stage.answer(fastly, body);
		const { error, items } = await stage.read(fastly, 'getMonthToDate');
		expect(items).toEqual([]);
		expect(error.message).toMatch(/^Fastly did not return month-to-date charges/);
	});

	it('is none with errors beside it, and two are none', async () => {
		const month = { customer_id: 'c', monthly_transaction_amount: '0' };
		for (const body of [{ ...month, errors: [{ title: 'Not today' }] }, [month, month]]) {
			stage.answer(fastly, body);
			const { ids, message } = await stage.ids(fastly, 'getMonthToDate');
			expect(ids).toEqual([]);
			expect(message).toMatch(/^Fastly did not return month-to-date charges/);
		}
	});
});

describe('whole lists', () => {
	test('a cursor that is a position, and one invoice less', async () => {
		const sandbox = await stage.ownSandbox(1, { fastly: 500 });
		const past = fastly.list(sandbox);
		stage.spoil(list, { kind: 'positionCursor', ...always });
		stage.spoil(list, { kind: 'mutate', remove: 1, where: 'start', after: 0 });
		const result = await stage.perform(list);
		const now = new Set(fastly.list(sandbox).map(fastly.keyOf));
		expect(result.error?.message).toBeUndefined();
		const keysOf = (records: Json[]) =>
			records
				.map(fastly.keyOf)
				.filter((key) => now.has(key))
				.sort();
		expect(keysOf(past)).toHaveLength(499);
		expect(keysOf(jsonOf(result))).toEqual(keysOf(past));
	});

	test('a full page without a word on what follows', async () => {
		stage.spoil(list, { kind: 'silent', ...always });
		expectClear(
			await stage.perform(list, { pageSize: 10 }),
			/does not say whether more records follow/,
		);
	});

	test('a page without a word that is not full is the list', async () => {
		stage.spoil(list, { kind: 'silent', ...always });
		expectWhole(await stage.perform(list), fastly.list(stage.sandbox));
	});

	const NUMBERS = Array.from({ length: 25 }, (_, index) => String(index));

	/** Answers with pages of so many, of which only the first one says that another one follows. */
	const pagesOf = (size: number) =>
		stage.answer(fastly, ({ query }: Request) => {
			const start = Number(query.get('cursor'));
			const data = NUMBERS.slice(start, start + size).map((invoice_id) => ({ invoice_id }));
			return { data, ...(start === 0 && { meta: { next_cursor: String(size) } }) };
		});

	test('a second page as long as the first that says nothing of what follows', async () => {
		pagesOf(10);
		const { ids, message } = await stage.ids(fastly, 'getAll');
		expect(ids).toEqual([]);
		expect(message).toMatch(/does not say whether more records follow/);
	});

	test('a shorter last page without "meta"', async () => {
		pagesOf(20);
		expect(await stage.ids(fastly, 'getAll')).toEqual({ ids: NUMBERS, message: undefined });
	});
});

const get = ofInvoice(operationOf(fastly, 'get'));

describeBadInput(stage, [
	{ ...get, name: 'the id month-to-date', ...cannotBe('month-to-date') },
	{
		...get,
		name: 'a whole item for an id',
		bad: () => ({ invoice_id: '1' }),
		message: '"Invoice" contains an object instead of an ID',
		description: 'Map a single field from the previous node, e.g. {{ $json.invoiceId }}',
	},
	{
		...ofList(fastly, { returnAll: true, filters: { billingStartDate: OF_ITEM } }, '2020-01-01'),
		expected: fastly.list,
		name: 'a page that never ends',
		bad: () => '2021-01-01',
		faults: [{ kind: 'endlessPages', path: '=2021-01-01', ...always }],
		message:
			'Could not retrieve the complete list: it does not end (expected 400 to 11,200 records, received 11,000)',
		description: INCOMPLETE_HINT,
	},
	{
		...get,
		name: 'a vendor that is down',
		faults: [{ kind: 'status', status: 503, after: 1, times: 6 }],
		message: 'Fastly returned an error (503): Error: The service has a problem. Tried 6 times.',
		description: 'Fastly has a temporary problem. Try again later',
		httpCode: '503',
	},
]);

describe('the words of an error', () => {
	test.each([
		[{ msg: 'Not allowed', detail: 'Token lacks scope' }, 'Not allowed: Token lacks scope'],
		[{ msg: 'Not allowed' }, 'Not allowed'],
		[{ type: 'about:blank', title: 'Gone', status: 410, detail: 'It moved' }, 'Gone: It moved'],
		[{ errors: [{ title: 'Bad date', detail: 'Not a day' }] }, 'Bad date: Not a day'],
		[{ errors: [{ title: 'Bad date' }, { title: 'other' }] }, 'Bad date'],
		[{ errors: [{ detail: 'Not a day' }] }, 'Not a day'],
		[{ errors: [] }, undefined],
		[{ errors: [null] }, undefined],
	])('%j', (body, words) => {
		expect(api.errorMessageOf(body)).toBe(words);
	});
});
