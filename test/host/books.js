'use strict';

const http = require('node:http');
const { close, listen } = require('../sandbox/server');
const { LOOPBACK } = require('./processes');

/** Takes the place of QuickBooks and Xero: says yes to all, and remembers what it was sent. */
async function startBooks() {
	/** @type {Array<{ method?: string, headers: http.IncomingHttpHeaders, body: string, url: URL }>} */
	const requests = [];
	const server = http.createServer((request, response) => {
		let body = '';
		request.setEncoding('utf8').on('data', (chunk) => (body += chunk));
		request.on('end', () => {
			const { method, headers } = request;
			requests.push({
				method,
				headers,
				body,
				url: new URL(request.url ?? '/', `http://${LOOPBACK}`),
			});
			response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
		});
	});
	const origin = await listen(server, 0, LOOPBACK);
	return { origin, requests, stop: () => close(server) };
}

module.exports = { startBooks };
