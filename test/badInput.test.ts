/**
 * Bad input: each gives a clear sentence that names the item, and costs no other item its result
 * when the node continues on fail. The sentences are what users read: they are written out here.
 */
import {
	ACCOUNT,
	type Fault,
	type Json,
	type OperationOfTest,
	PDFS,
	type Result,
	STRANGE_UUID,
	type Sandbox,
	VENDORS,
	type VendorOfTest,
	expectWhole,
	jsonOf,
	listOf,
	locator,
	operationNamed,
	setUp,
	vendorRows,
} from './support';

const stage = setUp();
const [talkdesk, insurance, fastly, carrierX, i3dNet] = VENDORS;

/** What each input item brings along: the parameter in question. */
const OF_ITEM = '={{ $json.of }}';

/** Something a user does, that goes wrong with the second of three input items. */
interface Case {
	/** What is wrong. */
	name: string;
	vendor: VendorOfTest;
	parameters: (sandbox: Sandbox) => Json;
	/** What is asked for with the first and the third item. */
	good: (sandbox: Sandbox) => unknown;
	/** What is asked for with the second; the good one where something else goes wrong. */
	bad?: (sandbox: Sandbox) => unknown;
	/** What the first and the third item give, each. */
	expected: (sandbox: Sandbox) => Json[];
	faults?: Fault[];
	message: string;
	description: string;
	httpCode?: string;
}

/** The way to ask for one invoice of a vendor, or for its file. */
function ofInvoice(operation: OperationOfTest): Omit<Case, 'name' | 'message' | 'description'> {
	const { vendor, parameters, expected } = operation;
	return {
		vendor,
		parameters: (sandbox) => {
			const { invoiceId, ...rest } = parameters(sandbox);
			return { ...rest, invoiceId: { ...invoiceId, value: OF_ITEM } };
		},
		good: (sandbox) => parameters(sandbox).invoiceId.value,
		expected,
	};
}

/** The way to ask for a list of two with a parameter in question. */
function ofList(
	vendor: VendorOfTest,
	parameters: Json,
	good: unknown,
): Omit<Case, 'name' | 'message' | 'description'> {
	const account = vendor === insurance ? { accountId: ACCOUNT } : {};
	return {
		vendor,
		parameters: () => ({ operation: 'getAll', limit: 2, ...account, ...parameters }),
		good: () => good,
		expected: (sandbox) => vendor.list(sandbox).slice(0, 2),
	};
}

const talkdeskGet = ofInvoice(operationNamed('Talkdesk: get'));
const insuranceGet = ofInvoice(operationNamed('Talkdesk Insurance: get'));
const fastlyGet = ofInvoice(operationNamed('Fastly: get'));
const carrierXGet = ofInvoice(operationNamed('CarrierX: get'));
const i3dNetGet = ofInvoice(operationNamed('i3D.net: get'));
const i3dNetByNumber = {
	...i3dNetGet,
	parameters: () => ({ operation: 'get', invoiceId: locator('number', OF_ITEM) }),
	good: ({ data }: Sandbox) => data.i3dNet[4].invoiceNumber,
};
const [carrierXPdf, i3dNetPdf] = PDFS.map(ofInvoice);
const insuranceAccount = ofList(insurance, { accountId: OF_ITEM }, ACCOUNT);
const gets = [talkdeskGet, insuranceGet, fastlyGet, carrierXGet, i3dNetGet, carrierXPdf, i3dNetPdf];

const cannotBe = (value: string, field = 'Invoice') => ({
	message: `"${value}" is not valid for "${field}"`,
	description: 'Check that the right field is mapped to it',
});

