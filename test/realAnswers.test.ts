/**
 * What vendors really send, through the built nodes in n8n's engine: the facts of recorded and
 * documented answers, and answers that are not what was asked for.
 */
import { ACCOUNT, type Json, type VendorOfTest, jsonOf, locator, setUp, vendorOf } from './support';
import { insuranceInvoice } from './vendors/fixtures';
import { expectValid } from './invoices';

const stage = setUp();
const [talkdesk, insurance, fastly, carrierX, i3dNet] = [
	'talkdesk',
	'talkdeskInsurance',
	'fastly',
	'carrierX',
	'i3dNet',
].map(vendorOf);

/** As a closed invoice was recorded. */
const fastlyRecorded = {
	customer_id: 'c1',
	invoice_id: 'INV-375119',
	invoice_posted_on: '2026-07-01T00:00:00Z',
	billing_start_date: '2026-07-01T00:00:00Z',
	billing_end_date: '2026-07-31T00:00:00Z',
	statement_number: 'INV-375119',
	currency_code: 'USD',
	monthly_transaction_amount: 6604.19,
	payment_status: 'outstanding',
	transaction_line_items: [
		{
			description: 'Requests',
			amount: 6604.19,
			credit_coupon_code: '',
			rate: 0.002,
			units: 3302095,
			product_group: 'Full Site Delivery',
		},
	],
};

/** As the vendor documents a bill. */
const carrierXDocumented = {
	amount: '0.38',
	amount_due: '0',
	amount_tax: '0.32',
	balance_forward: '-0.45',
	balance_previous: '-351.91',
	date_billing_period_end: '2025-01-19T23:59:59.000Z',
	date_billing_period_start: '2024-12-20T00:00:00.000Z',
	date_charged: null,
	date_created: '2024-12-19T23:30:01.000Z',
	date_issued: null,
	display_id: '004',
	invoice_items: [{ amount: '0.37' }, { amount: '0.01' }, { amount: '0' }],
	invoice_sid: 'sid-4',
	paid: false,
	partner_sid: 'p1',
	pay_items: [],
	status: 'open',
	tax_items: [{ amount: '0.32', jurisdiction: 'federal', type: 'usf' }],
};

const insuranceDocumented = {
	invoice_number: '1000000001',
	invoice_bill_date: '2023-07-01',
	invoice_due_date: '2023-07-22',
	status: 'Due',
	amount: '3700.00 usd',
	paid_amount: '1000.00 usd',
	due_amount: '2700.00 usd',
	custom_fields: [{ key: 'claim_custom_fields', value: '000000' }],
};

const talkdeskDocumented = {
	id: '8f3e',
	account_id: '5ea7',
	number: 'INV13098292',
	invoice_line_number: 5,
	date: '2024-08-31',
	due_date: '2024-10-10',
	currency: 'USD',
	total_invoice_amount: 161.5,
	product_id: 'TD-LIC',
	quantity: 10,
	rate: 5,
	amount: 50,
	total_tax_amount: 10,
};

/** What each vendor's list of one record looks like. */
const listOf: Record<string, (records: Json[]) => unknown> = {
	talkdesk: (records) => ({ total: records.length, _embedded: { invoices: records } }),
	talkdeskInsurance: (records) => ({ total: records.length, _embedded: { invoices: records } }),
	fastly: (records) => ({ data: records, meta: { total: records.length } }),
	carrierX: (records) => ({ items: records, total: records.length, has_more: false }),
	i3dNet: (records) => records,
};

/** Lets the vendor answer this, whatever it is asked. */
function answer({ type }: VendorOfTest, body: unknown): void {
	stage.sandbox.addFault({ vendor: type, kind: 'status', status: 200, body, times: Infinity });
}

async function read(vendor: VendorOfTest, operation: string, more: Json = {}) {
	return await stage.run(vendor, {
		operation,
		output: 'normalized',
		...(vendor === insurance && { accountId: ACCOUNT }),
		...(operation.startsWith('get') && operation !== 'get' && { returnAll: true }),
		...more,
	});
}

