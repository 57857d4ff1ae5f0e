'use strict';

const { spawn } = require('node:child_process');
const http = require('node:http');
const path = require('node:path');
const { createSandbox } = require('./index');

/** @typedef {Awaited<ReturnType<typeof createSandbox>>} Sandbox */

/** @type {Sandbox} */
let sandbox;
let time = Date.UTC(2026, 0, 1);

beforeAll(async () => {
	sandbox = await createSandbox({ now: () => time });
});
afterAll(() => sandbox.stop());
afterEach(() => {
	sandbox.clearFaults();
	sandbox.clearRequests();
});

/**
 * @param {string} address
 * @param {Record<string, string>} [headers]
 * @param {RequestInit} [init]
 */
async function get(address, headers = {}, init = {}) {
	const response = await fetch(address, { headers, redirect: 'manual', ...init });
	const text = await response.text();
	let body;
	try {
		body = JSON.parse(text);
	} catch {
		body = undefined;
	}
	return { status: response.status, headers: response.headers, text, body };
}

/**
 * @param {Record<string, string>} form
 * @param {Sandbox} [of]
 * @param {string} [secret]
 */
async function token(form, of = sandbox, secret = undefined) {
	const { clientId, clientSecret, tokenUrl } = of.credentials.talkdeskOAuth2Api;
	const basic = Buffer.from(`${clientId}:${secret ?? clientSecret}`).toString('base64');
	return await get(
		tokenUrl,
		{ authorization: `Basic ${basic}` },
		{ method: 'POST', body: new URLSearchParams(form) },
	);
}

/**
 * How each vendor is asked for a list, a page of it, and what comes back. `page` counts from 0.
 * @type {Record<string, {
 *   list: string,
 *   headers: (of?: Sandbox) => Promise<Record<string, string>>,
 *   wrong: { headers: Record<string, string>, status: number },
 *   items: (body: any) => any[],
 *   records: (of: Sandbox) => any[],
 *   ask?: (size: number, page: number) => { query: string, headers?: Record<string, string> },
 *   id: string,
 * }>}
 */
const VENDORS = {
	talkdesk: {
		list: '/talkdesk/express/invoices',
		headers: async (of = sandbox) => {
			const { body } = await token({ grant_type: 'client_credentials' }, of);
			return { authorization: `Bearer ${body.access_token}` };
		},
		wrong: { headers: { authorization: 'Bearer no' }, status: 401 },
		items: (body) => body._embedded.invoices,
		records: (of) => of.data.talkdesk,
		ask: (size, page) => ({ query: `?order_by=date:asc&per_page=${size}&page=${page + 1}` }),
		id: 'id',
	},
	talkdeskInsurance: {
		list: '/insurance/BillingInfoAPI/accountinvoices/ACC-1001',
		headers: async (of = sandbox) => ({
			authorization: of.credentials.talkdeskInsuranceApi.headerValue,
		}),
		wrong: { headers: { authorization: 'no' }, status: 401 },
		items: (body) => body._embedded.invoices,
		records: (of) => of.data.talkdeskInsurance['ACC-1001'],
		id: 'invoice_number',
	},
	fastly: {
		list: '/fastly/billing/v3/invoices',
		headers: async (of = sandbox) => ({ 'fastly-key': of.credentials.fastlyApi.apiToken }),
		wrong: { headers: { 'fastly-key': 'no' }, status: 401 },
		items: (body) => body.data,
		records: (of) => of.data.fastly,
		id: 'invoice_id',
	},
	carrierX: {
		list: '/carrierx/billing/invoices',
		headers: async (of = sandbox) => ({
			authorization: `Bearer ${of.credentials.carrierXApi.accessToken}`,
		}),
		wrong: { headers: { authorization: 'Bearer no' }, status: 401 },
		items: (body) => body.items,
		records: (of) => of.data.carrierX,
		ask: (size, page) => ({
			query: `?order=date_created%20asc&limit=${size}&offset=${page * size}`,
		}),
		id: 'invoice_sid',
	},
	i3dNet: {
		list: '/i3dnet/v3/account/invoice',
		headers: async (of = sandbox) => ({
			'private-token': of.credentials.i3dNetApi.privateToken,
		}),
		wrong: { headers: { 'private-token': 'no' }, status: 403 },
		items: (body) => body,
		records: (of) => of.data.i3dNet,
		ask: (size, page) => ({
			query: '',
			headers: { 'RANGED-DATA': `start=${page * size},results=${size}` },
		}),
		id: 'id',
	},
};
const NAMES = Object.keys(VENDORS);
const PAGED = NAMES.filter((name) => VENDORS[name].ask);

/**
 * @param {string} name
 * @param {string} [rest]
 * @param {Record<string, string>} [headers]
 * @param {Sandbox} [of]
 */
async function list(name, rest = '', headers = {}, of = sandbox) {
	const vendor = VENDORS[name];
	return await get(of.origin + vendor.list + rest, { ...(await vendor.headers(of)), ...headers });
}

/**
 * @param {string} name
 * @param {number} size
 * @param {number} number
 * @param {Sandbox} [of]
 */
async function page(name, size, number, of = sandbox) {
	const { query, headers } = /** @type {any} */ (VENDORS[name]).ask(size, number);
	return await list(name, query, headers, of);
}

/** @param {string} name */
function pdfAddress(name) {
	const { origin, data } = sandbox;
	return name === 'carrierX'
		? `${origin}/carrierx/billing/invoices/${data.carrierX[0].invoice_sid}.pdf`
		: `${origin}/i3dnet/v3/account/invoice/${data.i3dNet[0].id}/pdf`;
}

