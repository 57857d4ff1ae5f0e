'use strict';

const http = require('node:http');
const { once } = require('node:events');
const { Readable } = require('node:stream');
const { pipeline } = require('node:stream/promises');
const { setTimeout: wait } = require('node:timers/promises');
const { json } = require('./answers');
const { KINDS, pageFaults } = require('./faults');
const { changeList } = require('./listing');
const { Refusal } = require('./query');

/**
 * @typedef {import('./answers').Answer} Answer
 *
 * @typedef {object} Call a request, as an emulator sees it
 * @property {string} method
 * @property {string} path below the vendor's base path, still encoded
 * @property {string} url the whole address
 * @property {URLSearchParams} query
 * @property {http.IncomingHttpHeaders} headers
 * @property {string} body
 * @property {import('./listing').PageFaults} faults
 *
 * @typedef {object} Route
 * @property {'list' | 'item' | 'pdf' | 'estimate' | 'token' | 'other'} kind
 * @property {RegExp} path the whole path below the base path; its groups are handed on
 * @property {string} [scope] what the caller's token must be good for
 * @property {string[]} [methods] GET, if not said otherwise
 * @property {boolean} [open] no credential needed
 * @property {(call: Call, ...groups: string[]) => Answer} handle
 *
 * @typedef {object} Vendor one emulated API: all that the server has to know of it
 * @property {string} name
 * @property {string} basePath
 * @property {Route[]} routes the first that fits is taken
 * @property {Record<string, any>} data
 * @property {Record<string, Record<string, any>>} credentials by the name of the n8n credential
 * @property {Record<string, Record<string, any>>} [powerless] valid, but not allowed to read invoices
 * @property {(call: Call, route: Route) => void} authenticate throws a Refusal
 * @property {(status: number, message: string, details: { field?: string, shape?: string }) => Answer} error
 *   an error as the vendor words it: of a Refusal (then with the `field` that is wrong), of an unknown
 *   path, and of the faults `status` and `throttle`; `shape` is another of its forms, asked for by name
 * @property {{ count: () => number, removeAt: (index: number) => void, insertAt: (index: number) => void }} list
 *   the list as it is served, for the fault `mutate` and `sandbox.change`: `insertAt` makes up a new
 *   invoice that no list had, at the place that this record will have in `data`. A list of several
 *   accounts counts the first one
 * @property {(bill: import('./company').Bill) => string} put puts a bill of a company into the list, at its
 *   place; a draft, only where the vendor shows drafts. Returns the number that the invoice got
 * @property {() => void} [expireTokens]
 * @property {{ open: () => void, grow: () => void, issue: () => void }} [bills] that are not issued yet
 *
 * @typedef {object} LoggedRequest
 * @property {string} vendor
 * @property {string} method
 * @property {string} path the whole path, as it was sent
 * @property {Record<string, string | string[]>} query
 * @property {http.IncomingHttpHeaders} headers
 * @property {number} status 0: not answered (yet)
 * @property {string[]} faults the kinds of what it had to suffer
 */

const MOST_BODY = 1_000_000;

/**
 * @param {URLSearchParams} query
 * @returns {Record<string, string | string[]>}
 */
function plainQuery(query) {
	/** @type {Record<string, string | string[]>} */
	const plain = {};
	for (const name of new Set(query.keys())) {
		const values = query.getAll(name);
		plain[name] = values.length === 1 ? values[0] : values;
	}
	return plain;
}

/** @param {http.IncomingMessage} request */
async function readBody(request) {
	let body = '';
	request.setEncoding('utf8');
	for await (const piece of request) {
		body += piece;
		if (body.length > MOST_BODY) throw new Error('the request is too long');
	}
	return body;
}

/**
 * @param {Iterable<Buffer>} pieces
 * @param {number} most bytes
 * @returns {Generator<Buffer>}
 */
function* firstOf(pieces, most) {
	let left = most;
	for (const piece of pieces) {
		if (left <= 0) return;
		yield piece.subarray(0, left);
		left -= piece.length;
	}
}

/**
 * @param {http.ServerResponse} response
 * @param {Answer} answer
 */
async function deliver(response, { status, headers, body, pieces, length, chunked, mishap }) {
	if (mishap === 'reset') {
		response.socket?.resetAndDestroy();
		return;
	}

	const size = length ?? body?.length ?? 0;
	// Also of an empty body more can be promised than comes.
	const promised = mishap ? Math.max(size, 1) : size;
	response.writeHead(status, chunked ? headers : { ...headers, 'content-length': promised });
	response.flushHeaders();
	const whole = pieces?.() ?? [body ?? Buffer.alloc(0)];
	const sent = mishap ? firstOf(whole, Math.floor(size / 2)) : whole;
	await pipeline(Readable.from(sent), response, { end: !mishap });
	if (mishap === 'cut') response.socket?.end(() => response.destroy());
}

/**
 * @param {Vendor} vendor
 * @param {Call} call
 * @returns {{ route: Route, groups: string[] } | undefined}
 */
function findRoute(vendor, call) {
	for (const route of vendor.routes) {
		const match = route.path.exec(call.path);
		if (match) return { route, groups: match.slice(1) };
	}
	return undefined;
}

