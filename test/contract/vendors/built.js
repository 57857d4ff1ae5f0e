'use strict';

const path = require('node:path');

const DIST = path.resolve(__dirname, '../../../dist');

/** The node's own code, as it is built. @param {string} folder @param {string} name */
const builtVendor = (folder, name) => require(path.join(DIST, 'nodes', folder, 'api.js'))[name];

/** Gives the headers that a credential adds, by its own code. @param {string} name of the class */
function signerOf(name) {
	return async (/** @type {any} */ credential) => {
		const { [name]: Credential } = require(
			path.join(DIST, 'credentials', `${name}.credentials.js`),
		);
		const request = { url: credential.baseUrl };
		const { headers } = await new Credential().authenticate(credential, request);
		return headers;
	};
}

module.exports = { builtVendor, signerOf };
