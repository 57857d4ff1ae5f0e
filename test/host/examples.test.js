'use strict';

const { default: Ajv } = require('ajv');
const fs = require('node:fs');
const path = require('node:path');
const { beanCheck } = require('../beancount');
const { NOT_BOOKED, assertions } = require('../ledger');
const { startBooks } = require('./books');
const { putExamples, vendorOf } = require('./demo');
const { readExamples, setUp, vendorOfType, withField } = require('./examples');
const { add, invoicesIn, summary } = require('./expected');
const host = require('./host');
const { openSession } = require('./session');
const quickBooksSchema = require('./schemas/quickbooks.json');
const xeroSchema = require('./schemas/xero.json');

// The examples in a real n8n, set up as their notes say. Some have a test of their own.

const SETUP_TIMEOUT = 1_200_000;

let session;

beforeAll(async () => {
	session = await openSession();
}, SETUP_TIMEOUT);

afterAll(() => session?.close());

/** An example, set up for the sandbox. */
function example(name) {
	const { credentials, folder, sandbox } = session;
	const { insuranceAccounts } = sandbox;
	return setUp(readExamples()[name], { credentials, insuranceAccounts, folder });
}

/** The workflow with each node as `change` gives it. */
const changed = (workflow, change) => ({ ...workflow, nodes: workflow.nodes.map(change) });

async function create(workflow) {
	const { id } = await host.createWorkflow(session.client, workflow);
	return id;
}

async function run(workflow, request) {
	const result = await host.runWorkflow(session.client, await create(workflow), request);
	const { status, error } = result;
	expect({ status, message: error?.message }).toEqual({ status: 'success', message: undefined });
	return result;
}

const jsonOf = (items) => items.map(({ json }) => json);

async function textOf(item) {
	const bytes = await host.readBinary(session.client, item.binary.data);
	return bytes.toString('utf8');
}

describe('all examples', () => {
	test('are made of nodes that n8n has', async () => {
		const types = await host.nodeTypes(session.client);
		const known = new Set(
			types.flatMap(({ name, version }) => [version].flat().map((one) => `${name} ${one}`)),
		);
		const used = Object.values(readExamples())
			.flatMap(({ nodes }) => nodes)
			.map(({ type, typeVersion }) => `${type} ${typeVersion}`);
		expect(used.filter((one) => !known.has(one))).toEqual([]);
	});

	test('are put into n8n once, however often', async () => {
		const put = () => putExamples(session.client, session.sandbox, session);
		const first = await put();
		expect(first.map(({ name }) => name).sort()).toEqual(
			Object.values(readExamples())
				.map(({ name }) => name)
				.sort(),
		);
		expect(await put()).toEqual(first);
	});
});

