/**
 * What the n8n tool chain leaves to do:
 *
 *   gulp build      puts codex files and schemas into dist (run by `npm run build`, after n8n's own)
 *   gulp schemas    writes the JSON Schemas from the TypeScript types, after a change of these
 *   gulp pack       checks that the package holds what package.json names, and nothing else
 *   gulp scan       runs n8n's package scanner over the sources and over the packed tarball
 *   gulp packages   makes the single-service packages, each linted, scanned and loaded
 */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { dest, parallel, series, src } = require('gulp');

const root = __dirname;

/** The single-service packages: which nodes and credentials each is made of. */
const SERVICES = {
	talkdesk: {
		nodes: ['Talkdesk', 'TalkdeskInsurance'],
		credentials: ['TalkdeskOAuth2Api', 'TalkdeskInsuranceApi'],
	},
	fastly: { nodes: ['Fastly'], credentials: ['FastlyApi'] },
	carrierx: { nodes: ['CarrierX'], credentials: ['CarrierXApi'] },
	i3dnet: { nodes: ['I3dNet'], credentials: ['I3dNetApi'] },
};

function codex() {
	return src('nodes/**/*.node.json', { encoding: false }).pipe(dest('dist/nodes'));
}

/** The JSON Schemas of items, each written from a TypeScript type and kept beside it. */
const SCHEMAS = {
	'nodes/shared/invoice/invoice': 'FullInvoice',
	'nodes/shared/invoice/simplified': 'SimplifiedInvoice',
	'nodes/shared/node/pdf': 'PdfItem',
	'nodes/Talkdesk/records': 'TalkdeskAccount',
};

/** Gives the JSON Schema of a type, as text. */
function schemaOf(file, type) {
	const { createGenerator } = require('ts-json-schema-generator');
	const generator = createGenerator({
		path: path.join(root, `${file}.ts`),
		type,
		tsconfig: path.join(root, 'tsconfig.json'),
		expose: 'none',
		topRef: false,
		skipTypeCheck: true,
		// The vendor's record, or the fields that came in, are kept.
		additionalProperties: ['TalkdeskAccount', 'PdfItem'].includes(type),
	});
	const {
		$schema: _draft7,
		definitions: _none,
		...schema
	} = plainNulls(generator.createSchema(type));
	const dialect = 'https://json-schema.org/draft/2020-12/schema';
	return `${JSON.stringify({ $schema: dialect, title: type, ...schema }, null, '\t')}\n`;
}

/** Writes "this, that or null" as a list of types, which is what the editor of n8n understands. */
function plainNulls(schema) {
	if (Array.isArray(schema)) return schema.map(plainNulls);
	if (typeof schema !== 'object' || schema === null) return schema;
	const { anyOf, ...inner } = Object.fromEntries(
		Object.entries(schema).map(([name, value]) => [name, plainNulls(value)]),
	);
	if (anyOf === undefined) return inner;
	const isPlain = anyOf.every(({ type }) => type !== undefined);
	if (!isPlain) return { ...inner, anyOf };
	const types = anyOf.flatMap(({ type }) => type);
	return { ...Object.assign({}, ...[...anyOf].reverse()), ...inner, type: types };
}

async function schemas() {
	for (const [file, type] of Object.entries(SCHEMAS)) {
		fs.writeFileSync(path.join(root, `${file}.schema.json`), schemaOf(file, type));
	}
}

/** Puts the schema of the items of each operation, and of triggers, where n8n looks for it. */
async function operationSchemas() {
	putSchemas(path.join(root, 'dist', 'nodes'));
}

