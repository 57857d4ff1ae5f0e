'use strict';

const { Refusal } = require('./query');

/**
 * Talkdesk's filter: `(date ge '2024-01-01' and number eq 'A') or account_id eq 'B'`. `and` binds
 * closer than `or`; a quote in a value is written twice.
 *
 * @typedef {{ account_id: string, number: string, date: string }} Filtered
 * @typedef {(record: Filtered) => boolean} Matches
 */

const TOKEN = /\s*(?:(\(|\))|'((?:[^']|'')*)'|([A-Za-z_]+))/y;

/** @typedef {{ kind: 'mark' | 'value' | 'word', text: string }} Token */

/**
 * @param {string} filter
 * @returns {Token[]}
 */
function tokenize(filter) {
	/** @type {Token[]} */
	const tokens = [];
	const text = filter.trim();
	TOKEN.lastIndex = 0;
	while (TOKEN.lastIndex < text.length) {
		const at = TOKEN.lastIndex;
		const match = TOKEN.exec(text);
		if (!match) throw new Refusal(400, `the filter cannot be read at ${at}`, 'filter');
		const [, mark, value, word] = match;
		if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
		else if (value !== undefined) tokens.push({ kind: 'value', text: value.replace(/''/g, "'") });
		else tokens.push({ kind: 'word', text: word });
	}
	return tokens;
}

/** @type {Record<string, (a: string, b: string) => boolean>} */
const OPERATORS = {
	eq: (a, b) => a === b,
	ge: (a, b) => a !== '' && a >= b,
	le: (a, b) => a !== '' && a <= b,
};
const FIELDS = ['account_id', 'number', 'date'];

/**
 * @param {string} filter
 * @param {{ isCivilDate: (text: string) => boolean }} dates
 * @returns {Matches}
 */
function parseFilter(filter, { isCivilDate }) {
	const tokens = tokenize(filter);
	let at = 0;

	/** @param {string} expected @returns {never} */
	const fail = (expected) => {
		const found = tokens[at] ? `"${tokens[at].text}"` : 'the end';
		throw new Refusal(400, `the filter has ${found} where ${expected} is expected`, 'filter');
	};
	const take = (/** @type {Token['kind']} */ kind, /** @type {string} */ text) => {
		const token = tokens[at];
		if (token?.kind !== kind || token.text !== text) return false;
		at++;
		return true;
	};

	/** @returns {Matches} */
	function either() {
		let left = both();
		while (take('word', 'or')) {
			const [first, second] = [left, both()];
			left = (record) => first(record) || second(record);
		}
		return left;
	}

	/** @returns {Matches} */
	function both() {
		let left = term();
		while (take('word', 'and')) {
			const [first, second] = [left, term()];
			left = (record) => first(record) && second(record);
		}
		return left;
	}

	/** @returns {Matches} */
	function term() {
		if (take('mark', '(')) {
			const inner = either();
			if (!take('mark', ')')) fail('a closing parenthesis');
			return inner;
		}
		const field = tokens[at];
		if (field?.kind !== 'word' || !FIELDS.includes(field.text)) fail(FIELDS.join(', '));
		at++;
		const operator = tokens[at];
		if (operator?.kind !== 'word' || !Object.hasOwn(OPERATORS, operator.text)) fail('eq, ge or le');
		at++;
		const value = tokens[at];
		if (value?.kind !== 'value') fail('a value in single quotes');
		if (field.text === 'date' && !isCivilDate(value.text)) fail('a date as YYYY-MM-DD');
		at++;
		const name = /** @type {keyof Filtered} */ (field.text);
		return (record) => OPERATORS[operator.text](record[name], value.text);
	}

	const matches = either();
	if (at < tokens.length) fail('the end, "and" or "or"');
	return matches;
}

module.exports = { parseFilter };
