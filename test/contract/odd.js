'use strict';

const http = require('node:http');
const { close, listen } = require('../sandbox/server');

/**
 * Stands before the sandbox and changes its answers: a vendor that is not as the code assumes.
 *
 * @typedef {object} Passing an answer on its way
 * @property {string} path
 * @property {URLSearchParams} query
 * @property {import('node:http').IncomingHttpHeaders} asked the headers of the request
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {any} body parsed, where it is JSON; else bytes
 *
 * @param {string} target
 * @param {(answer: Passing) => void} alter
 */
async function startOddVendor(target, alter) {
	/** @type {Array<{ method: string, path: string, headers: http.IncomingHttpHeaders }>} */
	const requests = [];
	const server = http.createServer(async (request, response) => {
		const { method = 'GET', url = '/', headers } = request;
		const chunks = [];
		for await (const chunk of request) chunks.push(chunk);
		const { host: _host, connection: _connection, 'content-length': _length, ...sent } = headers;
		const { pathname, searchParams } = new URL(url, target);
		requests.push({ method, path: pathname, headers });
		const answer = await fetch(target + url, {
			method,
			headers: /** @type {Record<string, string>} */ (sent),
			body: method === 'POST' ? Buffer.concat(chunks) : undefined,
			redirect: 'manual',
		});
		const bytes = Buffer.from(await answer.arrayBuffer());
		const type = answer.headers.get('content-type') ?? '';
		const isJson = type.includes('json');
		const passing = {
			path: pathname,
			query: searchParams,
			asked: headers,
			status: answer.status,
			/** @type {Record<string, string>} */
			headers: { 'content-type': type },
			body: isJson ? JSON.parse(bytes.toString()) : bytes,
		};
		alter(passing);
		const body = Buffer.isBuffer(passing.body) ? passing.body : JSON.stringify(passing.body);
		response.writeHead(passing.status, passing.headers).end(body);
	});
	const origin = await listen(server, 0, '127.0.0.1');
	return { origin, requests, stop: async () => await close(server) };
}

module.exports = { startOddVendor };
