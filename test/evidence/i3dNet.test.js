/** The emulator of i3D.net, held against the vendor's OpenAPI document. */
const { default: Ajv } = require('ajv');
const { createSandbox } = require('../sandbox');
const facts = require('./i3dNetFacts');

const ajv = new Ajv({ allErrors: true });
const checks = Object.fromEntries(
	Object.entries(facts).map(([name, schema]) => [name, ajv.compile(schema)]),
);

/** @type {Awaited<ReturnType<typeof createSandbox>>} */
let sandbox;
beforeAll(async () => {
	sandbox = await createSandbox({ sizes: { i3dNet: 64 } });
});
afterAll(() => sandbox.stop());

/** @param {string} path */
async function answerTo(path) {
	const { privateToken, baseUrl } = sandbox.credentials.i3dNetApi;
	const headers = { 'PRIVATE-TOKEN': privateToken, 'RANGED-DATA': 'start=0,results=200' };
	return await (await fetch(baseUrl + path, { headers })).json();
}

/**
 * @param {string} name
 * @param {unknown} answer
 */
function expectFacts(name, answer) {
	checks[name](answer);
	expect(checks[name].errors).toBeNull();
}

test.each(['/v3/account/invoice', '/v3/account/invoice/unpaid'])('%s', async (path) => {
	const answer = /** @type {unknown[]} */ (await answerTo(path));
	expect(answer.length).toBeGreaterThan(20);
	expectFacts('lists', answer);
});

test('each detail, by id and by number', async () => {
	for (const { id, invoiceNumber } of sandbox.data.i3dNet) {
		const byId = await answerTo(`/v3/account/invoice/${id}`);
		expectFacts('details', byId);
		const path = `/v3/account/invoice/number/${encodeURIComponent(invoiceNumber)}`;
		expect(await answerTo(path)).toEqual(byId);
	}
});

test('the caller', async () => expectFacts('user', await answerTo('/v3/session/user')));

test('an error', async () => expectFacts('error', await answerTo('/v3/account/invoice/1')));

test('the facts refuse what the vendor would not send', () => {
	const [record] = sandbox.data.i3dNet;
	for (const odd of [{ id: 5 }, { paymentDate: null }, { isCredit: true }, { dueDate: 'soon' }]) {
		expect(checks.lists([{ ...record, ...odd }])).toBe(false);
	}
	const detail = sandbox.data.i3dNetDetails[record.id];
	const [item = {}] = detail.items;
	for (const odd of [{ orderId: 5 }, { periodTo: null }]) {
		expect(checks.details([{ ...detail, items: [{ ...item, ...odd }] }])).toBe(false);
	}
});
