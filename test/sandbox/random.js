'use strict';

const { createHash } = require('node:crypto');

/**
 * A seeded source of chance. Every record draws from a source of its own, named after it, so that a
 * record looks the same however many others exist and in whatever order they are made.
 *
 * @typedef {object} Random
 * @property {() => number} next a number in [0, 1)
 * @property {(low: number, high: number) => number} integer low and high included
 * @property {<T>(list: readonly T[]) => T} pick
 * @property {(probability: number) => boolean} chance
 * @property {(length: number) => string} hex
 * @property {(length: number, alphabet: string) => string} text
 * @property {() => string} uuid
 */

/**
 * @param {...(string | number)} name
 * @returns {Random}
 */
function createRandom(...name) {
	// 128 bits of state: with 32, two of a hundred thousand invoices would be twins, ids included.
	const digest = createHash('sha256').update(name.join(':')).digest();
	let [a, b, c, count] = [0, 4, 8, 12].map((at) => digest.readInt32LE(at));

	// sfc32: small, fast, and good enough to make invoices with.
	const next = () => {
		const sum = (((a + b) | 0) + count) | 0;
		count = (count + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (((c << 21) | (c >>> 11)) + sum) | 0;
		return (sum >>> 0) / 4294967296;
	};
	/** @type {Random['integer']} */
	const integer = (low, high) => low + Math.floor(next() * (high - low + 1));
	/** @type {Random['text']} */
	const text = (length, alphabet) =>
		Array.from({ length }, () => alphabet[integer(0, alphabet.length - 1)]).join('');
	/** @type {Random['hex']} */
	const hex = (length) => {
		let digits = '';
		while (digits.length < length) {
			digits += Math.floor(next() * 4294967296)
				.toString(16)
				.padStart(8, '0');
		}
		return digits.slice(0, length);
	};

	return {
		next,
		integer,
		pick: (list) => list[integer(0, list.length - 1)],
		chance: (probability) => next() < probability,
		hex,
		text,
		uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${text(1, '89ab')}${hex(3)}-${hex(12)}`,
	};
}

module.exports = { createRandom };
