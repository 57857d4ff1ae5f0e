'use strict';

const { invoicesOf, listIn, noSecret } = require('../interview');
const { builtVendor, signerOf } = require('./built');

const LIST = '/billing/v3/invoices';
const MOST = 200;
const SMALL = 4;
const NO_ID = '999999999999999';

const vendor = builtVendor('Fastly', 'fastly');
const { normalize } = vendor.operations['invoice:getAll'];
const monthToDate = vendor.operations['invoice:getMonthToDate'].normalize;

const RECORD = {
	type: 'FastlyInvoice',
	words: ['payment_status'],
	either: [
		['product_name', 'ProductName'],
		['product_group', 'ProductGroup'],
		['product_line', 'ProductLine'],
		['region', 'Region'],
		['usage_type', 'UsageType'],
	],
};

/** @type {import('.').Contract} */
const fastly = {
	vendor,
	folder: 'Fastly',
	settings: [
		{ name: 'FASTLY_API_TOKEN', field: 'apiToken', about: 'a token with billing access' },
		{
			name: 'FASTLY_BASE_URL',
			field: 'baseUrl',
			about: 'base URL of the API',
			fallback: 'https://api.fastly.com',
		},
	],
	signedBy: signerOf('FastlyApi'),

	async questions(t) {
		const first = await t.opening(LIST, { query: { limit: SMALL } });
		const { data, meta } = first.body;
		const isList = t.expect('`data`', Array.isArray(data), {
			assumes: 'the list of invoices',
			came: 'no list',
			meaning: 'fails',
		});
		if (!isList) return;
		const total = t.total(meta?.total, 'meta.total');
		t.pageSize('`limit`', data, { asked: SMALL, total });
		t.expect('`meta.limit`', meta?.limit === data.length, {
			assumes: 'the number of invoices in the response',
			came: typeof meta?.limit === 'number' ? 'another number' : 'no number',
			meaning: 'fine',
		});

		let both = data;
		await t.step('The page after the cursor', async () => {
			const cursor = meta?.next_cursor;
			if (!cursor) return t.note('The list has one page of 4: no cursor could be followed');
			const { body } = await t.get(LIST, { query: { limit: SMALL, cursor } });
			const ids = new Set(data.map((/** @type {any} */ { invoice_id }) => invoice_id));
			const again = listIn(body.data).filter(({ invoice_id }) => ids.has(invoice_id)).length;
			t.expect('The page after the cursor', Array.isArray(body.data) && again === 0, {
				assumes: 'invoices that were not on the page before',
				came: Array.isArray(body.data) ? `${again} that were` : 'no list',
				meaning: Array.isArray(body.data) ? 'fine' : 'fails',
			});
			t.expect('The next cursor', body.meta?.next_cursor !== cursor, {
				assumes: 'another cursor with each page',
				came: 'the same one',
				meaning: 'fails',
			});
			both = [...data, ...listIn(body.data)];
		});
		t.order(both, 'billing_start_date', -1);

		let all = both;
		await t.step('Largest page', async () => {
			const [answer] = await t.readByNode(2);
			const largest = listIn(answer?.data);
			const isEnd = !answer?.meta?.next_cursor;
			t.pageSize('Largest page', largest, {
				asked: MOST,
				total: isEnd ? largest.length : total,
			});
			if (largest.length > both.length) all = largest;
		});
		await t.step('Above the largest page', async () => {
			const answer = await t.get(LIST, { query: { limit: MOST + 1 } });
			t.tooMany('Above the largest page', answer, listIn(answer.body?.data).length, MOST);
		});
		t.compare(all, { ...RECORD, title: 'Invoices of the list', normalize });

		await t.step('Get', async () => {
			const [listed] = data;
			if (listed === undefined) return t.note('The list is empty: Get could not be checked');
			const [got] = await t.getByNode('Get', 'id', listed.invoice_id);
			if (got === undefined) return;
			t.sameInvoice(invoicesOf(normalize, [listed])[0], invoicesOf(normalize, [got])[0]);
		});
		await t.step('Get an invoice of the oldest form', async () => {
			const oldest = all[all.length - 1]?.invoice_id;
			if (oldest === undefined || oldest === data[0].invoice_id) return;
			await t.getByNode('Get an invoice of the oldest form', 'id', oldest);
		});
		t.note(`Payment status: ${told(all.map(({ payment_status: word }) => word ?? 'none'))}`);
		await t.step('Month to date', async () => {
			const { status, body } = await t.get(`${LIST}/month-to-date`);
			t.expect('Month to date', [200, 202].includes(status), {
				assumes: '200, or 202 while it is prepared',
				came: String(status),
				meaning: 'fails',
			});
			if (status !== 200) return;
			const isBare = t.expect(
				'Month to date: the response',
				body?.billing_start_date !== undefined,
				{
					assumes: 'the bare invoice',
					came: 'an object around it',
					meaning: 'fails',
				},
			);
			if (!isBare) return;
			const sometimes = [
				'statement_number',
				'currency_code',
				'invoice_posted_on',
				'invoice_id',
				'payment_status',
			];
			const check = { ...RECORD, title: 'Month to date', normalize: monthToDate, sometimes };
			t.compare([body], check);
		});
		await t.step('An unknown ID', async () => {
			t.refusal('An unknown ID', await t.get(`${LIST}/${NO_ID}`), [404]);
		});
		await t.wrongSecret(LIST, { apiToken: noSecret() }, [401]);
	},
};

/** Words that the code knows may be shown, others are only counted. @param {string[]} words */
function told(words) {
	const known = ['paid', 'outstanding', 'none'];
	const counts = new Map();
	for (const word of words) {
		const shown = known.includes(word) ? word : 'another word';
		counts.set(shown, (counts.get(shown) ?? 0) + 1);
	}
	return [...counts].map(([word, count]) => `${word} ${count}`).join(', ') || 'no invoices';
}

module.exports = { fastly };
