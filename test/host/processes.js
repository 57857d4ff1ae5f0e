'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');

const LOOPBACK = '127.0.0.1';
const TAIL_CHARACTERS = 4000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Each child leads a process group of its own: what it starts can be ended with it. One that could
 * not be started has no group.
 *
 * @param {{ pid?: number }} child
 * @param {NodeJS.Signals} signal
 */
function killGroup(child, signal) {
	if (child.pid === undefined) return;
	try {
		process.kill(-child.pid, signal);
	} catch (error) {
		// The group is gone already.
		if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
	}
}

/** Ends every command that `run` has not seen the end of, for example when the user presses Ctrl-C. */
function killRunning() {
	for (const child of running) killGroup(child, 'SIGTERM');
}

/**
 * The environment for npm. When this runs as an npm script, npm has put its own state there
 * (also `ignore-scripts` of the folder it was called in), and a child npm would obey it.
 */
function npmEnvironment() {
	const inherited = /^npm_(lifecycle_|package_|config_(ignore_scripts|local_prefix)$)/;
	return Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !inherited.test(name.toLowerCase())),
	);
}

/**
 * Runs a command to its end; its output goes to `logFile`, if given, and the end of it into the error.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, logFile?: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number }} [options]
 * @returns {Promise<string>} what it wrote to its standard output
 */
function run(command, args, { logFile, env = npmEnvironment(), ...options } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			...options,
			env,
			detached: true,
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		const log = logFile ? fs.createWriteStream(logFile, { flags: 'a' }) : undefined;
		let stdout = '';
		let tail = '';
		const keep = (chunk) => {
			tail = (tail + chunk).slice(-TAIL_CHARACTERS);
			log?.write(chunk);
		};
		running.add(child);
		child.stdout.setEncoding('utf8').on('data', (chunk) => {
			stdout += chunk;
			keep(chunk);
		});
		child.stderr.setEncoding('utf8').on('data', keep);
		child.on('error', (error) => {
			running.delete(child);
			reject(new Error(`${command} could not be started: ${error.message}`));
		});
		child.on('close', (code, signal) => {
			running.delete(child);
			log?.end();
			if (code === 0) return resolve(stdout);
			const where = logFile ? `\n(all of its output: ${logFile})` : '';
			reject(
				new Error(`"${command} ${args.join(' ')}" ended with ${signal ?? code}:\n${tail}${where}`),
			);
		});
	});
}

// The shell ends the server when its own standard input ends, which happens by itself when this
// program dies, however it dies.
const GUARDED = '"$@" & read -r _; kill -INT $!; wait $!';

/** Starts a server that ends with this program, or when the standard input of the child is ended. */
function spawnGuarded(server, { log, ...options }) {
	return spawn('sh', ['-c', GUARDED, 'sh', ...server], {
		...options,
		// Ctrl-C in the terminal is not for it.
		detached: true,
		stdio: ['pipe', log, log],
	});
}

/**
 * Listens on the port for a moment; resolves to the port (another one for 0).
 *
 * @param {number} port
 * @returns {Promise<number>}
 */
function probePort(port) {
	return new Promise((resolve, reject) => {
		const server = net.createServer();
		server.on('error', reject);
		server.listen(port, LOOPBACK, () => {
			const { port: found } = /** @type {net.AddressInfo} */ (server.address());
			server.close(() => resolve(found));
		});
	});
}

const freePort = () => probePort(0);

/**
 * @param {number} port
 * @param {string} who needs it
 * @param {string} variable of the environment in which the user may choose another
 */
async function assertPortFree(port, who, variable) {
	try {
		await probePort(port);
	} catch (caught) {
		const error = /** @type {NodeJS.ErrnoException} */ (caught);
		throw new Error(
			error.code === 'EADDRINUSE'
				? `Port ${port}, which ${who} needs, is taken by another program. ` +
					`Stop that program, or choose another port with ${variable}=<port>.`
				: `${who} cannot listen on port ${port}: ${error.message}`,
		);
	}
}

/** Does not keep the program alive by itself. */
const lapse = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref());

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until something is so, and fails with what that is when it takes too long. */
async function until(what, condition, seconds = 60) {
	const deadline = Date.now() + seconds * 1000;
	while (!(await condition())) {
		if (Date.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}`);
		await wait(100);
	}
}

function duration(milliseconds) {
	const seconds = Math.round(milliseconds / 1000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

module.exports = {
	LOOPBACK,
	assertPortFree,
	duration,
	freePort,
	killGroup,
	killRunning,
	lapse,
	npmEnvironment,
	run,
	spawnGuarded,
	until,
	wait,
};
