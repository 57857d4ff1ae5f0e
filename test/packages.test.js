// @ts-check
'use strict';
/** The single-service packages: what is in them, and that nothing of another vendor is. */
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { makePackages } = require('../packages/make');
const { services } = require('../packages/services');
const { finderOf, withoutVendors } = require('../packages/words');
const { homepage, name: BUNDLE, version } = require('../package.json');
const { ROOT, isThere } = require('./pages');
const { VENDORS } = require('./rows');

const HOME = fs.mkdtempSync(path.join(os.tmpdir(), 'packages-'));
afterAll(() => fs.rmSync(HOME, { recursive: true }));

/** @param {string} name @param {string[][]} [together] */
function made(name, together) {
	const into = path.join(HOME, name);
	const all = services(together);
	const folders = makePackages({ into, together });
	return all.map((service, index) => ({ ...service, folder: folders[index] }));
}

const PACKAGES = made('as-they-are');
/** As they would be if n8n took Talkdesk for two services. */
const SPLIT = made('split', []);

/** @param {string} folder @param {RegExp} name */
function filesIn(folder, name) {
	const entries = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
	return entries.filter((entry) => name.test(entry)).sort();
}

/** @param {string} folder @param {string} file */
const read = (folder, file) => fs.readFileSync(path.join(folder, file), 'utf8');

/** @param {string} folder @param {string} file */
const readJson = (folder, file) => JSON.parse(read(folder, file));

const INSURANCE = 'n8n-nodes-talkdesk-insurance-invoices';
const APART = SPLIT.filter(({ name }) => /-talkdesk-/.test(name));

test('each vendor is in one package, and each package is named where users read what to install', () => {
	for (const packages of [PACKAGES, SPLIT]) {
		const folders = packages.flatMap(({ vendors }) => vendors.map(({ folder }) => folder));
		expect(folders.sort()).toEqual(VENDORS.map(({ folder }) => folder).sort());
	}
	for (const page of ['README.md', 'docs/installation.md', 'docs/verification.md']) {
		const text = read(ROOT, page);
		expect(PACKAGES.filter(({ name }) => !text.includes(`\`${name}\``))).toEqual([]);
	}
});

test('without its line, Talkdesk Insurance has a package of its own', () => {
	const names = PACKAGES.map(({ name }) => name);
	expect(SPLIT.map(({ name }) => name).sort()).toEqual([...names, INSURANCE].sort());
	expect(APART).toHaveLength(2);
	for (const { folder, vendors } of APART) {
		const [vendor] = vendors;
		const { n8n } = readJson(folder, 'package.json');
		expect(n8n.nodes).toEqual(
			['', 'Trigger'].map((kind) => `dist/nodes/${vendor.folder}/${vendor.folder}${kind}.node.js`),
		);
		expect(n8n.credentials).toEqual(vendor.credentials);
	}
});

const ALL = [
	...PACKAGES.map((one) => ({ ...one, how: 'as it is' })),
	...APART.map((one) => ({ ...one, how: 'split' })),
];

