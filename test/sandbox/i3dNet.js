'use strict';

const { json, pdf } = require('./answers');
const { COMPANY, paidOf } = require('./company');
const { NAMES, REMARKS, DAY, dayOf, sum } = require('./data');
const { cutPage } = require('./listing');
const { makePdf } = require('./pdf');
const { Refusal, decodeSegment } = require('./query');
const { createRandom } = require('./random');

/**
 * i3D.net, API v3. `data.i3dNet` holds the records of the list in the order in which they are served
 * (newest first, but nothing promises that), `data.i3dNetDetails` the details by id. Amounts are text
 * in cents. The list is a bare array: nothing says how long it is.
 *
 * @typedef {Record<string, any>} Invoice
 */

const LATER = 1_000_000;
/** Bills of a company have ids from here on: no other invoice has. */
const BILLS_FROM = 400_000_000;

/** How a currency is named. Most records have the code, some the name. */
const CURRENCIES = [
	{ code: 'EUR', name: 'Euro', sign: '€' },
	{ code: 'USD', name: 'US Dollar', sign: '$' },
	{ code: 'GBP', name: 'Pound Sterling', sign: '£' },
];
/** Has no cents: what the vendor sends for it is not known. */
const YEN = { code: 'JPY', name: 'Japanese Yen', sign: '¥' };

/** The caller. */
const SESSION_USER = {
	userId: 1234,
	userName: 'zcelik',
	email: 'api@customer.example',
	firstName: 'Zoë',
	lastName: 'Çelik',
	gender: 'f',
	phone: '+49 000 000000',
	accessLevel: 1,
	validateEmail: 1,
	isTrialAccount: 0,
	trialAccountExpirationDate: '',
	requestIp: '192.0.2.1',
	requestIpCountry: 'Germany',
	requestIpCountryCode: 'DE',
	details: {
		accountType: 1,
		firstName: 'Zoë',
		lastName: 'Çelik',
		address: 'Straße der Einheit',
		streetNumber: '1',
		zipCode: '04109',
		city: 'Leipzig',
		countryCode: 'DE',
		emailAddress: 'api@customer.example',
		unconfirmedEmail: null,
		emailAddressValidated: 1,
		language: 1,
		agreeDpa: 1,
		isAllowedFlexMetal: 0,
	},
	billingDetails: {
		firstName: 'Zoë',
		lastName: 'Çelik',
		address: 'Straße der Einheit',
		streetNumber: '1',
		zipCode: '04109',
		city: 'Leipzig',
		countryCode: 'DE',
		bundleInvoicesOfSameCategory: 0,
		receivePaymentConfirmationsViaEmail: 1,
		preferredPaymentMethod: 1,
	},
};

/** Who sends the invoices. */
const SELLER = {
	name: 'Sandbox Hosting B.V.',
	address: 'Voorbeeldweg 12',
	zip: '3000 AA',
	city: 'Rotterdam',
	country: 'The Netherlands',
	phone: '+31 00 000 0000',
	email: 'finance@hosting.example',
	url: 'https://hosting.example',
	iban: 'NL00 SAND 0000 0000 00',
	bic: 'SANDNL00',
};

/** @type {import('./server').Vendor['error']} */
function error(status, message, { field }) {
	const known = status === 401 || status === 403;
	return json(status, {
		errorCode: 20_000 + status,
		errorMessage: known ? 'Invalid credentials' : message,
		errors: field ? [{ property: field, message }] : [],
	});
}

/**
 * @param {number} seconds
 * @returns {string} 2024-05-31 13:45:00
 */
