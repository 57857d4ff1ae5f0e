'use strict';

/**
 * What an emulator gives back. The server alone touches sockets.
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {Buffer} [body]
 * @property {() => Iterable<Buffer>} [pieces] instead of a body: too big to be held
 * @property {number} [length] of the pieces
 * @property {boolean} [chunked] the length is not announced
 * @property {'reset' | 'cut' | 'stall'} [mishap] on the way to the client
 */

/**
 * @param {number} status
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
function json(status, body, headers = {}) {
	return {
		status,
		headers: { 'content-type': 'application/json', ...headers },
		body: Buffer.from(JSON.stringify(body)),
	};
}

/**
 * @param {number} status
 * @param {string} body
 * @param {string} contentType
 * @param {Record<string, string>} [headers]
 * @returns {Answer}
 */
function text(status, body, contentType, headers = {}) {
	return { status, headers: { 'content-type': contentType, ...headers }, body: Buffer.from(body) };
}

/**
 * A header can neither hold every character nor be as long as a name may be.
 *
 * @param {string} name
 */
const inHeader = (name) => name.replace(/[^ -~]|["\\]/g, '_').slice(0, 200);

/**
 * @param {Buffer} file
 * @param {string} name
 * @returns {Answer}
 */
function pdf(file, name) {
	return {
		status: 200,
		headers: {
			'content-type': 'application/pdf',
			'content-disposition': `attachment; filename="${inHeader(name)}"`,
		},
		body: file,
	};
}

module.exports = { json, text, pdf };
