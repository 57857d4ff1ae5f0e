/** The emulator of Fastly, read by the vendor's own client for Node.js. */
const Fastly = require('fastly');
const { createSandbox } = require('../sandbox');

/** @type {Awaited<ReturnType<typeof createSandbox>>} */
let sandbox;
/** @type {any} */
let invoices;

beforeAll(async () => {
	sandbox = await createSandbox();
	const { apiToken, baseUrl } = sandbox.credentials.fastlyApi;
	invoices = new Fastly.BillingInvoicesApi(clientOf(baseUrl, apiToken));
});
afterAll(() => sandbox.stop());

/**
 * The client asks one host only, which each call hands on as its last argument.
 *
 * @param {string} baseUrl
 * @param {string} apiToken
 */
function clientOf(baseUrl, apiToken) {
	const client = new Fastly.ApiClient();
	client.authenticate(apiToken);
	const { callApi } = client;
	client.callApi = (/** @type {any[]} */ ...parts) =>
		callApi.apply(client, [...parts.slice(0, -1), baseUrl]);
	return client;
}

/** @param {unknown} value as JSON, without what the client leaves undefined */
const plain = (value) => JSON.parse(JSON.stringify(value));

test('its list is followed by cursor to the end', async () => {
	/** @type {any[]} */
	const read = [];
	let cursor;
	do {
		const { data, meta } = await invoices.listInvoices({ limit: '7', cursor });
		read.push(...data);
		cursor = meta.next_cursor;
	} while (cursor);
	const idsOf = (/** @type {any[]} */ list) => list.map(({ invoice_id: id }) => id);
	expect(idsOf(read)).toEqual(idsOf(sandbox.data.fastly));
});

/** Fields that the client's model declares; of the lines, those that it spells like the emulator. */
const LINE_FIELDS = ['amount', 'description', 'rate', 'units'];

test('what the client knows of an invoice is what the emulator sends', async () => {
	const listed = plain((await invoices.listInvoices({ limit: '200' })).data);
	expect(listed).toHaveLength(sandbox.data.fastly.length);
	for (const [index, invoice] of sandbox.data.fastly.entries()) {
		const { transaction_line_items: lines, ...header } = listed[index];
		const { transaction_line_items: sentLines, payment_status: _new, ...sent } = invoice;
		// A date that is not there becomes that of 1970.
		const posted = sent.invoice_posted_on === null ? {} : { invoice_posted_on: expect.anything() };
		expect(moments(header)).toMatchObject(moments({ ...sent, ...posted }));
		for (const [at, line] of sentLines.entries()) {
			for (const name of LINE_FIELDS) expect(lines[at][name]).toEqual(line[name]);
		}
	}
});

/**
 * The client makes dates of some fields.
 *
 * @param {Record<string, unknown>} record
 */
function moments(record) {
	const isDate = (/** @type {string} */ name) => /_date$|_on$/.test(name);
	return Object.fromEntries(
		Object.entries(record).map(([name, value]) => [
			name,
			isDate(name) && typeof value === 'string' ? Date.parse(value) : value,
		]),
	);
}

test.each(['of today', 'of older months'])('gets an invoice by an id %s', async (which) => {
	const isOld = (/** @type {any} */ { invoice_id: id }) => /^\d+$/.test(id);
	const { invoice_id: id } = sandbox.data.fastly.find(
		(/** @type {any} */ record) => isOld(record) === (which !== 'of today'),
	);
	const invoice = await invoices.getInvoiceByInvoiceId({ invoice_id: id });
	expect(plain(invoice).invoice_id).toBe(id);
});

test('gets the month to date', async () => {
	const estimate = plain(await invoices.getMonthToDateInvoice());
	expect(estimate).toMatchObject({
		customer_id: expect.any(String),
		monthly_transaction_amount: expect.any(String),
		transaction_line_items: expect.any(Array),
	});
});

test('an error is one for the client, too', async () => {
	await expect(invoices.getInvoiceByInvoiceId({ invoice_id: 'INV-0' })).rejects.toMatchObject({
		status: 404,
	});
});
