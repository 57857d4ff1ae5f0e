'use strict';

const { json } = require('./answers');
const { COMPANY } = require('./company');
const { NAMES, REMARKS, DAY, civilDate, dayOf, sum } = require('./data');
const { compareValues, createNumbers, cutPage, inOrder } = require('./listing');
const { Refusal, integerParameter, isCivilDate } = require('./query');
const { createRandom } = require('./random');
const { createTokens } = require('./talkdeskTokens');
const { parseFilter } = require('./talkdeskFilter');

/**
 * Talkdesk, Billing Insights. A record is a line of an invoice; `data.talkdesk` holds the lines in
 * ascending order (date, number, line number), the lines of an invoice next to each other.
 * `data.talkdeskAccounts` is served as it stands.
 *
 * @typedef {Record<string, any>} Line
 */

const SCOPES = {
	invoices: 'express-accounts-invoices:read',
	accounts: 'express-accounts:read',
};
const MOST_PER_PAGE = 250;
const MOST_FILTER = 1600;
const ACCOUNTS = 7;
/** Invoices that join the list later are numbered far from those that were there. */
const LATER = 1_000_000;
/** Bills of a company are numbered from here: no other invoice is. */
const BILLS_FROM = 50_000_000;

/** @type {Record<number, string>} */
const CODES = { 400: '7100400', 401: '7100401', 403: '7100403', 404: '7100404', 429: '0012001' };

/** @type {import('./server').Vendor['error']} */
function error(status, message, { field }) {
	const code = CODES[status] ?? `7100${status}`;
	const text = status === 429 ? 'API rate limit exceeded' : message;
	const fields = field ? { fields: [{ name: field, description: message }] } : {};
	return json(status, { code, message: text, ...fields });
}

/**
 * @param {Line} line
 * @returns {string}
 */
function accountOf(line) {
	return line.account_id ?? line['account ID'] ?? '';
}

/**
 * @param {Line} a
 * @param {Line} b
 */
function compareLines(a, b) {
	// Neighbors are mostly lines of one invoice, and the order of a long list is checked often.
	if (a.number === b.number && a.date === b.date) {
		return Number(a.invoice_line_number) - Number(b.invoice_line_number);
	}
	return (
		compareValues(dayText(a), dayText(b)) ||
		compareValues(a.number ?? '', b.number ?? '') ||
		Number(a.invoice_line_number) - Number(b.invoice_line_number)
	);
}

/** @param {Line} line */
function dayText(line) {
	return (line.date ?? '').slice(0, 10);
}

/** @param {number} number */
function numberText(number) {
	return `INV${String(number).padStart(8, '0')}`;
}

/** @param {string} text */
function numberValue(text) {
	return Number(text.slice(3));
}

/**
 * @param {import('./random').Random} random
 * @returns {{ cents: number, quantity: number, rate: number, amount: number }}
 */
function price(random) {
	const quantity = random.integer(1, 40);
	if (random.chance(0.1)) return { cents: 30, quantity: 3, rate: 0.1, amount: 0.1 + 0.2 };
	if (random.chance(0.1)) {
		// A price by the second: more digits than any currency has.
		return { cents: 2, quantity: 200_000, rate: 1e-7, amount: 0.02 };
	}
	if (random.chance(0.05)) {
		return { cents: 987_654_321_09, quantity: 1, rate: 987654321.09, amount: 987654321.09 };
	}
	const rate = random.integer(5, 9000);
	return {
		cents: quantity * rate,
		quantity,
		rate: rate / 100,
		amount: (quantity * rate) / 100,
	};
}

/**
 * @param {object} options
 * @param {import('./random').Random} options.random
 * @param {string} options.number
 * @param {string} options.day
 * @param {Line[]} options.accounts
 * @param {number} [options.size] how many lines
 * @returns {Line[]} the lines of one invoice
 */
