'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createBillingServer } = require('../billingServer');
const { createSandbox } = require('../sandbox');
const browser = require('./browser');
const { TRIGGER, VENDORS, connect, putCredentials, triggerNode, vendorOf } = require('./demo');
const { invoicesOf, summary } = require('./expected');
const host = require('./host');
const { wait } = require('./processes');

// What people do with invoices in n8n's editor, each job built from the nodes panel with n8n's own next
// node, and read from the screen. The credentials are there already: browser.test.js types them.

const SETUP_TIMEOUT = 1_200_000;

/** n8n's table has pages of so many rows. */
const ROWS = 25;
const LIMIT = 50;
const GET_MANY = 'Get many invoices';

const CARRIER_X = vendorOf('carrierX');
const FASTLY = vendorOf('fastly');
const I3D_NET = vendorOf('i3dNet');

/** Where the pictures of the results are put, if somebody wants to look at them. */
const PICTURES = process.env.PICTURES;

let userFolder;
let sandbox;
let n8n;
let client;
let page;
let close;
let clicks;

beforeAll(async () => {
	({ page, close } = await browser.openBrowser());
	userFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-jobs-'));
	await host.ensureInstalled({ log() {} });
	await host.installPackage({ userFolder, log() {} });
	sandbox = await createSandbox({ port: 0 });
	n8n = await host.startN8n({ userFolder, port: await host.freePort(), log() {} });
	client = await host.login(n8n);
	await putCredentials(client, sandbox);
	await browser.signIn(page, n8n);
	clicks = await browser.countClicks(page);
}, SETUP_TIMEOUT);

afterAll(async () => {
	await close?.();
	await n8n?.stop();
	await sandbox?.stop();
	if (userFolder) fs.rmSync(userFolder, { recursive: true, force: true });
});

// Whatever the test before has left open.
beforeEach(() => page.goto(`${n8n.url}/home/workflows`));

afterEach(() => {
	process.stdout.write(`${expect.getState().currentTestName}: ${clicks()} clicks\n`);
});

async function takePicture(name) {
	if (PICTURES === undefined) return;
	fs.mkdirSync(PICTURES, { recursive: true });
	await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
}

/** Opens the form of "Get Many" of a vendor in a workflow of its own. */
async function openGetMany({ name, parameters }) {
	await browser.newWorkflow(page);
	clicks();
	await browser.findNode(page, name);
	await browser.addOffer(page, GET_MANY);
	for (const [field, value] of Object.entries(parameters)) await browser.type(page, field, value);
}

/** Adds n8n's next node behind all invoices of a vendor. */
async function allInvoicesThen(vendor, next) {
	await openGetMany(vendor);
	await browser.toggle(page, 'returnAll');
	await browser.runNode(page);
	await browser.closeNode(page);
	await browser.addNext(page, next);
}

const totalsOf = (vendor) =>
	invoicesOf(vendor, sandbox, { sets: [vendor.parameters], currency: null });

/** The totals that are known, as numbers. */
const amountsOf = (vendor) =>
	totalsOf(vendor).flatMap(({ total }) => (total === null ? [] : [Number(total)]));

test.each(VENDORS)('sum by vendor and currency: $name', async (vendor) => {
	await allInvoicesThen(vendor, 'Summarize');
	await browser.choose(page, 'aggregation', 'Sum');
	await browser.type(page, 'field', 'signedTotal');
	await browser.type(page, 'fieldsToSplitBy', 'supplierName, currency');
	await browser.runNode(page);
	const rows = await browser.readTable(page);
	await takePicture(`sum-${vendor.type}`);
	const expected = Object.entries(summary(totalsOf(vendor))).map(([key, { total }]) => ({
		supplierName: vendor.name,
		currency: key.split(' ')[1],
		sum: Number(total).toFixed(4),
	}));
	// Of many amounts n8n's own sum, in floating point, is off by less than a hundredth of a cent.
	const found = rows.map(({ supplierName, currency, sum_signedTotal: sum }) => ({
		supplierName,
		currency,
		sum: Number(sum).toFixed(4),
	}));
	expect(found).toHaveLength(expected.length);
	expect(found).toEqual(expect.arrayContaining(expected));
});

