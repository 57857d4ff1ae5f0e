'use strict';

const { json } = require('./answers');
const { COMPANY, paidOf } = require('./company');
const { REMARKS, DAY, sum, decimal } = require('./data');
const { compareValues, createNumbers, cutPage, inOrder } = require('./listing');
const { Refusal, decodeSegment, integerParameter, isCivilDate } = require('./query');
const { createRandom } = require('./random');

/**
 * Fastly's invoices. `data.fastly` is in the order in which the list is served: newest billing start
 * first, then the greater number. Ids were bare numbers once and have a prefix today. A cursor stands for the last record it came behind, so a list that
 * changes does not shift under it; it is good for the very query that made it, limit included.
 *
 * @typedef {Record<string, any>} Invoice
 */

const MOST = 200;
/** A little more than the most is cut, much more is refused. */
const TOO_MANY = 500;
/** Invoices from this month on have today's ids. */
const ID_CHANGE = '2025-06-01';
const FIRST_MONTH = 2023 * 12;
const MONTHS = 45;
const LATER = 1_000_000;
/** Bills of a company are numbered from here: no other invoice is. */
const BILLS_FROM = 140_000_000;

/**
 * Four shapes are in use, so each status has one of its own here, unless a fault asks for another:
 * `msg` {msg, detail}, `title` {title, status}, `problem` (RFC 7807), `jsonapi` {errors: […]}.
 *
 * @type {Record<string, (status: number, message: string) => import('./answers').Answer>}
 */
const SHAPES = {
	msg: (status, message) => json(status, { msg: TITLES[status] ?? 'Error', detail: message }),
	title: (status) => json(status, { title: TITLES[status] ?? 'Error', status }),
	problem: (status, message) =>
		json(
			status,
			{
				type: `https://sandbox.invalid/problems/${status}`,
				title: TITLES[status] ?? 'Error',
				status,
				detail: message,
			},
			{ 'content-type': 'application/problem+json' },
		),
	jsonapi: (status, message) =>
		json(
			status,
			{ errors: [{ title: TITLES[status] ?? 'Error', detail: message }] },
			{ 'content-type': 'application/vnd.api+json' },
		),
};
/** @type {Record<number, string>} */
const TITLES = {
	400: 'Request not understood',
	401: 'Not authenticated',
	403: 'Not allowed',
	404: 'Nothing found',
	429: 'Slow down',
};
/** @type {Record<number, string>} */
const SHAPE_OF = { 400: 'problem', 403: 'jsonapi', 404: 'title' };

/** @type {import('./server').Vendor['error']} */
function error(status, message, { shape = SHAPE_OF[status] ?? 'msg' }) {
	if (!Object.hasOwn(SHAPES, shape)) throw new Error(`Fastly has no errors of shape ${shape}`);
	return SHAPES[shape](status, message);
}

/** @param {Invoice} invoice */
function startOf(invoice) {
	return String(invoice.billing_start_date ?? '').slice(0, 10);
}

/**
 * @param {number} number
 * @param {string} start the day on which the billing begins
 */
function idOf(number, start) {
	return start < ID_CHANGE ? String(number) : `INV-${number}`;
}

/** @param {Invoice} invoice */
function numberOf({ invoice_id: id }) {
	return Number(String(id).replace(/^INV-/, ''));
}

/**
 * @param {Invoice} a
 * @param {Invoice} b
 */
function compareInvoices(a, b) {
	return compareValues(startOf(b), startOf(a)) || numberOf(b) - numberOf(a);
}

/**
 * @param {import('./random').Random} random
 * @param {number} sign
 * @returns {{ units: number, line: Record<string, unknown> }} the amount in 1/10000
 */
function makeLine(random, sign) {
	/** @type {{ units: number, rate: number, count: number, amount: number }} */
	let figures;
	if (random.chance(0.15)) {
		figures = { units: 3000, rate: 0.1, count: 3, amount: 0.1 + 0.2 };
	} else if (random.chance(0.2)) {
		figures = { units: 1235, rate: 1e-7, count: 1_235_000, amount: 0.1235 };
	} else if (random.chance(0.05)) {
		figures = { units: 1_234_567_890_000, rate: 0.12, count: 1_028_806_575, amount: 123456789 };
	} else {
		const units = random.integer(1, 9_000_000);
		figures = { units, rate: 0.08, count: Math.round(units / 800), amount: units / 10_000 };
	}
	const product = random.pick(['CDN', 'Compute', 'TLS', 'Image Optimizer', 'Entrega 🌎']);
	/** @type {Record<string, string>} */
	const more = {
		product_name: product,
		product_group: random.pick(['Full Site Delivery', 'Security']),
		product_line: random.pick(['Network Services', 'Segurança']),
		region: random.pick(['North America', 'Europe', 'Asia', 'São Paulo', '']),
		usage_type: random.pick(['Bandwidth', 'Requests', 'Fixed']),
	};
	return {
		units: sign * figures.units,
		line: {
			description: `${product} – ${random.pick(REMARKS)}`,
			amount: sign * figures.amount,
			credit_coupon_code: random.chance(0.1) ? 'WELCOME' : null,
			rate: figures.rate,
			units: figures.count,
			...more,
		},
	};
}

