#!/usr/bin/env node
/**
 * Books invoices into a beancount ledger (https://beancount.github.io), each of them once:
 *
 *   node examples/ledger.js books.beancount < items.json
 *
 * items.json contains the node's items as an array (Output: Full, Amounts As: Text). Invoices that are
 * already booked are recognized by their dedupeKey and skipped. Those that cannot be booked (no date,
 * no currency, no total, an estimate, or a draft) are listed, so that none is lost.
 */
const fs = require('node:fs');

const quoted = (text) => `"${String(text).replace(/["\\]/g, '\\$&').replace(/\s+/g, ' ')}"`;

const negated = (amount) => (amount.startsWith('-') ? amount.slice(1) : `-${amount}`);

/** Beancount has no dedicated type for "zero with a sign". */
const plain = (amount) => amount.replace(/^-(?=[0.]+$)/, '');

/** Returns the accounts of an invoice: what you owe, or what is owed to you. */
function accountsOf({ provider, direction }) {
	const vendor = provider[0].toUpperCase() + provider.slice(1);
	return direction === 'receivable'
		? { balance: `Assets:Receivable:${vendor}`, result: `Income:${vendor}`, tax: 'Liabilities:Tax' }
		: { balance: `Liabilities:Payable:${vendor}`, result: `Expenses:${vendor}`, tax: 'Assets:Tax' };
}

/** Returns the day on which to book an invoice: its date, or else that of its period or its due date. */
function dayOf({ issueDate, periodEnd, periodStart, dueDate }) {
	return issueDate ?? periodEnd ?? periodStart ?? dueDate;
}

/** Returns why an invoice cannot be booked; null if it can. */
function obstacle(invoice) {
	if (invoice.type === 'estimate') return 'it is an estimate';
	if (invoice.status === 'draft') return 'it is not issued yet';
	if (dayOf(invoice) === null) return 'it has no date';
	if (invoice.currency === null) return 'it has no currency';
	if (invoice.signedTotal === null) return 'it has no total';
	return null;
}

/** Adds decimal strings exactly, to see whether net and tax add up to the total. */
function addUpTo(a, b, total) {
	const scale = Math.max(...[a, b, total].map((text) => (text.split('.')[1] ?? '').length));
	const units = (text) => {
		const [whole, fraction = ''] = text.split('.');
		return BigInt(whole + fraction.padEnd(scale, '0'));
	};
	return units(a) + units(b) === units(total);
}

/** Returns the postings of an invoice: accounts and amounts, which add up to zero. */
function postingsOf(invoice) {
	const { balance, result, tax } = accountsOf(invoice);
	const { subTotal, taxAmount, totalAmount, type, direction, signedTotal } = invoice;
	// The amounts of a credit note are positive, but need a sign here.
	const signed = (amount) => (type === 'creditNote' ? negated(amount) : amount);
	const split =
		subTotal !== null && taxAmount !== null && addUpTo(subTotal, taxAmount, totalAmount);
	const parts = split
		? [
				[result, signed(subTotal)],
				[tax, signed(taxAmount)],
			]
		: [[result, signedTotal]];
	const side = direction === 'receivable' ? negated : (amount) => amount;
	return [
		[balance, side(negated(signedTotal))],
		...parts.map(([account, amount]) => [account, side(amount)]),
	];
}

function transactionOf(invoice) {
	const title = `${invoice.type === 'creditNote' ? 'Credit note' : 'Invoice'} ${invoice.invoiceNumber ?? invoice.id}`;
	return [
		`${dayOf(invoice)} * ${quoted(invoice.supplierName)} ${quoted(title)}`,
		`  dedupeKey: ${quoted(invoice.dedupeKey)}`,
		`  contentHash: ${quoted(invoice.contentHash)}`,
		...postingsOf(invoice).map(
			([account, amount]) => `  ${account}  ${plain(amount)} ${invoice.currency}`,
		),
	].join('\n');
}

/**
 * Returns what to append to a ledger, and which invoices were not booked, and why.
 *
 * @param {object[]} invoices normalized
 * @param {string} ledger what has been booked so far
 * @returns {{ text: string, booked: number, skipped: Array<{ dedupeKey: string, why: string }> }}
 */
function bookInto(ledger, invoices) {
	const known = new Map(
		[...ledger.matchAll(/dedupeKey: "([^"]+)"\s+contentHash: "([^"]+)"/g)].map((m) => [m[1], m[2]]),
	);
	const opened = new Set([...ledger.matchAll(/^\S+ open (\S+)/gm)].map((match) => match[1]));
	const lines = [];
	const skipped = [];
	for (const invoice of invoices) {
		const { dedupeKey, contentHash } = invoice;
		const before = known.get(dedupeKey);
		const why =
			before === undefined
				? obstacle(invoice)
				: before === contentHash
					? 'it is already booked'
					: 'it is already booked, but has changed since';
		if (why !== null) {
			skipped.push({ dedupeKey, why });
			continue;
		}
		known.set(dedupeKey, contentHash);
		for (const [account] of postingsOf(invoice)) {
			if (!opened.has(account)) lines.push(`1970-01-01 open ${account}`);
			opened.add(account);
		}
		lines.push('', transactionOf(invoice));
	}
	return {
		text: lines.length === 0 ? '' : `${lines.join('\n')}\n`,
		booked: invoices.length - skipped.length,
		skipped,
	};
}

function main(/** @type {string[]} */ [file]) {
	if (file === undefined)
		throw new Error('Usage: node examples/ledger.js books.beancount < items.json');
	const ledger = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
	const items = JSON.parse(fs.readFileSync(0, 'utf8')).map((item) => item.json ?? item);
	const { text, booked, skipped } = bookInto(ledger, items);
	fs.appendFileSync(file, text);
	console.log(`Booked ${booked}, skipped ${skipped.length}:`);
	for (const { dedupeKey, why } of skipped) console.log(`  ${dedupeKey}: ${why}`);
}

module.exports = { bookInto };
if (require.main === module) main(process.argv.slice(2));
