'use strict';

const { createHash } = require('node:crypto');
const { exception, fault, problemsOf, startBooks } = require('./books');
const { readExamples, setUp, withField } = require('./examples');
const { jsonOf } = require('./executions');
const { add } = require('./expected');
const host = require('./host');
const { until } = require('./processes');
const { openSession } = require('./session');

// The example invoice-to-bill in a real n8n, with a stand-in for QuickBooks and Xero: what stands in the
// books in the end is compared with what the sandbox holds, whatever happened on the way.

const SETUP_TIMEOUT = 1_200_000;
const REQUEST_TIMEOUT = 1500;
const PROVIDERS = ['talkdesk', 'fastly', 'carrierX', 'i3dNet'];

const vendors = Object.fromEntries(
	PROVIDERS.map((provider, index) => [
		provider,
		{
			quickBooksVendor: String(51 + index),
			quickBooksAccount: '7',
			xeroContact: `contact-${index}`,
			xeroAccount: '429',
		},
	]),
);

/** What a user types into Your Accounts. */
const ACCOUNTS = {
	'accounts.firstDay': '2000-01-01',
	'accounts.daysBack': 36_500,
	'accounts.quickBooksCompany': '4620816365',
	'accounts.quickBooksTaxAccount': '8',
	'accounts.xeroTenant': 'tenant-1',
	'accounts.xeroTaxAccount': '820',
	'accounts.vendors': JSON.stringify(vendors),
};

let session;
let books;

beforeAll(async () => {
	books = await startBooks();
	session = await openSession({ sizes: { talkdesk: 8, fastly: 6, carrierX: 8, i3dNet: 30 } });
	// Most of CarrierX's invoices have fractions of a cent; these have none.
	for (const invoice of session.sandbox.data.carrierX.slice(-3)) {
		Object.assign(invoice, {
			amount: '10.50',
			amount_tax: '2.10',
			date_issued: invoice.date_billing_period_end,
			status: 'open',
			invoice_items: [
				{ amount: '10.00', type: 'toll' },
				{ amount: '0.50', type: 'sms' },
			],
			tax_items: [{ amount: '2.10', jurisdiction: 'federal', type: 'usf' }],
		});
	}
}, SETUP_TIMEOUT);

afterAll(async () => {
	await session?.close();
	await books?.stop();
});

beforeEach(() => {
	books.clear();
	session.sandbox.clearFaults();
});

const isRequest = ({ type }) => type === 'n8n-nodes-base.httpRequest';

/** QuickBooks and Xero become the stand-in, which needs no pauses between requests. */
function send({ parameters, ...node }) {
	const batching = { batch: { batchSize: 1, batchInterval: 1 } };
	return {
		...node,
		parameters: {
			...parameters,
			authentication: 'none',
			url: parameters.url.replace(/https:\/\/[^/]+/, books.origin),
			options: { ...parameters.options, batching, timeout: REQUEST_TIMEOUT },
		},
	};
}

/** The example, set up as its note says; `accounts` is typed instead of the usual. */
function example({ accounts = {}, change = (node) => node } = {}) {
	const { credentials } = session;
	const workflow = setUp(readExamples()['invoice-to-bill'], { credentials });
	const typed = Object.entries({ ...ACCOUNTS, ...accounts });
	const nodes = workflow.nodes.map((node) => {
		if (node.name === 'Your Accounts') {
			return typed.reduce((filled, [field, value]) => withField(filled, field, value), node);
		}
		return change(isRequest(node) ? send(node) : node);
	});
	return { ...workflow, nodes };
}

async function run(workflowId) {
	const result = await host.runWorkflow(session.client, workflowId);
	const [message] = result.items['One Message'] ?? [];
	return { ...result, text: message?.json.text ?? '' };
}

const runOf = async (options) => run(await session.create(example(options)));

/** Each vendor's node becomes a list of these invoices; the first vendor has them all. */
const given = (invoices) => (node) =>
	node.type.startsWith('n8n-nodes-vendor-invoices.') && node.parameters.operation === 'getAll'
		? {
				...node,
				type: 'n8n-nodes-base.code',
				typeVersion: 2,
				parameters: {
					jsCode: `return ${JSON.stringify(
						node.name === 'Talkdesk' ? invoices.map((json) => ({ json })) : [],
					)}`,
				},
			}
		: node;

