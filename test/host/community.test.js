'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createSandbox } = require('../sandbox');
const { PACKAGE, VENDORS, putExample } = require('./demo');
const host = require('./host');
const { REGISTRY } = require('./install');
const { packPackage } = require('./package');
const { run } = require('./processes');
const { startRegistry } = require('./registry');

// The life of the package in n8n, as the screen Settings → Community nodes leads through it: n8n
// itself fetches the packed package from a registry, installs, updates and removes it.

const SETUP_TIMEOUT = 1_200_000;

const log = () => {};

let folder;
let registry;
let sandbox;
let n8n;
let client;

let tarball;
/**
 * The workflow that is saved once and run at each stage, and what it put out first.
 *
 * @type {{ id: string, items: Record<string, object[]> }}
 */
let saved;

beforeAll(async () => {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-community-'));
	await host.ensureInstalled({ log });
	await host.ensureInstalled({ at: REGISTRY, log });
	tarball = await packPackage({ into: makeFolder('packed'), log });
	registry = await startRegistry();
	sandbox = await createSandbox({ port: 0 });
	const port = await host.freePort();
	n8n = await host.startN8n({
		userFolder: path.join(folder, 'user'),
		port,
		env: registry.env,
		log,
	});
	client = await host.login(n8n);
}, SETUP_TIMEOUT);

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.stop();
	await registry?.stop();
	if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

const install = () => client.call('POST', '/community-packages', { name: PACKAGE });
const update = () => client.call('PATCH', '/community-packages', { name: PACKAGE });
const uninstall = () => client.call('DELETE', `/community-packages?name=${PACKAGE}`);
const installed = () => client.call('GET', '/community-packages');

/** The names of our nodes that n8n offers, the tools that it makes of them included. */
async function offered() {
	const names = (await host.nodeTypes(client)).map(({ name }) => name);
	return names.filter((name) => name.startsWith(`${PACKAGE}.`)).sort();
}

const allNodes = VENDORS.flatMap(({ type }) => [type, `${type}Tool`, `${type}Trigger`])
	.map((node) => `${PACKAGE}.${node}`)
	.sort();

function makeFolder(name) {
	const made = path.join(folder, name);
	fs.mkdirSync(made);
	return made;
}

const { version } = require('../../package.json');
const later = version.replace(/\d+$/, (patch) => String(Number(patch) + 1));

/** The packed package, under a later version. */
async function raised() {
	const into = makeFolder('later');
	await run('tar', ['-xzf', tarball, '-C', into, '--strip-components=1']);
	const file = path.join(into, 'package.json');
	const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
	fs.writeFileSync(file, JSON.stringify({ ...manifest, version: later }));
	return into;
}

async function runSaved(id = saved.id) {
	const { status, error, items } = await host.runWorkflow(client, id);
	expect({ status, message: error?.message }).toEqual({ status: 'success', message: undefined });
	return items;
}

test('a package that was never published is not found', async () => {
	await expect(install()).rejects.toThrow(/not exist|not found/i);
	expect(await installed()).toEqual([]);
});

test('n8n installs the published package, and its nodes work at once', async () => {
	await registry.publish(tarball);
	expect(await install()).toMatchObject({ packageName: PACKAGE, installedVersion: version });
	expect(await offered()).toEqual(allNodes);

	const id = await putExample(client, sandbox);
	saved = { id, items: await runSaved(id) };
	for (const { name } of VENDORS) expect(saved.items[name].length).toBeGreaterThan(0);
});

test('n8n sees a later version and updates: the saved workflow gives the same', async () => {
	expect((await installed())[0].updateAvailable).toBeUndefined();
	await registry.publish(await raised());
	expect(await installed()).toMatchObject([{ installedVersion: version, updateAvailable: later }]);
	expect(await update()).toMatchObject({ installedVersion: later });
	expect(await runSaved()).toEqual(saved.items);
});

test('without the package the workflow is kept, and n8n names what is missing', async () => {
	const before = await client.call('GET', `/workflows/${saved.id}`);
	await uninstall();
	expect(await installed()).toEqual([]);
	expect(await offered()).toEqual([]);

	await expect(runSaved()).rejects.toThrow(`Unrecognized node type: ${PACKAGE}.`);
	const { nodes, connections } = await client.call('GET', `/workflows/${saved.id}`);
	expect({ nodes, connections }).toEqual({
		nodes: before.nodes,
		connections: before.connections,
	});
});

test('installed again, it runs again', async () => {
	expect(await install()).toMatchObject({ installedVersion: later });
	expect(await runSaved()).toEqual(saved.items);
});

test('the registry was asked for all of it, and no other host was reached', () => {
	// n8n asks its own service whether the package is banned, and goes on when it cannot be reached.
	expect([...new Set(registry.refused)]).toEqual(['api.n8n.io:443']);
});
