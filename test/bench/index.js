'use strict';

const { duration } = require('../host/processes');
const { measureDetails, putDetailFrames } = require('./details');
const { writeDocument } = require('./document');
const { measureEmptyFrame, measureLists, putListFrames } = require('./lists');
const { Machine } = require('./machine');
const { measureMemory } = require('./memory');
const { readOptions } = require('./options');
const { measurePdfs, putPdfFrames } = require('./pdf');
const { measurePolls } = require('./poll');
const { tablesOf, targetTable, time } = require('./report');
const { plainTable } = require('./table');

// `npm run bench`: this package's nodes against n8n's HTTP Request node, against axios, and against
// what is possible at all. All figures of one run, in one table.

const began = Date.now();
const log = (/** @type {string} */ line) =>
	console.log(`[${duration(Date.now() - began).padStart(11)}] ${line}`);

/**
 * @param {Machine} machine
 * @param {import('./options').Options} options
 * @returns {Promise<import('./report').Figures>}
 */
async function measure(machine, options) {
	const measures = (/** @type {string} */ part) => options.parts.includes(part);
	/** @type {import('./report').Figures} */
	const figures = {
		empty: { ms: NaN, cpu: NaN },
		lists: [],
		memory: [],
		details: [],
		pdfs: [],
		normalizers: [],
		growth: [],
		polls: [],
	};
	await machine.holdInvoices([], 0);
	const client = await machine.install();
	// Before anything is measured: n8n is started anew for each memory, and this client leads to the first one.
	await putListFrames(client, machine, options.vendors);
	await putPdfFrames(client, machine, options.vendors);
	await putDetailFrames(client, machine, options.vendors);
	figures.empty = await measureEmptyFrame(machine);
	log(`An empty workflow: ${time(figures.empty.ms)}`);
	if (measures('normalize')) {
		figures.normalizers = await machine.worker.call('normalizers', options.vendors);
		figures.growth = await machine.worker.call('growth', options.vendors);
	}
	if (measures('pdf')) figures.pdfs = await measurePdfs(machine, options);
	if (measures('details')) figures.details = await measureDetails(machine, options);
	if (measures('lists')) {
		figures.lists = await measureLists(machine, options, figures.empty.ms);
	}
	if (measures('poll')) figures.polls = await measurePolls(machine, options);
	if (measures('memory')) figures.memory = await measureMemory(machine, options);
	return figures;
}

/** @param {import('./report').Figures} figures */
function print(figures) {
	for (const { title, columns, rows } of [...tablesOf(figures), targetTable(figures)]) {
		console.log(`\n${title}\n\n${plainTable(columns, rows)}`);
	}
}

async function main() {
	const options = readOptions(process.argv.slice(2));
	const machine = new Machine(log);
	const stop = () => void machine.stop().then(() => process.exit(1));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
	try {
		const figures = await measure(machine, options);
		print(figures);
		if (!options.restricted) log(`Written to ${await writeDocument(figures)}`);
		log('Done.');
	} finally {
		await machine.stop();
	}
}

main().catch((error) => {
	console.error(`\n${error.message}`);
	process.exitCode = 1;
});
