// @ts-check
'use strict';

const { VENDORS } = require('../rows');

/**
 * Lists all invoices of all vendors in the sandbox, with each set of parameters that they need: whole,
 * with exact amounts.
 *
 * @returns {Promise<Record<string, object[]>>} n8n's items by the name of the node
 */
async function listAll(engine, sandbox, options = {}) {
	/** @type {Record<string, object[]>} */
	const items = {};
	for (const { name, type, credential, parameters, sets } of VENDORS) {
		const byItem = Object.keys(parameters).map((field) => [field, `={{ $json.${field} }}`]);
		const result = await engine.runNode({
			type,
			parameters: {
				resource: 'invoice',
				operation: 'getAll',
				returnAll: true,
				output: 'full',
				options: { amountsAs: 'text', ...options },
				...Object.fromEntries(byItem),
			},
			credentials: { [credential]: sandbox.credentials[credential] },
			input: sets(sandbox).map((json) => ({ json })),
		});
		if (result.error) throw new Error(`${name}: ${result.error.message}`);
		items[name] = result.items;
	}
	return items;
}

module.exports = { listAll };
