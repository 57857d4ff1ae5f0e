'use strict';

/** Says what a value looks like, and nothing of what it is. */

/** @type {Array<[RegExp, (text: string) => string]>} */
const TEXTS = [
	[/^$/, () => 'empty text'],
	[/^\s+$/, () => 'blank text'],
	[/^-\d+$/, () => 'negative whole number as text'],
	[/^\d+$/, () => 'whole number as text'],
	[/^-?\d+\.\d+$/, (text) => `decimal text, ${placesIn(text)} decimal places`],
	[/^-?\d+(\.\d+)? [A-Za-z]{3}$/, () => 'decimal text and a currency code'],
	[/^[+-]?[\d.,' ]*\d[.,]\d+$/, () => 'digits with separators'],
	[/^\d{4}-\d\d-\d\d$/, () => 'date YYYY-MM-DD'],
	[/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, () => 'date and time, ISO 8601 in UTC'],
	[/^\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:?\d\d$/, () => 'date and time, ISO 8601 with an offset'],
	[/^\d{4}-\d\d-\d\dT[\d:.]+$/, () => 'date and time, ISO 8601 without a zone'],
	[/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/, () => 'date and time YYYY-MM-DD hh:mm:ss'],
	[/^\d{1,2}\/\d{1,2}\/\d{4}$/, () => 'date with slashes, year last'],
	[/^\d{1,2}[.-]\d{1,2}[.-]\d{4}$/, () => 'date with dots or dashes, year last'],
	[/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, () => 'UUID'],
	[/^(?=.*\d)[0-9a-f]{16,}$/i, () => 'hexadecimal text'],
	[/^[A-Z]{3}$/, () => 'three capital letters'],
	[/^https?:\/\//i, () => 'URL'],
];

/** @param {string} text */
const placesIn = (text) => text.length - text.indexOf('.') - 1;

/** @param {unknown} value @returns {string} */
function kindOf(value) {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}

/** @param {unknown} value @returns {string} */
function formatOf(value) {
	if (typeof value === 'string') {
		return TEXTS.find(([form]) => form.test(value))?.[1](value) ?? 'text';
	}
	if (typeof value === 'number') {
		if (!Number.isInteger(value)) return 'number with decimals';
		return Math.abs(value) >= 1e9 && Math.abs(value) < 1e10 ? 'number of ten digits' : 'number';
	}
	if (Array.isArray(value)) return value.length === 0 ? 'empty list' : 'list';
	return value === null ? 'null' : typeof value;
}

/** A name of a field, where it is one: of a map, the names may be values. @param {string} name */
function nameOf(name) {
	return /^[A-Za-z_][A-Za-z_ ]{0,40}$/.test(name) ? name : '(a name that is not a plain word)';
}

module.exports = { formatOf, kindOf, nameOf };
