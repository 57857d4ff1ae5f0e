'use strict';

const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { LOOPBACK, freePort, spawnGuarded, wait } = require('./processes');

const START_TIMEOUT = 20_000;

/** Redis' server, from the PATH; undefined if it is not there. */
function findRedis() {
	return (process.env.PATH ?? '')
		.split(path.delimiter)
		.map((folder) => path.join(folder, 'redis-server'))
		.find((file) => fs.existsSync(file));
}

function accepts(port) {
	return new Promise((resolve) => {
		const socket = net.connect(port, LOOPBACK);
		socket.once('error', () => resolve(false));
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
	});
}

/**
 * Starts a Redis of its own on loopback, which keeps everything in memory. `env` tells n8n where
 * it is.
 */
async function startRedis() {
	const server = findRedis();
	if (!server) {
		throw new Error(
			'Redis is not there. Install it, e.g. with: ' +
				'apt-get install --no-install-recommends redis-server',
		);
	}
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-redis-'));
	const logFile = path.join(folder, 'log');
	const port = await freePort();
	const password = randomBytes(12).toString('base64url');
	// The password goes where other users of the machine do not see it: not on the command line.
	const settings = [`bind ${LOOPBACK}`, `port ${port}`, `requirepass ${password}`, 'save ""'];
	const configuration = path.join(folder, 'redis.conf');
	fs.writeFileSync(configuration, settings.join('\n'), { mode: 0o600 });
	const log = fs.openSync(logFile, 'a');
	const child = spawnGuarded([server, configuration], { cwd: folder, log });
	fs.closeSync(log);
	const exited = new Promise((resolve) => child.once('exit', resolve));

	async function stop() {
		child.stdin.end();
		await exited;
		fs.rmSync(folder, { recursive: true, force: true });
	}

	const deadline = Date.now() + START_TIMEOUT;
	while (!(await accepts(port))) {
		if (Date.now() > deadline) {
			const words = fs.readFileSync(logFile, 'utf8');
			await stop();
			throw new Error(`Redis did not become ready:\n${words}`);
		}
		await wait(50);
	}
	return {
		env: {
			QUEUE_BULL_REDIS_HOST: LOOPBACK,
			QUEUE_BULL_REDIS_PORT: String(port),
			QUEUE_BULL_REDIS_PASSWORD: password,
		},
		stop,
	};
}

module.exports = { startRedis };