test('filter what is above 1,000', async () => {
	await allInvoicesThen(I3D_NET, 'Filter');
	await browser.typeExpression(page, 'left', '{{ $json.signedTotal }}');
	await page.getByTestId('filter-operator-select').click();
	await page.getByText('Number', { exact: true }).last().hover();
	await page.getByText('is greater than', { exact: true }).filter({ visible: true }).last().click();
	await browser.type(page, 'right', '1000');
	// n8n's form takes over a second later what is typed into a condition.
	await wait(2000);
	const above = amountsOf(I3D_NET).filter((amount) => amount > 1000);
	expect(await browser.runNode(page)).toBe(`Kept (${above.length} items)`);
	const shown = (await browser.readTable(page)).map(({ signedTotal }) => Number(signedTotal));
	await takePicture('filter');
	expect(shown).toHaveLength(ROWS);
	for (const amount of shown) expect(amount).toBeGreaterThan(1000);
});

test('sort by total', async () => {
	await allInvoicesThen(FASTLY, 'Sort');
	await page.getByTestId('fixed-collection-add').first().click();
	await browser.type(page, 'fieldName', 'signedTotal');
	await browser.choose(page, 'order', 'Descending');
	await browser.runNode(page);
	const shown = (await browser.readTable(page)).map(({ signedTotal }) => Number(signedTotal));
	await takePicture('sort');
	expect(shown).toEqual(
		amountsOf(FASTLY)
			.sort((a, b) => b - a)
			.slice(0, ROWS),
	);
});

describe('a Data Table', () => {
	const NAME = 'Invoices';
	const NUMBERS = ['signedTotal', 'amountDue'];
	const DATES = ['issueDate', 'dueDate'];

	/** A table with a column for each field that Simplified has. */
	async function createTable() {
		const { properties } = await schemaOfGetMany();
		const typeOf = (name) =>
			NUMBERS.includes(name) ? 'number' : DATES.includes(name) ? 'date' : 'string';
		const columns = Object.keys(properties).map((name) => ({ name, type: typeOf(name) }));
		const { id: projectId } = await client.call('GET', '/projects/personal');
		const tables = `/projects/${projectId}/data-tables`;
		const { id } = await client.call('POST', tables, { name: NAME, columns });
		return { rows: () => client.call('GET', `${tables}/${id}/rows?take=100`) };
	}

	async function schemaOfGetMany() {
		const node = encodeURIComponent('n8n-nodes-vendor-invoices.fastly');
		const response = await client.fetch('GET', `/schemas/${node}/1.0.0/invoice/getAll.json`);
		return await response.json();
	}

	test('takes each invoice once, by dedupeKey, and Get reads it by the stored invoiceId', async () => {
		const table = await createTable();
		await openGetMany(FASTLY);
		await browser.runNode(page);
		await browser.closeNode(page);

		await browser.addNext(page, 'Data table', 'Upsert row(s)');
		await browser.field(page, 'dataTableId').getByTestId('rlc-input').click();
		await page.getByTestId('rlc-item').getByText(NAME, { exact: true }).click();
		await page.getByTestId('fixed-collection-filters').getByTestId('fixed-collection-add').click();
		await browser.choose(page, 'keyName', 'dedupeKey (string)');
		await browser.typeExpression(page, 'keyValue', '{{ $json.dedupeKey }}');
		await page.getByTestId('mapping-mode-select').click();
		await browser.visibleOption(page, 'Map Automatically').click();
		for (const _ of ['once', 'again']) {
			expect(await browser.runNode(page)).toBe(`${LIMIT} items`);
			const { count, data } = await table.rows();
			expect(count).toBe(LIMIT);
			expect(new Set(data.map(({ dedupeKey }) => dedupeKey)).size).toBe(LIMIT);
		}
		const numbers = FASTLY.onScreen.numbers(sandbox).slice(0, ROWS);
		const stored = await browser.readTable(page);
		await takePicture('data-table');
		expect(stored.map(({ invoiceNumber }) => invoiceNumber)).toEqual(numbers);
		await browser.closeNode(page);

		await browser.addNext(page, FASTLY.name, 'Get invoice');
		await page.getByTestId('rlc-mode-selector').click();
		await browser.visibleOption(page, 'By ID').click();
		await browser.typeExpression(page, 'invoiceId', '{{ $json.invoiceId }}');
		expect(await browser.runNode(page)).toBe(`${LIMIT} items`);
		const read = await browser.readTable(page);
		await takePicture('get-stored');
		expect(read.map(({ invoiceNumber }) => invoiceNumber)).toEqual(numbers);
	});
});

