/** What is special to Talkdesk: lines that make an invoice, numbered pages, filters, accounts. */
import { talkdesk as api } from '../../nodes/Talkdesk/api';
import type { Invoice } from '../../nodes/shared/invoice/invoice';
import { OF_ITEM, cannotBe, describeBadInput, failWith, ofInvoice, ofList } from '../badInput';
import { newOn } from '../onlyNew';
import {
	type Json,
	type Request,
	byId,
	expectWhole,
	jsonOf,
	listOf,
	locator,
	operationOf,
	setUp,
} from '../support';
import { talkdesk, talkdeskDocumented } from './talkdesk';

const stage = setUp();
const always = { times: Infinity };
const list = listOf(talkdesk);

describe('whole lists', () => {
	test('2,000 lines come whole at the smallest "Page Size"', async () => {
		const lines = Array.from({ length: 2000 }, (_, index) => ({ id: `l${index}` }));
		stage.answer(talkdesk, ({ query }: Request) => {
			const [page, size] = [Number(query.get('page')), Number(query.get('per_page'))];
			const invoices = lines.slice((page - 1) * size, page * size);
			return { per_page: size, total: lines.length, _embedded: { invoices } };
		});
		const result = await stage.perform(list, { pageSize: 10 });
		expect(result.error?.message).toBeUndefined();
		expect(new Set(result.items.map(({ json }) => json.id)).size).toBe(2000);
	});

	it('reads a long list in the smallest pages', async () => {
		// No page of up to ten lines begins before the 720th and ends well behind it.
		await stage.ownSandbox(1, { talkdesk: 300 });
		expectWhole(await stage.perform(list, { pageSize: 10 }), talkdesk.list(stage.sandbox));
	});

	test.each([50, undefined])('links to itself only and no total, pages of %p', async (pageSize) => {
		const sandbox = await stage.ownSandbox(1, { talkdesk: 60 });
		stage.spoil(list, { kind: 'silent', ...always });
		const result = await stage.perform(list, pageSize === undefined ? {} : { pageSize });
		expectWhole(result, talkdesk.list(sandbox));
	});

	test.each([null, {}, { href: null }, { href: '' }])('a next link %j', async (none) => {
		const numbers = Array.from({ length: 25 }, (_, index) => String(index));
		stage.answer(talkdesk, ({ query }: Request) => {
			const page = Number(query.get('page'));
			const size = Math.min(Number(query.get('per_page')), 10);
			const invoices = numbers.slice((page - 1) * size, page * size).map((number) => ({ number }));
			const next = page * size < numbers.length ? { href: '/express/invoices&page=3' } : none;
			return { page, per_page: size, _embedded: { invoices }, _links: { first: {}, next } };
		});
		const { ids, message } = await stage.ids(talkdesk, 'getAll');
		expect(message).toBeUndefined();
		expect(ids.sort()).toEqual([...numbers].sort());
	});
});

describe('accounts', () => {
	it('are read over many pages', async () => {
		const { data } = await stage.ownSandbox();
		const more = Array.from({ length: 30 }, (_, index) => ({ id: `more-${index}`, name: 'More' }));
		data.talkdeskAccounts.push(...more);
		const parameters = { resource: 'account', operation: 'getAll', returnAll: true };
		const result = await stage.run(talkdesk, { ...parameters, options: { pageSize: 10 } });
		expectWhole(result, data.talkdeskAccounts);
	});

	it('are returned up to the limit', async () => {
		const result = await stage.run(talkdesk, {
			resource: 'account',
			operation: 'getAll',
			limit: 3,
		});
		expectWhole(result, stage.sandbox.data.talkdeskAccounts.slice(0, 3));
	});

	it('may be none', async () => {
		stage.answer(talkdesk, { total: 0, count: 0, _links: {} });
		const parameters = { resource: 'account', operation: 'getAll', returnAll: true };
		expect((await stage.run(talkdesk, parameters)).items).toEqual([]);
	});

	it('are not invoices: all of them come each time', async () => {
		const { run } = newOn(stage);
		const all = { resource: 'account' };
		const accounts = jsonOf(await run(talkdesk, all));
		expect(accounts.length).toBeGreaterThan(0);
		expect(jsonOf(await run(talkdesk, all))).toEqual(accounts);
	});
});

