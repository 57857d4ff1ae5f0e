/**
 * What the n8n tool chain leaves to do:
 *
 *   gulp build      puts codex files and schemas into dist (run by `npm run build`, after n8n's own)
 *   gulp schemas    writes the JSON Schemas from the TypeScript types, after a change of these
 *   gulp pack       checks that the package holds what package.json names, and nothing else
 *   gulp scan       runs n8n's package scanner over the sources and over the packed tarball
 *   gulp packages   makes the single-service packages (packages/), each linted, scanned and loaded
 */
const fs = require('node:fs');
const path = require('node:path');
const { dest, parallel, src } = require('gulp');
const { checkContents, checkPackage, scanSources, scanTarball } = require('./packages/check');
const { makePackages } = require('./packages/make');

const root = __dirname;

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

async function pack() {
	console.log(`The package holds ${await checkContents(root)} files`);
}

async function scan() {
	await scanSources(root);
	console.log("n8n's scanner passes the sources");
	await scanTarball(root);
	console.log("n8n's scanner passes the tarball");
}

/** Two at a time: each takes a core, and the memory of n8n's linter. */
async function packages() {
	const folders = makePackages();
	async function checkRest() {
		for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
			const loaded = await checkPackage(folder);
			console.log(`${path.basename(folder)}: linted, scanned, loaded: ${loaded}`);
		}
	}
	await Promise.all([checkRest(), checkRest()]);
}

exports.build = parallel(codex, operationSchemas);
exports.schemas = schemas;
exports.schemaOf = schemaOf;
exports.SCHEMAS = SCHEMAS;
exports.pack = pack;
exports.scan = scan;
exports.packages = packages;
exports.default = parallel(pack, scan);
