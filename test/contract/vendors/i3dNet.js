// @ts-check
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
	settings: [
		{ name: 'I3DNET_PRIVATE_TOKEN', field: 'privateToken', about: 'the API key' },
		{
			name: 'I3DNET_BASE_URL',
			field: 'baseUrl',
			about: 'where the API is',
			fallback: 'https://api.i3d.net',
		},
	],
	signedBy: signerOf('I3dNetApi'),

	async questions(t) {
		const { body: first } = await t.opening(LIST, range(0, SMALL));
		const isList = t.expect('The list', Array.isArray(first), {
			assumes: 'a bare array',
			came: 'an object',
			meaning: 'fails',
		});
		if (!isList) return;
		t.pageSize('`RANGED-DATA`: results', first, { asked: SMALL, total: null });
		const [one] = first;
		if (one === undefined) t.note('The list is empty: little could be asked');

		await t.step('`RANGED-DATA`: start', async () => {
			const { body } = await t.get(LIST, range(SMALL - SHARED, SMALL));
			const before = first.slice(SMALL - SHARED).map((/** @type {any} */ { id }) => id);
			const after = listIn(body).map(({ id }) => id);
			const fits = before.every(
				(/** @type {any} */ id, /** @type {number} */ index) => id === after[index],
			);
			t.expect('`RANGED-DATA`: start', fits, {
				assumes: 'counted in records from 0, and the same order again',
				came: 'other records than the page before had there',
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
				assumes: `as many records as were asked for (${USUAL}), or as there are`,
				came: String(usual.length),
				meaning: 'fine',
				because: 'it reads on from where the page ended',
			});
			t.note(`Pages: ${answers.map((each) => listIn(each).length).join(', ')} records`);
			t.note(`Asked for ${LARGE} records at once: ${large.length} came`);
			const check = { type: 'I3dNetListedInvoice', title: 'Invoices of the list' };
			t.compare(large.length > usual.length ? large : usual, { ...check, normalize: listed });
			const days = large.map(({ creationDate }) => Number(creationDate));
			const isNewestFirst = days.every((day, index) => index === 0 || day <= days[index - 1]);
			t.note(`Newest first, which the node does not rely on: ${isNewestFirst ? 'yes' : 'no'}`);
		});
		await t.step('A page behind the end', async () => {
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
				because: isArray ? 'it leaves them out itself' : undefined,
			});
		});
		if (one !== undefined) {
			await t.step('Get by ID', async () => {
				const { status, body } = await t.get(`${LIST}/${encodeURIComponent(one.id)}`);
				t.expect('Get by ID', status === 200 && Array.isArray(body) && body.length === 1, {
					assumes: 'an array of one invoice',
					came:
						status !== 200 ? String(status) : Array.isArray(body) ? `${body.length}` : 'an object',
					meaning: status === 200 && !Array.isArray(body) ? 'fine' : 'fails',
				});
				const detail = Array.isArray(body) ? body[0] : body;
				if (status !== 200 || typeof detail !== 'object') return;
				t.compare([detail], {
					type: 'I3dNetInvoice',
					title: 'An invoice by Get',
					normalize: detailed,
				});
				t.sameInvoice(invoicesOf(listed, [one])[0], invoicesOf(detailed, [detail])[0]);
			});
			await t.step('Get by number', async () => {
				const path = `${LIST}/number/${encodeURIComponent(one.invoiceNumber)}`;
				const { status, body } = await t.get(path);
				const found = Array.isArray(body) ? body[0] : body;
				t.expect('Get by number', status === 200 && String(found?.id) === String(one.id), {
					assumes: 'the invoice with this number',
					came: status === 200 ? 'another one' : String(status),
					meaning: 'fails',
				});
			});
			await t.step('PDF', async () => await t.pdf(`${LIST}/${encodeURIComponent(one.id)}/pdf`));
		}
		await t.step('An unknown id', async () => {
			t.refusal('An unknown id', await t.get(`${LIST}/999999999999`), [404]);
		});
		await t.wrongSecret(LIST, { privateToken: noSecret() }, [401, 403], range(0, 1));
	},
};

module.exports = { i3dNet };
