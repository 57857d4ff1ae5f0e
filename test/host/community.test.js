'use strict';

const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { makePackages } = require('../../packages/make');
const { services } = require('../../packages/services');
const { version } = require('../../package.json');
const { createSandbox } = require('../sandbox');
const { close, listen } = require('../sandbox/server');
const {
	PACKAGE,
	VENDORS,
	connect,
	putExample,
	putPostgresCredential,
	triggerNode,
	vendorNode,
	vendorOf,
} = require('./demo');
const { setUp, vendorOfType, withField } = require('./examples');
const { expectSuccess } = require('./executions');
const { invoicesOf, summary } = require('./expected');
const host = require('./host');
const { REGISTRY } = require('./install');
const { REPOSITORY, packPackage } = require('./package');
const { startPostgres } = require('./postgres');
const { LOOPBACK, run } = require('./processes');
const { startRegistry } = require('./registry');

// The life of each package in n8n, as the screen Settings → Community nodes leads through it: n8n
// itself fetches the packed package from a registry, installs, updates and removes it. A package of
// one service is alone in n8n, and its examples are imported from an address, as its README says.

const SETUP_TIMEOUT = 1_200_000;
const BUNDLE = { name: PACKAGE, vendors: VENDORS };
const SINGLES = services().map(({ name, vendors }) => ({
	name,
	vendors: VENDORS.filter((row) => vendors.some(({ folder }) => folder === row.folder)),
}));

const log = () => {};

let folder;
let registry;
let sandbox;
let postgres;
let pages;
let n8n;
let client;

/** @type {Record<string, string>} the folder of each package, by its name */
let folders;

beforeAll(async () => {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-community-'));
	await host.ensureInstalled({ log });
	await host.ensureInstalled({ at: REGISTRY, log });
	const made = makePackages({ into: makeFolder('made') });
	folders = Object.fromEntries([
		[PACKAGE, REPOSITORY],
		...made.map((one) => [path.basename(one), one]),
	]);
	registry = await startRegistry();
	sandbox = await createSandbox({ port: 0 });
	postgres = await startPostgres();
	pages = await servePages();
	n8n = await host.startN8n({
		userFolder: path.join(folder, 'user'),
		port: await host.freePort(),
		env: registry.env,
		log,
	});
	client = await host.login(n8n);
}, SETUP_TIMEOUT);

