'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createSandbox } = require('../sandbox');
const browser = require('./browser');
const {
	TRIGGER,
	VENDORS,
	connect,
	hasParameters,
	putCredentials,
	triggerNode,
	vendorNode,
} = require('./demo');
const host = require('./host');
const { REPOSITORY } = require('./package');
const { until, wait } = require('./processes');

// What a user does in n8n's editor, with each node: finds it by its name, types a credential,
// chooses from the lists, runs it and reads what came out. The vendors are the sandbox's.

const INSTALLATION_TIMEOUT = 1_200_000;

const EVENTS = ['On invoice changed', 'On invoice created'];
const GET_MANY = 'Get many invoices';

/** n8n's table has pages of so many rows. */
const ROWS = 25;
const LIMIT = 50;

let userFolder;
let sandbox;
let n8n;
let page;
let close;

beforeAll(async () => {
	// First, because it says what to install.
	({ page, close } = await browser.openBrowser());
	userFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-browser-'));
	await host.ensureInstalled({ log() {} });
	await host.installPackage({ userFolder, log() {} });
	// The pictures show a company's bills, as people know them.
	sandbox = await createSandbox({ port: 0, data: process.env.SCREENSHOTS ? 'company' : 'odd' });
	n8n = await host.startN8n({ userFolder, port: await host.freePort(), log() {} });
	await browser.signIn(page, n8n);
}, INSTALLATION_TIMEOUT);

afterAll(async () => {
	await close?.();
	await n8n?.stop();
	await sandbox?.stop();
	if (userFolder) fs.rmSync(userFolder, { recursive: true, force: true });
});

/** The picture of the README with this name; taken only where it is asked for. */
async function takePicture(name) {
	if (!process.env.SCREENSHOTS) return;
	await browser.closeMessages(page);
	const folder = path.join(REPOSITORY, 'docs', 'images');
	fs.mkdirSync(folder, { recursive: true });
	// JPEG, because n8n's build puts each PNG of the repository into the package.
	await page.screenshot({ path: path.join(folder, `${name}.jpg`), type: 'jpeg', quality: 85 });
}

describe('the nodes panel', () => {
	const NAMES = VENDORS.map(({ name }) => name);

	/** The list follows what is typed a moment later: read until it stands still. */
	async function found(word) {
		/** @type {string[]} */
		let names = [];
		await until(`a list of nodes for "${word}" that stands still`, async () => {
			const before = String(names);
			names = await browser.searchNodes(page, word);
			await wait(500);
			return String(names) === before;
		});
		return names;
	}

	beforeAll(async () => {
		await browser.newWorkflow(page);
		await browser.openNodesPanel(page);
	});

	test.each(['invoice', 'invoices', 'bill', 'billing', 'vendor', 'supplier', 'accounts payable'])(
		'"%s" finds every vendor',
		async (word) => {
			expect(await found(word)).toEqual(expect.arrayContaining(NAMES));
		},
	);

	test.each(VENDORS)('$name is found by its name and by its trade', async ({ name, onScreen }) => {
		expect(await found(name)).toContain(name);
		expect(await found(onScreen.trade)).toContain(name);
	});
});

/** Pictures need only the vendors that are in one. */
const SHOWN = process.env.SCREENSHOTS
	? VENDORS.filter(({ onScreen }) => onScreen.pictures)
	: VENDORS;

