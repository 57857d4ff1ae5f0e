/**
 * A credential whose fields hold expressions is resolved for each input item: each item is read with
 * its own secret, by every vendor, and what is wrong with one costs the others nothing.
 */
import { createBillingServer } from './billingServer';
import { type Json, type Rest, type Result, VENDORS, reveal, setUp } from './support';

const stage = setUp();
let server: Awaited<ReturnType<typeof createBillingServer>>;

beforeEach(async () => {
	server = await createBillingServer({});
});

afterEach(async () => await server.close());

/** The secret of an account; with OAuth2 a client and its secret. */
const secretOf = (type: string, account: number): string =>
	type === 'talkdesk' ? `client-${account}:pass-${account}` : `secret-of-${account}`;

function openAccounts(type: string, count: number): string[] {
	const secrets = Array.from({ length: count }, (_, index) => secretOf(type, index + 1));
	secrets.forEach((secret, index) => {
		server.accounts[secret] = String(index + 1);
	});
	return secrets;
}

const itemsOf = (secrets: unknown[]) => secrets.map((secret) => ({ json: { secret } }));

async function read(type: string, input: Array<{ json: Json }>, rest: Rest = {}): Promise<Result> {
	const { credential } = VENDORS.find((vendor) => vendor.type === type)!;
	return await stage.engine.runNode({
		type,
		parameters: { resource: 'invoice', operation: 'getAll', accountId: 'A', options: {} },
		credentials: { [credential]: server.credentials[type]('$json.secret') },
		input,
		...rest,
	});
}

const numbers = ({ items }: Result) => items.map(({ json }) => json.invoiceNumber ?? json.id);
const expected = (count: number) => Array.from({ length: count }, (_, at) => `T-${at + 1}`);
const types = VENDORS.map(({ type }) => [type]);
const onError = 'continueRegularOutput' as const;

/** Numbers of CrarierX are ids here; i3D.net's ids are the accounts themselves. */
const inWords = (type: string, result: Result) =>
	type === 'i3dNet' ? result.items.map(({ json }) => json.invoiceNumber) : numbers(result);

describe.each(types)('%s', (type) => {
	test('each of several items is read with its own secret', async () => {
		const result = await read(type, itemsOf(openAccounts(type, 12)));
		expect(result.error?.message).toBeUndefined();
		expect(inWords(type, result)).toEqual(expected(12));
		expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
			expected(12).map((_, item) => ({ item })),
		);
	});

	test('of 50 secrets 3 are wrong: only these items fail, and no secret is shown', async () => {
		const secrets = openAccounts(type, 50);
		for (const wrong of [0, 17, 49]) delete server.accounts[secrets[wrong]];
		const result = await read(type, itemsOf(secrets), { onError });
		expect(result.items).toHaveLength(50);
		const failed = result.items.flatMap(({ json }, item) => ('error' in json ? [item] : []));
		expect(failed).toEqual([0, 17, 49]);
		const others = { ...result, items: result.items.filter(({ json }) => !('error' in json)) };
		expect(inWords(type, others as Result)).toEqual(
			expected(50).filter((_, at) => ![0, 17, 49].includes(at)),
		);
		const shown = [0, 17, 49].map((item) => JSON.stringify(result.items[item].json)).join();
		const hidden = secrets.flatMap((secret) => secret.split(':'));
		expect(hidden.filter((secret) => shown.includes(secret))).toEqual([]);
		expect(hidden.filter((secret) => reveal(result.logs).includes(secret))).toEqual([]);
	});

	test.each([
		['nothing', undefined, /of the credential is empty/],
		['an empty text', '', /of the credential is empty/],
		['a line break', 'client-2\n:pass-2\nx', /contains a line break/],
	])('an expression that gives %s fails its own item', async (_, secret, message) => {
		const [first, third] = openAccounts(type, 2);
		const result = await read(type, itemsOf([first, secret ?? '', third]), { onError });
		expect(result.items).toHaveLength(3);
		if (type === 'talkdeskInsurance' && secret !== 'client-2\n:pass-2\nx') {
			// "Bearer " and nothing is a secret that no account has.
			expect(result.items[1].json.error).toMatch(/401/);
		} else {
			expect(result.items[1].json.error).toMatch(message);
		}
		expect(inWords(type, { ...result, items: [result.items[0], result.items[2]] })).toEqual([
			'T-1',
			'T-2',
		]);
	});

	test('an item whose Options throw fails by itself', async () => {
		const secrets = openAccounts(type, 3);
		const options = { timeout: '={{ $itemIndex === 0 ? $("Nowhere").first().json.seconds : 30 }}' };
		const parameters = { resource: 'invoice', operation: 'getAll', accountId: 'A', options };
		const result = await read(type, itemsOf(secrets), { onError, parameters } as Rest);
		expect(result.items).toHaveLength(3);
		expect(result.items[0].json).toEqual({
			error: expect.stringMatching(/Nowhere|unavailable|node/),
		});
		expect(inWords(type, { ...result, items: result.items.slice(1) })).toEqual(['T-2', 'T-3']);
	});
});

test('a secret that is a number is sent as its digits', async () => {
	server.accounts['123456789'] = '1';
	const result = await read('fastly', itemsOf([123456789]));
	expect(numbers(result)).toEqual(['T-1']);
});

