'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { declaredFields } = require('./declared');

test('what an interface extends is declared, too, unless it says otherwise itself', () => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'declared-'));
	const file = path.join(folder, 'records.ts');
	fs.writeFileSync(
		file,
		`interface Named { id?: number; name?: string }
		interface Dated { date?: string }
		export interface Invoice extends Named, Dated { id?: string; lines?: Line[] }
		interface Line extends Named { amount?: string }`,
	);
	const fields = declaredFields(file, 'Invoice');
	fs.rmSync(folder, { recursive: true });
	expect(Object.keys(fields).sort()).toEqual(['date', 'id', 'lines', 'name']);
	expect([...fields.id.kinds]).toEqual(['string']);
	expect(Object.keys(fields.lines.fields ?? {}).sort()).toEqual(['amount', 'id', 'name']);
});
