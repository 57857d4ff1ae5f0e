'use strict';

const { json } = require('./answers');
const { paidOf } = require('./company');
const { REMARKS, DAY, civilDate, dayOf, decimal, sum } = require('./data');
const { cutPage } = require('./listing');
const { Refusal, decodeSegment } = require('./query');
const { createRandom } = require('./random');

/**
 * The bridge that an insurer hosts for Talkdesk: a policyholder's invoices by account.
 * `data.talkdeskInsurance` holds, by account, a list in no promised order (oldest first here) that
 * is served at once. Amounts are text; each bridge decides whether a currency stands behind them.
 *
 * @typedef {Record<string, any>} Invoice
 */

/** The last one has no invoices. The others hold what has to be encoded to stand in a path. */
const ACCOUNTS = ['ACC-1001', 'Müller & Söhne 7', 'Pool West 50%', 'ACC-EMPTY'];
const LATER = 1_000_000;

/** @type {import('./server').Vendor['error']} */
function error(status, message, { field }) {
	return json(status, {
		status,
		errorCode: `BILLING_${status}`,
		userMessage: message,
		developerMessage: `account invoices: ${message}`,
		details: [
			{
				message,
				stackTrace: 'java.lang.IllegalStateException\n\tat bridge.Accounts.find(Accounts.java:42)',
				properties: {
					lineNumber: 0,
					parameterLocation: field ? 'PATH' : null,
					parameterName: field ?? null,
				},
			},
		],
	});
}

/**
 * @param {import('./random').Random} random
 * @param {number} index
 * @param {string} number
 * @param {string} day
 * @returns {Invoice}
 */
function makeInvoice(random, index, number, day) {
	// The lists are short: what must not be missing goes by the index, not by chance.
	const sign = index % 6 === 4 ? -1 : 1;
	const free = index % 12 === 7;
	const currency = index % 4 === 1 ? ' usd' : '';
	const money = (/** @type {number} */ cents) =>
		(random.chance(0.5) ? decimal(cents, 2) : (cents / 100).toFixed(2)) + currency;
	const items = Array.from({ length: index % 12 === 9 ? 0 : random.integer(1, 4) }, () =>
		free ? 0 : sign * random.integer(1, 250_000),
	);
	const amount = items.length > 0 ? sum(items) : sign * random.integer(100, 90_000);
	const share = sign < 0 || free ? 0 : [0, 0.4, 1, 0][index % 4];
	const paid = Math.round(amount * share);
	const status =
		share === 1
			? 'Paid'
			: share > 0
				? 'Partially paid'
				: random.pick(['Open', 'Due', 'Billed', 'Überfällig']);
	const off = index % 12 === 2 ? 1 : 0;

	return {
		amount: money(amount + off),
		due_amount: money(amount + off - paid),
		paid_amount: money(paid),
		invoice_bill_date: day,
		invoice_due_date: random.chance(0.1) ? null : civilDate(Date.parse(day) + 21 * DAY),
		invoice_number: number,
		status: random.chance(0.1) ? null : status,
		...(index % 5 === 0
			? { custom_fields: [{ key: 'claim_custom_fields', value: String(index) }] }
			: {}),
		invoice_items_details: items.map((cents, index) => ({
			amount: money(cents),
			category: random.pick(['Premium', 'Fee', 'Tax', 'Gebühr']),
			description: random.pick(REMARKS),
			installment_number: index + 1,
			paid_amount: money(Math.round(cents * share)),
			policy_number: `POL-${random.integer(10_000, 99_999)}`,
			product: random.pick(['Home', 'Auto', 'Hausrat', '自動車']),
		})),
	};
}

/**
 * @param {string} account
 * @param {{ product: string, policy: string, price: number, pays?: 'late' | 'partly' }} policy price in
 *   1/10000
 * @returns {import('./company').Contract}
 */
function policyOf(account, { product, policy, price, pays }) {
	const words = { product, policy };
	return {
		account,
		currency: 'USD',
		billed: 'ahead',
		taxRate: 0,
		term: 21,
		pays,
		items: [
			{
				name: `${product} premium`,
				price,
				quantity: [1, 1],
				words: { ...words, category: 'Premium' },
			},
			{
				name: 'Installment fee',
				price: 3_0000,
				quantity: [1, 1],
				words: { ...words, category: 'Fee' },
			},
		],
	};
}

/** What three policyholders are billed by the company: see `company.js`. */
const CONTRACTS = [
	policyOf('ACC-1001', { product: 'Home', policy: 'POL-48213', price: 96_4000 }),
	policyOf('ACC-1002', { product: 'Auto', policy: 'POL-51907', price: 142_7500, pays: 'late' }),
	policyOf('ACC-1003', {
		product: 'Business',
		policy: 'POL-60034',
		price: 418_2000,
		pays: 'partly',
	}),
];