describe('data', () => {
	test('the same seed gives the same data, another seed other data', async () => {
		const [again, other] = [await createSandbox({ seed: 1 }), await createSandbox({ seed: 2 })];
		await Promise.all([again.stop(), other.stop()]);
		expect(again.data).toEqual(sandbox.data);
		expect(again.credentials.fastlyApi.apiToken).toBe(sandbox.credentials.fastlyApi.apiToken);
		expect(other.data.fastly).not.toEqual(sandbox.data.fastly);
	});

	test('the sizes are the numbers of invoices', async () => {
		const { data } = sandbox;
		expect(new Set(data.talkdesk.map((/** @type {any} */ line) => line.number)).size).toBe(60);
		expect(Object.values(data.talkdeskInsurance).flat()).toHaveLength(12);
		expect([data.fastly.length, data.carrierX.length, data.i3dNet.length]).toEqual([60, 80, 90]);
		expect(Object.keys(data.i3dNetDetails)).toHaveLength(90);
		expect(sandbox.insuranceAccounts).toContain('Müller & Söhne 7');
	});

	test.each([1, 2, 3, 4, 5])('seed %i has every variant', async (seed) => {
		const made = await createSandbox({ seed });
		await made.stop();
		const { talkdesk, talkdeskInsurance, fastly, carrierX, i3dNet } = made.data;
		const insurance = Object.values(talkdeskInsurance).flat();
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
			insuranceCredit: insurance.some((/** @type {any} */ x) => x.amount.startsWith('-')),
			insurancePart: insurance.some(
				(/** @type {any} */ x) => parseFloat(x.paid_amount) > 0 && parseFloat(x.due_amount) > 0,
			),
			insuranceNoLines: insurance.some(
				(/** @type {any} */ x) => x.invoice_items_details.length === 0,
			),
			fastlyCredit: fastly.some((/** @type {any} */ x) => x.monthly_transaction_amount < 0),
			fastlyNoLines: fastly.some((/** @type {any} */ x) => x.transaction_line_items.length === 0),
			fastlyOld: fastly.some((/** @type {any} */ x) => x.transaction_line_items[0]?.ProductName),
			fastlyNew: fastly.some((/** @type {any} */ x) => x.transaction_line_items[0]?.product_name),
			fastlyNull: fastly.some((/** @type {any} */ x) => x.invoice_posted_on === null),
			carrierNumber: carrierX.some((/** @type {any} */ x) => typeof x.amount === 'number'),
			carrierBalance: carrierX.some((/** @type {any} */ x) => Number(x.balance_previous) < 0),
			carrierNull: carrierX.some((/** @type {any} */ x) => x.date_issued === null),
			carrierPart: carrierX.some((/** @type {any} */ x) => !x.paid && x.pay_items.length > 0),
			i3dFive: i3dNet.some((/** @type {any} */ x) => x.amountIncVAT === '5'),
			i3dMinusFive: i3dNet.some((/** @type {any} */ x) => x.amountIncVAT === '-5'),
			i3dName: i3dNet.some((/** @type {any} */ x) => x.currency === 'Euro'),
			i3dWhole: i3dNet.some(
				(/** @type {any} */ x) =>
					x.amountIncVAT !== '0' &&
					(Number(x.remainingAmount) + Number(x.totalPaidAmount)) * 100 === Number(x.amountIncVAT),
			),
			i3dSlash: i3dNet.some((/** @type {any} */ x) => x.invoiceNumber.includes('/')),
			i3dYen: i3dNet.some((/** @type {any} */ x) => x.currencySign === '¥'),
			fastlyOldId: fastly.some((/** @type {any} */ x) => /^\d+$/.test(x.invoice_id)),
			fastlyNewId: fastly.some((/** @type {any} */ x) => /^INV-\d+$/.test(x.invoice_id)),
			fastlyPaid: fastly.some((/** @type {any} */ x) => x.payment_status === 'paid'),
			fastlyOutstanding: fastly.some((/** @type {any} */ x) => x.payment_status === 'outstanding'),
			fastlySilent: fastly.some((/** @type {any} */ x) => !('payment_status' in x)),
			insuranceCurrency: insurance.some((/** @type {any} */ x) => x.amount.endsWith(' usd')),
			insurancePlain: insurance.some((/** @type {any} */ x) => /\d$/.test(x.amount)),
			insuranceCustom: insurance.some((/** @type {any} */ x) => x.custom_fields?.length > 0),
		};
		expect(Object.keys(found).filter((name) => !found[name])).toEqual([]);
	});

	test('most totals are what their lines make, and some are not', () => {
		const close = (/** @type {number} */ a, /** @type {number} */ b) => Math.abs(a - b) < 0.001;
		const total = (/** @type {any[]} */ lines) =>
			lines.reduce((sum, { amount }) => sum + Number(amount), 0);
		const { fastly, carrierX } = sandbox.data;
		const right = {
			fastly: fastly.filter((/** @type {any} */ x) =>
				close(x.monthly_transaction_amount, total(x.transaction_line_items)),
			).length,
			carrierX: carrierX.filter((/** @type {any} */ x) =>
				close(Number(x.amount), total(x.invoice_items)),
			).length,
		};
		expect(right.fastly).toBeGreaterThan(40);
		expect(right.fastly).toBeLessThan(60);
		expect(right.carrierX).toBeGreaterThan(55);
		expect(right.carrierX).toBeLessThan(80);
	});

	test('all dates lie between 2023 and 2026', () => {
		const years = JSON.stringify(sandbox.data).match(/"20\d\d(?=-\d\d-\d\d)/g) ?? [];
		expect([...new Set(years)].sort()).toEqual(['"2023', '"2024', '"2025', '"2026']);
	});

	test('a record put into the live list is served', async () => {
		const own = await createSandbox();
		own.data.carrierX.push({ ...own.data.carrierX[0], invoice_sid: 'f'.repeat(8) });
		const { body } = await list('carrierX', '?limit=1000', {}, own);
		await own.stop();
		expect(body.total).toBe(81);
	});
});