/**
 * @param {object} options
 * @param {Vendor[]} options.vendors
 * @param {ReturnType<typeof import('./faults').createFaults>} options.faults
 * @param {() => { origin: string, foreignOrigin: string }} options.origins
 * @param {() => number} options.now
 * @param {() => number} options.latency milliseconds
 * @param {import('./random').Random} options.random
 * @param {(log: LoggedRequest) => void} options.log
 * @param {(method: string, path: string, body: string) => Answer} options.control answers /_sandbox/…
 * @param {AbortSignal} options.stopped
 * @returns {http.Server}
 */
function createServer({ vendors, faults, origins, now, latency, random, log, control, stopped }) {
	/**
	 * @param {Vendor} vendor
	 * @param {Call} call
	 * @param {LoggedRequest} entry
	 * @returns {Promise<Answer>}
	 */
	async function answerOf(vendor, call, entry) {
		const found = findRoute(vendor, call);
		if (!found) throw new Refusal(404, 'There is nothing at this address');
		const { route, groups } = found;
		const methods = route.methods ?? ['GET'];
		if (!methods.includes(call.method)) {
			const answer = vendor.error(405, 'This method is not allowed here', {});
			return { ...answer, headers: { ...answer.headers, allow: methods.join(', ') } };
		}
		if (!route.open) vendor.authenticate(call, route);

		const path = vendor.basePath + call.path;
		const taken = faults.take({
			vendor: vendor.name,
			kind: route.kind,
			path,
			pathAndQuery: path + new URL(call.url).search,
		});
		entry.faults = taken.map(({ kind }) => kind);
		for (const { kind, ms } of taken) {
			if (kind === 'slow') await wait(ms, undefined, { signal: stopped });
		}

		const instead = taken.find((fault) => KINDS[fault.kind].stage === 'instead');
		let answer = instead
			? KINDS[instead.kind].answer?.(instead, { vendor, now, call, ...origins() })
			: undefined;
		answer ??= route.handle({ ...call, faults: pageFaults(taken) }, ...groups);
		for (const fault of taken) {
			answer = KINDS[fault.kind].spoil?.(answer) ?? answer;
			if (fault.kind === 'mutate')
				changeList(vendor.list, /** @type {Record<string, any>} */ (fault), random);
		}
		return answer;
	}

	/**
	 * @param {http.IncomingMessage} request
	 * @param {http.ServerResponse} response
	 */
	async function serve(request, response) {
		const { method = 'GET', headers } = request;
		const address = new URL(request.url ?? '/', origins().origin);
		// As it came, not as URL tidies it up: `..` must be seen.
		const path = (request.url ?? '/').split('?')[0];
		const body = await readBody(request);
		if (path.startsWith('/_sandbox/')) {
			await deliver(response, control(method, path, body));
			return;
		}

		const vendor = vendors.find(({ basePath }) => path.startsWith(`${basePath}/`));
		/** @type {LoggedRequest} */
		const entry = {
			vendor: vendor?.name ?? '',
			method,
			path,
			query: plainQuery(address.searchParams),
			headers,
			status: 0,
			faults: [],
		};
		log(entry);
		if (!vendor) {
			entry.status = 404;
			await deliver(response, json(404, { message: 'no vendor lives here' }));
			return;
		}

		if (latency() > 0) await wait(latency(), undefined, { signal: stopped });
		/** @type {Answer} */
		let answer;
		try {
			const call = {
				method,
				path: path.slice(vendor.basePath.length),
				url: address.href,
				query: address.searchParams,
				headers,
				body,
				faults: pageFaults([]),
			};
			answer = await answerOf(vendor, call, entry);
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			answer = vendor.error(error.status, error.message, { field: error.field });
		}
		entry.status = answer.status;
		await deliver(response, answer);
	}

	const server = http.createServer((request, response) => {
		serve(request, response).catch((error) => {
			// Whoever hangs up early is not our concern; a mistake of the sandbox must be seen.
			if (stopped.aborted || response.destroyed) return;
			if (response.headersSent) response.destroy();
			else void deliver(response, json(500, { sandboxError: String(error?.stack ?? error) }));
		});
	});
	// Longer than any client keeps a connection, so that it is never the server that closes first.
	server.keepAliveTimeout = 60_000;
	return server;
}

/**
 * Another host, to be lured to: writes down who came, and with what.
 *
 * @param {(entry: Omit<LoggedRequest, 'vendor' | 'faults'>) => void} log
 * @returns {http.Server}
 */
function createForeignServer(log) {
	const server = http.createServer((request, response) => {
		const address = new URL(request.url ?? '/', 'http://foreign.invalid');
		request.resume();
		log({
			method: request.method ?? 'GET',
			path: address.pathname,
			query: plainQuery(address.searchParams),
			headers: request.headers,
			status: 200,
		});
		void deliver(response, json(200, { foreign: true }));
	});
	server.keepAliveTimeout = 60_000;
	return server;
}

/**
 * @param {http.Server} server
 * @param {number} port
 * @param {string} host
 * @returns {Promise<string>} the origin
 */
async function listen(server, port, host) {
	server.listen(port, host);
	await once(server, 'listening');
	const address = server.address();
	const actual = typeof address === 'object' && address ? address.port : port;
	return `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
}

/** @param {http.Server} server */
async function close(server) {
	const closed = new Promise((resolve) => server.close(resolve));
	server.closeAllConnections();
	await closed;
}

module.exports = { createServer, createForeignServer, listen, close };
