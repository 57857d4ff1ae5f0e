// @ts-check
'use strict';
/** README and docs: what they link to is there, and what they quote is true. */
const fs = require('node:fs');
const path = require('node:path');
const { homepage } = require('../package.json');
const { ROOT, anchorsOf, isThere, read, withoutBlocks } = require('./pages');
const { VENDORS } = require('./rows');

const MOST_WORDS = 1200;

/** @param {string} folder @param {RegExp} name */
const filesIn = (folder, name) =>
	fs
		.readdirSync(path.join(ROOT, folder), { recursive: true })
		.map((found) => path.posix.join(folder, String(found).replaceAll(path.sep, '/')))
		.filter((file) => name.test(file));

const PAGES = [
	...fs.readdirSync(ROOT).filter((name) => name.endsWith('.md')),
	...filesIn('docs', /\.md$/),
];

/** The relative links of a page: what is written, the file, the anchor. @param {string} page */
function linksOf(page) {
	const text = withoutBlocks(read(page)).replace(/`[^`\n]*`/g, '');
	return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
		.map(([, target]) => target)
		.filter((target) => !/^[a-z]+:/.test(target))
		.map((target) => {
			const [file, anchor] = target.split('#');
			const folder = path.posix.dirname(page);
			return { target, file: file === '' ? page : path.posix.join(folder, file), anchor };
		});
}

test.each(PAGES)('%s: each relative link leads to a file and a heading', (page) => {
	const broken = linksOf(page).filter(({ file, anchor }) => !isThere(file, anchor));
	expect(broken.map(({ target }) => target)).toEqual([]);
});

test('each page and picture of the docs is linked', () => {
	const linked = new Set(PAGES.flatMap(linksOf).map(({ file }) => file));
	const due = filesIn('docs', /\.(md|jpg)$/);
	expect(due.filter((file) => !linked.has(file))).toEqual([]);
});

test('the links of nodes and credentials to these pages lead to a file and a heading', () => {
	const sources = [...filesIn('nodes', /\.node\.json$/), ...filesIn('credentials', /\.ts$/)];
	const urls = sources.flatMap((file) => read(file).match(/https?:\/\/[^\s'"`]+/g) ?? []);
	const own = [...new Set(urls)].filter((url) => url.startsWith(homepage));
	expect(own).not.toEqual([]);
	const broken = own.filter((url) => {
		const [address, anchor] = url.slice(homepage.length).split('#');
		const [, file = 'README.md'] = /^\/blob\/[^/]+\/([^?]+)/.exec(address) ?? [];
		return !isThere(file, anchor);
	});
	expect(broken).toEqual([]);
});

test.each(VENDORS)('$name has a page with the way to its credential', ({ name }) => {
	const page = filesIn('docs/vendors', /\.md$/).find((file) =>
		read(file).startsWith(`# ${name}\n`),
	);
	expect(page).toBeDefined();
	expect(anchorsOf(String(page))).toContain('credential');
	const targets = linksOf('README.md').map(({ target }) => target);
	expect(targets).toEqual(expect.arrayContaining([page, `${page}#credential`]));
});

test(`the README has fewer than ${MOST_WORDS} words`, () => {
	expect(read('README.md').trim().split(/\s+/).length).toBeLessThan(MOST_WORDS);
});

test('the figures that the README quotes are in the first table of the benchmark', () => {
	const quoted = read('README.md').match(/\d+\.\d+(?=\s×)|\d+\sMB/g) ?? [];
	expect(quoted.length).toBeGreaterThan(0);
	const [table] = /^\|.*(\n\|.*)*/m.exec(read('docs/benchmark.md')) ?? [''];
	const figures = table.replace(/\s+/g, ' ');
	expect(quoted.filter((one) => !figures.includes(` ${one.replace(/\s/, ' ')} `))).toEqual([]);
});