test('the line items of i3D.net', async () => {
	await openGetMany(I3D_NET);
	await browser.choose(page, 'output', 'Line Items');
	expect(await browser.runNode(page)).toBe(`${LIMIT} items`);
	const rows = await browser.readTable(page);
	await browser.widenOutput(page);
	await takePicture('line-items');
	const described = rows.filter(({ description }) => description !== 'null');
	expect(described.length).toBeGreaterThan(ROWS / 2);
	for (const { quantity, unitAmount, amount } of described) {
		expect([quantity, unitAmount, amount]).not.toContain('null');
	}
});

test('invoices with their PDFs', async () => {
	await openGetMany(CARRIER_X);
	await browser.addToCollection(page, 'Add Option', 'Attach PDF');
	await browser.toggle(page, 'attachPdf');
	expect(await browser.runNode(page)).toBe(`${LIMIT} items`);
	await takePicture('pdf-table');
	await browser.show(page, 'Binary');
	await takePicture('pdf-binary');
	const shown = await browser.output(page).innerText();
	expect(new Set(shown.match(/carrierX-[\w-]+\.pdf/g)).size).toBe(LIMIT);
});

describe('two accounts in one workflow', () => {
	const NAME = 'Fastly by account';
	let server;
	beforeAll(async () => {
		server = await createBillingServer({ 'secret-one': '1', 'secret-two': '2' });
		const data = server.credentialsOf(FASTLY, '$json.secret')[FASTLY.credential];
		await host.createCredential(client, { name: NAME, type: FASTLY.credential, data });
	});
	afterAll(async () => await server?.close());

	/** A workflow that puts out an item for each account: n8n's own nodes, made without the editor. */
	async function openAccounts() {
		const accounts = ['secret-one', 'secret-two'].map((secret) => ({ secret }));
		const list = {
			id: 'list',
			name: 'Accounts',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [200, 320],
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ accounts }), options: {} },
		};
		const each = {
			id: 'each',
			name: 'Each',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			position: [400, 320],
			parameters: { fieldToSplitOut: 'accounts', options: {} },
		};
		const { id } = await host.createWorkflow(client, {
			name: 'Two accounts',
			nodes: [triggerNode(), list, each],
			connections: connect([TRIGGER, list.name, each.name]),
		});
		await page.goto(`${n8n.url}/workflow/${id}`);
		await page.getByTestId('canvas-node').last().waitFor();
	}

	test('each item reads its own', async () => {
		await openAccounts();
		clicks();
		await browser.addNext(page, FASTLY.name, GET_MANY);
		await page.getByTestId('node-credentials-select').click();
		await browser.visibleOption(page, NAME).click();
		expect(await browser.runNode(page)).toBe('2 items');
		const rows = await browser.readTable(page);
		await takePicture('accounts');
		expect(rows.map(({ invoiceId }) => invoiceId)).toEqual(['T-1', 'T-2']);
	});
});