async function invoicesOf(vendor: VendorOfTest, operation: string, more: Json = {}) {
	const result = await read(vendor, operation, more);
	expect(result.error?.message).toBeUndefined();
	const items = jsonOf(result);
	items.forEach(expectValid);
	return items;
}

const byId = (id: unknown, mode = 'id') => ({ invoiceId: locator(mode, id) });

describe('a recorded answer through every operation', () => {
	const documented: Array<[string, VendorOfTest, Json, Json, Json, Json]> = [
		[
			'Talkdesk',
			talkdesk,
			talkdeskDocumented,
			byId('INV13098292', 'number'),
			{ totalAmount: '161.5', subTotal: '151.5', lineItems: [{ lineNumber: 5, amount: '50' }] },
			{},
		],
		[
			'Talkdesk Insurance',
			insurance,
			insuranceDocumented,
			byId('1000000001', 'number'),
			{
				totalAmount: '3700.00',
				amountPaid: '1000.00',
				amountDue: '2700.00',
				currency: 'USD',
				status: 'partiallyPaid',
				customFields: [{ key: 'claim_custom_fields', value: '000000' }],
				warnings: [],
			},
			{ status: 'Paid', paid_amount: '3700.00 usd', due_amount: '0.00 usd' },
		],
		[
			'Fastly',
			fastly,
			fastlyRecorded,
			byId('INV-375119'),
			{
				id: 'INV-375119',
				dedupeKey: 'fastly:-:INV-375119',
				status: 'open',
				sourceStatus: 'outstanding',
				warnings: [],
			},
			{ payment_status: 'paid' },
		],
		[
			'CarrierX',
			carrierX,
			carrierXDocumented,
			byId('sid-4'),
			{
				status: 'open',
				subTotal: '0.38',
				totalAmount: '0.70',
				amountDue: null,
				accountBalance: { due: '0', previous: '-351.91' },
				notes: ['CURRENCY_NOT_STATED', 'ISSUE_DATE_MISSING'],
				warnings: [],
			},
			{ paid: true },
		],
	];

	it.each(documented)('%s: get and get many', async (_, vendor, record, id, expected) => {
		answer(vendor, listOf[vendor.type]([record]));
		const [listed] = await invoicesOf(vendor, 'getAll');
		expect(listed).toMatchObject(expected);
		if (vendor === fastly || vendor === carrierX) {
			stage.sandbox.clearFaults();
			answer(vendor, record);
		}
		expect(await invoicesOf(vendor, 'get', id)).toEqual([listed]);
	});

	it.each(documented.slice(1))(
		'%s: get many unpaid',
		async (_, vendor, record, _id, expected, paid) => {
			answer(vendor, listOf[vendor.type]([record, { ...record, ...paid, ...another(vendor) }]));
			const unpaid = await invoicesOf(vendor, 'getUnpaid');
			expect(unpaid).toHaveLength(1);
			expect(unpaid[0]).toMatchObject(expected);
		},
	);

	it.each(documented)('%s: the searchable list', async (_, vendor, record) => {
		answer(vendor, listOf[vendor.type]([record, {}, { date: 5, billing_start_date: {} }]));
		const { results } = await stage.engine.searchList({
			type: vendor.type,
			method: 'searchInvoices',
			credentials: stage.credentialsOf(vendor),
			parameters: { accountId: ACCOUNT },
		});
		expect(results).toHaveLength(1);
	});
});

function another({ type }: VendorOfTest): Json {
	const names: Json = { talkdeskInsurance: 'invoice_number', fastly: 'invoice_id' };
	return { [names[type] ?? 'invoice_sid']: 'another' };
}

describe('Fastly', () => {
	it('the month to date is one draft, whenever it is asked for', async () => {
		const [first] = await invoicesOf(fastly, 'getMonthToDate', { options: { currency: 'usd' } });
		const [again] = await invoicesOf(fastly, 'getMonthToDate');
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
		answer(fastly, body);
		const { error, items } = await read(fastly, 'getMonthToDate');
		expect(items).toEqual([]);
		expect(error.message).toMatch(/^Fastly did not return the month to date/);
	});

	it('no id is read as the month to date', async () => {
		for (const id of ['month-to-date', 'Month-to-Date', 'month%2Dto%2Ddate', 'x/month-to-date']) {
			const { error } = await read(fastly, 'get', byId(id));
			expect(error.message).toBe(`"${id}" is not valid for "Invoice"`);
		}
		expect(stage.requests).toEqual([]);
	});
});