describe.each(ALL)('$name, $how', ({ name, vendors, folder }) => {
	const others = VENDORS.filter((row) => vendors.every((one) => one.folder !== row.folder));
	const rows = VENDORS.filter((row) => !others.includes(row));
	const readme = read(folder, 'README.md');
	const manifest = readJson(folder, 'package.json');
	const examples = filesIn(path.join(folder, 'examples'), /\.json$/);

	test('its package.json names itself, its nodes and its credentials, and what is there', () => {
		expect(manifest).toMatchObject({ name, version, license: 'MIT' });
		const files = [...manifest.n8n.nodes, ...manifest.n8n.credentials];
		expect(files).toHaveLength(3 * vendors.length);
		expect(files.filter((file) => !fs.existsSync(path.join(folder, file)))).toEqual([]);
		for (const { title } of vendors) expect(manifest.description).toContain(title);
		expect(manifest.keywords).toEqual(
			expect.arrayContaining(['n8n-community-node-package', 'invoices', 'accounts-payable']),
		);
		const words = rows.flatMap(({ onScreen }) => onScreen.trade.replaceAll(' ', '-'));
		expect(manifest.keywords).toEqual(expect.arrayContaining(words));
		const names = finderOf(others.map((row) => row.name));
		expect(names(manifest.description)).toEqual(
			// "Talkdesk" is in the name of its other service.
			others
				.map((row) => row.name)
				.filter((title) => vendors.some((one) => one.title === `${title} Insurance`)),
		);
		expect(manifest).not.toHaveProperty('devDependencies');
		expect(manifest).not.toHaveProperty('scripts');
	});

	test('its codex files name the package, beside icons and schemas', () => {
		const codex = filesIn(path.join(folder, 'dist'), /\.node\.json$/);
		expect(codex).toHaveLength(2 * vendors.length);
		const nodes = codex.map((file) => readJson(path.join(folder, 'dist'), file).node);
		const due = rows.flatMap(({ type }) => [`${name}.${type}`, `${name}.${type}Trigger`]);
		expect(nodes.sort()).toEqual(due.sort());
		expect(filesIn(path.join(folder, 'dist'), /\.svg$/)).toHaveLength(2 * vendors.length);
		for (const vendor of vendors) {
			const schemas = path.join(folder, 'dist/nodes', vendor.folder, '__schema__');
			expect(filesIn(schemas, /\.json$/)).toEqual(
				expect.arrayContaining([
					'v1.0.0.json',
					'v1.0.0/invoice/get.json',
					'v1.0.0/invoice/getAll.json',
				]),
			);
		}
	});

	test('holds no source of another vendor', () => {
		const found = filesIn(folder, /./).filter((file) =>
			others.some((row) => file.split(path.sep).includes(row.folder)),
		);
		expect(found).toEqual([]);
	});

	test('its README says what a package has to say, and leaves nothing open', () => {
		const headings = [...readme.matchAll(/^## (.+)$/gm)].map(([, text]) => text);
		expect(headings).toEqual([
			'Quick start',
			'Credentials',
			...vendors.map(({ title }) => title),
			...['Output', 'Triggers', 'Examples', 'Compatibility', 'Resources', 'Version history'],
		]);
		expect(readme).not.toMatch(/\{\{\w+\}\}|undefined|not on npm yet/);
		expect(readme).toContain(`enter \`${name}\``);
		expect(readme).toContain(`### ${version}\n`);
		expect(readme.replaceAll(name, '')).not.toMatch(/n8n-nodes-(?!vendor-invoices)\w+-invoices/);
		for (const { onScreen, ...row } of rows) {
			expect(readme).toContain(`**${row.name} Trigger**`);
			const pictures = (onScreen.pictures ?? []).map(
				(one) => `/${version}/docs/images/${one}.jpg)`,
			);
			for (const picture of pictures) expect(readme).toContain(picture);
		}
	});

	test('each link of its README is absolute, and leads to what is in the repository', () => {
		const raw = homepage.replace('github.com', 'raw.githubusercontent.com');
		const targets = [...readme.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
		const headings = [...readme.matchAll(/^##+ (.+)$/gm)].map(([, text]) => text);
		const anchors = headings.map((text) => `#${text.toLowerCase().replaceAll(' ', '-')}`);
		const odd = targets.filter(
			(target) => !/^https:\/\//.test(target) && !anchors.includes(target),
		);
		expect(odd).toEqual([]);
		const own = targets.filter((target) => target.startsWith(homepage) || target.startsWith(raw));
		expect(own.length).toBeGreaterThan(10);
		const broken = own.filter((target) => {
			const [address, anchor] = target
				.replace(`${homepage}/blob/`, '')
				.replace(`${raw}/`, '')
				.split('#');
			const [tag, ...file] = address.split('/');
			return tag !== version || !isThere(file.join('/'), anchor);
		});
		expect(broken).toEqual([]);
	});

	test('its README lists the examples that are in the package', () => {
		const listed = [...readme.matchAll(/<https:\/\/unpkg\.com\/([^>]+)>/g)].map(
			([, found]) => found,
		);
		expect(listed).toEqual(examples.map((file) => `${name}@${version}/examples/${file}`));
	});

	test('it has each example in which its vendors are, and the tables for the database', () => {
		const files = fs.readdirSync(path.join(ROOT, 'examples'));
		const due = files.filter((file) => {
			if (!file.endsWith('.json')) return false;
			const text = read(ROOT, `examples/${file}`);
			return rows.some(({ type }) => new RegExp(`"${BUNDLE}\\.${type}(Tool|Trigger)?"`).test(text));
		});
		expect(examples).toEqual(due.sort());
		expect(filesIn(path.join(folder, 'examples'), /\.sql$/)).toEqual(['nightly-to-postgres.sql']);
	});

	describe.each(examples)('%s', (file) => {
		const workflow = readJson(folder, `examples/${file}`);
		const { nodes, connections } = workflow;
		const names = nodes.map((node) => node.name);
		const links = Object.values(connections).flatMap((kinds) => Object.values(kinds).flat(2));

		test('its nodes are the package’s and n8n’s', () => {
			const types = nodes.map(({ type }) => type);
			const foreign = types.filter(
				(type) => !/^(n8n-nodes-base|@n8n\/n8n-nodes-langchain)\./.test(type),
			);
			const own = rows.flatMap(({ type }) =>
				['', 'Tool', 'Trigger'].map((kind) => `${name}.${type}${kind}`),
			);
			expect(foreign.length).toBeGreaterThan(0);
			expect(foreign.filter((type) => !own.includes(type))).toEqual([]);
		});

		test('names no other vendor', () => {
			// In the order of length: what is left of "Talkdesk Insurance" is no Talkdesk.
			const text = rows
				.map((row) => row.name)
				.sort((a, b) => b.length - a.length)
				.reduce((left, title) => left.replaceAll(title, ''), JSON.stringify(workflow))
				.replaceAll(name, '');
			const named = others.filter(
				(row) => text.includes(row.name) || new RegExp(`['"\\s]${row.type}(?![\\w-])`).test(text),
			);
			expect(named.map((row) => row.name)).toEqual([]);
		});

		test('leaves no end loose', () => {
			expect(links.filter(({ node }) => !names.includes(node))).toEqual([]);
			expect(Object.keys(connections).filter((from) => !names.includes(from))).toEqual([]);
			const reached = new Set([...links.map(({ node }) => node), ...Object.keys(connections)]);
			const alone = nodes.filter(
				(node) => !node.type.endsWith('.stickyNote') && !reached.has(node.name),
			);
			expect(alone).toEqual([]);
			const led = new Set(links.map(({ node }) => node));
			const begins = nodes.filter(
				(node) => !led.has(node.name) && !/stickyNote$|(Trigger|Tool)$/.test(node.type),
			);
			expect(
				begins.filter(({ type }) => !type.startsWith('@n8n/')).map((node) => node.name),
			).toEqual([]);
		});

		test('gives each Merge as many inputs as it says, and each Switch its rules', () => {
			for (const node of nodes.filter(({ type }) => type === 'n8n-nodes-base.merge')) {
				const inputs = links.filter((link) => link.node === node.name).map(({ index }) => index);
				const due = Array.from({ length: node.parameters.numberInputs }, (_, index) => index);
				expect([...new Set(inputs)].sort((a, b) => a - b)).toEqual(due);
				expect(due.length).toBeGreaterThan(1);
			}
			for (const node of nodes.filter(({ type }) => type === 'n8n-nodes-base.switch')) {
				expect(connections[node.name].main).toHaveLength(node.parameters.rules.values.length);
			}
		});

		test('refers to nodes that are there, in code that runs', () => {
			const text = JSON.stringify(workflow);
			const referred = [...text.matchAll(/\$\('([^']+)'\)/g)].map(([, found]) => found);
			// Read within a try: without the vendors that need accounts, nothing has failed for one of them.
			const asked = ['One Item per Account'];
			expect(referred.filter((one) => !names.includes(one) && !asked.includes(one))).toEqual([]);
			for (const { parameters } of nodes.filter((node) => node.parameters.jsCode)) {
				expect(() => new Function(`async () => {${parameters.jsCode}}`)).not.toThrow();
			}
		});

		test('counts the steps of its note from 1', () => {
			const note = nodes.find(({ type }) => type.endsWith('.stickyNote')).parameters.content;
			const numbers = [...note.matchAll(/^(?:(\d+)\. )?.*$/gm)].map(([, number]) =>
				Number(number ?? 0),
			);
			for (const [index, number] of numbers.entries()) {
				if (number > 1) expect([number - 1, 0]).toContain(numbers[index - 1]);
			}
			expect(note).toMatch(/^1\. /m);
		});
	});
});

const NAMES = { all: ['Acme', 'Acme Cloud', 'i5.net'], gone: ['Acme'] };

test.each([
	['Both are stated by Acme and i5.net.', 'Both are stated by i5.net.'],
	['of Acme, Acme Cloud and i5.net', 'of Acme Cloud and i5.net'],
	['Acme states none. i5.net lists no lines. Look there.', 'i5.net lists no lines. Look there.'],
	['Acme Cloud states none.', 'Acme Cloud states none.'],
	['1. **Pay** now.\n2. **Acme**: choose one.\n3. Publish.', '1. **Pay** now.\n2. Publish.'],
	[
		'Choose one. Delete vendors that you do not use.',
		'Choose one. Delete vendors that you do not use.',
	],
])('%j without Acme is %j', (text, left) => {
	expect(withoutVendors(text, NAMES)).toBe(left);
});

test('a text about one vendor does not say how to do without the others', () => {
	const names = { ...NAMES, gone: ['Acme', 'i5.net'], goneNodes: ['Folder'] };
	const text =
		'1. Choose one. Delete vendors that you do not use.\n2. **Folder**: it has to exist.\n3. Publish.';
	expect(withoutVendors(text, names)).toBe('1. Choose one.\n2. Publish.');
});
