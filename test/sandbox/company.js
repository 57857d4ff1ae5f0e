'use strict';

const { DAY, sum } = require('./data');
const { compareValues, createNumbers } = require('./listing');
const { createRandom } = require('./random');

/**
 * The bills of a company, as people know them: what a demonstration shows. Each vendor's emulator says
 * what the company buys (`CONTRACTS`) and writes a bill as its own records (`put`). Prices are counted in
 * 1/10000 of the currency, all other money in cents, so that sums are right.
 *
 * @typedef {object} Item something that is bought
 * @property {string} name
 * @property {number} price of one
 * @property {[number, number]} quantity the least and the most in a month
 * @property {Record<string, string>} [words] what the vendor says of it beside that
 *
 * @typedef {object} Contract
 * @property {string} account whose bills these are, as the vendor calls it
 * @property {string} currency
 * @property {'ahead' | 'behind'} billed at the beginning of a month, or when it is over
 * @property {number} [earlier] by so many days
 * @property {number} taxRate percent
 * @property {number} term days until a bill is due
 * @property {Item[]} items
 * @property {{ month: number, item: Item }} [credit] a credit note of each year; its month counts from 0
 * @property {'late' | 'partly'} [pays] each third bill is paid long after it is due, or half of it is
 * @property {boolean} [hasDrafts] the bill of the running month can be seen before it is issued
 *
 * @typedef {{ item: Item, quantity: number, cents: number, tax: number }} BillLine
 *
 * @typedef {object} Bill
 * @property {number} account which one of the accounts
 * @property {string} currency
 * @property {number} serial greater than those of all earlier bills of the vendor
 * @property {'invoice' | 'credit' | 'draft'} type
 * @property {number} start of its period; this and the following in milliseconds since 1970
 * @property {number} end the last second of its period
 * @property {number} issued of a draft: when it was begun
 * @property {number} term days
 * @property {number} due
 * @property {number} taxRate percent
 * @property {BillLine[]} lines
 * @property {number} net
 * @property {number} tax
 * @property {number} total
 * @property {Array<{ time: number, cents: number }>} payments the oldest first
 */

const COMPANY = 'Alder Creek Outfitters';
const MONTHS = 12;
const LATE_DAYS = 70;
/** Numbers of bills count in steps of ten seconds from here, so that a later start gives no number again. */
const EPOCH = Date.UTC(2020, 0, 1);
const STEP = 10_000;

/**
 * @param {number} time
 * @param {number} months
 * @returns {number} the beginning of the month that is so many months later, in UTC
 */
function monthOf(time, months = 0) {
	const day = new Date(time);
	return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, 1);
}

/**
 * @param {Item} item
 * @param {number} quantity
 * @param {number} taxRate
 * @returns {BillLine}
 */
function lineOf(item, quantity, taxRate) {
	const cents = Math.round((quantity * item.price) / 100);
	return { item, quantity, cents, tax: Math.round((cents * taxRate) / 100) };
}

/** @param {BillLine[]} lines */
function totalsOf(lines) {
	const net = sum(lines.map(({ cents }) => cents));
	const tax = sum(lines.map((line) => line.tax));
	return { net, tax, total: net + tax };
}

/**
 * @param {Contract} contract
 * @param {{ start: number, due: number, total: number }} bill
 * @param {number} today
 */
function paymentsOf({ pays }, { start, due, total }, today) {
	const slow = new Date(start).getUTCMonth() % 3 === 0 ? pays : undefined;
	const first = slow === 'partly' ? Math.round(total / 2) : total;
	const [soon, late] = [due - 2 * DAY, due + LATE_DAYS * DAY];
	const payments = [
		{ time: slow === 'late' ? late : soon, cents: first },
		{ time: late, cents: total - first },
	];
	return payments.filter(({ time, cents }) => cents !== 0 && time <= today);
}

/**
 * Returns the bills of a vendor: `history`, those of the last twelve months and of the present one,
 * the oldest first, which are the same throughout a month; and `next`, one more bill of today each time.
 *
 * @param {string | number} seed
 * @param {string} vendor
 * @param {Contract[]} contracts
 * @param {() => number} now milliseconds
 */
function createBilling(seed, vendor, contracts, now) {
	const numbers = createNumbers([]);

	/** @param {number} issued */
	function serialAt(issued) {
		const serial = numbers.next(Math.floor((issued - EPOCH) / STEP) - 1, 1);
		numbers.take(serial);
		return serial;
	}

	/**
	 * @param {Contract} contract
	 * @param {{ type: Bill['type'], start: number, issued: number, lines: BillLine[] }} given
	 * @returns {Bill} nothing of it is paid yet
	 */
	function makeBill(contract, { type, start, issued, lines }) {
		const { currency, taxRate, term } = contract;
		return {
			account: contracts.indexOf(contract),
			currency,
			serial: serialAt(issued),
			type,
			start,
			end: monthOf(start, 1) - 1000,
			issued,
			term,
			due: issued + term * DAY,
			taxRate,
			lines,
			...totalsOf(lines),
			payments: [],
		};
	}

	/**
	 * @param {Contract} contract
	 * @param {string | number} name of what is to be drawn
	 * @param {number} [share] of the quantities
	 */
	function draw(contract, name, share = 1) {
		const random = createRandom(seed, 'company', vendor, contract.account, name);
		return contract.items.map((item) =>
			lineOf(item, Math.ceil(random.integer(...item.quantity) * share), contract.taxRate),
		);
	}

	/**
	 * @param {Contract} contract
	 * @param {number} today
	 */
	function yearOf(contract, today) {
		const { billed, earlier = 0, credit, hasDrafts } = contract;
		const bills = [];
		for (let back = MONTHS; back >= 0; back--) {
			const month = monthOf(today, -back);
			const start = billed === 'ahead' ? month : monthOf(month, -1);
			const issued = month - earlier * DAY;
			const lines = draw(contract, start);
			const bill = makeBill(contract, { type: 'invoice', start, issued, lines });
			bills.push({ ...bill, payments: paymentsOf(contract, bill, today) });
			if (back === 0 || credit?.month !== new Date(month).getUTCMonth()) continue;
			const credited = [lineOf(credit.item, -1, contract.taxRate)];
			const day = month + 12 * DAY;
			bills.push(makeBill(contract, { type: 'credit', start, issued: day, lines: credited }));
		}
		if (!hasDrafts) return bills;
		const lines = draw(contract, today, 0.4);
		const begun = today - 1_800_000;
		return [...bills, makeBill(contract, { type: 'draft', start: today, issued: begun, lines })];
	}

	return {
		/** @returns {Bill[]} */
		history() {
			const today = monthOf(now());
			const bills = contracts.flatMap((contract) => yearOf(contract, today));
			// A draft was begun before the month, and is to be issued after all others.
			const place = (/** @type {Bill} */ { type, issued }) =>
				type === 'draft' ? Infinity : issued;
			return bills.sort((a, b) => compareValues(place(a), place(b)));
		},
		/** @returns {Bill} */
		next() {
			const [contract] = contracts;
			const issued = now();
			const lines = draw(contract, issued);
			return makeBill(contract, { type: 'invoice', start: monthOf(issued), issued, lines });
		},
	};
}

/**
 * @param {Bill} bill
 * @returns {number} cents
 */
function paidOf({ payments }) {
	return sum(payments.map(({ cents }) => cents));
}

module.exports = { COMPANY, createBilling, paidOf };
