'use strict';

const { text, json } = require('./answers');
const { bigPdf } = require('./pdf');

/**
 * Bad days, to be ordered. A fault is `{ vendor?, kind, times = 1, after = 0, share = 1, path?,
 * ...arguments }`: it leaves the first `after` requests that fit alone and spoils the next `times`
 * (may be Infinity); of these only a share, where `share` is less than 1, drawn from the seed.
 * `path` (a piece of text, or a RegExp) is looked for in the path, then in path and query. Without
 * it, the calls that issue tokens are left alone. A request that is refused, for its credential or
 * its method, never reaches a fault.
 *
 * Several faults may hit one request; of those that replace the answer the first one wins, and the
 * others wait for the next request.
 *
 * `stage` says when a fault acts:
 *   before   while the request waits for its answer
 *   instead  the vendor's code is not asked at all
 *   page     the vendor's list is cut in the wrong way (listing.js)
 *   after    the answer is right, its way to the client is not
 *   change   the answer is right, but the list is another one from then on
 * `on` says which calls it can hit.
 *
 * @typedef {object} FaultContext
 * @property {import('./server').Vendor} vendor
 * @property {string} origin
 * @property {string} foreignOrigin
 * @property {() => number} now
 * @property {import('./server').Call} call
 *
 * @typedef {Record<string, any> & { kind: string }} FaultOrder
 * @typedef {FaultOrder & { times: number, after: number, share: number, skipped: number, used: number }} Fault
 *
 * @typedef {object} FaultKind
 * @property {'before' | 'instead' | 'page' | 'after' | 'change'} stage
 * @property {'any' | 'list' | 'item' | 'pdf' | 'estimate'} on
 * @property {(fault: Fault, context: FaultContext) => import('./answers').Answer} [answer]
 * @property {(answer: import('./answers').Answer) => import('./answers').Answer} [spoil]
 * @property {(page: import('./listing').PageFaults, fault: Fault) => void} [page]
 */

const HTML =
	'<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n';

