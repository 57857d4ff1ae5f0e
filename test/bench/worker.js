'use strict';

const { Agent } = require('node:http');
const axios = require('axios');
const { serve } = require('./child');
const { measureGrowth, measureNormalizers } = require('./normalize');
const { vendorOf } = require('../host/demo');

// The contenders that are no n8n: axios, and the normalizers by themselves.

const httpAgent = new Agent({ keepAlive: true });

/**
 * The headers of a vendor, once it is authorized.
 *
 * @type {Map<string, Record<string, string>>}
 */
const kept = new Map();

/** A token is good for many reads, here as in n8n. */
async function tokenFor({ tokenUrl, clientId, clientSecret, scope }) {
	const body = new URLSearchParams({ grant_type: 'client_credentials', scope });
	const auth = { username: clientId, password: clientSecret };
	const { data } = await axios.default.post(tokenUrl, body, { auth, proxy: false });
	return data.access_token;
}

serve({
	/**
	 * Before the reads of a vendor.
	 *
	 * @param {string} vendor
	 * @param {any} credential
	 */
	async authorize(vendor, credential) {
		const { hasTokens, secret, headers } = vendorOf(vendor);
		kept.set(vendor, headers(hasTokens ? await tokenFor(credential) : credential[secret]));
	},

	/**
	 * Reads a whole list.
	 *
	 * @param {{ vendor: string, baseUrl: string, parallel: number }} list
	 */
	async read({ vendor, baseUrl, parallel }) {
		const http = axios.default.create({
			baseURL: baseUrl,
			headers: kept.get(vendor),
			proxy: false,
			httpAgent,
		});
		const began = performance.now();
		const get = async (path, options) => (await http.get(path, options)).data;
		const records = await vendorOf(vendor).read(get, parallel);
		return { count: records.length, ms: performance.now() - began };
	},

	normalizers: measureNormalizers,
	growth: measureGrowth,
});
