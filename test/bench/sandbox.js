'use strict';

const { VENDORS } = require('../rows');
const { createSandbox } = require('../sandbox');
const { serve } = require('./child');

// The emulated APIs in a process of their own.

/** @type {Awaited<ReturnType<typeof createSandbox>>} */
let sandbox;

/** @typedef {import('../vendors/vendor').VendorOfTest} Vendor */

/**
 * Returns the sizes with which one list of each vendor has so many invoices: those of a vendor with
 * parameters lie in several lists of the same length, and one is read.
 *
 * @param {string[]} vendors
 * @param {number} invoices
 */
async function sizesFor(vendors, invoices) {
	const small = await createSandbox();
	const wanted = VENDORS.filter(({ type }) => vendors.includes(type));
	const sizes = wanted.map(({ type, sets, records }) => {
		const lists = sets(small).filter((parameters) => records(small, parameters).length > 0);
		return [type, invoices * lists.length];
	});
	await small.stop();
	return Object.fromEntries(sizes);
}

/**
 * Returns what "Download PDF" needs of each invoice; each record is one.
 *
 * @param {Vendor} vendor
 */
function invoicesOf({ list, idOf, onScreen }) {
	const numbers = onScreen.numbers(sandbox);
	return list(sandbox).map((record, index) => ({
		id: idOf(record),
		invoiceNumber: numbers[index],
	}));
}

serve({
	/**
	 * @param {number} port
	 * @param {string[]} vendors those that get so many invoices
	 * @param {number} invoices
	 * @param {boolean} unchanging whether it answers from pages it has kept
	 */
	async start(port, vendors, invoices, unchanging) {
		const started = Date.now();
		const sizes = await sizesFor(vendors, invoices);
		// The clock stands still, so that no token expires in the middle of a measurement.
		sandbox = await createSandbox({ port, sizes, unchanging, now: () => started });
		const { credentials } = sandbox;
		const of = (/** @type {(vendor: Vendor) => unknown} */ tell) =>
			Object.fromEntries(VENDORS.map((vendor) => [vendor.type, tell(vendor)]));
		return {
			credentials,
			records: of((vendor) => vendor.records(sandbox).length),
			pdfs: of((vendor) => (vendor.pdfPath ? invoicesOf(vendor) : [])),
		};
	},

	/** @param {number} latency */
	begin(latency) {
		sandbox.setLatency(latency);
		sandbox.clearRequests();
	},

	/**
	 * Lets a vendor issue so many invoices, today.
	 *
	 * @param {string} type
	 * @param {number} count
	 */
	issue(type, count) {
		for (let index = 0; index < count; index++) sandbox.issue(type);
	},

	/** How many requests came since `begin`. */
	requests: () => sandbox.requests.length,

	/**
	 * Makes all PDFs of one size.
	 *
	 * @param {number} bytes
	 */
	pdfSize(bytes) {
		sandbox.clearFaults();
		sandbox.addFault({ kind: 'bigPdf', bytes, times: Infinity });
	},

	stop: () => sandbox.stop(),
});
