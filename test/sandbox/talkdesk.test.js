// @ts-check
'use strict';

/** The emulator of Talkdesk. */
const { createSandbox } = require('./index');
const { askOn, itemsOf } = require('./asking');

/** @type {Awaited<ReturnType<typeof createSandbox>>} */
let sandbox;
let time = Date.UTC(2026, 0, 1);
const { get, headersOf, list, token } = askOn(() => sandbox);

beforeAll(async () => {
	sandbox = await createSandbox({ now: () => time });
});
afterAll(() => sandbox.stop());
afterEach(() => {
	sandbox.clearFaults();
	sandbox.clearRequests();
});

test('its size is the number of its invoices', () => {
	expect(new Set(sandbox.data.talkdesk.map((/** @type {any} */ line) => line.number)).size).toBe(
		60,
	);
});

test.each([1, 2, 3, 4, 5])('seed %i has every variant', async (seed) => {
	const made = await createSandbox({ seed });
	await made.stop();
	const { talkdesk } = made.data;
	/** @type {Record<string, boolean>} */
	const found = {
		talkdeskCredit: talkdesk.some((/** @type {any} */ x) => x.total_invoice_amount < 0),
		talkdeskZero: talkdesk.some((/** @type {any} */ x) => x.total_invoice_amount === 0),
		talkdeskSpelling: talkdesk.some((/** @type {any} */ x) => 'account ID' in x),
		talkdeskDate: talkdesk.some((/** @type {any} */ x) => x.date.endsWith('T00:00:00.000Z')),
		talkdeskLineText: talkdesk.some(
			(/** @type {any} */ x) => typeof x.invoice_line_number === 'string',
		),
		talkdeskFloat: talkdesk.some((/** @type {any} */ x) => x.amount === 0.1 + 0.2),
		talkdeskTiny: talkdesk.some((/** @type {any} */ x) => x.rate === 1e-7),
		talkdeskLarge: talkdesk.some((/** @type {any} */ x) => x.amount > 1e8),
	};
	expect(Object.keys(found).filter((name) => !found[name])).toEqual([]);
});

test('the shape of a refusal', async () => {
	const { body } = await list('talkdesk', '', { authorization: 'Bearer no' });
	expect(body).toEqual({ code: expect.any(String), message: expect.any(String) });
});

test('the usual page and the largest one', async () => {
	const { body } = await list('talkdesk');
	expect(itemsOf('talkdesk')(body)).toHaveLength(50);
	expect((await list('talkdesk', '?per_page=250')).status).toBe(200);
	expect((await list('talkdesk', '?per_page=251')).status).toBe(400);
	expect((await list('talkdesk', '?per_page=0')).status).toBe(400);
	expect((await list('talkdesk', '?page=0')).status).toBe(400);
});

test('a wrong client, a missing scope, a scope that does not exist', async () => {
	const wrong = await token({ grant_type: 'client_credentials' }, sandbox, 'no');
	expect([wrong.status, wrong.body]).toEqual([401, { error: 'invalid_client' }]);
	const strange = await token({ grant_type: 'client_credentials', scope: 'everything' });
	expect(strange.status).toBe(400);
	const few = await token({ grant_type: 'client_credentials', scope: 'express-accounts:read' });
	const authorization = `Bearer ${few.body.access_token}`;
	expect((await list('talkdesk', '', { authorization })).status).toBe(403);
	const accounts = `${sandbox.origin}/talkdesk/express/accounts?per_page=2`;
	expect((await get(accounts, { authorization })).body._embedded.accounts).toHaveLength(2);
});

test('a token is worth nothing after 599 seconds', async () => {
	const { body } = await token({ grant_type: 'client_credentials' });
	expect(body.expires_in).toBe(599);
	expect(body.refresh_token).toBeUndefined();
	const authorization = `Bearer ${body.access_token}`;
	time += 598_000;
	expect((await list('talkdesk', '', { authorization })).status).toBe(200);
	time += 1_000;
	expect((await list('talkdesk', '', { authorization })).status).toBe(401);
});

