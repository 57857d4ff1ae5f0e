'use strict';

const { json, pdf } = require('./answers');
const { COMPANY, paidOf } = require('./company');
const { NAMES, DAY, dayOf, decimal, sum } = require('./data');
const { parseFilter } = require('./carrierXFilter');
const { compareValues, cutPage, inOrder } = require('./listing');
const { makePdf } = require('./pdf');
const { Refusal, integerParameter } = require('./query');
const { createRandom } = require('./random');

/**
 * CarrierX, Core API v2. `data.carrierX` is in the order of `date_created asc` (then by sid). Which
 * order the list has without `order` is written nowhere: here it is by sid, so as good as none.
 *
 * @typedef {Record<string, any>} Invoice
 */

const MOST = 1000;
const LATER = 1_000_000;
const SID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const FIELDS = [
	'amount',
	'amount_due',
	'amount_tax',
	'balance_forward',
	'balance_previous',
	'date_billing_period_end',
	'date_billing_period_start',
	'date_charge_expected',
	'date_charged',
	'date_created',
	'date_issued',
	'display_id',
	'invoice_items',
	'invoice_sid',
	'paid',
	'partner_sid',
	'pay_items',
	'status',
	'tax_items',
];

/**
 * What `errors` holds is not written down either: a list of sentences, a list of objects and an
 * object by field are all to be expected.
 *
 * @type {import('./server').Vendor['error']}
 */
function error(status, message, { field }) {
	if (status === 422) return json(status, { errors: { [field ?? 'request']: [message] } });
	if (status === 404) return json(status, { errors: [message] });
	return json(status, { errors: [{ message, ...(field ? { field } : {}) }] });
}

/**
 * @param {Invoice} a
 * @param {Invoice} b
 */
function compareCreated(a, b) {
	return (
		compareValues(a.date_created ?? '', b.date_created ?? '') ||
		compareValues(a.invoice_sid, b.invoice_sid)
	);
}

/**
 * @param {import('./random').Random} random
 * @param {{ sid: string, created: number, display: string, partners: Record<string, any>[] }} given
 * @returns {Invoice}
 */
function makeInvoice(random, { sid, created, display, partners }) {
	const asNumbers = random.chance(0.1);
	const money = (/** @type {number} */ units) => (asNumbers ? units / 10_000 : decimal(units, 4));
	const credit = random.chance(0.08);
	const time = (/** @type {number} */ at) => new Date(at).toISOString();
	const period = {
		date_billing_period_end: time(created + 30 * DAY - 1000),
		date_billing_period_start: time(created + DAY),
	};

	const items = Array.from({ length: random.chance(0.08) ? 0 : random.integer(1, 5) }, () => ({
		units: random.chance(0.15) ? 0 : (credit ? -1 : 1) * random.integer(1, 4_000_000),
		country_code: random.pick(['USA', 'CAN', 'DEU', 'MEX']),
		direction: random.pick(['inbound', 'outbound', undefined]),
		type: random.pick(['toll', 'toll_free', 'sms', 'mrc', 'rufnummer_jährlich']),
		usage: random.integer(0, 900_000),
	}));
	const net = sum(items.map(({ units }) => units));
	// Where the items do not make the amount, nobody can say what the amount is.
	const amount = net + (random.chance(0.12) ? 12_500 : 0);
	const tax = random.chance(0.7) ? Math.round(net / 9) : 0;
	const previous = random.chance(0.3) ? random.integer(-5_000_000, 800_000) : 0;
	const paid = !credit && random.chance(0.45);
	const part = paid ? amount + tax : random.chance(0.25) ? Math.round((amount + tax) / 2) : 0;
	const due = paid ? 0 : amount + tax - part + Math.max(0, previous);

	return {
		amount: money(amount),
		amount_due: money(due),
		amount_tax: money(tax),
		balance_forward: money(previous + amount + tax - part),
		balance_previous: money(previous),
		...period,
		date_charge_expected: random.chance(0.2) ? null : period.date_billing_period_end,
		date_charged: paid ? time(created + 31 * DAY + 3_600_000) : null,
		date_created: time(created),
		date_issued: random.chance(0.25) ? null : time(created + 2 * DAY),
		display_id: display,
		invoice_items: items.map(({ units, direction, ...rest }) => ({
			amount: money(units),
			...rest,
			...period,
			...(direction ? { direction } : {}),
		})),
		invoice_sid: sid,
		paid,
		partner_sid: random.pick(partners).partner_sid,
		pay_items:
			part !== 0
				? [
						{
							amount: money(part),
							date_created: time(created + 20 * DAY),
							type: random.pick(['card', 'wire']),
						},
					]
				: [],
		status: paid ? 'closed' : 'open',
		tax_items:
			tax !== 0
				? [
						{
							amount: money(tax),
							jurisdiction: random.pick(['federal', 'state', 'città']),
							type: 'usf',
						},
					]
				: [],
	};
}

