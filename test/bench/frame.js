'use strict';

const path = require('node:path');
const { connect, webhookNode } = require('../host/demo');
const host = require('../host/host');

// The workflow in which each contender runs: a webhook calls it, and its last node counts what
// came and answers. No expression: n8n would copy all items for it. Nothing of a run is saved.

/** The folder of the node that counts. */
const EXTENSIONS = path.join(__dirname, 'count');

/**
 * @param {object} parameters
 * @param {string} [parameters.list] where the records stand in an item, if an item is not one
 * @param {boolean} [parameters.collectGarbage]
 * @param {boolean} [parameters.returnRows]
 */
function countNode(parameters) {
	return {
		id: 'count',
		name: 'Count',
		type: 'CUSTOM.count',
		typeVersion: 1,
		position: [800, 320],
		parameters,
	};
}

/**
 * Creates the workflow `webhook → nodes → count` and makes it listen.
 *
 * @param {any} client
 * @param {string} name
 * @param {any[]} nodes
 * @param {Parameters<typeof countNode>[0]} [counting]
 */
async function putFrame(client, name, nodes, counting = {}) {
	const webhook = webhookNode(name, { responseMode: 'lastNode' });
	const all = [webhook, ...nodes, countNode(counting)];
	const { id, versionId } = await host.createWorkflow(client, {
		name,
		nodes: all,
		connections: connect(all.map((node) => node.name)),
		settings: {
			executionOrder: 'v1',
			saveDataSuccessExecution: 'none',
			saveDataErrorExecution: 'none',
		},
	});
	await client.call('POST', `/workflows/${id}/activate`, { versionId });
}

/**
 * Runs a frame and gives what was counted, with the time it took.
 *
 * @param {string} url n8n's
 * @param {string} name
 * @returns {Promise<{ ms: number, count: number, bytes: number, stores: string, rows?: any[] }>}
 */
async function runFrame(url, name) {
	const began = performance.now();
	const response = await fetch(`${url}/webhook/${name}`);
	const text = await response.text();
	const ms = performance.now() - began;
	if (!response.ok) throw new Error(`${name}: n8n answered ${response.status}: ${text}`);
	return { ms, ...JSON.parse(text) };
}

module.exports = { EXTENSIONS, putFrame, runFrame };
