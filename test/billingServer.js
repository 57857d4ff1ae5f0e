'use strict';

/**
 * A server of many accounts: each secret reads one account's invoices, in the shape of each vendor. It
 * is as plain as it can be, so that a test of it says what was sent, and nothing else.
 */
const { once } = require('node:events');
const { createServer } = require('node:http');

/**
 * @typedef {object} Seen
 * @property {string} path
 * @property {string} secret what came in the header
 * @property {number} status
 */

/** @typedef {(account: string, path: string) => object} Answer */

/** One invoice of the account, whatever is asked for. @type {Record<string, Answer>} */
const ANSWERS = {
	talkdesk: (account) => ({
		total: 1,
		_links: { first: { href: '' }, last: { href: '' }, self: { href: '' } },
		_embedded: {
			invoices: [{ id: `line-${account}`, account_id: account, number: `T-${account}` }],
		},
	}),
	talkdeskInsurance: (account) => ({
		total: 1,
		_embedded: { invoices: [{ invoice_number: `T-${account}` }] },
	}),
	fastly: (account) => ({ data: [{ invoice_id: `T-${account}` }], meta: { total: 1 } }),
	carrierX: (account) => ({
		items: [{ invoice_sid: `T-${account}` }],
		total: 1,
		has_more: false,
	}),
	i3dNet: (account) => [{ id: account, invoiceNumber: `T-${account}` }],
};

const HEADERS = ['fastly-key', 'private-token', 'authorization'];

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
		const value = HEADERS.map((name) => headers[name]).find((header) => header !== undefined);
		return String(value).replace(/^(Bearer|Basic) /, '');
	}

	/**
	 * @param {string} vendor
	 * @param {string} path
	 * @param {string} secret
	 * @returns {[number, object]}
	 */
	function answerTo(vendor, path, secret) {
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
		const account = vendor === 'talkdesk' ? tokens.get(secret) : accounts[secret];
		if (account === undefined) return [401, { message: `unknown: ${secret}` }];
		if (vendor === 'i3dNet' && Number(/start=(\d+)/.exec(path)?.[1]) > 0) return [200, []];
		return [200, ANSWERS[vendor](account, path)];
	}

	const server = createServer((request, response) => {
		const [, vendor, ...rest] = String(request.url).split('/');
		const path = `/${rest.join('/')} ${request.headers['ranged-data'] ?? ''}`.trim();
		const secret = secretIn(request);
		request.resume();
		request.on('end', () => {
			const [status, body] = answerTo(vendor, path, secret);
			seen.push({ path, secret, status });
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(body));
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
	const origin = `http://127.0.0.1:${port}`;

	/** What to type in n8n, where the secret stands for itself. @type {Record<string, (secret: string) => object>} */
	const credentials = {
		talkdesk: (secret) => ({
			grantType: 'clientCredentials',
			region: 'custom',
			baseUrl: `${origin}/talkdesk`,
			tokenUrl: `${origin}/talkdesk/oauth/token`,
			clientId: `={{ ${secret}.split(":")[0] }}`,
			clientSecret: `={{ ${secret}.split(":")[1] }}`,
			scope: '',
		}),
		talkdeskInsurance: (secret) => ({
			baseUrl: `${origin}/talkdeskInsurance`,
			invoicesPath: '/invoices/{accountId}',
			headerName: 'Authorization',
			headerValue: `={{ "Bearer " + ${secret} }}`,
		}),
		fastly: (secret) => ({ baseUrl: `${origin}/fastly`, apiToken: `={{ ${secret} }}` }),
		carrierX: (secret) => ({ baseUrl: `${origin}/carrierX`, accessToken: `={{ ${secret} }}` }),
		i3dNet: (secret) => ({ baseUrl: `${origin}/i3dNet`, privateToken: `={{ ${secret} }}` }),
	};

	return {
		origin,
		seen,
		accounts,
		busy,
		/** Expires what was issued so far. */
		expireTokens: () => tokens.clear(),
		issued: () => issued,
		credentials,
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

module.exports = { createBillingServer };
