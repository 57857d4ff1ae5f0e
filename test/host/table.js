'use strict';

/** A decimal string as an integer and the number of its digits behind the point: 12.5 is 125 and 1. */
function parseDecimal(text) {
	const [whole, fraction = ''] = text.split('.');
	return { units: BigInt(whole + fraction), scale: fraction.length };
}

function add(a, b) {
	const scale = Math.max(a.scale, b.scale);
	const raised = ({ units, scale: own }) => units * 10n ** BigInt(scale - own);
	return { units: raised(a) + raised(b), scale };
}

const ZERO = { units: 0n, scale: 0 };

/** 1234.5 is 1,234.50: at least two digits behind the point, and no zeros after those. */
function formatDecimal({ units, scale }) {
	const sign = units < 0n ? '-' : '';
	const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
	const whole = digits.slice(0, digits.length - scale).replace(/\B(?=(\d{3})+$)/g, ',');
	const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
	return `${sign}${whole}.${fraction.padEnd(2, '0')}`;
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

/**
 * One line for each currency of a vendor; vendor and count stand in the first.
 *
 * @typedef {{ vendor?: string, count?: number, total?: string, unit: string }} Line
 */
function linesOf([vendor, items]) {
	const invoices = items.map(({ json }) => ({
		currency: json.currency,
		amount: json.signedTotal === null ? undefined : parseDecimal(json.signedTotal),
	}));
	const { totals, unknown } = totalsOf(invoices);
	/** @type {Line[]} */
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
 * A table of what came out: vendor, number of invoices, sum for each currency. Takes invoices with
 * their amounts as text. The sums are exact.
 */
function printTable(itemsByVendor) {
	const lines = withAlignedTotals(Object.entries(itemsByVendor).flatMap(linesOf));
	const all = lines.reduce((sum, { count = 0 }) => sum + count, 0);
	const head = { vendor: 'Vendor', count: 'Invoices', total: 'Total' };
	return layOut(head, lines, { vendor: 'All', count: all });
}

module.exports = { printTable };