/** @param {string} name product_name → ProductName */
function oldSpelling(name) {
	return name.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());
}

const RENAMED = ['product_name', 'product_group', 'product_line', 'region', 'usage_type'];

/** @param {Record<string, unknown>} line */
function spellOld(line) {
	return Object.fromEntries(
		Object.entries(line).map(([name, value]) =>
			RENAMED.includes(name) ? [oldSpelling(name), value] : [name, value],
		),
	);
}

/**
 * @param {import('./random').Random} random
 * @param {{ number: number, start: string, customers: string[] }} given
 * @returns {Invoice}
 */
function makeInvoice(random, { number, start, customers }) {
	const id = idOf(number, start);
	const sign = random.chance(0.1) ? -1 : 1;
	const made = Array.from({ length: random.chance(0.12) ? 0 : random.integer(1, 5) }, () =>
		makeLine(random, sign),
	);
	const oldWay = random.chance(0.35);
	const off = random.chance(0.08) ? 10_000 : 0;
	const total = (sum(made.map(({ units }) => units)) + off) / 10_000;
	const day = new Date(`${start}T00:00:00Z`);
	const next = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1);
	const fraction = random.chance(0.5) ? '.000Z' : 'Z';
	const time = (/** @type {number} */ at) => new Date(at).toISOString().replace('.000Z', fraction);

	const invoice = {
		customer_id: random.pick(customers),
		invoice_id: id,
		invoice_posted_on: random.chance(0.1) ? null : time(next + 2 * DAY),
		billing_start_date: time(day.getTime()),
		billing_end_date: time(next - 1000),
		statement_number: id,
		currency_code: random.pick(['USD', 'USD', 'USD', 'EUR', 'GBP', 'JPY']),
		monthly_transaction_amount: total,
		transaction_line_items: made.map(({ line }) => (oldWay ? spellOld(line) : line)),
	};
	if (random.chance(0.1)) return invoice;
	const isPaid = start < '2026-07-01' ? random.chance(0.9) : random.chance(0.3);
	return { ...invoice, payment_status: isPaid ? 'paid' : 'outstanding' };
}

const BANDWIDTH = {
	product: 'Full-Site Delivery',
	group: 'Full Site Delivery',
	line: 'Network Services',
	usage: 'Bandwidth',
};

/** What a company buys: see `company.js`. */
/** @type {import('./company').Contract[]} */
const CONTRACTS = [
	{
		account: COMPANY,
		currency: 'USD',
		billed: 'behind',
		taxRate: 0,
		term: 30,
		pays: 'late',
		items: [
			{
				name: 'North America Bandwidth',
				price: 800,
				quantity: [9000, 16_000],
				words: { ...BANDWIDTH, region: 'North America' },
			},
			{
				name: 'Europe Bandwidth',
				price: 800,
				quantity: [2000, 4500],
				words: { ...BANDWIDTH, region: 'Europe' },
			},
			{
				name: 'Requests (10,000)',
				price: 75,
				quantity: [20_000, 45_000],
				words: { ...BANDWIDTH, usage: 'Requests', region: 'North America' },
			},
			{
				name: 'Image Optimizer',
				price: 250_0000,
				quantity: [1, 1],
				words: { ...BANDWIDTH, product: 'Image Optimizer', usage: 'Fixed', region: '' },
			},
		],
		credit: {
			month: 8,
			item: {
				name: 'Service Level Credit',
				price: 120_0000,
				quantity: [1, 1],
				words: { ...BANDWIDTH, usage: 'Fixed', region: '' },
			},
		},
		hasDrafts: true,
	},
];

/**
 * @param {import('./company').BillLine} line
 * @returns {Record<string, unknown>}
 */
function writeLine({ item, quantity, cents }) {
	return {
		description: item.name,
		amount: cents / 100,
		credit_coupon_code: null,
		rate: item.price / 10_000,
		units: quantity,
		product_name: item.words?.product,
		product_group: item.words?.group,
		product_line: item.words?.line,
		region: item.words?.region,
		usage_type: item.words?.usage,
	};
}