describe('filters', () => {
	const talkdeskAccountOf = (line: Json) => line.account_id ?? line['account ID'];

	const dayOf = (text: string) => text.slice(0, 10);

	it('account', async () => {
		const [, { id }] = stage.sandbox.data.talkdeskAccounts;
		await stage.expectFiltered(
			talkdesk,
			{ accountId: id },
			(line) => talkdeskAccountOf(line) === id,
		);
		expect(stage.queries('filter')).toEqual([`account_id eq '${id}'`]);
	});

	it('days, both included', async () => {
		const from = dayOf(stage.sandbox.data.talkdesk[60].date);
		const to = dayOf(stage.sandbox.data.talkdesk[130].date);
		await stage.expectFiltered(
			talkdesk,
			{ dateFrom: `${from}T00:00:00`, dateTo: `${to}T00:00:00` },
			({ date }) => dayOf(date) >= from && dayOf(date) <= to,
		);
		expect(stage.queries('filter')).toEqual([`date ge '${from}' and date le '${to}'`]);
	});

	it('a query with "or" stays apart from the account', async () => {
		const { data } = stage.sandbox;
		const id = talkdeskAccountOf(data.talkdesk[0]);
		const other = data.talkdesk.find((line: Json) => talkdeskAccountOf(line) !== id);
		const numbers = [data.talkdesk[0].number, other.number];
		await stage.expectFiltered(
			talkdesk,
			{ accountId: id, query: numbers.map((number) => `number eq '${number}'`).join(' or ') },
			(line) => talkdeskAccountOf(line) === id && numbers.includes(line.number),
		);
	});

	it('filters hold on every page', async () => {
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
		expect(new Set(stage.queries('filter'))).toEqual(new Set([`date ge '${from}'`]));
	});

	it('each item has its own filter', async () => {
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

	it('an account with spaces and umlauts', async () => {
		const { data } = await stage.ownSandbox();
		data.talkdesk[0].account_id = 'Käthe & Söhne 50%';
		const filters = { accountId: 'Käthe & Söhne 50%' };
		const parameters = { operation: 'getAll', returnAll: true, filters };
		expectWhole(await stage.run(talkdesk, parameters), [data.talkdesk[0]]);
	});
});

describe('lines', () => {
	it('of an invoice come in their order', async () => {
		const numbers = stage.sandbox.data.talkdesk.map(({ number }: Json) => number);
		const number = numbers.find((each: string, index: number) => numbers[index + 2] === each);
		const invoiceId = locator('number', number);
		const lines = jsonOf(await stage.run(talkdesk, { operation: 'get', invoiceId }));
		expect(lines.length).toBeGreaterThan(2);
		expect(lines.map((line) => Number(line.invoice_line_number))).toEqual(
			lines.map((_, index) => index + 1),
		);
	});

	it('of other numbers are left out', async () => {
		const others = [{ ...talkdeskDocumented, number: 'INV2', id: 'b' }, talkdeskDocumented];
		stage.answer(talkdesk, talkdesk.answers.list(others));
		const found = await stage.invoices(talkdesk, 'get', byId('INV13098292', 'number'));
		expect(found.map(({ id }) => id)).toEqual(['INV13098292']);
	});

	it('that are cut by the limit say which invoice was', async () => {
		const [first] = await stage.invoices(talkdesk, 'getAll', { returnAll: false, limit: 1 });
		const limit = (first as Invoice).lineItems.length - 1;
		const cut = { output: 'lineItems', returnAll: false, limit };
		const lines = jsonOf(await stage.read(talkdesk, 'getAll', cut));
		expect(lines).toHaveLength(limit);
		for (const { dedupeKey, warnings } of lines) {
			expect(dedupeKey).toBe(first.dedupeKey);
			expect(warnings.split(',')).toContain('LINES_CUT_BY_LIMIT');
		}
	});

	it.each([1, 2, 7, 30])('are no invoices: the first %d invoices are whole', async (limit) => {
		const all = await stage.invoices(talkdesk, 'getAll');
		const options = { pageSize: 50 };
		const first = await stage.invoices(talkdesk, 'getAll', { returnAll: false, limit, options });
		expect(first).toEqual(all.slice(0, limit));
	});
	it.each([5, {}, [], true, '0001-01-01', 'soon'])('may have a date that is %j', async (date) => {
		const line = { ...talkdeskDocumented, date, due_date: date };
		stage.answer(talkdesk, talkdesk.answers.list([line]));
		const [invoice] = await stage.invoices(talkdesk, 'getAll', { returnAll: false, limit: 1 });
		expect(invoice).toMatchObject({ issueDate: null, dueDate: null });
		expect(invoice.warnings).toContain('DATE_INVALID');
	});
});

const get = ofInvoice(operationOf(talkdesk, 'get'));
const query = ofList(talkdesk, { filters: { query: OF_ITEM } }, "date ge '2020-01-01'");

describeBadInput(stage, [
	{
		...get,
		name: 'a number with a quote, which could change the filter',
		...cannotBe("A' or number ge '0"),
	},
	{
		...query,
		name: 'a filter that is none',
		bad: () => "number is '5'",
		message:
			'Talkdesk returned an error (400): the filter has "is" where eq, ge or le is expected; filter: the filter has "is" where eq, ge or le is expected',
		description: 'Check the filters and other parameters',
		httpCode: '400',
	},
	{
		...query,
		name: 'a filter that is too long',
		bad: () => 'x'.repeat(1600),
		message: 'The filter is 1,602 characters long',
		description: 'Talkdesk allows up to 1,600 characters. Shorten "Query" in the filters',
	},
]);

it.each(['', 'acme.com/x', 'a b'])('the account "%s" in the credential', async (account) => {
	const { error } = await failWith(stage, talkdesk, { region: 'us', account });
	expect(error.message).toBe(`"${account}" is not a valid Talkdesk account name`);
});

describe('the words of an error', () => {
	test.each([
		[{ code: '0012001', message: 'Too many calls' }, 'Too many calls'],
		[{ message: 'Bad filter', description: 'Unknown field' }, 'Bad filter; Unknown field'],
		[
			{
				code: '1',
				message: 'Invalid',
				fields: [
					{ name: 'per_page', description: 'too large' },
					{ name: 'page', description: 'too small' },
				],
			},
			'Invalid; per_page: too large; page: too small',
		],
		[{ message: 'Invalid', fields: null }, 'Invalid'],
		[{ message: 'Invalid', fields: [{ name: 'page' }] }, 'Invalid; page'],
	])('%j', (body, words) => {
		expect(api.errorMessageOf(body)).toBe(words);
	});
});
