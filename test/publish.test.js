// @ts-check
'use strict';
/** A release: all packages or none begin, what failed half-way is completed by the next run. */
const fs = require('node:fs');
const path = require('node:path');
const { checkVersions, release } = require('../packages/publish');

const PACKAGES = ['bundle', 'one', 'two'].map((name) => ({ folder: name, name, version: '1.2.3' }));

/** A registry that has packages, and refuses others. @param {{ has?: string[], refuses?: string[] }} [state] */
function registryOf({ has = [], refuses = [] } = {}) {
	const there = new Set(has);
	return {
		there,
		isPublished: async ({ name }) => there.has(name),
		publish: async ({ name }) => {
			if (refuses.includes(name)) throw new Error(`${name} is refused`);
			there.add(name);
		},
	};
}

const silent = () => {};

test('publishes all in a row', async () => {
	const registry = registryOf();
	await release(PACKAGES, registry, silent);
	expect([...registry.there]).toEqual(['bundle', 'one', 'two']);
});

test('stops where one is refused and says what is left; the next run completes it', async () => {
	const registry = registryOf({ refuses: ['one'] });
	await expect(release(PACKAGES, registry, silent)).rejects.toThrow(
		/^one is refused\nNot published: one, two\. Run this again/,
	);
	expect([...registry.there]).toEqual(['bundle']);

	const next = registryOf({ has: [...registry.there] });
	const lines = /** @type {string[]} */ ([]);
	await release(PACKAGES, next, (line) => lines.push(line));
	expect([...next.there]).toEqual(['bundle', 'one', 'two']);
	expect(lines).toEqual([
		'bundle 1.2.3 is there already',
		'one 1.2.3 is published',
		'two 1.2.3 is published',
	]);
});

test('publishes nothing where the registry cannot say what it has', async () => {
	const registry = registryOf();
	const isPublished = async ({ name }) => {
		if (name === 'two') throw new Error('503');
		return false;
	};
	await expect(release(PACKAGES, { ...registry, isPublished }, silent)).rejects.toThrow('503');
	expect([...registry.there]).toEqual([]);
});

test('takes one version for all, that of the tag', () => {
	expect(() => checkVersions(PACKAGES, '1.2.3')).not.toThrow();
	expect(() => checkVersions(PACKAGES, '1.2.4')).toThrow('The tag is 1.2.4');
	const odd = [...PACKAGES, { folder: 'three', name: 'three', version: '1.2.2' }];
	expect(() => checkVersions(odd, '1.2.3')).toThrow('three is 1.2.2');
});

describe('the workflow that publishes', () => {
	const file = path.join(__dirname, '..', '.github', 'workflows', 'publish.yml');
	const text = fs.readFileSync(file, 'utf8');
	const lines = text.split('\n').filter((line) => !line.trim().startsWith('#'));
	const [check, publish] = lines.join('\n').split(/^ {2}publish:$/m);

	test('publishes at the very end, after everything has passed', () => {
		expect(check).toContain('script: [run, long]');
		expect(check).toMatch(/bash \.ci\/\$\{\{ matrix\.script \}\}/);
		expect(publish).toContain('needs: check');
		const steps = [
			...publish.matchAll(/(npm ci|npm run build|gulp [a-z ]+|node packages\/\S+.*)$/gm),
		];
		expect(steps.map(([step]) => step)).toEqual([
			'npm ci',
			'npm run build',
			'gulp pack scan',
			'gulp packages',
			'node packages/publish.js --tag "$GITHUB_REF_NAME"',
		]);
		expect(text).not.toMatch(/continue-on-error|always\(\)|failure\(\)|\|\| true|npm publish/);
	});

	test('may attest where the packages come from, in that job alone', () => {
		expect(publish).toContain('id-token: write');
		expect(check).not.toContain('id-token');
	});

	test('the check of a commit lints, tests, scans, and makes the packages', () => {
		const steps = fs.readFileSync(path.join(__dirname, '..', '.ci', 'run'), 'utf8');
		for (const step of ['npm run lint', 'npm test', 'gulp pack scan', 'gulp packages']) {
			expect(steps).toContain(
				`\n${step === 'gulp pack scan' || step === 'gulp packages' ? 'npx ' : ''}${step}`,
			);
		}
		expect(steps).toContain('set -euo pipefail');
	});
});
