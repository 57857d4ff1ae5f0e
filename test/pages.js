// @ts-check
'use strict';
/** What links in Markdown can lead to: files of the repository, and headings in them. */
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');

/** @param {string} file from the root */
const read = (file) => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** @param {string} markdown */
const withoutBlocks = (markdown) => markdown.replace(/^```.*?^```$/gms, '');

/** The anchors that GitHub gives to the headings of a page. @param {string} file */
function anchorsOf(file) {
	/** @type {Map<string, number>} */
	const seen = new Map();
	const headings = [...withoutBlocks(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, text]) => text);
	return headings.map((text) => {
		const words = text
			.trim()
			.toLowerCase()
			.replace(/[^\p{L}\p{N}_ -]/gu, '');
		const anchor = words.replaceAll(' ', '-');
		const before = seen.get(anchor) ?? 0;
		seen.set(anchor, before + 1);
		return before === 0 ? anchor : `${anchor}-${before}`;
	});
}

/** Whether a file, and in it a heading, is there. @param {string} file from the root @param {string} [anchor] */
function isThere(file, anchor) {
	if (!fs.existsSync(path.join(ROOT, file))) return false;
	return anchor === undefined || anchorsOf(file).includes(anchor);
}

module.exports = { ROOT, anchorsOf, isThere, read, withoutBlocks };
