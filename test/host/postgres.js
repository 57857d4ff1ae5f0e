'use strict';

const { execFileSync } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { LOOPBACK, freePort, run, spawnGuarded, wait } = require('./processes');

const DEBIAN = '/usr/lib/postgresql';
const USER = 'n8n';
const DATABASE = 'n8n';
const START_TIMEOUT = 60_000;

/** The folder of PostgreSQL's programs: Debian's newest, or what is on the PATH; undefined if none. */
function findPostgres() {
	const versions = fs.existsSync(DEBIAN) ? fs.readdirSync(DEBIAN) : [];
	const folders = versions
		.sort((a, b) => Number(b) - Number(a))
		.map((version) => path.join(DEBIAN, version, 'bin'));
	return [...folders, ...(process.env.PATH ?? '').split(path.delimiter)].find((folder) =>
		['initdb', 'postgres', 'psql'].every((name) => fs.existsSync(path.join(folder, name))),
	);
}

/**
 * PostgreSQL refuses to run as root; Debian's package brings a user for it.
 *
 * @returns {{ uid?: number, gid?: number }}
 */
function unprivileged() {
	if (process.getuid?.() !== 0) return {};
	const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
	return { uid: id('-u'), gid: id('-g') };
}

function spawnServer({ bin, folder, port, user }) {
	const log = fs.openSync(path.join(folder, 'log'), 'a');
	const settings = [`port=${port}`, `listen_addresses=${LOOPBACK}`, 'fsync=off'];
	const server = [
		path.join(bin, 'postgres'),
		...['-D', path.join(folder, 'data'), '-k', folder],
		...settings.flatMap((setting) => ['-c', setting]),
	];
	const child = spawnGuarded(server, { ...user, cwd: folder, log });
	fs.closeSync(log);
	return child;
}

/** A new cluster, its files owned by the user that will run it. */
async function createCluster({ bin, folder, password, user }) {
	const passwordFile = path.join(folder, 'password');
	fs.writeFileSync(passwordFile, password, { mode: 0o600 });
	if (user.uid !== undefined && user.gid !== undefined) {
		for (const entry of [folder, passwordFile]) fs.chownSync(entry, user.uid, user.gid);
	}
	const options = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--no-sync'];
	await run(
		path.join(bin, 'initdb'),
		['-D', path.join(folder, 'data'), '-U', USER, `--pwfile=${passwordFile}`, ...options],
		{ ...user, cwd: folder, env: process.env },
	);
}

/**
 * Starts a PostgreSQL of its own on loopback, in a temporary folder that goes when it is stopped.
 * `connection` is what a program, or n8n's credential, needs to reach it.
 *
 * @param {{ port?: number }} [options]
 */
async function startPostgres({ port } = {}) {
	const bin = findPostgres();
	if (!bin) {
		throw new Error(
			'PostgreSQL is not there. Install it, e.g. with: ' +
				'apt-get install --no-install-recommends postgresql',
		);
	}
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-postgres-'));
	const password = randomBytes(12).toString('base64url');
	const user = unprivileged();
	await createCluster({ bin, folder, password, user });
	const connection = { host: LOOPBACK, port: port ?? (await freePort()), user: USER, password };
	const child = spawnServer({ bin, folder, port: connection.port, user });
	const exited = new Promise((resolve) => child.once('exit', resolve));

	const psql = path.join(bin, 'psql');

	/**
	 * Runs SQL in one session; resolves to what psql prints: values only, `|` between columns.
	 *
	 * @param {string} sql
	 */
	function query(sql, database = DATABASE) {
		const { host, port: at } = connection;
		const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', host, '-p', String(at)];
		return run(psql, [...args, '-U', USER, '-d', database, '-c', sql], {
			env: { ...process.env, PGPASSWORD: password },
		});
	}

	async function untilReady() {
		const deadline = Date.now() + START_TIMEOUT;
		for (;;) {
			try {
				return await query('select 1', 'postgres');
			} catch (error) {
				if (Date.now() > deadline) {
					const log = fs.readFileSync(path.join(folder, 'log'), 'utf8');
					throw new Error(
						`PostgreSQL did not become ready: ${/** @type {Error} */ (error).message}\n${log}`,
					);
				}
				await wait(100);
			}
		}
	}

	async function stop() {
		child.stdin.end();
		await exited;
		fs.rmSync(folder, { recursive: true, force: true });
	}

	try {
		await untilReady();
		await query(`create database ${DATABASE}`, 'postgres');
	} catch (error) {
		await stop();
		throw error;
	}
	return {
		connection: { ...connection, database: DATABASE },
		query,
		/** The rows of a query as objects. Cast a `numeric` to text: JSON's numbers would lose digits. */
		rows: async (sql) =>
			JSON.parse(await query(`select coalesce(json_agg(r), '[]') from (${sql}) r`)),
		stop,
	};
}

module.exports = { findPostgres, startPostgres };
