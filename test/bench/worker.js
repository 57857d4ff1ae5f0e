'use strict';

const { Agent } = require('node:http');
const axios = require('axios');
const { serve } = require('./child');
const { measureGrowth, measureNormalizers } = require('./normalize');
const { READERS } = require('./readers');

// The contenders that are no n8n: axios, and the normalizers by themselves.

/**
 * The header that each vendor wants, by vendor.
 *
 * @type {Record<string, (credential: any) => Record<string, string>>}
 */
const HEADERS = {
	talkdeskInsurance: ({ headerName, headerValue }) => ({ [headerName]: headerValue }),
	fastly: ({ apiToken }) => ({ 'Fastly-Key': apiToken }),
	carrierX: ({ accessToken }) => ({ Authorization: `Bearer ${accessToken}` }),
	i3dNet: ({ privateToken }) => ({ 'PRIVATE-TOKEN': privateToken }),
};

const httpAgent = new Agent({ keepAlive: true });

/**
 * The headers of a vendor, once it is authorized.
 *
 * @type {Map<string, Record<string, string>>}
 */
const kept = new Map();

/** A token is good for many reads, here as in n8n. */
async function talkdeskHeaders({ tokenUrl, clientId, clientSecret, scope }) {
	const body = new URLSearchParams({ grant_type: 'client_credentials', scope });
	const auth = { username: clientId, password: clientSecret };
	const { data } = await axios.default.post(tokenUrl, body, { auth, proxy: false });
	return { Authorization: `Bearer ${data.access_token}` };
}

serve({
	/**
	 * Before the reads of a vendor.
	 *
	 * @param {string} vendor
	 * @param {any} credential
	 */
	async authorize(vendor, credential) {
		const headers =
			vendor === 'talkdesk' ? await talkdeskHeaders(credential) : HEADERS[vendor](credential);
		kept.set(vendor, headers);
	},

	/**
	 * Reads a whole list.
	 *
	 * @param {{ vendor: string, baseUrl: string, parallel: number, account: string }} list
	 */
	async read({ vendor, baseUrl, parallel, account }) {
		const http = axios.default.create({
			baseURL: baseUrl,
			headers: kept.get(vendor),
			proxy: false,
			httpAgent,
		});
		const began = performance.now();
		const get = async (path, options) => (await http.get(path, options)).data;
		const records = await READERS[vendor](get, parallel, account);
		return { count: records.length, ms: performance.now() - began };
	},

	normalizers: measureNormalizers,
	growth: measureGrowth,
});