const CASES: Case[] = [
	// An id that the vendor does not know.
	{
		...talkdeskGet,
		name: 'a wrong number',
		bad: () => 'INV-NONE',
		message: 'Talkdesk has no invoice "INV-NONE"',
		description: 'Check the ID or number, and that the credential may read its account',
	},
	{
		...insuranceGet,
		name: 'a wrong number',
		bad: () => 'B-NONE',
		message: 'Talkdesk Insurance has no invoice "B-NONE" in this account',
		description: 'Check the ID or number, and that the credential may read its account',
	},
	{
		...fastlyGet,
		name: 'a wrong id',
		bad: () => '99999999',
		message: 'Fastly answered 404: Nothing found',
		description: 'Check the id, and the base URL of the credential',
		httpCode: '404',
	},
	...[carrierXGet, carrierXPdf].map((way, index) => ({
		...way,
		name: `a wrong id${['', ' of a file'][index]}`,
		bad: () => STRANGE_UUID,
		message: 'CarrierX answered 404: There is no such invoice',
		description: 'Check the id, and the base URL of the credential',
		httpCode: '404',
	})),
	...[i3dNetGet, i3dNetPdf, i3dNetByNumber].map((way, index) => ({
		...way,
		name: `a wrong ${['id', 'id of a file', 'number'][index]}`,
		bad: () => '1',
		message: 'i3D.net answered 404: There is no such invoice; invoiceId: There is no such invoice',
		description: 'Check the id, and the base URL of the credential',
		httpCode: '404',
	})),
	// No id.
	...gets.flatMap((way, index) =>
		['', '  ', null].map((value) => ({
			...way,
			name: `an empty id (${JSON.stringify(value)})${index > 4 ? ' of a file' : ''}`,
			bad: () => value,
			message: '"Invoice" is empty',
			description: 'Pick one from the list, or map one from a previous node, e.g. {{ $json.id }}',
		})),
	),
	// An id that leads elsewhere.
	...[fastlyGet, carrierXGet, i3dNetGet, carrierXPdf, i3dNetPdf].flatMap((way, index) =>
		['../1', '..', '.', '1/../2', '%2e%2e', '1\\..\\2'].map((value) => ({
			...way,
			name: `the id ${value}${index > 2 ? ' of a file' : ''}`,
			bad: () => value,
			...cannotBe(value),
		})),
	),
	...['2024/../1', '%2E%2e/1'].map((value) => ({
		...i3dNetByNumber,
		name: `the number ${value}`,
		bad: () => value,
		...cannotBe(value),
	})),
	...['..', '.'].map((value) => ({
		...i3dNetByNumber,
		name: `the number ${value}`,
		bad: () => value,
		...cannotBe(value),
	})),
	{
		...talkdeskGet,
		name: 'a number with a quote, which could change the filter',
		bad: () => "A' or number ge '0",
		...cannotBe("A' or number ge '0"),
	},
	{
		...fastlyGet,
		name: 'the id month-to-date',
		bad: () => 'month-to-date',
		...cannotBe('month-to-date'),
	},
	{
		...i3dNetGet,
		name: 'the id unpaid',
		bad: () => 'unpaid',
		...cannotBe('unpaid'),
	},
	{
		...carrierXGet,
		name: 'an id that ends in .pdf',
		bad: () => `${STRANGE_UUID}.pdf`,
		...cannotBe(`${STRANGE_UUID}.pdf`),
	},
	{
		...fastlyGet,
		name: 'a whole item for an id',
		bad: () => ({ invoice_id: '1' }),
		message: '"Invoice" contains an object instead of an ID',
		description: 'Map a single field of the previous node, e.g. {{ $json.id }}',
	},
	// Accounts.
	...['a/../b', '../1', 'a\\..\\b'].map((value) => ({
		...insuranceAccount,
		name: `the account ${value}`,
		bad: () => value,
		...cannotBe(value, 'Account ID'),
	})),
	...['..', '.'].map((value) => ({
		...insuranceAccount,
		name: `the account ${value}`,
		bad: () => value,
		...cannotBe(value, 'Account ID'),
	})),
	{
		...insuranceAccount,
		name: 'an empty account',
		bad: () => '',
		message: '"Account ID" is empty',
		description: 'Pick one from the list, or map one from a previous node, e.g. {{ $json.id }}',
	},
	{
		...insuranceAccount,
		name: 'an account that does not exist',
		bad: () => 'none',
		message: 'Talkdesk Insurance answered 404: This account does not exist',
		description: 'Check the id, and the base URL of the credential',
		httpCode: '404',
	},
	// Limits.
	...VENDORS.map((vendor) => ({
		...ofList(vendor, { limit: OF_ITEM }, 2),
		name: 'a limit of 0',
		bad: () => 0,
		message: '"Limit" is 0',
		description: 'It has to be a whole number, 1 or more',
	})),
	...[-1, 1.5, 'many'].map((value) => ({
		...ofList(fastly, { limit: OF_ITEM }, 2),
		name: `a limit of ${value}`,
		bad: () => value,
		message: `"Limit" is ${JSON.stringify(value)}`,
		description: 'It has to be a whole number, 1 or more',
	})),
	{
		...ofList(fastly, { options: { pageSize: OF_ITEM } }, 10),
		name: 'a page size of 0',
		bad: () => 0,
		message: '"Page Size" is 0',
		description: 'It has to be a whole number, 10 or more',
	},
	{
		...ofList(fastly, { options: { timeout: OF_ITEM } }, 10),
		name: 'a timeout of 0',
		bad: () => 0,
		message: '"Timeout" is 0',
		description: 'It has to be a whole number, 1 to 3600',
	},
	// Dates.
	...[
		[talkdesk, 'dateFrom', 'Date From'] as const,
		[fastly, 'billingStartDate', 'Billing Start Date'] as const,
		[carrierX, 'createdFrom', 'Created From'] as const,
	].flatMap(([vendor, field, label]) =>
		['soon', '2024-02-30', '2024-13-01', '01.02.2024', '20240102'].map((value) => ({
			...ofList(vendor, { filters: { [field]: OF_ITEM } }, '2020-01-01'),
			name: `the date ${value}`,
			bad: () => value,
			message: `"${value}" in "${label}" is not a date`,
			description: 'Use a date such as 2025-01-31',
		})),
	),
	{
		...ofList(talkdesk, { filters: { query: OF_ITEM } }, "date ge '2020-01-01'"),
		name: 'a filter that is none',
		bad: () => "number is '5'",
		message:
			'Talkdesk answered 400: the filter has "is" where eq, ge or le is expected; filter: the filter has "is" where eq, ge or le is expected',
		description: 'Check the filters and the other parameters of this item',
		httpCode: '400',
	},
	{
		...ofList(talkdesk, { filters: { query: OF_ITEM } }, "date ge '2020-01-01'"),
		name: 'a filter that is too long',
		bad: () => 'x'.repeat(1600),
		message: 'The filter has 1602 characters',
		description: 'Talkdesk takes 1600 at most. Shorten the query',
	},
	// What the vendor sends.
	{
		...fastlyGet,
		name: 'a web page with 200',
		faults: [{ kind: 'html', after: 1, times: 2 }],
		message: 'Fastly answered something that is not JSON',
		description: 'Check the base URL of the credential: it may lead to a web page',
	},
	{
		...ofList(carrierX, {}, 0),
		name: 'a list that is not there',
		faults: [{ kind: 'missingList', after: 1 }],
		message: `CarrierX's response contains no "items" list`,
		description:
			'Check the base URL of the credential. If it is right, the vendor may have changed its API',
	},
	{
		...ofList(insurance, { returnAll: true }, 0),
		expected: insurance.list,
		name: 'a total that is not reached',
		// It is asked again, in case it was a passing contradiction.
		faults: [{ kind: 'total', delta: 1, after: 1, times: 2 }],
		message:
			'Could not retrieve the complete list: the vendor reports more records than it returned (expected 13 records, received 12)',
		description:
			'Run it again; the list may have changed while it was read. To get the partial list, set "If Incomplete" to "Continue"',
	},
	{
		...ofList(fastly, { returnAll: true, filters: { billingStartDate: OF_ITEM } }, '2020-01-01'),
		expected: fastly.list,
		name: 'a page that never ends',
		bad: () => '2021-01-01',
		faults: [{ kind: 'endlessPages', path: '=2021-01-01', times: Infinity }],
		message:
			'Could not retrieve the complete list: it does not end (expected 400 to 11200 records, received 11000)',
		description:
			'Run it again; the list may have changed while it was read. To get the partial list, set "If Incomplete" to "Continue"',
	},
	{
		...i3dNetGet,
		name: 'a redirect to another host',
		faults: [{ kind: 'redirect', after: 1 }],
		message: 'i3D.net redirected the request to another host (FOREIGN), which was not followed',
		description: 'The secret goes to the host of the credential only. Check its base URL',
	},
	...[carrierXPdf, i3dNetPdf].map((way) => ({
		...way,
		name: 'a file that is no PDF',
		faults: [{ kind: 'notPdf', after: 1 }],
		message: `${way.vendor.name} sent a file that is not a PDF`,
		description: 'Open the invoice in the portal of the vendor to see whether it has a PDF there',
	})),
	{
		...i3dNetPdf,
		name: 'a file that is too large',
		parameters: (sandbox) => ({ ...i3dNetPdf.parameters(sandbox), options: { maxFileSize: 1 } }),
		faults: [{ kind: 'bigPdf', bytes: 1_000_001, after: 1 }],
		message: 'The PDF of i3D.net is larger than 1 MB',
		description: 'Raise "Max File Size (MB)" in the options if such a file is expected',
	},
	{
		...fastlyGet,
		name: 'a vendor that is down',
		faults: [{ kind: 'status', status: 503, after: 1, times: 6 }],
		message: 'Fastly answered 503: Error: The service has a problem. Tried 6 times.',
		description: 'Try again later; Fastly is in trouble',
		httpCode: '503',
	},
];

