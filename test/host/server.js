'use strict';

const { spawn } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { HOST, MODULES } = require('./install');
const { LOOPBACK, assertPortFree, freePort, killGroup, lapse, wait } = require('./processes');

const OWNER_EMAIL = 'owner@example.com';
const BOOT_TIMEOUT = 600_000;
const STOP_TIMEOUT = 8000;

/**
 * Key and password are made once for each user folder. A password that stands in a public
 * repository would open this n8n, which can run commands, to every other user of the machine.
 */
function readSettings(userFolder) {
	const file = path.join(userFolder, 'settings.json');
	if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8'));
	const settings = {
		encryptionKey: randomBytes(24).toString('base64url'),
		// n8n asks for 8 to 64 characters, one of them a digit and one a capital letter.
		password: `Demo1-${randomBytes(9).toString('base64url')}`,
	};
	fs.mkdirSync(userFolder, { recursive: true });
	fs.writeFileSync(file, JSON.stringify(settings, null, 2), { mode: 0o600 });
	return settings;
}

/** What the user has set for an n8n of their own must not leak into this one. */
function inheritedEnvironment() {
	const foreign =
		/^(N8N_|DB_|EXECUTIONS_|QUEUE_|WEBHOOK_|CREDENTIALS_|NODES_|NODE_|OFFLOAD_|npm_|JEST_)/i;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** The sandbox is on loopback, where no proxy reaches it. */
function withoutProxy() {
	const list = [process.env.NO_PROXY ?? process.env.no_proxy, LOOPBACK, 'localhost'];
	const value = list.filter(Boolean).join(',');
	return { NO_PROXY: value, no_proxy: value };
}

function ownerEnvironment(password) {
	const { hashSync } = require(path.join(MODULES, 'bcryptjs'));
	return {
		N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
		N8N_INSTANCE_OWNER_EMAIL: OWNER_EMAIL,
		N8N_INSTANCE_OWNER_FIRST_NAME: 'Demo',
		N8N_INSTANCE_OWNER_LAST_NAME: 'Owner',
		N8N_INSTANCE_OWNER_PASSWORD_HASH: hashSync(password, 10),
	};
}

/** Nothing that calls home, nothing that asks the user questions. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
};

async function environment({ at, userFolder, port, url, settings, env }) {
	return {
		...inheritedEnvironment(),
		...withoutProxy(),
		...QUIET,
		...ownerEnvironment(settings.password),
		// n8n starts its task runner as "node".
		PATH: [path.dirname(at.node), process.env.PATH].join(path.delimiter),
		N8N_USER_FOLDER: userFolder,
		N8N_ENCRYPTION_KEY: settings.encryptionKey,
		N8N_LISTEN_ADDRESS: LOOPBACK,
		N8N_HOST: LOOPBACK,
		N8N_PORT: String(port),
		N8N_EDITOR_BASE_URL: url,
		// Plain http on loopback: a secure cookie would not come back.
		N8N_SECURE_COOKIE: 'false',
		// The default one could belong to another n8n on this machine.
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		// Spares each start after the first the parsing of n8n's code.
		NODE_COMPILE_CACHE: path.join(MODULES, '.compile-cache'),
		DB_TYPE: 'sqlite',
		// Ours is one; said aloud because n8n's default is about to change.
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		GENERIC_TIMEZONE: 'UTC',
		...env,
	};
}

function spawnN8n({ node, n8n }, command, { env, logFile, cwd }) {
	const log = fs.openSync(logFile, 'a', 0o600);
	const child = spawn(
		node,
		['--require', path.join(__dirname, 'watch-parent.js'), n8n, ...command],
		{
			cwd,
			env,
			// A group of its own, so that Ctrl-C in the terminal does not end it before its turn.
			detached: true,
			stdio: ['ignore', log, log, 'ipc'],
		},
	);
	fs.closeSync(log);
	return child;
}

function endOf(file, lines = 25) {
	return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

async function isReady(url) {
	try {
		const response = await fetch(`${url}/healthz/readiness`, { signal: AbortSignal.timeout(5000) });
		await response.body?.cancel();
		return response.ok;
	} catch {
		return false;
	}
}

async function untilReady(url, child, logFile, signal) {
	const deadline = Date.now() + BOOT_TIMEOUT;
	while (!(await isReady(url))) {
		signal?.throwIfAborted();
		const ended = child.exitCode !== null || child.signalCode !== null;
		if (ended || Date.now() > deadline) {
			const what = ended ? 'n8n ended while it started' : 'n8n did not become ready';
			throw new Error(`${what}. The end of its log (${logFile}):\n${endOf(logFile)}`);
		}
		await wait(250);
	}
}

function stopper(child) {
	const exited = new Promise((resolve) => {
		child.once('exit', resolve);
		child.once('error', resolve);
	});
	return async () => {
		if (child.pid === undefined) return;
		killGroup(child, 'SIGTERM');
		await Promise.race([exited, lapse(STOP_TIMEOUT)]);
		// Whatever of the group is still there, or nothing.
		killGroup(child, 'SIGKILL');
		await exited;
	};
}

/** What n8n's process holds when its garbage is gone: {rss, heapUsed, external …, resources}. */
async function memoryOf(child) {
	const answer = once(child, 'message');
	child.send('memory');
	return (await answer)[0];
}

/**
 * Starts n8n on loopback with an owner, and with SQLite if `env` does not say otherwise; resolves
 * when it answers. `at` is where it is installed, `command` what stands behind "n8n" on the command
 * line.
 *
 * @param {object} options
 * @param {typeof HOST} [options.at]
 * @param {string} options.userFolder
 * @param {number} options.port
 * @param {string[]} [options.command]
 * @param {Record<string, string>} [options.env]
 * @param {(line: string) => void} [options.log]
 * @param {AbortSignal} [options.signal] gives up waiting for n8n
 */
async function startN8n({
	at = HOST,
	userFolder,
	port,
	command = ['start'],
	env = {},
	log = console.log,
	signal,
}) {
	await assertPortFree(port, 'n8n', 'N8N_PORT');
	const url = `http://${LOOPBACK}:${port}`;
	const settings = readSettings(userFolder);
	const logFile = path.join(userFolder, 'n8n.log');
	fs.rmSync(logFile, { force: true });
	log(`Starting n8n at ${url} …`);
	const child = spawnN8n(at, command, {
		env: await environment({ at, userFolder, port, url, settings, env }),
		logFile,
		cwd: userFolder,
	});
	const stop = stopper(child);
	try {
		await untilReady(url, child, logFile, signal);
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		url,
		stop,
		memory: () => memoryOf(child),
		logFile,
		pid: child.pid,
		email: OWNER_EMAIL,
		password: settings.password,
	};
}

module.exports = { startN8n };
