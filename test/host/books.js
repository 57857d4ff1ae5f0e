'use strict';

const http = require('node:http');
const { LOOPBACK } = require('./processes');

/** Takes the place of QuickBooks and Xero: says yes to all, and remembers what it was sent. */
async function startBooks() {
	const requests = [];
	const server = http.createServer((request, response) => {
		let body = '';
		request.setEncoding('utf8').on('data', (chunk) => (body += chunk));
		request.on('end', () => {
			const { method, headers } = request;
			requests.push({ method, headers, body, url: new URL(request.url, `http://${LOOPBACK}`) });
			response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
		});
	});
	await new Promise((resolve) => server.listen(0, LOOPBACK, resolve));
	return {
		origin: `http://${LOOPBACK}:${server.address().port}`,
		requests,
		async stop() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

module.exports = { startBooks };
