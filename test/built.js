'use strict';

const fs = require('node:fs');
const path = require('node:path');

const SOURCES = ['nodes', 'credentials'];

/**
 * Returns the files below a folder that were changed last first; none if there is no such folder.
 *
 * @param {string} folder
 * @returns {Array<{ file: string, changed: number }>} in milliseconds since 1970
 */
function newestFirst(folder) {
	if (!fs.existsSync(folder)) return [];
	return fs
		.readdirSync(folder, { encoding: 'utf8', recursive: true })
		.map((name) => ({ file: path.join(folder, name), stat: fs.statSync(path.join(folder, name)) }))
		.filter(({ stat }) => stat.isFile())
		.map(({ file, stat }) => ({ file, changed: stat.mtimeMs }))
		.sort((one, other) => other.changed - one.changed);
}

/**
 * Throws unless what is built is as new as its sources: most suites test what is built.
 *
 * @param {string} root of the package
 */
function assertBuilt(root) {
	const [built] = newestFirst(path.join(root, 'dist'));
	if (!built) throw new Error('There is no dist, which the tests load: run npm run build first');
	for (const folder of SOURCES) {
		const [source] = newestFirst(path.join(root, folder));
		if (!source || source.changed <= built.changed) continue;
		const name = path.relative(root, source.file);
		throw new Error(`${name} is newer than dist, which the tests load: run npm run build first`);
	}
}

/** What jest runs before all tests. @param {unknown} _options @param {{ rootDir: string }} project */
module.exports = async (_options, { rootDir }) => assertBuilt(rootDir);
module.exports.assertBuilt = assertBuilt;
