/** `npm run demo`: lists the invoices of all vendors through n8n-core, in process, in seconds. */
const path = require('node:path');
const { createSandbox } = require('../sandbox');
const { printTable } = require('../host/table');
const { listAll } = require('./listAll');
const { createEngine } = require('.');

async function main() {
	const sandbox = await createSandbox();
	const engine = await createEngine({ packageDir: path.join(__dirname, '..', '..') });
	console.log(printTable(await listAll(engine, sandbox)));
	await engine.close();
	await sandbox.stop();
}

main().catch((error) => {
	console.error(error);
	process.exitCode = 1;
});
