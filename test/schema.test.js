const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { SCHEMAS, schemaOf } = require('../gulpfile');

const root = join(__dirname, '..');

describe('the JSON Schemas in the sources', () => {
	it.each(Object.entries(SCHEMAS))('%s.schema.json says what the type %s says', (file, type) => {
		const kept = readFileSync(join(root, `${file}.schema.json`), 'utf8');
		expect(JSON.parse(schemaOf(file, type))).toEqual(JSON.parse(kept));
	});
});
