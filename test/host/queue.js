'use strict';

const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const host = require('./host');
const { startPostgres } = require('./postgres');
const { killGroup } = require('./processes');
const { startRedis } = require('./redis');
const { openSession } = require('./session');

const log = () => {};

/** n8n's defaults are 60, 10 and 30 seconds: a test cannot wait that long for a dead worker. */
const IMPATIENT = {
	QUEUE_WORKER_LOCK_DURATION: '5000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '1000',
	QUEUE_WORKER_STALLED_INTERVAL: '2000',
};

/** What the main process and all workers have in common. */
function sharedEnvironment({ connection }, redis) {
	return {
		EXECUTIONS_MODE: 'queue',
		N8N_ENCRYPTION_KEY: randomBytes(24).toString('base64url'),
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: connection.host,
		DB_POSTGRESDB_PORT: String(connection.port),
		DB_POSTGRESDB_DATABASE: connection.database,
		DB_POSTGRESDB_USER: connection.user,
		DB_POSTGRESDB_PASSWORD: connection.password,
		...redis.env,
		...IMPATIENT,
	};
}

/**
 * n8n in queue mode: a main process with a session of its own, on PostgreSQL and Redis, and no
 * worker yet. Each worker gets a user folder of its own, as one on another machine has.
 *
 * @param {{ sizes?: Record<string, number> }} [options] how many invoices the sandbox has of each vendor
 */
async function openQueue({ sizes } = {}) {
	/** @type {Array<() => Promise<void>>} what ends what was started, the latest last */
	const started = [];
	const close = async () => {
		for (let stop = started.pop(); stop; stop = started.pop()) await stop();
	};

	async function startWorker(env, { withPackage = true } = {}) {
		const userFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-worker-'));
		started.push(async () => fs.rmSync(userFolder, { recursive: true, force: true }));
		if (withPackage) await host.installPackage({ userFolder, log });
		const port = await host.freePort();
		const health = { QUEUE_HEALTH_CHECK_ACTIVE: 'true', QUEUE_HEALTH_CHECK_PORT: String(port) };
		const worker = await host.startN8n({
			userFolder,
			port,
			command: ['worker'],
			env: { ...env, ...health },
			log,
		});
		started.push(worker.stop);
		/** Ends it as a power cut does. */
		const kill = async () => {
			killGroup(worker, 'SIGKILL');
			await worker.stop();
		};
		return { ...worker, kill };
	}

	try {
		const postgres = await startPostgres();
		started.push(postgres.stop);
		const redis = await startRedis();
		started.push(redis.stop);
		const env = sharedEnvironment(postgres, redis);
		const session = await openSession({ env, sizes });
		started.push(session.close);
		return {
			session,
			postgres,
			/** `withPackage: false`: a worker on which nobody has installed the package. */
			startWorker: (options) => startWorker(env, options),
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}

module.exports = { openQueue };
