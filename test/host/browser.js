'use strict';

// n8n's editor in Debian's Chromium, worked as a user does: by what is to be read on the screen, and
// where the same words stand twice, by the test ids of n8n's own end-to-end tests.

const fs = require('node:fs');
const { chromium, selectors } = require('playwright-core');
const { until } = require('./processes');

const CHROMIUM = '/usr/bin/chromium';

/** A machine that does other things as well may take this long for a step. */
const STEP_TIMEOUT = 40_000;
const RUN_TIMEOUT = 20_000;
const MOST_RUNS = 3;

/** No sandbox: it does not start as root. The rest: nothing that calls home, and no second window. */
const ARGUMENTS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

selectors.setTestIdAttribute('data-test-id');

function assertChromium() {
	if (fs.existsSync(CHROMIUM)) return;
	throw new Error(
		`The tests in a browser need ${CHROMIUM}. On Debian: apt-get install --no-install-recommends chromium`,
	);
}

/** Opens a browser; resolves to one page, and `close`. `settings` are those of a browser context. */
async function openBrowser(settings = {}) {
	assertChromium();
	const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
	const context = await browser.newContext({
		viewport: { width: 1440, height: 900 },
		reducedMotion: 'reduce',
		...settings,
	});
	context.setDefaultTimeout(STEP_TIMEOUT);
	const page = await context.newPage();
	// "Leave site? Changes may not be saved."
	page.on('dialog', (dialog) => dialog.accept());
	return { page, close: () => browser.close() };
}

/** Runs in the page; what its own code clicks is not trusted. */
const COUNT_CLICKS =
	"addEventListener('click', ({ isTrusted }) => isTrusted && countClick(), true);";

/** Counts what the user clicks from now on; gives what tells the count and begins anew. */
async function countClicks(page) {
	let clicks = 0;
	await page.exposeFunction('countClick', () => void clicks++);
	await page.addInitScript({ content: COUNT_CLICKS });
	await page.evaluate(COUNT_CLICKS);
	return () => {
		const counted = clicks;
		clicks = 0;
		return counted;
	};
}

