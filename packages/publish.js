// @ts-check
'use strict';
/**
 * Publishes the package with all vendors and the single-service packages, all in the version of the repository:
 *
 *   node packages/publish.js --tag 0.1.0          in GitHub Actions, to npm, with provenance
 *   node packages/publish.js --registry <url>     to try it with a registry of your own, without
 *   node packages/publish.js --dry-run            publishes nothing
 *
 * The packages have to be made before (`npx gulp packages`). What is published already is skipped, so that
 * a release that failed half-way is completed by running it again.
 */
const path = require('node:path');
const { parseArgs } = require('node:util');
const { checkContents, manifestIn, run } = require('./check');
const { ROOT, services } = require('./services');

const NPM = 'https://registry.npmjs.org/';
const TIMEOUT = 60_000;

/**
 * @typedef {{ folder: string, name: string, version: string }} Package
 * @typedef {object} Registry
 * @property {(one: Package) => Promise<boolean>} isPublished
 * @property {(one: Package) => Promise<void>} publish
 */

/** Returns the packages of a release; throws where one was not made. @returns {Package[]} */
function packagesOfRelease() {
	const folders = services().map(({ name }) => path.join(ROOT, '.packages', name));
	return [ROOT, ...folders].map((folder) => {
		const { name, version } = manifestIn(folder);
		return { folder, name, version };
	});
}

/** Throws where packages differ in their version, or from the tag of the release. @param {Package[]} packages @param {string} [tag] */
function checkVersions(packages, tag) {
	const [{ version: due }] = packages;
	for (const { name, version } of packages) {
		if (version !== due) throw new Error(`${name} is ${version}, but the repository is ${due}`);
	}
	if (tag !== undefined && tag !== due) {
		throw new Error(`The tag is ${tag}, but the repository is ${due}`);
	}
}

/**
 * Publishes, in their order, the packages that are not published yet. Stops at the first one that
 * fails.
 *
 * @param {Package[]} packages
 * @param {Registry} registry
 * @param {(line: string) => void} log
 */
async function release(packages, registry, log) {
	/** @type {Package[]} */
	const due = [];
	// All are asked for before one is published: a registry that is down stops all.
	for (const one of packages) {
		if (await registry.isPublished(one)) log(`${one.name} ${one.version} is there already`);
		else due.push(one);
	}
	for (const [index, one] of due.entries()) {
		try {
			await registry.publish(one);
		} catch (error) {
			const left = due.slice(index).map(({ name }) => name);
			const hint = `Not published: ${left.join(', ')}. Run this again: it skips what is published.`;
			throw new Error(`${/** @type {Error} */ (error).message}\n${hint}`);
		}
		log(`${one.name} ${one.version} is published`);
	}
}

/** Returns a registry as npm talks to it. @param {string} url @param {string[]} flags of `npm publish` @returns {Registry} */
function registryAt(url, flags) {
	return {
		async isPublished({ name, version }) {
			const signal = AbortSignal.timeout(TIMEOUT);
			const response = await fetch(new URL(name, url), { signal });
			if (response.status === 404) return false;
			if (!response.ok) throw new Error(`${url} answered ${response.status} for ${name}`);
			const { versions = {} } = /** @type {any} */ (await response.json());
			return version in versions;
		},
		async publish({ folder }) {
			// The packages are checked already, and n8n's own guard is for a publication by hand.
			const args = ['publish', '--ignore-scripts', '--access', 'public', '--registry', url];
			await run(folder, 'npm', ...args, ...flags);
		},
	};
}

async function main() {
	const { values } = parseArgs({
		options: {
			tag: { type: 'string' },
			registry: { type: 'string' },
			'dry-run': { type: 'boolean', default: false },
		},
	});
	const isDry = values['dry-run'];
	const isReal = values.registry === undefined && !isDry;
	if (isReal && !process.env.GITHUB_ACTIONS) {
		throw new Error('npm attests where a package was built in GitHub Actions only: push a tag');
	}
	if (isReal && values.tag === undefined) throw new Error('Which release? Name its --tag');
	const packages = packagesOfRelease();
	checkVersions(packages, values.tag);
	for (const { folder } of packages) await checkContents(folder);
	const flags = [...(isReal ? ['--provenance'] : []), ...(isDry ? ['--dry-run'] : [])];
	await release(packages, registryAt(values.registry ?? NPM, flags), console.log);
}

if (require.main === module) {
	main().catch((error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
}

module.exports = { checkVersions, release };
