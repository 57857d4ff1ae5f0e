'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { duration, npmEnvironment, run } = require('./processes');

// Inside node_modules, so that whoever removes that folder removes the stamp with it.
const STAMP = '.host-stamp';
const REPORT_EVERY = 20_000;

/**
 * What a recipe (a folder with a package.json and its lock file) makes, and where. The folder is
 * hidden: n8n's build tool would copy each icon that it finds under the repository into our dist,
 * and it leaves out hidden folders, but no node_modules except its own.
 */
function place(recipe, folder) {
	const dir = path.join(__dirname, folder);
	const modules = path.join(dir, 'node_modules');
	return {
		recipe: path.join(__dirname, recipe),
		dir,
		modules,
		node: path.join(modules, 'node', 'bin', 'node'),
		n8n: path.join(modules, 'n8n', 'bin', 'n8n'),
		stamp: path.join(modules, STAMP),
		log: path.join(dir, 'install.log'),
		pinned: require(path.join(__dirname, recipe, 'package.json')).dependencies,
	};
}

/** The n8n of npm start and of the end-to-end tests; the last n8n 1.x; the registry. */
const HOST = place('.', '.installed');
const N8N_1 = place('n8n-1', '.installed-n8n-1');
const REGISTRY = place('registry', '.installed-registry');

/** Changes when other packages, another Node or another machine type are due. */
function stampFor({ recipe, pinned }) {
	const lock = fs.readFileSync(path.join(recipe, 'package-lock.json'));
	const hash = createHash('sha256').update(lock).digest('hex');
	const node = pinned.node ? ` node-${pinned.node}` : '';
	return `${hash}${node} ${process.platform}-${process.arch}`;
}

function isStamped(at) {
	return fs.existsSync(at.stamp) && fs.readFileSync(at.stamp, 'utf8') === stampFor(at);
}

async function works({ node, dir }, ...args) {
	try {
		return (await run(node, args, { cwd: dir })).trim();
	} catch {
		return undefined;
	}
}

/** The binary is built on Node-API: made with any Node, it has to work in the one that runs n8n. */
const SQLITE_CHECK =
	"new (require('sqlite3').Database)(':memory:').get('select 42 as n', (e, r) => console.log(e ?? r.n))";

const nodeWorks = async (at) => (await works(at, '-v')) === `v${at.pinned.node}`;
const sqliteWorks = async (at) => (await works(at, '-e', SQLITE_CHECK)) === '42';

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

const npm = ({ dir, log }, ...args) =>
	run('npm', args, { cwd: dir, env: withHeaders(npmEnvironment()), logFile: log });

/** Scripts are off in these folders (see .npmrc); two packages are of no use without theirs. */
const rebuild = (at, name) => npm(at, 'rebuild', name, '--ignore-scripts=false');

function copyRecipe({ recipe, dir }) {
	fs.mkdirSync(dir, { recursive: true });
	const files = ['package.json', 'package-lock.json'].map((file) => path.join(recipe, file));
	for (const file of [...files, path.join(__dirname, '.npmrc')]) {
		fs.copyFileSync(file, path.join(dir, path.basename(file)));
	}
}

async function installAll(at, log) {
	copyRecipe(at);
	fs.rmSync(at.log, { force: true });
	const what = at.pinned.n8n ? `n8n ${at.pinned.n8n}` : Object.keys(at.pinned).join(', ');
	const cost = at.pinned.n8n ? ': once only, several minutes, 3 GB' : '';
	const where = path.relative(process.cwd(), at.dir);
	await reported(log, `Installing ${what} into ${where}${cost}`, () =>
		npm(at, 'ci', '--ignore-scripts'),
	);
}

async function completeNode(at, log) {
	const { node } = at.pinned;
	if (await nodeWorks(at)) return;
	await reported(log, `Fetching Node ${node}, on which n8n runs`, () => rebuild(at, 'node'));
	if (!(await nodeWorks(at))) throw new Error(`${at.node} is not Node ${node}; see ${at.log}`);
}

/** Spares the minutes of a compilation: the binary that works in one place works in another. */
function borrowSqlite(from, to) {
	const [lent, own] = [from, to].map(({ modules }) => path.join(modules, 'sqlite3'));
	const versionIn = (folder) => {
		const file = path.join(folder, 'package.json');
		return fs.existsSync(file) && JSON.parse(fs.readFileSync(file, 'utf8')).version;
	};
	const build = path.join(lent, 'build', 'Release');
	if (versionIn(lent) !== versionIn(own) || !fs.existsSync(build)) return;
	fs.cpSync(build, path.join(own, 'build', 'Release'), { recursive: true });
}

async function completeSqlite(at, log) {
	if (await sqliteWorks(at)) return;
	if (at !== HOST) borrowSqlite(HOST, at);
	if (await sqliteWorks(at)) return;
	await reported(log, 'Fetching or compiling SQLite, n8n’s database', () => rebuild(at, 'sqlite3'));
	if (await sqliteWorks(at)) return;
	throw new Error(
		`n8n's database driver does not load; see ${at.log}. ` +
			'Compiling it takes python3, make and a C++ compiler.',
	);
}

/**
 * What the recipe says, ready to run: a real n8n, if nothing else is asked for. Costs minutes the
 * first time, a blink afterwards.
 */
async function ensureInstalled({ at = HOST, log = console.log } = {}) {
	if (!isStamped(at)) await installAll(at, log);
	if (at.pinned.node) await completeNode(at, log);
	if (at.pinned.n8n) await completeSqlite(at, log);
	fs.writeFileSync(at.stamp, stampFor(at));
}

module.exports = {
	HOST,
	MODULES: HOST.modules,
	N8N_1,
	NODE: HOST.node,
	PINNED: HOST.pinned,
	REGISTRY,
	ensureInstalled,
};