describe('bills that are not issued', () => {
	const isDraft = ({ status }: Json) => status === 'draft';

	it('are listed as drafts, and are not unpaid until they are issued', async () => {
		const { bills, data } = await stage.ownSandbox();
		const settled = await invoicesOf(carrierX, 'getUnpaid');
		bills.open();
		bills.grow();
		const listed = await invoicesOf(carrierX, 'getAll');
		expect(listed).toHaveLength(data.carrierX.length);
		expect(listed.filter(isDraft)).toHaveLength(3);
		expect(listed.slice(0, 3).map(({ totalAmount }) => totalAmount)).toEqual([
			'1.25',
			'1.25',
			'1.25',
		]);
		expect(await invoicesOf(carrierX, 'getUnpaid')).toEqual(settled);
		const options = { includeDrafts: true };
		const wanted = await invoicesOf(carrierX, 'getUnpaid', { options });
		expect(wanted).toHaveLength(settled.length + 3);

		bills.grow();
		bills.issue();
		const due = await invoicesOf(carrierX, 'getUnpaid');
		const keys = listed.filter(isDraft).map(({ dedupeKey }) => dedupeKey);
		const issued = due.filter(({ dedupeKey }) => keys.includes(dedupeKey));
		expect(issued.map(({ totalAmount, status }) => [totalAmount, status])).toEqual(
			keys.map(() => ['2.5', 'open']),
		);
	});

	it('raw records leave them out of unpaid as well', async () => {
		const { bills } = await stage.ownSandbox();
		const before = await invoicesOf(carrierX, 'getUnpaid');
		bills.open();
		const { items } = await stage.run(carrierX, { operation: 'getUnpaid', returnAll: true });
		expect(items).toHaveLength(before.length);
	});

	it('an insurance draft is not unpaid', async () => {
		const draft = { ...insuranceInvoice, status: 'Draft' };
		answer(
			insurance,
			listOf.talkdeskInsurance([draft, { ...insuranceInvoice, invoice_number: 'B-2' }]),
		);
		const unpaid = await invoicesOf(insurance, 'getUnpaid');
		expect(unpaid.map(({ id }) => id)).toEqual(['B-2']);
	});
});

describe('bare answers of a bridge', () => {
	it.each([
		['a list', [insuranceInvoice]],
		['an invoice', insuranceInvoice],
	])('%s', async (_, body) => {
		answer(insurance, body);
		expect(await invoicesOf(insurance, 'getAll')).toMatchObject([{ id: 'B-1' }]);
		expect(await invoicesOf(insurance, 'get', byId('B-1', 'number'))).toHaveLength(1);
	});
});