describe('month-end', () => {
	const inMonth = (month) =>
		run(
			changed(example('month-end'), (node) =>
				node.name === 'Month' ? withField(node, 'month', month) : node,
			),
		);

	/** Fields of CSV have no line breaks here: the columns hold words, dates and amounts. */
	function parseCsv(text) {
		const split = (line) =>
			[...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
				([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
			);
		const [header, ...lines] = text
			.replace(/^\uFEFF/, '')
			.trimEnd()
			.split(/\r?\n/)
			.map(split);
		return lines.map((values) => Object.fromEntries(header.map((name, i) => [name, values[i]])));
	}

	describe('of all months', () => {
		let result;
		let csv;
		let ledger;
		let accounts;
		beforeAll(async () => {
			result = await inMonth('');
			[csv, ledger, accounts] = await Promise.all(
				['CSV File', 'Ledger File', 'Accounts File'].map((name) => textOf(result.items[name][0])),
			);
		});

		test('the CSV file has each invoice, with its total', () => {
			const rows = parseCsv(csv).map((row) => ({ ...row, total: row.signedTotal || null }));
			expect(summary(rows)).toEqual(summary(invoicesIn(session.sandbox)));
			expect(new Set(rows.map(({ dedupeKey }) => dedupeKey)).size).toBe(rows.length);
		});

		test('bean-check accepts the ledger, and the balances that the invoices demand', () => {
			const notBooked = jsonOf(result.items['Not Booked']);
			expect(notBooked.filter(({ why }) => !NOT_BOOKED.test(why))).toEqual([]);
			const keys = new Set(notBooked.map(({ dedupeKey }) => dedupeKey));
			const invoices = jsonOf(result.items['All Invoices']);
			const booked = invoices.filter(({ dedupeKey }) => !keys.has(dedupeKey));
			expect(booked.length).toBe(invoices.length - notBooked.length);

			const parents = '1970-01-01 open Liabilities:Payable\n1970-01-01 open Assets:Receivable';
			const file = path.join(session.folder, 'books.beancount');
			const write = (text) => fs.writeFileSync(file, text);
			write([parents, accounts, ledger, ...assertions(booked)].join('\n'));
			expect(beanCheck(file)).toEqual({ ok: true, words: '' });
			// The judge can say no.
			write([parents, accounts, ledger, ...assertions(booked.slice(1))].join('\n'));
			expect(beanCheck(file).ok).toBe(false);
		});
	});

	test('of one month: its invoices only, by date or else by period', async () => {
		const { items } = await inMonth('2024-05');
		const dayOf = (one) => one.issueDate ?? one.periodEnd ?? one.periodStart ?? one.dueDate;
		const due = jsonOf(items['All Invoices']).filter((one) => dayOf(one)?.startsWith('2024-05'));
		expect(due.length).toBeGreaterThan(1);
		const rows = parseCsv(await textOf(items['CSV File'][0]));
		expect(rows.map(({ dedupeKey }) => dedupeKey).sort()).toEqual(
			due.map(({ dedupeKey }) => dedupeKey).sort(),
		);
		expect(items['CSV File'][0].binary.data.fileName).toBe('invoices-2024-05.csv');
	});
});

describe('ask-what-we-owe', () => {
	let workflowId;
	beforeAll(async () => {
		// A chat begins with a web page; the tools do not care.
		const start = { type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };
		workflowId = await create(
			changed(example('ask-what-we-owe'), (node) =>
				node.name === 'Chat' ? { ...node, ...start } : node,
			),
		);
	});

	/** Executes a tool as the editor does, without the model: what the model would be answered. */
	async function answer(tool, query = {}) {
		const { status, error, runData } = await host.runWorkflow(session.client, workflowId, {
			destinationNode: { nodeName: tool, mode: 'inclusive' },
			agentRequest: { query: { [tool]: query }, tool: { name: tool } },
		});
		expect({ status, message: error?.message }).toEqual({ status: 'success', message: undefined });
		return runData[tool][0].data.ai_tool[0][0].json.response;
	}

	const ids = (invoices) => invoices.map(({ invoiceId }) => invoiceId).sort();

	test('i3D.net: what is unpaid', async () => {
		const due = session.sandbox.data.i3dNet.filter(
			({ isCredit, remainingAmount }) => isCredit !== 1 && Number(remainingAmount) !== 0,
		);
		expect(ids(await answer('unpaid_i3dnet'))).toEqual(due.map(({ id }) => String(id)).sort());
	});

	test('CarrierX: what is unpaid', async () => {
		const due = session.sandbox.data.carrierX.filter(
			({ paid, amount }) => !paid && Number(amount) >= 0,
		);
		const found = await answer('unpaid_carrierx');
		expect(ids(found)).toEqual(due.map((one) => one.invoice_sid).sort());
		expect(new Set(found.map(({ currency }) => currency))).toEqual(new Set(['USD']));
	});

	test.each([
		['latest_fastly', vendorOf('fastly')],
		['latest_talkdesk', vendorOf('talkdesk')],
	])('%s: the newest twelve', async (tool, { onScreen }) => {
		const numbers = (await answer(tool)).map(({ invoiceNumber }) => invoiceNumber);
		expect(numbers).toEqual(onScreen.numbers(session.sandbox).slice(0, 12));
	});

	test('Talkdesk Insurance: of the account that the model names', async () => {
		const [accountId] = session.sandbox.insuranceAccounts;
		const due = session.sandbox.data.talkdeskInsurance[accountId].filter(
			({ amount, due_amount: left }) => parseFloat(amount) >= 0 && parseFloat(left) > 0,
		);
		const found = await answer('unpaid_insurance', { accountId });
		expect(found.map(({ invoiceNumber }) => invoiceNumber).sort()).toEqual(
			due.map((one) => one.invoice_number).sort(),
		);
	});

	test('add_amounts: exactly, and only what is an amount', async () => {
		expect(await answer('add_amounts', { amounts: ['0.1', '0.2', '-1000000000000000.31'] })).toBe(
			'-1000000000000000.01',
		);
		expect(await answer('add_amounts', { amounts: ['0.1', '1e3'] })).toContain('1e3');
	});
});

describe('invoice-to-bill', () => {
	let books;
	beforeAll(async () => {
		books = await startBooks();
	});
	beforeEach(() => {
		books.requests.length = 0;
	});
	afterAll(() => books?.stop());

	const START = 'Start';

	const isTrigger = ({ type }) => vendorOfType(type) && /Trigger$/.test(type);

	/** QuickBooks and Xero become the stand-in. */
	const send = ({ parameters, ...node }) => ({
		...node,
		parameters: {
			...parameters,
			authentication: 'none',
			url: parameters.url.replace(/https:\/\/[^/]+/, books.origin),
		},
	});
	const isRequest = ({ type }) => type === 'n8n-nodes-base.httpRequest';
	const withStandIn = (workflow) =>
		changed(workflow, (node) => (isRequest(node) ? send(node) : node));

	/** Each trigger becomes the list of its vendor, so that all invoices pass through. */
	function testable(workflow) {
		const lists = workflow.nodes.filter(isTrigger).map(({ name }) => name);
		const list = ({ parameters: { output, options }, ...node }) => ({
			...node,
			type: node.type.replace(/Trigger$/, ''),
			parameters: { operation: 'getAll', returnAll: true, output, options },
		});
		const start = {
			id: 'start',
			name: START,
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [-200, 0],
			parameters: {},
		};
		const nodes = workflow.nodes.map((node) => (isTrigger(node) ? list(node) : node));
		const targets = lists.map((node) => ({ node, type: 'main', index: 0 }));
		return {
			...workflow,
			nodes: [...nodes, start],
			connections: { ...workflow.connections, [START]: { main: [targets] } },
		};
	}

	const execute = (change = (node) => node) =>
		run(changed(withStandIn(testable(example('invoice-to-bill'))), change));

	const sent = (to) =>
		books.requests
			.filter(({ url }) => url.pathname.startsWith(to))
			.map((request) => ({ ...request, json: JSON.parse(request.body) }));
	const QUICKBOOKS = '/v3/company/';
	const XERO = '/api.xro/2.0/';

	/** The amounts in a body as they stand there, before any program reads them as numbers. */
	const amountsIn = (body) =>
		[...body.matchAll(/"(?:Amount|UnitAmount)":([^,}]+)/g)].map(([, amount]) => amount);

	const validators = (schema) => {
		const ajv = new Ajv({ allErrors: true }).addSchema(schema, 'books');
		return (/** @type {string} */ name) => {
			const validate = ajv.getSchema(`books#/definitions/${name}`);
			if (validate === undefined) throw new Error(`The schema defines no "${name}"`);
			return validate;
		};
	};

	/** @type {string[]} */
	const triggers = readExamples()
		['invoice-to-bill'].nodes.filter(isTrigger)
		.map(({ name }) => name);

	test.each(triggers)(
		'begins with the newest invoice of "%s" when it is tried by hand',
		async (name) => {
			const workflow = withStandIn(example('invoice-to-bill'));
			const { items, outputs } = await run(workflow, { triggerToStartFrom: { name } });
			expect(items[name]).toHaveLength(1);
			expect(outputs['Beyond Doubt?'].flat()).toHaveLength(1);
		},
	);

	test('makes bills that QuickBooks and Xero take, to the cent', async () => {
		const { items } = await execute();
		const billed = jsonOf(items['Beyond Doubt?']);
		expect(new Set(billed.map(({ provider }) => provider)).size).toBeGreaterThan(2);
		expect(new Set(billed.map(({ type }) => type))).toEqual(new Set(['invoice', 'creditNote']));

		const quickBooks = sent(QUICKBOOKS);
		const xero = sent(XERO);
		expect([quickBooks.length, xero.length]).toEqual([billed.length, billed.length]);
		const forQuickBooks = validators(quickBooksSchema);
		const forXero = validators(xeroSchema);
		for (const [index, { totalAmount, type }] of billed.entries()) {
			const bill = quickBooks[index];
			const [, , , company, entity] = bill.url.pathname.split('/');
			expect([company, entity]).toEqual(['0', type === 'creditNote' ? 'vendorcredit' : 'bill']);
			const validBill = forQuickBooks(entity);
			expect(validBill(bill.json) || validBill.errors).toBe(true);
			expect(add(amountsIn(bill.body))).toBe(add([totalAmount]));

			const draft = xero[index];
			const endpoint = draft.url.pathname.slice(XERO.length);
			expect(endpoint).toBe(type === 'creditNote' ? 'CreditNotes' : 'Invoices');
			const validDraft = forXero(endpoint);
			expect(validDraft(draft.json) || validDraft.errors).toBe(true);
			expect(add(amountsIn(draft.body))).toBe(add([totalAmount]));
		}
		for (const amount of books.requests.flatMap(({ body }) => amountsIn(body))) {
			expect(amount).toMatch(/^-?\d+(\.\d{1,2})?$/);
		}
	});

	test('sends the same keys again for the same invoices, each invoice its own', async () => {
		const keys = () => ({
			quickBooks: sent(QUICKBOOKS).map(({ url }) => url.searchParams.get('requestid')),
			xero: sent(XERO).map(({ headers }) => headers['idempotency-key']),
		});
		await execute();
		const first = keys();
		books.requests.length = 0;
		await execute();
		expect(keys()).toEqual(first);
		for (const [list, limit] of [
			[first.quickBooks, 50],
			[first.xero, 128],
		]) {
			expect(new Set(list).size).toBe(list.length);
			expect(list.filter((key) => !/^[0-9a-f]+$/.test(key) || key.length > limit)).toEqual([]);
		}
	});

	test('gives every other invoice to a person, with the reason', async () => {
		const withoutCurrency = (node) =>
			node.name === 'New from CarrierX'
				? { ...node, parameters: { ...node.parameters, options: { amountsAs: 'text' } } }
				: node;
		const { items, outputs } = await execute(withoutCurrency);
		const [billed, doubted] = outputs['Beyond Doubt?'].map(jsonOf);
		const all = ['Talkdesk', 'Fastly', 'CarrierX', 'i3D.net'].flatMap((name) =>
			jsonOf(items[`New from ${name}`]),
		);
		expect(billed.length + doubted.length).toBe(all.length);
		expect(items['Needs a Person']).toHaveLength(doubted.length);

		const of = (doubt) => doubted.filter((one) => one.doubt === doubt);
		const carrierX = all.filter(({ provider }) => provider === 'carrierX');
		expect(of('its currency is unknown')).toHaveLength(carrierX.length);
		for (const doubt of [
			'its lines do not sum up to its total',
			'its amounts have fractions of a cent',
			'its total is zero',
		]) {
			expect([doubt, of(doubt).length > 0]).toEqual([doubt, true]);
		}
		const [{ text }] = jsonOf(items['Needs a Person']);
		expect(text).toMatch(/^\S+ \S+: .+\. No bill was made\.$/);
	});
});
