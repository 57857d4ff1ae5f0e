/**
 * A credential whose fields hold expressions is resolved for each input item: each item is read with
 * its own secret, by every vendor, and what is wrong with one costs the others nothing.
 */
import { createBillingServer } from './billingServer';
import {
	type Json,
	type Rest,
	type Result,
	VENDORS,
	type VendorOfTest,
	reveal,
	setUp,
	vendorRows,
} from './support';

const stage = setUp();
let server: Awaited<ReturnType<typeof createBillingServer>>;

beforeEach(async () => {
	server = await createBillingServer({});
});

afterEach(async () => await server.close());

/** The secret of an account; with OAuth2 a client and its secret. */
const secretOf = ({ hasTokens }: VendorOfTest, account: number): string =>
	hasTokens ? `client-${account}:pass-${account}` : `secret-of-${account}`;

function openAccounts(vendor: VendorOfTest, count: number): string[] {
	const secrets = Array.from({ length: count }, (_, index) => secretOf(vendor, index + 1));
	secrets.forEach((secret, index) => {
		server.accounts[secret] = String(index + 1);
	});
	return secrets;
}

const itemsOf = (secrets: unknown[]) => secrets.map((secret) => ({ json: { secret } }));

async function read(
	vendor: VendorOfTest,
	input: Array<{ json: Json }>,
	parameters: Json = {},
	rest: Rest = {},
): Promise<Result> {
	const credentials = server.credentialsOf(vendor, '$json.secret');
	const all = { operation: 'getAll', output: 'full', ...parameters };
	return await stage.run(vendor, all, { credentials, input, ...rest });
}

/** Some vendors have an ID beside the number, some have only one of both. */
const numbers = ({ items }: Pick<Result, 'items'>) =>
	items.map(({ json }) => (String(json.id).startsWith('T-') ? json.id : json.invoiceNumber));
const expected = (count: number) => Array.from({ length: count }, (_, at) => `T-${at + 1}`);
const onError = 'continueRegularOutput' as const;

describe.each(vendorRows())('%s', (_name, vendor) => {
	test('each of several items is read with its own secret', async () => {
		const result = await read(vendor, itemsOf(openAccounts(vendor, 12)));
		expect(result.error?.message).toBeUndefined();
		expect(numbers(result)).toEqual(expected(12));
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			expected(12).map((_, item) => ({ item })),
		);
	});

	test('of 50 secrets 3 are wrong: only these items fail, and no secret is shown', async () => {
		const secrets = openAccounts(vendor, 50);
		for (const wrong of [0, 17, 49]) delete server.accounts[secrets[wrong]];
		const result = await read(vendor, itemsOf(secrets), {}, { onError });
		expect(result.items).toHaveLength(50);
		const failed = result.items.flatMap(({ json }, item) => ('error' in json ? [item] : []));
		expect(failed).toEqual([0, 17, 49]);
		const others = { ...result, items: result.items.filter(({ json }) => !('error' in json)) };
		expect(numbers(others)).toEqual(expected(50).filter((_, at) => ![0, 17, 49].includes(at)));
		const shown = [0, 17, 49].map((item) => JSON.stringify(result.items[item].json)).join();
		const hidden = secrets.flatMap((secret) => secret.split(':'));
		expect(hidden.filter((secret) => shown.includes(secret))).toEqual([]);
		expect(hidden.filter((secret) => reveal(result.logs).includes(secret))).toEqual([]);
	});

	test.each([
		['nothing', undefined, /in the credential is empty/],
		['an empty text', '', /in the credential is empty/],
		['a line break', 'client-2\n:pass-2\nx', /contains a line break/],
	])('an expression that gives %s fails its own item', async (_, secret, message) => {
		const [first, third] = openAccounts(vendor, 2);
		const result = await read(vendor, itemsOf([first, secret ?? '', third]), {}, { onError });
		expect(result.items).toHaveLength(3);
		// A word and nothing behind it is a secret that no account has.
		const isSent = vendor.secretPrefix !== undefined && !secret;
		expect(result.items[1].json.error).toMatch(isSent ? /401/ : message);
		expect(numbers({ ...result, items: [result.items[0], result.items[2]] })).toEqual([
			'T-1',
			'T-2',
		]);
	});

	test('an item whose Options throw fails by itself', async () => {
		const secrets = openAccounts(vendor, 3);
		const options = { timeout: '={{ $itemIndex === 0 ? $("Nowhere").first().json.seconds : 30 }}' };
		const result = await read(vendor, itemsOf(secrets), { options }, { onError });
		expect(result.items).toHaveLength(3);
		expect(result.items[0].json).toEqual({
			error: expect.stringMatching(/Nowhere|unavailable|node/),
		});
		expect(numbers({ ...result, items: result.items.slice(1) })).toEqual(['T-2', 'T-3']);
	});
});

/** Those whose secret is sent as it is. */
const plainly = vendorRows(
	VENDORS.filter(({ hasTokens, secretPrefix }) => !hasTokens && secretPrefix === undefined),
);

test.each(plainly)('%s: a secret that is a number is sent as its digits', async (_, vendor) => {
	server.accounts['123456789'] = '1';
	expect(numbers(await read(vendor, itemsOf([123456789])))).toEqual(['T-1']);
});

test.each(plainly)(
	'%s: a base URL by expression leads each item to its own host, with its own secret',
	async (_, vendor) => {
		const other = await createBillingServer({ 'secret-of-2': '2' });
		try {
			server.accounts['secret-of-1'] = '1';
			const input = [
				{ json: { secret: 'secret-of-1', host: `${server.origin}/${vendor.type}` } },
				{ json: { secret: 'secret-of-2', host: `${other.origin}/${vendor.type}` } },
				{ json: { secret: 'secret-of-1', host: 'http://192.0.2.1' } },
			];
			const [[name, credential]] = Object.entries(server.credentialsOf(vendor, '$json.secret'));
			const credentials = { [name]: { ...credential, baseUrl: '={{ $json.host }}' } };
			const result = await read(vendor, input, {}, { credentials, onError });
			expect(numbers(result).slice(0, 2)).toEqual(['T-1', 'T-2']);
			expect(result.items[2].json.error).toMatch(/plain http/);
			expect(server.seen.map(({ secret }) => secret)).not.toContain('secret-of-2');
			expect(other.seen.map(({ secret }) => secret)).not.toContain('secret-of-1');
		} finally {
			await other.close();
		}
	},
);

describe('where there is no input item', () => {
	test.each(vendorRows())('%s: a poll says that the credential needs one', async (_, vendor) => {
		const poll = stage.engine.poll({
			type: `${vendor.type}Trigger`,
			parameters: vendor.parameters,
			credentials: server.credentialsOf(vendor, '$json.secret'),
		});
		await expect(poll).rejects.toMatchObject({
			message: expect.stringMatching(/^Could not read the credential: /),
			description: expect.stringMatching(/^Triggers and searchable lists have no input item/),
		});
		expect(server.seen).toEqual([]);
	});
});