describe('an empty list', () => {
	const forms: Array<[VendorOfTest, unknown]> = [
		[talkdesk, { total: 0, count: 0, _links: {} }],
		[talkdesk, { total: 0, _embedded: {} }],
		[talkdesk, { total: 0, page: 1, per_page: 50, total_pages: 0, _embedded: { invoices: [] } }],
		[insurance, { total: 0 }],
		[insurance, { total: 0, _embedded: {} }],
		[insurance, { total: 0, _embedded: { invoices: [] } }],
		[insurance, []],
		[fastly, { data: [], meta: { next_cursor: '', limit: 0, total: 0 } }],
		[carrierX, { count: 0, has_more: false, items: [], limit: 10, offset: 0, total: 0 }],
		[i3dNet, []],
	];
	const rows = forms.map(([vendor, body]): [string, string, VendorOfTest, unknown] => [
		vendor.name,
		JSON.stringify(body),
		vendor,
		body,
	]);

	it.each(rows)('%s: %s', async (_, _form, vendor, body) => {
		answer(vendor, body);
		expect(await invoicesOf(vendor, 'getAll')).toEqual([]);
		const poll = await stage.engine.poll({
			type: `${vendor.type}Trigger`,
			parameters: vendor === insurance ? { accountId: ACCOUNT } : {},
			credentials: stage.credentialsOf(vendor),
			staticData: {},
		});
		expect(poll.items).toBeNull();
		if (vendor === i3dNet) return;
		const data = stage.sandbox.credentials[vendor.credential];
		const outcome = await stage.engine.testCredential(vendor.credential, data);
		expect(outcome.status).toBe('OK');
	});

	it('Talkdesk: accounts', async () => {
		answer(talkdesk, { total: 0, count: 0, _links: {} });
		const parameters = { resource: 'account', operation: 'getAll', returnAll: true };
		expect((await stage.run(talkdesk, parameters)).items).toEqual([]);
	});

	it.each([
		[
			talkdesk,
			{ total: 0, _embedded: { invoices: [] }, code: '71', message: 'Try later' },
			'Try later',
		],
		[talkdesk, { code: '71', message: 'Try later' }, 'Try later'],
		[insurance, { total: 0, errorCode: 'X', userMessage: 'Bridge is down' }, 'Bridge is down'],
		[fastly, { data: [], meta: {}, errors: [{ title: 'No', detail: 'billing' }] }, 'No: billing'],
		[fastly, { data: [], msg: 'token expired' }, 'token expired'],
		[carrierX, { items: [], total: 0, errors: ['quota'] }, 'quota'],
		[i3dNet, { errorCode: 1, errorMessage: 'Not now', errors: [] }, 'Not now'],
	])('an error beside it is an error (%#)', async (vendor, body, words) => {
		answer(vendor, body);
		const { error, items } = await read(vendor, 'getAll');
		expect(items).toEqual([]);
		expect(error.message).toBe(`${vendor.name} returned an error instead of the list: ${words}`);
	});
});

describe('an answer that is not what was asked for', () => {
	const asked: Array<[string, VendorOfTest, Json, unknown, string]> = [
		[
			'another object',
			fastly,
			byId('INV-1'),
			{ ok: true },
			'Fastly did not return invoice "INV-1"',
		],
		[
			'words',
			fastly,
			byId('INV-1'),
			{ msg: 'token expired' },
			'Fastly did not return invoice "INV-1": token expired',
		],
		[
			'another invoice',
			fastly,
			byId('INV-1'),
			fastlyRecorded,
			'Fastly returned "INV-375119" instead of invoice "INV-1"',
		],
		['words', carrierX, byId('s1'), { errors: ['no'] }, 'CarrierX did not return invoice "s1": no'],
		['a list', carrierX, byId('s1'), { items: [] }, 'CarrierX did not return invoice "s1"'],
		[
			'another invoice',
			carrierX,
			byId('s1'),
			carrierXDocumented,
			'CarrierX returned "sid-4" instead of invoice "s1"',
		],
		['none', i3dNet, byId(123), [], 'i3D.net has no invoice "123"'],
		[
			'another invoice',
			i3dNet,
			byId(123),
			[{ id: 999 }],
			'i3D.net returned "999" instead of invoice "123"',
		],
		[
			'another number',
			i3dNet,
			byId('2024/5', 'number'),
			[{ id: 9, invoiceNumber: '2024/6' }],
			'i3D.net returned "2024/6" instead of invoice number "2024/5"',
		],
		[
			'another number',
			talkdesk,
			byId('INV1', 'number'),
			listOf.talkdesk([talkdeskDocumented]),
			'Talkdesk returned "INV13098292" instead of invoice "INV1"',
		],
		[
			'an id that is not exact',
			i3dNet,
			byId('9007199254740993'),
			[{ id: 2 ** 53 }],
			'i3D.net returned the id 9007199254740992 as a number, which cannot be read exactly',
		],
	];
	const rows = asked.map(
		([what, vendor, ...rest]): [string, string, VendorOfTest, Json, unknown, string] => [
			vendor.name,
			what,
			vendor,
			...rest,
		],
	);

	it.each(rows)('%s: %s', async (_, _what, vendor, id, body, message) => {
		answer(vendor, body);
		const { error, items } = await read(vendor, 'get', id);
		expect(items).toEqual([]);
		expect(error.message).toBe(message);
		if (vendor !== carrierX && vendor !== i3dNet) return;
		// Nor is a file taken for that of the invoice.
		stage.sandbox.clearFaults();
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'status', status: 200, body });
		const file = await stage.run(vendor, { operation: 'downloadPdf', ...id });
		expect(file.error.message).toBe(message);
	});

	it('Talkdesk: lines of other numbers are left out', async () => {
		const others = [{ ...talkdeskDocumented, number: 'INV2', id: 'b' }, talkdeskDocumented];
		answer(talkdesk, listOf.talkdesk(others));
		const found = await invoicesOf(talkdesk, 'get', byId('INV13098292', 'number'));
		expect(found.map(({ id }) => id)).toEqual(['INV13098292']);
	});

	it('i3D.net: two invoices of one number are both returned, but have no file in common', async () => {
		const both = [1, 2].map((id) => ({ id, invoiceNumber: 'A' }));
		answer(i3dNet, both);
		const found = await invoicesOf(i3dNet, 'get', byId('A', 'number'));
		expect(found.map(({ id }) => id)).toEqual(['1', '2']);
		const file = await stage.run(i3dNet, { operation: 'downloadPdf', ...byId('A', 'number') });
		expect(file.error.message).toBe('i3D.net has several invoices with this number');
	});
});

