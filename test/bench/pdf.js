'use strict';

const { DEFAULT_PARALLEL, httpRequestNode } = require('./contenders');
const { VENDORS, vendorNode, vendorOf } = require('../host/demo');
const { putFrame, runFrame } = require('./frame');
const { extraMemory } = require('./memory');
const { inTurn, measureRun, toHttpRequest } = require('./run');

/** The vendors that have PDFs, and where one lies: our item says of which invoice. */
const PATHS = new Map(
	VENDORS.flatMap(({ type, pdfPath }) => (pdfPath ? [[type, pdfPath('{{ $json.id }}')]] : [])),
);

const MANY = { files: 200, bytes: 100_000 };
const LARGE = { files: 1, bytes: 200_000_000 };
/** Takes the way of the large one. */
const SMALL = { files: 1, bytes: 100_000 };
/**
 * How many requests are in flight; the HTTP Request node has all in flight that it has items for.
 *
 * @typedef {{ id: string, label: string, parallel?: number }} Contender
 *
 * @type {Contender[]}
 */
const CONTENDERS = [
	{ id: 'node', label: `this package, ${DEFAULT_PARALLEL} in flight`, parallel: DEFAULT_PARALLEL },
	{ id: 'node-16', label: 'this package, 16 in flight', parallel: 16 },
	{ id: 'httpRequest', label: 'HTTP Request node' },
];
/** For one file it does not matter. */
const contendersFor = ({ files }) =>
	files === 1 ? CONTENDERS.filter(({ id }) => id !== 'node-16') : CONTENDERS;

const frameOf = (vendor, { files }, { id }) => `pdf-${vendor}-${files}-${id}`;

/** Two nodes that put out invoices, as far as "Download PDF" looks at what "Get Many" puts out. */
function invoiceNodes(provider, invoices) {
	const position = [200, 320];
	const items = invoices.map((invoice) => ({
		...invoice,
		dedupeKey: `${provider}:-:${invoice.id}`,
	}));
	return [
		{
			id: 'invoices',
			name: 'Invoices',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ invoice: items }), options: {} },
		},
		{
			id: 'each',
			name: 'Each',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			position,
			parameters: { fieldToSplitOut: 'invoice', options: {} },
		},
	];
}

/**
 * @param {string} vendor
 * @param {Contender} contender
 * @param {{ id: string, name: string, data: { baseUrl: string } }} credential
 */
function downloadNode(vendor, { parallel }, credential) {
	if (parallel !== undefined) {
		return vendorNode(vendorOf(vendor), credential, {
			parameters: {
				operation: 'downloadPdf',
				invoiceId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
				options: { maxFileSize: 1000, parallelRequests: parallel },
			},
		});
	}
	return httpRequestNode(vendor, {
		url: `=${credential.data.baseUrl}${PATHS.get(vendor)}`,
		credential,
		options: { response: { response: { responseFormat: 'file' } } },
	});
}

/** @param {string[]} vendors */
const pdfVendors = (vendors) => vendors.filter((vendor) => PATHS.has(vendor));

/**
 * @param {any} client
 * @param {import('./machine').Machine} machine
 * @param {string[]} vendors
 */
async function putPdfFrames(client, machine, vendors) {
	await machine.holdInvoices(pdfVendors(vendors), MANY.files);
	for (const vendor of pdfVendors(vendors)) {
		for (const job of [MANY, LARGE]) {
			const invoices = machine.facts.pdfs[vendor].slice(0, job.files);
			for (const contender of contendersFor(job)) {
				const node = downloadNode(vendor, contender, machine.credentialOf(vendor));
				const before = invoiceNodes(vendor, invoices);
				await putFrame(client, frameOf(vendor, job, contender), [...before, node]);
			}
		}
	}
}

/**
 * Downloads once; fails where not every byte has arrived in n8n's store of files.
 *
 * @param {import('./machine').Machine} machine
 * @param {Pick<PdfMeasured, 'vendor' | 'job' | 'latency' | 'contender'>} measured
 */
async function download(machine, { vendor, job, latency, contender }) {
	await machine.sandbox.call('pdfSize', job.bytes);
	const frame = frameOf(vendor, job, contender);
	const { count, bytes, stores, ...figures } = await measureRun(machine, { latency }, () =>
		runFrame(machine.n8n.url, frame),
	);
	const name = `PDFs of ${vendorOf(vendor).name}, ${contender.label}`;
	if (count !== job.files || bytes !== job.files * job.bytes) {
		throw new Error(`${name}: ${count} files of ${bytes} bytes together have come`);
	}
	if (!stores.startsWith('filesystem')) throw new Error(`${name}: n8n kept them in "${stores}"`);
	return figures;
}

/**
 * @typedef {object} PdfMeasured
 * @property {string} vendor
 * @property {{ files: number, bytes: number }} job
 * @property {number} latency
 * @property {Contender} contender
 * @property {number} ms
 * @property {number} toHttpRequest
 * @property {number} requests
 * @property {number} cpu microseconds a file
 * @property {number} [memory] bytes above idle
 */

/**
 * @param {import('./machine').Machine} machine
 * @param {import('./options').Options} options
 * @returns {Promise<PdfMeasured[]>}
 */
async function measurePdfs(machine, { vendors, latencies }) {
	/** @type {PdfMeasured[]} */
	const measured = [];
	const cells = [
		...latencies.map((latency) => ({ job: MANY, latency })),
		{ job: LARGE, latency: 0 },
	];
	for (const vendor of pdfVendors(vendors)) {
		for (const { job, latency } of cells) {
			const run = (/** @type {Contender} */ contender) =>
				download(machine, { vendor, job, latency, contender });
			const contenders = contendersFor(job);
			if (latency === cells[0].latency) for (const contender of contenders) await run(contender);
			const runs = await inTurn(contenders, run);
			const compared = toHttpRequest(contenders, runs);
			for (const { cpu, ...figures } of compared) {
				measured.push({ vendor, job, latency, ...figures, cpu: cpu / job.files });
			}
			const usual = compared.find(({ contender }) => contender.id === 'node');
			machine.log(
				`${vendorOf(vendor).name}, ${job.files} PDFs of ${job.bytes / 1e6} MB at ${latency} ms: ` +
					`${Math.round(usual?.ms ?? NaN)} ms, ` +
					`${usual?.toHttpRequest.toFixed(2)} × HTTP Request`,
			);
		}
		for (const figures of measured.filter((one) => one.vendor === vendor && one.job === LARGE)) {
			figures.memory = await extraMemory(
				machine,
				() => download(machine, { ...figures, job: SMALL }),
				() => download(machine, figures),
			);
			machine.log(
				`${vendorOf(vendor).name}, a PDF of ${LARGE.bytes / 1e6} MB, ${figures.contender.label}: ` +
					`${Math.round(figures.memory / 1e6)} MB above idle`,
			);
		}
	}
	return measured;
}

module.exports = { LARGE, measurePdfs, putPdfFrames };