/** An invoice beyond doubt. */
const invoice = (number, fields = {}) => ({
	provider: 'fastly',
	dedupeKey: `fastly:-:${number}`,
	id: number,
	invoiceNumber: number,
	type: 'invoice',
	direction: 'payable',
	status: 'open',
	supplierName: 'Fastly',
	accountId: null,
	description: null,
	issueDate: '2025-03-31',
	dueDate: null,
	periodStart: null,
	periodEnd: null,
	currency: 'USD',
	subTotal: null,
	taxAmount: null,
	totalAmount: '12.34',
	lineItems: [],
	hasPdf: false,
	warnings: [],
	notes: [],
	...fields,
});

const numbersIn = (program) =>
	books
		.of(program)
		.map(({ number }) => number)
		.sort();

const isCreate = ({ method, url }) =>
	(method === 'POST' && /\/(bill|vendorcredit)$/.test(url.pathname)) ||
	(method === 'PUT' && /\/(Invoices|CreditNotes)$/.test(url.pathname));
const inQuickBooks = ({ url }) => url.pathname.startsWith('/v3/');
const inXero = ({ url }) => url.pathname.startsWith('/api.xro/');
const about = (number) => (request) => isCreate(request) && request.text.includes(`"${number}"`);
const isUpload = ({ url }) => /\/(upload|Attachments\/.*)$/.test(url.pathname);

const FIVE = ['A-1', 'A-2', 'A-3', 'A-4', 'A-5'];
const five = given(FIVE.map((number) => invoice(number)));

/** The PDF as the vendor serves it, asked for without the package. */
async function pdfOf({ provider, id }) {
	const { carrierXApi, i3dNetApi } = session.sandbox.credentials;
	const [url, headers] =
		provider === 'carrierX'
			? [
					`${carrierXApi.baseUrl}/billing/invoices/${id}.pdf`,
					{ authorization: `Bearer ${carrierXApi.accessToken}` },
				]
			: [
					`${i3dNetApi.baseUrl}/v3/account/invoice/${id}/pdf`,
					{ 'private-token': i3dNetApi.privateToken },
				];
	const response = await fetch(url, { headers });
	expect(response.status).toBe(200);
	return createHash('sha256')
		.update(Buffer.from(await response.arrayBuffer()))
		.digest('hex');
}

/** Each billed invoice is in both programs once, with its total and its PDF. */
async function expectBooked(billed) {
	for (const program of ['QuickBooks', 'Xero']) {
		const found = books.of(program);
		expect(found).toHaveLength(billed.length);
		for (const one of billed) {
			const bill = found.find(({ number }) => number === one.invoiceNumber);
			const [entity, credit] =
				program === 'Xero' ? ['Invoices', 'CreditNotes'] : ['Bill', 'VendorCredit'];
			expect(bill).toMatchObject({
				entity: one.type === 'creditNote' ? credit : entity,
				total: add([one.totalAmount]),
			});
			const files = one.hasPdf ? [await pdfOf(one)] : [];
			expect(bill.files.map(({ sha256 }) => sha256)).toEqual(files);
		}
	}
}

