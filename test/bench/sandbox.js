'use strict';

const { createSandbox } = require('../sandbox');
const { serve } = require('./child');

// The emulated APIs in a process of their own.

/** @type {Awaited<ReturnType<typeof createSandbox>>} */
let sandbox;

serve({
	/**
	 * @param {number} port
	 * @param {string[]} vendors those that get so many invoices
	 * @param {number} invoices
	 */
	async start(port, vendors, invoices) {
		const started = Date.now();
		const sizes = Object.fromEntries(vendors.map((vendor) => [vendor, invoices]));
		// The invoices of the bridge lie in three accounts, and one is read.
		if (sizes.talkdeskInsurance) sizes.talkdeskInsurance *= 3;
		// The clock stands still, so that no token expires in the middle of a measurement.
		sandbox = await createSandbox({ port, sizes, unchanging: true, now: () => started });
		const { credentials, insuranceAccounts } = sandbox;
		return {
			credentials,
			account: insuranceAccounts[0],
			lines: sandbox.data.talkdesk.length,
			pdfs: {
				i3dNet: sandbox.data.i3dNet.map(({ id, invoiceNumber }) => ({ id, invoiceNumber })),
				carrierX: sandbox.data.carrierX.map(({ invoice_sid: id, display_id }) => ({
					id,
					invoiceNumber: display_id,
				})),
			},
		};
	},

	/** @param {number} latency */
	begin(latency) {
		sandbox.setLatency(latency);
		sandbox.clearRequests();
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
