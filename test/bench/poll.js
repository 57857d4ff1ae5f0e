'use strict';

const { startChild } = require('./child');
const { hasParameters, vendorOf } = require('../host/demo');

// What a poll of a trigger costs, by how long the list is and by how much is new in it.

const SIZES = [1000, 10_000, 100_000];
const NEW = 20;

/**
 * @typedef {'first' | 'quiet' | 'busy'} Kind the one that only records what is there, one that finds
 * nothing, and one that finds new invoices
 *
 * @typedef {object} PollMeasured
 * @property {string} vendor
 * @property {number} invoices
 * @property {Record<Kind, { requests: number, cpu: number }>} polls microseconds
 */

/** How many invoices each kind of poll has to return. @type {Record<Kind, number>} */
const RETURNED = { first: 0, quiet: 0, busy: NEW };

/**
 * @param {import('./machine').Machine} machine
 * @param {ReturnType<typeof startChild>} poller
 * @param {string} vendor
 * @param {Kind} kind
 */
async function pollOnce(machine, poller, vendor, kind) {
	await machine.sandbox.call('begin', 0);
	const { items, cpu } = await poller.call('poll', vendor, machine.credentialOf(vendor).data);
	if (items !== RETURNED[kind]) {
		throw new Error(`${vendorOf(vendor).name}: a ${kind} poll returned ${items} invoices`);
	}
	return { requests: await machine.sandbox.call('requests'), cpu };
}

/**
 * @param {import('./machine').Machine} machine
 * @param {import('./options').Options} options
 * @returns {Promise<PollMeasured[]>}
 */
async function measurePolls(machine, { vendors }) {
	/** @type {PollMeasured[]} */
	const measured = [];
	// A vendor with several lists issues its invoices into any of them; it answers with one response.
	const polled = vendors.filter((vendor) => !hasParameters(vendorOf(vendor)));
	const poller = startChild('poller.js');
	try {
		for (const invoices of SIZES) {
			for (const vendor of polled) {
				await machine.holdInvoices([vendor], invoices, { unchanging: false });
				await poller.call('forget');
				const poll = (/** @type {Kind} */ kind) => pollOnce(machine, poller, vendor, kind);
				const first = await poll('first');
				// Once more, because the code is compiled by the first one.
				await poll('quiet');
				const quiet = await poll('quiet');
				await machine.sandbox.call('issue', vendor, NEW);
				const busy = await poll('busy');
				measured.push({ vendor, invoices, polls: { first, quiet, busy } });
				machine.log(
					`${vendorOf(vendor).name}, ${invoices} invoices, a quiet poll: ` +
						`${quiet.requests} requests, ${Math.round(quiet.cpu / 1000)} ms of CPU`,
				);
			}
		}
	} finally {
		await poller.stop();
	}
	return measured;
}

module.exports = { NEW, measurePolls };