describe('records that are odd', () => {
	const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000)) as unknown;

	it.each([
		[talkdesk, { ...talkdeskDocumented, extra: deep }],
		[talkdesk, { ...talkdeskDocumented, id: undefined, number: undefined, extra: deep }],
		[insurance, { ...insuranceInvoice, invoice_number: undefined, extra: deep }],
		[fastly, { ...fastlyRecorded, invoice_id: undefined, extra: deep }],
		[carrierX, { ...carrierXDocumented, invoice_sid: undefined, invoice_items: [{ extra: deep }] }],
		[i3dNet, { invoiceNumber: 'A', extra: deep }],
	])('one that is nested 5,000 deep costs only itself (%#)', async (vendor, record) => {
		const good = {
			id: 'ok',
			number: 'ok',
			invoice_number: 'ok',
			invoice_id: 'ok',
			invoice_sid: 'ok',
		};
		const records = [{ DEEP: 1 }, good];
		stage.sandbox.addFault({
			vendor: vendor.type,
			kind: 'reply',
			times: Infinity,
			reply: ({ headers }: Json) => {
				// i3D.net is asked for what is behind, too.
				const [, start = '0'] = /start=(\d+)/.exec(headers['ranged-data']) ?? [];
				const body = JSON.stringify(listOf[vendor.type](records.slice(Number(start))));
				return {
					status: 200,
					headers: { 'content-type': 'application/json' },
					body: Buffer.from(body.replace('{"DEEP":1}', deepJson(record))),
				};
			},
		});
		const invoices = await invoicesOf(vendor, 'getAll');
		expect(invoices).toHaveLength(2);
	});

	it.each([5, {}, [], true, '0001-01-01', 'soon'])('a date that is %j', async (date) => {
		const line = { ...talkdeskDocumented, date, due_date: date };
		answer(talkdesk, listOf.talkdesk([line]));
		const [invoice] = await invoicesOf(talkdesk, 'getAll', { returnAll: false, limit: 1 });
		expect(invoice).toMatchObject({ issueDate: null, dueDate: null });
		expect(invoice.warnings).toContain('DATE_INVALID');
	});
});

/** Writes a record that JSON.stringify cannot write. */
function deepJson(record: object): string {
	const nested = '['.repeat(5000) + ']'.repeat(5000);
	const text = JSON.stringify(record, (name, value: unknown) => (name === 'extra' ? '@@' : value));
	return text.replace('"@@"', nested);
}

it('CarrierX gets its field parameters in both spellings', async () => {
	const options = { includeFields: 'amount', excludeFields: 'status' };
	await stage.run(carrierX, { operation: 'getAll', options });
	expect(stage.requests[0].query).toMatchObject({
		include_fields: 'invoice_sid,amount',
		includeFields: 'invoice_sid,amount',
		exclude_fields: 'status',
		excludeFields: 'status',
	});
	await read(carrierX, 'getAll', { options });
	expect(stage.requests[1].query).not.toHaveProperty('include_fields');
});