test('a code can be had and used once, a refresh token again and again', async () => {
	const { authUrl, clientId } = sandbox.credentials.talkdeskOAuth2Api;
	const redirectUri = 'http://localhost:5678/back?x=1';
	const query = new URLSearchParams({
		response_type: 'code',
		client_id: clientId,
		redirect_uri: redirectUri,
		state: 'a b',
	});
	const { status, headers } = await get(`${authUrl}?${query}`);
	expect(status).toBe(302);
	const back = new URL(headers.get('location') ?? '');
	expect([back.searchParams.get('state'), back.searchParams.get('x')]).toEqual(['a b', '1']);
	const form = {
		grant_type: 'authorization_code',
		code: back.searchParams.get('code') ?? '',
		redirect_uri: redirectUri,
	};
	const first = await token(form);
	expect(first.status).toBe(200);
	expect((await token(form)).body).toEqual({ error: 'invalid_grant' });
	const refresh = { grant_type: 'refresh_token', refresh_token: first.body.refresh_token };
	expect((await token(refresh)).status).toBe(200);
	const authorization = `Bearer ${(await token(refresh)).body.access_token}`;
	expect((await list('talkdesk', '', { authorization })).status).toBe(200);
});

test('newest first unless asked otherwise; links lead away; the last has no next', async () => {
	const { body } = await list('talkdesk', '?per_page=250');
	expect(body._embedded.invoices).toEqual([...sandbox.data.talkdesk].reverse());
	expect(body._links.next).toBeUndefined();
	const first = (await list('talkdesk', '?per_page=2')).body;
	expect(first._links.next.href).toBe(`${sandbox.foreignOrigin}/express/invoices&page=2`);
	expect(first._links.prev).toBeUndefined();
	expect(first).toMatchObject({
		count: 2,
		page: 1,
		per_page: 2,
		total: sandbox.data.talkdesk.length,
	});
});

describe('filters', () => {
	/** @param {string} filter */
	const talkdesk = async (filter) =>
		await list('talkdesk', `?per_page=250&filter=${encodeURIComponent(filter)}`);
	test('dates, accounts in both spellings, numbers, and, or, parentheses', async () => {
		const { talkdesk: lines } = sandbox.data;
		const day = (/** @type {any} */ line) => line.date.slice(0, 10);
		const account = (/** @type {any} */ line) => line.account_id ?? line['account ID'];
		const odd = lines.find((/** @type {any} */ line) => 'account ID' in line);
		const [from, to] = [day(lines[20]), day(lines[90])];

		const between = await talkdesk(`(date ge '${from}' and date le '${to}')`);
		expect(between.body.total).toBe(
			lines.filter((/** @type {any} */ line) => day(line) >= from && day(line) <= to).length,
		);
		const both = await talkdesk(
			`number eq '${lines[0].number}' or account_id eq '${account(odd)}' and date le '${to}'`,
		);
		expect(both.body.total).toBe(
			lines.filter(
				(/** @type {any} */ line) =>
					line.number === lines[0].number || (account(line) === account(odd) && day(line) <= to),
			).length,
		);
		expect((await talkdesk("number eq 'no''thing'")).body.total).toBe(0);
	});

	test.each([
		"date gt '2024-01-01'",
		'date ge 2024-01-01',
		"date ge '2024-02-30'",
		"amount eq '1'",
		"(number eq 'A'",
		"number eq 'A' or",
		"number eq 'A' number eq 'B'",
		'',
		`number eq '${'x'.repeat(1600)}'`,
	])('%s cannot be read', async (filter) => {
		expect((await talkdesk(filter)).status).toBe(400);
	});
});

test('tokens are spoiled only if the path says so', async () => {
	sandbox.addFault({ vendor: 'talkdesk', kind: 'status', status: 500 });
	sandbox.addFault({ vendor: 'talkdesk', kind: 'status', status: 502, path: /oauth\/token$/ });
	expect((await token({ grant_type: 'client_credentials' })).status).toBe(502);
	expect((await list('talkdesk')).status).toBe(500);
});

test('expireToken: old tokens are refused, new ones are not', async () => {
	const old = await headersOf('talkdesk');
	sandbox.addFault({ vendor: 'talkdesk', kind: 'expireToken', after: 1 });
	const statuses = [];
	for (const headers of [old, old, old, {}]) {
		statuses.push((await list('talkdesk', '', headers)).status);
	}
	// The last one is asked with the token that `list` fetched anew.
	expect(statuses).toEqual([200, 401, 401, 200]);
});

test('whole invoices come and go, and their lines stay together', async () => {
	const own = await createSandbox({ seed: 3 });
	own.addFault({ vendor: 'talkdesk', kind: 'mutate', insert: 2, remove: 1, times: 20 });
	for (let count = 0; count < 20; count++) await list('talkdesk', '', {}, own);
	const numbers = own.data.talkdesk.map((/** @type {any} */ line) => line.number);
	const runs = numbers.filter(
		(/** @type {string} */ number, /** @type {number} */ at) => number !== numbers[at - 1],
	);
	expect(new Set(runs).size).toBe(runs.length);
	expect(runs).toHaveLength(80);
	expect([...numbers].sort()).toEqual(numbers);
	await own.stop();
});
