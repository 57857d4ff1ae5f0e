'use strict';

/** A decimal as an integer and the number of its digits behind the point: 12.5 is 125 and 1. */
function parseDecimal(value) {
	const match = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(String(value ?? '').trim());
	if (!match || match[2] + match[3] === '') return undefined;
	const [, sign, whole, fraction, exponent = '0'] = match;
	const units = BigInt(sign + whole + fraction || '0');
	const scale = fraction.length - Number(exponent);
	return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale };
}

function add(a, b) {
	const scale = Math.max(a.scale, b.scale);
	const raised = ({ units, scale: own }) => units * 10n ** BigInt(scale - own);
	return { units: raised(a) + raised(b), scale };
}

const ZERO = { units: 0n, scale: 0 };

/** At least two digits behind the point, and no zeros after those. */
function formatDecimal({ units, scale }) {
	const sign = units < 0n ? '-' : '';
	const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
	const whole = digits.slice(0, digits.length - scale);
	const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
	return `${sign}${whole}.${fraction.padEnd(2, '0')}`;
}

function sumOf(values) {
	const parsed = values.map(parseDecimal);
	return parsed.includes(undefined) ? undefined : parsed.reduce(add, ZERO);
}

function fromCents(value) {
	const parsed = parseDecimal(value);
	return parsed && { ...parsed, scale: parsed.scale + 2 };
}

/** The sign of a credit note may stand in a field of its own. */
function creditIsNegative(amount, isCredit) {
	return amount && isCredit && amount.units > 0n ? { ...amount, units: -amount.units } : amount;
}

/** Where the vendors' own records (output "raw") say what an invoice amounts to. */
const RAW = {
	Talkdesk: ({ account_id: account, number, currency, total_invoice_amount: total }) => ({
		// A record is a line, and each line repeats the total of its invoice.
		id: JSON.stringify([account, number, currency]),
		currency,
		amount: parseDecimal(total),
	}),
	'Talkdesk Insurance': ({ amount }) => ({ amount: parseDecimal(amount) }),
	Fastly: ({ currency_code: currency, monthly_transaction_amount: total }) => ({
		currency,
		amount: parseDecimal(total),
	}),
	CarrierX: ({ amount, amount_tax: tax }) => ({ amount: sumOf([amount, tax ?? 0]) }),
	'i3D.net': ({ currency, amountIncVAT, isCredit }) => ({
		currency,
		amount: creditIsNegative(fromCents(amountIncVAT), Number(isCredit) === 1),
	}),
};

/** One invoice out of an item of any of our outputs that has one item or more an invoice. */
function invoiceOf(vendor, item) {
	const json = item.json ?? item;
	if ('signedTotal' in json) {
		return { currency: json.currency, amount: parseDecimal(json.signedTotal) };
	}
	return RAW[vendor]?.(json) ?? {};
}

/** Items with the same id are one invoice; an item without an id stands for itself. */
function distinct(invoices) {
	const seen = new Set();
	return invoices.filter(({ id }) => {
		if (id === undefined) return true;
		return !seen.has(id) && seen.add(id);
	});
}

/** currency → sum, in the order of the currencies; and how many have no amount to add. */
function totalsOf(invoices) {
	const totals = new Map();
	let unknown = 0;
	for (const { currency, amount } of invoices) {
		if (!amount) {
			unknown++;
			continue;
		}
		const unit = currency || '(no currency)';
		totals.set(unit, add(totals.get(unit) ?? ZERO, amount));
	}
	return { totals: [...totals].sort(([a], [b]) => (a < b ? -1 : 1)), unknown };
}

/** The points of all amounts stand in one column. */
function alignPoints(decimals) {
	const parts = decimals.map((text) => text.split('.'));
	const [whole, fraction] = [0, 1].map((side) => Math.max(0, ...parts.map((p) => p[side].length)));
	return parts.map(([left, right]) => `${left.padStart(whole)}.${right.padEnd(fraction)}`);
}

/** One line for each currency of a vendor; vendor and count stand in the first. */
function linesOf([vendor, items]) {
	const invoices = distinct(items.map((item) => invoiceOf(vendor, item)));
	const { totals, unknown } = totalsOf(invoices);
	const lines = totals.map(([unit, total]) => ({ total: formatDecimal(total), unit }));
	if (unknown) lines.push({ unit: `${unknown} without an amount` });
	if (!lines.length) lines.push({ unit: '-' });
	Object.assign(lines[0], { vendor, count: invoices.length });
	return lines;
}

function withAlignedTotals(lines) {
	const aligned = alignPoints(lines.map(({ total = '.' }) => total));
	// What has no total has no point either.
	return lines.map((line, index) => ({
		...line,
		total: aligned[index].replace(/^( *)\.( *)$/, '$1 $2'),
	}));
}

function layOut(head, lines, foot) {
	const body = [head, ...lines, foot];
	const width = (name) => Math.max(...body.map((line) => String(line[name] ?? '').length));
	const [vendorWidth, countWidth, totalWidth] = ['vendor', 'count', 'total'].map(width);
	const text = ({ vendor = '', count = '', total = '', unit = '' }) =>
		[
			vendor.padEnd(vendorWidth),
			String(count).padStart(countWidth),
			` ${total.padStart(totalWidth)}`,
			unit,
		]
			.join('  ')
			.trimEnd();
	const rows = lines.map(text);
	const rule = '-'.repeat(Math.max(...body.map((line) => text(line).length)));
	return [text(head), rule, ...rows, rule, text(foot)].join('\n');
}

/**
 * A table of what came out: vendor, number of invoices, sum for each currency. Takes n8n's items
 * or plain records, normalized or raw. The sums are exact.
 */
function printTable(itemsByVendor) {
	const lines = withAlignedTotals(Object.entries(itemsByVendor).flatMap(linesOf));
	const all = lines.reduce((sum, { count = 0 }) => sum + count, 0);
	const head = { vendor: 'Vendor', count: 'Invoices', total: 'Total' };
	return layOut(head, lines, { vendor: 'All', count: all });
}

module.exports = { printTable };