describe('of the vendors', () => {
	let workflowId;
	let result;
	let billed;
	beforeAll(async () => {
		books.clear();
		workflowId = await session.create(example());
		result = await run(workflowId);
		billed = jsonOf(result.items['Beyond Doubt?']);
	});

	/** The bills of the first run, which each test may look at. */
	const again = async () => {
		await run(workflowId);
		books.requests.length = 0;
	};

	test('all are booked or told to a person, once', async () => {
		const [sure, doubted] = result.outputs['Beyond Doubt?'].map(jsonOf);
		expect(new Set(sure.map(({ provider }) => provider)).size).toBeGreaterThan(2);
		expect(new Set(sure.map(({ type }) => type))).toEqual(new Set(['invoice', 'creditNote']));
		const all = ['Talkdesk', 'Fastly', 'CarrierX', 'i3D.net'].flatMap((name) =>
			jsonOf(result.items[name]),
		);
		expect(sure.length + doubted.length).toBe(all.length);
		const lines = result.text.split('\n');
		expect(lines).toHaveLength(doubted.length);
		for (const { dedupeKey } of doubted) {
			expect(lines.filter((line) => line.endsWith(`(${dedupeKey})`))).toHaveLength(1);
		}
		expect(result).toMatchObject({ status: 'error', error: { message: result.text } });
	});

	test('each bill is one that QuickBooks and Xero take, to the cent, with its PDF', async () => {
		await again();
		await expectBooked(billed);
		expect(books.bills.some(({ files }) => files.length > 0)).toBe(true);
		for (const { program, entity, body } of books.bills) {
			expect(problemsOf(program, entity, body)).toEqual([]);
			const amounts = body.Line?.map(({ Amount }) => Amount);
			for (const amount of amounts ?? body.LineItems.map(({ UnitAmount }) => UnitAmount)) {
				expect(String(amount)).toMatch(/^-?\d+(\.\d{1,2})?$/);
			}
		}
	});

	test('keys are short enough, and no two are the same', async () => {
		await again();
		const keys = books.bills.map(({ key }) => key);
		expect(new Set(keys).size).toBe(billed.length * 2);
		expect(books.of('QuickBooks').filter(({ key }) => !/^[0-9a-f]{1,50}$/.test(key))).toEqual([]);
		expect(books.of('Xero').filter(({ key }) => !/^[0-9a-f]{1,128}$/.test(key))).toEqual([]);
	});

	test('nothing is sent again, also when no key is remembered', async () => {
		await again();
		books.forgetKeys();
		await run(workflowId);
		expect(books.requests.length).toBeGreaterThan(0);
		expect(books.requests.filter((request) => isCreate(request) || isUpload(request))).toEqual([]);
	});
});

test('pauses between requests as the limits of QuickBooks and Xero ask for', () => {
	const { nodes } = readExamples()['invoice-to-bill'];
	for (const { name, parameters } of nodes.filter(isRequest)) {
		const { batchSize, batchInterval } = parameters.options.batching.batch;
		const perMinute = (60_000 / batchInterval) * batchSize;
		expect([
			name,
			perMinute <= (inXero({ url: new URL(parameters.url.slice(1)) }) ? 60 : 500),
		]).toEqual([name, true]);
	}
});

describe('when a program refuses', () => {
	test('one bill: the others are made, Xero gets all, and its own words are told', async () => {
		const workflowId = await session.create(example({ change: five }));
		const refusal = fault('Invalid Reference Id', 'Accounts element id 7 not found');
		books.spoil((request) => inQuickBooks(request) && about('A-3')(request), {
			answer: refusal,
			times: 1,
		});
		const { status, text } = await run(workflowId);
		expect(numbersIn('QuickBooks')).toEqual(FIVE.filter((number) => number !== 'A-3'));
		expect(numbersIn('Xero')).toEqual(FIVE);
		expect(text).toBe(
			'Fastly A-3: QuickBooks: Invalid Reference Id (Accounts element id 7 not found) (fastly:-:A-3)',
		);
		expect(status).toBe('error');

		expect(await run(workflowId)).toMatchObject({ status: 'success', text: '' });
		expect(numbersIn('QuickBooks')).toEqual(FIVE);
		expect(numbersIn('Xero')).toEqual(FIVE);
	});

	test('one draft in Xero', async () => {
		const words = "Account code '429' is not a valid code for this document.";
		books.spoil((request) => inXero(request) && about('A-1')(request), {
			answer: exception(words),
		});
		const { text } = await runOf({ change: five });
		expect(numbersIn('QuickBooks')).toEqual(FIVE);
		expect(numbersIn('Xero')).toEqual(FIVE.slice(1));
		expect(text).toBe(`Fastly A-1: Xero: ${words} (fastly:-:A-1)`);
	});

	test.each([
		['is down', { answer: { status: 503, body: { message: 'Service Unavailable' } } }],
		['does not answer', { hang: true }],
	])('all, because it %s: the other gets all, and the next run makes up for it', async (_, how) => {
		const workflowId = await session.create(example({ change: five }));
		books.spoil(inQuickBooks, how);
		const { text } = await run(workflowId);
		expect(numbersIn('QuickBooks')).toEqual([]);
		expect(numbersIn('Xero')).toEqual(FIVE);
		expect(text.split('\n').map((line) => line.split(': ', 2).join(': '))).toEqual(
			FIVE.map((number) => `Fastly ${number}: QuickBooks`),
		);

		books.faults.length = 0;
		expect(await run(workflowId)).toMatchObject({ status: 'success' });
		expect([numbersIn('QuickBooks'), numbersIn('Xero')]).toEqual([FIVE, FIVE]);
	});

	test('nothing, but its response is lost: the next run makes no second bill', async () => {
		const workflowId = await session.create(example({ change: five }));
		books.spoil((request) => isCreate(request) && about('A-2')(request), { lose: true });
		expect((await run(workflowId)).text.split('\n')).toHaveLength(2);
		books.faults.length = 0;
		books.forgetKeys();
		expect(await run(workflowId)).toMatchObject({ status: 'success' });
		expect([numbersIn('QuickBooks'), numbersIn('Xero')]).toEqual([FIVE, FIVE]);
	});

	test.each([
		[{ Bill: { Id: '9', TotalAmt: 99 } }, 'QuickBooks made the bill with 99 instead of 12.34'],
		[{}, 'QuickBooks sent an unexpected response'],
	])('nothing, but makes something else: %j', async (body, words) => {
		books.spoil((request) => inQuickBooks(request) && about('A-1')(request), {
			answer: { status: 200, body },
		});
		const { text } = await runOf({ change: five });
		expect(text).toMatch(/^Fastly A-1: [^\n]+ \(fastly:-:A-1\)$/);
		expect(text).toContain(words);
	});

	test('to answer the question: what is not proven to be missing is not made', async () => {
		books.spoil(({ method }) => method === 'GET', { answer: { status: 200, body: {} } });
		const { text } = await runOf({ change: five });
		expect(books.bills).toEqual([]);
		expect(text.split('\n')).toHaveLength(10);
		expect(text).toContain('Fastly A-1: Xero sent an unexpected response');
	});
});