/**
 * @param {string} partner
 * @param {string} sid
 * @param {number} start
 * @param {number} end
 * @returns {Invoice} a bill that has just begun
 */
function makeRunningBill(partner, sid, start, end) {
	return {
		amount: '0',
		amount_due: '0',
		amount_tax: '0',
		balance_forward: '0',
		balance_previous: '0',
		date_billing_period_end: new Date(end).toISOString(),
		date_billing_period_start: new Date(start).toISOString(),
		date_charge_expected: new Date(end).toISOString(),
		date_charged: null,
		date_created: new Date(start - 30 * 60_000).toISOString(),
		date_issued: null,
		display_id: '001',
		invoice_items: [],
		invoice_sid: sid,
		paid: false,
		partner_sid: partner,
		pay_items: [],
		status: 'open',
		tax_items: [],
	};
}

/** @param {string} type @param {string} [direction] */
const calls = (type, direction = 'inbound') => ({ type, direction, country: 'USA' });
/** A fee, which has no direction. */
const FEE = { type: 'mrc', country: 'USA' };

/** What a company buys: see `company.js`. */
/** @type {import('./company').Contract[]} */
const CONTRACTS = [
	{
		account: `${COMPANY} – Support`,
		currency: 'USD',
		billed: 'behind',
		taxRate: 9,
		term: 20,
		items: [
			{ name: 'Inbound', price: 90, quantity: [18_000, 30_000], words: calls('toll') },
			{ name: 'Toll-free', price: 220, quantity: [6000, 11_000], words: calls('toll_free') },
			{ name: 'Outbound', price: 110, quantity: [4000, 9000], words: calls('toll', 'outbound') },
			{ name: 'Numbers', price: 1_5000, quantity: [24, 24], words: FEE },
		],
		hasDrafts: true,
	},
	{
		account: `${COMPANY} – Sales`,
		currency: 'USD',
		billed: 'behind',
		taxRate: 9,
		term: 20,
		pays: 'partly',
		items: [
			{ name: 'Outbound', price: 110, quantity: [9000, 16_000], words: calls('toll', 'outbound') },
			{ name: 'Messages', price: 75, quantity: [2000, 5000], words: calls('sms', 'outbound') },
			{ name: 'Numbers', price: 1_5000, quantity: [12, 12], words: FEE },
		],
		hasDrafts: true,
	},
];

/**
 * @param {import('./company').Bill} bill
 * @param {{ sid: string, display: string, partner: string, previous: number }} given previous: cents that
 *   are still to be paid of earlier bills
 * @returns {Invoice}
 */
function writeBill(bill, { sid, display, partner, previous }) {
	const time = (/** @type {number} */ at) => new Date(at).toISOString();
	const money = (/** @type {number} */ cents) => decimal(cents, 2);
	const period = {
		date_billing_period_end: time(bill.end),
		date_billing_period_start: time(bill.start),
	};
	const paid = paidOf(bill);
	const isPaid = paid === bill.total;
	const last = bill.payments[bill.payments.length - 1];
	const open = bill.total - paid;
	return {
		amount: money(bill.net),
		amount_due: money(isPaid ? 0 : previous + open),
		amount_tax: money(bill.tax),
		balance_forward: money(previous + open),
		balance_previous: money(previous),
		...period,
		date_charge_expected: time(bill.due),
		date_charged: isPaid ? time(last.time) : null,
		date_created: time(bill.issued),
		date_issued: bill.type === 'draft' ? null : time(bill.issued),
		display_id: display,
		invoice_items: bill.lines.map(({ item, quantity, cents }) => ({
			amount: money(cents),
			country_code: item.words?.country,
			type: item.words?.type,
			usage: quantity,
			...period,
			...(item.words?.direction ? { direction: item.words.direction } : {}),
		})),
		invoice_sid: sid,
		paid: isPaid,
		partner_sid: partner,
		pay_items: bill.payments.map((payment) => ({
			amount: money(payment.cents),
			date_created: time(payment.time),
			type: 'card',
		})),
		status: isPaid ? 'closed' : 'open',
		tax_items: [{ amount: money(bill.tax), jurisdiction: 'federal', type: 'usf' }],
	};
}

/**
 * How these parameters are spelled is written nowhere: both spellings are good.
 *
 * @param {URLSearchParams} query
 * @param {string} name
 * @returns {string[] | undefined}
 */
