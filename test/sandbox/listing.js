'use strict';

/**
 * What the lists of all vendors have in common: cutting a page out of a list, with the faults that
 * lie about pages, and changing a list under the reader's feet.
 *
 * @typedef {object} PageFaults
 * @property {number} cap the most records the server gives at once
 * @property {number} totalDelta how far the stated total is off
 * @property {boolean} stuck always the first page
 * @property {boolean} endless always one more page
 * @property {boolean} repeatCursor the cursor just used comes back
 * @property {boolean} bareDetail one record as an object where an array of one is due
 * @property {number} bytes the longest answer, in bytes of its records
 * @property {number} every how many records of a page make one that a filter leaves in it
 * @property {boolean} wholeList the range is overlooked
 * @property {number} share how much of the list the answering replica has
 * @property {boolean} silent nothing is said of what follows
 * @property {boolean} positionCursor a cursor is a position
 * @property {boolean} pageTokens a page leads to the next one by a token in a header
 *
 * @typedef {{ insert?: number, remove?: number, where?: string }} Change
 */

/**
 * @template T
 * @param {object} options
 * @param {T[]} options.records in the order in which they are served
 * @param {number} options.offset
 * @param {number} options.size
 * @param {PageFaults} options.faults
 * @param {(index: number) => T} options.makeUp a record that is in no list, always the same by index
 * @returns {{ items: T[], offset: number, total: number, hasMore: boolean }}
 */
function cutPage({ records: all, offset, size, faults, makeUp }) {
	const records = faults.share < 1 ? all.slice(0, Math.ceil(all.length * faults.share)) : all;
	const from = faults.stuck || faults.wholeList ? 0 : offset;
	const items = spoilt(
		records.slice(from, faults.wholeList ? undefined : from + size),
		from,
		faults,
	);
	if (faults.endless) {
		while (items.length < size) items.push(makeUp(from + items.length));
		const total = Math.max(records.length, from + 2 * size) + faults.totalDelta;
		return { items, offset: from, total, hasMore: true };
	}
	if (faults.stuck) {
		// A list of one page gets a second one, or there would be nothing to be stuck before.
		const total = Math.max(records.length, items.length + 1) + faults.totalDelta;
		return { items, offset: 0, total, hasMore: true };
	}
	return {
		items,
		offset: from,
		total: records.length + faults.totalDelta,
		hasMore: from + items.length < records.length,
	};
}

/**
 * @template T
 * @param {T[]} page
 * @param {number} from its position in the list
 * @param {PageFaults} faults
 * @returns {T[]}
 */
function spoilt(page, from, { bytes, every }) {
	const left = every > 1 ? page.filter((_, index) => (from + index) % every === 0) : page;
	if (bytes === Infinity) return left;
	let sum = 0;
	const end = left.findIndex((record) => (sum += JSON.stringify(record).length) > bytes);
	return end < 0 ? left : left.slice(0, Math.max(1, end));
}

const LONG = 5000;
/** @type {WeakMap<object, number>} */
const lengthWhenChecked = new WeakMap();

/**
 * A copy in order, or the list itself when it is in order already: the usual case. A long list is
 * read in very many requests, so it is looked through again only after its length has changed.
 *
 * @template T
 * @param {T[]} list
 * @param {(a: T, b: T) => number} compare
 * @returns {T[]}
 */
function inOrder(list, compare) {
	if (list.length > LONG && lengthWhenChecked.get(list) === list.length) return list;
	for (let index = 1; index < list.length; index++) {
		if (compare(list[index - 1], list[index]) > 0) return [...list].sort(compare);
	}
	lengthWhenChecked.set(list, list.length);
	return list;
}

/**
 * @param {string | number} a
 * @param {string | number} b
 */
function compareValues(a, b) {
	return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * @param {string} where
 * @param {number} last the greatest position there is
 * @param {import('./random').Random} random
 * @returns {number}
 */
function positionOf(where, last, random) {
	if (where === 'start') return 0;
	if (where === 'end') return last;
	if (where === 'middle') return Math.floor(last / 2);
	return random.integer(0, last);
}

/**
 * Changes a list: first takes away, then puts in, both at the same place, so that as many in as out
 * leaves the total as it was.
 *
 * @param {{ count: () => number, removeAt: (index: number) => void, insertAt: (index: number) => void }} list
 * @param {Change} change
 * @param {import('./random').Random} random
 */
function changeList(list, { insert = 0, remove = 0, where = 'random' }, random) {
	for (let times = 0; times < remove && list.count() > 0; times++) {
		list.removeAt(positionOf(where, list.count() - 1, random));
	}
	for (let times = 0; times < insert; times++) {
		list.insertAt(positionOf(where, list.count(), random));
	}
}

/**
 * Numbers that nobody has had: also one that has left the list is never given again, or an invoice
 * would come back as another one.
 *
 * @param {Iterable<number>} taken
 */
function createNumbers(taken) {
	const used = new Set(taken);
	return {
		/**
		 * @param {number} from
		 * @param {1 | -1} step
		 * @returns {number} the next one that is free; it counts as used only when `take`n
		 */
		next(from, step) {
			let number = from + step;
			while (used.has(number)) number += step;
			return number;
		},
		/** @param {number} number */
		take: (number) => void used.add(number),
	};
}

module.exports = { createNumbers, cutPage, inOrder, compareValues, changeList };