describe('PDFs', () => {
	const isPdf = /\/pdf$|\.pdf$/;

	test('one that is missing costs no bill, and is told', async () => {
		const workflowId = await session.create(example());
		const [newest] = session.sandbox.data.carrierX.slice(-1);
		const path = `${newest.invoice_sid}.pdf`;
		session.sandbox.addFault({
			vendor: 'carrierX',
			kind: 'status',
			status: 404,
			path,
			times: Infinity,
		});
		const { text } = await run(workflowId);
		const without = books.bills.filter(
			({ number, files }) => number === newest.display_id && !files.length,
		);
		expect(without.map(({ program }) => program).sort()).toEqual(['QuickBooks', 'Xero']);
		const told = text.split('\n').filter((line) => /PDF not attached/.test(line));
		expect(told).toEqual(
			['QuickBooks', 'Xero'].map((program) =>
				expect.stringMatching(
					new RegExp(
						`^CarrierX ${newest.display_id}: ${program}: PDF not attached: CarrierX .*404`,
					),
				),
			),
		);
		session.sandbox.clearFaults();
		const { items } = await run(workflowId);
		await expectBooked(jsonOf(items['Beyond Doubt?']));
	});

	test('one that a program refuses is told, and attached by the next run', async () => {
		const workflowId = await session.create(example());
		const { body } = fault('Stale Object', 'Try again');
		const isFor = (program) => (request) => isUpload(request) && program(request);
		books.spoil(isFor(inQuickBooks), {
			answer: { status: 200, body: { AttachableResponse: [body] } },
			times: 1,
		});
		books.spoil(isFor(inXero), { answer: exception('File too large'), times: 1 });
		const { text } = await run(workflowId);
		expect(text).toMatch(/^.+: QuickBooks: PDF not attached: Stale Object \(Try again\) \(.+\)$/m);
		expect(text).toMatch(/^.+: Xero: PDF not attached: File too large \(.+\)$/m);
		const { items } = await run(workflowId);
		await expectBooked(jsonOf(items['Beyond Doubt?']));
	});

	test('are not downloaded again for bills that have theirs', async () => {
		const workflowId = await session.create(example());
		await run(workflowId);
		session.sandbox.clearRequests();
		await run(workflowId);
		expect(session.sandbox.requests.filter(({ path }) => isPdf.test(path))).toEqual([]);
	});
});

