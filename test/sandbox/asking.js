// @ts-check
'use strict';

const { VENDORS } = require('../rows');

/**
 * How the emulators are asked by hand, without a node between.
 *
 * @typedef {Awaited<ReturnType<typeof import('./index').createSandbox>>} Sandbox
 */

/**
 * @param {string} address
 * @param {Record<string, string>} [headers]
 * @param {RequestInit} [init]
 */
async function get(address, headers = {}, init = {}) {
	const response = await fetch(address, { headers, redirect: 'manual', ...init });
	const text = await response.text();
	let body;
	try {
		body = JSON.parse(text);
	} catch {
		body = undefined;
	}
	return { status: response.status, headers: response.headers, text, body };
}

/** @param {string} name */
function vendorOf(name) {
	const vendor = VENDORS.find(({ type }) => type === name);
	if (!vendor) throw new Error(`No vendor ${name}`);
	return vendor;
}

/** @param {string} name */
const itemsOf = (name) => {
	const { records = '' } = vendorOf(name).http;
	return (/** @type {any} */ body) =>
		records
			.split('.')
			.filter(Boolean)
			.reduce((at, field) => at[field], body);
};

/**
 * Returns what the tests of a file ask of their sandbox, or of another one.
 *
 * @param {() => Sandbox} usual
 */
function askOn(usual) {
	/**
	 * @param {Record<string, string>} form
	 * @param {Sandbox} [of]
	 * @param {string} [secret]
	 */
	async function token(form, of = usual(), secret = undefined) {
		const { clientId, clientSecret, tokenUrl } = of.credentials.talkdeskOAuth2Api;
		const basic = Buffer.from(`${clientId}:${secret ?? clientSecret}`).toString('base64');
		const body = new URLSearchParams(form);
		return await get(tokenUrl, { authorization: `Basic ${basic}` }, { method: 'POST', body });
	}

	/** The address of a vendor's list. @param {string} name */
	function addressOf(name, of = usual()) {
		const { credential, http } = vendorOf(name);
		return of.credentials[credential].baseUrl + http.path;
	}

	/**
	 * The header that a vendor lets in.
	 *
	 * @param {string} name
	 * @returns {Promise<Record<string, string>>}
	 */
	async function headersOf(name, of = usual()) {
		const { credential, hasTokens, header, secret, secretPrefix } = vendorOf(name);
		const value = hasTokens
			? (await token({ grant_type: 'client_credentials' }, of)).body.access_token
			: of.credentials[credential][secret];
		const isBearer = header === 'authorization' && secretPrefix === undefined;
		return { [header]: isBearer ? `Bearer ${value}` : value };
	}

	/**
	 * @param {string} name
	 * @param {string} [rest]
	 * @param {Record<string, string>} [headers]
	 * @param {Sandbox} [of]
	 */
	async function list(name, rest = '', headers = {}, of = usual()) {
		return await get(addressOf(name, of) + rest, { ...(await headersOf(name, of)), ...headers });
	}

	/**
	 * Asks for a page; the first one is 0.
	 *
	 * @param {string} name
	 * @param {number} size
	 * @param {number} number
	 * @param {Sandbox} [of]
	 */
	async function page(name, size, number, of = usual()) {
		const { query = '', headers } = /** @type {any} */ (vendorOf(name)).paging.ask(size, number);
		return await list(name, query, headers, of);
	}

	/** @param {string} name */
	function pdfAddress(name) {
		const vendor = /** @type {any} */ (vendorOf(name));
		const [first] = vendor.records(usual());
		return usual().credentials[vendor.credential].baseUrl + vendor.pdfPath(first[vendor.id]);
	}

	return { addressOf, get, headersOf, list, page, pdfAddress, token };
}

module.exports = { askOn, get, itemsOf, vendorOf };