/**
 * @param {import('./company').Bill} bill
 * @param {string} id
 * @param {string} customer
 * @returns {Invoice}
 */
function writeBill(bill, id, customer) {
	const isSettled = paidOf(bill) === bill.total || bill.type === 'credit';
	const time = (/** @type {number} */ at) => new Date(at).toISOString().replace('.000Z', 'Z');
	return {
		customer_id: customer,
		invoice_id: id,
		invoice_posted_on: time(bill.issued),
		billing_start_date: time(bill.start),
		billing_end_date: time(bill.end),
		statement_number: id,
		currency_code: bill.currency,
		monthly_transaction_amount: bill.total / 100,
		transaction_line_items: bill.lines.map(writeLine),
		payment_status: isSettled ? 'paid' : 'outstanding',
	};
}

/**
 * @param {string} name
 * @param {URLSearchParams} query
 * @returns {string | undefined}
 */
function dateParameter(query, name) {
	const text = query.get(name);
	if (text === null) return undefined;
	if (!isCivilDate(text)) throw new Refusal(400, `${name} must be a date as YYYY-MM-DD`, name);
	return text;
}

/** @typedef {{ query: string, start: string, id: string, offset: number }} Cursor */

/** In base64 they are `+/+/`: a cursor that is not percent-encoded does not come back as it was. */
const MARK = Buffer.from([0xfb, 0xff, 0xbf]);

/**
 * @param {Cursor} cursor
 * @returns {string}
 */
function writeCursor(cursor) {
	const text = Buffer.from(JSON.stringify(cursor));
	// So long that it ends with `==`.
	const blanks = Buffer.alloc((4 - (text.length % 3)) % 3, ' ');
	return Buffer.concat([MARK, text, blanks]).toString('base64');
}

/**
 * @param {string} text
 * @param {string} query
 * @returns {Cursor}
 */
function readCursor(text, query) {
	/** @type {Cursor | undefined} */
	let cursor;
	try {
		const bytes = Buffer.from(text, 'base64');
		const isWhole = bytes.toString('base64') === text && bytes.indexOf(MARK) === 0;
		if (isWhole) cursor = JSON.parse(bytes.subarray(MARK.length).toString());
	} catch {
		// Answered below, as any other cursor that is none.
	}
	if (!cursor || cursor.query !== query) {
		throw new Refusal(400, 'cursor does not belong to this query', 'cursor');
	}
	return cursor;
}

/**
 * @param {import('./index').VendorOptions} options
 * @returns {import('./server').Vendor}
 */