describe('to a person', () => {
	const line = (amount) => ({ amount, description: null, itemName: null, category: null });

	test.each([
		['a draft', { status: 'draft' }, 'it is not issued yet'],
		['void', { status: 'void' }, 'it is void'],
		['a warning', { warnings: ['KEY_NOT_UNIQUE'] }, 'it has the warning KEY_NOT_UNIQUE'],
		['no currency', { currency: null }, 'its currency is unknown'],
		['no total', { totalAmount: null }, 'its total is unknown'],
		['zero', { totalAmount: '0.00' }, 'its total is zero'],
		['no date', { issueDate: null }, 'it has no date'],
		['no number', { invoiceNumber: null }, 'it has no number'],
		[
			'a quotation mark',
			{ invoiceNumber: "1'2" },
			'its number has characters that QuickBooks or Xero do not take',
		],
		['a receivable', { direction: 'receivable' }, 'it is owed to you'],
		[
			'KWD 12.345',
			{ currency: 'KWD', totalAmount: '12.345' },
			'its amounts have more decimals than QuickBooks and Xero keep',
		],
		[
			'JPY 12.5',
			{ currency: 'JPY', totalAmount: '12.5' },
			'its amounts have more decimals than QuickBooks and Xero keep',
		],
		[
			'lines of another sum',
			{ lineItems: [line('1'), line('2')] },
			'its lines do not add up to its total',
		],
	])('%s', async (_, fields, doubt) => {
		const odd = invoice('B-1', fields);
		const { text } = await runOf({ change: given([invoice('A-1'), odd]) });
		expect(text).toBe(
			`Fastly ${odd.invoiceNumber ?? odd.id}: ${doubt}. No bill was made. (fastly:-:B-1)`,
		);
		expect([numbersIn('QuickBooks'), numbersIn('Xero')]).toEqual([['A-1'], ['A-1']]);
	});

	test('what is left out is not told again', async () => {
		const accounts = { 'accounts.leaveOut': 'fastly:-:B-1, fastly:-:B-2' };
		const odd = ['B-1', 'B-2'].map((number) => invoice(number, { status: 'void' }));
		expect(await runOf({ accounts, change: given([invoice('A-1'), ...odd]) })).toMatchObject({
			status: 'success',
			text: '',
		});
	});

	test('all, until Your Accounts is filled in', async () => {
		const { text } = await runOf({ accounts: { 'accounts.firstDay': '' }, change: five });
		expect(text).toContain(
			'Fastly A-1: firstDay in Your Accounts is not a date such as 2026-01-31.',
		);
		const none = { 'accounts.vendors': '{}' };
		expect((await runOf({ accounts: none, change: five })).text).toContain(
			'Fastly A-1: an ID for Xero is missing in Your Accounts',
		);
		expect(books.bills).toEqual([]);
	});
});

