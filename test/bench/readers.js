'use strict';

/**
 * What the plain programs have in common that read the vendors' lists, each of which stands in the
 * vendor's row: they do not look twice at anything.
 *
 * @typedef {(path: string, options?: { params?: object, headers?: Record<string, string> }) => Promise<any>} Get
 * gives the body of an answer
 *
 * @typedef {object} Page
 * @property {object[]} records
 * @property {number} [pages] how many pages the list has, where the vendor tells
 *
 * @typedef {(get: Get, parallel: number) => Promise<object[]>} Reader
 */

/**
 * Reads a list whose pages can be addressed: the first one alone, to learn how far the list goes, then
 * the others, so many at a time. Without a total it asks ahead until a page is short.
 *
 * @param {(get: Get, page: number) => Promise<Page>} ask pages from 0
 * @param {number} size
 * @returns {Reader}
 */
function numbered(ask, size) {
	return async (get, parallel) => {
		const first = await ask(get, 0);
		const pages = [first.records];
		let end = first.pages ?? (first.records.length < size ? 1 : Infinity);
		let next = 1;
		const lane = async () => {
			while (next < end) {
				const page = next++;
				const { records } = await ask(get, page);
				pages[page] = records;
				if (records.length < size) end = Math.min(end, page + 1);
			}
		};
		await Promise.all(Array.from({ length: parallel }, lane));
		return pages.flat();
	};
}

module.exports = { numbered };
