// @ts-check
'use strict';
/** The package.json of a single-service package. */
const path = require('node:path');
const { readJson, slugOf } = require('./services');

/** @typedef {import('./services').Service} Service */

/** Returns titles as a text: `Talkdesk and Talkdesk Insurance`. @param {string[]} titles */
const listed = (titles) => new Intl.ListFormat('en').format(titles);

/** Returns what a user may search for that only these vendors have. @param {Service} service @param {string[]} folders of all vendors */
function ownWords({ vendors }, folders) {
	const aliasOf = (folder) => readJson(`nodes/${folder}/${folder}.node.json`).alias;
	const [first, ...others] = folders.map(aliasOf);
	const shared = first.filter((word) => others.every((words) => words.includes(word)));
	const own = vendors.flatMap(({ folder, title }) => [title, ...aliasOf(folder)]);
	return own.filter((word) => !shared.includes(word)).map(slugOf);
}

/** Returns the keywords: those of all packages, and the vendors' own. @param {Service} service @param {Service[]} all */
function keywordsOf(service, all) {
	const vendors = all.flatMap((one) => one.vendors);
	const names = vendors.map(({ title }) => slugOf(title));
	const common = readJson('package.json').keywords.filter((word) => !names.includes(word));
	const folders = vendors.map(({ folder }) => folder);
	return [...new Set([...common, ...ownWords(service, folders)])];
}

/** Returns the one sentence about a package that npm and n8n show. @param {Service} service */
function descriptionOf({ vendors }) {
	const what = vendors.some(({ hasPdf }) => hasPdf) ? 'invoices and PDFs' : 'invoices';
	const titles = listed(vendors.map(({ title }) => title));
	return `n8n nodes that get ${what} from ${titles}: complete lists, exact amounts, each invoice once`;
}

/**
 * Returns the package.json of a package: the repository's, cut to its vendors.
 *
 * @param {Service} service
 * @param {Service[]} all of the packages
 */
function manifestOf(service, all) {
	const { scripts: _ours, devDependencies: _tools, ...own } = readJson('package.json');
	const folders = service.vendors.map(({ folder }) => folder);
	const credentials = service.vendors.flatMap((vendor) => vendor.credentials);
	return {
		...own,
		name: service.name,
		description: descriptionOf(service),
		keywords: keywordsOf(service, all),
		files: [...own.files, 'examples'],
		n8n: {
			...own.n8n,
			credentials: own.n8n.credentials.filter((file) => credentials.includes(file)),
			nodes: own.n8n.nodes.filter((file) =>
				folders.includes(path.posix.basename(path.posix.dirname(file))),
			),
		},
	};
}

module.exports = { listed, manifestOf };
