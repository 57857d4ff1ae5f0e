'use strict';

const { contendersOf, limitOf, listIn, nodesOf } = require('./contenders');
const { assertSameRows } = require('./byHand');
const { vendorOf } = require('../host/demo');
const { putFrame, runFrame } = require('./frame');
const { cpuTime } = require('./proc');
const { inTurn, measureRun, settle } = require('./run');
const { median, sum } = require('./stats');

/** @typedef {import('./contenders').Contender} Contender */

const EMPTY = 'empty';
const COLLECT = 'collect-garbage';
const frameOf = (/** @type {string} */ vendor, /** @type {Contender} */ { id }) =>
	`${vendor}-${id}`;

/** Those whose rows are compared, ours first, and for so many invoices. */
const COMPARED = ['simplified-4', 'editFields', 'code'];
const COMPARED_INVOICES = 500;

/** The frame that returns the rows themselves. @param {string} frame */
const rowsOf = (frame) => `${frame}-rows`;

/**
 * Puts a workflow for each contender that lives in n8n, and the empty one.
 *
 * @param {any} client
 * @param {import('./machine').Machine} machine
 * @param {string[]} vendors
 */
async function putListFrames(client, machine, vendors) {
	await putFrame(client, EMPTY, []);
	await putFrame(client, COLLECT, [], { collectGarbage: true });
	for (const vendor of vendors) {
		const credential = machine.credentialOf(vendor);
		for (const contender of contendersOf(vendor)) {
			if (contender.kind === 'axios') continue;
			const nodes = nodesOf(vendor, contender, credential);
			const frame = frameOf(vendor, contender);
			await putFrame(client, frame, nodes, { list: listIn(vendor, contender) });
			if (COMPARED.includes(contender.id)) {
				await putFrame(client, rowsOf(frame), nodes, { returnRows: true });
			}
		}
	}
}

/**
 * @param {import('./machine').Machine} machine
 * @param {string} vendor
 * @param {Contender} contender
 */
async function read(machine, vendor, contender) {
	if (contender.kind !== 'axios') {
		return await runFrame(machine.n8n.url, frameOf(vendor, contender));
	}
	return await machine.worker.call('read', {
		vendor,
		baseUrl: machine.credentialOf(vendor).data.baseUrl,
		parallel: contender.parallel,
	});
}

/**
 * Reads a list once; fails where not all of it comes.
 *
 * @param {import('./machine').Machine} machine
 * @param {{ vendor: string, invoices: number, latency: number, contender: Contender }} run
 */
async function runOnce(machine, { vendor, invoices, latency, contender }) {
	const pid = contender.kind === 'axios' ? machine.worker.pid : machine.n8n.pid;
	const { count, ...figures } = await measureRun(machine, { latency, pid }, () =>
		read(machine, vendor, contender),
	);
	const expected = contender.output === 'raw' ? machine.facts.records[vendor] : invoices;
	if (count !== expected) {
		const name = `${vendorOf(vendor).name}, ${contender.label}`;
		throw new Error(`${name}: ${count} came where there are ${expected}`);
	}
	return figures;
}

/**
 * Fails where contenders that are said to do the same work do not return the same rows.
 *
 * @param {import('./machine').Machine} machine
 * @param {string[]} vendors
 */
async function verifyRows(machine, vendors) {
	for (const vendor of vendors) {
		await machine.holdInvoices([vendor], COMPARED_INVOICES);
		const [ours, ...byHand] = contendersOf(vendor).filter(({ id }) => COMPARED.includes(id));
		const { rows = [] } = await runFrame(machine.n8n.url, rowsOf(frameOf(vendor, ours)));
		for (const contender of byHand) {
			const made = await runFrame(machine.n8n.url, rowsOf(frameOf(vendor, contender)));
			assertSameRows(rows, made.rows ?? []);
		}
		const sure = rows.filter(({ warnings }) => warnings === null).length;
		machine.log(`${vendorOf(vendor).name}: ${sure} of ${rows.length} rows are the same by hand`);
	}
}