describe('identity', () => {
	const both = (...numbers) => [numbers, numbers];
	const inBoth = () => [numbersIn('QuickBooks'), numbersIn('Xero')];

	test('two invoices of one vendor with one number: neither is made', async () => {
		const twins = [invoice('A-1'), invoice('A-1', { dedupeKey: 'fastly:-:other', id: 'other' })];
		const { text } = await runOf({ change: given([...twins, invoice('A-2')]) });
		expect(text.match(/another invoice has the same number/g)).toHaveLength(2);
		expect(inBoth()).toEqual(both('A-2'));
	});

	test('one number at two vendors, or on an invoice and a credit note: each is made', async () => {
		const credit = { type: 'creditNote', dedupeKey: 'fastly:-:credit' };
		const other = { provider: 'talkdesk', dedupeKey: 'talkdesk:-:A-1' };
		const list = [invoice('A-1'), invoice('A-1', credit), invoice('A-1', other)];
		const workflowId = await session.create(example({ change: given(list) }));
		for (const _ of ['first', 'second']) {
			expect(await run(workflowId)).toMatchObject({ status: 'success' });
			expect(inBoth()).toEqual(both('A-1', 'A-1', 'A-1'));
			books.forgetKeys();
		}
		expect(
			books
				.of('QuickBooks')
				.map(({ entity }) => entity)
				.sort(),
		).toEqual(['Bill', 'Bill', 'VendorCredit']);
	});

	test('one number in two accounts at one vendor, each a vendor of its own in the books', async () => {
		const second = { ...vendors.fastly, quickBooksVendor: '99', xeroContact: 'contact-99' };
		const accounts = {
			'accounts.vendors': JSON.stringify({ ...vendors, 'fastly:two': second }),
		};
		const list = [
			invoice('A-1'),
			invoice('A-1', { dedupeKey: 'fastly:two:A-1', accountId: 'two' }),
		];
		const workflowId = await session.create(example({ accounts, change: given(list) }));
		for (const _ of ['first', 'second']) {
			expect(await run(workflowId)).toMatchObject({ status: 'success' });
			expect(inBoth()).toEqual(both('A-1', 'A-1'));
			books.forgetKeys();
		}
	});

	test('an invoice that changed after its bill: told, and no second bill', async () => {
		await runOf({ change: five });
		const changed = given([invoice('A-1', { totalAmount: '99' })]);
		const { text } = await runOf({ change: changed });
		expect(text.split('\n')).toEqual(
			['QuickBooks', 'Xero'].map(
				(program) =>
					`Fastly A-1: ${program} has this number with 12.34 of 2025-03-31, the invoice is 99 of 2025-03-31 (fastly:-:A-1)`,
			),
		);
		expect(inBoth()).toEqual(both(...FIVE));
	});

	test('a draft that is issued later: one bill', async () => {
		await runOf({ change: given([invoice('A-1', { status: 'draft' })]) });
		expect(inBoth()).toEqual(both());
		await runOf({ change: given([invoice('A-1')]) });
		expect(inBoth()).toEqual(both('A-1'));
	});

	test('a draft that a person deleted in Xero is not made again', async () => {
		await runOf({ change: five });
		for (const { body } of books.of('Xero')) body.Status = 'DELETED';
		books.forgetKeys();
		expect(await runOf({ change: five })).toMatchObject({ status: 'success' });
		expect(inBoth()).toEqual(both(...FIVE));
	});

	test('another company gets bills of its own', async () => {
		await runOf({ change: five });
		const accounts = { 'accounts.quickBooksCompany': '2', 'accounts.xeroTenant': 'tenant-2' };
		await runOf({ accounts, change: five });
		expect(inBoth()).toEqual(both(...[...FIVE, ...FIVE].sort()));
		const keys = books.bills.map(({ key }) => key);
		expect(new Set(keys).size).toBe(keys.length);
	});

	test('two runs at once, which both find no bill yet: one bill', async () => {
		const workflowId = await session.create(example({ change: five }));
		books.spoil(({ method }) => method === 'GET', {
			answer: { status: 200, body: { QueryResponse: {}, Invoices: [], CreditNotes: [] } },
		});
		await Promise.all([run(workflowId), run(workflowId)]);
		expect(books.requests.filter(isCreate)).toHaveLength(20);
		expect(inBoth()).toEqual(both(...FIVE));
	});

	test('blanks around a number, and IDs typed with blanks or in capitals, make no second bill', async () => {
		const typed = { ...vendors.fastly, quickBooksVendor: 52, xeroContact: ' CONTACT-1' };
		const accounts = { 'accounts.vendors': JSON.stringify({ fastly: typed }) };
		const workflowId = await session.create(
			example({ accounts, change: given([invoice(' A-1 ')]) }),
		);
		for (const _ of ['first', 'second']) {
			expect(await run(workflowId)).toMatchObject({ status: 'success' });
			expect(inBoth()).toEqual(both('A-1'));
			books.forgetKeys();
		}
	});

	test('a number of more than 21 characters keeps its end in QuickBooks', async () => {
		const number = '2025-0123456789-0123456789';
		const workflowId = await session.create(example({ change: given([invoice(number)]) }));
		for (const _ of ['first', 'second']) {
			expect(await run(workflowId)).toMatchObject({ status: 'success' });
			expect(inBoth()).toEqual([[number.slice(-21)], [number]]);
			books.forgetKeys();
		}
	});
});