/**
 * @param {import('./company').Bill} bill
 * @param {string} number
 * @param {number} installment
 * @returns {Invoice}
 */
function writeBill(bill, number, installment) {
	const money = (/** @type {number} */ cents) => `${decimal(cents, 2)} ${bill.currency}`;
	const paid = paidOf(bill);
	const isPaid = paid === bill.total;
	let left = paid;
	return {
		amount: money(bill.total),
		due_amount: money(bill.total - paid),
		paid_amount: money(paid),
		invoice_bill_date: civilDate(bill.issued),
		invoice_due_date: civilDate(bill.due),
		invoice_number: number,
		status: isPaid ? 'Paid' : paid > 0 ? 'Partially paid' : 'Open',
		invoice_items_details: bill.lines.map(({ item, cents }) => {
			const part = Math.min(left, cents);
			left -= part;
			return {
				amount: money(cents),
				category: item.words?.category,
				description: item.name,
				installment_number: installment,
				paid_amount: money(part),
				policy_number: item.words?.policy,
				product: item.words?.product,
			};
		}),
	};
}

/**
 * @param {import('./index').VendorOptions} options
 * @returns {import('./server').Vendor}
 */
function createTalkdeskInsurance({ seed, size, origin, mark, accounts: names = ACCOUNTS }) {
	const basePath = '/insurance';
	/** @type {Record<string, Invoice[]>} */
	const accounts = Object.fromEntries(names.map((account) => [account, []]));
	// The last one of those that are made up has none.
	const filled = names === ACCOUNTS ? names.slice(0, -1) : names;

	/**
	 * @param {number} index
	 * @param {string} day
	 */
	function make(index, day) {
		return makeInvoice(
			createRandom(seed, 'insurance', index),
			index,
			`B-${day.slice(0, 4)}-${100_000 + index}`,
			day,
		);
	}
	for (let index = 0; index < size; index++) {
		accounts[filled[index % filled.length]].push(make(index, civilDate(dayOf(index, size))));
	}

	const headerValue = `Bearer bridge-${createRandom(seed, 'insurance secret').hex(40)}${mark}`;

	/** @type {import('./server').Route['handle']} */
	function listInvoices({ faults }, segment) {
		const account = decodeSegment(segment);
		if (!Object.hasOwn(accounts, account)) {
			throw new Refusal(404, 'This account does not exist', 'accountId');
		}
		const records = accounts[account];
		const cut = cutPage({
			records,
			offset: 0,
			size: Math.min(records.length + (faults.endless ? 5 : 0), faults.cap),
			faults: { ...faults, stuck: false },
			makeUp: (index) => make(2 * LATER + index, '2026-12-01'),
		});
		// An empty list leaves out all but its total.
		if (cut.items.length === 0) return json(200, { total: cut.total });
		return json(200, { _embedded: { invoices: cut.items }, total: cut.total });
	}

	let later = 0;
	// The lists of all accounts count as one, account by account.
	/** @param {number} position @returns {[Invoice[], number]} */
	function locate(position) {
		let rest = position;
		for (const account of filled) {
			if (rest < accounts[account].length) return [accounts[account], rest];
			rest -= accounts[account].length;
		}
		const last = accounts[filled[filled.length - 1]];
		return [last, last.length];
	}

	/** @param {import('./company').Bill} bill */
	function put(bill) {
		const list = accounts[names[bill.account]];
		const number = `B-${new Date(bill.issued).getUTCFullYear()}-${bill.serial}`;
		list.push(writeBill(bill, number, list.length + 1));
		return number;
	}

	return {
		name: 'talkdeskInsurance',
		basePath,
		data: { talkdeskInsurance: accounts },
		credentials: {
			talkdeskInsuranceApi: {
				baseUrl: origin + basePath,
				invoicesPath: '/BillingInfoAPI/accountinvoices/{accountId}',
				headerName: 'Authorization',
				headerValue,
				testAccountId: names[0],
				allowHttp: false,
			},
		},
		authenticate({ headers }) {
			if (headers.authorization !== headerValue) {
				throw new Refusal(401, 'You are not signed in');
			}
		},
		error,
		put,
		list: {
			count: () => sum(filled.map((account) => accounts[account].length)),
			removeAt(position) {
				const [list, at] = locate(position);
				list.splice(at, 1);
			},
			insertAt(position) {
				const [list, at] = locate(position);
				const day = (list[at] ?? list[at - 1])?.invoice_bill_date ?? '2024-06-15';
				list.splice(at, 0, make(LATER + later++, day));
			},
		},
		routes: [
			{
				kind: 'list',
				path: /^\/BillingInfoAPI\/accountinvoices\/([^/]+)$/,
				handle: listInvoices,
			},
		],
	};
}

module.exports = { create: createTalkdeskInsurance, contracts: CONTRACTS };
