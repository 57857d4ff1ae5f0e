'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { HOST, REGISTRY } = require('./install');
const { listen } = require('../sandbox/server');
const { LOOPBACK, freePort, killGroup, npmEnvironment, run, wait } = require('./processes');

// n8n takes another registry than npm's own only with a license. So a real registry of this machine
// stands in for npm's own, under its name: n8n and npm are as they come, and all that they ask
// of the world goes through a proxy, which leads to that registry and nowhere else.

const NAME = 'registry.npmjs.org';
const VERDACCIO = path.join(REGISTRY.modules, 'verdaccio', 'bin', 'verdaccio');
const READY_TIMEOUT = 30_000;

/** Everybody may publish, and nothing is fetched from elsewhere: there are no uplinks. */
const CONFIG = `storage: ./storage
auth: { htpasswd: { file: ./htpasswd } }
web: { enable: false }
packages: { '**': { access: $all, publish: $all } }
https: { key: ./key.pem, cert: ./cert.pem }
log: { type: stdout, format: pretty, level: http }
`;

async function writeConfig(folder) {
	const names = `subjectAltName=DNS:${NAME},IP:${LOOPBACK}`;
	const files = ['-keyout', 'key.pem', '-out', 'cert.pem'];
	const subject = ['-subj', `/CN=${NAME}`, '-addext', names];
	const kind = ['-x509', '-newkey', 'rsa:2048', '-noenc', '-days', '2'];
	await run('openssl', ['req', ...kind, ...files, ...subject], { cwd: folder });
	fs.writeFileSync(path.join(folder, 'config.yaml'), CONFIG);
}

function spawnVerdaccio(folder, port) {
	const log = fs.openSync(path.join(folder, 'log'), 'a');
	const child = spawn(
		HOST.node,
		[
			...['--require', path.join(__dirname, 'watch-parent.js'), VERDACCIO],
			...['--config', 'config.yaml', '--listen', `https://${LOOPBACK}:${port}`],
		],
		{ cwd: folder, env: npmEnvironment(), detached: true, stdio: ['ignore', log, log, 'ipc'] },
	);
	fs.closeSync(log);
	return child;
}

function answers(port, ca) {
	return new Promise((resolve) => {
		const request = https.get({ host: LOOPBACK, port, ca, path: '/-/ping' }, (response) => {
			response.resume();
			resolve(response.statusCode === 200);
		});
		request.on('error', () => resolve(false));
	});
}

async function untilReady(folder, port) {
	const ca = fs.readFileSync(path.join(folder, 'cert.pem'));
	const deadline = Date.now() + READY_TIMEOUT;
	while (!(await answers(port, ca))) {
		if (Date.now() > deadline) {
			const log = fs.readFileSync(path.join(folder, 'log'), 'utf8');
			throw new Error(`The registry did not become ready:\n${log}`);
		}
		await wait(100);
	}
}

/** Leads to the registry on this port whoever wants npm's own, and turns away all others. */
async function startProxy(port) {
	const refused = [];
	const sockets = new Set();
	const server = http.createServer((request, response) => {
		refused.push(request.url);
		response.writeHead(403).end();
	});
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	server.on('connect', ({ url }, client) => {
		if (url !== `${NAME}:443`) {
			refused.push(url);
			client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
			return;
		}
		const registry = net.connect(port, LOOPBACK, () => {
			client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			client.pipe(registry).pipe(client);
		});
		registry.on('error', () => client.destroy());
		client.on('error', () => registry.destroy());
	});
	return {
		url: await listen(server, 0, LOOPBACK),
		refused,
		async stop() {
			const closed = once(server, 'close');
			server.close();
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
}

/** For n8n, and for each npm that it starts: nothing of the machine's own settings counts. */
function environmentFor(proxy, folder) {
	const certificate = path.join(folder, 'cert.pem');
	const everywhere = (name, value) => ({ [name]: value, [name.toLowerCase()]: value });
	return {
		...everywhere('HTTP_PROXY', proxy.url),
		...everywhere('HTTPS_PROXY', proxy.url),
		...everywhere('NO_PROXY', `${LOOPBACK},localhost`),
		NODE_EXTRA_CA_CERTS: certificate,
		npm_config_cafile: certificate,
		npm_config_registry: `https://${NAME}/`,
		npm_config_cache: path.join(folder, 'cache'),
		npm_config_userconfig: path.join(folder, 'npmrc'),
		npm_config_globalconfig: path.join(folder, 'none'),
		npm_config_update_notifier: 'false',
	};
}

/**
 * Starts a registry with nothing in it, at `address`. `env` makes n8n take it for npm's own; `refused`
 * lists what was asked of others, in vain.
 */
async function startRegistry() {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-registry-'));
	const port = await freePort();
	await writeConfig(folder);
	const child = spawnVerdaccio(folder, port);
	const exited = once(child, 'exit');
	const proxy = await startProxy(port);
	const env = environmentFor(proxy, folder);
	const address = `https://${LOOPBACK}:${port}/`;
	// npm publishes nothing without a token; this registry believes any.
	fs.writeFileSync(
		env.npm_config_userconfig,
		`${address.replace('https:', '')}:_authToken=anyone\n`,
	);

	async function stop() {
		killGroup(child, 'SIGKILL');
		await exited;
		await proxy.stop();
		fs.rmSync(folder, { recursive: true, force: true });
	}

	/** Publishes a folder or a tarball; by its address, so that it can go nowhere else. */
	async function publish(what) {
		const args = ['publish', what, '--ignore-scripts', '--registry', address];
		await run('npm', args, { cwd: folder, env: { ...npmEnvironment(), ...env } });
	}

	try {
		await untilReady(folder, port);
	} catch (error) {
		await stop();
		throw error;
	}
	return { address, env, publish, refused: proxy.refused, stop };
}

module.exports = { startRegistry };