const table = CASES.map((each): [string, string, Case] => [each.vendor.name, each.name, each]);

async function run(
	each: Case,
	onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput',
) {
	const { vendor, parameters, good, bad = good, faults = [] } = each;
	const { sandbox } = stage;
	for (const fault of faults) sandbox.addFault({ vendor: vendor.type, ...fault });
	const input = [good, bad, good].map((of) => ({ json: { of: of(sandbox) as string } }));
	const { options, ...rest } = parameters(sandbox);
	// One item after the other, so that the fault hits the second one.
	const inOrder = { ...rest, options: { ...(options as Json), parallelRequests: 1 } };
	return await stage.run(vendor, inOrder, { input, onError });
}

const messageOf = ({ message }: Case): string =>
	message.replace('FOREIGN', new URL(stage.sandbox.foreignOrigin).host);

const pairs = (items: Result['items']): unknown[] =>
	items.map(({ pairedItem }) => (pairedItem as { item: number }).item);

describe('the sentence', () => {
	it.each(table)('%s: %s', async (_vendor, _name, each) => {
		const { error } = await run(each, 'stopWorkflow');
		expect({
			message: error?.message,
			description: error?.description,
			httpCode: error?.httpCode ?? undefined,
			itemIndex: error?.context.itemIndex,
		}).toEqual({
			message: messageOf(each),
			description: each.description,
			httpCode: each.httpCode,
			itemIndex: 1,
		});
	});
});

