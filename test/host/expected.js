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

/**
 * One entry an invoice of a vendor: {provider, currency, total}. Some vendors state no currency.
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
