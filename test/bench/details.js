'use strict';

const { DEFAULT_PARALLEL, httpListNode, httpRequestNode, ourNode } = require('./contenders');
const { VENDORS, vendorOf } = require('../host/demo');
const { putFrame, runFrame } = require('./frame');
const { inTurn, measureRun, toHttpRequest } = require('./run');

// Lists whose records have no lines: each of these is asked for with a request of its own.

/** The vendors with such lists, and where the record with lines lies. */
const PATHS = new Map(
	VENDORS.flatMap(({ type, http }) =>
		http.detailPath ? [[type, http.detailPath('{{ $json.id }}')]] : [],
	),
);

const INVOICES = 1000;

/**
 * The HTTP Request node sends the requests for all its items at once.
 *
 * @typedef {{ id: string, label: string, parallel?: number }} Contender
 *
 * @type {Contender[]}
 */
const CONTENDERS = [
	{ id: 'node', label: `this package, ${DEFAULT_PARALLEL} in flight`, parallel: DEFAULT_PARALLEL },
	{ id: 'node-16', label: 'this package, 16 in flight', parallel: 16 },
	{ id: 'httpRequest', label: 'HTTP Request, HTTP Request' },
];

const frameOf = (/** @type {string} */ vendor, /** @type {Contender} */ { id }) =>
	`details-${vendor}-${id}`;

/**
 * @param {string} vendor
 * @param {Contender} contender
 * @param {any} credential
 */
function nodesOf(vendor, { parallel }, credential) {
	if (parallel === undefined) {
		const url = `=${credential.data.baseUrl}${PATHS.get(vendor)}`;
		const each = httpRequestNode(vendor, { url, credential, options: {} });
		return [httpListNode(vendor, credential), { ...each, id: 'each', name: 'Each' }];
	}
	const list = /** @type {any} */ ({ output: 'full', parallel });
	const node = ourNode(vendor, list, credential);
	node.parameters.options.includeLines = true;
	return [node];
}

/** @param {string[]} vendors */
const withDetails = (vendors) => vendors.filter((vendor) => PATHS.has(vendor));

/**
 * @param {any} client
 * @param {import('./machine').Machine} machine
 * @param {string[]} vendors
 */
async function putDetailFrames(client, machine, vendors) {
	for (const vendor of withDetails(vendors)) {
		for (const contender of CONTENDERS) {
			const nodes = nodesOf(vendor, contender, machine.credentialOf(vendor));
			await putFrame(client, frameOf(vendor, contender), nodes);
		}
	}
}

/**
 * @typedef {object} DetailsMeasured
 * @property {string} vendor
 * @property {number} invoices
 * @property {number} latency
 * @property {Contender} contender
 * @property {number} ms
 * @property {number} toHttpRequest
 * @property {number} requests
 * @property {number} cpu microseconds an invoice
 */

/**
 * Reads a list with its lines once; fails where not all of it comes.
 *
 * @param {import('./machine').Machine} machine
 * @param {Pick<DetailsMeasured, 'vendor' | 'latency' | 'contender'>} run
 */
async function readOnce(machine, { vendor, latency, contender }) {
	const frame = frameOf(vendor, contender);
	const { count, ...figures } = await measureRun(machine, { latency }, () =>
		runFrame(machine.n8n.url, frame),
	);
	if (count !== INVOICES) {
		throw new Error(`${vendorOf(vendor).name}, ${contender.label}: ${count} of ${INVOICES} came`);
	}
	return figures;
}

/**
 * @param {import('./machine').Machine} machine
 * @param {import('./options').Options} options
 * @returns {Promise<DetailsMeasured[]>}
 */
async function measureDetails(machine, { vendors, latencies }) {
	/** @type {DetailsMeasured[]} */
	const measured = [];
	for (const vendor of withDetails(vendors)) {
		await machine.holdInvoices([vendor], INVOICES);
		for (const contender of CONTENDERS) await readOnce(machine, { vendor, latency: 0, contender });
		for (const latency of latencies) {
			const runs = await inTurn(CONTENDERS, (contender) =>
				readOnce(machine, { vendor, latency, contender }),
			);
			const compared = toHttpRequest(CONTENDERS, runs);
			for (const { cpu, ...figures } of compared) {
				measured.push({ vendor, invoices: INVOICES, latency, ...figures, cpu: cpu / INVOICES });
			}
			const sixteen = compared.find(({ contender }) => contender.id === 'node-16');
			machine.log(
				`${vendorOf(vendor).name}, ${INVOICES} invoices with lines at ${latency} ms: ` +
					`${Math.round(sixteen?.ms ?? NaN)} ms with 16 in flight, ` +
					`${sixteen?.toHttpRequest.toFixed(2)} × HTTP Request`,
			);
		}
	}
	return measured;
}

module.exports = { measureDetails, putDetailFrames };