describe('the other items, when the node continues', () => {
	it.each(table)('%s: %s', async (_vendor, _name, each) => {
		const result = await run(each, 'continueRegularOutput');
		const expected = each.expected(stage.sandbox);
		const wanted = [...expected, { error: messageOf(each) }, ...expected];
		expect(jsonOf(result)).toEqual(wanted);
		const ofOne = expected.map(() => 0);
		expect(pairs(result.items)).toEqual([...ofOne, 1, ...ofOne.map(() => 2)]);
	});
});

describe('the error output', () => {
	it.each(table)('%s: %s', async (_vendor, _name, each) => {
		const { items, errorItems } = await run(each, 'continueErrorOutput');
		expect(pairs(errorItems)).toEqual([1]);
		expect(errorItems[0].json.error).toContain(messageOf(each));
		const ofOne = each.expected(stage.sandbox).map(() => 0);
		expect(pairs(items)).toEqual([...ofOne, ...ofOne.map(() => 2)]);
	});
});

describe('the credential', () => {
	const plainHttp = 'http://billing.invalid';
	const hint = 'Use https. Plain http is accepted for this very machine (localhost) only';
	const plainHttpIn = (host: string) =>
		`The base URL of the credential uses plain http to ${host}, which would send the secret readable`;

	const failWith = async (vendor: VendorOfTest, changes: Json, onError?: 'continueRegularOutput') =>
		await stage.perform(
			listOf(vendor),
			{},
			{
				credentials: stage.credentialsOf(vendor, changes),
				input: [{ json: {} }, { json: {} }],
				...(onError && { onError }),
			},
		);
	const wordsOf = ({ error }: Result) => ({
		message: error?.message,
		description: error?.description,
		httpCode: error?.httpCode ?? undefined,
		itemIndex: error?.context.itemIndex,
	});

	const secretHint =
		'Check the secret in the credential, and that it has not expired or been revoked';
	const mayReadHint = 'Check that the secret in the credential may read invoices';
	const wrongSecret = (vendor: VendorOfTest) => ({ [vendor.secret]: 'a-secret-of-no-use' });
	const refused: Array<[string, VendorOfTest, string, string, string]> = [
		['Talkdesk Insurance', insurance, '401: You are not signed in', secretHint, '401'],
		['Fastly', fastly, '401: Not authenticated: The token is missing or wrong', secretHint, '401'],
		['CarrierX', carrierX, '401: The token is missing or wrong', secretHint, '401'],
		['i3D.net', i3dNet, '403: Invalid credentials', mayReadHint, '403'],
	];

	it.each(refused)('%s: a wrong secret', async (name, vendor, words, description, httpCode) => {
		expect(wordsOf(await failWith(vendor, wrongSecret(vendor)))).toEqual({
			message: `${name} answered ${words}`,
			description,
			httpCode,
			itemIndex: 0,
		});
	});

	it.each(refused)('%s: a wrong secret, each item says so', async (name, vendor, words) => {
		const { items } = await failWith(vendor, wrongSecret(vendor), 'continueRegularOutput');
		const error = `${name} answered ${words}`;
		expect(items.map(({ json }) => json)).toEqual([{ error }, { error }]);
		expect(pairs(items)).toEqual([0, 1]);
	});

	it('Talkdesk: a wrong secret', async () => {
		const { error } = await failWith(talkdesk, wrongSecret(talkdesk));
		expect(error.message).toMatch(/^Talkdesk .*Client authentication failed/);
		expect(error.context.itemIndex).toBe(0);
	});

	it('Talkdesk: a wrong secret is not called silence', async () => {
		const { error } = await failWith(talkdesk, wrongSecret(talkdesk));
		expect(error.message).not.toContain('did not answer');
	});

	it('Talkdesk: a wrong secret leads to the secret', async () => {
		const { error } = await failWith(talkdesk, wrongSecret(talkdesk));
		expect(error.description).toMatch(/secret/);
	});

	it.each([
		['Fastly', fastly, 'Fastly answered 403: Not allowed: This token may not read invoices'],
		['CarrierX', carrierX, 'CarrierX answered 403: The token has no scope for invoices'],
	])('%s: a secret without the permission', async (_, vendor, message) => {
		const result = await failWith(vendor, stage.sandbox.powerlessCredentials[vendor.credential]);
		expect(wordsOf(result)).toEqual({
			message,
			description: mayReadHint,
			httpCode: '403',
			itemIndex: 0,
		});
	});

	it.each(vendorRows())('%s: a base URL with plain http', async (_, vendor) => {
		const result = await failWith(vendor, { baseUrl: plainHttp });
		expect(wordsOf(result)).toEqual({
			message: plainHttpIn('billing.invalid'),
			description: hint,
			httpCode: undefined,
			itemIndex: 0,
		});
		expect(stage.sandbox.requests).toEqual([]);
	});

	it('Talkdesk: a token URL with plain http', async () => {
		const result = await failWith(talkdesk, { tokenUrl: `${plainHttp}/token` });
		expect(result.error?.message).toContain('uses plain http to billing.invalid');
	});

	it.each(vendorRows(VENDORS.slice(1)))(
		'%s: the test says what is wrong with plain http',
		async (_, { credential }) => {
			const data = { ...stage.sandbox.credentials[credential], baseUrl: plainHttp };
			expect(await stage.engine.testCredential(credential, data)).toEqual({
				status: 'Error',
				message: plainHttpIn('billing.invalid'),
			});
		},
	);

	it('Talkdesk: the test does not send the token over plain http', async () => {
		// This address leads to the other host, but is none that plain http is accepted for.
		const baseUrl = stage.sandbox.foreignOrigin.replace('127.0.0.1', '0.0.0.0');
		const data = { ...stage.sandbox.credentials.talkdeskOAuth2Api, baseUrl };
		const { status } = await stage.engine.testCredential('talkdeskOAuth2Api', data);
		expect(status).toBe('Error');
		expect(stage.sandbox.foreignRequests).toEqual([]);
	});

	it.each(
		['', 'billing', 'ftp://127.0.0.1', 'javascript:alert(1)'].flatMap((baseUrl) =>
			VENDORS.map((vendor): [string, string, VendorOfTest] => [vendor.name, baseUrl, vendor]),
		),
	)('%s: the base URL "%s"', async (_, baseUrl, vendor) => {
		const result = await failWith(vendor, { baseUrl });
		expect(wordsOf(result)).toEqual({
			message: 'The base URL of the credential is not a web address',
			description: 'Type a full address into the credential, e.g. https://api.example.com',
			httpCode: undefined,
			itemIndex: 0,
		});
	});

	it.each(['https://user:pass@127.0.0.1', 'http://127.0.0.1/?a=b', 'http://127.0.0.1/#a'])(
		'the base URL %s',
		async (baseUrl) => {
			const { error } = await failWith(fastly, { baseUrl });
			expect(error.message).toBe(
				'The base URL of the credential holds more than a host and a path',
			);
			expect(error.description).toBe(
				'Remove the user name, the question mark or the # from the base URL',
			);
		},
	);

	it('nobody listens there', async () => {
		expect(wordsOf(await failWith(fastly, { baseUrl: 'http://127.0.0.1:1' }))).toEqual({
			message: 'Fastly did not answer: the connection was refused. Tried 6 times.',
			description: 'Check the base URL of the credential and the network of this n8n',
			httpCode: undefined,
			// Whichever gave up first.
			itemIndex: expect.any(Number) as number,
		});
	});

	it.each(['', 'invoices/{accountId}', '/invoices', '/{accountId}/{accountId}', '/../{accountId}'])(
		'Talkdesk Insurance: the invoices path "%s"',
		async (invoicesPath) => {
			expect(wordsOf(await failWith(insurance, { invoicesPath }))).toEqual({
				message: 'The invoices path of the credential cannot be used',
				description: 'It starts with one slash and holds {accountId} once',
				httpCode: undefined,
				itemIndex: 0,
			});
		},
	);

	it.each(['', 'acme.com/x', 'a b'])('Talkdesk: the account "%s"', async (account) => {
		const { error } = await failWith(talkdesk, { region: 'us', account });
		expect(error.message).toBe(`"${account}" is not the name of a Talkdesk account`);
	});
});