/**
 * One figure of the table.
 *
 * @typedef {object} Measured
 * @property {string} vendor
 * @property {number} invoices
 * @property {number} latency
 * @property {Contender} contender
 * @property {number} ms median
 * @property {number} toHttpRequest
 * @property {number} toEditFields
 * @property {number} toCode
 * @property {number} toLimit where the limit is axios and the empty workflow around it
 * @property {number} requests
 * @property {number} cpu microseconds an invoice
 * @property {number} rounds
 */

/** Most targets stand at this latency, so that it must not be one run that says whether they are reached. */
const isTargeted = ({ latency }) => latency === 20;

/** Some take minutes for a long list. @param {string} vendor @param {number} invoices */
const contendersFor = (vendor, invoices) =>
	contendersOf(vendor).filter(({ most = Infinity }) => invoices <= most);

/**
 * @param {import('./machine').Machine} machine
 * @param {{ vendor: string, invoices: number, latency: number }} cell
 * @param {number} frame what an empty workflow takes, in milliseconds
 * @returns {Promise<Measured[]>}
 */
async function measureCell(machine, cell, frame) {
	const { vendor, invoices } = cell;
	const contenders = contendersFor(vendor, invoices);
	const run = (/** @type {Contender} */ contender) => runOnce(machine, { ...cell, contender });
	const runs = await inTurn(contenders, run, isTargeted(cell) ? Infinity : undefined);
	const times = new Map([...runs].map(([id, list]) => [id, median(list.map(({ ms }) => ms))]));
	return contenders.map((contender) => {
		const list = runs.get(contender.id) ?? [];
		const ms = times.get(contender.id) ?? NaN;
		return {
			...cell,
			contender,
			ms,
			toHttpRequest: ms / (times.get('httpRequest') ?? NaN),
			toEditFields: ms / (times.get('editFields') ?? NaN),
			toCode: ms / (times.get('code') ?? NaN),
			toLimit:
				contender.kind === 'axios'
					? NaN
					: ms / (frame + (times.get(limitOf(vendor, contender)) ?? NaN)),
			requests: median(list.map(({ requests }) => requests)),
			cpu: sum(list.map(({ cpu }) => cpu)) / list.length / invoices,
			rounds: list.length,
		};
	});
}

/**
 * @param {import('./machine').Machine} machine
 * @param {import('./options').Options} options
 * @param {number} frame what an empty workflow takes, in milliseconds
 * @returns {Promise<Measured[]>}
 */
async function measureLists(machine, { vendors, sizes, latencies }, frame) {
	const measured = [];
	await verifyRows(machine, vendors);
	for (const invoices of sizes) {
		for (const vendor of vendors) {
			await machine.holdInvoices([vendor], invoices);
			// The sandbox makes its pages, and n8n and axios compile what they run.
			for (const contender of contendersFor(vendor, invoices)) {
				const isNeeded = invoices === sizes[0] || ['raw-4', 'axios-8'].includes(contender.id);
				if (isNeeded) await runOnce(machine, { vendor, invoices, latency: 0, contender });
			}
			for (const latency of latencies) {
				const cell = await measureCell(machine, { vendor, invoices, latency }, frame);
				measured.push(...cell);
				const { name } = vendorOf(vendor);
				const best = cell.find(({ contender }) => contender.id === 'simplified-4');
				machine.log(
					`${name}, ${invoices} invoices at ${latency} ms: ${Math.round(best?.ms ?? NaN)} ms, ` +
						`${best?.toHttpRequest.toFixed(2)} × HTTP Request, ` +
						`${best?.toLimit.toFixed(2)} × limit (${best?.rounds} rounds)`,
				);
			}
		}
	}
	return measured;
}

/**
 * A workflow with nothing in it: what n8n itself takes for a run.
 *
 * @param {import('./machine').Machine} machine
 * @returns {Promise<{ ms: number, cpu: number }>} median, and CPU microseconds a run
 */
async function measureEmptyFrame({ n8n }) {
	const times = [];
	let before = 0;
	for (let round = -5; round < 15; round++) {
		if (round === 0) before = cpuTime(n8n.pid);
		const { ms } = await runFrame(n8n.url, EMPTY);
		await settle(ms);
		if (round >= 0) times.push(ms);
	}
	return { ms: median(times), cpu: (cpuTime(n8n.pid) - before) / times.length };
}

module.exports = {
	COLLECT,
	EMPTY,
	measureEmptyFrame,
	measureLists,
	putListFrames,
	runOnce,
};