/** @type {Record<string, FaultKind>} */
const KINDS = {
	/** {status, body?, headers?, contentType?, shape?}: an error, in the vendor's shape unless a body is given. */
	status: {
		stage: 'instead',
		on: 'any',
		answer: ({ status = 500, body, headers, contentType, shape }, { vendor }) => {
			const answer =
				body === undefined
					? vendor.error(status, 'The service has a problem', { shape })
					: typeof body === 'string'
						? text(status, body, 'text/plain')
						: json(status, body);
			Object.assign(answer.headers, lowerCase(headers));
			if (contentType) answer.headers['content-type'] = contentType;
			return answer;
		},
	},

	/** {reply}: whatever the test makes of the request, as an Answer. */
	reply: { stage: 'instead', on: 'any', answer: ({ reply }, { call }) => reply(call) },

	/** {retryAfter?}: 429; seconds, or 'date:SECONDS' for a date that far ahead, or no such header. */
	throttle: {
		stage: 'instead',
		on: 'any',
		answer: ({ retryAfter }, { vendor, now }) => {
			const answer = vendor.error(429, 'Too many requests', {});
			if (retryAfter === undefined || retryAfter === null) return answer;
			const date = /^date:(-?\d+)$/.exec(String(retryAfter));
			const value = date
				? new Date(now() + Number(date[1]) * 1000).toUTCString()
				: String(retryAfter);
			return { ...answer, headers: { ...answer.headers, 'retry-after': value } };
		},
	},

	/** The connection is reset before anything is answered. */
	reset: {
		stage: 'instead',
		on: 'any',
		answer: () => ({ status: 0, headers: {}, mishap: 'reset' }),
	},

	/** Half of the body, then the end of the connection: with noLength, in the middle of the chunks. */
	cutBody: { stage: 'after', on: 'any', spoil: (answer) => ({ ...answer, mishap: 'cut' }) },

	/** 200, and a page for a browser. */
	html: {
		stage: 'instead',
		on: 'any',
		answer: () => text(200, HTML, 'text/html; charset=utf-8'),
	},

	/** 200, and nothing. */
	emptyBody: {
		stage: 'instead',
		on: 'any',
		answer: () => text(200, '', 'application/json'),
	},

	/** 200, JSON that ends in the middle although its length is the one announced. */
	notJson: {
		stage: 'after',
		on: 'any',
		spoil: (answer) => ({
			...answer,
			body: answer.body?.subarray(0, Math.ceil(answer.body.length / 2)),
		}),
	},

	/** Talkdesk: every token issued so far is worth nothing any more. This request: 401. */
	expireToken: {
		stage: 'instead',
		on: 'any',
		answer: (_fault, { vendor }) => {
			vendor.expireTokens?.();
			return vendor.error(401, 'The access token has expired', {});
		},
	},

	/** {size}: the server gives at most `size` records at once and says so where it says anything. */
	capPages: {
		stage: 'page',
		on: 'list',
		page: (page, { size }) => {
			page.cap = Math.min(page.cap, size);
		},
	},

	/** {bytes}: an answer holds no more records than fit into so many bytes, but always one. */
	capBytes: {
		stage: 'page',
		on: 'list',
		page: (page, { bytes }) => {
			page.bytes = bytes;
		},
	},

	/** {every}: the page is cut first; then all but each `every`th record are filtered out of it. */
	filterLate: {
		stage: 'page',
		on: 'list',
		page: (page, { every }) => {
			page.every = every;
		},
	},

	/** The range that is asked for is overlooked: the whole list comes each time. */
	ignoreRange: {
		stage: 'page',
		on: 'list',
		page: (page) => {
			page.wholeList = true;
		},
	},

	/** {share}: a replica answers that has only the first part of the list. */
	staleReplica: {
		stage: 'page',
		on: 'list',
		page: (page, { share }) => {
			page.share = share;
		},
	},

	/** CarrierX, Fastly, Talkdesk: the answer says nothing of what follows; a total, where one is left, is the page's. */
	silent: {
		stage: 'page',
		on: 'list',
		page: (page) => {
			page.silent = true;
		},
	},

	/** Fastly: a cursor is a position. */
	positionCursor: {
		stage: 'page',
		on: 'list',
		page: (page) => {
			page.positionCursor = true;
		},
	},

	/** i3D.net: a page leads to the next one by the header PAGE-TOKEN, which has to be sent back. */
	pageTokens: {
		stage: 'page',
		on: 'list',
		page: (page) => {
			page.pageTokens = true;
		},
	},

	/** {delta}: the stated total is off. */
	total: {
		stage: 'page',
		on: 'list',
		page: (page, { delta }) => {
			page.totalDelta += delta;
		},
	},

	/** Fastly: next_cursor is the one just used. */
	repeatCursor: {
		stage: 'page',
		on: 'list',
		page: (page) => {
			page.repeatCursor = true;
		},
	},

	/** Always one more page, of records that are in no list. */
	endlessPages: {
		stage: 'page',
		on: 'list',
		page: (page) => {
			page.endless = true;
		},
	},

	/** Whatever page is asked for: the first one, and there is more. */
	stuckPage: {
		stage: 'page',
		on: 'list',
		page: (page) => {
			page.stuck = true;
		},
	},

	/** i3D.net: a bare object where an array of one is usual. */
	bareDetail: {
		stage: 'page',
		on: 'item',
		page: (page) => {
			page.bareDetail = true;
		},
	},

	/** 200 and JSON, but no list in it. */
	missingList: { stage: 'instead', on: 'list', answer: () => json(200, {}) },

	/** {location, status = 302}: {foreign} and {self} in the location stand for the two origins. */
	redirect: {
		stage: 'instead',
		on: 'any',
		answer: ({ location = '{foreign}/elsewhere', status = 302 }, { origin, foreignOrigin }) => {
			const target = location.replace('{foreign}', foreignOrigin).replace('{self}', origin);
			return text(status, '', 'text/plain', { location: target });
		},
	},

	/** {ms}: answers late. */
	slow: { stage: 'before', on: 'any' },

	/** The headers, the beginning of the body, and then silence on an open connection. */
	stall: { stage: 'after', on: 'any', spoil: (answer) => ({ ...answer, mishap: 'stall' }) },

	/** {insert, remove, where: 'start' | 'end' | 'middle' | 'random'}: the vendor's list really changes. */
	mutate: { stage: 'change', on: 'list' },

	/** 200 and application/pdf, but a page for a browser in it. */
	notPdf: { stage: 'instead', on: 'pdf', answer: () => text(200, HTML, 'application/pdf') },

	/** {bytes}: a file of that size. */
	bigPdf: {
		stage: 'instead',
		on: 'pdf',
		answer: ({ bytes }) => ({
			status: 200,
			headers: { 'content-type': 'application/pdf' },
			pieces: () => bigPdf(bytes),
			length: bytes,
		}),
	},

	/** A PDF in chunks, its length not announced. */
	noLength: { stage: 'after', on: 'pdf', spoil: (answer) => ({ ...answer, chunked: true }) },

	/** Fastly's month to date: 202, ask again. */
	notReady: {
		stage: 'instead',
		on: 'estimate',
		answer: () => json(202, { title: 'The invoice is being put together', status: 202 }),
	},
};

