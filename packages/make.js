// @ts-check
'use strict';
/** Makes the single-service packages from what is built: nothing in them is written by hand. */
const fs = require('node:fs');
const path = require('node:path');
const { examplesOf } = require('./examples');
const { manifestOf } = require('./manifest');
const { readmeOf } = require('./readme');
const { ROOT, readJson, services } = require('./services');

/** @typedef {import('./services').Service} Service */

/** What n8n's tools want to find beside the package.json, and npm in the package. */
const AS_THEY_ARE = ['eslint.config.mjs', 'tsconfig.json', 'LICENSE', 'CHANGELOG.md'];

/** @param {unknown} value */
const asJson = (value) => `${JSON.stringify(value, null, '\t')}\n`;

/** Copies files and folders from the repository. @param {string[]} entries from its root @param {string} folder */
function copy(entries, folder) {
	for (const entry of entries) {
		fs.cpSync(path.join(ROOT, entry), path.join(folder, entry), { recursive: true });
	}
}

/** Names the package in the codex files of its nodes, sources and built ones. @param {string} folder @param {string} name */
function renameCodex(folder, name) {
	const { name: bundle } = readJson('package.json');
	for (const entry of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
		if (!entry.endsWith('.node.json')) continue;
		const file = path.join(folder, entry);
		const text = fs.readFileSync(file, 'utf8');
		fs.writeFileSync(file, text.replaceAll(`"${bundle}.`, `"${name}.`));
	}
}

/** @param {Service} service @param {Service[]} all @param {string} folder */
function writeExamples(service, all, folder) {
	const vendors = all.flatMap((one) => one.vendors);
	const examples = examplesOf(service, vendors);
	fs.mkdirSync(path.join(folder, 'examples'));
	for (const [file, workflow] of examples) {
		fs.writeFileSync(path.join(folder, 'examples', file), asJson(workflow));
		const tables = `examples/${path.basename(file, '.json')}.sql`;
		if (fs.existsSync(path.join(ROOT, tables))) copy([tables], folder);
	}
	return examples;
}

/**
 * Makes a package: sources, what is built of them, and all that npm shows.
 *
 * @param {Service} service
 * @param {Service[]} all of the packages
 * @param {string} folder of the package; what is in it goes away
 */
function makePackage(service, all, folder) {
	fs.rmSync(folder, { recursive: true, force: true });
	const nodes = ['shared', ...service.vendors.map((vendor) => vendor.folder)];
	const credentials = service.vendors.flatMap((vendor) => vendor.credentials);
	const sourceOf = (file) => file.replace(/^dist\//, '').replace(/\.js$/, '.ts');
	copy(
		nodes.flatMap((node) => [`nodes/${node}`, `dist/nodes/${node}`]),
		folder,
	);
	copy(
		credentials.flatMap((file) => [file, sourceOf(file)]),
		folder,
	);
	copy(AS_THEY_ARE, folder);
	renameCodex(folder, service.name);
	const examples = writeExamples(service, all, folder);
	fs.writeFileSync(path.join(folder, 'README.md'), readmeOf(service, examples));
	fs.writeFileSync(path.join(folder, 'package.json'), asJson(manifestOf(service, all)));
}

/**
 * Makes all packages; returns their folders.
 *
 * @param {{ into?: string, together?: string[][] }} [where] the folder for them, and the vendors that share one
 */
function makePackages({ into = path.join(ROOT, '.packages'), together } = {}) {
	const all = services(together);
	fs.rmSync(into, { recursive: true, force: true });
	return all.map((service) => {
		const folder = path.join(into, service.name);
		makePackage(service, all, folder);
		return folder;
	});
}

module.exports = { makePackages };