test('a base URL by expression leads each item to its own host, with its own secret', async () => {
	const other = await createBillingServer({ 'secret-of-2': '2' });
	try {
		server.accounts['secret-of-1'] = '1';
		const input = [
			{ json: { secret: 'secret-of-1', host: `${server.origin}/fastly` } },
			{ json: { secret: 'secret-of-2', host: `${other.origin}/fastly` } },
			{ json: { secret: 'secret-of-1', host: 'http://192.0.2.1' } },
		];
		const credentials = {
			fastlyApi: { baseUrl: '={{ $json.host }}', apiToken: '={{ $json.secret }}' },
		};
		const result = await read('fastly', input, { credentials, onError });
		expect(numbers(result).slice(0, 2)).toEqual(['T-1', 'T-2']);
		expect(result.items[2].json.error).toMatch(/plain http/);
		expect(server.seen.map(({ secret }) => secret)).not.toContain('secret-of-2');
		expect(other.seen.map(({ secret }) => secret)).not.toContain('secret-of-1');
	} finally {
		await other.close();
	}
});

test('PDFs, too, are asked for with the secret of their item', async () => {
	server.accounts['secret-of-1'] = '1';
	server.accounts['secret-of-2'] = '2';
	const parameters = {
		resource: 'invoice',
		operation: 'downloadPdf',
		invoiceId: { __rl: true, mode: 'id', value: '7' },
	};
	const input = itemsOf(['secret-of-1', 'secret-of-2']);
	await read('i3dNet', input, { parameters, onError });
	const paths = server.seen.map(({ path, secret }) => `${path} ${secret}`);
	expect(paths.filter((path) => path.includes('secret-of-1')).length).toBe(paths.length / 2);
});

describe('OAuth2', () => {
	const [one, two] = ['client-1:pass-1', 'client-2:pass-2'];
	const issuedTo = () =>
		server.seen.flatMap(({ path, secret }) =>
			path.endsWith('/oauth/token') ? [Buffer.from(secret, 'base64').toString()] : [],
		);

	test('items with the same client share its token', async () => {
		openAccounts('talkdesk', 2);
		const result = await read('talkdesk', itemsOf([one, one, two, one, two, one]));
		expect(numbers(result)).toEqual(['T-1', 'T-1', 'T-2', 'T-1', 'T-2', 'T-1']);
		expect(issuedTo().sort()).toEqual([one, two]);
	});

	test('a token that expires between two items is renewed for its own client', async () => {
		openAccounts('talkdesk', 2);
		const input = itemsOf([one, two, one, two, one, two]);
		const expire = jest.fn(() => (expire.mock.calls.length === 3 ? server.expireTokens() : null));
		const push = server.seen.push.bind(server.seen);
		server.seen.push = (...entries) => {
			if (entries.some(({ path }) => path.includes('invoices'))) expire();
			return push(...entries);
		};
		const options = { parallelRequests: 1 };
		const parameters = { resource: 'invoice', operation: 'getAll', options };
		const result = await read('talkdesk', input, { parameters });
		expect(result.error?.message).toBeUndefined();
		expect(numbers(result)).toEqual(['T-1', 'T-2', 'T-1', 'T-2', 'T-1', 'T-2']);
		expect(issuedTo().sort()).toEqual([one, one, two, two]);
	});

	test('the token that n8n keeps is used by the next execution, if it is the same client', async () => {
		openAccounts('talkdesk', 2);
		const first = await read('talkdesk', itemsOf([one]));
		const stored = first.credentials.talkdeskOAuth2Api;
		await read('talkdesk', itemsOf([one]), { credentials: { talkdeskOAuth2Api: stored } });
		expect(issuedTo()).toEqual([one]);
		const credentials = { talkdeskOAuth2Api: stored };
		const other = await read('talkdesk', itemsOf([two]), { credentials });
		expect(numbers(other)).toEqual(['T-2']);
		expect(issuedTo()).toEqual([one, two]);
	});

	test('a token that was kept with the mark of another one is not used', async () => {
		openAccounts('talkdesk', 2);
		const { credentials } = await read('talkdesk', itemsOf([one]));
		const stored = credentials.talkdeskOAuth2Api;
		const foreign = await read('talkdesk', itemsOf([two]));
		const { access_token: token } = foreign.credentials.talkdeskOAuth2Api.oauthTokenData;
		stored.oauthTokenData = { ...stored.oauthTokenData, access_token: token };
		const result = await read('talkdesk', itemsOf([one]), {
			credentials: { talkdeskOAuth2Api: stored },
		});
		expect(numbers(result)).toEqual(['T-1']);
	});

	test('a token URL that is busy once is asked again', async () => {
		openAccounts('talkdesk', 1);
		server.busy.times = 1;
		const result = await read('talkdesk', itemsOf([one]));
		expect(result.error?.message).toBeUndefined();
		expect(numbers(result)).toEqual(['T-1']);
		expect(stage.waits.length).toBe(1);
	});

	test.each([503, 429])(
		'a token URL that stays busy is named, not the client (%i)',
		async (status) => {
			openAccounts('talkdesk', 1);
			Object.assign(server.busy, { times: Infinity, status });
			const { error } = await read('talkdesk', itemsOf([one]));
			expect(error.message).toBe(
				`The token URL of Talkdesk is busy or cannot be reached (error ${status}). Tried 6 times.`,
			);
			expect(error.description).not.toMatch(/client ID/);
		},
	);
});

describe('where there is no input item', () => {
	test.each(types)('%s: a poll says that the credential needs one', async (type) => {
		const { credential } = VENDORS.find((vendor) => vendor.type === type)!;
		const poll = stage.engine.poll({
			type: `${type}Trigger`,
			parameters: { accountId: 'A' },
			credentials: { [credential]: server.credentials[type]('$json.secret') },
		});
		await expect(poll).rejects.toMatchObject({
			message: expect.stringMatching(/^The credential could not be read: /),
			description: expect.stringMatching(/^Triggers and lists have no input item/),
		});
		expect(server.seen).toEqual([]);
	});
});
