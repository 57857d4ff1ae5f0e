// @ts-check
'use strict';
const { Machine } = require('./machine');
const { measureEmptyFrame, measureLists, putListFrames } = require('./lists');
const { readOptions } = require('./options');
async function main() {
	const options = readOptions(process.argv.slice(2));
	const began = Date.now();
	const log = (line) => console.log(`[${((Date.now() - began) / 1000).toFixed(0)}s] ${line}`);
	const machine = new Machine(log);
	try {
		await machine.holdInvoices([], 0);
		const client = await machine.install();
		await putListFrames(client, machine, options.vendors);
		log('empty ' + (await measureEmptyFrame(machine)));
		const r = await measureLists(machine, options);
		for (const x of r) console.log([x.vendor, x.invoices, x.latency, x.contender.label, Math.round(x.ms), x.toHttpRequest.toFixed(2), x.toLimit.toFixed(2), x.requests, x.cpu.toFixed(0)].join(' | '));
	} finally {
		await machine.stop();
	}
}
main().catch((e) => { console.error(e); process.exitCode = 1; });