function makeInvoice({ random, number, day, accounts, size = random.integer(1, 6) }) {
	const sign = random.chance(0.12) ? -1 : 1;
	const free = random.chance(0.06);
	const prices = Array.from({ length: size }, () => price(random));
	const net = free ? 0 : sign * sum(prices.map(({ cents }) => cents));
	const tax = random.chance(0.6) ? Math.round(net / 10) : 0;
	// Now and then a vendor's total is another one than its lines make.
	const off = random.chance(0.08) ? 100 : 0;

	const zeroHour = random.chance(0.3) ? 'T00:00:00.000Z' : '';
	const due = civilDate(Date.parse(day) + 30 * DAY);
	const accountField = random.chance(0.2) ? 'account ID' : 'account_id';
	const textNumbers = random.chance(0.4);
	const header = {
		[accountField]: random.pick(accounts).id,
		number,
		date: day + zeroHour,
		due_date: random.chance(0.1) ? null : due + zeroHour,
		currency: random.pick(['USD', 'USD', 'EUR', 'GBP', 'CAD', 'JPY', 'BRL']),
		total_invoice_amount: (net + tax + off) / 100,
		...(random.chance(0.1) ? {} : { total_tax_amount: tax / 100 }),
	};

	const period = [40, 10].map((days) => {
		const [year, month, date] = civilDate(Date.parse(day) - days * DAY).split('-');
		return `${month}/${date}/${year}`;
	});

	return prices.map((each, index) => {
		const product = random.integer(1, 40);
		return {
			id: random.hex(32),
			...header,
			invoice_line_number: textNumbers ? String(index + 1) : index + 1,
			...(random.chance(0.1) ? {} : { product_id: `SKU-${1000 + product}` }),
			product_name: `${random.pick(REMARKS)} ${product}`,
			description: random.chance(0.1) ? null : period.join(' - '),
			quantity: each.quantity,
			rate: free ? 0 : each.rate,
			amount: free ? 0 : sign * each.amount,
		};
	});
}

/** What a company buys: see `company.js`. */
/** @type {import('./company').Contract[]} */
const CONTRACTS = [
	{
		account: COMPANY,
		currency: 'USD',
		billed: 'ahead',
		taxRate: 0,
		term: 30,
		items: [
			{ name: 'CX Cloud Elite', price: 115_0000, quantity: [42, 45], words: { code: 'TD-ELITE' } },
			{
				name: 'Workforce Management',
				price: 25_0000,
				quantity: [20, 22],
				words: { code: 'TD-WFM' },
			},
			{ name: 'Phone Numbers', price: 1_0000, quantity: [31, 34], words: { code: 'TD-DID' } },
			{ name: 'Voice Minutes', price: 140, quantity: [9000, 14_000], words: { code: 'TD-VOICE' } },
		],
		credit: {
			month: 2,
			item: {
				name: 'Service Level Credit',
				price: 180_0000,
				quantity: [1, 1],
				words: { code: 'TD-SLA' },
			},
		},
	},
	{
		account: `${COMPANY} Canada`,
		currency: 'USD',
		billed: 'ahead',
		taxRate: 5,
		term: 30,
		items: [
			{ name: 'CX Cloud Essentials', price: 85_0000, quantity: [8, 9], words: { code: 'TD-ESS' } },
			{ name: 'Voice Minutes', price: 140, quantity: [1200, 2600], words: { code: 'TD-VOICE' } },
		],
	},
];

/**
 * @param {import('./company').Bill} bill
 * @param {{ number: string, account: Line, random: import('./random').Random }} given
 * @returns {Line[]}
 */
function writeBill({ lines, ...bill }, { number, account, random }) {
	const [from, to] = [bill.start, bill.end].map((time) => {
		const [year, month, day] = civilDate(time).split('-');
		return `${month}/${day}/${year}`;
	});
	return lines.map(({ item, quantity, cents }, index) => ({
		id: random.hex(32),
		account_id: account.id,
		number,
		date: civilDate(bill.issued),
		due_date: civilDate(bill.due),
		currency: bill.currency,
		total_invoice_amount: bill.total / 100,
		total_tax_amount: bill.tax / 100,
		invoice_line_number: index + 1,
		product_id: item.words?.code,
		product_name: item.name,
		description: `${from} - ${to}`,
		quantity,
		rate: item.price / 10_000,
		amount: cents / 100,
	}));
}

