'use strict';

const { VENDORS } = require('../rows');
const { putCredential, putWorkflow } = require('./client');
const { readExamples, setUp } = require('./examples');

const PACKAGE = 'n8n-nodes-vendor-invoices';

const TRIGGER = 'When clicking ‘Execute workflow’';

/** Returns the vendor of a node; throws for a node that no vendor has. @param {string} type */
function vendorOf(type) {
	const vendor = VENDORS.find((each) => each.type === type);
	if (vendor === undefined) throw new Error(`No vendor has the node "${type}"`);
	return vendor;
}

/** One credential for each vendor: vendor's name → {id, name, type, data}. */
async function putCredentials(client, sandbox) {
	const credentials = {};
	for (const { name, credential: type } of VENDORS) {
		const data = sandbox.credentials[type];
		credentials[name] = await putCredential(client, { name: `${name} (sandbox)`, type, data });
	}
	return credentials;
}

function triggerNode() {
	return {
		id: 'trigger',
		name: TRIGGER,
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 320],
		parameters: {},
	};
}

/** A node that starts a workflow when `/webhook/<route>` is asked for. */
function webhookNode(route, parameters) {
	return {
		id: 'webhook',
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2.1,
		position: [0, 320],
		webhookId: route,
		parameters: { path: route, options: {}, ...parameters },
	};
}

/** Poll times: each minute, for the first time so many seconds from now. */
function soon(seconds = 8) {
	const second = new Date(Date.now() + seconds * 1000).getSeconds();
	return { item: [{ mode: 'custom', cronExpression: `${second} * * * * *` }] };
}

/**
 * A node of ours, with its credential.
 *
 * @param {{ type: string, name: string, credential: string }} vendor
 * @param {{ id: string, name: string }} credential
 * @param {{ parameters?: object, [setting: string]: any }} settings of the node
 */
function vendorNode(vendor, credential, { parameters, ...rest }) {
	return {
		id: vendor.type,
		name: vendor.name,
		type: `${PACKAGE}.${vendor.type}`,
		typeVersion: 1,
		position: [560, 320],
		parameters: { resource: 'invoice', ...parameters },
		credentials: { [vendor.credential]: { id: credential.id, name: credential.name } },
		...rest,
	};
}

/** Whether it has to be told which of its lists to read. */
const hasParameters = ({ parameters }) => Object.keys(parameters).length > 0;

const listsOf = ({ name }) => `Lists of ${name}`;
const eachOf = ({ name }) => `Each List of ${name}`;

/** Two nodes that put out an item for each list of such a vendor. */
function listNodes(vendor, row, sandbox) {
	const lists = vendor.sets(sandbox);
	return [
		{
			id: listsOf(vendor),
			name: listsOf(vendor),
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [320, row * 160],
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ lists }), options: {} },
		},
		{
			id: eachOf(vendor),
			name: eachOf(vendor),
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			position: [560, row * 160],
			parameters: { fieldToSplitOut: 'lists', options: {} },
		},
	];
}

/** A vendor's parameters, to be taken from each item. */
const parametersOfItem = ({ parameters }) =>
	Object.fromEntries(Object.keys(parameters).map((name) => [name, `={{ $json.${name} }}`]));

function noteNode(content) {
	return {
		id: 'note',
		name: 'Note',
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [-380, 200],
		parameters: { content, width: 300, height: 280 },
	};
}

/** Connections from chains of names: each node hands its items to the next one of its chain. */
function connect(...chains) {
	const connections = {};
	for (const chain of chains) {
		for (const [index, node] of chain.slice(1).entries()) {
			const outputs = (connections[chain[index]] ??= { main: [[]] });
			if (outputs.main[0].some((target) => target.node === node)) continue;
			outputs.main[0].push({ node, type: 'main', index: 0 });
		}
	}
	return connections;
}

const NOTE = `## Invoices of all vendors
Each node lists all invoices of one vendor. The data come from a sandbox that emulates the APIs.

**This workflow is put back at each start.** Make a copy of it to change it.`;

function listAll(vendor, row, credentials) {
	return vendorNode(vendor, credentials[vendor.name], {
		position: [hasParameters(vendor) ? 800 : 320, row * 160],
		parameters: {
			operation: 'getAll',
			returnAll: true,
			options: { amountsAs: 'text', ...(vendor.options.currency && { currency: 'USD' }) },
			...parametersOfItem(vendor),
		},
	});
}

const ALL = 'All invoices';

/** Puts the invoices of all vendors into one table: they have the same fields. */
function mergeNode() {
	return {
		id: 'all',
		name: ALL,
		type: 'n8n-nodes-base.merge',
		typeVersion: 3.2,
		position: [1120, 320],
		parameters: { mode: 'append', numberInputs: VENDORS.length },
	};
}

/** Lists all invoices of all vendors. */
function exampleWorkflow(credentials, sandbox) {
	const chains = VENDORS.map((vendor) =>
		hasParameters(vendor)
			? [TRIGGER, listsOf(vendor), eachOf(vendor), vendor.name]
			: [TRIGGER, vendor.name],
	);
	const connections = connect(...chains);
	for (const [index, { name }] of VENDORS.entries()) {
		connections[name] = { main: [[{ node: ALL, type: 'main', index }]] };
	}
	return {
		name: 'Example: invoices of all vendors',
		nodes: [
			triggerNode(),
			...VENDORS.flatMap((vendor, row) =>
				hasParameters(vendor) ? listNodes(vendor, row, sandbox) : [],
			),
			...VENDORS.map((vendor, row) => listAll(vendor, row, credentials)),
			mergeNode(),
			noteNode(NOTE),
		],
		connections,
	};
}

/** Creates, or brings up to date, the credentials and the example; returns the example's id. */
async function putExample(client, sandbox) {
	const credentials = await putCredentials(client, sandbox);
	const { id } = await putWorkflow(client, exampleWorkflow(credentials, sandbox));
	return id;
}

/** The credential for n8n's own PostgreSQL node, from the connection of startPostgres. */
async function putPostgresCredential(client, { connection }) {
	const data = { ...connection, ssl: 'disable' };
	return await putCredential(client, { name: 'PostgreSQL (local)', type: 'postgres', data });
}

/**
 * Creates, or brings up to date, the workflows of the folder examples, set up for the sandbox;
 * resolves to their ids and names.
 */
async function putExamples(client, { insuranceAccounts }, { credentials, folder }) {
	const put = [];
	for (const example of Object.values(readExamples())) {
		const workflow = setUp(example, { credentials, insuranceAccounts, folder });
		const { id, name } = await putWorkflow(client, workflow);
		put.push({ id, name });
	}
	return put;
}

module.exports = {
	ALL,
	PACKAGE,
	TRIGGER,
	VENDORS,
	connect,
	hasParameters,
	noteNode,
	parametersOfItem,
	putCredentials,
	putExample,
	putExamples,
	putPostgresCredential,
	soon,
	triggerNode,
	vendorNode,
	vendorOf,
	webhookNode,
};
