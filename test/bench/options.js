'use strict';

const { parseArgs } = require('node:util');
const { VENDORS } = require('../rows');

/** Everything there is to measure. */
const WHOLE = {
	vendors: VENDORS.map(({ type }) => type),
	sizes: [1000, 10_000],
	latencies: [0, 20, 100],
	parts: ['lists', 'memory', 'details', 'pdf', 'normalize', 'poll'],
};

/**
 * @typedef {typeof WHOLE & { restricted: boolean }} Options
 */

/**
 * @param {string} name of the option
 * @param {string} text what stands behind it
 * @param {readonly (string | number)[]} choices
 */
function chosen(name, text, choices) {
	const words = text.split(',').map((word) => word.trim());
	for (const word of words) {
		if (!choices.some((choice) => String(choice) === word)) {
			throw new Error(
				`"${word}" is not one of the ${name}. They are: ${choices.join(', ')}; ` +
					`several are separated by commas, as in --${name} ${choices.slice(0, 2).join(',')}`,
			);
		}
	}
	return choices.filter((choice) => words.includes(String(choice)));
}

/**
 * Takes the words of the command line; what is not restricted is measured as a whole.
 *
 * @param {string[]} args
 * @returns {Options}
 */
function readOptions(args) {
	const names = /** @type {(keyof typeof WHOLE)[]} */ (Object.keys(WHOLE));
	const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
	/** @type {Record<string, any>} */
	let values;
	try {
		({ values } = parseArgs({ args, options: /** @type {any} */ (options) }));
	} catch (error) {
		const known = names.map((name) => `--${name}`).join(', ');
		throw new Error(`${/** @type {Error} */ (error).message}. The options are: ${known}`);
	}
	const selected = names.map((name) => [
		name,
		values[name] === undefined ? WHOLE[name] : chosen(name, values[name], WHOLE[name]),
	]);
	const restricted = selected.some(([name, list]) => list.length < WHOLE[name].length);
	return { ...Object.fromEntries(selected), restricted };
}

module.exports = { WHOLE, readOptions };