describe('authentication', () => {
	test.each(NAMES)('%s: a wrong secret is refused, the right one is not', async (name) => {
		const { headers, status } = VENDORS[name].wrong;
		expect((await list(name, '', headers)).status).toBe(status);
		expect((await get(sandbox.origin + VENDORS[name].list)).status).toBe(401);
		expect((await list(name)).status).toBe(200);
	});

	test.each(NAMES)('%s: only GET', async (name) => {
		const headers = await VENDORS[name].headers();
		const init = { method: 'POST', body: '{}' };
		expect((await get(sandbox.origin + VENDORS[name].list, headers, init)).status).toBe(405);
	});

	test('the shapes of the refusals', async () => {
		const bodies = Object.fromEntries(
			await Promise.all(
				NAMES.map(async (name) => [name, (await list(name, '', VENDORS[name].wrong.headers)).body]),
			),
		);
		expect(bodies).toEqual({
			talkdesk: { code: expect.any(String), message: expect.any(String) },
			talkdeskInsurance: expect.objectContaining({
				status: 401,
				userMessage: expect.any(String),
				details: [expect.objectContaining({ stackTrace: expect.any(String) })],
			}),
			fastly: { msg: expect.any(String), detail: expect.any(String) },
			carrierX: { errors: [{ message: expect.any(String) }] },
			i3dNet: { errorCode: expect.any(Number), errorMessage: 'Invalid credentials', errors: [] },
		});
	});

	test('a credential without the right to read invoices gets 403', async () => {
		const { fastlyApi, carrierXApi } = sandbox.powerlessCredentials;
		expect((await list('fastly', '', { 'fastly-key': fastlyApi.apiToken })).status).toBe(403);
		const authorization = `Bearer ${carrierXApi.accessToken}`;
		expect((await list('carrierX', '', { authorization })).status).toBe(403);
	});

	test('Talkdesk: a wrong client, a missing scope, a scope that does not exist', async () => {
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

	test('Talkdesk: a token is worth nothing after 599 seconds', async () => {
		const { body } = await token({ grant_type: 'client_credentials' });
		expect(body.expires_in).toBe(599);
		expect(body.refresh_token).toBeUndefined();
		const authorization = `Bearer ${body.access_token}`;
		time += 598_000;
		expect((await list('talkdesk', '', { authorization })).status).toBe(200);
		time += 1_000;
		expect((await list('talkdesk', '', { authorization })).status).toBe(401);
	});

	test('Talkdesk: a code can be had and used once, a refresh token again and again', async () => {
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
});

describe('lists', () => {
	test.each(PAGED)('%s: pages one after the other are the list', async (name) => {
		/** @type {any[]} */
		const seen = [];
		for (let number = 0; ; number++) {
			const items = VENDORS[name].items((await page(name, 17, number)).body);
			if (items.length === 0) break;
			seen.push(...items);
		}
		expect(seen).toEqual(VENDORS[name].records(sandbox));
	});

	test('Fastly: following the cursor gives the list, and a cursor fits its query only', async () => {
		/** @type {any[]} */
		const seen = [];
		let cursor = '';
		do {
			const { body } = await list(
				'fastly',
				`?limit=7${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
			);
			expect(body.meta).toMatchObject({
				limit: body.data.length,
				sort: 'billing_start_date',
				total: 60,
			});
			seen.push(...body.data);
			if (cursor === '') {
				expect(body.meta.next_cursor).toMatch(/^[^=]*\+[^=]*\/[^=]*==$/);
				const bare = `?limit=7&cursor=${body.meta.next_cursor}`;
				expect((await list('fastly', bare)).status).toBe(400);
				const strange = `&cursor=${encodeURIComponent(body.meta.next_cursor)}`;
				expect((await list('fastly', `?limit=8${strange}`)).status).toBe(400);
				const dates = `?limit=7&billing_start_date=2024-01-01${strange}`;
				expect((await list('fastly', dates)).status).toBe(400);
			}
			cursor = body.meta.next_cursor;
		} while (cursor);
		expect(seen).toEqual(sandbox.data.fastly);
		expect((await list('fastly', '?cursor=abc')).status).toBe(400);
	});

	test('Fastly: the end is an empty cursor for some seeds and none at all for others', async () => {
		const ends = new Set();
		for (let seed = 1; seed <= 8; seed++) {
			const own = await createSandbox({ seed, sizes: { fastly: 1 } });
			const { body } = await list('fastly', '', {}, own);
			await own.stop();
			ends.add(body.meta.next_cursor);
		}
		expect(ends).toEqual(new Set(['', undefined]));
	});

	test('defaults and maxima', async () => {
		const lengths = await Promise.all(
			NAMES.map(async (name) => VENDORS[name].items((await list(name)).body).length),
		);
		expect(lengths).toEqual([50, 4, 60, 10, 25]);
		const statuses = await Promise.all([
			list('talkdesk', '?per_page=250'),
			list('talkdesk', '?per_page=251'),
			list('talkdesk', '?per_page=0'),
			list('talkdesk', '?page=0'),
			list('fastly', '?limit=200'),
			list('fastly', '?limit=220'),
			list('fastly', '?limit=500'),
			list('carrierX', '?limit=1000'),
			list('carrierX', '?limit=1001'),
			list('carrierX', '?offset=-1'),
			list('i3dNet', '', { 'RANGED-DATA': 'start=0' }),
		]);
		expect(statuses.map(({ status }) => status)).toEqual([
			200, 400, 400, 400, 200, 200, 400, 200, 422, 422, 400,
		]);
	});

	test('Talkdesk: newest first unless asked otherwise; links lead away; the last has no next', async () => {
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

	test('CarrierX: pagination may be null although there is more; its link leads away', async () => {
		const envelopes = await Promise.all(
			[0, 1, 79].map(async (offset) => (await list('carrierX', `?limit=1&offset=${offset}`)).body),
		);
		expect(envelopes.map(({ has_more, pagination }) => [has_more, pagination])).toEqual([
			[true, { next: expect.stringContaining(sandbox.foreignOrigin) }],
			[true, null],
			[false, {}],
		]);
	});
});

describe('filters', () => {
	/** @param {string} filter */
	const talkdesk = async (filter) =>
		await list('talkdesk', `?per_page=250&filter=${encodeURIComponent(filter)}`);
	/** @param {string} filter */
	const carrierX = async (filter) =>
		await list('carrierX', `?limit=1000&filter=${encodeURIComponent(filter)}`);

	test('Talkdesk: dates, accounts in both spellings, numbers, and, or, parentheses', async () => {
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
	])('Talkdesk: %s cannot be read', async (filter) => {
		expect((await talkdesk(filter)).status).toBe(400);
	});

	test('Fastly: whole days, both ends included', async () => {
		const { body } = await list(
			'fastly',
			'?billing_start_date=2024-01-01&billing_end_date=2024-03-31',
		);
		const months = body.data.map((/** @type {any} */ x) => x.billing_start_date.slice(0, 7));
		expect([...new Set(months)]).toEqual(['2024-03', '2024-02', '2024-01']);
		expect((await list('fastly', '?billing_start_date=2024-02-30')).status).toBe(400);
		expect((await list('fastly', '?billing_end_date=yesterday')).status).toBe(400);
	});

	test('CarrierX: numbers, dates, truth, patterns, quotes', async () => {
		const { carrierX: invoices } = sandbox.data;
		const count = (/** @type {(x: any) => boolean} */ wanted) => invoices.filter(wanted).length;
		const queries = [
			'paid eq false',
			'amount gt 100 and amount le "500"',
			"date_created ge '2024-01-01T00:00:00.000Z' and date_created lt 2025-01-01",
			'display_id like "01%"',
		];
		const totals = await Promise.all(
			queries.map(async (query) => (await carrierX(query)).body.total),
		);
		expect(totals).toEqual([
			count((x) => !x.paid),
			count((x) => Number(x.amount) > 100 && Number(x.amount) <= 500),
			count((x) => /^2024/.test(x.date_created)),
			count((x) => x.display_id.startsWith('01')),
		]);
	});

	test.each([
		['paid', 400],
		['paid is false', 400],
		['amount gt much', 400],
		['paid eq false or paid eq true', 400],
		['colour eq red', 422],
	])('CarrierX: %s is refused with %i', async (filter, status) => {
		const answer = await carrierX(filter);
		expect([answer.status, Object.keys(answer.body)]).toEqual([status, ['errors']]);
	});

	test('CarrierX: fields, partner, order', async () => {
		const some = await list('carrierX', '?limit=1&include_fields=invoice_sid,amount');
		expect(Object.keys(some.body.items[0]).sort()).toEqual(['amount', 'invoice_sid']);
		const camelCase = await list('carrierX', '?limit=1&includeFields=invoice_sid,amount');
		expect(camelCase.body).toEqual(some.body);
		const without = await list('carrierX', '?limit=1&exclude_fields=amount&with_related=true');
		expect(without.body.items[0].amount).toBeUndefined();
		const { partner, partner_sid: sid } = without.body.items[0];
		expect(partner.partner_sid).toBe(sid);
		expect((await list('carrierX', '?include_fields=colour')).status).toBe(422);
		expect((await list('carrierX', '?order=amount%20asc')).status).toBe(422);
		const down = await list('carrierX', '?limit=1000&order=date_created%20desc');
		expect(down.body.items).toEqual([...sandbox.data.carrierX].reverse());
	});

	test('i3D.net: text in the description; unpaid without paid and credits', async () => {
		const range = { 'RANGED-DATA': 'start=0,results=200' };
		const found = await list('i3dNet', '?filter=setup', range);
		expect(found.body.length).toBeGreaterThan(0);
		for (const { description } of found.body) expect(description).toContain('Setup');
		const unpaid = await list('i3dNet', '/unpaid', range);
		expect(unpaid.body).toEqual(
			sandbox.data.i3dNet.filter(
				(/** @type {any} */ x) => x.isCredit === 0 && x.remainingAmount !== '0',
			),
		);
	});
});

describe('single records', () => {
	test.each([
		['fastly', () => `/${sandbox.data.fastly[3].invoice_id}`, () => sandbox.data.fastly[3]],
		['carrierX', () => `/${sandbox.data.carrierX[3].invoice_sid}`, () => sandbox.data.carrierX[3]],
		[
			'i3dNet',
			() => `/${sandbox.data.i3dNet[3].id}`,
			() => [sandbox.data.i3dNetDetails[sandbox.data.i3dNet[3].id]],
		],
		[
			'i3dNet',
			() => `/number/${sandbox.data.i3dNet[3].invoiceNumber}`,
			() => [sandbox.data.i3dNetDetails[sandbox.data.i3dNet[3].id]],
		],
	])('%s', async (name, rest, expected) => {
		expect((await list(name, rest())).body).toEqual(expected());
	});

	test('what does not exist is 404 in the shape of the vendor', async () => {
		const answers = await Promise.all([
			list('fastly', '/1'),
			list('carrierX', '/00000000-0000-4000-8000-000000000000'),
			list('i3dNet', '/1'),
			get(`${sandbox.origin}/insurance/BillingInfoAPI/accountinvoices/nobody`, {
				authorization: sandbox.credentials.talkdeskInsuranceApi.headerValue,
			}),
		]);
		expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
		expect(answers.map(({ body }) => Object.keys(body)[0])).toEqual([
			'title',
			'errors',
			'errorCode',
			'status',
		]);
	});

	test('each insurance account is found by its encoded id', async () => {
		const headers = await VENDORS.talkdeskInsurance.headers();
		for (const account of sandbox.insuranceAccounts) {
			const where = `/insurance/BillingInfoAPI/accountinvoices/${encodeURIComponent(account)}`;
			const { body } = await get(sandbox.origin + where, headers);
			const invoices = sandbox.data.talkdeskInsurance[account];
			// An empty list leaves out all but its total.
			expect(body).toEqual({
				...(invoices.length > 0 ? { _embedded: { invoices } } : {}),
				total: invoices.length,
			});
		}
	});

	test('Fastly: month to date has its amount as text, no currency, and an id of the moment', async () => {
		let time = Date.UTC(2026, 6, 4);
		const own = await createSandbox({ now: () => time });
		const { body } = await list('fastly', '/month-to-date', {}, own);
		expect(typeof body.monthly_transaction_amount).toBe('string');
		expect(body.currency_code).toBeUndefined();
		expect(body).toMatchObject({ billing_start_date: '2026-07-01T00:00:00.000Z' });
		expect(body.invoice_id).toBe(`${body.customer_id}-${time / 1000}`);
		time += 60_000;
		const later = await list('fastly', '/month-to-date', {}, own);
		expect(later.body.invoice_id).not.toBe(body.invoice_id);
		await own.stop();
	});

	test('CarrierX: bills of the month grow until they are issued', async () => {
		const own = await createSandbox({ now: () => Date.UTC(2026, 10, 10) });
		const newest = async () =>
			(await list('carrierX', '?limit=1&order=date_created%20desc', {}, own)).body.items[0];
		own.bills.open();
		expect(own.data.carrierX).toHaveLength(83);
		expect(await newest()).toMatchObject({
			amount: '0',
			date_created: '2026-10-31T23:30:00.000Z',
			date_billing_period_end: '2026-11-30T23:59:59.000Z',
			date_issued: null,
			paid: false,
			status: 'open',
		});
		own.bills.grow();
		own.bills.grow();
		expect(await newest()).toMatchObject({ amount: '2.5', date_issued: null });
		own.bills.issue();
		own.bills.grow();
		expect(await newest()).toMatchObject({
			amount: '2.5',
			date_issued: '2026-11-10T00:00:00.000Z',
		});
		await own.stop();
	});

	test.each(['carrierX', 'i3dNet'])('%s: a PDF, always the same one', async (name) => {
		const headers = await VENDORS[name].headers();
		const [first, second] = [
			await get(pdfAddress(name), headers),
			await get(pdfAddress(name), headers),
		];
		expect(first.headers.get('content-type')).toBe('application/pdf');
		expect(first.text).toMatch(/^%PDF-1\.4\n[^]*%%EOF\n$/);
		const start = Number(/startxref\n(\d+)/.exec(first.text)?.[1]);
		expect(first.text.slice(start, start + 4)).toBe('xref');
		expect(second.text).toBe(first.text);
	});
});

describe('faults that spoil an answer', () => {
	test.each(NAMES)('%s: status, in the shape of the vendor', async (name) => {
		sandbox.addFault({
			vendor: name,
			kind: 'status',
			status: 503,
			headers: { 'Retry-After': '7' },
		});
		const answer = await list(name);
		expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
		expect(answer.body).toEqual(expect.any(Object));
		expect((await list(name)).status).toBe(200);
	});

	test('status: own body, own type, the shapes of Fastly', async () => {
		sandbox.addFault({
			vendor: 'fastly',
			kind: 'status',
			status: 500,
			body: '<p>',
			contentType: 'text/html',
		});
		const own = await list('fastly');
		expect([own.text, own.headers.get('content-type')]).toEqual(['<p>', 'text/html']);
		const keys = [];
		for (const shape of ['msg', 'title', 'problem', 'jsonapi']) {
			sandbox.addFault({ vendor: 'fastly', kind: 'status', status: 500, shape });
			keys.push(Object.keys((await list('fastly')).body)[0]);
		}
		expect(keys).toEqual(['msg', 'title', 'type', 'errors']);
	});

	test('throttle: seconds, a date, nothing', async () => {
		const waits = [];
		for (const retryAfter of [3, 'date:60', undefined]) {
			sandbox.addFault({ vendor: 'i3dNet', kind: 'throttle', retryAfter });
			const { status, headers } = await list('i3dNet');
			waits.push([status, headers.get('retry-after')]);
		}
		expect(waits).toEqual([
			[429, '3'],
			[429, new Date(time + 60_000).toUTCString()],
			[429, null],
		]);
	});

	test('after, times and path are counted', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'status', status: 500, after: 1, times: 2 });
		sandbox.addFault({
			vendor: 'carrierX',
			kind: 'status',
			status: 500,
			path: 'offset=3',
			times: Infinity,
		});
		const fastly = [];
		for (let count = 0; count < 4; count++) fastly.push((await list('fastly')).status);
		expect(fastly).toEqual([200, 500, 500, 200]);
		const carrierX = [];
		for (const offset of [2, 3, 3]) {
			carrierX.push((await list('carrierX', `?offset=${offset}`)).status);
		}
		expect(carrierX).toEqual([200, 500, 500]);
		expect(() => sandbox.addFault({ kind: 'rain' })).toThrow('no such fault: rain');
		expect(() => sandbox.addFault({ vendor: 'acme', kind: 'html' })).toThrow('no such vendor');
	});

	test('a share of the requests, the same ones each time, and the log says which', async () => {
		const spoiled = async () => {
			const own = await createSandbox({ seed: 'share' });
			own.addFault({ kind: 'status', status: 503, times: Infinity, share: 0.3 });
			const { baseUrl, apiToken } = own.credentials.fastlyApi;
			for (let request = 0; request < 100; request++) {
				await get(`${baseUrl}/billing/v3/invoices`, { 'fastly-key': apiToken });
			}
			await own.stop();
			return own.requests.map(({ status, faults }) => [status, ...faults]);
		};
		const outcomes = await spoiled();
		const failed = outcomes.filter(([status]) => status === 503);
		expect(failed.length).toBeGreaterThan(15);
		expect(failed.length).toBeLessThan(45);
		expect(failed.every(([, kind]) => kind === 'status')).toBe(true);
		expect(outcomes.filter(([status]) => status === 200).every(({ length }) => length === 1)).toBe(
			true,
		);
		expect(await spoiled()).toEqual(outcomes);
		expect(() => sandbox.addFault({ kind: 'html', share: 2 })).toThrow('share must be');
	});

	test('tokens are spoiled only if the path says so', async () => {
		sandbox.addFault({ vendor: 'talkdesk', kind: 'status', status: 500 });
		sandbox.addFault({ vendor: 'talkdesk', kind: 'status', status: 502, path: /oauth\/token$/ });
		expect((await token({ grant_type: 'client_credentials' })).status).toBe(502);
		expect((await list('talkdesk')).status).toBe(500);
	});

	test('reset and cutBody: no answer, half an answer', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'reset' });
		await expect(list('fastly')).rejects.toThrow();
		for (const [name, rest] of [
			['fastly', ''],
			['i3dNet', '?filter=nothing%20like%20it'],
		]) {
			sandbox.addFault({ vendor: name, kind: 'cutBody' });
			await expect(list(name, rest)).rejects.toThrow();
		}
		sandbox.addFault({ vendor: 'carrierX', kind: 'cutBody', path: '.pdf' });
		const headers = await VENDORS.carrierX.headers();
		await expect(get(pdfAddress('carrierX'), headers)).rejects.toThrow();
	});

	test('cutBody: the headers and the first half do arrive', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'cutBody' });
		const headers = await VENDORS.fastly.headers();
		const received = await new Promise((resolve, reject) => {
			http
				.get(sandbox.origin + VENDORS.fastly.list, { headers }, (response) => {
					let length = 0;
					response.on('data', (piece) => (length += piece.length));
					response.on('error', () =>
						resolve({ length, promised: Number(response.headers['content-length']) }),
					);
					response.on('end', () => reject(new Error('it came whole')));
				})
				.on('error', reject);
		});
		expect(received.length).toBe(Math.floor(received.promised / 2));
		expect(received.length).toBeGreaterThan(100);
	});

	test('html, emptyBody, notJson, missingList: 200, and yet no list', async () => {
		const texts = [];
		for (const kind of ['html', 'emptyBody', 'notJson', 'missingList']) {
			sandbox.addFault({ vendor: 'i3dNet', kind });
			const { status, text, headers } = await list('i3dNet');
			expect(status).toBe(200);
			expect(Buffer.byteLength(text)).toBe(Number(headers.get('content-length')));
			texts.push(text.slice(0, 9));
		}
		expect(texts).toEqual(['<!DOCTYPE', '', '[{"id":"5', '{}']);
		sandbox.addFault({ vendor: 'i3dNet', kind: 'notJson' });
		expect((await list('i3dNet')).body).toBeUndefined();
	});

	test('expireToken: old tokens are refused, new ones are not', async () => {
		const old = await VENDORS.talkdesk.headers();
		sandbox.addFault({ vendor: 'talkdesk', kind: 'expireToken', after: 1 });
		const statuses = [];
		for (const headers of [old, old, old, {}]) {
			statuses.push((await list('talkdesk', '', headers)).status);
		}
		// The last one is asked with the token that `list` fetched anew.
		expect(statuses).toEqual([200, 401, 401, 200]);
	});

	test('redirect: to the other host, which writes down who comes', async () => {
		sandbox.addFault({
			vendor: 'fastly',
			kind: 'redirect',
			location: '{foreign}/x?a=1',
			status: 307,
		});
		const { status, headers } = await list('fastly');
		expect([status, headers.get('location')]).toEqual([307, `${sandbox.foreignOrigin}/x?a=1`]);
		await get(headers.get('location') ?? '', { 'x-test': 'here' });
		expect(sandbox.foreignRequests).toEqual([
			expect.objectContaining({
				path: '/x',
				query: { a: '1' },
				headers: expect.objectContaining({ 'x-test': 'here' }),
			}),
		]);
	});

	test('slow answers late, stall never to the end', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'slow', ms: 60 });
		const start = performance.now();
		expect((await list('fastly')).status).toBe(200);
		expect(performance.now() - start).toBeGreaterThan(50);

		sandbox.addFault({ vendor: 'fastly', kind: 'stall' });
		const response = await fetch(sandbox.origin + VENDORS.fastly.list, {
			headers: await VENDORS.fastly.headers(),
			signal: AbortSignal.timeout(150),
		});
		expect(response.status).toBe(200);
		await expect(response.text()).rejects.toThrow('timeout');
	});

	test('notPdf, bigPdf, noLength: of PDFs only', async () => {
		const headers = await VENDORS.i3dNet.headers();
		sandbox.addFault({ vendor: 'i3dNet', kind: 'notPdf' });
		expect((await list('i3dNet')).body).toHaveLength(25);
		expect((await get(pdfAddress('i3dNet'), headers)).text).toMatch(/^<!DOCTYPE/);

		for (const bytes of [20, 1_000_003]) {
			sandbox.addFault({ vendor: 'i3dNet', kind: 'bigPdf', bytes });
			const { text } = await get(pdfAddress('i3dNet'), headers);
			expect([text.length, text.slice(0, 5)]).toEqual([bytes, '%PDF-']);
		}

		const whole = await get(pdfAddress('i3dNet'), headers);
		sandbox.addFault({ vendor: 'i3dNet', kind: 'noLength' });
		const chunked = await get(pdfAddress('i3dNet'), headers);
		expect(chunked.headers.get('content-length')).toBeNull();
		expect(chunked.text).toBe(whole.text);
	});

	test.each([[['bigPdf']], [['bigPdf', 'noLength']], [['noLength']]])(
		'cutBody with %j: half of the file, and no end of it',
		async (kinds) => {
			for (const kind of [...kinds, 'cutBody']) {
				sandbox.addFault({ vendor: 'i3dNet', kind, bytes: 500_000 });
			}
			const headers = await VENDORS.i3dNet.headers();
			const { status, body } = await fetch(pdfAddress('i3dNet'), { headers });
			expect(status).toBe(200);
			let received = 0;
			const read = async () => {
				for await (const piece of /** @type {any} */ (body)) received += piece.length;
			};
			await expect(read()).rejects.toThrow('terminated');
			expect(received).toBeGreaterThan(200);
			if (kinds.includes('bigPdf')) expect(received).toBe(250_000);
		},
	);

	test('notReady and bareDetail', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'notReady' });
		expect((await list('fastly', '/month-to-date')).status).toBe(202);
		expect((await list('fastly', '/month-to-date')).status).toBe(200);
		sandbox.addFault({ vendor: 'i3dNet', kind: 'bareDetail' });
		const { id } = sandbox.data.i3dNet[0];
		expect((await list('i3dNet', `/${id}`)).body.id).toBe(Number(id));
	});
});

describe('faults that lie about pages', () => {
	/**
	 * @param {string} name
	 * @param {number} size
	 * @param {number} number
	 */
	const idsOf = async (name, size, number) =>
		VENDORS[name]
			.items((await page(name, size, number)).body)
			.map((item) => item[VENDORS[name].id]);

	test('capPages: fewer records than asked for, and the envelope says so', async () => {
		for (const name of NAMES) sandbox.addFault({ vendor: name, kind: 'capPages', size: 3 });
		const answers = Object.fromEntries(
			await Promise.all(NAMES.map(async (name) => [name, (await list(name)).body])),
		);
		expect(NAMES.map((name) => VENDORS[name].items(answers[name]).length)).toEqual([3, 3, 3, 3, 3]);
		expect(answers.talkdesk).toMatchObject({
			per_page: 3,
			count: 3,
			total: sandbox.data.talkdesk.length,
		});
		expect(answers.carrierX).toMatchObject({ limit: 3, count: 3, has_more: true });
		expect(answers.talkdeskInsurance.total).toBe(4);
	});

	test('total: off by the delta', async () => {
		for (const name of NAMES) sandbox.addFault({ vendor: name, kind: 'total', delta: -2 });
		expect((await list('talkdesk')).body.total).toBe(sandbox.data.talkdesk.length - 2);
		expect((await list('fastly')).body.meta.total).toBe(58);
		expect((await list('carrierX')).body.total).toBe(78);
		expect((await list('talkdeskInsurance')).body.total).toBe(2);
	});

	test.each(PAGED)('%s: stuckPage gives the first page again, and more to come', async (name) => {
		sandbox.addFault({ vendor: name, kind: 'stuckPage', times: 2 });
		const [first, later] = [await idsOf(name, 5, 0), await idsOf(name, 5, 4)];
		expect(later).toEqual(first);
		expect(await idsOf(name, 5, 4)).not.toEqual(first);
	});

	test.each(PAGED)('%s: endlessPages gives new records far behind the end', async (name) => {
		sandbox.addFault({ vendor: name, kind: 'endlessPages', times: Infinity });
		const pages = [await idsOf(name, 50, 9), await idsOf(name, 50, 10), await idsOf(name, 50, 11)];
		expect(new Set(pages.flat()).size).toBe(150);
		expect(await idsOf(name, 50, 10)).toEqual(pages[1]);
	});

	test('Fastly: stuckPage, repeatCursor, endlessPages', async () => {
		const first = (await list('fastly', '?limit=5')).body;
		const next = `?limit=5&cursor=${encodeURIComponent(first.meta.next_cursor)}`;
		sandbox.addFault({ vendor: 'fastly', kind: 'stuckPage' });
		expect((await list('fastly', next)).body.data).toEqual(first.data);
		sandbox.addFault({ vendor: 'fastly', kind: 'repeatCursor' });
		expect((await list('fastly', next)).body.meta.next_cursor).toBe(first.meta.next_cursor);

		sandbox.addFault({ vendor: 'fastly', kind: 'endlessPages', times: Infinity });
		const ids = new Set();
		let cursor = '';
		for (let count = 0; count < 4; count++) {
			const { body } = await list(
				'fastly',
				`?limit=50${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
			);
			cursor = body.meta.next_cursor;
			for (const { invoice_id: id } of body.data) ids.add(id);
		}
		expect(ids.size).toBe(200);
		expect(cursor).not.toBe('');
	});
});

describe('mutate', () => {
	/** @type {Sandbox} */
	let own;
	beforeEach(async () => {
		own = await createSandbox({ seed: 3 });
	});
	afterEach(() => own.stop());

	test.each(NAMES)(
		'%s: the list is another one after the answer, and still in order',
		async (name) => {
			const keys = () =>
				VENDORS[name].records(own).map((/** @type {any} */ record) => record[VENDORS[name].id]);
			const before = keys();
			own.addFault({ vendor: name, kind: 'mutate', remove: 1, where: 'start' });
			const { body } = await list(name, '', {}, own);
			expect(VENDORS[name].items(body).length).toBeGreaterThan(0);
			expect(keys()).not.toContain(before[0]);

			for (const where of ['start', 'middle', 'end', 'random']) {
				own.addFault({ vendor: name, kind: 'mutate', insert: 3, where, times: 3 });
				for (let count = 0; count < 3; count++) await list(name, '', {}, own);
			}
			const after = keys();
			expect(new Set(after).size).toBe(after.length);
			expect(after.length).toBeGreaterThan(before.length);
			if (VENDORS[name].ask && name !== 'talkdesk') {
				expect(VENDORS[name].items((await page(name, 200, 0, own)).body)).toEqual(
					VENDORS[name].records(own),
				);
			}
		},
	);

	test('Talkdesk: whole invoices come and go, and their lines stay together', async () => {
		own.addFault({ vendor: 'talkdesk', kind: 'mutate', insert: 2, remove: 1, times: 20 });
		for (let count = 0; count < 20; count++) await list('talkdesk', '', {}, own);
		const numbers = own.data.talkdesk.map((/** @type {any} */ line) => line.number);
		const runs = numbers.filter(
			(/** @type {string} */ number, /** @type {number} */ at) => number !== numbers[at - 1],
		);
		expect(new Set(runs).size).toBe(runs.length);
		expect(runs).toHaveLength(80);
		expect([...numbers].sort()).toEqual(numbers);
	});

	test.each([
		['talkdesk', 'number'],
		['fastly', 'invoice_id'],
		['carrierX', 'invoice_sid'],
		['i3dNet', 'id'],
	])('%s: what has left never comes back as another one', async (name, id) => {
		const had = new Set();
		const ids = () => VENDORS[name].records(own).map((record) => record[id]);
		let known = new Set(ids());
		own.addFault({ vendor: name, kind: 'mutate', insert: 1, remove: 1, where: 'end', times: 9 });
		for (let count = 0; count < 9; count++) {
			await list(name, '', {}, own);
			const now = new Set(ids());
			for (const gone of [...known].filter((each) => !now.has(each))) had.add(gone);
			known = now;
		}
		expect(had.size).toBe(9);
		expect([...had].filter((each) => known.has(each))).toEqual([]);
	});

	test('as many in as out leaves the total as it was', async () => {
		own.addFault({ vendor: 'carrierX', kind: 'mutate', insert: 2, remove: 2, where: 'middle' });
		const totals = [];
		for (let count = 0; count < 2; count++)
			totals.push((await list('carrierX', '', {}, own)).body.total);
		expect(totals).toEqual([80, 80]);
	});

	test('a list of nothing can grow', async () => {
		const sizes = { talkdesk: 0, talkdeskInsurance: 0, fastly: 0, carrierX: 0, i3dNet: 0 };
		const empty = await createSandbox({ sizes });
		for (const name of NAMES) {
			empty.addFault({ vendor: name, kind: 'mutate', insert: 2, remove: 1, where: 'end' });
			const { body } = await list(name, '', {}, empty);
			expect(body.total ?? VENDORS[name].items(body).length).toBe(0);
		}
		const { data } = empty;
		expect(new Set(data.talkdesk.map((/** @type {any} */ line) => line.number)).size).toBe(2);
		expect([data.fastly.length, data.carrierX.length, data.i3dNet.length]).toEqual([2, 2, 2]);
		await empty.stop();
	});
});

describe('the sandbox itself', () => {
	test('counts the connections of its clients', async () => {
		const own = await createSandbox();
		const agent = new http.Agent({ keepAlive: true });
		await new Promise((resolve) =>
			http.get(own.origin, { agent }, (response) => response.resume().on('end', resolve)),
		);
		expect(await own.connections()).toBe(1);
		agent.destroy();
		while (await own.connections()) await new Promise((resolve) => setImmediate(resolve));
		await own.stop();
	});

	test('writes down each request', async () => {
		await list('carrierX', '?limit=2');
		await list('fastly', '', { 'fastly-key': 'no' });
		expect(sandbox.requests).toEqual([
			expect.objectContaining({
				vendor: 'carrierX',
				method: 'GET',
				path: '/carrierx/billing/invoices',
				query: { limit: '2' },
				status: 200,
			}),
			expect.objectContaining({ vendor: 'fastly', status: 401 }),
		]);
		sandbox.clearRequests();
		expect(sandbox.requests).toEqual([]);
	});

	test('can be driven over HTTP', async () => {
		const control = `${sandbox.origin}/_sandbox`;
		const fault = { vendor: 'fastly', kind: 'status', status: 418, times: 'Infinity' };
		const ordered = await get(
			`${control}/faults`,
			{},
			{ method: 'POST', body: JSON.stringify(fault) },
		);
		expect(ordered.status).toBe(201);
		expect([(await list('fastly')).status, (await list('fastly')).status]).toEqual([418, 418]);
		const bad = await get(`${control}/faults`, {}, { method: 'POST', body: '{"kind":"rain"}' });
		expect(bad.status).toBe(400);
		expect((await get(`${control}/requests`)).body).toHaveLength(2);
		await get(`${control}/requests`, {}, { method: 'DELETE' });
		expect(sandbox.requests).toEqual([]);
		await get(`${control}/faults`, {}, { method: 'DELETE' });
		expect((await list('fastly')).status).toBe(200);
		expect((await get(`${control}/data/fastly`)).body).toEqual(sandbox.data.fastly);
		expect((await get(`${control}/credentials`)).body).toEqual(sandbox.credentials);
		expect((await get(`${control}/nothing`)).status).toBe(404);
	});

	test('lets each request wait for as long as it is told to', async () => {
		const latency = `${sandbox.origin}/_sandbox/latency`;
		const refused = await get(latency, {}, { method: 'PUT', body: '-1' });
		expect(refused.status).toBe(400);
		await get(latency, {}, { method: 'PUT', body: '40' });
		const began = performance.now();
		expect((await list('fastly')).status).toBe(200);
		// A timer may fire a millisecond early.
		expect(performance.now() - began).toBeGreaterThan(38);
		sandbox.setLatency(0);
	});

	test('makes each page once, and the right one, where the lists are unchanging', async () => {
		const still = await createSandbox({ sizes: { i3dNet: 5 }, unchanging: true });
		const { privateToken, baseUrl } = still.credentials.i3dNetApi;
		const ask = async (/** @type {string} */ range) => {
			const headers = { 'private-token': privateToken, 'ranged-data': range };
			return (await get(`${baseUrl}/v3/account/invoice`, headers)).body;
		};
		const [first, second] = [await ask('start=0,results=2'), await ask('start=2,results=2')];
		expect([first, second]).toEqual([still.data.i3dNet.slice(0, 2), still.data.i3dNet.slice(2, 4)]);
		still.data.i3dNet.reverse();
		expect(await ask('start=0,results=2')).toEqual(first);
		const denied = await get(`${baseUrl}/v3/account/invoice`, {
			'ranged-data': 'start=0,results=2',
		});
		expect(denied.status).toBe(401);
		await still.stop();
	});

	test('stop() leaves nothing open, not even a stalled answer', async () => {
		const program = `
			const { createSandbox } = require(${JSON.stringify(__dirname)});
			createSandbox().then(async (sandbox) => {
				const headers = { 'fastly-key': sandbox.credentials.fastlyApi.apiToken };
				const ask = () => fetch(sandbox.origin + '/fastly/billing/v3/invoices', { headers });
				sandbox.addFault({ kind: 'stall' });
				const stalled = (await ask()).text().catch(() => {});
				sandbox.addFault({ kind: 'slow', ms: 60000 });
				const slow = ask().catch(() => {});
				while (sandbox.requests.length < 2) await new Promise(setImmediate);
				await sandbox.stop();
				await Promise.all([stalled, slow]);
			});`;
		const child = spawn(process.execPath, ['-e', program], { stdio: 'inherit' });
		expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
	});

	test('the command says what to type and stops on SIGTERM', async () => {
		const child = spawn(process.execPath, [path.join(__dirname, 'cli.js'), '--port', '0']);
		let output = '';
		child.stdout.on('data', (piece) => {
			output += piece;
			// Once: a second signal ends a process that takes too long.
			if (output.includes('Bad days') && !child.killed) child.kill('SIGTERM');
		});
		expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
		for (const name of Object.keys(sandbox.credentials)) expect(output).toContain(name);
		expect(output).toContain('has stopped');
	});
});
