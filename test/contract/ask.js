'use strict';

/**
 * Asks one API, read-only: GET, to one origin, no redirect followed, no more than a few times. What
 * goes wrong is told by a code only, since messages of others may hold addresses.
 */

const MOST_REQUESTS = 14;
const MOST_BYTES = 20_000_000;

/** The API could not be asked at all. Its message may be shown. */
class NotAsked extends Error {}

/** The connection failed; of how, only a code is kept. */
class NoAnswer extends Error {
	/** @param {any} error what fetch threw */
	constructor(error) {
		const code = error?.cause?.code ?? error?.name;
		super(/^\w{3,40}$/.test(code) ? code : 'unknown reason');
	}
}

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} type the media type
 * @property {any} body the JSON, or undefined where it is none
 * @property {Buffer} bytes
 * @property {number | null} length as declared
 * @property {URL | null} redirect
 * @property {string[]} names of its headers
 *
 * @typedef {object} Question
 * @property {Record<string, string | number | boolean | undefined>} [query]
 * @property {Record<string, string>} [headers]
 */

/**
 * @param {object} options
 * @param {string} options.baseUrl
 * @param {number} [options.timeoutMs]
 */
function createAsker({ baseUrl, timeoutMs = 60_000 }) {
	let requests = 0;

	/**
	 * @param {URL} url
	 * @param {RequestInit} init
	 */
	async function received(url, init) {
		const response = await fetch(String(url), {
			...init,
			redirect: 'manual',
			signal: AbortSignal.timeout(timeoutMs),
		});
		const pieces = [];
		let size = 0;
		for await (const piece of response.body ?? []) {
			size += piece.length;
			if (size > MOST_BYTES) throw new Error('the answer is too long');
			pieces.push(piece);
		}
		return { response, bytes: Buffer.concat(pieces) };
	}

	/**
	 * @param {URL} url
	 * @param {RequestInit} init
	 * @returns {Promise<Answer>}
	 */
	async function send(url, init) {
		if (++requests > MOST_REQUESTS) throw new Error('too many requests');
		const { response, bytes } = await received(url, init).catch((error) => {
			throw new NoAnswer(error);
		});
		const { headers, status } = response;
		const location = headers.get('location');
		const length = headers.get('content-length');
		return {
			status,
			type: (headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase(),
			body: parsed(bytes),
			bytes,
			length: length === null ? null : Number(length),
			names: [...headers.keys()],
			redirect: location && URL.canParse(location, String(url)) ? new URL(location, url) : null,
		};
	}

	return {
		get requests() {
			return requests;
		},
		/**
		 * @param {string} path below the base URL
		 * @param {Question} question
		 * @returns {Promise<Answer>}
		 */
		async get(path, { query = {}, headers = {} }) {
			const url = new URL(baseUrl + path);
			for (const [name, value] of Object.entries(query)) {
				if (value !== undefined) url.searchParams.set(name, String(value));
			}
			// As the nodes do; some servers take a plus for a plus.
			url.search = url.search.replaceAll('+', '%20');
			return await send(url, { headers: { accept: 'application/json', ...headers } });
		},
		/**
		 * The one request that is no GET: the token of OAuth2.
		 *
		 * @param {string} url
		 * @param {Record<string, string>} form
		 * @param {string} user
		 * @param {string} password
		 */
		async token(url, form, user, password) {
			const basic = Buffer.from(`${user}:${password}`).toString('base64');
			return await send(new URL(url), {
				method: 'POST',
				headers: { authorization: `Basic ${basic}`, accept: 'application/json' },
				body: new URLSearchParams(form),
			});
		},
	};
}

/** @param {Buffer} bytes */
function parsed(bytes) {
	try {
		return JSON.parse(bytes.toString('utf8'));
	} catch {
		return undefined;
	}
}

module.exports = { NoAnswer, NotAsked, createAsker };
