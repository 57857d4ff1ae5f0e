'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { VENDORS } = require('../rows');

const FOLDER = path.join(__dirname, '..', '..', 'examples');
/** The package with all vendors, and those for one service. */
const PACKAGES = /^n8n-nodes-[a-z0-9-]+-invoices$/;

/** The workflows of the folder examples, by the name of their file without its ending. */
function readExamples() {
	const files = fs.readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
	const read = (file) => JSON.parse(fs.readFileSync(path.join(FOLDER, file), 'utf8'));
	return Object.fromEntries(files.sort().map((file) => [path.basename(file, '.json'), read(file)]));
}

/** The vendor of a node of ours: of the node, of its trigger, or of the tool made of it. */
function vendorOfType(type) {
	const [name, node] = type.split('.');
	if (!PACKAGES.test(name)) return undefined;
	return VENDORS.find((vendor) => vendor.type === node.replace(/(Trigger|Tool)$/, ''));
}

/** Which kind of credential a node has to be given; undefined where none. */
function credentialTypeOf({ type }) {
	return type === 'n8n-nodes-base.postgres' ? 'postgres' : vendorOfType(type)?.credential;
}

function withCredential(node, credentials) {
	const type = credentialTypeOf(node);
	const credential = credentials.find((one) => one.type === type);
	if (type === undefined || !credential) return node;
	return { ...node, credentials: { [type]: { id: credential.id, name: credential.name } } };
}

/** An Edit Fields node with another value in one of its fields. */
function withField(node, field, value) {
	const assignments = node.parameters.assignments.assignments.map((one) =>
		one.name === field ? { ...one, value } : one,
	);
	return { ...node, parameters: { ...node.parameters, assignments: { assignments } } };
}

/**
 * Does to an example what its note asks of the user: chooses the credentials, types the accounts
 * of the insurer, and names the folder for files. What is not given stays as it is.
 *
 * @param {{ name: string, nodes: any[], connections: object }} workflow
 * @param {{ credentials?: Array<{ id: string, name: string, type: string }>, insuranceAccounts?: string[], folder?: string }} given
 */
function setUp(workflow, { credentials = [], insuranceAccounts, folder }) {
	/** @type {Record<string, [string, string | undefined]>} */
	const fields = {
		'Insurance Accounts': ['accountId', insuranceAccounts && JSON.stringify(insuranceAccounts)],
		Folder: ['folder', folder],
	};
	const nodes = workflow.nodes.map((node) => {
		const [field, value] = fields[node.name] ?? [];
		const filled = value === undefined ? node : withField(node, field, value);
		return withCredential(filled, credentials);
	});
	return { ...workflow, nodes };
}

module.exports = { FOLDER, readExamples, setUp, vendorOfType, withField };
