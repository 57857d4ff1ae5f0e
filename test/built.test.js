'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { assertBuilt } = require('./built');

// The tests refuse a dist that is older than its sources.

let root;
beforeEach(() => (root = fs.mkdtempSync(path.join(os.tmpdir(), 'built-'))));
afterEach(() => fs.rmSync(root, { recursive: true }));

/** Writes a file that was changed at a second. */
function write(name, second) {
	const file = path.join(root, name);
	fs.mkdirSync(path.dirname(file), { recursive: true });
	fs.writeFileSync(file, '');
	fs.utimesSync(file, second, second);
}

test('a dist of later or of the same time is taken, whichever of its files is old', () => {
	write('nodes/Acme/api.ts', 200);
	write('credentials/AcmeApi.credentials.ts', 300);
	write('dist/nodes/Acme/acme.svg', 100);
	write('dist/credentials/AcmeApi.credentials.js', 300);
	expect(() => assertBuilt(root)).not.toThrow();
});

test.each(['nodes/Acme/api.ts', 'credentials/AcmeApi.credentials.ts'])('%s is newer', (name) => {
	write('dist/nodes/Acme/api.js', 300);
	write('nodes/Acme/records.ts', 200);
	write(name, 301);
	expect(() => assertBuilt(root)).toThrow(
		`${name} is newer than dist, which the tests load: run npm run build first`,
	);
});

test('there is none', () => {
	write('nodes/Acme/api.ts', 200);
	expect(() => assertBuilt(root)).toThrow('There is no dist');
});