/**
 * @param {Record<string, unknown>} [headers]
 * @returns {Record<string, string>}
 */
function lowerCase(headers = {}) {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
	);
}

/**
 * JSON knows no Infinity: it may be spelled, and null is what becomes of it.
 *
 * @param {unknown} value
 * @param {number} fallback
 * @returns {number}
 */
function countOf(value, fallback) {
	if (value === undefined) return fallback;
	return value === null ? Infinity : Number(value);
}

/**
 * @typedef {object} Call what a fault is compared with
 * @property {string} vendor
 * @property {string} kind the route's: list, item, pdf, estimate, token, other
 * @property {string} path
 * @property {string} pathAndQuery
 */

/**
 * @param {Fault} fault
 * @param {Call} call
 * @returns {boolean}
 */
function fits(fault, call) {
	const { on } = KINDS[fault.kind];
	if (fault.vendor && fault.vendor !== call.vendor) return false;
	if (on !== 'any' && on !== call.kind) return false;
	const { path } = fault;
	if (path === undefined) return call.kind !== 'token';
	const found = (/** @type {string} */ where) =>
		path instanceof RegExp ? where.search(path) >= 0 : where.includes(path);
	return found(call.path) || found(call.pathAndQuery);
}

/**
 * @param {readonly string[]} vendors
 * @param {import('./random').Random} random
 */
function createFaults(vendors, random) {
	/** @type {Fault[]} */
	let faults = [];

	return {
		/** @param {FaultOrder} order */
		add(order) {
			if (!Object.hasOwn(KINDS, order.kind)) throw new Error(`no such fault: ${order.kind}`);
			if (order.vendor && !vendors.includes(order.vendor)) {
				throw new Error(`no such vendor: ${order.vendor}`);
			}
			const [times, after] = [countOf(order.times, 1), countOf(order.after, 0)];
			if (!(times >= 0 && after >= 0)) throw new Error('times and after must be numbers');
			const { share = 1 } = order;
			if (!(share >= 0 && share <= 1)) throw new Error('share must be a number from 0 to 1');
			faults.push({ ...order, times, after, share, skipped: 0, used: 0 });
		},
		clear() {
			faults = [];
		},
		/**
		 * Counts, and gives what this call has to suffer.
		 * @param {Call} call
		 * @returns {Fault[]}
		 */
		take(call) {
			/** @type {Fault[]} */
			const taken = [];
			let replaced = false;
			for (const fault of faults) {
				if (fault.used >= fault.times || !fits(fault, call)) continue;
				const replaces = KINDS[fault.kind].stage === 'instead';
				if (replaces && replaced) continue;
				if (fault.skipped < fault.after) {
					fault.skipped++;
					continue;
				}
				if (fault.share < 1 && !random.chance(fault.share)) continue;
				fault.used++;
				replaced ||= replaces;
				taken.push(fault);
			}
			return taken;
		},
	};
}

/**
 * @param {Fault[]} taken
 * @returns {import('./listing').PageFaults}
 */
function pageFaults(taken) {
	const page = {
		cap: Infinity,
		totalDelta: 0,
		stuck: false,
		endless: false,
		repeatCursor: false,
		bareDetail: false,
		bytes: Infinity,
		every: 1,
		wholeList: false,
		share: 1,
		silent: false,
		positionCursor: false,
		pageTokens: false,
	};
	for (const fault of taken) KINDS[fault.kind].page?.(page, fault);
	return page;
}

module.exports = { KINDS, createFaults, pageFaults };
