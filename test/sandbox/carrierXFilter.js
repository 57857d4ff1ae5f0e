'use strict';

const { Refusal } = require('./query');

/**
 * CarrierX's filter: `attribute operator value`, joined by `and`. A value with spaces stands in
 * quotes, single or double.
 */

const CONDITION = /^\s*([A-Za-z_]+)\s+([A-Za-z]+)\s+(?:"([^"]*)"|'([^']*)'|([^\s"']+))/;
const LISTS = ['invoice_items', 'pay_items', 'tax_items'];

/**
 * @param {string} attribute
 * @param {unknown} value
 * @returns {number | string | undefined} what can be compared; nothing for null
 */
function comparable(attribute, value) {
	if (value === null || value === undefined) return undefined;
	const text = String(value);
	if (/^(amount|balance)/.test(attribute)) return Number(text);
	if (/^date/.test(attribute)) return Date.parse(text);
	return text;
}

/**
 * @param {string} pattern SQL: % for any text, _ for any character
 * @returns {RegExp}
 */
function likePattern(pattern) {
	const source = pattern
		.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
		.replace(/%/g, '.*')
		.replace(/_/g, '.');
	return new RegExp(`^${source}$`, 'isu');
}

/** @type {Record<string, (a: number | string, b: number | string) => boolean>} */
const OPERATORS = {
	eq: (a, b) => a === b,
	gt: (a, b) => a > b,
	ge: (a, b) => a >= b,
	lt: (a, b) => a < b,
	le: (a, b) => a <= b,
};

/**
 * @param {string} attribute
 * @param {string} operator
 * @param {string} value
 * @returns {(record: Record<string, unknown>) => boolean}
 */
function condition(attribute, operator, value) {
	if (operator === 'like') {
		const pattern = likePattern(value);
		return (record) => record[attribute] !== null && pattern.test(String(record[attribute]));
	}
	if (!Object.hasOwn(OPERATORS, operator)) {
		throw new Refusal(400, `the filter knows no operator ${operator}`, 'filter');
	}
	const limit = comparable(attribute, value);
	if (limit === undefined || Number.isNaN(limit)) {
		throw new Refusal(400, `the filter cannot compare ${attribute} with ${value}`, 'filter');
	}
	return (record) => {
		const own = comparable(attribute, record[attribute]);
		return own !== undefined && OPERATORS[operator](own, limit);
	};
}

/**
 * @param {string} filter
 * @param {readonly string[]} attributes
 * @returns {(record: Record<string, unknown>) => boolean}
 */
function parseFilter(filter, attributes) {
	/** @type {((record: Record<string, unknown>) => boolean)[]} */
	const conditions = [];
	let rest = filter.trim();
	for (;;) {
		const match = CONDITION.exec(rest);
		if (!match) throw new Refusal(400, 'the filter must read: attribute operator value', 'filter');
		const [whole, attribute, operator, doubled, single, plain] = match;
		if (!attributes.includes(attribute) || LISTS.includes(attribute)) {
			throw new Refusal(422, `there is no attribute ${attribute} to filter by`, 'filter');
		}
		conditions.push(condition(attribute, operator, doubled ?? single ?? plain));
		rest = rest.slice(whole.length);
		if (rest.trim() === '') break;
		const joint = /^\s+and\s+/.exec(rest);
		if (!joint) throw new Refusal(400, 'conditions are joined by and', 'filter');
		rest = rest.slice(joint[0].length);
	}
	return (record) => conditions.every((holds) => holds(record));
}

module.exports = { parseFilter };
