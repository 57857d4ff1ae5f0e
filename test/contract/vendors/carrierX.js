'use strict';

const { randomUUID } = require('node:crypto');
const { invoicesOf, listIn, noSecret } = require('../interview');
const { builtVendor, signerOf } = require('./built');

const LIST = '/billing/invoices';
const MOST = 1000;
const SMALL = 4;
const SID = 'invoice_sid';
const FAR = 10_000_000;

const vendor = builtVendor('CarrierX', 'carrierX');
const { normalize } = vendor.operations['invoice:getAll'];

/** @type {import('.').Contract} */
const carrierX = {
	vendor,
	folder: 'CarrierX',
	settings: [
		{ name: 'CARRIERX_ACCESS_TOKEN', field: 'accessToken', about: 'with the scope invoices.read' },
		{
			name: 'CARRIERX_BASE_URL',
			field: 'baseUrl',
			about: 'base URL of the API',
			fallback: 'https://api.carrierx.com/core/v2',
		},
	],
	signedBy: signerOf('CarrierXApi'),

	async questions(t) {
		const oldest = { order: 'date_created asc' };
		const first = await t.opening(LIST, { query: { ...oldest, limit: SMALL, offset: 0 } });
		const { items, has_more: more } = first.body;
		const isList = t.expect('`items`', Array.isArray(items), {
			assumes: 'the list of invoices',
			came: 'no list',
			meaning: 'fails',
		});
		if (!isList) return;
		const total = t.total(first.body.total, 'total');
		t.pageSize('`limit`', items, { asked: SMALL, total });
		t.expect('`has_more`', typeof more === 'boolean', {
			assumes: 'true or false',
			came: more === undefined ? 'no such field' : typeof more,
			because: 'the end is proven by further requests',
		});
		t.order(items, 'date_created', 1);
		const sid = items[0]?.invoice_sid;
		if (sid === undefined) t.note('The list is empty: little could be checked');

		await t.step('`offset`', async () => {
			const { body } = await t.get(LIST, { query: { ...oldest, limit: SMALL, offset: 2 } });
			const before = items.slice(2).map((/** @type {any} */ { invoice_sid }) => invoice_sid);
			const after = listIn(body.items).map(({ invoice_sid }) => invoice_sid);
			const fits = before.every(
				(/** @type {any} */ each, /** @type {number} */ index) => each === after[index],
			);
			t.expect('`offset`', fits, {
				assumes: 'counts records from 0, in the same order',
				came: 'other records than the previous page had there',
				meaning: 'fails',
			});
		});
		await t.step('`order`', async () => {
			const { body } = await t.get(LIST, { query: { order: 'date_created desc', limit: SMALL } });
			t.order(listIn(body.items), 'date_created', -1);
		});
		await t.step('Largest page', async () => {
			const [answer] = await t.readByNode(2);
			const all = listIn(answer?.items);
			const isEnd = answer?.has_more === false;
			t.pageSize('Largest page', all, { asked: MOST, total: isEnd ? all.length : total });
			const sometimes = ['invoice_items.direction'];
			const words = ['status'];
			const check = { type: 'CarrierXInvoice', title: 'Invoices of the list' };
			t.compare(all, { ...check, normalize, sometimes, words });
			const drafts = invoicesOf(normalize, all).filter(({ status }) => status === 'draft').length;
			const unissued = all.filter(({ date_issued: date }) => (date ?? null) === null).length;
			t.note(`Without an issue date: ${unissued}, of which the node treats ${drafts} as drafts`);
			const statuses = new Set(all.map(({ status }) => String(status).toLowerCase()));
			t.note(`Different status texts: ${statuses.size}`);
		});
		await t.step('Fields', async () => {
			// How the parameter is spelled is not documented; the node sends both.
			const query = { include_fields: SID, includeFields: `${SID},amount`, limit: 1 };
			const { body } = await t.get(LIST, { query });
			const count = Object.keys(listIn(body?.items)[0] ?? {}).length;
			const obeyed = { 1: '`include_fields`', 2: '`includeFields`' }[count] ?? 'neither spelling';
			t.note(`Field selection works as ${obeyed}`);
		});
		await t.step('Above the largest page', async () => {
			const answer = await t.get(LIST, { query: { ...oldest, limit: MOST + 1 } });
			t.tooMany('Above the largest page', answer, listIn(answer.body?.items).length, MOST);
		});
		await t.step('A page past the end', async () => {
			const answer = await t.get(LIST, { query: { ...oldest, limit: SMALL, offset: FAR } });
			t.beyondEnd(answer, answer.body?.items);
		});
		await t.step('Unpaid', async () => {
			const { status, body } = await t.get(LIST, { query: { filter: 'paid eq false', limit: 50 } });
			const paid = listIn(body?.items).filter((record) => record.paid !== false).length;
			t.expect('The filter `paid eq false`', status === 200 && paid === 0, {
				assumes: 'unpaid invoices only',
				came: status === 200 ? `${paid} others` : String(status),
				meaning: status === 200 ? 'fine' : 'fails',
				because: status === 200 ? 'the node leaves them out' : undefined,
			});
		});
		if (sid !== undefined) {
			await t.step('Get', async () => {
				const [got] = await t.getByNode('Get', 'id', sid);
				if (got === undefined) return;
				t.sameInvoice(invoicesOf(normalize, [items[0]])[0], invoicesOf(normalize, [got])[0]);
			});
			await t.step('PDF', async () => await t.pdf(`${LIST}/${encodeURIComponent(sid)}.pdf`));
		}
		await t.step('An unknown ID', async () => {
			t.refusal('An unknown ID', await t.get(`${LIST}/${randomUUID()}`), [404]);
		});
		await t.wrongSecret(LIST, { accessToken: noSecret() }, [401]);
	},
};

module.exports = { carrierX };
