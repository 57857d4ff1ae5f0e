// @ts-check
'use strict';
/** What holds of each package that is published: its contents, n8n's linter and scanner, that n8n loads it. */
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const { ROOT } = require('./services');

/**
 * Runs a command and returns what it printed; throws with that where the command fails.
 *
 * @param {string} folder
 * @param {string} command
 * @param {...string} args
 */
async function run(folder, command, ...args) {
	try {
		const { stdout } = await promisify(execFile)(command, args, {
			cwd: folder,
			maxBuffer: 2 ** 26,
		});
		return stdout;
	} catch (error) {
		const { stdout = '', stderr = '' } = /** @type {any} */ (error);
		throw new Error(`In ${folder}, ${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
	}
}

/** @param {string} folder */
function manifestIn(folder) {
	return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
}

/** What npm would install with the package. */
const DEPENDENCIES = [
	'dependencies',
	'optionalDependencies',
	'bundleDependencies',
	'bundledDependencies',
];
/** What npm would run at the user's. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare'];

/** Throws where something would come along with the package: nothing does, so there is nothing to audit. */
function checkAlone(manifest, bundled) {
	const { scripts = {}, peerDependencies } = manifest;
	const namesIn = (list = []) => (Array.isArray(list) ? list : Object.keys(list));
	const along = [
		...DEPENDENCIES.flatMap((kind) => namesIn(manifest[kind])),
		...namesIn(peerDependencies).filter((name) => name !== 'n8n-workflow'),
		...INSTALL_SCRIPTS.filter((name) => scripts[name] !== undefined),
		...bundled,
	];
	if (along.length > 0) throw new Error(`With the package would come ${along.join(', ')}`);
}

const ALLOWED =
	/^(dist\/(nodes|credentials)\/|examples\/[\w-]+\.(json|sql)$|(README|CHANGELOG)\.md$|LICENSE$|package\.json$)/;

/**
 * Throws where package.json names what is not there, or the tarball holds what nobody asked for;
 * returns how many files it holds.
 *
 * @param {string} folder of the package
 */
async function checkContents(folder) {
	const manifest = manifestIn(folder);
	const { n8n } = manifest;
	for (const file of [...n8n.nodes, ...n8n.credentials]) {
		if (!fs.existsSync(path.join(folder, file))) throw new Error(`${file} is not there`);
	}
	const [{ files, bundled }] = JSON.parse(await run(folder, 'npm', 'pack', '--dry-run', '--json'));
	const odd = files.map((file) => file.path).filter((file) => !ALLOWED.test(file));
	if (odd.length > 0) throw new Error(`The package would hold ${odd.join(', ')}`);
	for (const due of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
		if (!files.some((file) => file.path === due)) throw new Error(`The package lacks ${due}`);
	}
	checkAlone(manifest, bundled);
	return files.length;
}

/** Runs n8n's scanner over a folder; it ignores what comments switch off. */
async function scanFolder(folder, patterns) {
	const { analyzePackage } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	const result = await analyzePackage(folder, patterns);
	if (!result.passed) throw new Error(`${result.message}\n${result.details ?? ''}`);
}

/** Throws where n8n's scanner finds something in the sources of a package. @param {string} folder */
async function scanSources(folder) {
	const { SOURCE_FILE_PATTERNS } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	await scanFolder(folder, SOURCE_FILE_PATTERNS);
}

/** Throws where n8n's scanner finds something in the packed package, as a user's n8n has it. @param {string} folder */
async function scanTarball(folder) {
	const target = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-'));
	try {
		const args = ['pack', '--json', '--pack-destination', target];
		const [{ filename }] = JSON.parse(await run(folder, 'npm', ...args));
		await run(target, 'tar', '-xzf', filename);
		await scanFolder(path.join(target, 'package'));
	} finally {
		fs.rmSync(target, { recursive: true });
	}
}

/**
 * Throws where a single-service package would not pass as a package of its own.
 *
 * @param {string} folder of the package
 * @returns {Promise<string>} its nodes and credentials, as n8n has loaded them
 */
async function checkPackage(folder) {
	const load = path.join(ROOT, 'test', 'engine', 'load.js');
	await checkContents(folder);
	const [loaded] = await Promise.all([
		run(folder, process.execPath, load, folder),
		run(folder, 'npx', 'n8n-node', 'lint'),
	]);
	await scanTarball(folder);
	return loaded.trim();
}

module.exports = { checkContents, checkPackage, manifestIn, run, scanSources, scanTarball };
