'use strict';

/**
 * How each vendor's list is read by a plain program: without looking twice at anything.
 *
 * @typedef {(path: string, options?: { params?: object, headers?: Record<string, string> }) => Promise<any>} Get
 * gives the body of an answer
 *
 * @typedef {object} Page
 * @property {object[]} records
 * @property {number} [pages] how many pages the list has, where the vendor tells
 *
 * @typedef {(get: Get, parallel: number, account: string) => Promise<object[]>} Reader
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

/** @type {Record<string, Reader>} */
const READERS = {
	talkdesk: numbered(async (get, page) => {
		const params = { order_by: 'date:asc', page: page + 1, per_page: 250 };
		const body = await get('/express/invoices', { params });
		return { records: body._embedded.invoices, pages: body.total_pages };
	}, 250),

	talkdeskInsurance: async (get, _parallel, account) => {
		const body = await get(`/BillingInfoAPI/accountinvoices/${account}`);
		return body._embedded.invoices;
	},

	fastly: async (get) => {
		const pages = [];
		let cursor;
		do {
			const body = await get('/billing/v3/invoices', { params: { limit: 200, cursor } });
			pages.push(body.data);
			cursor = body.meta.next_cursor;
		} while (cursor);
		return pages.flat();
	},

	carrierX: numbered(async (get, page) => {
		const params = { order: 'date_created asc', limit: 1000, offset: page * 1000 };
		const body = await get('/billing/invoices', { params });
		return { records: body.items, pages: Math.ceil(body.total / 1000) };
	}, 1000),

	i3dNet: numbered(async (get, page) => {
		const headers = { 'RANGED-DATA': `start=${page * 100},results=100` };
		return { records: await get('/v3/account/invoice', { headers }) };
	}, 100),
};

module.exports = { READERS };
