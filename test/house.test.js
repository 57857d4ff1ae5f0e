// @ts-check
'use strict';
/** The arrows of the house, as .dependency-cruiser.cjs states them. */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');
const PROGRAM = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** Returns the rules that the modules of a folder break, each once. @param {string} folder */
function brokenRules(folder) {
	const { stdout, stderr } = spawnSync(
		process.execPath,
		[PROGRAM, '--config', path.join(ROOT, '.dependency-cruiser.cjs'), '-T', 'json', 'nodes'],
		{ cwd: folder, encoding: 'utf8', maxBuffer: 100_000_000 },
	);
	if (stdout === '') throw new Error(stderr);
	const { summary } = JSON.parse(stdout);
	return [...new Set(summary.violations.map((/** @type {any} */ found) => found.rule.name))].sort();
}

/** One wrong import for each rule: the module, and what it imports. */
const WRONG = {
	'common-imports-nothing': ['shared/errors', './http/url'],
	'no-cycle': ['shared/http/url', './body'],
	'no-vendor-imports-another': ['Acme/api', '../Other/api'],
	'only-what-n8n-has': ['shared/node/pdf', 'node:fs'],
	'records-become-invoices': ['Acme/normalize', '../shared/http/url'],
	'shared-http': ['shared/http/body', '../paging/page'],
	'shared-invoice': ['shared/invoice/key', '../http/url'],
	'shared-node': ['shared/node/output', '../../Acme/api'],
	'shared-paging': ['shared/paging/page', '../http/url'],
	'shared-polling': ['shared/polling/memory', '../vendor/values'],
	'shared-vendor': ['shared/vendor/values', '../node/output'],
	'what-a-vendor-knows-knows-no-node': ['Other/api', '../shared/node/output'],
};

test('the modules of the nodes import only what they may', () => {
	expect(brokenRules(ROOT)).toEqual([]);
});

test('each rule is broken by an import that it forbids', () => {
	const house = fs.mkdtempSync(path.join(os.tmpdir(), 'house-'));
	try {
		fs.copyFileSync(path.join(ROOT, 'tsconfig.json'), path.join(house, 'tsconfig.json'));
		/** @type {Map<string, string[]>} */
		const modules = new Map([['shared/http/body', ["export * from './url';"]]]);
		for (const [from, to] of Object.values(WRONG)) {
			modules.set(from, [...(modules.get(from) ?? []), `export * from '${to}';`]);
			const target = path.posix.join(path.posix.dirname(from), to);
			if (to.startsWith('.') && !modules.has(target)) modules.set(target, []);
		}
		for (const [name, lines] of modules) {
			const file = path.join(house, 'nodes', `${name}.ts`);
			fs.mkdirSync(path.dirname(file), { recursive: true });
			fs.writeFileSync(file, `${lines.join('\n')}\nexport const one = 1;\n`);
		}
		expect(brokenRules(house)).toEqual(Object.keys(WRONG));
	} finally {
		fs.rmSync(house, { recursive: true });
	}
});
