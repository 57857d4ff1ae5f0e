// @ts-check
'use strict';

/** The emulator of i3D.net. */
const { createSandbox } = require('./index');
const { askOn, itemsOf } = require('./asking');

/** @type {Awaited<ReturnType<typeof createSandbox>>} */
let sandbox;
const { list } = askOn(() => sandbox);

beforeAll(async () => {
	sandbox = await createSandbox();
});
afterAll(() => sandbox.stop());
afterEach(() => {
	sandbox.clearFaults();
	sandbox.clearRequests();
});

test('its size is the number of its invoices', () => {
	expect(sandbox.data.i3dNet.length).toBe(90);
});

test('each invoice has its detail', () => {
	expect(Object.keys(sandbox.data.i3dNetDetails)).toHaveLength(90);
});

test.each([1, 2, 3, 4, 5])('seed %i has every variant', async (seed) => {
	const made = await createSandbox({ seed });
	await made.stop();
	const { i3dNet } = made.data;
	/** @type {Record<string, boolean>} */
	const found = {
		i3dFive: i3dNet.some((/** @type {any} */ x) => x.amountIncVAT === '5'),
		i3dMinusFive: i3dNet.some((/** @type {any} */ x) => x.amountIncVAT === '-5'),
		i3dName: i3dNet.some((/** @type {any} */ x) => x.currency === 'Euro'),
		i3dWhole: i3dNet.some(
			(/** @type {any} */ x) =>
				x.amountIncVAT !== '0' &&
				(Number(x.remainingAmount) + Number(x.totalPaidAmount)) * 100 === Number(x.amountIncVAT),
		),
		i3dSlash: i3dNet.some((/** @type {any} */ x) => x.invoiceNumber.includes('/')),
		i3dYen: i3dNet.some((/** @type {any} */ x) => x.currencySign === '¥'),
	};
	expect(Object.keys(found).filter((name) => !found[name])).toEqual([]);
});

test('the shape of a refusal', async () => {
	const { body } = await list('i3dNet', '', { 'private-token': 'no' });
	expect(body).toEqual({
		errorCode: expect.any(Number),
		errorMessage: 'Invalid credentials',
		errors: [],
	});
});

test('the usual page and the largest one', async () => {
	const { body } = await list('i3dNet');
	expect(itemsOf('i3dNet')(body)).toHaveLength(25);
	expect((await list('i3dNet', '', { 'RANGED-DATA': 'start=0' })).status).toBe(400);
});

test('text in the description; unpaid without paid and credits', async () => {
	const range = { 'RANGED-DATA': 'start=0,results=200' };
	const found = await list('i3dNet', '?filter=setup', range);
	expect(found.body.length).toBeGreaterThan(0);
	for (const { description } of found.body) expect(description).toContain('Setup');
	const unpaid = await list('i3dNet', '/unpaid', range);
	expect(unpaid.body).toEqual(
		sandbox.data.i3dNet.filter(
			(/** @type {any} */ x) => x.isCredit === 0 && x.remainingAmount !== '0',
		),
	);
});

test('an invoice by id', async () => {
	const { data } = sandbox;
	expect((await list('i3dNet', `/${data.i3dNet[3].id}`)).body).toEqual([
		data.i3dNetDetails[data.i3dNet[3].id],
	]);
});

test('an invoice by number', async () => {
	const { data } = sandbox;
	expect((await list('i3dNet', `/number/${data.i3dNet[3].invoiceNumber}`)).body).toEqual([
		data.i3dNetDetails[data.i3dNet[3].id],
	]);
});

test('what does not exist is 404', async () => {
	const { status, body } = await list('i3dNet', '/1');
	expect([status, Object.keys(body)[0]]).toEqual([404, 'errorCode']);
});

test('bareDetail: an invoice without the list around it', async () => {
	sandbox.addFault({ vendor: 'i3dNet', kind: 'bareDetail' });
	const { id } = sandbox.data.i3dNet[0];
	expect((await list('i3dNet', `/${id}`)).body.id).toBe(Number(id));
});
