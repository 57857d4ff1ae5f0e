'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createBillingServer } = require('../billingServer');
const { createSandbox } = require('../sandbox');
const {
	ALL,
	PACKAGE,
	TRIGGER,
	VENDORS,
	connect,
	hasParameters,
	parametersOfItem,
	putCredentials,
	putExample,
	triggerNode,
	vendorNode,
	webhookNode,
} = require('./demo');
const { expectSuccess, jsonOf } = require('./executions');
const { invoicesIn, invoicesOf } = require('./expected');
const host = require('./host');
const { until } = require('./processes');
const triggers = require('./triggers');

// The whole way in a real n8n: the package installed as a community package, the nodes executed
// in saved workflows, the credentials tested as the editor does. The vendors are the sandbox's, and
// what is known of each stands in its row.

const INSTALLATION_TIMEOUT = 1_200_000;

const log = () => {};

/** @typedef {import('../vendors/vendor').VendorOfTest} VendorOfTest */

/** The sizes of the vendors whose usual lists are too short. */
const SIZES = Object.fromEntries(VENDORS.flatMap(({ type, size }) => (size ? [[type, size]] : [])));

const OPERATIONS = VENDORS.flatMap(({ operations }) => operations);

let userFolder;
let sandbox;
let n8n;
let client;
let credentials;