// Step by step in one workflow for each node: a step needs those before it.
describe.each(SHOWN)('$name', ({ name, type, credential, secret, ...vendor }) => {
	const { typed, region, refusal, numbers, pictures = [] } = vendor.onScreen;
	const offers = [...EVENTS, ...vendor.onScreen.offers];

	/** Takes a picture of the README that shows this vendor. */
	async function picture(what) {
		if (pictures.includes(what)) await takePicture(what);
	}

	async function typeParameters() {
		for (const [field, value] of Object.entries(vendor.parameters)) {
			await browser.type(page, field, value);
		}
	}

	test('is found by its name, with what it offers', async () => {
		await browser.newWorkflow(page);
		await browser.findNode(page, name);
		expect((await browser.offers(page)).sort()).toEqual(offers.sort());
		await browser.addOffer(page, GET_MANY);
	});

	test('a wrong secret is called so', async () => {
		await browser.newCredential(page);
		if (region) await browser.choose(page, 'region', region);
		for (const field of typed) {
			const value = field === secret ? 'wrong' : sandbox.credentials[credential][field];
			await browser.type(page, field, value);
		}
		await browser.saveCredential(page);
		await page.getByText('Couldn’t connect with these settings').waitFor();
		await page.getByText('More details').click();
		expect(await browser.credentialForm(page).innerText()).toContain(refusal);
	});

	test('the right secret passes the test of the credential', async () => {
		await browser.type(page, secret, sandbox.credentials[credential][secret]);
		await browser.saveCredential(page);
		await browser.credentialForm(page).waitFor({ state: 'hidden' });
		await browser.editCredential(page);
		await page.getByText('Connection tested successfully').waitFor();
		await picture('credential');
		await browser.closeCredential(page);
	});

	test('Get Many fills the table', async () => {
		await typeParameters();
		const all = numbers(sandbox);
		const count = Math.min(all.length, LIMIT);
		expect(await browser.runNode(page)).toMatch(new RegExp(`^${count} items`));
		const rows = await browser.readTable(page);
		expect(rows.map(({ invoiceNumber }) => invoiceNumber)).toEqual(all.slice(0, ROWS));
		expect(new Set(rows.map(({ supplierName }) => supplierName))).toEqual(new Set([name]));
		if (pictures.includes('table')) {
			await browser.widenOutput(page);
			await browser.scrollTo(page, 'signedTotal');
			await picture('table');
		}
	});

	test('Get reads the invoice that is chosen from the list', async () => {
		const [, number] = numbers(sandbox);
		await browser.choose(page, 'operation', 'Get');
		const listed = await browser.chooseInvoice(page, number);
		expect(listed).toHaveLength(numbers(sandbox).length);
		expect(await browser.runNode(page)).toMatch(/^1 item/);
		const [row] = await browser.readTable(page);
		expect(row).toMatchObject({ supplierName: name, invoiceNumber: number });
		await browser.show(page, 'Schema');
		await picture('get');
	});

	if (vendor.pdfPath) {
		test('Download PDF hands over the file', async () => {
			const [, number] = numbers(sandbox);
			await browser.choose(page, 'operation', 'Download PDF');
			expect(await browser.runNode(page)).toMatch(/^1 item/);
			await browser.show(page, 'Binary');
			const shown = await browser.output(page).innerText();
			// Where numbers are not unique, the ID is in the name, too.
			const name = new RegExp(`${type}-${number}(-[\\w-]+)?\\.pdf`);
			expect(shown).toMatch(name);
			expect(shown).toContain('application/pdf');
			await picture('pdf');
			const file = await browser.downloadFile(page);
			expect(file.name).toMatch(name);
			expect(file.bytes.subarray(0, 5).toString()).toBe('%PDF-');
		});
	}

	test('the trigger fetches a test event', async () => {
		await browser.closeNode(page);
		await browser.findNode(page, name);
		await browser.addOffer(page, 'On invoice created');
		await typeParameters();
		expect(await browser.runNode(page)).toMatch(/^1 item/);
		await browser.show(page, 'Schema');
		await picture('trigger');
		const [row] = await browser.readTable(page);
		expect(numbers(sandbox)).toContain(row.invoiceNumber);
		await browser.closeNode(page);
	});
});

// Last, because it puts credentials into n8n, and the nodes before are to have none.
describe('the canvas', () => {
	/** All vendors that need no parameters, side by side, and n8n's own nodes behind them. */
	function sumOfVendors(credentials) {
		const simple = VENDORS.filter((vendor) => !hasParameters(vendor));
		const nodes = simple.map((vendor, row) =>
			vendorNode(vendor, credentials[vendor.name], {
				position: [320, row * 180],
				parameters: { operation: 'getAll', returnAll: true },
			}),
		);
		const middle = ((simple.length - 1) * 180) / 2;
		const merge = {
			id: 'all',
			name: 'All Invoices',
			type: 'n8n-nodes-base.merge',
			typeVersion: 3.2,
			position: [640, middle - 16 * (simple.length - 2)],
			parameters: { mode: 'append', numberInputs: simple.length },
		};
		const sum = {
			id: 'sum',
			name: 'Sum by Vendor and Currency',
			type: 'n8n-nodes-base.summarize',
			typeVersion: 1.1,
			position: [900, middle],
			parameters: {
				fieldsToSummarize: { values: [{ aggregation: 'sum', field: 'signedTotal' }] },
				fieldsToSplitBy: 'supplierName, currency',
				options: {},
			},
		};
		const connections = connect(...simple.map(({ name }) => [TRIGGER, name]), [
			merge.name,
			sum.name,
		]);
		for (const [index, { name }] of simple.entries()) {
			connections[name] = { main: [[{ node: merge.name, type: 'main', index }]] };
		}
		const trigger = { ...triggerNode(), position: [0, middle] };
		return { name: 'Invoices', nodes: [trigger, ...nodes, merge, sum], connections };
	}

	test('shows each node by its vendor, with what it does', async () => {
		const client = await host.login(n8n);
		const workflow = sumOfVendors(await putCredentials(client, sandbox));
		const { id } = await host.createWorkflow(client, workflow);
		await page.goto(`${n8n.url}/workflow/${id}`);
		await page.getByTestId('execute-workflow-button').click();
		await page.getByText('Workflow executed successfully').waitFor();
		const canvas = page.getByTestId('canvas-wrapper');
		await expectCount(
			canvas,
			'Get Many: Invoice',
			VENDORS.filter((one) => !hasParameters(one)).length,
		);
		await page.getByTestId('zoom-to-fit').click();
		await wait(500);
		await takePicture('canvas');
	});

	async function expectCount(within, text, count) {
		await until(
			`${count} × "${text}"`,
			async () => (await within.getByText(text).count()) === count,
		);
	}
});
