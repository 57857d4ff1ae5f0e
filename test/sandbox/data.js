'use strict';

/**
 * What the invoices of all vendors are made of. Money is counted in whole units of the smallest
 * step (cents, or 1/10000) until it is written down, so that sums are right where they should be.
 */

const NAMES = [
	'Northwind Paper Ltd.',
	'Käthe Größmann & Töchter GmbH',
	'O\'Hara "Fast" Freight, Inc.',
	'株式会社みどり電機',
	'Şişli Çağrı Merkezi A.Ş.',
	'Bakery 🥐 Chez Zoé',
	'Łódź Logistyka Sp. z o.o.',
];

const REMARKS = [
	'Monthly fee',
	'Überschreitung des Kontingents',
	'Traffic “burst” — 95th percentile',
	'追加ユーザー',
	'Credits ♻️ & adjustments <see contract>',
	"Customer's own circuit; cross-connect\tA/B",
	'Setup',
];

const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(2023, 1, 1);
const LAST_DAY = Date.UTC(2026, 8, 30);

/**
 * @param {number} time milliseconds
 * @returns {string} YYYY-MM-DD
 */
function civilDate(time) {
	return new Date(time).toISOString().slice(0, 10);
}

/**
 * Spreads `size` records over the years, oldest first. Each fourth shares the day of the one before
 * it: a list ordered by date alone has no total order.
 *
 * @param {number} index
 * @param {number} size
 * @returns {number} milliseconds, midnight UTC
 */
function dayOf(index, size) {
	const own = index % 4 === 3 ? index - 1 : index;
	const days = (LAST_DAY - FIRST_DAY) / DAY;
	return FIRST_DAY + Math.floor((own * days) / Math.max(1, size)) * DAY;
}

/**
 * @param {number} units whole number of the smallest step
 * @param {number} digits digits behind the point
 * @returns {string} without trailing zeros: decimal(1250, 2) is '12.5'
 */
function decimal(units, digits) {
	const sign = units < 0 ? '-' : '';
	const figures = String(Math.abs(units)).padStart(digits + 1, '0');
	const whole = figures.slice(0, figures.length - digits);
	const rest = figures.slice(figures.length - digits).replace(/0+$/, '');
	return sign + (rest ? `${whole}.${rest}` : whole);
}

/**
 * @param {number[]} list
 * @returns {number}
 */
function sum(list) {
	return list.reduce((total, value) => total + value, 0);
}

module.exports = { NAMES, REMARKS, DAY, civilDate, dayOf, decimal, sum };
