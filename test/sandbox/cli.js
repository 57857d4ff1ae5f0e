'use strict';

const { parseArgs } = require('node:util');
const { createSandbox } = require('./index');

/** `node test/sandbox/cli.js --port 8790 --seed 1` */
async function main() {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '8790' },
			host: { type: 'string', default: '127.0.0.1' },
			seed: { type: 'string', default: '1' },
		},
	});
	const port = Number(values.port);
	if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port is no port');

	const sandbox = await createSandbox({ port, host: values.host, seed: values.seed });
	const stop = () => {
		process.off('SIGINT', stop);
		process.off('SIGTERM', stop);
		sandbox.stop().then(() => console.log('The sandbox has stopped.'));
	};
	process.on('SIGINT', stop);
	process.on('SIGTERM', stop);

	console.log(`The sandbox listens on ${sandbox.origin} (seed ${values.seed}). Ctrl+C stops it.\n`);
	console.log('Type these in the credentials in n8n:\n');
	for (const [name, fields] of Object.entries(sandbox.credentials)) {
		console.log(name);
		for (const [field, value] of Object.entries(fields)) console.log(`  ${field}: ${value}`);
		console.log();
	}
	console.log(`Accounts of the insurance bridge: ${sandbox.insuranceAccounts.join(' | ')}`);
	console.log(`Bad days: POST a fault to ${sandbox.origin}/_sandbox/faults (see faults.js)`);
}

main().catch((error) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