async function signIn(page, { url, email, password }) {
	await page.goto(`${url}/signin`);
	await page.getByLabel('Email').fill(email);
	await page.getByLabel('Password', { exact: true }).fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.waitForURL(/\/home\//);
}

/**
 * By the button of the side bar, which is quicker than a load of the whole editor. On a busy machine
 * that click is lost now and then: then by its address.
 */
async function newWorkflow(page) {
	await page.getByTestId('universal-add').click();
	await page.getByText('New workflow', { exact: true }).click();
	const canvas = page.getByTestId('canvas-add-button');
	const missed = await canvas.waitFor({ timeout: RUN_TIMEOUT }).catch((error) => error);
	if (!missed) return;
	await page.goto(new URL('/workflow/new', page.url()).href);
	await canvas.waitFor();
}

const entry = (page, name) =>
	page.getByTestId('node-creator-item-name').getByText(name, { exact: true });

const category = (page, name) =>
	page.getByTestId('node-creator-category-item').filter({ hasText: name });

async function openNodesPanel(page) {
	const first = page.getByTestId('canvas-add-button').getByRole('button');
	await first.or(page.getByTestId('node-creator-plus-button')).first().click();
}

/** Types a word into the open nodes panel; resolves to the names of the nodes that it finds. */
async function searchNodes(page, word) {
	await page.getByTestId('node-creator-search-bar').fill(word);
	const names = page.getByTestId('node-creator-item-name');
	await names.first().waitFor();
	return await names.allInnerTexts();
}

/** Looks a node up in the nodes panel and opens all that it offers. */
async function findNode(page, name) {
	await openNodesPanel(page);
	await page.getByTestId('node-creator-search-bar').fill(name);
	await entry(page, name).click();
	await category(page, 'Actions').waitFor();
	await category(page, 'Triggers').waitFor();
	const closed = page.locator('[data-category-collapsed="true"]');
	while (await closed.count()) await closed.getByTestId('node-creator-category-item').click();
}

/**
 * Adds a node of n8n's behind the last one of the workflow, and one of its actions where it has
 * several; its form opens.
 */
async function addNext(page, name, action) {
	await page.getByTestId('zoom-to-fit').click();
	await page.getByTestId('canvas-handle-plus').last().click();
	await page.getByTestId('node-creator-search-bar').fill(name);
	await entry(page, name).first().click();
	if (action !== undefined) await entry(page, action).click();
	await page.getByTestId('node-parameters').waitFor();
}

/** The texts of what the open node offers: its events and its actions. */
async function offers(page) {
	return await page.getByTestId('node-creator-item-name').allInnerTexts();
}

/** Adds one of these to the workflow; its form opens. */
async function addOffer(page, text) {
	await entry(page, text).click();
	await page.getByTestId('node-parameters').waitFor();
}

const field = (page, name) => page.getByTestId(`parameter-input-${name}`);

async function type(page, name, value) {
	await field(page, name).locator('input').fill(value);
}

/** Types an expression, such as `{{ $json.id }}`: n8n takes it for one by its braces. */
async function typeExpression(page, name, expression) {
	await field(page, name).locator('input:not([readonly])').fill(expression);
	await field(page, name).locator('.cm-content').waitFor();
}

/** Turns a switch on or off. */
async function toggle(page, name) {
	await field(page, name).click();
}

/** Adds a filter or an option, by the name of the collection's button. */
async function addToCollection(page, button, option) {
	await page
		.getByTestId('collection-parameter-add')
		.filter({ has: page.getByPlaceholder(button) })
		.click();
	await visibleOption(page, option).click();
}

/** The list of a field opens below it, or wherever there is room. */
async function choose(page, name, text) {
	await field(page, name).click();
	await visibleOption(page, text).click();
}

const visibleOption = (page, text) =>
	page.getByRole('option').filter({ visible: true }).getByText(text, { exact: true });

async function listed(page) {
	const items = page.getByTestId('rlc-item');
	await items.first().waitFor();
	return await items.allInnerTexts();
}

/** Searches the list for an invoice and chooses it; resolves to all that the list showed before. */
async function chooseInvoice(page, number) {
	await field(page, 'invoiceId').getByTestId('rlc-input').click();
	const all = await listed(page);
	await page.getByTestId('rlc-search').fill(number);
	const items = page.getByTestId('rlc-item');
	await until('a shorter list', async () => (await items.count()) < all.length);
	await items
		.getByText(new RegExp(`^${number} · `))
		.first()
		.click();
	return all;
}

const credentialForm = (page) => page.getByTestId('editCredential-modal');

const saveCredential = (page) =>
	credentialForm(page).getByRole('button', { name: 'Save', exact: true }).click();

async function newCredential(page) {
	await page.getByTestId('node-credentials-slot').getByRole('button').click();
	// n8n gives it a name last of all: what is typed before does not count as a change.
	await credentialForm(page)
		.getByText(/ account$/)
		.filter({ visible: true })
		.waitFor();
}

/** n8n tests a credential when its form is opened. */
async function editCredential(page) {
	await page.getByTestId('credential-edit-button').click();
	await credentialForm(page).waitFor();
}

async function closeCredential(page) {
	await credentialForm(page).getByRole('button', { name: 'Close' }).click();
	await credentialForm(page).waitFor({ state: 'hidden' });
}

async function closeNode(page) {
	await page.getByTestId('ndv-close-button').click();
	await page.getByTestId('ndv').waitFor({ state: 'hidden' });
}

const output = (page) => page.getByTestId('output-panel');

/** Takes away the messages that n8n shows for some seconds, in front of what is below them. */
async function closeMessages(page) {
	await page.locator('.el-notification__closeBtn').evaluateAll((all) => {
		for (const button of all) button.click();
	});
	// The first of those that are left: gone when all are.
	await page.locator('.el-notification').first().waitFor({ state: 'detached' });
}

/**
 * Runs the open node; resolves to the number of items in n8n's words, such as "50 items". On a busy
 * machine a click is lost now and then, or n8n shows the output without its message: then it is run
 * again, as a user would.
 */
async function runNode(page) {
	for (let tries = 1; ; tries++) {
		// The message of the run before would pass for that of this one.
		await closeMessages(page);
		await page.getByTestId('node-execute-button').click();
		const message = page.getByText('Node executed successfully');
		const missed = await message.waitFor({ timeout: RUN_TIMEOUT }).catch((error) => error);
		if (!missed) break;
		if (tries === MOST_RUNS) throw missed;
	}
	await closeMessages(page);
	// Where a node has several outputs, their tabs stand in place of the count.
	const count = output(page)
		.getByTestId('ndv-items-count')
		.or(output(page).getByText(/\(\d+ items?\)/));
	return await count.first().innerText();
}

async function show(page, view) {
	await output(page).getByTestId('ndv-run-data-display-mode').getByText(view).click();
}

/** The output as n8n's table shows it: a record of texts for each row that is on the screen. */
async function readTable(page) {
	await show(page, 'Table');
	const table = output(page).locator('table').first();
	await table.locator('tbody tr').first().waitFor();
	const header = (await table.locator('thead th').allInnerTexts()).map((text) => text.trim());
	const rows = [];
	for (const row of await table.locator('tbody tr').all()) {
		const cells = (await row.locator('td').allInnerTexts()).map((text) => text.trim());
		rows.push(Object.fromEntries(header.map((name, index) => [name, cells[index]])));
	}
	return rows;
}

/** Gives the output more room, as one does who reads a table: drags the form to the left. */
async function widenOutput(page) {
	const handle = await page.getByTestId('panel-drag-button').boundingBox();
	await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
	await page.mouse.down();
	await page.mouse.move(0, handle.y, { steps: 5 });
	await page.mouse.up();
}

/** Scrolls the table until this column is the last one in view. */
async function scrollTo(page, column) {
	const header = output(page).locator('thead th').filter({ hasText: column });
	await header.evaluate((element) => element.scrollIntoView({ inline: 'end' }));
}

/** The name and the bytes of the file that the button under the output hands to the user. */
async function downloadFile(page) {
	const [download] = await Promise.all([
		page.waitForEvent('download'),
		output(page).getByTestId('ndv-download-binary-data').click(),
	]);
	return { name: download.suggestedFilename(), bytes: fs.readFileSync(await download.path()) };
}

module.exports = {
	addNext,
	addOffer,
	addToCollection,
	choose,
	chooseInvoice,
	closeCredential,
	closeMessages,
	closeNode,
	countClicks,
	credentialForm,
	downloadFile,
	editCredential,
	field,
	findNode,
	newCredential,
	newWorkflow,
	offers,
	openBrowser,
	openNodesPanel,
	output,
	readTable,
	runNode,
	saveCredential,
	scrollTo,
	searchNodes,
	show,
	signIn,
	toggle,
	type,
	typeExpression,
	visibleOption,
	widenOutput,
};
