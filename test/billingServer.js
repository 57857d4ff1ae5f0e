'use strict';

/**
 * A server of many accounts: each secret reads one account's invoices, in the shape of each vendor. It
 * is as plain as it can be, so that a test of it says what was sent, and nothing else.
 */
const { once } = require('node:events');
const { createServer } = require('node:http');
const { VENDORS } = require('./vendors');

/**
 * @typedef {object} Seen
 * @property {string} path
 * @property {string} secret what came in the header
 * @property {number} status
 */

/** The headers in which vendors look for their secret. */
const HEADERS = new Set(VENDORS.map(({ header }) => header));

/** @param {string} type */
const vendorOf = (type) => {
	const vendor = VENDORS.find((each) => each.type === type);
	if (!vendor) throw new Error(`No vendor ${type}`);
	return vendor;
};

/** @param {Record<string, string>} accounts by secret, or with OAuth2 by `client:secret` */
async function createBillingServer(accounts) {
	/** @type {Seen[]} */
	const seen = [];
	/** @type {Map<string, string>} */
	const tokens = new Map();
	let issued = 0;
	/** How many token requests fail before one succeeds. */
	const busy = { times: 0, status: 503 };

	/** @param {import('node:http').IncomingMessage} request */
	function secretIn({ headers }) {
		const value = [...HEADERS].map((name) => headers[name]).find((header) => header !== undefined);
		return String(value).replace(/^(Bearer|Basic) /, '');
	}

	/**
	 * @param {string} type of the vendor
	 * @param {string} path
	 * @param {string} secret
	 * @param {import('node:http').IncomingMessage} request
	 * @returns {[number, unknown]}
	 */
	function answerTo(type, path, secret, { headers }) {
		if (path.endsWith('/oauth/token')) {
			if (busy.times > 0) {
				busy.times--;
				return [busy.status, { message: 'busy' }];
			}
			const account = accounts[Buffer.from(secret, 'base64').toString()];
			if (account === undefined) return [401, { error: 'invalid_client' }];
			const token = `token-${++issued}-of-${account}`;
			tokens.set(token, account);
			return [200, { access_token: token, token_type: 'Bearer', expires_in: 599 }];
		}
		const vendor = vendorOf(type);
		const account = vendor.hasTokens ? tokens.get(secret) : accounts[secret];
		if (account === undefined) return [401, { message: `unknown: ${secret}` }];
		const isBehind = Number(vendor.paging?.startOf?.({ headers })) > 0;
		return [200, isBehind ? vendor.answers.list([]) : vendor.accountAnswer(account)];
	}

	const server = createServer((request, response) => {
		const [, type, ...rest] = String(request.url).split('/');
		const path = `/${rest.join('/')} ${request.headers['ranged-data'] ?? ''}`.trim();
		const secret = secretIn(request);
		request.resume();
		request.on('end', () => {
			const [status, body] = answerTo(type, path, secret, request);
			seen.push({ path, secret, status });
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(body));
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
	const origin = `http://127.0.0.1:${port}`;

	return {
		origin,
		seen,
		accounts,
		busy,
		/** Expires what was issued so far. */
		expireTokens: () => tokens.clear(),
		issued: () => issued,
		/**
		 * What to type in n8n: the secret is what an expression comes to, with OAuth2 `client:secret`.
		 *
		 * @param {import('./vendors/vendor').VendorOfTest} vendor
		 * @param {string} secret
		 */
		credentialsOf: ({ type, credential, accountCredential }, secret) => ({
			[credential]: accountCredential(`${origin}/${type}`, secret),
		}),
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

module.exports = { createBillingServer };