afterAll(async () => {
	await n8n?.stop();
	await pages?.stop();
	await postgres?.stop();
	await sandbox?.stop();
	await registry?.stop();
	if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

/** Serves what is in the packages, as the address in a README does: /<package>@<version>/<file>. */
async function servePages() {
	const server = http.createServer((request, response) => {
		const [, name, file] = /^\/([^@]+)@[^/]+\/(.+)$/.exec(String(request.url)) ?? [];
		response.setHeader('content-type', 'application/json');
		response.end(fs.readFileSync(path.join(folders[name], file)));
	});
	return { url: await listen(server, 0, LOOPBACK), stop: () => close(server) };
}

const install = (name) => client.call('POST', '/community-packages', { name });
const update = (name) => client.call('PATCH', '/community-packages', { name });
const uninstall = (name) => client.call('DELETE', `/community-packages?name=${name}`);
const installed = () => client.call('GET', '/community-packages');

/** The names of our nodes that n8n offers, the tools that it makes of them included. */
async function offered() {
	const names = (await host.nodeTypes(client)).map(({ name }) => name);
	return names.filter((name) => vendorOfType(name)).sort();
}

const nodesOf = ({ name, vendors }) =>
	vendors
		.flatMap(({ type }) => [type, `${type}Tool`, `${type}Trigger`])
		.map((node) => `${name}.${node}`)
		.sort();

function makeFolder(name) {
	const made = path.join(folder, name);
	fs.mkdirSync(made, { recursive: true });
	return made;
}

const later = version.replace(/\d+$/, (patch) => String(Number(patch) + 1));

/**
 * Where each published package is, as npm has packed it; its version can be raised there.
 *
 * @type {Map<string, string>}
 */
const published = new Map();

/** Publishes a package, unless it is. */
async function publish(name) {
	if (published.has(name)) return;
	const into = makeFolder(name);
	const tarball = await packPackage({ packageDir: folders[name], into, log });
	await run('tar', ['-xzf', tarball, '-C', into, '--strip-components=1']);
	fs.rmSync(tarball);
	await registry.publish(into);
	published.set(name, into);
}

async function publishLater(name) {
	const into = String(published.get(name));
	const file = path.join(into, 'package.json');
	const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
	fs.writeFileSync(file, JSON.stringify({ ...manifest, version: later }));
	await registry.publish(into);
}

/** Leaves n8n without a package of ours, whatever a test before has left there. */
async function uninstallAll() {
	for (const { packageName } of await installed()) await uninstall(packageName);
}

async function runSaved(id) {
	const result = await host.runWorkflow(client, id);
	expectSuccess(result);
	return result.items;
}

async function putCredentials(vendors) {
	const credentials = [];
	for (const { name, credential: type } of vendors) {
		const data = sandbox.credentials[type];
		credentials.push(await host.putCredential(client, { name: `${name} (test)`, type, data }));
	}
	return credentials;
}

/** Does what a README says of an example: imports it from its address, and follows its note. */
async function importExample({ name, vendors }, example) {
	const { id: projectId } = await client.call('GET', '/projects/personal');
	const url = `${pages.url}/${name}@${version}/examples/${example}.json`;
	const query = new URLSearchParams({ url, projectId });
	const workflow = await client.call('GET', `/workflows/from-url?${query}`);
	const credentials = [
		...(await putCredentials(vendors)),
		await putPostgresCredential(client, postgres),
	];
	const { insuranceAccounts } = sandbox;
	const ready = setUp(workflow, { credentials, insuranceAccounts });
	// A month in which all vendors have invoices.
	const nodes = ready.nodes.map((node) =>
		node.name === 'Month' ? withField(node, 'month', '2025-01') : node,
	);
	const { id } = await host.createWorkflow(client, { ...ready, name: `${name} ${example}`, nodes });
	return id;
}

/** Each vendor's node has put out all invoices of its vendor. */
function expectAll({ vendors }, items) {
	for (const vendor of vendors) {
		const ids = Object.entries(items)
			.filter(([node]) => node === vendor.name || node.startsWith(`${vendor.name} (`))
			.flatMap(([, own]) => own.map(({ json }) => json.id));
		const due = new Set(invoicesOf(vendor, sandbox).map(({ id }) => id));
		expect(new Set(ids)).toEqual(due);
		expect(ids.length % due.size).toBe(0);
	}
}

async function expectStored({ vendors }) {
	const rows = await postgres.rows(
		'select provider, currency, signed_total::text as total from vendor_invoices',
	);
	expect(summary(rows)).toEqual(summary(vendors.flatMap((vendor) => invoicesOf(vendor, sandbox))));
}

// Step by step: each needs those before it.
describe.each([BUNDLE, ...SINGLES])('$name', (one) => {
	const { name } = one;
	/** The workflow that is saved once and run at each stage, and what its vendors' nodes put out first. */
	let saved;
	const ofVendors = (items) => one.vendors.map((vendor) => items[vendor.name]);

	beforeAll(uninstallAll);

	test('is not found before it is published', async () => {
		await expect(install(name)).rejects.toThrow(/not exist|not found/i);
		expect(await installed()).toEqual([]);
	});

	test('is installed, with its nodes and no others', async () => {
		await publish(name);
		expect(await install(name)).toMatchObject({ packageName: name, installedVersion: version });
		expect(await offered()).toEqual(nodesOf(one));
	});

	test('works at once', async () => {
		const id =
			one === BUNDLE
				? await putExample(client, sandbox)
				: await importExample(one, 'spend-overview');
		const items = await runSaved(id);
		saved = { id, lists: ofVendors(items) };
		if (one === BUNDLE) {
			for (const list of saved.lists) expect(list.length).toBeGreaterThan(0);
		} else {
			expectAll(one, items);
			expect(items['One Message'][0].json.text).toMatch(/^Spend in 2025-01\n/);
		}
	});

	if (one !== BUNDLE) {
		test('has examples of nodes that n8n has', async () => {
			const types = await host.nodeTypes(client);
			const known = new Set(types.map((type) => type.name));
			const files = fs.readdirSync(path.join(folders[name], 'examples'));
			const used = files
				.filter((file) => file.endsWith('.json'))
				.map((file) => fs.readFileSync(path.join(folders[name], 'examples', file), 'utf8'))
				.flatMap((text) => JSON.parse(text).nodes.map(({ type }) => type));
			expect(used.filter((type) => !known.has(type))).toEqual([]);
		});

		test.each(['month-end', 'nightly-to-postgres'])('its example %s runs', async (example) => {
			const tables = path.join(folders[name], 'examples', 'nightly-to-postgres.sql');
			await postgres.query('drop table if exists vendor_invoices, vendor_invoice_changes cascade');
			await postgres.query(fs.readFileSync(tables, 'utf8'));
			const items = await runSaved(await importExample(one, example));
			expectAll(one, items);
			if (example === 'nightly-to-postgres') await expectStored(one);
		});
	}

	test('is updated: the saved workflow returns the same', async () => {
		expect((await installed())[0].updateAvailable).toBeUndefined();
		await publishLater(name);
		expect(await installed()).toMatchObject([
			{ installedVersion: version, updateAvailable: later },
		]);
		expect(await update(name)).toMatchObject({ installedVersion: later });
		expect(ofVendors(await runSaved(saved.id))).toEqual(saved.lists);
	});

	test('is removed: the workflow is kept, and n8n says what is missing', async () => {
		const before = await client.call('GET', `/workflows/${saved.id}`);
		await uninstall(name);
		expect(await installed()).toEqual([]);
		expect(await offered()).toEqual([]);

		await expect(runSaved(saved.id)).rejects.toThrow(`Unrecognized node type: ${name}.`);
		const { nodes, connections } = await client.call('GET', `/workflows/${saved.id}`);
		expect({ nodes, connections }).toEqual({
			nodes: before.nodes,
			connections: before.connections,
		});
	});

	if (one === BUNDLE) {
		test('is installed again: the workflow runs again', async () => {
			expect(await install(name)).toMatchObject({ installedVersion: later });
			expect(ofVendors(await runSaved(saved.id))).toEqual(saved.lists);
			await uninstall(name);
		});
	}
});

describe('from the package with all vendors to one of a single service', () => {
	const vendor = vendorOf('fastly');
	const [single] = SINGLES.filter(({ vendors }) => vendors.includes(vendor));
	let credential;

	/** Lists all invoices with the node of a package. */
	async function expectList(name) {
		const node = vendorNode(vendor, credential, {
			parameters: { operation: 'getAll', returnAll: true },
		});
		const nodes = [triggerNode(), { ...node, type: `${name}.fastly` }];
		const connections = connect([nodes[0].name, vendor.name]);
		const { id } = await host.createWorkflow(client, { name, nodes, connections });
		const items = await runSaved(id);
		expect(items[vendor.name]).toHaveLength(vendor.list(sandbox).length);
	}

	beforeAll(async () => {
		await uninstallAll();
		await publish(PACKAGE);
		await publish(single.name);
		await install(PACKAGE);
		[credential] = await putCredentials([vendor]);
	}, SETUP_TIMEOUT);

	test('n8n installs no second package with nodes of the same names; the first one still works', async () => {
		await expect(install(single.name)).rejects.toThrow('Failed to save installed package');
		expect(await installed()).toMatchObject([{ packageName: PACKAGE }]);
		await expectList(PACKAGE);
	});

	test('after the first one has been removed, the other is installed, and takes its credential', async () => {
		await uninstall(PACKAGE);
		await install(single.name);
		expect(await offered()).toEqual(nodesOf(single));
		expect(await host.testCredential(client, credential)).toMatchObject({ status: 'OK' });
		await expectList(single.name);
	});
});

test('the registry was asked for all of it, and no other host was reached', () => {
	// n8n asks its own service whether the package is banned, and goes on when it cannot be reached.
	expect([...new Set(registry.refused)]).toEqual(['api.n8n.io:443']);
});
