'use strict';

const { sums, written } = require('../ledger');

// What the sandbox holds, counted and added up from the vendors' own records, so that nothing of
// the package has a say in it.

const I3D_CURRENCIES = {
	Euro: 'EUR',
	'US Dollar': 'USD',
	'Pound Sterling': 'GBP',
	'Japanese Yen': 'JPY',
};

const add = (amounts) => written(sums(amounts.map((amount) => ['', String(amount)])).get('') ?? 0n);

/**
 * i3D.net counts in cents, and writes the amount of a credit with or without its sign. What it counts
 * in a currency without cents, nobody knows.
 */
function i3dTotal({ amountIncVAT, isCredit, currencySign }) {
	if (currencySign === '¥') return null;
	const cents = BigInt(amountIncVAT);
	const size = cents < 0n ? -cents : cents;
	const digits = String(size).padStart(3, '0');
	return `${isCredit === 1 && size ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** CarrierX: amount and tax, where the items make the amount; otherwise nobody knows. */
function carrierXTotal({ amount, amount_tax: tax, invoice_items: items }) {
	const made = add(items.map((item) => item.amount));
	return made === add([amount]) ? add([amount, tax]) : null;
}

/** The insurer writes the currency behind some amounts. */
function insuranceInvoice({ amount }, currency) {
	const [number, code = currency] = amount.split(' ');
	return {
		provider: 'talkdeskInsurance',
		currency: code?.toUpperCase() ?? null,
		total: add([number]),
	};
}

/**
 * One entry an invoice: {provider, currency, total}. CarrierX and the insurer may state no currency.
 *
 * @param {{ data: any }} sandbox
 * @param {string | null} [currency] of those that state none
 */
function invoicesIn({ data }, currency = 'USD') {
	const talkdesk = [...new Map(data.talkdesk.map((line) => [line.number, line])).values()];
	const invoice = (provider, code, total) => ({ provider, currency: code, total });
	return [
		...talkdesk.map((one) =>
			invoice('talkdesk', one.currency.toUpperCase(), add([one.total_invoice_amount])),
		),
		...Object.values(data.talkdeskInsurance)
			.flat()
			.map((one) => insuranceInvoice(one, currency)),
		...data.fastly.map((one) =>
			invoice('fastly', one.currency_code.toUpperCase(), add([one.monthly_transaction_amount])),
		),
		...data.carrierX.map((one) => invoice('carrierX', currency, carrierXTotal(one))),
		...data.i3dNet.map((one) =>
			invoice('i3dNet', I3D_CURRENCIES[one.currency] ?? one.currency, i3dTotal(one)),
		),
	];
}

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

module.exports = { add, invoicesIn, summary };
