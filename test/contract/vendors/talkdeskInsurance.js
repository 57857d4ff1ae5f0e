'use strict';

const { randomUUID } = require('node:crypto');
const { NotAsked } = require('../ask');
const { noSecret } = require('../interview');
const { builtVendor, signerOf } = require('./built');

const PLACE = '{accountId}';

const vendor = builtVendor('TalkdeskInsurance', 'talkdeskInsurance');
const { normalize } = vendor.operations['invoice:getAll'];

/** @type {import('.').Contract} */
const talkdeskInsurance = {
	vendor,
	folder: 'TalkdeskInsurance',
	settings: [
		{ name: 'TALKDESK_INSURANCE_BASE_URL', field: 'baseUrl', about: 'of your Integrations Bridge' },
		{ name: 'TALKDESK_INSURANCE_HEADER_VALUE', field: 'headerValue', about: 'the secret' },
		{
			name: 'TALKDESK_INSURANCE_ACCOUNT_ID',
			field: 'accountId',
			about: 'an account with invoices',
		},
		{
			name: 'TALKDESK_INSURANCE_HEADER_NAME',
			field: 'headerName',
			about: 'the header of the secret',
			fallback: 'Authorization',
		},
		{
			name: 'TALKDESK_INSURANCE_INVOICES_PATH',
			field: 'invoicesPath',
			about: 'of Get Account Invoices',
			fallback: `/BillingInfoAPI/accountinvoices/${PLACE}`,
		},
		{
			name: 'TALKDESK_INSURANCE_ALLOW_HTTP',
			field: 'allowHttp',
			about: 'yes: plain http',
			fallback: '',
			isSwitch: true,
		},
	],
	signedBy: signerOf('TalkdeskInsuranceApi'),

	async questions(t) {
		const { invoicesPath, accountId } = t.credential;
		if (!invoicesPath.startsWith('/') || !invoicesPath.includes(PLACE)) {
			throw new NotAsked(`the invoices path must start with a slash and contain ${PLACE}`);
		}
		const pathOf = (/** @type {string} */ account) =>
			invoicesPath.replace(PLACE, encodeURIComponent(account));
		const { body } = await t.opening(pathOf(accountId));
		const bare = Array.isArray(body) ? body : undefined;
		const invoices = bare ?? body?._embedded?.invoices ?? (body?.total === 0 ? [] : undefined);
		if (bare !== undefined) t.note('The list is a bare array, without `_embedded`');
		const isList = t.expect('`_embedded.invoices`', Array.isArray(invoices), {
			assumes: 'the list of invoices',
			came: 'no list',
			meaning: 'fails',
		});
		if (!isList) return;
		if (bare === undefined) t.total(body.total, 'total');
		await t.step('All invoices in one response', async () => void (await t.readByNode(3)));
		const title = 'Invoices of the account';
		t.compare(invoices, {
			type: 'TalkdeskInsuranceInvoice',
			title,
			normalize,
			words: ['status'],
		});
		await t.step('Get', async () => {
			const [{ invoice_number: number = undefined } = {}] = invoices;
			if (number !== undefined) await t.getByNode('Get', 'number', number);
		});
		await t.step('An unknown account', async () => {
			t.refusal('An unknown account', await t.get(pathOf(randomUUID())), [404]);
		});
		await t.wrongSecret(pathOf(accountId), { headerValue: `Bearer ${noSecret()}` }, [401]);
	},
};

module.exports = { talkdeskInsurance };
