/** The test of each credential: it passes on a list of invoices only, and says what is wrong in words. */
import { VENDORS, type VendorOfTest, setUp, vendorRows } from './support';

const stage = setUp();

const test = async ({ credential }: VendorOfTest, changes: Record<string, unknown> = {}) =>
	await stage.engine.testCredential(credential, {
		...stage.sandbox.credentials[credential],
		...changes,
	});

/** Those that n8n tests with a function of the node; OAuth2 credentials it tests by itself. */
const TESTED_BY_NODE = VENDORS.filter(({ hasTokens }) => !hasTokens);

/** What is wrong with a base URL, and what the test has to say. */
const WRONG_URLS: Array<[string, string, RegExp]> = [
	[
		'a wrong port',
		'http://127.0.0.1:1',
		/nothing is listening at 127\.0\.0\.1:1\. Check the base URL/,
	],
	[
		'an unknown host',
		'https://vendor.invalid',
		/the host name vendor\.invalid (was not found|could not be looked up)/,
	],
	['no host', 'https://', /base URL/],
];

const cases = WRONG_URLS.flatMap(([what, baseUrl, words]) =>
	TESTED_BY_NODE.map((vendor): [string, string, string, RegExp, VendorOfTest] => [
		vendor.name,
		what,
		baseUrl,
		words,
		vendor,
	]),
);

it.each(cases)('%s: %s', async (_, _what, baseUrl, words, vendor) => {
	const { status, message } = await test(vendor, { baseUrl });
	expect(status).toBe('Error');
	expect(message).toMatch(words);
	expect(message).not.toMatch(/E[A-Z]{5,}|undefined|\.\./);
});

it.each(vendorRows())("%s: another vendor's API", async (_, vendor) => {
	for (const other of VENDORS.filter((one) => one !== vendor)) {
		const { baseUrl } = stage.sandbox.credentials[other.credential];
		expect(await test(vendor, { baseUrl })).toEqual({
			status: 'Error',
			message: expect.stringMatching(/^There are no invoices at this URL \(HTTP 404\)/),
		});
	}
});

it.each(vendorRows())('%s: JSON of somebody else', async (_, vendor) => {
	stage.answer(vendor, { name: 'somebody else', items: 'none', data: 5 });
	expect(await test(vendor)).toMatchObject({
		status: 'Error',
		message: expect.stringMatching(/contains no/),
	});
});

it.each(vendorRows())('%s: a web page', async (_, vendor) => {
	stage.sandbox.addFault({ vendor: vendor.type, kind: 'html', times: Infinity });
	expect(await test(vendor)).toEqual({
		status: 'Error',
		message: 'The URL returned a web page. Check the base URL',
	});
});

const STATUSES: Array<[number, RegExp]> = [
	[401, /^Authentication failed \(HTTP 401\)\. Check the secret/],
	[403, /^Authentication failed \(HTTP 403\)\. Check the secret/],
	[429, /^Too many requests \(HTTP 429\)/],
	[503, /temporary problem \(HTTP 503\)/],
];

it.each(STATUSES)('a response with the status %d', async (status, words) => {
	for (const vendor of VENDORS) {
		stage.sandbox.clearFaults();
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'status', status, times: Infinity });
		const { message } = await test(vendor);
		expect([vendor.name, message]).toEqual([vendor.name, expect.stringMatching(words)]);
	}
});

it.each(vendorRows(TESTED_BY_NODE))('%s: an interrupted connection', async (_, vendor) => {
	stage.sandbox.addFault({ vendor: vendor.type, kind: 'reset', times: Infinity });
	const { status, message } = await test(vendor);
	expect(status).toBe('Error');
	expect(message).not.toMatch(/ECONN/);
	expect(stage.requests).toHaveLength(1);
});

it.each(vendorRows(TESTED_BY_NODE))('%s: asks once, for a short page', async (_, vendor) => {
	expect(await test(vendor)).toMatchObject({ status: 'OK' });
	expect(stage.requests).toHaveLength(1);
});
