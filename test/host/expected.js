'use strict';

const { sums, written } = require('../ledger');
const { VENDORS } = require('../rows');

/**
 * @typedef {import('../vendors/vendor').Sandbox} Sandbox
 * @typedef {import('../vendors/vendor').VendorOfTest} VendorOfTest
 */

// What the sandbox holds, counted and added up from the vendors' own records, so that nothing of
// the package has a say in it.

const add = (amounts) => written(sums(amounts.map((amount) => ['', String(amount)])).get('') ?? 0n);

const inAmsterdam = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Amsterdam' });

/** The day of an invoice in the vendor's record: when it was issued or, where that is not said, of its period. */
const DAYS = {
	talkdesk: ({ date }) => date.slice(0, 10),
	talkdeskInsurance: ({ invoice_bill_date: day }) => day.slice(0, 10),
	fastly: ({ invoice_posted_on: day, billing_end_date: end }) => (day ?? end).slice(0, 10),
	carrierX: ({ date_issued: day, date_billing_period_end: end }) => (day ?? end).slice(0, 10),
	i3dNet: ({ creationDate }) => inAmsterdam.format(creationDate * 1000),
};

/**
 * One entry an invoice of a vendor: {provider, id, day, currency, total}. Some vendors state no currency.
 *
 * @param {VendorOfTest} vendor
 * @param {Sandbox} sandbox
 * @param {{ sets?: Record<string, any>[], currency?: string | null }} [options] in which of its lists,
 *   and the currency where none is stated
 */
function invoicesOf(vendor, sandbox, { sets = vendor.sets(sandbox), currency = 'USD' } = {}) {
	return sets.flatMap((parameters) => {
		const records = vendor.records(sandbox, parameters);
		const invoices = new Map(records.map((record) => [vendor.idOf(record), record]));
		return [...invoices.values()].map((record) => ({
			provider: vendor.type,
			id: String(vendor.idOf(record)),
			day: DAYS[vendor.type](record),
			...vendor.total(record, add, currency),
		}));
	});
}

/** Those of all vendors. @param {Sandbox} sandbox */
const invoicesIn = (sandbox) => VENDORS.flatMap((vendor) => invoicesOf(vendor, sandbox));

/** "provider currency" → {count, total}, from entries as invoicesIn gives them. */
function summary(invoices) {
	const keyOf = ({ provider, currency }) => `${provider} ${currency}`;
	const keys = [...new Set(invoices.map(keyOf))].sort();
	return Object.fromEntries(
		keys.map((key) => {
			const own = invoices.filter((invoice) => keyOf(invoice) === key);
			const totals = own.map(({ total }) => total).filter((total) => total !== null);
			return [key, { count: own.length, total: add(totals) }];
		}),
	);
}

module.exports = { add, invoicesIn, invoicesOf, summary };
