'use strict';

/** @typedef {{ title: string, left?: boolean }} Column */

/**
 * @param {Column[]} columns
 * @param {string[][]} rows
 * @param {{ edge: string, between: string, rule: (width: number, left: boolean) => string }} style
 */
function layOut(columns, rows, { edge, between, rule }) {
	const widths = columns.map(({ title }, index) =>
		Math.max(3, title.length, ...rows.map((row) => row[index].length)),
	);
	const line = (/** @type {string[]} */ cells) =>
		(edge + cells.join(between) + [...edge].reverse().join('')).trimEnd();
	const padded = (/** @type {string[]} */ cells) =>
		cells.map((cell, index) =>
			columns[index].left ? cell.padEnd(widths[index]) : cell.padStart(widths[index]),
		);
	return [
		line(padded(columns.map(({ title }) => title))),
		line(columns.map(({ left = false }, index) => rule(widths[index], left))),
		...rows.map((row) => line(padded(row))),
	].join('\n');
}

/** For the terminal. @param {Column[]} columns @param {string[][]} rows */
function plainTable(columns, rows) {
	return layOut(columns, rows, { edge: '', between: '  ', rule: (width) => '-'.repeat(width) });
}

/** For the documentation. @param {Column[]} columns @param {string[][]} rows */
function markdownTable(columns, rows) {
	return layOut(columns, rows, {
		edge: '| ',
		between: ' | ',
		rule: (width, left) => (left ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`),
	});
}

module.exports = { markdownTable, plainTable };