test('tax is a line of its own; text that programs refuse is cleaned', async () => {
	const text = 'half \ud83d, NUL \u0000.';
	const taxed = invoice('A-1', { subTotal: '10.20', taxAmount: '2.14', description: text });
	await runOf({
		accounts: { 'accounts.quickBooksTax': 'NotApplicable' },
		change: given([taxed]),
	});
	const [{ body }] = books.of('QuickBooks');
	const detail = (value) => ({ AccountBasedExpenseLineDetail: { AccountRef: { value } } });
	expect(body).toMatchObject({
		GlobalTaxCalculation: 'NotApplicable',
		Line: [
			{ Amount: 10.2, Description: 'half \ufffd, NUL .', ...detail('7') },
			{ Amount: 2.14, ...detail('8') },
		],
	});
	expect(books.of('Xero')[0].body).toMatchObject({
		LineAmountTypes: 'NoTax',
		LineItems: [
			{ UnitAmount: 10.2, AccountCode: '429' },
			{ UnitAmount: 2.14, AccountCode: '820' },
		],
	});
});

describe('changed by a user', () => {
	/** Deletes nodes as the editor does: with their connections. */
	function without(workflow, isGone) {
		const gone = new Set(workflow.nodes.filter(isGone).map(({ name }) => name));
		const connections = Object.entries(workflow.connections)
			.filter(([name]) => !gone.has(name))
			.map(([name, { main }]) => [
				name,
				{ main: main.map((links) => links.filter(({ node }) => !gone.has(node))) },
			]);
		return {
			...workflow,
			nodes: workflow.nodes.filter(({ name }) => !gone.has(name)),
			connections: Object.fromEntries(connections),
		};
	}

	test.each([
		['QuickBooks', 'Xero'],
		['Xero', 'QuickBooks'],
	])('without the row of %s', async (gone, left) => {
		const row = ({ name }) => name.includes(gone) && name !== 'For QuickBooks?';
		const isIts = (node) =>
			row(node) || (gone === 'QuickBooks' && node.name === 'Look for Its PDF');
		const workflowId = await session.create(without(example(), isIts));
		for (const _ of ['first', 'second']) {
			const { items } = await run(workflowId);
			const billed = jsonOf(items['Beyond Doubt?']);
			expect(numbersIn(gone)).toEqual([]);
			expect(numbersIn(left)).toEqual(billed.map(({ invoiceNumber }) => invoiceNumber).sort());
			const files = books.of(left).flatMap((bill) => bill.files);
			expect(files).toHaveLength(billed.filter(({ hasPdf }) => hasPdf).length);
			books.forgetKeys();
		}
	});

	test('without a vendor', async () => {
		const workflow = without(example(), ({ name }) => name === 'Talkdesk');
		const { items } = await run(await session.create(workflow));
		const billed = jsonOf(items['Beyond Doubt?']);
		expect(billed.length).toBeGreaterThan(0);
		await expectBooked(billed);
	});

	test('a first day: older invoices are left alone', async () => {
		const days = (items) => jsonOf(items).map(({ issueDate }) => issueDate);
		const all = await runOf();
		const dated = days(all.items['All Invoices']).filter(Boolean).sort();
		const firstDay = dated[Math.floor(dated.length / 2)];
		const { items } = await runOf({ accounts: { 'accounts.firstDay': firstDay } });
		const left = days(items['All Invoices']).filter(Boolean);
		expect(left.sort()).toEqual(dated.filter((day) => day >= firstDay));
	});

	test('a vendor that cannot be read is named, and holds up nothing', async () => {
		session.sandbox.addFault({ vendor: 'carrierX', kind: 'status', status: 403, times: Infinity });
		const { text, items } = await runOf();
		expect(text).toContain('CarrierX');
		await expectBooked(jsonOf(items['Beyond Doubt?']));
	});
});

test('n8n is killed while it books and while it attaches: the next run makes the books whole', async () => {
	const workflowId = await session.create(example());
	const killAt = async (when, after) => {
		let left = after;
		books.spoil((request) => when(request) && left-- <= 0, { lose: true });
		const before = books.requests.filter(when).length;
		await host.startWorkflow(session.client, workflowId);
		await until('n8n to send', async () => books.requests.filter(when).length > before + after);
		await session.kill();
		books.faults.length = 0;
		books.forgetKeys();
		await session.restart();
	};
	await killAt((request) => isCreate(request) && inXero(request), 2);
	await killAt((request) => isUpload(request) && inQuickBooks(request), 1);
	expect(books.bills.length).toBeGreaterThan(0);

	for (const _ of ['first', 'second']) {
		const { items } = await run(workflowId);
		await expectBooked(jsonOf(items['Beyond Doubt?']));
		books.forgetKeys();
	}
});
