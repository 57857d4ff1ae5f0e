'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { npmEnvironment, run } = require('./processes');

const REPOSITORY = path.resolve(__dirname, '..', '..');
const SOURCES = ['package.json', 'tsconfig.json', 'gulpfile.js', 'nodes', 'credentials'];

const readJson = (file) => JSON.parse(fs.readFileSync(file, 'utf8'));

function writeJson(file, value) {
	fs.writeFileSync(file, JSON.stringify(value, null, 2));
}

function filesUnder(entry) {
	if (!fs.existsSync(entry)) return [];
	if (fs.statSync(entry).isFile()) return [entry];
	return fs
		.readdirSync(entry, { recursive: true, withFileTypes: true })
		.filter((found) => found.isFile())
		.map((found) => path.join(found.parentPath ?? found.path, found.name));
}

const changedAt = (file) => fs.statSync(file).mtimeMs;
const isAsset = (file) => /\.(svg|png|node\.json)$/.test(file);

/**
 * Whether all that n8n will load is there and younger than all sources.
 *
 * @param {string} packageDir
 * @param {{ n8n?: { nodes?: string[], credentials?: string[] } }} manifest
 */
function isBuilt(packageDir, { n8n = {} }) {
	const sources = SOURCES.flatMap((name) => filesUnder(path.join(packageDir, name)));
	const assets = sources
		.map((file) => path.relative(packageDir, file))
		.filter((file) => file.includes(path.sep) && isAsset(file))
		.map((file) => path.join(packageDir, 'dist', file));
	const built = [...(n8n.nodes ?? []), ...(n8n.credentials ?? [])].map((file) =>
		path.join(packageDir, file),
	);
	// The assets come last: without one of them, the build has ended early.
	if (![...built, ...assets].every((file) => fs.existsSync(file))) return false;
	return Math.min(...built.map(changedAt)) > Math.max(...sources.map(changedAt));
}

/** Builds the package, unless what is built is younger than all sources. */
async function ensureBuilt({ packageDir = REPOSITORY, log = console.log } = {}) {
	const manifest = readJson(path.join(packageDir, 'package.json'));
	if (!manifest.scripts?.build || isBuilt(packageDir, manifest)) return;
	log(`Building ${manifest.name} ${manifest.version} …`);
	try {
		// CI: without the animation that would fill the message of a failed build.
		const env = { ...npmEnvironment(), CI: 'true' };
		await run('npm', ['run', 'build'], { cwd: packageDir, env });
	} catch (error) {
		// Half a build must not pass for a whole one the next time.
		fs.rmSync(path.join(packageDir, 'dist'), { recursive: true, force: true });
		throw error;
	}
}

/** Builds the package, if need be, and packs it into an empty folder; resolves to the tarball. */
async function packPackage({ packageDir = REPOSITORY, into, log = console.log }) {
	await ensureBuilt({ packageDir, log });
	const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', into];
	await run('npm', args, { cwd: packageDir });
	const [tarball] = fs.readdirSync(into).filter((name) => name.endsWith('.tgz'));
	return path.join(into, tarball);
}

/** n8n drops these before it installs what is left. */
function stripManifest(file) {
	const { devDependencies, peerDependencies, optionalDependencies, ...kept } = readJson(file);
	writeJson(file, kept);
}

/** The very options that n8n gives npm. */
const N8N_INSTALL_OPTIONS = [
	'--audit=false',
	'--fund=false',
	'--bin-links=false',
	'--install-strategy=shallow',
	'--ignore-scripts=true',
	'--package-lock=false',
];

async function unpack(tarball, target) {
	fs.rmSync(target, { recursive: true, force: true });
	fs.mkdirSync(target, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
	stripManifest(path.join(target, 'package.json'));
	await run('npm', ['install', ...N8N_INSTALL_OPTIONS], { cwd: target });
}

/** n8n's list of the community packages it has. */
function enterIntoLedger(nodesDir, { name, version }) {
	const file = path.join(nodesDir, 'package.json');
	const ledger = fs.existsSync(file)
		? readJson(file)
		: { name: 'installed-nodes', private: true, dependencies: {} };
	ledger.dependencies = { ...ledger.dependencies, [name]: version };
	writeJson(file, ledger);
}

// Inside the package that it is about, so that whoever removes or replaces that one removes it as well.
const STAMP = '.installed-from';

/** Changes with each file that npm would pack. */
function fingerprint(packageDir, { files = [] }) {
	const hash = createHash('sha256');
	const entries = [...files, 'package.json', 'README.md', 'LICENSE'];
	for (const file of entries.flatMap((name) => filesUnder(path.join(packageDir, name))).sort()) {
		hash.update(`${path.relative(packageDir, file)}\n`).update(fs.readFileSync(file));
	}
	return hash.digest('hex');
}

/** Whether n8n has the package already as it is built now. */
function isInstalled(target, print) {
	const stamp = path.join(target, STAMP);
	return fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === print;
}

/**
 * Builds and packs the package, then does with the tarball what n8n does with one that it has
 * fetched from the registry: unpack, strip, install; nothing where that would change nothing. Returns the
 * manifest and where it now is.
 */
async function installPackage({ userFolder, packageDir = REPOSITORY, log = console.log }) {
	const manifest = readJson(path.join(packageDir, 'package.json'));
	const nodesDir = path.join(userFolder, '.n8n', 'nodes');
	const target = path.join(nodesDir, 'node_modules', manifest.name);
	const installed = { name: manifest.name, version: manifest.version, path: target };
	await ensureBuilt({ packageDir, log });
	const print = fingerprint(packageDir, manifest);
	if (isInstalled(target, print)) return installed;
	const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-pack-'));
	try {
		const tarball = await packPackage({ packageDir, into: temporary, log });
		log(`Installing ${manifest.name} ${manifest.version} into n8n …`);
		await unpack(tarball, target);
	} finally {
		fs.rmSync(temporary, { recursive: true, force: true });
	}
	enterIntoLedger(nodesDir, manifest);
	fs.writeFileSync(path.join(target, STAMP), print);
	return installed;
}

module.exports = { REPOSITORY, ensureBuilt, installPackage, packPackage };
