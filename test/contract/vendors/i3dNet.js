'use strict';

const { invoicesOf, listIn, noSecret } = require('../interview');
const { builtVendor, signerOf } = require('./built');

const LIST = '/v3/account/invoice';
const USUAL = 100;
const LARGE = 1000;
const SMALL = 5;
const SHARED = 2;
const FAR = 10_000_000;

const vendor = builtVendor('I3dNet', 'i3dNet');
const listed = vendor.operations['invoice:getAll'].normalize;
const detailed = vendor.operations['invoice:get'].normalize;

/** @param {number} start @param {number} results */
const range = (start, results) => ({
	headers: { 'RANGED-DATA': `start=${start},results=${results}` },
});

/** @type {import('.').Contract} */
const i3dNet = {
	vendor,
	folder: 'I3dNet',
	alias: ['i3d'],
	settings: [
		{ name: 'I3DNET_PRIVATE_TOKEN', field: 'privateToken', about: 'the API key' },
		{
			name: 'I3DNET_BASE_URL',
			field: 'baseUrl',
			about: 'base URL of the API',
			fallback: 'https://api.i3d.net',
		},
	],
	signedBy: signerOf('I3dNetApi'),

	async questions(t) {
		const { body: first, names } = await t.opening(LIST, range(0, SMALL));
		t.note(`A header \`page-token\`: ${names.includes('page-token') ? 'yes' : 'no'}`);
		const isList = t.expect('The list', Array.isArray(first), {
			assumes: 'a bare array',
			came: 'an object',
			meaning: 'fails',
		});
		if (!isList) return;
		t.pageSize('`RANGED-DATA`: results', first, { asked: SMALL, total: null });
		const [one] = first;
		if (one === undefined) t.note('The list is empty: little could be checked');

		await t.step('`RANGED-DATA`: start', async () => {
			const { body } = await t.get(LIST, range(SMALL - SHARED, SMALL));
			const before = first.slice(SMALL - SHARED).map((/** @type {any} */ { id }) => id);
			const after = listIn(body).map(({ id }) => id);
			const fits = before.every(
				(/** @type {any} */ id, /** @type {number} */ index) => id === after[index],
			);
			t.expect('`RANGED-DATA`: start', fits, {
				assumes: 'counts records from 0, in the same order',
				came: 'other records than the previous page had there',
				meaning: 'fails',
			});
		});
		await t.step('The usual page', async () => {
			const answers = await t.readByNode(3);
			const usual = listIn(answers[0]);
			const { body } = await t.get(LIST, range(0, LARGE));
			const large = listIn(body);
			const ids = [...answers, large].flatMap(listIn).map(({ id }) => id);
			const isCapped = usual.length < USUAL && new Set(ids).size > usual.length;
			t.expect('The usual page', !isCapped && usual.length <= USUAL, {
				assumes: `as many records as requested (${USUAL}), or as there are`,
				came: String(usual.length),
				meaning: 'fine',
				because: 'the node continues where the page ended',
			});
			t.note(`Pages: ${answers.map((each) => listIn(each).length).join(', ')} records`);
			const statuses = new Set(large.map((each) => `${each.paymentStatus} (${paidWord(each)})`));
			t.note(`Payment status, and whether a payment date is stated: ${told(statuses)}`);
			t.note(`Requested ${LARGE} records at once: received ${large.length}`);
			const check = { type: 'I3dNetListedInvoice', title: 'Invoices of the list' };
			t.compare(large.length > usual.length ? large : usual, { ...check, normalize: listed });
			const days = large.map(({ creationDate }) => Number(creationDate));
			const isNewestFirst = days.every((day, index) => index === 0 || day <= days[index - 1]);
			t.note(`Newest first, which the node does not rely on: ${isNewestFirst ? 'yes' : 'no'}`);
		});
		await t.step('A page past the end', async () => {
			const answer = await t.get(LIST, range(FAR, SMALL));
			t.beyondEnd(answer, answer.body);
		});
		await t.step('Unpaid', async () => {
			const { status, body } = await t.get(`${LIST}/unpaid`, range(0, USUAL));
			const isArray = status === 200 && Array.isArray(body);
			const credits = listIn(body).filter(({ isCredit }) => String(isCredit) === '1').length;
			t.expect('Unpaid', isArray && credits === 0, {
				assumes: 'a bare array without credit invoices',
				came: isArray ? `${credits} credit invoices` : String(status),
				meaning: isArray ? 'fine' : 'fails',
				because: isArray ? 'the node leaves them out' : undefined,
			});
		});
		if (one !== undefined) {
			await t.step('Get by ID', async () => {
				const [detail] = await t.getByNode('Get by ID', 'id', one.id);
				if (detail === undefined) return;
				t.compare([detail], {
					type: 'I3dNetInvoice',
					title: 'An invoice by Get',
					normalize: detailed,
				});
				t.sameInvoice(invoicesOf(listed, [one])[0], invoicesOf(detailed, [detail])[0]);
			});
			await t.step('Get by number', async () => {
				const found = await t.getByNode('Get by number', 'number', one.invoiceNumber);
				if (found.length === 0) return;
				const isIt = found.some(({ id }) => String(id) === String(one.id));
				t.expect('Get by number: the ID', isIt, {
					assumes: 'that of the list',
					came: 'another one',
					meaning: 'fails',
				});
			});
			await t.step('PDF', async () => await t.pdf(`${LIST}/${encodeURIComponent(one.id)}/pdf`));
		}
		await t.step('An unknown ID', async () => {
			t.refusal('An unknown ID', await t.get(`${LIST}/999999999999`), [404]);
		});
		await t.wrongSecret(LIST, { privateToken: noSecret() }, [401, 403], range(0, 1));
	},
};

/** @param {any} record */
const paidWord = ({ paymentDate }) => (Number(paymentDate) > 0 ? 'a date' : 'none');

/** Short numbers may be shown. @param {Set<string>} statuses */
const told = (statuses) =>
	[...statuses].map((each) => (/^\d \(/.test(each) ? each : 'something else')).join(', ');

module.exports = { i3dNet };
