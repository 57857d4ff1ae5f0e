// @ts-check
'use strict';
/** The README of a single-service package: packages/readme.md, filled from the docs of the repository. */
const fs = require('node:fs');
const path = require('node:path');
const { listed } = require('./manifest');
const { ROOT, readJson } = require('./services');

/**
 * @typedef {import('./services').Service} Service
 * @typedef {import('./services').Vendor} Vendor
 */

const TEMPLATE = 'packages/readme.md';

/** @param {string} file from the root */
const read = (file) => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** Returns what is below a heading of the second level, up to the next one. @param {string} markdown @param {string} heading */
function sectionIn(markdown, heading) {
	const [, section] = markdown.split(`\n## ${heading}\n`);
	if (section === undefined) throw new Error(`There is no section ${heading}`);
	return section.split(/\n## /)[0].trim();
}

/** Moves all headings down. @param {string} markdown @param {number} levels */
const lowered = (markdown, levels) => markdown.replace(/^(?=#+ )/gm, '#'.repeat(levels));

/**
 * Makes relative links and pictures absolute, at the tag of this version: npm has the README only, and
 * it has to fit the version that it is shown with.
 *
 * @param {string} markdown
 * @param {string} from the file that it stands in, from the root
 */
function withAbsoluteLinks(markdown, from) {
	const { homepage, version } = readJson('package.json');
	const raw = homepage.replace('//github.com/', '//raw.githubusercontent.com/');
	return markdown.replace(/(!?)(\[[^\]]*\])\(([^)\s]+)\)/g, (link, mark, text, target) => {
		if (/^[a-z]+:/.test(target)) return link;
		// The README has the sections of its template.
		if (target.startsWith('#') && from === TEMPLATE) return link;
		const [file, anchor] = target.split('#');
		const place = file ? path.posix.join(path.posix.dirname(from), file) : from;
		const base = mark ? `${raw}/${version}` : `${homepage}/blob/${version}`;
		return `${mark}${text}(${base}/${place}${anchor ? `#${anchor}` : ''})`;
	});
}

/** Returns the page about a vendor, and where it is. @param {Vendor} vendor */
function pageOf({ title }) {
	const files = fs
		.readdirSync(path.join(ROOT, 'docs/vendors'))
		.map((name) => `docs/vendors/${name}`);
	const file = files.find((one) => read(one).startsWith(`# ${title}\n`));
	if (file === undefined) throw new Error(`docs/vendors has no page about ${title}`);
	return { file, text: withAbsoluteLinks(read(file), file) };
}

/** Returns the page about a vendor without the way to its credential, as a section. @param {Vendor} vendor */
function pageSection(vendor) {
	const { text } = pageOf(vendor);
	const credential = `\n## Credential\n\n${sectionIn(text, 'Credential')}\n`;
	return lowered(text.replace(credential, ''), 1).trim();
}

/** Returns the steps to the credentials. @param {Service} service */
function credentialSteps({ vendors }) {
	const steps = vendors.map((vendor) => sectionIn(pageOf(vendor).text, 'Credential'));
	if (vendors.length === 1) return steps[0];
	return vendors.map(({ title }, index) => `### ${title}\n\n${steps[index]}`).join('\n\n');
}

/** Returns a list of the examples, with addresses that n8n can import. @param {Service} service @param {Map<string, { name: string }>} examples */
function exampleList({ name }, examples) {
	const { version } = readJson('package.json');
	const lines = [...examples].map(
		([file, workflow]) =>
			`- ${workflow.name}: <https://unpkg.com/${name}@${version}/examples/${file}>`,
	);
	return lines.join('\n');
}

/** Returns the history of versions. */
function history() {
	const [, ...versions] = withAbsoluteLinks(read('CHANGELOG.md'), 'CHANGELOG.md').split(
		/\n(?=## )/,
	);
	return lowered(versions.join('\n'), 1).trim();
}

/**
 * Returns the README of a package.
 *
 * @param {Service} service
 * @param {Map<string, { name: string }>} examples
 */
function readmeOf(service, examples) {
	const { vendors, name } = service;
	const titles = vendors.map(({ title }) => title);
	const required = vendors[0].required.map((field) => `Enter the **${field}**. `).join('');
	const values = {
		package: name,
		what: vendors.some(({ hasPdf }) => hasPdf) ? 'invoices and PDFs' : 'invoices',
		vendors: listed(titles),
		vendor: titles[0],
		triggers: listed(titles.map((title) => `**${title} Trigger**`)),
		required,
		credentials: credentialSteps(service),
		pages: vendors.map(pageSection).join('\n\n'),
		examples: exampleList(service, examples),
		compatibility: withAbsoluteLinks(sectionIn(read('README.md'), 'Compatibility'), 'README.md'),
		history: history(),
	};
	const template = withAbsoluteLinks(read(TEMPLATE), TEMPLATE);
	return template.replace(/\{\{(\w+)\}\}/g, (_, key) => values[key]);
}

module.exports = { readmeOf };
