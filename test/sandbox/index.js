'use strict';

const { setMaxListeners } = require('node:events');
const { json } = require('./answers');
const { createBilling } = require('./company');
const { createFaults } = require('./faults');
const { frozen } = require('./frozen');
const { decimal } = require('./data');
const { changeList } = require('./listing');
const { createRandom } = require('./random');
const { close, createForeignServer, createServer, listen } = require('./server');
const carrierX = require('./carrierX');
const fastly = require('./fastly');
const i3dNet = require('./i3dNet');
const talkdesk = require('./talkdesk');
const talkdeskInsurance = require('./talkdeskInsurance');

/**
 * The vendors' APIs, emulated on one server, each below a path of its own. A further vendor is one
 * file and one line here. Its emulator is a `Vendor` as `server.js` describes it.
 *
 * @type {Record<string, {
 *   create: (options: VendorOptions) => import('./server').Vendor,
 *   contracts: import('./company').Contract[],
 *   size: number,
 * }>}
 */
const VENDORS = {
	talkdesk: { ...talkdesk, size: 60 },
	talkdeskInsurance: { ...talkdeskInsurance, size: 12 },
	fastly: { ...fastly, size: 60 },
	carrierX: { ...carrierX, size: 80 },
	i3dNet: { ...i3dNet, size: 90 },
};

/**
 * @typedef {object} VendorOptions
 * @property {string | number} seed
 * @property {number} size how many invoices
 * @property {string} origin
 * @property {string} foreignOrigin
 * @property {() => number} now milliseconds
 * @property {string} mark the end of each secret
 * @property {string[]} [accounts] those of a company, in place of made-up ones
 *
 * @typedef {object} SandboxOptions
 * @property {number} [port] 0: any free one
 * @property {string} [host]
 * @property {string | number} [seed] the same seed, the same data
 * @property {Record<string, number>} [sizes] invoices by vendor
 * @property {'odd' | 'company'} [data] invoices with all that a vendor may say, for tests; or a year of
 *   a company's bills, for people
 * @property {() => number} [now] the clock that tokens and dates in headers go by
 * @property {number} [latency] how long each request waits for its answer, in milliseconds
 * @property {string} [mark] the end of each secret: characters that have to be encoded here and there
 * @property {boolean} [unchanging] the lists never change, so that each page is made only once
 */