describe('what looks bad, but is not', () => {
	it('Talkdesk Insurance: an account with spaces and umlauts', async () => {
		const operation = operationNamed('Talkdesk Insurance: get many');
		expectWhole(await stage.perform(operation), operation.expected(stage.sandbox));
		expect(stage.requests[0].path).toContain('/M%C3%BCller%20%26%20S%C3%B6hne%207');
	});

	it('Talkdesk: an account with spaces and umlauts', async () => {
		const { data } = await stage.ownSandbox();
		data.talkdesk[0].account_id = 'Käthe & Söhne 50%';
		const filters = { accountId: 'Käthe & Söhne 50%' };
		const parameters = { operation: 'getAll', returnAll: true, filters };
		expectWhole(await stage.run(talkdesk, parameters), [data.talkdesk[0]]);
	});

	it('i3D.net: a number with spaces, umlauts and a slash', async () => {
		const { data } = await stage.ownSandbox();
		const [record] = data.i3dNet;
		record.invoiceNumber = 'Nr. 7/2 für 50%?#';
		data.i3dNetDetails[record.id].invoiceNumber = record.invoiceNumber;
		const invoiceId = locator('number', record.invoiceNumber);
		const result = await stage.run(i3dNet, { operation: 'get', invoiceId });
		expectWhole(result, [data.i3dNetDetails[record.id]]);
		const path = '/number/Nr.%207%2F2%20f%C3%BCr%2050%25%3F%23';
		expect(stage.requests[0].path).toContain(path);
	});

	it('Talkdesk Insurance: an account with a slash', async () => {
		const { data } = await stage.ownSandbox();
		data.talkdeskInsurance['ACC 2/ü'] = data.talkdeskInsurance[ACCOUNT];
		const parameters = { operation: 'getAll', returnAll: true, accountId: 'ACC 2/ü' };
		expectWhole(await stage.run(insurance, parameters), data.talkdeskInsurance[ACCOUNT]);
		expect(stage.requests[0].path).toContain('/ACC%202%2F%C3%BC');
	});

	it.each([
		['fastly', '1?a=b', '/billing/v3/invoices/1%3Fa%3Db'],
		['carrierX', '1#a', '/billing/invoices/1%23a'],
		['i3dNet', '1/2', '/v3/account/invoice/1%2F2'],
		['i3dNet', '1%2F2', '/v3/account/invoice/1%252F2'],
	])('%s: the id %s stays in its segment', async (type, id, path) => {
		const parameters = { operation: 'get', invoiceId: locator('id', id) };
		await stage.run(VENDORS.find((vendor) => vendor.type === type)!, parameters);
		expect(stage.requests[0].path).toMatch(new RegExp(`${path}$`));
	});

	it.each(VENDORS.slice(2))(
		'$name: an id that nobody typed is asked for by n8n',
		async (vendor) => {
			const parameters = { operation: 'get', invoiceId: locator('id', '') };
			const { error } = await stage.run(vendor, parameters);
			expect(error.message).toMatch(/Invoice/);
			expect(stage.sandbox.requests).toEqual([]);
		},
	);
});