function putSchemas(nodes) {
	for (const folder of fs.readdirSync(nodes).filter((name) => name !== 'shared')) {
		const vendor = Object.values(require(path.join(nodes, folder, 'api.js'))).find(
			({ operations }) => operations !== undefined,
		);
		for (const name of Object.keys(vendor.operations)) {
			const [resource, operation] = name.split(':');
			const target = path.join(nodes, folder, '__schema__', 'v1.0.0', resource);
			fs.mkdirSync(target, { recursive: true });
			fs.copyFileSync(
				path.join(root, `${schemaFor(resource, operation)}.schema.json`),
				path.join(target, `${operation}.json`),
			);
		}
		// A trigger has no operation: its items are the invoices.
		fs.copyFileSync(
			path.join(root, 'nodes/shared/invoice/simplified.schema.json'),
			path.join(nodes, folder, '__schema__', 'v1.0.0.json'),
		);
	}
	const file = 'shared/invoice/invoice.schema.json';
	fs.copyFileSync(path.join(root, 'nodes', file), path.join(nodes, file));
}

function schemaFor(resource, operation) {
	if (resource === 'account') return 'nodes/Talkdesk/records';
	return operation === 'downloadPdf' ? 'nodes/shared/node/pdf' : 'nodes/shared/invoice/simplified';
}

function readJson(folder, file = 'package.json') {
	return JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
}

function run(folder, command, ...args) {
	return execFileSync(command, args, {
		cwd: folder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'inherit'],
	});
}

/** What npm would install with the package. */
const DEPENDENCIES = [
	'dependencies',
	'optionalDependencies',
	'bundleDependencies',
	'bundledDependencies',
];
/** What npm would run at the user's. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare'];

/** Throws where something would come along with the package: nothing does, so there is nothing to audit. */
function checkAlone(manifest, bundled) {
	const { scripts = {}, peerDependencies } = manifest;
	const namesIn = (list = []) => (Array.isArray(list) ? list : Object.keys(list));
	const along = [
		...DEPENDENCIES.flatMap((kind) => namesIn(manifest[kind])),
		...namesIn(peerDependencies).filter((name) => name !== 'n8n-workflow'),
		...INSTALL_SCRIPTS.filter((name) => scripts[name] !== undefined),
		...bundled,
	];
	if (along.length > 0) throw new Error(`With the package would come ${along.join(', ')}`);
}

/** Throws where package.json names what is not there, or the tarball holds what nobody asked for. */
function checkContents(folder) {
	const manifest = readJson(folder);
	const { n8n } = manifest;
	for (const file of [...n8n.nodes, ...n8n.credentials]) {
		if (!fs.existsSync(path.join(folder, file))) throw new Error(`${file} is not there`);
	}
	const [{ files, bundled }] = JSON.parse(run(folder, 'npm', 'pack', '--dry-run', '--json'));
	const allowed = /^(dist\/(nodes|credentials)\/|(README|CHANGELOG)\.md$|LICENSE$|package\.json$)/;
	const odd = files.map((file) => file.path).filter((file) => !allowed.test(file));
	if (odd.length > 0) throw new Error(`The package would hold ${odd.join(', ')}`);
	for (const due of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
		if (!files.some((file) => file.path === due)) throw new Error(`The package lacks ${due}`);
	}
	checkAlone(manifest, bundled);
	return files.length;
}

async function pack() {
	console.log(`The package holds ${checkContents(root)} files`);
}

/** Runs n8n's scanner over a folder; it ignores what comments switch off. */
async function scanFolder(folder, patterns) {
	const { analyzePackage } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	const result = await analyzePackage(folder, patterns);
	if (!result.passed) throw new Error(`${result.message}\n${result.details ?? ''}`);
}

/** Packs a folder and unpacks it again; gives the folder as a user's n8n would have it. */
function unpacked(folder) {
	const target = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-'));
	const [{ filename }] = JSON.parse(
		run(folder, 'npm', 'pack', '--json', '--pack-destination', target),
	);
	run(target, 'tar', '-xzf', filename);
	return path.join(target, 'package');
}

async function scan() {
	const { SOURCE_FILE_PATTERNS } = await import('@n8n/scan-community-package/scanner/scanner.mjs');
	await scanFolder(root, SOURCE_FILE_PATTERNS);
	console.log("n8n's scanner passes the sources");
	await scanFolder(unpacked(root));
	console.log("n8n's scanner passes the tarball");
}

