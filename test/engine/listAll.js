const { VENDORS } = require('../nodes');

/**
 * Lists all invoices of all five vendors in the sandbox, with every account of the
 * insurer.
 *
 * @returns {Promise<Record<string, object[]>>} n8n's items by the name of the node
 */
async function listAll(engine, sandbox, options = {}) {
	/** @type {Record<string, object[]>} */
	const items = {};
	for (const { name, node: type, credential } of VENDORS) {
		const result = await engine.runNode({
			type,
			parameters: {
				resource: 'invoice',
				operation: 'getAll',
				returnAll: true,
				options,
				accountId: '={{ $json.accountId }}',
			},
			credentials: { [credential]: sandbox.credentials[credential] },
			input:
				type === 'talkdeskInsurance'
					? sandbox.insuranceAccounts.map((accountId) => ({ json: { accountId } }))
					: [{ json: {} }],
		});
		if (result.error) throw new Error(`${name}: ${result.error.message}`);
		items[name] = result.items;
	}
	return items;
}

module.exports = { listAll };
