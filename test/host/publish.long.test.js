'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { makePackages } = require('../../packages/make');
const host = require('./host');
const { REGISTRY } = require('./install');
const { REPOSITORY, ensureBuilt } = require('./package');
const { npmEnvironment, run } = require('./processes');
const { startRegistry } = require('./registry');

// The program that publishes a release, with a real npm and a real registry: that of this machine.

const SETUP_TIMEOUT = 1_200_000;
const PROGRAM = path.join(REPOSITORY, 'packages', 'publish.js');
const { name: BUNDLE, version } = require('../../package.json');

let registry;
/** The folders of the single-service packages, where the program looks for them. */
let folders;

beforeAll(async () => {
	await ensureBuilt({ log() {} });
	await host.ensureInstalled({ at: REGISTRY, log() {} });
	folders = makePackages();
	registry = await startRegistry();
}, SETUP_TIMEOUT);

afterAll(() => registry?.stop());

const names = () => [BUNDLE, ...folders.map((folder) => path.basename(folder))];

function publishAll(...args) {
	const env = { ...npmEnvironment(), ...registry.env };
	return run(process.execPath, [PROGRAM, '--registry', registry.address, ...args], { env });
}

/** The packages that the registry has. */
async function published() {
	const found = [];
	for (const name of names()) {
		const args = ['view', name, 'versions', '--json', '--registry', registry.address];
		const env = { ...npmEnvironment(), ...registry.env };
		const versions = await run('npm', args, { env }).catch(() => '[]');
		if ([JSON.parse(versions)].flat().includes(version)) found.push(name);
	}
	return found;
}

test('a trial publishes nothing', async () => {
	const said = await publishAll('--dry-run', '--tag', version);
	expect(said.trim().split('\n')).toHaveLength(names().length);
	expect(await published()).toEqual([]);
});

test('the tag of another version stops all', async () => {
	await expect(publishAll('--tag', '9.9.9')).rejects.toThrow('The tag is 9.9.9');
	expect(await published()).toEqual([]);
});

test.each([
	['has another version', (manifest) => ({ ...manifest, version: '9.9.9' }), /is 9\.9\.9/],
	['would bring along another one', (one) => ({ ...one, dependencies: { axios: '*' } }), /axios/],
])('the last package %s: none is published', async (_what, change, words) => {
	const file = path.join(folders[folders.length - 1], 'package.json');
	const text = fs.readFileSync(file, 'utf8');
	fs.writeFileSync(file, JSON.stringify(change(JSON.parse(text))));
	try {
		await expect(publishAll('--tag', version)).rejects.toThrow(words);
		expect(await published()).toEqual([]);
	} finally {
		fs.writeFileSync(file, text);
	}
});

test('a release that ended after two packages is completed, and then has nothing to do', async () => {
	await registry.publish(REPOSITORY);
	await registry.publish(folders[1]);
	const before = await published();
	expect(before).toHaveLength(2);

	const lines = (await publishAll('--tag', version)).trim().split('\n');
	expect(lines.filter((line) => line.endsWith('is there already'))).toHaveLength(2);
	expect(lines.filter((line) => line.endsWith('is published'))).toHaveLength(names().length - 2);
	expect(await published()).toEqual(names());

	const again = (await publishAll('--tag', version)).trim().split('\n');
	expect(again.map((line) => line.replace(/^\S+ \S+ /, ''))).toEqual(
		names().map(() => 'is there already'),
	);
});

test('without a registry of its own, nothing is published but in GitHub Actions', async () => {
	const env = { ...npmEnvironment(), GITHUB_ACTIONS: '' };
	await expect(run(process.execPath, [PROGRAM, '--tag', version], { env })).rejects.toThrow(
		'GitHub Actions only',
	);
});
