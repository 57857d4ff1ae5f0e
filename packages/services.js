// @ts-check
'use strict';
/** Which single-service packages there are, and what each is made of: read from the built nodes. */
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');

/** Vendors that share a package. Without its line, each of them gets a package of its own. */
const TOGETHER = [['Talkdesk', 'TalkdeskInsurance']];

/**
 * @typedef {object} Vendor
 * @property {string} folder of its sources in `nodes`
 * @property {string} type of its node, and what its invoices call their provider
 * @property {string} title as the editor shows it
 * @property {string[]} required the titles of the fields that each operation on invoices needs
 * @property {boolean} hasPdf whether it has an operation that downloads files
 * @property {string[]} credentials the paths of its credentials in package.json
 *
 * @typedef {{ name: string, vendors: Vendor[] }} Service `name` is the package's
 */

/** Returns the JSON in a file of the repository. @param {string} file from the root */
function readJson(file) {
	return JSON.parse(fs.readFileSync(path.join(ROOT, file), 'utf8'));
}

/** Returns an instance of the one class in a built file. @param {string} file from the root */
function instanceIn(file) {
	const [Built] = Object.values(require(path.join(ROOT, file)));
	return new Built();
}

/** Returns the folders of the vendors, in the order of package.json. @param {string[]} nodes paths in package.json */
const foldersOf = (nodes) => [...new Set(nodes.map((file) => file.split('/')[2]))];

/** @param {string} folder @returns {Vendor} */
function vendorIn(folder) {
	const { description } = instanceIn(`dist/nodes/${folder}/${folder}.node.js`);
	const wanted = new Set(description.credentials.map(({ name }) => name));
	const required = description.properties.filter(
		(property) => property.required && property.displayOptions?.show?.operation === undefined,
	);
	const operations = description.properties
		.filter(({ name }) => name === 'operation')
		.flatMap(({ options }) => options.map(({ value }) => value));
	return {
		folder,
		type: description.name,
		title: description.displayName,
		required: required.map(({ displayName }) => displayName),
		hasPdf: operations.includes('downloadPdf'),
		credentials: readJson('package.json').n8n.credentials.filter((/** @type {string} */ file) =>
			wanted.has(instanceIn(file).name),
		),
	};
}

/** Returns the vendor in a package's name: `talkdesk-insurance`, `i3dnet`. @param {string} title */
const slugOf = (title) =>
	title
		.toLowerCase()
		.replaceAll(' ', '-')
		.replace(/[^a-z0-9-]/g, '');

/**
 * Returns the single-service packages. `dist` has to be built.
 *
 * @param {string[][]} [together] the folders of vendors that share a package, named after the first
 * @returns {Service[]}
 */
function services(together = TOGETHER) {
	const groups = new Map();
	for (const folder of foldersOf(readJson('package.json').n8n.nodes)) {
		const [first] = together.find((folders) => folders.includes(folder)) ?? [folder];
		groups.set(first, [...(groups.get(first) ?? []), vendorIn(folder)]);
	}
	return [...groups].map(([first, vendors]) => {
		const { title } = vendors.find(({ folder }) => folder === first) ?? vendors[0];
		return { name: `n8n-nodes-${slugOf(title)}-invoices`, vendors };
	});
}

module.exports = { ROOT, readJson, services, slugOf };
