'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createBillingServer } = require('../billingServer');
const { createSandbox } = require('../sandbox');
const { VENDORS: ROWS } = require('../vendors');
const {
	ALL,
	PACKAGE,
	TRIGGER,
	VENDORS,
	connect,
	putCredentials,
	putExample,
	soon,
	triggerNode,
	vendorNode,
	vendorOf,
	webhookNode,
} = require('./demo');
const host = require('./host');
const { until } = require('./processes');

// The whole way in a real n8n: the package installed as a community package, the nodes executed
// in saved workflows, the credentials tested as the editor does. The vendors are the sandbox's.

const INSTALLATION_TIMEOUT = 1_200_000;

const log = () => {};

let userFolder;
let sandbox;
let n8n;
let client;
let credentials;

beforeAll(async () => {
	userFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-e2e-'));
	await host.ensureInstalled({ log });
	await host.installPackage({ userFolder, log });
	sandbox = await createSandbox({ port: 0 });
	n8n = await host.startN8n({ userFolder, port: await host.freePort(), log });
	client = await host.login(n8n);
	credentials = await putCredentials(client, sandbox);
}, INSTALLATION_TIMEOUT);

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.stop();
	if (userFolder) fs.rmSync(userFolder, { recursive: true, force: true });
});

/** A node that puts out the given items. */
function itemsNode(items) {
	return {
		id: 'items',
		name: 'Items',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		position: [200, 320],
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ items }), options: {} },
	};
}

const EACH = {
	id: 'each',
	name: 'Each',
	type: 'n8n-nodes-base.splitOut',
	typeVersion: 1,
	position: [380, 320],
	parameters: { fieldToSplitOut: 'items', options: {} },
};

/**
 * Executes one node of ours in a workflow of its own, once for each of `items`, if given.
 *
 * @param {string} node
 * @param {{ items?: object[], parameters?: object, [setting: string]: any }} settings
 */
async function execute(node, { items, ...settings }) {
	const vendor = vendorOf(node);
	const between = items ? [itemsNode(items), EACH] : [];
	const ours = vendorNode(vendor, credentials[vendor.name], settings);
	const { id } = await host.createWorkflow(client, {
		name: `${vendor.name}: ${expect.getState().currentTestName}`.slice(0, 120),
		nodes: [triggerNode(), ...between, ours],
		connections: connect([TRIGGER, ...between.map(({ name }) => name), ours.name]),
	});
	const { items: all, ...result } = await host.runWorkflow(client, id);
	return { ...result, items: all[vendor.name] ?? [] };
}

/** Fails with n8n's own words where the execution failed. */
function expectSuccess({ status, error }) {
	expect({ status, message: error?.message }).toEqual({ status: 'success', message: undefined });
}

async function jsonOf(node, parameters) {
	const result = await execute(node, { parameters });
	expectSuccess(result);
	return result.items.map(({ json }) => json);
}

function sortedKeys(value) {
	if (Array.isArray(value)) return value.map(sortedKeys);
	if (value === null || typeof value !== 'object') return value;
	const names = Object.keys(value).sort();
	return Object.fromEntries(names.map((name) => [name, sortedKeys(value[name])]));
}

/**
 * In one order, whatever the order was: to compare lists of which only the content matters, and
 * as JSON has it, in which a number has no negative zero.
 */
function inAnyOrder(records) {
	const texts = records.map((record) => JSON.stringify(sortedKeys(record)));
	return texts.sort().map((text) => JSON.parse(text));
}

function expectAll(found, expected) {
	expect(expected.length).toBeGreaterThan(0);
	expect(inAnyOrder(found)).toEqual(inAnyOrder(expected));
}

/** Those of all accounts that the workflows ask for. */
function insuranceInvoices() {
	return sandbox.insuranceAccounts.flatMap((account) => sandbox.data.talkdeskInsurance[account]);
}

const raw = { output: 'raw' };
const all = { operation: 'getAll', returnAll: true, ...raw };
const byId = (value, mode = 'id') => ({
	invoiceId: { __rl: true, mode, value },
});

