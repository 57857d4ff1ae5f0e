'use strict';

const http = require('node:http');
const { close, listen } = require('../sandbox/server');
const { LOOPBACK } = require('./processes');

/**
 * Takes the place of QuickBooks Online as far as bills go: keeps one bill for each request ID and
 * returns it again when it is asked again, refuses the document numbers in `refused`, and, while
 * `isSilent`, books but does not answer.
 */
class Accounting {
	constructor() {
		/** @type {Map<string, Record<string, any>>} request ID → bill */
		this.bills = new Map();
		/** @type {Array<{ url: URL, body: string }>} */
		this.requests = [];
		/** @type {Set<string>} */
		this.refused = new Set();
		this.isSilent = false;
		this.server = http.createServer((request, response) => {
			let body = '';
			request.setEncoding('utf8').on('data', (chunk) => (body += chunk));
			request.on('end', () =>
				this.answer(new URL(request.url ?? '/', this.origin), body, response),
			);
		});
	}

	async start() {
		this.origin = await listen(this.server, 0, LOOPBACK);
		return this;
	}

	answer(url, body, response) {
		this.requests.push({ url, body });
		const say = (status, value) =>
			response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
		const { DocNumber, Line } = JSON.parse(body);
		if (this.refused.has(DocNumber)) {
			const Error = [{ Message: 'Invalid Reference Id', Detail: 'Vendor not found', code: '2500' }];
			return say(400, { Fault: { Error, type: 'ValidationFault' } });
		}
		const id = url.searchParams.get('requestid') ?? `none-${this.requests.length}`;
		const bill = this.bills.get(id) ?? {
			Id: String(this.bills.size + 1),
			TotalAmt: Line[0].Amount,
			...JSON.parse(body),
		};
		this.bills.set(id, bill);
		if (this.isSilent) return undefined;
		const entity = url.pathname.endsWith('/vendorcredit') ? 'VendorCredit' : 'Bill';
		return say(200, { [entity]: bill });
	}

	stop() {
		return close(this.server);
	}
}

const startAccounting = () => new Accounting().start();

module.exports = { startAccounting };
