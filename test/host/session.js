'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createSandbox } = require('../sandbox');
const { putCredentials } = require('./demo');
const host = require('./host');
const { killGroup } = require('./processes');

const log = () => {};

/**
 * What the tests of the examples begin with: the package in an n8n of its own, the sandbox, and
 * credentials that lead from one to the other. `env` is added to n8n's environment, `mark` to each
 * secret of the sandbox; `sizes` says how many invoices the sandbox has of each vendor, `data` which ones.
 *
 * @param {{ env?: Record<string, string>, mark?: string, sizes?: Record<string, number>, data?: 'odd' | 'company' }} [options]
 */
async function openSession({ env, mark, sizes, data } = {}) {
	const userFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-examples-'));
	/** Where the workflows may write files. */
	const folder = path.join(userFolder, 'files');
	fs.mkdirSync(folder);
	await host.ensureInstalled({ log });
	await host.installPackage({ userFolder, log });
	const sandbox = await createSandbox({ port: 0, mark, sizes, data });
	/** @type {Record<string, any>} */
	const session = { folder, sandbox, userFolder };

	async function start() {
		session.n8n = await host.startN8n({
			userFolder,
			port: await host.freePort(),
			env: { N8N_RESTRICT_FILE_ACCESS_TO: folder, ...env },
			log,
		});
		session.client = await host.login(session.n8n);
	}

	/** Saves a workflow; returns its id. */
	session.create = async (workflow) => (await host.createWorkflow(session.client, workflow)).id;

	/** Ends n8n as a power cut does. */
	session.kill = async () => {
		killGroup(session.n8n, 'SIGKILL');
		await session.n8n.stop();
	};
	session.restart = start;
	session.close = async () => {
		await session.n8n?.stop();
		await sandbox.stop();
		fs.rmSync(userFolder, { recursive: true, force: true });
	};
	await start();
	session.credentials = Object.values(await putCredentials(session.client, sandbox));
	session.credentialOf = (type) => session.credentials.find((one) => one.type === type);
	return session;
}

module.exports = { openSession };
