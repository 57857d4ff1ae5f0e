/**
 * Odd answers and odd nights: errors that name an invoice, answers that are only the beginning of a
 * list, accounts that are left out for one night. The nodes are run with n8n's own engine.
 */
/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- this is no node */
import { type IncomingHttpHeaders, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEngine } from './engine';
import type { Engine, Json, Rest } from './support';
import { locator } from './support';

let engine: Engine;
let answer: (url: URL, headers: IncomingHttpHeaders) => unknown;
let statusOf: (body: unknown) => number;
const server = createServer(({ url = '', headers }, response) => {
	const isToken = url === '/oauth/token';
	const body = isToken
		? { access_token: 'token', token_type: 'bearer' }
		: answer(new URL(url, 'http://localhost'), headers);
	response.writeHead(isToken ? 200 : statusOf(body), { 'content-type': 'application/json' });
	response.end(JSON.stringify(body));
});

beforeAll(async () => {
	engine = await createEngine({
		sleep: async () => await new Promise((resolve) => setImmediate(resolve)),
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => {
	server.closeAllConnections();
	server.close();
	engine.close();
});

beforeEach(() => {
	statusOf = () => 200;
	engine.processedItems.forget();
});

function credentialsOf(type: string): Record<string, object> {
	const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const token = 'of-this-test';
	const talkdesk = {
		grantType: 'clientCredentials',
		region: 'custom',
		baseUrl,
		tokenUrl: `${baseUrl}/oauth/token`,
		clientId: 'client',
		clientSecret: token,
	};
	const all: Record<string, Json> = {
		talkdeskInsurance: {
			baseUrl,
			allowHttp: true,
			invoicesPath: '/BillingInfoAPI/accountinvoices/{accountId}',
			headerName: 'Authorization',
			headerValue: token,
		},
		fastly: { baseUrl, apiToken: token },
		carrierX: { baseUrl, accessToken: token },
		i3dNet: { baseUrl, privateToken: token },
	};
	if (type === 'talkdesk') return { talkdeskOAuth2Api: talkdesk };
	return { [`${type}Api`]: all[type] };
}

async function run(type: string, parameters: Json, rest: Rest = {}) {
	const { items, error } = await engine.runNode({
		type,
		parameters: { resource: 'invoice', accountId: 'ACC', returnAll: true, ...parameters },
		credentials: credentialsOf(type),
		...rest,
	});
	return { ids: items.map(({ json }) => json.id), message: error?.message as string | undefined };
}

describe('an answer that names the invoice, and is none', () => {
	const GET: Array<[string, string, Json]> = [
		['talkdeskInsurance', 'number', { invoice_number: '5', userMessage: 'Not today' }],
		['fastly', 'id', { invoice_id: '5', msg: 'Not today' }],
		['carrierX', 'id', { invoice_sid: '5', message: 'Not today' }],
		['i3dNet', 'id', { id: 5, errorMessage: 'Not today' }],
	];

	test.each(GET)('%s: Get', async (type, mode, error) => {
		answer = () => error;
		const get = { operation: 'get', invoiceId: locator(mode, '5') };
		const { ids, message } = await run(type, get);
		expect(ids).toEqual([]);
		expect(message).toMatch(/Not today/);
	});

	test('an array of one error', async () => {
		answer = () => [{ errorCode: 7, errorMessage: 'Not today' }];
		const get = { operation: 'get', invoiceId: locator('id', '5') };
		expect(await run('i3dNet', get)).toEqual({
			ids: [],
			message: 'i3D.net did not return invoice "5": Not today',
		});
	});

	test('errors beside the invoice', async () => {
		answer = () => ({ invoice_sid: '5', amount: '0', errors: ['Not today'] });
		const get = { operation: 'get', invoiceId: locator('id', '5') };
		const { ids, message } = await run('carrierX', get);
		expect({ ids, message }).toEqual({
			ids: [],
			message: 'CarrierX did not return invoice "5": Not today',
		});
	});

	test('a message beside the invoice hides nothing', async () => {
		answer = () => ({ invoice_sid: '5', amount: '0', message: 'Thank you' });
		const get = { operation: 'get', invoiceId: locator('id', '5') };
		expect(await run('carrierX', get)).toEqual({ ids: ['5'], message: undefined });
	});

	test('errors beside the month to date, and two of them', async () => {
		const month = { customer_id: 'c', monthly_transaction_amount: '0' };
		for (const body of [{ ...month, errors: [{ title: 'Not today' }] }, [month, month]]) {
			answer = () => body;
			const { ids, message } = await run('fastly', { operation: 'getMonthToDate' });
			expect(ids).toEqual([]);
			expect(message).toMatch(/^Fastly did not return the month to date/);
		}
	});

	test.each([
		['i3dNet', { errorMessage: 'Not today' }],
		['talkdeskInsurance', { userMessage: 'Not today' }],
	])('%s: an error as a record of a bare list', async (type, error) => {
		answer = () => [error];
		const { ids, message } = await run(type, { operation: 'getAll' });
		expect(ids).toEqual([]);
		expect(message).toMatch(/returned an error instead of the list: Not today$/);
	});
});

test('an answer that is always the same is not the whole list where more are stated', async () => {
	const items = ['a', 'b', 'c'].map((invoice_sid) => ({ invoice_sid }));
	answer = () => ({ items, total: 9 });
	const stuck = await run('carrierX', { operation: 'getAll' });
	expect(stuck.ids).toEqual([]);
	expect(stuck.message).toMatch(/expected 9 records, received 3/);
	answer = () => ({ items, total: 3 });
	expect((await run('carrierX', { operation: 'getAll' })).ids).toHaveLength(3);
});

describe('an account that is left out for one night changes nothing', () => {
	const LISTS: Array<[string, string, (records: Json[]) => Json, Json]> = [
		['fastly', 'customer_id', (data) => ({ data, meta: { total: 1 } }), { invoice_id: 'a' }],
		['carrierX', 'partner_sid', (items) => ({ items, total: 1 }), { invoice_sid: 'a' }],
	];

	test.each(LISTS)('%s', async (type, account, listOf, record) => {
		const changed: Json = { operation: 'getAll', onlyNew: 'newOrChanged' };
		let staticData = {};
		const told: unknown[] = [];
		for (const night of [{ [account]: 'x' }, {}, { [account]: null }, { [account]: 'x' }]) {
			answer = () => listOf([{ ...record, ...night }]);
			const { ids, message } = await run(type, changed, { mode: 'trigger' });
			expect(message).toBeUndefined();
			const poll = await engine.poll({
				type: `${type}Trigger`,
				parameters: { event: 'invoiceChanged' },
				credentials: credentialsOf(type),
				staticData,
			});
			({ staticData } = poll);
			told.push([ids, poll.items]);
		}
		expect(told).toEqual([
			[['a'], null],
			[[], null],
			[[], null],
			[[], null],
		]);
	});
});

describe('the end of a list', () => {
	const NUMBERS = Array.from({ length: 25 }, (_, index) => String(index));
	const list = { operation: 'getAll' };

	test.each([null, {}, { href: null }, { href: '' }])('Talkdesk: a next link %j', async (none) => {
		answer = ({ searchParams }) => {
			const page = Number(searchParams.get('page'));
			const size = Math.min(Number(searchParams.get('per_page')), 10);
			const invoices = NUMBERS.slice((page - 1) * size, page * size).map((number) => ({ number }));
			const next = page * size < NUMBERS.length ? { href: '/express/invoices&page=3' } : none;
			return { page, per_page: size, _embedded: { invoices }, _links: { first: {}, next } };
		};
		const { ids, message } = await run('talkdesk', list);
		expect(message).toBeUndefined();
		expect(ids.sort()).toEqual([...NUMBERS].sort());
	});

	test('Fastly: a second page as long as the first that says nothing of what follows', async () => {
		answer = ({ searchParams }) => {
			const start = Number(searchParams.get('cursor'));
			const data = NUMBERS.slice(start, start + 10).map((invoice_id) => ({ invoice_id }));
			return { data, ...(start === 0 && { meta: { next_cursor: '10' } }) };
		};
		const { ids, message } = await run('fastly', list);
		expect(ids).toEqual([]);
		expect(message).toMatch(/does not say whether more records follow/);
	});

	test('Fastly: a shorter last page without "meta"', async () => {
		answer = ({ searchParams }) => {
			const start = Number(searchParams.get('cursor'));
			const data = NUMBERS.slice(start, start + 20).map((invoice_id) => ({ invoice_id }));
			return { data, ...(start === 0 && { meta: { next_cursor: '20' } }) };
		};
		expect(await run('fastly', list)).toEqual({ ids: NUMBERS, message: undefined });
	});

	test('i3D.net: 416 where a range begins behind it', async () => {
		answer = (_, headers) => {
			const [, start, results] = /^start=(\d+),results=(\d+)$/.exec(
				String(headers['ranged-data']),
			)!;
			if (Number(start) >= NUMBERS.length) return { errorMessage: 'Out of range' };
			return NUMBERS.slice(Number(start), Number(start) + Number(results)).map((id) => ({ id }));
		};
		statusOf = (body) => (Array.isArray(body) ? 200 : 416);
		expect(await run('i3dNet', list)).toEqual({ ids: NUMBERS, message: undefined });
	});
});