beforeAll(async () => {
	userFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-e2e-'));
	await host.ensureInstalled({ log });
	await host.installPackage({ userFolder, log });
	sandbox = await createSandbox({ port: 0, sizes: SIZES });
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
 * @param {VendorOfTest} vendor
 * @param {{ items?: object[], parameters?: object, [setting: string]: any }} settings
 */
async function execute(vendor, { items, ...settings }) {
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

async function itemsOf(vendor, parameters) {
	const result = await execute(vendor, { parameters });
	expectSuccess(result);
	return jsonOf(result.items);
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

const raw = { output: 'raw' };
const get = { operation: 'get', ...raw };
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
		const secret = vendor.hasTokens
			? (name) => `client-${name}:pass-${name}`
			: (name) => `secret-${name}`;
		const credential = await host.createCredential(client, {
			name: `${vendor.name} by item`,
			type: vendor.credential,
			data: server.credentialsOf(vendor, '$json.secret')[vendor.credential],
		});
		const names = ['one', 'two', 'wrong', 'one'];
		const ours = vendorNode(vendor, credential, {
			onError: 'continueRegularOutput',
			parameters: { ...vendor.parameters, operation: 'getAll', output: 'raw' },
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

	test.each(VENDORS)('knows $name by its name on screen', ({ name, type: node }) => {
		const found = types.filter(({ displayName }) => displayName === name);
		expect(found.map((type) => type.name)).toContain(`${PACKAGE}.${node}`);
	});

	test.each(VENDORS)('serves the icons of $name', async ({ type: node }) => {
		const { iconUrl } = types.find((type) => type.name === `${PACKAGE}.${node}`);
		for (const url of [iconUrl.light, iconUrl.dark]) {
			const response = await client.fetch('GET', `/${url}`);
			expect(response.headers.get('content-type')).toContain('image/svg+xml');
			expect(await response.text()).toContain('<svg');
		}
	});
});

describe('the credential test', () => {
	test.each(VENDORS)('of $name is green', async ({ name }) => {
		expect(await host.testCredential(client, credentials[name])).toMatchObject({ status: 'OK' });
	});

	test.each(VENDORS)('of $name fails on a wrong secret', async ({ name, secret }) => {
		const { data, ...credential } = credentials[name];
		const wrong = { ...data, [secret]: 'a-wrong-secret' };
		const answer = await host.testCredential(client, { ...credential, data: wrong });
		expect(answer).toMatchObject({ status: 'Error' });
	});
});

describe('each operation', () => {
	const jsons = OPERATIONS.filter(({ kind }) => kind !== 'pdf');

	test.each(jsons)('$name', async ({ vendor, parameters, expected }) => {
		const records = expected(sandbox);
		expect(records.length).toBeGreaterThan(0);
		const found = await itemsOf(vendor, { ...raw, ...parameters(sandbox) });
		expect(found).toEqual(records);
	});

	const ways = VENDORS.flatMap((vendor) =>
		vendor.ways.map(({ mode, find }) => ({ name: vendor.name, mode, vendor, find })),
	);

	test.each(ways)('$name: get by $mode', async ({ mode, vendor, find }) => {
		const { value, records } = find(sandbox);
		const parameters = { ...vendor.parameters, ...get, ...byId(value, mode) };
		expectAll(await itemsOf(vendor, parameters), records);
	});

	test.each(VENDORS.filter(hasParameters))('$name: several lists in one run', async (vendor) => {
		const sets = vendor.sets(sandbox);
		const result = await execute(vendor, {
			items: sets,
			parameters: { ...all, ...parametersOfItem(vendor) },
		});
		expectSuccess(result);
		const { items } = result;
		for (const [index, set] of sets.entries()) {
			const ofSet = items.filter(({ pairedItem }) => pairedItem.item === index);
			expect(inAnyOrder(ofSet.map(({ json }) => json))).toEqual(
				inAnyOrder(vendor.records(sandbox, set)),
			);
		}
		const whole = sets.flatMap((set) => vendor.records(sandbox, set));
		expect(items).toHaveLength(whole.length);
	});

	const downloads = OPERATIONS.filter(({ kind }) => kind === 'pdf');

	test.each(downloads)(
		'$name: the file is in the store of n8n, its hash is right',
		async ({ vendor, parameters, expected }) => {
			const result = await execute(vendor, {
				parameters: { binaryPropertyName: 'data', ...parameters(sandbox) },
			});
			expectSuccess(result);
			const [{ json, binary }] = result.items;
			const bytes = await host.readBinary(client, binary.data);
			expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
			expect([json]).toEqual(expected(sandbox));
			expect(json).toMatchObject({
				provider: vendor.type,
				mimeType: 'application/pdf',
				fileSize: bytes.length,
				sha256: createHash('sha256').update(bytes).digest('hex'),
			});
			expect(binary.data).toMatchObject({ mimeType: 'application/pdf', fileName: json.fileName });
		},
	);
});

describe('the searchable list of invoices', () => {
	const search = (vendor, filter) => {
		const { id, name } = credentials[vendor.name];
		return host.listSearch(client, {
			nodeType: `${PACKAGE}.${vendor.type}`,
			parameter: 'invoiceId',
			method: 'searchInvoices',
			parameters: { resource: 'invoice', operation: 'get', ...vendor.parameters },
			credentials: { [vendor.credential]: { id, name } },
			filter,
		});
	};
	/** @param {VendorOfTest} vendor */
	const isPaged = (vendor) => vendor.paging !== undefined;

	test.each(VENDORS.filter(isPaged))('$name: offers the newest', async (vendor) => {
		const { results } = await search(vendor);
		expect(results.map(({ value }) => value)).toContain(newestOf(vendor));
	});

	test.each(VENDORS.filter((vendor) => !isPaged(vendor)))('$name: offers all', async (vendor) => {
		const { results } = await search(vendor);
		expect(results.map(({ value }) => value).sort()).toEqual(idsOf(vendor).sort());
	});

	test.each(VENDORS)('$name: narrows down to what is typed', async (vendor) => {
		const numbers = vendor.onScreen.numbers(sandbox);
		const ids = [...new Set(vendor.list(sandbox).map(vendor.idOf))];
		const typed = numbers[3];
		const { results } = await search(vendor, typed);
		const named = ids.filter((_, index) => numbers[index].includes(typed));
		expect(results.map(({ value }) => value)).toEqual(named);
		expect(named.length).toBeLessThan(ids.length);
	});
});

const idsOf = (vendor) => triggers.idsOf(vendor, sandbox);
const newestOf = (vendor) => triggers.newestOf(vendor, sandbox);
const takeOut = (vendor, id) => triggers.takeOut(vendor, sandbox, id);

describe.each(VENDORS)('when an item of $name fails', (vendor) => {
	const { name, notFound, ways } = vendor;
	const items = () => {
		const [first, second] = idsOf(vendor);
		return [{ id: first }, { id: notFound.value }, { id: second }];
	};
	const parameters = {
		...vendor.parameters,
		...get,
		...byId('={{ $json.id }}', ways[0].mode),
	};
	const idsIn = (list) => [...new Set(list.map(({ json }) => String(vendor.idOf(json))))];

	test('the others come out when the node continues', async () => {
		const result = await execute(vendor, {
			items: items(),
			parameters,
			onError: 'continueRegularOutput',
		});
		expectSuccess(result);
		const [first, failed, last] = [0, 1, 2].map((item) =>
			result.items.filter(({ pairedItem }) => pairedItem.item === item),
		);
		expect(first.length + last.length + 1).toBe(result.items.length);
		expect([idsIn(first), idsIn(last)]).toEqual([[items()[0].id], [items()[2].id]]);
		expect(failed.map(({ json }) => json)).toEqual([
			{ error: expect.stringContaining(notFound.message) },
		]);
	});

	test('the error output gets the failed one only', async () => {
		const result = await execute(vendor, {
			items: items(),
			parameters,
			onError: 'continueErrorOutput',
		});
		expectSuccess(result);
		const [fine, failed] = result.outputs[name];
		expect(idsIn(fine)).toEqual([items()[0].id, items()[2].id]);
		expect(failed).toHaveLength(1);
	});

	test('the execution ends with the words of the vendor otherwise', async () => {
		const { status, error } = await execute(vendor, { items: items(), parameters });
		expect(status).toBe('error');
		expect(error).toMatchObject({
			message: expect.stringContaining(notFound.message),
			node: { name },
		});
	});
});

/** Starts a workflow by its webhook; false where nobody listens to it yet. */
async function begun(route) {
	const response = await fetch(n8n.url + route, { method: 'POST' });
	await response.body?.cancel();
	return response.ok;
}

describe.each(VENDORS)('what is new of $name', (vendor) => {
	/** Publishes a workflow that lists invoices; gives what runs it in production, as each night. */
	async function nightly(onlyNew) {
		const ours = vendorNode(vendor, credentials[vendor.name], {
			parameters: { ...vendor.parameters, operation: 'getAll', onlyNew },
		});
		const route = `nightly-${vendor.type}-${onlyNew}`;
		const webhook = webhookNode(route, { httpMethod: 'POST', responseMode: 'onReceived' });
		const workflow = await host.createWorkflow(client, {
			name: `Nightly: ${route}`,
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
			return result.items[vendor.name].map(({ json }) => json.invoiceId);
		};
	}

	test('the first night gives all, the next nothing, the one after what is new', async () => {
		const ids = idsOf(vendor);
		const { id, putBack } = takeOut(vendor, ids[Math.floor(ids.length / 2)]);
		const run = await nightly('new');
		expectAll(await run(), idsOf(vendor));
		expect(await run()).toEqual([]);
		putBack();
		expect(await run()).toEqual([id]);
		expect(await run()).toEqual([]);
	});

	test('what changed comes again where that is wanted', async () => {
		const run = await nightly('newOrChanged');
		expectAll(await run(), idsOf(vendor));
		const record = vendor.records(sandbox)[4];
		vendor.change(record);
		expect(await run()).toEqual([vendor.idOf(record)]);
		expect(await run()).toEqual([]);
	});
});

describe('the trigger of each vendor', () => {
	async function restart() {
		const { port } = new URL(n8n.url);
		n8n = await host.startN8n({ userFolder, port: Number(port), log });
		client = await host.login(n8n);
	}
	const credentialOf = (type) => Object.values(credentials).find((one) => one.type === type);

	triggers.testTriggers(() => ({ client, sandbox, credentialOf, restart, stop: n8n.stop }));
});

describe('as a whole', () => {
	test('the example workflow gives all invoices of all vendors', async () => {
		const workflowId = await putExample(client, sandbox);
		const result = await host.runWorkflow(client, workflowId);
		expectSuccess(result);
		const { items } = result;
		for (const vendor of VENDORS) {
			const keys = items[vendor.name].map(({ json }) => json.dedupeKey);
			const { length } = invoicesOf(vendor, sandbox);
			expect([vendor.name, keys.length, new Set(keys).size]).toEqual([vendor.name, length, length]);
		}
		const all = items[ALL].map(({ json }) => json);
		expect(all).toHaveLength(invoicesIn(sandbox).length);
		const columns = new Set(all.map((json) => Object.keys(json).join()));
		expect(columns.size).toBe(1);
	});

	test('putting the example twice makes one workflow', async () => {
		expect(await putExample(client, sandbox)).toBe(await putExample(client, sandbox));
	});

	test('no secret is in the log of n8n', () => {
		const log = fs.readFileSync(n8n.logFile, 'utf8');
		const values = VENDORS.map(({ credential, secret }) => sandbox.credentials[credential][secret]);
		expect(values).toHaveLength(VENDORS.length);
		for (const value of values) expect(log).not.toContain(value);
		expect(log).not.toContain('a-wrong-secret');
	});
});
