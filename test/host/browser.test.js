'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createSandbox } = require('../sandbox');
const browser = require('./browser');
const { VENDORS } = require('./demo');
const host = require('./host');
const { REPOSITORY } = require('./package');

// What a user does in n8n's editor, with each node: finds it by its name, types a credential,
// chooses from the lists, runs it and reads what came out. The vendors are the sandbox's.

const INSTALLATION_TIMEOUT = 1_200_000;
const ACCOUNT = 'ACC-1001';

const EVENTS = ['On invoice changed', 'On invoice created'];
const PAID = 'On invoice paid';
const GET = 'Get an invoice';
const GET_MANY = 'Get many invoices';
const GET_UNPAID = 'Get many unpaid invoices';
const DOWNLOAD = 'Download the PDF of an invoice';

const REFUSED = (status) => `The secret is refused (HTTP ${status}), or it may not read invoices`;

/**
 * What each node offers by its texts on screen; what is typed into its credential, the secret last;
 * what n8n says to a wrong secret; the numbers of its invoices in the order of Get Many.
 */
const ON_SCREEN = {
	talkdesk: {
		offers: [...EVENTS, 'Get many accounts', GET, GET_MANY],
		region: 'Custom',
		typed: ['baseUrl', 'tokenUrl', 'clientId', 'clientSecret'],
		refusal: 'Client authentication failed',
		numbers: (data) => [...new Set(data.talkdesk.map(({ number }) => number))].reverse(),
	},
	talkdeskInsurance: {
		offers: [...EVENTS, PAID, GET, GET_MANY, GET_UNPAID],
		typed: ['baseUrl', 'testAccountId', 'headerValue'],
		refusal: REFUSED(401),
		account: ACCOUNT,
		numbers: (data) => data.talkdeskInsurance[ACCOUNT].map((invoice) => invoice.invoice_number),
	},
	fastly: {
		offers: [...EVENTS, PAID, GET, GET_MANY, GET_UNPAID, 'Get month-to-date charges'],
		typed: ['baseUrl', 'apiToken'],
		refusal: REFUSED(401),
		numbers: (data) => data.fastly.map((invoice) => invoice.invoice_id),
	},
	carrierX: {
		offers: [...EVENTS, PAID, DOWNLOAD, GET, GET_MANY, GET_UNPAID],
		typed: ['baseUrl', 'accessToken'],
		refusal: REFUSED(401),
		numbers: (data) => data.carrierX.map((invoice) => invoice.display_id).reverse(),
	},
	i3dNet: {
		offers: [...EVENTS, PAID, DOWNLOAD, GET, GET_MANY, GET_UNPAID],
		typed: ['baseUrl', 'privateToken'],
		refusal: REFUSED(403),
		numbers: (data) => data.i3dNet.map(({ invoiceNumber }) => invoiceNumber),
	},
};

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
	sandbox = await createSandbox({ port: 0 });
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
async function picture(name) {
	if (!process.env.SCREENSHOTS) return;
	await browser.closeMessages(page);
	const folder = path.join(REPOSITORY, 'docs', 'images');
	fs.mkdirSync(folder, { recursive: true });
	// JPEG, because n8n's build puts each PNG of the repository into the package.
	await page.screenshot({ path: path.join(folder, `${name}.jpg`), type: 'jpeg', quality: 85 });
}

// Step by step in one workflow for each node: a step needs those before it.
describe.each(VENDORS)('$name', ({ name, node, credential }) => {
	const { offers, typed, region, refusal, account, numbers } = ON_SCREEN[node];
	const secret = typed.at(-1);

	test('is found by its name, with what it offers', async () => {
		await browser.newWorkflow(page);
		await browser.findNode(page, name);
		expect((await browser.offers(page)).sort()).toEqual([...offers].sort());
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
		if (node === 'fastly') await picture('credential');
		await browser.closeCredential(page);
	});

	test('Get Many fills the table', async () => {
		if (account) await browser.type(page, 'accountId', account);
		const all = numbers(sandbox.data);
		const count = Math.min(all.length, LIMIT);
		expect(await browser.runNode(page)).toMatch(new RegExp(`^${count} items`));
		const rows = await browser.readTable(page);
		expect(rows.map(({ invoiceNumber }) => invoiceNumber)).toEqual(all.slice(0, ROWS));
		expect(new Set(rows.map(({ provider }) => provider))).toEqual(new Set([node]));
		if (node === 'i3dNet') {
			await browser.widenOutput(page);
			await browser.scrollTo(page, 'totalAmount');
			await picture('table');
		}
	});

	test('Get reads the invoice that is chosen from the list', async () => {
		const [, number] = numbers(sandbox.data);
		await browser.choose(page, 'operation', 'Get');
		const listed = await browser.chooseInvoice(page, number);
		expect(listed).toHaveLength(numbers(sandbox.data).length);
		expect(await browser.runNode(page)).toMatch(/^1 item/);
		const [row] = await browser.readTable(page);
		expect(row).toMatchObject({ provider: node, invoiceNumber: number });
		await browser.show(page, 'Schema');
		if (node === 'talkdesk') await picture('get');
	});

	if (offers.includes(DOWNLOAD)) {
		test('Download PDF hands over the file', async () => {
			const [, number] = numbers(sandbox.data);
			await browser.choose(page, 'operation', 'Download PDF');
			expect(await browser.runNode(page)).toMatch(/^1 item/);
			await browser.show(page, 'Binary');
			const shown = await browser.output(page).innerText();
			// Each partner of CarrierX has its own numbers: there the ID is in the name, too.
			const name = new RegExp(`${node}-${number}(-[\\w-]+)?\\.pdf`);
			expect(shown).toMatch(name);
			expect(shown).toContain('application/pdf');
			if (node === 'carrierX') await picture('pdf');
			const file = await browser.downloadFile(page);
			expect(file.name).toMatch(name);
			expect(file.bytes.subarray(0, 5).toString()).toBe('%PDF-');
		});
	}

	test('the trigger fetches a test event', async () => {
		await browser.closeNode(page);
		await browser.findNode(page, name);
		await browser.addOffer(page, 'On invoice created');
		if (account) await browser.type(page, 'accountId', account);
		expect(await browser.runNode(page)).toMatch(/^1 item/);
		await browser.show(page, 'Schema');
		if (node === 'carrierX') await picture('trigger');
		const [row] = await browser.readTable(page);
		expect(numbers(sandbox.data)).toContain(row.invoiceNumber);
		await browser.closeNode(page);
	});
});
