'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { duration, npmEnvironment, run } = require('./processes');

// Hidden: n8n's build tool would copy each icon that it finds under the repository into our dist,
// and it leaves out hidden folders, but no node_modules except its own.
const INSTALL_DIR = path.join(__dirname, '.installed');
const MODULES = path.join(INSTALL_DIR, 'node_modules');
const NODE = path.join(MODULES, 'node', 'bin', 'node');
const N8N = path.join(MODULES, 'n8n', 'bin', 'n8n');
// Inside node_modules, so that whoever removes that folder removes the stamp with it.
const STAMP_FILE = path.join(MODULES, '.host-stamp');
const LOG_FILE = path.join(INSTALL_DIR, 'install.log');
const RECIPE = ['package.json', 'package-lock.json', '.npmrc'];
const REPORT_EVERY = 20_000;

const { dependencies: PINNED } = require('./package.json');

/** Changes when another n8n, another Node or another machine type is due. */
function stamp() {
	const lock = fs.readFileSync(path.join(__dirname, 'package-lock.json'));
	const hash = createHash('sha256').update(lock).digest('hex');
	return `${hash} node-${PINNED.node} ${process.platform}-${process.arch}`;
}

function isStamped() {
	return fs.existsSync(STAMP_FILE) && fs.readFileSync(STAMP_FILE, 'utf8') === stamp();
}

async function works(...args) {
	try {
		return (await run(NODE, args, { cwd: INSTALL_DIR })).trim();
	} catch {
		return undefined;
	}
}

/** The binary is built on Node-API: made with any Node, it has to work in the one that runs n8n. */
const SQLITE_CHECK =
	"new (require('sqlite3').Database)(':memory:').get('select 42 as n', (e, r) => console.log(e ?? r.n))";

const nodeWorks = async () => (await works('-v')) === `v${PINNED.node}`;
const sqliteWorks = async () => (await works('-e', SQLITE_CHECK)) === '42';

/** Says how long a step has been going on: the long ones print nothing by themselves. */
async function reported(log, title, work) {
	const began = Date.now();
	log(`${title} …`);
	const timer = setInterval(() => log(`  … ${duration(Date.now() - began)}`), REPORT_EVERY);
	try {
		await work();
	} finally {
		clearInterval(timer);
	}
	log(`  done in ${duration(Date.now() - began)}`);
}

/** Node's own headers, where its installation has them, spare the compiler a download. */
function withHeaders(env) {
	const prefix = path.resolve(fs.realpathSync(process.execPath), '..', '..');
	const found = fs.existsSync(path.join(prefix, 'include', 'node', 'node_api.h'));
	return found ? { npm_config_nodedir: prefix, ...env } : env;
}

const npm = (...args) =>
	run('npm', args, { cwd: INSTALL_DIR, env: withHeaders(npmEnvironment()), logFile: LOG_FILE });

/** Scripts are off in this folder (see .npmrc); these two packages are of no use without theirs. */
const rebuild = (name) => npm('rebuild', name, '--ignore-scripts=false');

function copyRecipe() {
	fs.mkdirSync(INSTALL_DIR, { recursive: true });
	for (const file of RECIPE) {
		fs.copyFileSync(path.join(__dirname, file), path.join(INSTALL_DIR, file));
	}
}

async function installAll(log) {
	copyRecipe();
	fs.rmSync(LOG_FILE, { force: true });
	await reported(
		log,
		`Installing n8n ${PINNED.n8n} into ${path.relative(process.cwd(), INSTALL_DIR)}: ` +
			'once only, several minutes, 3 GB',
		() => npm('ci', '--ignore-scripts'),
	);
}

async function completeNode(log) {
	if (await nodeWorks()) return;
	await reported(log, `Fetching Node ${PINNED.node}, on which n8n runs`, () => rebuild('node'));
	if (!(await nodeWorks())) throw new Error(`${NODE} is not Node ${PINNED.node}; see ${LOG_FILE}`);
}

async function completeSqlite(log) {
	if (await sqliteWorks()) return;
	await reported(log, 'Fetching or compiling SQLite, n8n’s database', () => rebuild('sqlite3'));
	if (await sqliteWorks()) return;
	throw new Error(
		`n8n's database driver does not load; see ${LOG_FILE}. ` +
			'Compiling it takes python3, make and a C++ compiler.',
	);
}

/** A real n8n in this folder, ready to run. Costs minutes the first time, a blink afterwards. */
async function ensureInstalled({ log = console.log } = {}) {
	if (!isStamped()) await installAll(log);
	await completeNode(log);
	await completeSqlite(log);
	fs.writeFileSync(STAMP_FILE, stamp());
}

module.exports = { MODULES, N8N, NODE, PINNED, ensureInstalled };
