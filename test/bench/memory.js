'use strict';

const { setTimeout: wait } = require('node:timers/promises');
const { vendorOf } = require('../host/demo');
const { DEFAULT_PARALLEL, contendersOf } = require('./contenders');
const { runFrame } = require('./frame');
const { COLLECT, EMPTY, runOnce } = require('./lists');
const { forgetPeak, memory } = require('./proc');

/** n8n has things to do after its start; then its memory stands still. */
const AFTER_START = 3000;

/**
 * The most memory that n8n takes during some work, above what it took before. The heap of V8 does not
 * shrink, so n8n is started afresh.
 *
 * @param {import('./machine').Machine} machine
 * @param {() => Promise<unknown>} warmUp loads the code that the work needs
 * @param {() => Promise<unknown>} work
 * @returns {Promise<number>} bytes
 */
async function extraMemory(machine, warmUp, work) {
	await machine.restartN8n();
	await warmUp();
	// The start leaves garbage behind: room in which a list would seem to take no memory.
	await runFrame(machine.n8n.url, COLLECT);
	await wait(AFTER_START);
	const { pid } = machine.n8n;
	const idle = memory(pid, 'VmRSS');
	forgetPeak(pid);
	await work();
	return memory(pid, 'VmHWM') - idle;
}

/**
 * @typedef {object} ListMemory
 * @property {string} vendor
 * @property {number} invoices
 * @property {string} id the contender's
 * @property {number} bytes
 */

/**
 * Long lists only: of short ones nothing is to be seen.
 *
 * @param {import('./machine').Machine} machine
 * @param {import('./options').Options} options
 * @returns {Promise<ListMemory[]>}
 */
async function measureMemory(machine, { vendors, sizes }) {
	const measured = [];
	const long = sizes.filter((size) => size >= 10_000);
	for (const invoices of long.length > 0 ? long : sizes) {
		for (const vendor of vendors) {
			await machine.holdInvoices([vendor], invoices);
			const contenders = contendersOf(vendor).filter(
				({ kind, parallel }) =>
					kind === 'httpRequest' ||
					kind === 'code' ||
					(kind === 'node' && parallel === DEFAULT_PARALLEL),
			);
			for (const contender of contenders) {
				const bytes = await extraMemory(
					machine,
					() => runFrame(machine.n8n.url, EMPTY),
					() => runOnce(machine, { vendor, invoices, latency: 0, contender }),
				);
				measured.push({ vendor, invoices, id: contender.id, bytes });
				const { name } = vendorOf(vendor);
				machine.log(
					`${name}, ${invoices} invoices, ${contender.label}: ` +
						`${Math.round(bytes / 1e6)} MB above idle`,
				);
			}
		}
	}
	return measured;
}

module.exports = { extraMemory, measureMemory };