/** Makes one single-service package from the same sources. */
async function makePackage(service) {
	const { nodes, credentials } = SERVICES[service];
	const folder = path.join(root, '.packages', service);
	const own = readJson(root);
	const name = `n8n-nodes-${service}-invoices`;
	fs.rmSync(folder, { recursive: true, force: true });
	for (const node of [...nodes, 'shared']) {
		fs.cpSync(path.join(root, 'nodes', node), path.join(folder, 'nodes', node), {
			recursive: true,
		});
	}
	for (const file of codexOf(nodes)) {
		const target = path.join(folder, file);
		const text = fs.readFileSync(target, 'utf8');
		fs.writeFileSync(target, text.replaceAll(`${own.name}.`, `${name}.`));
	}
	fs.mkdirSync(path.join(folder, 'credentials'));
	for (const credential of credentials) {
		const file = `credentials/${credential}.credentials.ts`;
		fs.copyFileSync(path.join(root, file), path.join(folder, file));
	}
	for (const file of ['eslint.config.mjs', 'tsconfig.json', 'LICENSE', 'CHANGELOG.md']) {
		fs.copyFileSync(path.join(root, file), path.join(folder, file));
	}
	fs.writeFileSync(path.join(folder, 'README.md'), readmeOf(name, nodes));
	fs.writeFileSync(
		path.join(folder, 'package.json'),
		JSON.stringify(manifestOf(own, name, nodes, credentials), null, '\t'),
	);

	run(folder, 'npx', 'n8n-node', 'build');
	for (const file of codexOf(nodes)) {
		fs.copyFileSync(path.join(folder, file), path.join(folder, 'dist', file));
	}
	putSchemas(path.join(folder, 'dist', 'nodes'));
	run(folder, 'npx', 'n8n-node', 'lint');
	checkContents(folder);
	await scanFolder(unpacked(folder));
	const loaded = run(
		folder,
		process.execPath,
		path.join(root, 'test', 'engine', 'load.js'),
		folder,
	);
	console.log(`${name}: built, linted, scanned, loaded: ${loaded.trim()}`);
}

/** The codex files of some vendors: of the node and of its trigger. */
function codexOf(nodes) {
	return nodes.flatMap((node) =>
		['', 'Trigger'].map((kind) => `nodes/${node}/${node}${kind}.node.json`),
	);
}

function manifestOf(own, name, nodes, credentials) {
	const { description, keywords, scripts, devDependencies, ...rest } = own;
	const titles = nodes.map((node) => readTitle(node)).join(' and ');
	return {
		...rest,
		name,
		description: `n8n nodes that read the invoices of ${titles}: all of them, once each`,
		keywords: ['n8n-community-node-package', 'invoices', 'accounts-payable'],
		n8n: {
			...own.n8n,
			nodes: own.n8n.nodes.filter((file) => nodes.includes(file.split('/')[2])),
			credentials: own.n8n.credentials.filter((file) =>
				credentials.includes(path.basename(file).split('.')[0]),
			),
		},
	};
}

function readTitle(node) {
	const source = fs.readFileSync(path.join(root, 'nodes', node, `${node}.node.ts`), 'utf8');
	const title = /displayName: '([^']+)'/.exec(source)?.[1];
	if (title === undefined) throw new Error(`The node ${node} has no displayName`);
	return title;
}

function readmeOf(name, nodes) {
	const { homepage } = readJson(root);
	return `# ${name}\n\nn8n nodes that read the invoices of ${nodes.map(readTitle).join(' and ')}.\n\nMade from the same sources as n8n-nodes-vendor-invoices, which is documented at ${homepage}.\n`;
}

exports.build = parallel(codex, operationSchemas);
exports.schemas = schemas;
exports.schemaOf = schemaOf;
exports.SCHEMAS = SCHEMAS;
exports.pack = pack;
exports.scan = scan;
exports.packages = series(
	...Object.keys(SERVICES).map((service) => {
		const make = () => makePackage(service);
		make.displayName = service;
		return make;
	}),
);
exports.default = parallel(pack, scan);