/** @param {string | number} seed @param {string[]} [names] of a company's accounts, all of them active */
function makeAccounts(seed, names) {
	if (names) {
		return names.map((company, index) => ({
			id: createRandom(seed, 'talkdesk account', index).hex(24),
			name: company.toLowerCase().replace(/[^a-z]+/g, ''),
			company_name: company,
			status: 'ACTIVE',
		}));
	}
	return Array.from({ length: ACCOUNTS }, (_, index) => {
		const random = createRandom(seed, 'talkdesk account', index);
		return {
			id: random.hex(24),
			name: `customer${index + 1}`,
			company_name: NAMES[index % NAMES.length],
			status: index === ACCOUNTS - 1 ? 'INACTIVE' : 'ACTIVE',
		};
	});
}

/**
 * @param {import('./index').VendorOptions} options
 * @returns {import('./server').Vendor}
 */
function createTalkdesk({ seed, size, origin, foreignOrigin, now, mark, accounts: names }) {
	const basePath = '/talkdesk';
	const accounts = makeAccounts(seed, names);
	/** @type {Line[]} */
	const lines = [];
	for (let index = 0; index < size; index++) {
		const random = createRandom(seed, 'talkdesk', index);
		const number = numberText(20_000_000 + index * 500);
		lines.push(...makeInvoice({ random, number, day: civilDate(dayOf(index, size)), accounts }));
	}

	const client = createRandom(seed, 'talkdesk client');
	const clientId = client.hex(32);
	const clientSecret =
		client.text(48, 'ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789-_') + mark;
	const tokens = createTokens({
		clientId,
		clientSecret,
		scopes: Object.values(SCOPES),
		random: createRandom(seed, 'talkdesk tokens'),
		now,
		mark,
	});

	/** @param {number} index */
	function makeUpLine(index) {
		const random = createRandom(seed, 'talkdesk made up', index);
		const number = numberText(90_000_000 + index);
		return makeInvoice({ random, number, day: '2026-12-01', accounts, size: 1 })[0];
	}

	/** @param {number} index */
	function makeUpAccount(index) {
		const random = createRandom(seed, 'talkdesk account made up', index);
		return { id: random.hex(24), name: `more${index}`, company_name: 'More', status: 'ACTIVE' };
	}

	/**
	 * @param {string} list
	 * @param {any[]} records
	 * @param {(index: number) => any} makeUp
	 * @param {import('./server').Call} call
	 */
	function page(list, records, makeUp, { query, faults }) {
		const asked = integerParameter(query, 'per_page', {
			fallback: 50,
			least: 1,
			most: MOST_PER_PAGE,
		});
		const wanted = integerParameter(query, 'page', { fallback: 1, least: 1 });
		// A server that caps the page counts its pages by the cap.
		const perPage = Math.min(asked, faults.cap);
		const cut = cutPage({ records, offset: (wanted - 1) * perPage, size: perPage, faults, makeUp });
		// An empty list leaves out what would be empty in it.
		if (cut.total === 0) return json(200, { total: 0, count: 0, _links: {} });
		const number = faults.stuck ? 1 : wanted;
		const honestTotal = cut.total - faults.totalDelta;
		const last = Math.max(1, Math.ceil(honestTotal / perPage));

		// Not an address that works, and not this host: nobody is to follow it.
		const link = (/** @type {number} */ to) => ({
			href: `${foreignOrigin}/express/${list}&page=${to}`,
		});
		if (faults.silent) {
			return json(200, {
				per_page: perPage,
				_embedded: { [list]: cut.items },
				_links: { self: { href: `${foreignOrigin}/express/${list}` } },
			});
		}
		return json(200, {
			count: cut.items.length,
			page: number,
			per_page: perPage,
			total: cut.total,
			total_pages: last,
			_embedded: { [list]: cut.items },
			_links: {
				first: link(1),
				last: link(last),
				...(cut.hasMore ? { next: link(number + 1) } : {}),
				...(number > 1 ? { prev: link(number - 1) } : {}),
				self: { href: `${foreignOrigin}/express/${list}` },
			},
		});
	}

	/** @type {import('./server').Route['handle']} */
	function listInvoices(call) {
		const filter = call.query.get('filter');
		const order = call.query.get('order_by') ?? 'date:desc';
		if (order !== 'date:asc' && order !== 'date:desc') {
			throw new Refusal(400, 'order_by must be date:asc or date:desc', 'order_by');
		}
		if (filter !== null && filter.length > MOST_FILTER) {
			throw new Refusal(400, `filter must not be longer than ${MOST_FILTER}`, 'filter');
		}
		const matches = filter === null ? undefined : parseFilter(filter, { isCivilDate });
		const ordered = inOrder(lines, compareLines);
		const filtered = matches
			? ordered.filter((line) =>
					matches({ account_id: accountOf(line), number: line.number, date: dayText(line) }),
				)
			: ordered;
		const served = order === 'date:asc' ? filtered : [...filtered].reverse();
		return page('invoices', served, makeUpLine, call);
	}

	/** The positions at which an invoice begins: the list changes by whole invoices. */
	function starts() {
		return lines.flatMap(({ number }, index) =>
			index > 0 && lines[index - 1].number === number ? [] : [index],
		);
	}

	const numbers = createNumbers(lines.map((line) => numberValue(line.number)));
	let later = 0;
	/** @param {number} position counted in invoices */
	function insertAt(position) {
		const { at, number, day } = roomAt(position);
		numbers.take(number);
		const random = createRandom(seed, 'talkdesk', LATER + later++);
		const made = makeInvoice({ random, number: numberText(number), day, accounts });
		lines.splice(at, 0, ...made);
	}

	/** @param {number} position counted in invoices */
	function roomAt(position) {
		const [first] = lines;
		if (!first) return { at: 0, number: numbers.next(20_000_000, 1), day: '2024-06-15' };
		if (position === 0) {
			return { at: 0, number: numbers.next(numberValue(first.number), -1), day: dayText(first) };
		}
		// Between two invoices of one day with neighboring numbers there is none: try further on.
		const begins = starts();
		for (let invoice = position; ; invoice++) {
			const at = begins[invoice] ?? lines.length;
			const [before, after] = [lines[at - 1], lines[at]];
			const [number, day] = [numbers.next(numberValue(before.number), 1), dayText(before)];
			if (!after || dayText(after) > day || numberValue(after.number) > number) {
				return { at, number, day };
			}
		}
	}

	/** @param {number} position counted in invoices */
	function removeAt(position) {
		const begins = starts();
		const end = begins[position + 1] ?? lines.length;
		lines.splice(begins[position], end - begins[position]);
	}

	/** @param {import('./company').Bill} bill */
	function put(bill) {
		const number = numberText(BILLS_FROM + bill.serial);
		const random = createRandom(seed, 'talkdesk bill', number);
		lines.push(...writeBill(bill, { number, account: accounts[bill.account], random }));
		lines.sort(compareLines);
		return number;
	}

	return {
		name: 'talkdesk',
		basePath,
		data: { talkdesk: lines, talkdeskAccounts: accounts },
		credentials: {
			talkdeskOAuth2Api: {
				account: 'sandbox',
				region: 'custom',
				baseUrl: origin + basePath,
				tokenUrl: `${origin}${basePath}/oauth/token`,
				authUrl: `${origin}${basePath}/oauth/authorize`,
				grantType: 'clientCredentials',
				clientId,
				clientSecret,
				scope: `${SCOPES.invoices} ${SCOPES.accounts}`,
			},
		},
		authenticate: (call, { scope }) => tokens.check(call.headers.authorization, scope),
		error,
		expireTokens: tokens.expireAll,
		put,
		list: { count: () => starts().length, removeAt, insertAt },
		routes: [
			{
				kind: 'list',
				path: /^\/express\/invoices$/,
				scope: SCOPES.invoices,
				handle: listInvoices,
			},
			{
				kind: 'list',
				path: /^\/express\/accounts$/,
				scope: SCOPES.accounts,
				handle: (call) => page('accounts', accounts, makeUpAccount, call),
			},
			{
				kind: 'token',
				path: /^\/oauth\/token$/,
				methods: ['POST'],
				open: true,
				handle: (call) => tokens.issue(call),
			},
			{
				kind: 'token',
				path: /^\/oauth\/authorize$/,
				open: true,
				handle: (call) => tokens.authorize(call),
			},
		],
	};
}

module.exports = { create: createTalkdesk, contracts: CONTRACTS };
