'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { putCredentials, vendorOf } = require('../host/demo');
const host = require('../host/host');
const { startChild } = require('./child');
const { EXTENSIONS } = require('./frame');

/**
 * What is running during a benchmark: a sandbox, an n8n with this package, and the worker for axios.
 * The sandbox always listens on the same port with the same secrets, so that the credentials in n8n
 * stay good when it is started again with other sizes.
 */
class Machine {
	/** @param {(line: string) => void} log */
	constructor(log) {
		this.log = log;
		this.userFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-bench-'));
		this.worker = startChild('worker.js');
		/** @type {any} */
		this.sandbox = undefined;
		/** @type {number | undefined} */
		this.sandboxPort = undefined;
		/** @type {any} */
		this.n8n = undefined;
		/** @type {any} what the sandbox tells of itself */
		this.facts = undefined;
		/** @type {Record<string, any>} */
		this.credentials = {};
	}

	/**
	 * Starts the sandbox again, with so many invoices of some vendors.
	 *
	 * @param {string[]} vendors
	 * @param {number} invoices
	 * @param {{ unchanging?: boolean }} [lists] whether no invoice ever joins them
	 */
	async holdInvoices(vendors, invoices, { unchanging = true } = {}) {
		await this.sandbox?.stop();
		this.sandboxPort ??= await host.freePort();
		this.sandbox = startChild('sandbox.js');
		this.facts = await this.sandbox.call('start', this.sandboxPort, vendors, invoices, unchanging);
		for (const vendor of vendors) {
			await this.worker.call('authorize', vendor, this.credentialOf(vendor).data);
		}
	}

	/** @param {string} vendor */
	credentialOf(vendor) {
		const { name, credential } = vendorOf(vendor);
		return this.credentials[name] ?? { data: this.facts.credentials[credential] };
	}

	/** Installs the package into a new n8n, starts it, and puts the credentials into it. */
	async install() {
		await host.ensureInstalled({ log: this.log });
		await host.installPackage({ userFolder: this.userFolder, log: this.log });
		await this.restartN8n();
		const client = await host.login(this.n8n);
		this.credentials = await putCredentials(client, { credentials: this.facts.credentials });
		return client;
	}

	/** Starts n8n afresh: the memory of the one before is gone. */
	async restartN8n() {
		await this.n8n?.stop();
		const port = await host.freePort();
		this.n8n = await host.startN8n({
			userFolder: this.userFolder,
			port,
			env: { N8N_CUSTOM_EXTENSIONS: EXTENSIONS, NODE_OPTIONS: '--expose-gc' },
			log: () => {},
		});
	}

	async stop() {
		await this.n8n?.stop();
		await this.sandbox?.stop();
		await this.worker.stop();
		fs.rmSync(this.userFolder, { recursive: true, force: true });
	}
}

module.exports = { Machine };
