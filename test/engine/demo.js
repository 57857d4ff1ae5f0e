/** `npm run demo`: lists the invoices of all vendors through n8n-core, in process, in seconds. */
const { createSandbox } = require('../sandbox');
const { REPOSITORY, ensureBuilt } = require('../host/package');
const { printTable } = require('../host/table');

async function main() {
	await ensureBuilt();
	// Before the rows of the vendors: what reads TypeScript would look at each module of n8n-core, too.
	const { createEngine } = require('.');
	const { listAll } = require('./listAll');
	const sandbox = await createSandbox({ data: 'company' });
	const engine = await createEngine({ packageDir: REPOSITORY });
	console.log(printTable(await listAll(engine, sandbox, { currency: 'USD' })));
	await engine.close();
	await sandbox.stop();
}

main().catch((error) => {
	console.error(error);
	process.exitCode = 1;
});