function dateTime(seconds) {
	return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/**
 * @param {import('./random').Random} random
 * @param {{ index: number, id: number, number: string, created: number }} given created: in seconds
 * @returns {{ record: Invoice, detail: Invoice }}
 */
function makeInvoice(random, { index, id, number, created }) {
	// What is rare but must not be missing goes by the index, the rest by chance.
	const tiny = index % 16 === 5;
	const tinyCredit = index % 32 === 21;
	const isCredit = tinyCredit || random.chance(0.12);
	// The sign of a credit invoice is not written down: mostly negative, sometimes not.
	const sign = isCredit && (tinyCredit || random.chance(0.7)) ? -1 : 1;
	const rate = random.pick([21, 21, 0, 19]);
	const round = random.chance(0.15);
	const free = !isCredit && random.chance(0.06);

	const items = Array.from({ length: random.chance(0.08) ? 0 : random.integer(1, 5) }, () => {
		const quantity = random.integer(1, 6);
		let unit = random.integer(1, 90_000);
		if (free) unit = 0;
		else if (tiny) unit = 1;
		else if (round) unit = random.integer(1, 900) * 10_000;
		const excl = sign * quantity * unit;
		return { quantity, unit, excl, vat: Math.round((excl * rate) / 100) };
	});
	let excl = sum(items.map((item) => item.excl));
	let vat = sum(items.map((item) => item.vat));
	if (tiny) [excl, vat] = [sign * 5, 0];
	else if (random.chance(0.06)) excl += 100;
	const incl = excl + vat;

	// Part paid, paid, or not; credit invoices and those over nothing are settled.
	const settled = isCredit || incl === 0;
	let share = settled ? 1 : random.pick([0, 0, 1, 1, 0.5]);
	if (share === 0.5 && incl % 200 !== 0 && round) share = 0;
	const paid = Math.trunc(incl * share);
	const remaining = incl - paid;
	// The unit of these two is not written down. Some are in whole units, a few fit nothing.
	const whole = round && incl % 100 === 0 && paid % 100 === 0;
	const unit = whole ? 100 : 1;
	const odd = !settled && !whole && index % 8 === 3 ? 7 : 0;
	const isPaid = remaining === 0;

	const currency = index % 32 === 9 ? YEN : random.pick(CURRENCIES);
	const term = random.pick([14, 30, 30, 60]);
	const paymentDate = isPaid && !settled ? created + random.integer(1, term) * 86_400 : 0;
	const due = created + term * 86_400;
	const shared = {
		invoiceNumber: number,
		invoiceHash: random.hex(40),
		currency: random.chance(0.2) ? currency.name : currency.code,
		currencySign: currency.sign,
		paymentStatus: isPaid ? 1 : 0,
		paymentDate,
		isCredit: isCredit ? 1 : 0,
	};
	const from = Math.floor((created * 1000 - 30 * DAY) / 1000);

	return {
		record: {
			id: String(id),
			creationDate: created,
			dueDate: due,
			...shared,
			description: `${random.pick(REMARKS)} ${new Date(created * 1000).getUTCFullYear()}`,
			amountIncVAT: String(incl),
			amountExclVAT: String(excl),
			remainingAmount: String(remaining / unit + odd),
			totalPaidAmount: String(paid / unit),
		},
		detail: {
			id,
			creationDate: dateTime(created),
			dueDate: dateTime(due),
			...shared,
			clientNumber: String(40_000 + random.integer(1, 3)),
			paymentTerm: term,
			vatPercentage: rate,
			vatAmount: String(vat),
			amountIncVat: String(incl),
			amountExclVat: String(excl),
			items: items.map((item) => ({
				orderId: String(random.integer(100_000, 999_999)),
				description: random.pick(REMARKS),
				// Text always; what stands in it where there is no period is not documented.
				periodFrom: random.chance(0.1) ? '' : dateTime(from).slice(0, 10),
				periodTo: random.chance(0.1) ? '' : dateTime(created).slice(0, 10),
				remarks: random.pick(['', 'Rack Ø 7', 'ラック 3', '🚀 burst']),
				quantity: item.quantity,
				setupCosts: '0',
				unitPrice: String(item.unit),
				vatPercentage: rate,
				vatAmount: String(item.vat),
				amountIncVat: String(item.excl + item.vat),
				amountExclVat: String(item.excl),
			})),
			clientDetails: {
				fullName: 'Zoë Çelik',
				companyName: random.pick(NAMES),
				email: 'billing@customer.example',
				address: 'Straße der Einheit 1',
				zip: '04109',
				city: 'Leipzig',
				country: 'Germany',
				vatNumber: 'DE000000000',
				iban: 'DE00 0000 0000 0000 0000 00',
				bic: 'SANDDEXX',
			},
			companyDetails: SELLER,
		},
	};
}

/** What a company buys: see `company.js`. */
/** @type {import('./company').Contract[]} */
const CONTRACTS = [
	{
		account: `${COMPANY} Europe GmbH`,
		currency: 'EUR',
		billed: 'ahead',
		earlier: 6,
		taxRate: 21,
		term: 14,
		pays: 'late',
		items: [
			{ name: 'Dedicated Server, 2 x Xeon Gold', price: 189_0000, quantity: [3, 3] },
			{ name: '10 Gbit/s Uplink', price: 120_0000, quantity: [1, 1] },
			{ name: 'Additional Traffic, TB', price: 2_5000, quantity: [4, 18] },
			{ name: 'IPv4 Subnet /29', price: 9_0000, quantity: [2, 2] },
		],
		credit: { month: 5, item: { name: 'Credit: Uplink Outage', price: 60_0000, quantity: [1, 1] } },
	},
];

/**
 * @param {import('./company').Bill} bill
 * @param {import('./random').Random} random
 * @returns {{ record: Invoice, detail: Invoice }}
 */
function writeBill(bill, random) {
	const isCredit = bill.type === 'credit';
	const paid = isCredit ? bill.total : paidOf(bill);
	const isPaid = paid === bill.total;
	const seconds = (/** @type {number} */ time) => Math.floor(time / 1000);
	const [created, due] = [seconds(bill.issued), seconds(bill.due)];
	const id = BILLS_FROM + bill.serial;
	const year = new Date(bill.issued).getUTCFullYear();
	const shared = {
		invoiceNumber: `${year}${bill.serial}`,
		invoiceHash: random.hex(40),
		currency: bill.currency,
		currencySign: CURRENCIES.find(({ code }) => code === bill.currency)?.sign,
		paymentStatus: isPaid ? 1 : 0,
		paymentDate: isPaid && !isCredit ? seconds(bill.payments[0].time) : 0,
		isCredit: isCredit ? 1 : 0,
	};
	return {
		record: {
			id: String(id),
			creationDate: created,
			dueDate: due,
			...shared,
			description: isCredit ? 'Credit' : 'Hosting',
			amountIncVAT: String(bill.total),
			amountExclVAT: String(bill.net),
			remainingAmount: String(bill.total - paid),
			totalPaidAmount: String(paid),
		},
		detail: {
			id,
			creationDate: dateTime(created),
			dueDate: dateTime(due),
			...shared,
			clientNumber: '40001',
			paymentTerm: bill.term,
			vatPercentage: bill.taxRate,
			vatAmount: String(bill.tax),
			amountIncVat: String(bill.total),
			amountExclVat: String(bill.net),
			items: bill.lines.map(({ item, quantity, cents, tax }) => ({
				orderId: String(random.integer(100_000, 999_999)),
				description: item.name,
				periodFrom: dateTime(seconds(bill.start)).slice(0, 10),
				periodTo: dateTime(seconds(bill.end)).slice(0, 10),
				remarks: '',
				quantity,
				setupCosts: '0',
				unitPrice: String(item.price / 100),
				vatPercentage: bill.taxRate,
				vatAmount: String(tax),
				amountIncVat: String(cents + tax),
				amountExclVat: String(cents),
			})),
			clientDetails: {
				fullName: 'Accounts Payable',
				companyName: CONTRACTS[bill.account].account,
				email: 'ap@alder-creek.example',
				address: 'Musterstraße 12',
				zip: '60311',
				city: 'Frankfurt am Main',
				country: 'Germany',
				vatNumber: 'DE000000000',
				iban: 'DE00 0000 0000 0000 0000 00',
				bic: 'SANDDEXX',
			},
			companyDetails: SELLER,
		},
	};
}

/**
 * @param {string | string[] | undefined} header
 * @returns {{ start: number, results: number }}
 */
function readRange(header) {
	if (header === undefined) return { start: 0, results: 25 };
	const match = /^\s*start=(\d{1,9})\s*,\s*results=(\d{1,9})\s*$/.exec(String(header));
	if (!match || Number(match[2]) < 1) {
		throw new Refusal(400, 'must read start=0,results=25', 'RANGED-DATA');
	}
	return { start: Number(match[1]), results: Number(match[2]) };
}

/**
 * @param {import('./index').VendorOptions} options
 * @returns {import('./server').Vendor}
 */
function createI3dNet({ seed, size, origin, mark }) {
	const basePath = '/i3dnet';
	const privateToken = createRandom(seed, 'i3dnet secrets').hex(40) + mark;
	/** @type {Invoice[]} */
	const invoices = [];
	/** @type {Record<string, Invoice>} */
	const details = {};

	/**
	 * @param {number} index
	 * @param {number} created seconds
	 */
	function make(index, created) {
		const year = new Date(created * 1000).getUTCFullYear();
		return makeInvoice(createRandom(seed, 'i3dnet', index), {
			index,
			id: 500_000 + index * 10,
			// Some numbers hold a slash.
			number: `${year}${index % 16 === 7 ? '/' : ''}${String(100_000 + index)}`,
			created,
		});
	}

	/**
	 * @param {{ record: Invoice, detail: Invoice }} made
	 * @param {number} position
	 */
	function put({ record, detail }, position) {
		invoices.splice(position, 0, record);
		details[record.id] = detail;
	}
	for (let index = size - 1; index >= 0; index--) {
		// Not at midnight: the day depends on the time zone in which it is read.
		const minutes = createRandom(seed, 'i3dnet time', index).integer(0, 1439);
		put(make(index, dayOf(index, size) / 1000 + minutes * 60), invoices.length);
	}

	/**
	 * @param {import('./server').Call} call
	 * @param {Invoice[]} list
	 */
	function listInvoices({ headers, query, faults }, list) {
		const { start, results } = readRange(headers['ranged-data']);
		const wanted = (query.get('filter') ?? '').toLowerCase();
		const records = wanted
			? list.filter(({ description }) =>
					String(description ?? '')
						.toLowerCase()
						.includes(wanted),
				)
			: list;
		const token = faults.pageTokens ? Number(headers['page-token'] ?? 0) : start;
		const cut = cutPage({
			records,
			offset: token,
			size: Math.min(results, faults.cap),
			faults,
			makeUp: (index) => make(2 * LATER + index, Date.UTC(2023, 0, 2) / 1000).record,
		});
		const next = token + cut.items.length;
		const hasToken = faults.pageTokens && next < records.length;
		return json(200, cut.items, hasToken ? { 'page-token': String(next) } : undefined);
	}

	/** @param {Invoice} invoice */
	function isUnpaid({ remainingAmount, isCredit }) {
		return Number(isCredit) !== 1 && Number(remainingAmount) !== 0;
	}

	/**
	 * @param {import('./server').Call} call
	 * @param {(record: Invoice) => boolean} isWanted
	 */
	function getDetail({ faults }, isWanted) {
		const record = invoices.find(isWanted);
		const detail = record && details[record.id];
		if (!detail) throw new Refusal(404, 'There is no such invoice', 'invoiceId');
		return json(200, faults.bareDetail ? detail : [detail]);
	}

	/** @type {import('./server').Route['handle']} */
	function getPdf(_call, id) {
		const invoice = invoices.find((record) => record.id === id);
		if (!invoice) throw new Refusal(404, 'There is no such invoice', 'invoiceId');
		const lines = ['i3D.net', `Invoice ${invoice.invoiceNumber}`, `Amount ${invoice.amountIncVAT}`];
		return pdf(makePdf(lines), `${invoice.invoiceNumber}.pdf`);
	}

	/** @param {import('./company').Bill} bill */
	function enter(bill) {
		// At noon it is the same day in nearly all time zones.
		const noon = bill.issued % DAY === 0 ? DAY / 2 : 0;
		const [issued, due] = [bill.issued + noon, bill.due + noon];
		const random = createRandom(seed, 'i3dnet bill', bill.serial);
		const made = writeBill({ ...bill, issued, due }, random);
		const at = invoices.findIndex(({ creationDate }) => creationDate <= made.record.creationDate);
		put(made, at < 0 ? invoices.length : at);
		return made.record.invoiceNumber;
	}

	let later = 0;
	return {
		name: 'i3dNet',
		basePath,
		data: { i3dNet: invoices, i3dNetDetails: details },
		credentials: { i3dNetApi: { privateToken, baseUrl: origin + basePath } },
		authenticate({ headers }) {
			const token = headers['private-token'];
			if (token === undefined) throw new Refusal(401, 'no token');
			if (token !== privateToken) throw new Refusal(403, 'another token');
		},
		error,
		put: enter,
		list: {
			count: () => invoices.length,
			removeAt(position) {
				const [{ id }] = invoices.splice(position, 1);
				delete details[id];
			},
			insertAt(position) {
				const neighbor = invoices[position] ?? invoices[position - 1];
				put(
					make(LATER + later++, neighbor?.creationDate ?? Date.UTC(2024, 5, 15) / 1000),
					position,
				);
			},
		},
		routes: [
			{
				kind: 'list',
				path: /^\/v3\/account\/invoice$/,
				handle: (call) => listInvoices(call, invoices),
			},
			{
				kind: 'list',
				path: /^\/v3\/account\/invoice\/unpaid$/,
				handle: (call) => listInvoices(call, invoices.filter(isUnpaid)),
			},
			{
				kind: 'item',
				path: /^\/v3\/account\/invoice\/number\/([^/]+)$/,
				handle: (call, segment) => {
					const number = decodeSegment(segment);
					return getDetail(call, (record) => record.invoiceNumber === number);
				},
			},
			{ kind: 'pdf', path: /^\/v3\/account\/invoice\/(\d+)\/pdf$/, handle: getPdf },
			{
				kind: 'item',
				path: /^\/v3\/account\/invoice\/(\d+)$/,
				handle: (call, id) => getDetail(call, (record) => record.id === id),
			},
			{
				kind: 'other',
				path: /^\/v3\/session\/user$/,
				handle: () => json(200, SESSION_USER),
			},
		],
	};
}

module.exports = { create: createI3dNet, contracts: CONTRACTS };