describe('a credential that each item resolves for itself', () => {
	let server;
	beforeAll(async () => {
		server = await createBillingServer({
			'secret-one': '1',
			'secret-two': '2',
			'client-one:pass-one': '1',
			'client-two:pass-two': '2',
		});
	});
	afterAll(async () => await server.close());

	test.each(VENDORS)('$name: three accounts, one of them wrong', async (vendor) => {
		const secret =
			vendor.node === 'talkdesk'
				? (name) => `client-${name}:pass-${name}`
				: (name) => `secret-${name}`;
		const row = ROWS.find(({ type }) => type === vendor.node);
		const credential = await host.createCredential(client, {
			name: `${vendor.name} by item`,
			type: vendor.credential,
			data: server.credentialsOf(row, '$json.secret')[vendor.credential],
		});
		const names = ['one', 'two', 'wrong', 'one'];
		const ours = vendorNode(vendor, credential, {
			onError: 'continueRegularOutput',
			parameters: { operation: 'getAll', accountId: 'A', output: 'raw' },
		});
		const { id } = await host.createWorkflow(client, {
			name: `${vendor.name}: several accounts`,
			nodes: [
				triggerNode(),
				itemsNode(names.map((name) => ({ secret: secret(name) }))),
				EACH,
				ours,
			],
			connections: connect([TRIGGER, 'Items', EACH.name, ours.name]),
		});
		// Twice: the second execution finds the token of whichever client came last.
		for (let execution = 0; execution < 2; execution++) {
			const { status, items } = await host.runWorkflow(client, id);
			expect(status).toBe('success');
			const found = items[vendor.name].map(({ json }) => JSON.stringify(json));
			expect(found.map((text) => /T-\d/.exec(text)?.[0])).toEqual(['T-1', 'T-2', undefined, 'T-1']);
			expect(found[2]).toMatch(/^{"error":/);
			expect(found[2]).not.toContain('wrong');
		}
	});
});

describe('the package in n8n', () => {
	let types;
	beforeAll(async () => {
		types = await host.nodeTypes(client);
	});

	test.each(VENDORS)('knows $name by its name on screen', ({ name, node }) => {
		const found = types.filter(({ displayName }) => displayName === name);
		expect(found.map((type) => type.name)).toContain(`${PACKAGE}.${node}`);
	});

	test.each(VENDORS)('serves the icons of $name', async ({ node }) => {
		const { iconUrl } = types.find((type) => type.name === `${PACKAGE}.${node}`);
		for (const url of [iconUrl.light, iconUrl.dark]) {
			const response = await client.fetch('GET', `/${url}`);
			expect(response.headers.get('content-type')).toContain('image/svg+xml');
			expect(await response.text()).toContain('<svg');
		}
	});
});

describe('the credential test', () => {
	const SECRETS = {
		talkdeskOAuth2Api: 'clientSecret',
		talkdeskInsuranceApi: 'headerValue',
		fastlyApi: 'apiToken',
		carrierXApi: 'accessToken',
		i3dNetApi: 'privateToken',
	};

	test.each(VENDORS)('of $name is green', async ({ name }) => {
		expect(await host.testCredential(client, credentials[name])).toMatchObject({ status: 'OK' });
	});

	test.each(VENDORS)('of $name fails on a wrong secret', async ({ name }) => {
		const { data, ...credential } = credentials[name];
		const wrong = { ...data, [SECRETS[credential.type]]: 'a-wrong-secret' };
		const answer = await host.testCredential(client, { ...credential, data: wrong });
		expect(answer).toMatchObject({ status: 'Error' });
	});
});

describe('Get Many with Return All gives each record once', () => {
	test('Talkdesk', async () => {
		expectAll(await jsonOf('talkdesk', all), sandbox.data.talkdesk);
	});

	test('Talkdesk Insurance, several accounts in one run', async () => {
		const accounts = sandbox.insuranceAccounts;
		const result = await execute('talkdeskInsurance', {
			items: accounts.map((accountId) => ({ accountId })),
			parameters: { ...all, accountId: '={{ $json.accountId }}' },
		});
		expectSuccess(result);
		const { items } = result;
		for (const [index, account] of accounts.entries()) {
			const ofAccount = items.filter(({ pairedItem }) => pairedItem.item === index);
			expect(inAnyOrder(ofAccount.map(({ json }) => json))).toEqual(
				inAnyOrder(sandbox.data.talkdeskInsurance[account]),
			);
		}
		expect(items).toHaveLength(insuranceInvoices().length);
	});

	test('Fastly', async () => {
		expectAll(await jsonOf('fastly', all), sandbox.data.fastly);
	});

	test('CarrierX', async () => {
		expectAll(await jsonOf('carrierX', all), sandbox.data.carrierX);
	});

	test('i3D.net', async () => {
		expectAll(await jsonOf('i3dNet', all), sandbox.data.i3dNet);
	});
});

describe('Get Many Unpaid', () => {
	const unpaid = { operation: 'getUnpaid', returnAll: true, ...raw };

	test('Talkdesk Insurance: what has something due', async () => {
		const [accountId] = sandbox.insuranceAccounts;
		const due = sandbox.data.talkdeskInsurance[accountId].filter(
			({ amount, due_amount: left }) => parseFloat(amount) >= 0 && parseFloat(left) > 0,
		);
		expectAll(await jsonOf('talkdeskInsurance', { ...unpaid, accountId }), due);
	});

	test('Fastly: not paid, no credit note', async () => {
		const due = sandbox.data.fastly.filter(
			({ payment_status: word, monthly_transaction_amount: total }) =>
				word !== 'paid' && total >= 0,
		);
		expectAll(await jsonOf('fastly', unpaid), due);
	});

	test('CarrierX: not paid, no credit note', async () => {
		const due = sandbox.data.carrierX.filter(({ paid, amount }) => !paid && Number(amount) >= 0);
		expectAll(await jsonOf('carrierX', unpaid), due);
	});

	test('i3D.net: something remains, no credit invoice', async () => {
		const due = sandbox.data.i3dNet.filter(
			({ isCredit, remainingAmount }) => isCredit !== 1 && Number(remainingAmount) !== 0,
		);
		expectAll(await jsonOf('i3dNet', unpaid), due);
	});
});

describe('Get', () => {
	const get = { operation: 'get', ...raw };

	test('Talkdesk: all lines of an invoice by its number', async () => {
		const { number } = sandbox.data.talkdesk[0];
		const lines = sandbox.data.talkdesk.filter((line) => line.number === number);
		expectAll(await jsonOf('talkdesk', { ...get, ...byId(number, 'number') }), lines);
	});

	test('Talkdesk Insurance: by its number', async () => {
		const [accountId] = sandbox.insuranceAccounts;
		const [invoice] = sandbox.data.talkdeskInsurance[accountId];
		const parameters = { ...get, accountId, ...byId(invoice.invoice_number, 'number') };
		expect(await jsonOf('talkdeskInsurance', parameters)).toEqual([invoice]);
	});

	test('Fastly: by id', async () => {
		const invoice = sandbox.data.fastly.at(-1);
		expect(await jsonOf('fastly', { ...get, ...byId(invoice.invoice_id) })).toEqual([invoice]);
	});

	test('CarrierX: by id', async () => {
		const invoice = sandbox.data.carrierX[0];
		expect(await jsonOf('carrierX', { ...get, ...byId(invoice.invoice_sid) })).toEqual([invoice]);
	});

	test('i3D.net: by id and by number', async () => {
		const { id, invoiceNumber } = sandbox.data.i3dNet[3];
		const detail = sandbox.data.i3dNetDetails[id];
		expect(await jsonOf('i3dNet', { ...get, ...byId(id) })).toEqual([detail]);
		expect(await jsonOf('i3dNet', { ...get, ...byId(invoiceNumber, 'number') })).toEqual([detail]);
	});

	test('Fastly: the month to date', async () => {
		const [estimate] = await jsonOf('fastly', { operation: 'getMonthToDate', ...raw });
		expect(typeof estimate.monthly_transaction_amount).toBe('string');
	});

	test('Talkdesk: the accounts', async () => {
		const parameters = { ...all, resource: 'account' };
		expectAll(await jsonOf('talkdesk', parameters), sandbox.data.talkdeskAccounts);
	});
});

describe('Download PDF', () => {
	const DOWNLOADS = [
		['i3dNet', 'id'],
		['carrierX', 'invoice_sid'],
	];

	test.each(DOWNLOADS)(
		'%s: the file is in the store of n8n, its hash is right',
		async (node, key) => {
			const id = sandbox.data[node][0][key];
			const result = await execute(node, {
				parameters: { operation: 'downloadPdf', binaryPropertyName: 'data', ...byId(id) },
			});
			expectSuccess(result);
			const [{ json, binary }] = result.items;
			const bytes = await host.readBinary(client, binary.data);
			expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
			expect(json).toMatchObject({
				provider: node,
				invoiceId: id,
				mimeType: 'application/pdf',
				fileSize: bytes.length,
				sha256: createHash('sha256').update(bytes).digest('hex'),
			});
			expect(binary.data).toMatchObject({ mimeType: 'application/pdf', fileName: json.fileName });
		},
	);
});

describe('the searchable list of invoices', () => {
	const search = (node, parameters, filter) => {
		const vendor = vendorOf(node);
		const { id, name } = credentials[vendor.name];
		return host.listSearch(client, {
			nodeType: `${PACKAGE}.${node}`,
			parameter: 'invoiceId',
			method: 'searchInvoices',
			parameters: { resource: 'invoice', operation: 'get', ...parameters },
			credentials: { [vendor.credential]: { id, name } },
			filter,
		});
	};
	const newest = {
		talkdesk: () => sandbox.data.talkdesk.at(-1).number,
		fastly: () => sandbox.data.fastly[0].invoice_id,
		carrierX: () => sandbox.data.carrierX.at(-1).invoice_sid,
		i3dNet: () => sandbox.data.i3dNet[0].id,
	};

	test.each(Object.keys(newest))('%s: offers the newest', async (node) => {
		const { results } = await search(node, {});
		expect(results.map(({ value }) => value)).toContain(newest[node]());
	});

	test('Talkdesk Insurance: offers those of the account', async () => {
		const [accountId] = sandbox.insuranceAccounts;
		const { results } = await search('talkdeskInsurance', { accountId });
		const numbers = sandbox.data.talkdeskInsurance[accountId].map((one) => one.invoice_number);
		expect(results.map(({ value }) => value).sort()).toEqual(numbers.sort());
	});

	test('narrows down to what is typed', async () => {
		const { invoiceNumber, id } = sandbox.data.i3dNet[5];
		const { results } = await search('i3dNet', {}, invoiceNumber);
		expect(results.map(({ value }) => value)).toEqual([id]);
	});
});

describe('when an item fails', () => {
	const items = () => [
		{ id: sandbox.data.i3dNet[0].id },
		{ id: '999999999' },
		{ id: sandbox.data.i3dNet[1].id },
	];
	const parameters = { operation: 'get', ...raw, ...byId('={{ $json.id }}') };

	test('the others come out when the node continues', async () => {
		const result = await execute('i3dNet', {
			items: items(),
			parameters,
			onError: 'continueRegularOutput',
		});
		expectSuccess(result);
		const [first, failed, last] = result.items;
		expect(result.items).toHaveLength(3);
		expect(String(first.json.id)).toBe(items()[0].id);
		expect(String(last.json.id)).toBe(items()[2].id);
		expect(failed.json).toEqual({ error: expect.stringContaining('no such invoice') });
		expect(failed.pairedItem).toEqual({ item: 1 });
	});

	test('the error output gets the failed one only', async () => {
		const result = await execute('i3dNet', {
			items: items(),
			parameters,
			onError: 'continueErrorOutput',
		});
		expectSuccess(result);
		expect(result.outputs['i3D.net'].map((list) => list.length)).toEqual([2, 1]);
	});

	test('the execution ends with the words of the vendor otherwise', async () => {
		const { status, error } = await execute('i3dNet', { items: items(), parameters });
		expect(status).toBe('error');
		expect(error).toMatchObject({
			message: expect.stringContaining('no such invoice'),
			node: { name: 'i3D.net' },
		});
	});
});

/** Starts a workflow by its webhook; false where nobody listens to it yet. */
async function begun(route) {
	const response = await fetch(n8n.url + route, { method: 'POST' });
	await response.body?.cancel();
	return response.ok;
}

describe('what is new', () => {
	/** Publishes a workflow that lists invoices; gives what runs it in production, as each night. */
	async function nightly(onlyNew) {
		const vendor = vendorOf('carrierX');
		const ours = vendorNode(vendor, credentials[vendor.name], {
			parameters: { operation: 'getAll', onlyNew },
		});
		const route = `nightly-${onlyNew}`;
		const webhook = webhookNode(route, { httpMethod: 'POST', responseMode: 'onReceived' });
		const workflow = await host.createWorkflow(client, {
			name: `Nightly: ${onlyNew}`,
			nodes: [webhook, ours],
			connections: connect([webhook.name, ours.name]),
		});
		await host.publishWorkflow(client, workflow);
		let runs = 0;
		return async () => {
			// n8n says that it is published a moment before its webhook is there.
			await until('the webhook', async () => await begun(`/webhook/${route}`));
			runs++;
			const executions = async () => await host.executionsOf(client, workflow.id);
			await until('the execution', async () => (await executions()).length === runs);
			const result = (await executions())[runs - 1];
			expectSuccess(result);
			return result.items[vendor.name].map(({ json }) => json.id);
		};
	}
	const sids = () => sandbox.data.carrierX.map(({ invoice_sid: sid }) => sid);

	test('the first night gives all, the next nothing, the one after what is new', async () => {
		const run = await nightly('new');
		expectAll(await run(), sids());
		expect(await run()).toEqual([]);
		const before = new Set(sids());
		sandbox.change('carrierX', { insert: 1, where: 'middle' });
		expect(await run()).toEqual(sids().filter((sid) => !before.has(sid)));
		expect(await run()).toEqual([]);
	});

	test('what changed comes again where that is wanted', async () => {
		const run = await nightly('newOrChanged');
		expectAll(await run(), sids());
		sandbox.data.carrierX[4].display_id = 'changed';
		expect(await run()).toEqual([sids()[4]]);
		expect(await run()).toEqual([]);
	});
});

describe('a trigger', () => {
	const NAME = 'CarrierX Trigger';
	const AFTER = 'After';
	let workflow;

	/** The ids that each execution handed to the node behind the trigger. */
	async function told() {
		const executions = await host.executionsOf(client, workflow.id);
		for (const execution of executions) expectSuccess(execution);
		return executions.map(({ items }) => (items[AFTER] ?? []).map(({ json }) => json.id));
	}

	/** Adds an invoice in the middle of the list; gives its id. */
	function addInvoice(where) {
		const before = new Set(sandbox.data.carrierX.map(({ invoice_sid: sid }) => sid));
		sandbox.change('carrierX', { insert: 1, where });
		return sandbox.data.carrierX.map(({ invoice_sid: sid }) => sid).find((sid) => !before.has(sid));
	}

	beforeAll(async () => {
		const vendor = { ...vendorOf('carrierX'), node: 'carrierXTrigger', name: NAME };
		const trigger = vendorNode(vendor, credentials.CarrierX, {
			parameters: { pollTimes: soon(), event: 'invoiceCreated' },
		});
		const after = {
			id: 'after',
			name: AFTER,
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			position: [800, 320],
			parameters: {},
		};
		workflow = await host.createWorkflow(client, {
			name: 'Started by an invoice',
			nodes: [trigger, after],
			connections: connect([NAME, AFTER]),
		});
		await host.publishWorkflow(client, workflow);
	});

	afterAll(async () => {
		await host.unpublishWorkflow(client, workflow);
	});

	test.each(VENDORS)('of $name is known, and serves the schema of its items', async ({ node }) => {
		const types = await host.nodeTypes(client);
		const name = `${PACKAGE}.${node}Trigger`;
		expect(types.find((type) => type.name === name)).toMatchObject({ polling: true });
		const response = await client.fetch('GET', `/schemas/${encodeURIComponent(name)}/1.0.0.json`);
		expect(Object.keys((await response.json()).properties)).toContain('dedupeKey');
	});

	test('hands on nothing when it is published, and then a new invoice once', async () => {
		expect(await told()).toEqual([]);
		const id = addInvoice('end');
		await until('the first execution', async () => (await told()).length > 0, 90);
		expect(await told()).toEqual([[id]]);
	});

	test('hands on after a restart what came meanwhile, and nothing twice', async () => {
		const before = await told();
		const { port } = new URL(n8n.url);
		await n8n.stop();
		const id = addInvoice('end');
		n8n = await host.startN8n({ userFolder, port: Number(port), log });
		client = await host.login(n8n);
		await until('another execution', async () => (await told()).length > before.length, 90);
		expect(await told()).toEqual([...before, [id]]);

		// The poll of this start finds nothing any more.
		sandbox.clearRequests();
		await n8n.stop();
		n8n = await host.startN8n({ userFolder, port: Number(port), log });
		client = await host.login(n8n);
		await until('a poll', () => sandbox.requests.some(({ vendor }) => vendor === 'carrierX'), 90);
		expect(await told()).toEqual([...before, [id]]);
	});

	test('shows the newest invoice in the editor', async () => {
		const before = await told();
		const { executionId } = await client.call('POST', `/workflows/${workflow.id}/run`, {
			triggerToStartFrom: { name: NAME },
		});
		expect(executionId).toBeDefined();
		await until('an execution', async () => (await told()).length > before.length, 30);
		expect((await told()).at(-1)).toEqual([sandbox.data.carrierX.at(-1).invoice_sid]);
	});
});

describe('as a whole', () => {
	test('the example workflow gives all invoices of all vendors', async () => {
		const workflowId = await putExample(client, sandbox);
		const result = await host.runWorkflow(client, workflowId);
		expectSuccess(result);
		const { items } = result;
		const { talkdesk, fastly, carrierX, i3dNet } = sandbox.data;
		const invoices = {
			Talkdesk: new Set(talkdesk.map(({ number }) => number)).size,
			'Talkdesk Insurance': insuranceInvoices().length,
			Fastly: fastly.length,
			CarrierX: carrierX.length,
			'i3D.net': i3dNet.length,
		};
		for (const { name } of VENDORS) {
			const keys = items[name].map(({ json }) => json.dedupeKey);
			expect([name, keys.length, new Set(keys).size]).toEqual([
				name,
				invoices[name],
				invoices[name],
			]);
		}
		const all = items[ALL].map(({ json }) => json);
		expect(all).toHaveLength(Object.values(invoices).reduce((sum, count) => sum + count));
		const columns = new Set(all.map((json) => Object.keys(json).join()));
		expect(columns.size).toBe(1);
	});

	test('putting the example twice makes one workflow', async () => {
		expect(await putExample(client, sandbox)).toBe(await putExample(client, sandbox));
	});

	test('no secret is in the log of n8n', () => {
		const log = fs.readFileSync(n8n.logFile, 'utf8');
		const urls = /^https?:/;
		const secrets = ['clientSecret', 'headerValue', 'apiToken', 'accessToken', 'privateToken'];
		const values = Object.values(sandbox.credentials).flatMap((data) =>
			secrets.map((name) => data[name]).filter((value) => value && !urls.test(value)),
		);
		expect(values).toHaveLength(VENDORS.length);
		for (const value of values) expect(log).not.toContain(value);
		expect(log).not.toContain('a-wrong-secret');
	});
});
