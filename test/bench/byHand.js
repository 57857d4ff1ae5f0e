'use strict';

const assert = require('node:assert');
const { vendorOf } = require('../host/demo');

// What users build behind the HTTP Request node to get the fields of `simplified` without this
// package: Split Out and Edit Fields, or a Code node.

const AMOUNTS = new Set(['signedTotal', 'amountDue']);

/**
 * @param {string} name as n8n calls the node
 * @param {string} type
 * @param {number} typeVersion
 * @param {object} parameters
 */
function node(name, type, typeVersion, parameters) {
	return {
		id: type,
		name,
		type: `n8n-nodes-base.${type}`,
		typeVersion,
		position: [680, 320],
		parameters: { ...parameters, options: {} },
	};
}

/** An expression for each field. @param {Record<string, string>} fields */
function editFields(fields) {
	const assignments = Object.entries(fields).map(([name, value]) => ({
		id: name,
		name,
		type: AMOUNTS.has(name) ? 'number' : 'string',
		value,
	}));
	return node('Edit Fields', 'set', 3.4, { assignments: { assignments } });
}

/**
 * A page becomes its records, those of one invoice become one, and each of these a row.
 *
 * @param {string} vendor
 */
function editFieldsNodes(vendor) {
	const { records, rows } = vendorOf(vendor).http;
	const nodes = [editFields(rows.fields)];
	if (rows.sharedBy) {
		const parameters = { compare: 'selectedFields', fieldsToCompare: rows.sharedBy };
		nodes.unshift(node('Remove Duplicates', 'removeDuplicates', 2, parameters));
	}
	if (records) nodes.unshift(node('Split Out', 'splitOut', 1, { fieldToSplitOut: records }));
	return nodes;
}

/** What stands in Edit Fields, as JavaScript. @param {string} value */
const scriptOf = (value) => /^=\{\{ (.*) \}\}$/s.exec(value)?.[1] ?? JSON.stringify(value);

/**
 * One Code node that does the same in plain JavaScript.
 *
 * @param {string} vendor
 */
function codeNodes(vendor) {
	const { records, rows } = vendorOf(vendor).http;
	const fields = Object.entries(rows.fields).map(([name, value]) => `${name}: ${scriptOf(value)},`);
	const isRepeated = `rows.has($json.${rows.sharedBy})`;
	const jsCode = `const rows = new Map();
for (const { json } of $input.all()) {
	for (const $json of ${records ? `json.${records}` : '[json]'}) {
		${rows.sharedBy ? `if (${isRepeated}) continue;` : ''}
		rows.set(${rows.sharedBy ? `$json.${rows.sharedBy}` : '$json'}, { json: {
			${fields.join('\n\t\t\t')}
		} });
	}
}
return [...rows.values()];`;
	return [node('Code', 'code', 2, { jsCode })];
}

/** @param {any[]} rows */
const byKey = (rows) => new Map(rows.map((row) => [row.dedupeKey, row]));

/**
 * Throws where rows made by hand are not ours. Where our invoice carries a warning, the records do not
 * say enough, and what is made of them by hand may be anything.
 *
 * @param {any[]} ours
 * @param {any[]} byHand
 */
function assertSameRows(ours, byHand) {
	assert.strictEqual(byHand.length, ours.length);
	const theirs = byKey(byHand);
	for (const row of ours.filter(({ warnings }) => warnings === null)) {
		const made = theirs.get(row.dedupeKey);
		const names = Object.keys(row).filter((name) => name !== 'warnings');
		const same = Object.fromEntries(names.map((name) => [name, made?.[name] ?? null]));
		assert.deepStrictEqual({ ...same, warnings: null }, row);
	}
}

module.exports = { assertSameRows, codeNodes, editFieldsNodes };