function createFastly({ seed, size, origin, mark, now }) {
	const basePath = '/fastly';
	const secrets = createRandom(seed, 'fastly secrets');
	const letters = 'ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz0123456789';
	const customers = [secrets.text(22, letters), secrets.text(22, letters)];
	const apiToken = secrets.text(32, letters) + mark;
	const weakToken = secrets.text(32, letters);
	const endsWithEmptyCursor = createRandom(seed, 'fastly end').integer(0, 1) === 1;

	/** @param {number} index 0 is the newest */
	function startAt(index) {
		const month = FIRST_MONTH + MONTHS - 1 - Math.floor((index * MONTHS) / Math.max(1, size));
		return new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)).toISOString().slice(0, 10);
	}
	const invoices = Array.from({ length: size }, (_, index) =>
		makeInvoice(createRandom(seed, 'fastly', index), {
			number: 70_000_000 + (size - index) * 500,
			start: startAt(index),
			customers,
		}),
	);

	/** @param {number} index */
	function makeUp(index) {
		const random = createRandom(seed, 'fastly made up', index);
		return makeInvoice(random, { number: 10_000_000 + index, start: '2023-01-01', customers });
	}

	/** @type {import('./server').Route['handle']} */
	function listInvoices({ query, faults }) {
		const asked = integerParameter(query, 'limit', { fallback: 100, least: 1, most: TOO_MANY - 1 });
		const limit = Math.min(asked, MOST);
		const from = dateParameter(query, 'billing_start_date');
		const to = dateParameter(query, 'billing_end_date');
		if (from && to && from > to) {
			throw new Refusal(400, 'billing_end_date lies before billing_start_date', 'billing_end_date');
		}
		const signature = [from ?? '', to ?? '', limit].join('/');
		const cursorText = query.get('cursor') || undefined;
		const cursor = cursorText && !faults.stuck ? readCursor(cursorText, signature) : undefined;

		const records = inOrder(invoices, compareInvoices).filter(
			(invoice) =>
				(!from || startOf(invoice) >= from) &&
				(!to || String(invoice.billing_end_date ?? '').slice(0, 10) <= to),
		);
		const mark = cursor && { billing_start_date: cursor.start, invoice_id: cursor.id };
		const behind = mark ? records.findIndex((record) => compareInvoices(record, mark) > 0) : 0;
		let offset = behind < 0 ? records.length : behind;
		if ((faults.endless || faults.positionCursor) && cursor) offset = cursor.offset;

		const cut = cutPage({ records, offset, size: Math.min(limit, faults.cap), faults, makeUp });
		const last = cut.items[cut.items.length - 1];
		/** @type {{ next_cursor?: string }} */
		let end = endsWithEmptyCursor ? { next_cursor: '' } : {};
		if (cut.hasMore && last) {
			end = {
				next_cursor: writeCursor({
					query: signature,
					start: startOf(last),
					id: last.invoice_id,
					offset: cut.offset + cut.items.length,
				}),
			};
		}
		if (faults.repeatCursor && cursorText) end = { next_cursor: cursorText };
		if (faults.silent) return json(200, { data: cut.items });
		return json(200, {
			data: cut.items,
			meta: { ...end, limit: cut.items.length, sort: 'billing_start_date', total: cut.total },
		});
	}

	/** @type {import('./server').Route['handle']} */
	function getInvoice(_call, id) {
		const found = invoices.find((invoice) => invoice.invoice_id === decodeSegment(id));
		if (!found) throw new Refusal(404, 'No invoice has this number');
		return json(200, found);
	}

	const charges = createRandom(seed, 'fastly month to date');
	let running = Array.from({ length: 3 }, () => makeLine(charges, 1));
	/** What has come together until now: not an id to keep, no currency, no number, nothing to pay. */
	function getMonthToDate() {
		const moment = new Date(now());
		const start = Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), 1);
		return json(200, {
			customer_id: customers[0],
			invoice_id: `${customers[0]}-${Math.floor(now() / 1000)}`,
			billing_start_date: new Date(start).toISOString(),
			billing_end_date: moment.toISOString(),
			statement_number: '',
			monthly_transaction_amount: decimal(sum(running.map(({ units }) => units)), 4),
			transaction_line_items: running.map(({ line }) => line),
		});
	}

	const numbers = createNumbers(invoices.map(numberOf));
	let later = 0;
	/** @param {number} position */
	function insertAt(position) {
		const { at, number, start } = roomAt(position);
		numbers.take(number);
		const random = createRandom(seed, 'fastly', LATER + later++);
		invoices.splice(at, 0, makeInvoice(random, { number, start, customers }));
	}

	/** @param {number} position */
	function roomAt(position) {
		const [first] = invoices;
		if (!first) return { at: 0, number: numbers.next(70_000_000, 1), start: '2024-06-01' };
		if (position === 0) {
			return { at: 0, number: numbers.next(numberOf(first), 1), start: startOf(first) };
		}
		// Between neighboring ids of one month there is none: try further on.
		for (let at = position; ; at++) {
			const [before, after] = [invoices[at - 1], invoices[at]];
			const [number, start] = [numbers.next(numberOf(before), -1), startOf(before)];
			if (!after || startOf(after) < start || numberOf(after) < number) {
				return { at, number, start };
			}
		}
	}

	/** @param {import('./company').Bill} bill */
	function put(bill) {
		const id = `INV-${BILLS_FROM + bill.serial}`;
		if (bill.type === 'draft') {
			running = bill.lines.map((line) => ({ units: line.cents * 100, line: writeLine(line) }));
			return id;
		}
		invoices.push(writeBill(bill, id, customers[bill.account]));
		invoices.sort(compareInvoices);
		return id;
	}

	return {
		name: 'fastly',
		basePath,
		data: { fastly: invoices },
		credentials: { fastlyApi: { apiToken, baseUrl: origin + basePath } },
		powerless: { fastlyApi: { apiToken: weakToken, baseUrl: origin + basePath } },
		authenticate({ headers }) {
			const token = headers['fastly-key'];
			if (token === weakToken) throw new Refusal(403, 'This token may not read invoices');
			if (token !== apiToken) throw new Refusal(401, 'The token is missing or wrong');
		},
		error,
		put,
		list: {
			count: () => invoices.length,
			removeAt: (position) => void invoices.splice(position, 1),
			insertAt,
		},
		routes: [
			{ kind: 'list', path: /^\/billing\/v3\/invoices$/, handle: listInvoices },
			{
				kind: 'estimate',
				path: /^\/billing\/v3\/invoices\/month-to-date$/,
				handle: getMonthToDate,
			},
			{ kind: 'item', path: /^\/billing\/v3\/invoices\/([^/]+)$/, handle: getInvoice },
		],
	};
}

module.exports = { create: createFastly, contracts: CONTRACTS };
