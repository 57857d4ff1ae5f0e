// @ts-check
/** `npm run demo`: lists the invoices of all five vendors through n8n-core, in process, in seconds. */
const path = require('node:path');
const { createSandbox } = require('../sandbox');
const { printTable } = require('../host/table');
const { createEngine } = require('.');

/** The nodes, with what they need beside "Get Many" and "Return All". */
const NODES = [
	{ title: 'Talkdesk', type: 'talkdesk', credential: 'talkdeskOAuth2Api' },
	{ title: 'Talkdesk Insurance', type: 'talkdeskInsurance', credential: 'talkdeskInsuranceApi' },
	{ title: 'Fastly', type: 'fastly', credential: 'fastlyApi' },
	{ title: 'CarrierX', type: 'carrierX', credential: 'carrierXApi' },
	{ title: 'i3D.net', type: 'i3dNet', credential: 'i3dNetApi' },
];

async function main() {
	const sandbox = await createSandbox();
	const engine = await createEngine({ packageDir: path.join(__dirname, '..', '..') });
	/** @type {Record<string, object[]>} */
	const items = {};
	for (const { title, type, credential } of NODES) {
		const result = await engine.runNode({
			type,
			parameters: {
				resource: 'invoice',
				operation: 'getAll',
				returnAll: true,
				accountId: '={{ $json.accountId }}',
			},
			credentials: { [credential]: sandbox.credentials[credential] },
			input:
				type === 'talkdeskInsurance'
					? sandbox.insuranceAccounts
							.filter((accountId) => !accountId.includes('/'))
							.map((accountId) => ({ json: { accountId } }))
					: [{ json: {} }],
		});
		if (result.error) throw new Error(`${title}: ${result.error.message}`);
		items[title] = result.items;
	}
	console.log(printTable(items));
	await engine.close();
	await sandbox.stop();
}

main().catch((error) => {
	console.error(error);
	process.exitCode = 1;
});