/** @param {SandboxOptions} [options] */
async function createSandbox({
	port = 0,
	host = '127.0.0.1',
	seed = 1,
	sizes = {},
	data = 'odd',
	now = Date.now,
	latency = 0,
	mark = '',
	unchanging = false,
} = {}) {
	/** @type {import('./server').LoggedRequest[]} */
	const requests = [];
	/** @type {Omit<import('./server').LoggedRequest, 'vendor' | 'faults'>[]} */
	const foreignRequests = [];
	/** @type {import('./server').Vendor[]} */
	const vendors = [];
	const origins = { origin: `http://${host}`, foreignOrigin: '' };
	const faults = createFaults(Object.keys(VENDORS), createRandom(seed, 'faults'));
	const stopping = new AbortController();
	// Each request that waits listens to it.
	setMaxListeners(Infinity, stopping.signal);

	/**
	 * @param {string} method
	 * @param {string} path
	 * @param {string} body
	 */
	function control(method, path, body) {
		const [, , what, name] = path.split('/');
		const wanted = `${method} ${what}`;
		if (wanted === 'POST faults') {
			try {
				sandbox.addFault(JSON.parse(body));
			} catch (error) {
				return json(400, { message: String(error) });
			}
			return json(201, {});
		}
		if (wanted === 'DELETE faults') return json(200, sandbox.clearFaults() ?? {});
		if (wanted === 'PUT latency') {
			try {
				sandbox.setLatency(Number(body));
			} catch (error) {
				return json(400, { message: String(error) });
			}
			return json(200, {});
		}
		if (wanted === 'POST invoices' && Object.hasOwn(billing, name)) {
			return json(201, sandbox.issue(name));
		}
		if (wanted === 'GET requests') return json(200, requests);
		if (wanted === 'DELETE requests') return json(200, sandbox.clearRequests() ?? {});
		if (wanted === 'GET foreignRequests') return json(200, foreignRequests);
		if (wanted === 'GET credentials') return json(200, sandbox.credentials);
		if (wanted === 'GET data' && Object.hasOwn(sandbox.data, name)) {
			return json(200, sandbox.data[name]);
		}
		return json(404, { message: 'the sandbox has no such control' });
	}

	const changes = createRandom(seed, 'changes');
	const foreign = createForeignServer((entry) => foreignRequests.push(entry));
	const server = createServer({
		vendors,
		faults,
		origins: () => origins,
		now,
		latency: () => latency,
		random: changes,
		log: (entry) => requests.push(entry),
		control,
		stopped: stopping.signal,
	});
	origins.foreignOrigin = await listen(foreign, 0, host);
	try {
		origins.origin = await listen(server, port, host);
	} catch (error) {
		await close(foreign);
		throw error;
	}

	/** @type {Record<string, ReturnType<typeof createBilling>>} */
	const billing = {};
	for (const [name, { create, contracts, size }] of Object.entries(VENDORS)) {
		billing[name] = createBilling(seed, name, contracts, now);
		const made =
			data === 'odd'
				? { size: sizes[name] ?? size }
				: { size: 0, accounts: contracts.map(({ account }) => account) };
		const vendor = create({ seed, now, mark, ...origins, ...made });
		if (data === 'company') billing[name].history().forEach(vendor.put);
		vendors.push(unchanging ? frozen(vendor) : vendor);
	}

	/** @type {{ credentials: Record<string, any>, powerlessCredentials: Record<string, any>, data: Record<string, any> }} */
	const gathered = { credentials: {}, powerlessCredentials: {}, data: {} };
	for (const vendor of vendors) {
		Object.assign(gathered.credentials, vendor.credentials);
		Object.assign(gathered.powerlessCredentials, vendor.powerless);
		Object.assign(gathered.data, vendor.data);
	}

	/** @param {string} name */
	function vendorNamed(name) {
		const vendor = vendors.find((each) => each.name === name);
		if (!vendor) throw new Error(`no such vendor: ${name}`);
		return vendor;
	}

	const sandbox = {
		...origins,
		/** What to type in n8n, by credential. */
		credentials: gathered.credentials,
		/** Valid, but not allowed to read invoices: 403. */
		powerlessCredentials: gathered.powerlessCredentials,
		/** What the server serves: a change here is a change there. */
		data: gathered.data,
		/**
		 * Changes the list of a vendor, now: takes away, then puts in, at one place.
		 *
		 * @param {string} name
		 * @param {import('./listing').Change} change
		 */
		change(name, change) {
			changeList(vendorNamed(name).list, change, changes);
		},
		/**
		 * Lets a vendor issue one more bill, today.
		 *
		 * @param {string} name
		 */
		issue(name) {
			const vendor = vendorNamed(name);
			const bill = billing[name].next();
			return {
				vendor: name,
				invoiceNumber: vendor.put(bill),
				total: decimal(bill.total, 2),
				currency: bill.currency,
			};
		},
		/** Unissued bills, of the vendor that lists them. */
		get bills() {
			const bills = vendors.find((vendor) => vendor.bills)?.bills;
			if (!bills) throw new Error('no vendor has bills that are not issued');
			return bills;
		},
		insuranceAccounts: Object.keys(gathered.data.talkdeskInsurance),
		requests,
		foreignRequests,
		clearRequests() {
			requests.length = 0;
			foreignRequests.length = 0;
		},
		/** @param {number} milliseconds */
		setLatency(milliseconds) {
			if (!(milliseconds >= 0)) throw new Error('the latency is milliseconds, 0 or more');
			latency = milliseconds;
		},
		/** @returns {Promise<number>} how many connections clients have open to the vendors */
		connections: () =>
			new Promise((resolve, reject) =>
				server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
			),
		addFault: faults.add,
		clearFaults: faults.clear,
		async stop() {
			stopping.abort();
			await Promise.all([close(server), close(foreign)]);
		},
	};
	return sandbox;
}

module.exports = { createSandbox };