function fieldList(query, name) {
	const camelCase = name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
	const text = query.get(name) || query.get(camelCase);
	if (!text) return undefined;
	const fields = text.split(',').map((field) => field.trim());
	const strange = fields.find((field) => ![...FIELDS, 'partner'].includes(field));
	if (strange !== undefined) throw new Refusal(422, `there is no field ${strange}`, name);
	return fields;
}

/**
 * @param {import('./index').VendorOptions} options
 * @returns {import('./server').Vendor}
 */
function createCarrierX({ seed, size, origin, foreignOrigin, mark, now, accounts }) {
	const basePath = '/carrierx';
	const secrets = createRandom(seed, 'carrierx secrets');
	const partners = (accounts ?? NAMES.slice(0, 3)).map((name) => ({
		partner_sid: secrets.uuid(),
		name,
		company_name: name,
		status: 'active',
		date_created: '2023-01-10T09:00:00.000Z',
	}));
	const accessToken = secrets.uuid() + mark;
	const weakToken = secrets.uuid();
	const chance = createRandom(seed, 'carrierx chance');

	/**
	 * @param {number} index
	 * @param {number} created
	 */
	function make(index, created) {
		const random = createRandom(seed, 'carrierx', index);
		const display = String(index + 1).padStart(3, '0');
		return makeInvoice(random, { sid: random.uuid(), created, display, partners });
	}
	const invoices = Array.from({ length: size }, (_, index) =>
		make(index, dayOf(index, size) + 23.5 * 3_600_000),
	).sort(compareCreated);

	/**
	 * The bills of the current month, one a partner: made half an hour before their period begins, not
	 * issued, growing.
	 *
	 * @type {Invoice[]}
	 */
	const running = [];
	const bills = {
		/** Begins a bill for each partner. */
		open() {
			const today = new Date(now());
			const start = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), 1);
			const end = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1) - 1000;
			for (const partner of partners) {
				const bill = makeRunningBill(partner.partner_sid, chance.uuid(), start, end);
				running.push(bill);
				invoices.push(bill);
			}
			invoices.sort(compareCreated);
		},
		/** Adds a charge of 1.25 to each. */
		grow() {
			for (const bill of running) {
				const { date_billing_period_start: from, date_billing_period_end: to } = bill;
				const period = { date_billing_period_start: from, date_billing_period_end: to };
				bill.invoice_items.push({ amount: '1.25', type: 'toll', usage: 60, ...period });
				bill.amount = decimal(bill.invoice_items.length * 125, 2);
				bill.amount_due = bill.amount;
			}
		},
		/** Issues all that are running; what is issued stays open, and grows no more. */
		issue() {
			for (const bill of running.splice(0)) bill.date_issued = new Date(now()).toISOString();
		},
	};

	/** @param {URLSearchParams} query */
	function presenter(query) {
		const include = fieldList(query, 'include_fields');
		const exclude = fieldList(query, 'exclude_fields');
		const related = query.get('with_related') ?? 'false';
		if (related !== 'true' && related !== 'false') {
			throw new Refusal(400, 'with_related must be true or false', 'with_related');
		}
		return (/** @type {Invoice} */ invoice) => {
			const partner = partners.find(({ partner_sid: sid }) => sid === invoice.partner_sid);
			const whole = related === 'true' ? { ...invoice, partner } : invoice;
			if (!include && !exclude) return whole;
			return Object.fromEntries(
				Object.entries(whole).filter(
					([name]) => (!include || include.includes(name)) && !exclude?.includes(name),
				),
			);
		};
	}

	/** @param {string | null} order */
	function ordered(order) {
		if (order === null) {
			return [...invoices].sort((a, b) => compareValues(a.invoice_sid, b.invoice_sid));
		}
		if (order === 'shuffle') {
			const keyed = invoices.map((invoice) => ({ invoice, key: chance.next() }));
			return keyed.sort((a, b) => a.key - b.key).map(({ invoice }) => invoice);
		}
		const ascending = inOrder(invoices, compareCreated);
		if (order === 'date_created asc' || order === 'date_created') return ascending;
		if (order === 'date_created desc') return [...ascending].reverse();
		throw new Refusal(422, 'order must be date_created asc or desc', 'order');
	}

	/** @type {import('./server').Route['handle']} */
	function listInvoices({ query, faults }) {
		const limit = integerParameter(query, 'limit', {
			fallback: 10,
			least: 1,
			most: MOST,
			status: 422,
		});
		const wanted = integerParameter(query, 'offset', { fallback: 0, least: 0, status: 422 });
		const present = presenter(query);
		const filter = query.get('filter');
		const matches = filter ? parseFilter(filter, FIELDS) : undefined;
		const all = ordered(query.get('order'));
		const records = matches ? all.filter(matches) : all;

		const given = Math.min(limit, faults.cap);
		const cut = cutPage({
			records,
			offset: wanted,
			size: given,
			faults,
			makeUp: (index) => make(2 * LATER + index, Date.UTC(2026, 10, 1) + index),
		});
		if (faults.silent) {
			const items = cut.items.map(present);
			return json(200, { count: items.length, items, offset: cut.offset, total: items.length });
		}
		return json(200, {
			count: cut.items.length,
			has_more: cut.hasMore,
			items: cut.items.map(present),
			limit: given,
			offset: cut.offset,
			pagination: pagination(cut, given),
			total: cut.total,
		});
	}

	/**
	 * Every third page that has a next one keeps quiet about it; the others point elsewhere.
	 * @param {{ offset: number, hasMore: boolean, items: unknown[] }} cut
	 * @param {number} limit
	 */
	function pagination({ offset, hasMore, items }, limit) {
		if (!hasMore) return {};
		const next = offset + items.length;
		if (Math.floor(offset / limit) % 3 === 1) return null;
		return { next: `${foreignOrigin}${basePath}/billing/invoices?limit=${limit}&offset=${next}` };
	}

	/** @param {string} sid */
	function find(sid) {
		if (!SID.test(sid)) throw new Refusal(400, 'invoice_sid is not a sid', 'invoice_sid');
		const found = invoices.find((invoice) => invoice.invoice_sid === sid.toLowerCase());
		if (!found) throw new Refusal(404, 'There is no such invoice');
		return found;
	}

	/** @type {import('./server').Route['handle']} */
	function getPdf(_call, sid) {
		const invoice = find(sid);
		const lines = ['CarrierX', `Invoice ${invoice.display_id}`, sid, `Amount ${invoice.amount}`];
		return pdf(makePdf(lines), `invoice-${invoice.display_id}.pdf`);
	}

	/** @type {import('./server').Route['handle']} */
	function getPartner(_call, sid) {
		const found = partners.find((partner) => partner.partner_sid === sid);
		if (!found) throw new Refusal(404, 'There is no such partner');
		return json(200, found);
	}

	let later = 0;
	/** @param {number} position */
	function insertAt(position) {
		const index = LATER + later++;
		const next = invoices[position];
		if (position === 0) {
			const created = next ? Date.parse(next.date_created) - 1 : Date.UTC(2024, 5, 15);
			invoices.unshift(make(index, created));
			return;
		}
		// A millisecond later than the one before; the place is further on if others share that time.
		const made = make(index, Date.parse(invoices[position - 1].date_created) + 1);
		let at = position;
		while (at < invoices.length && compareCreated(invoices[at], made) < 0) at++;
		invoices.splice(at, 0, made);
	}

	/** @type {import('./company').Bill[]} */
	const known = [];
	/** @param {import('./company').Bill} bill */
	function put(bill) {
		const own = known.filter(({ account }) => account === bill.account);
		const display = String(own.length + 1).padStart(3, '0');
		const issued = own.filter(({ type }) => type !== 'draft');
		const previous = sum(
			issued.map(({ total, payments }) => {
				const before = payments.filter(({ time }) => time <= bill.issued);
				return total - sum(before.map(({ cents }) => cents));
			}),
		);
		const sid = createRandom(seed, 'carrierx bill', bill.serial).uuid();
		const partner = partners[bill.account].partner_sid;
		known.push(bill);
		invoices.push(writeBill(bill, { sid, display, partner, previous }));
		invoices.sort(compareCreated);
		return display;
	}

	return {
		name: 'carrierX',
		basePath,
		data: { carrierX: invoices },
		credentials: { carrierXApi: { accessToken, baseUrl: origin + basePath } },
		powerless: { carrierXApi: { accessToken: weakToken, baseUrl: origin + basePath } },
		authenticate({ headers }) {
			const { authorization } = headers;
			if (authorization === `Bearer ${weakToken}`) {
				throw new Refusal(403, 'The token has no scope for invoices');
			}
			if (authorization !== `Bearer ${accessToken}`) {
				throw new Refusal(401, 'The token is missing or wrong');
			}
		},
		error,
		bills,
		put,
		list: {
			count: () => invoices.length,
			removeAt: (position) => void invoices.splice(position, 1),
			insertAt,
		},
		routes: [
			{ kind: 'list', path: /^\/billing\/invoices$/, handle: listInvoices },
			{ kind: 'pdf', path: /^\/billing\/invoices\/([^/]+)\.pdf$/, handle: getPdf },
			{
				kind: 'item',
				path: /^\/billing\/invoices\/([^/]+)$/,
				handle: ({ query }, sid) => json(200, presenter(query)(find(sid))),
			},
			{ kind: 'other', path: /^\/partners\/([^/]+)$/, handle: getPartner },
		],
	};
}

module.exports = { create: createCarrierX, contracts: CONTRACTS };
