// @ts-check
'use strict';

/** The emulator of Talkdesk Insurance. */
const { createSandbox } = require('./index');
const { askOn, itemsOf } = require('./asking');

/** @type {Awaited<ReturnType<typeof createSandbox>>} */
let sandbox;
const { get, headersOf, list } = askOn(() => sandbox);

beforeAll(async () => {
	sandbox = await createSandbox();
});
afterAll(() => sandbox.stop());
afterEach(() => {
	sandbox.clearFaults();
	sandbox.clearRequests();
});

test('its size is the number of its invoices', () => {
	expect(Object.values(sandbox.data.talkdeskInsurance).flat().length).toBe(12);
});

test.each([1, 2, 3, 4, 5])('seed %i has every variant', async (seed) => {
	const made = await createSandbox({ seed });
	await made.stop();
	const insurance = Object.values(made.data.talkdeskInsurance).flat();
	/** @type {Record<string, boolean>} */
	const found = {
		insuranceCredit: insurance.some((/** @type {any} */ x) => x.amount.startsWith('-')),
		insurancePart: insurance.some(
			(/** @type {any} */ x) => parseFloat(x.paid_amount) > 0 && parseFloat(x.due_amount) > 0,
		),
		insuranceNoLines: insurance.some(
			(/** @type {any} */ x) => x.invoice_items_details.length === 0,
		),
		insuranceCurrency: insurance.some((/** @type {any} */ x) => x.amount.endsWith(' usd')),
		insurancePlain: insurance.some((/** @type {any} */ x) => /\d$/.test(x.amount)),
		insuranceCustom: insurance.some((/** @type {any} */ x) => x.custom_fields?.length > 0),
	};
	expect(Object.keys(found).filter((name) => !found[name])).toEqual([]);
});

test('the shape of a refusal', async () => {
	const { body } = await list('talkdeskInsurance', '', { authorization: 'no' });
	expect(body).toEqual(
		expect.objectContaining({
			status: 401,
			userMessage: expect.any(String),
			details: [expect.objectContaining({ stackTrace: expect.any(String) })],
		}),
	);
});

test('the usual page and the largest one', async () => {
	const { body } = await list('talkdeskInsurance');
	expect(itemsOf('talkdeskInsurance')(body)).toHaveLength(4);
});

test('an account is encoded in its address', () => {
	expect(sandbox.insuranceAccounts).toContain('Müller & Söhne 7');
});

test('each insurance account is found by its encoded id', async () => {
	const headers = await headersOf('talkdeskInsurance');
	for (const account of sandbox.insuranceAccounts) {
		const where = `/insurance/BillingInfoAPI/accountinvoices/${encodeURIComponent(account)}`;
		const { body } = await get(sandbox.origin + where, headers);
		const invoices = sandbox.data.talkdeskInsurance[account];
		// An empty list leaves out all but its total.
		expect(body).toEqual({
			...(invoices.length > 0 ? { _embedded: { invoices } } : {}),
			total: invoices.length,
		});
	}
});

test('an account that does not exist is 404', async () => {
	const where = `${sandbox.origin}/insurance/BillingInfoAPI/accountinvoices/nobody`;
	const { status, body } = await get(where, await headersOf('talkdeskInsurance'));
	expect([status, Object.keys(body)[0]]).toEqual([404, 'status']);
});
