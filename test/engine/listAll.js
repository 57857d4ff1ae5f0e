// @ts-check

/** The nodes that list invoices, by the name on screen. */
const NODES = {
	Talkdesk: { type: 'talkdesk', credential: 'talkdeskOAuth2Api' },
	'Talkdesk Insurance': { type: 'talkdeskInsurance', credential: 'talkdeskInsuranceApi' },
	Fastly: { type: 'fastly', credential: 'fastlyApi' },
	CarrierX: { type: 'carrierX', credential: 'carrierXApi' },
	'i3D.net': { type: 'i3dNet', credential: 'i3dNetApi' },
};

/**
 * Lists all invoices of all five vendors in the sandbox, with every account of the
 * insurer.
 *
 * @returns {Promise<Record<string, object[]>>} n8n's items by the name of the node
 */
async function listAll(engine, sandbox, options = {}) {
	/** @type {Record<string, object[]>} */
	const items = {};
	for (const [title, { type, credential }] of Object.entries(NODES)) {
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
		if (result.error) throw new Error(`${title}: ${result.error.message}`);
		items[title] = result.items;
	}
	return items;
}

module.exports = { listAll };
