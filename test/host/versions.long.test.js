'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createSandbox } = require('../sandbox');
const { VENDORS, putCredentials, putExample } = require('./demo');
const host = require('./host');
const { HOST, N8N_1 } = require('./install');
const { REPOSITORY } = require('./package');
const { duration, npmEnvironment, run } = require('./processes');

// The last n8n 1.x beside the n8n of the other tests: what the README says of versions.

const SETUP_TIMEOUT = 1_200_000;
const JEST = path.join(REPOSITORY, 'node_modules', '.bin', 'jest');

/**
 * Each operation, credential and trigger, and what is special to a vendor; but not how lists come out
 * whole on bad days, nor what is said where no token is issued.
 */
const SUITES = ['operations', 'output', 'triggers', 'onlyNew', 'vendors/\\w+\\.test'];

/**
 * What n8n 1 does otherwise: it has its own words for a refused secret, takes a refusal for an answer
 * where the credential has no account to ask for, and knows no hints for its scheduler. How many tests that is:
 */
const NOT_IN_N8N_1 = {
	'fails without the permission': VENDORS.filter(({ refused }) => refused.powerless).length,
	'fails with a wrong secret also without an account to ask for': 1,
	'tells n8n when it was throttled': VENDORS.length,
};

const log = () => {};

let folder;
let sandbox;

beforeAll(async () => {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-versions-'));
	await host.ensureInstalled({ log });
	await host.ensureInstalled({ at: N8N_1, log });
	sandbox = await createSandbox({ port: 0 });
}, SETUP_TIMEOUT);

afterAll(async () => {
	await sandbox?.stop();
	if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

test('each operation, credential and trigger works in the engine of n8n 1', async () => {
	const began = Date.now();
	const results = path.join(folder, 'results.json');
	const suites = SUITES.map((suite) => `test/${suite}`);
	const names = `^(?!.*(${Object.keys(NOT_IN_N8N_1).join('|')}))`;
	// A timer of n8n 1 would keep jest alive after the last test.
	const options = ['--forceExit', '--json', '--outputFile', results, '-t', names];
	await run(N8N_1.node, [JEST, ...options, ...suites], {
		cwd: REPOSITORY,
		env: { ...npmEnvironment(), ENGINE_MODULES: N8N_1.modules },
	});
	const { numPassedTests, numPendingTests } = JSON.parse(fs.readFileSync(results, 'utf8'));
	const skipped = Object.values(NOT_IN_N8N_1).reduce((sum, count) => sum + count);
	expect(numPendingTests).toBe(skipped);
	expect(numPassedTests).toBeGreaterThan(400);
	const time = duration(Date.now() - began);
	process.stdout.write(
		`In the engine of n8n ${N8N_1.pinned.n8n}: ${numPassedTests} tests, ${time}\n`,
	);
});

describe('a running n8n', () => {
	/** What n8n 1 does not know, it refuses to start with. */
	const env = (at) => (at === N8N_1 ? { N8N_DISABLED_MODULES: '' } : undefined);

	/** Installs the package in an n8n, does `work` with its client, and stops it. */
	async function inN8n(at, work) {
		const userFolder = path.join(folder, at.pinned.n8n);
		await host.installPackage({ userFolder, log });
		const port = await host.freePort();
		const n8n = await host.startN8n({ at, userFolder, port, env: env(at), log });
		try {
			// n8n 1 takes no owner from the environment.
			if (at === N8N_1) await host.createOwner(n8n);
			return await work(await host.login(n8n));
		} finally {
			await n8n.stop();
		}
	}

	/** What the credential tests say, and what the example puts out. */
	async function outcome(client) {
		const credentials = Object.values(await putCredentials(client, sandbox));
		const tests = [];
		for (const credential of credentials) {
			tests.push((await host.testCredential(client, credential)).status);
		}
		const id = await putExample(client, sandbox);
		// n8n 1 asks for the workflow, as its editor shows it.
		const workflowData = await client.call('GET', `/workflows/${id}`);
		const { status, error, items } = await host.runWorkflow(client, id, { workflowData });
		return { tests, status, message: error?.message, items };
	}

	test('gives the same in n8n 1 as in the newest', async () => {
		const old = await inN8n(N8N_1, outcome);
		expect(old).toMatchObject({ status: 'success', tests: VENDORS.map(() => 'OK') });
		for (const { name } of VENDORS) expect(old.items[name].length).toBeGreaterThan(0);
		expect(old).toEqual(await inN8n(HOST, outcome));
	});
});

test('the README names the versions that are tested', () => {
	const readme = fs.readFileSync(path.join(REPOSITORY, 'README.md'), 'utf8');
	const rows = [...readme.matchAll(/^\| ([\d.]+) +\| ([\d.]+) +\|/gm)].map(([, n8n, node]) => ({
		n8n,
		node,
	}));
	expect(rows).toEqual([HOST, N8N_1].map(({ pinned: { n8n, node } }) => ({ n8n, node })));
});
