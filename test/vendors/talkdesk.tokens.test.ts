/** The tokens of Talkdesk: fetched, shared, kept, renewed, refused, and never shown. */
/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-hardcoded-secrets -- this is no node */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failWith } from '../badInput';
import { createBillingServer } from '../billingServer';
import { echo, once, secretsOn } from '../secrets';
import {
	type Json,
	type Rest,
	base64,
	expectClear,
	expectWhole,
	listOf,
	newSandbox,
	reveal,
	rows,
	setUp,
} from '../support';
import { talkdesk } from './talkdesk';

const stage = setUp();
const { expectNoSecret, performWithEcho } = secretsOn(stage);
const always = { times: Infinity };
const small = { pageSize: 10 };
const list = listOf(talkdesk);
const tokensAsked = () =>
	stage.sandbox.requests.filter(({ path }) => path.endsWith('/oauth/token')).length;

describe('a token that expires', () => {
	it('in the middle of a long read is renewed once', async () => {
		stage.sandbox.addFault({ vendor: 'talkdesk', kind: 'expireToken', after: 3 });
		expectWhole(await stage.perform(list, small), talkdesk.list(stage.sandbox));
		expect(tokensAsked()).toBe(2);
		expect(stage.waits).toEqual([]);
	});

	it('three times costs no record', async () => {
		for (const after of [3, 9, 14]) stage.spoil(list, { kind: 'expireToken', after });
		expectWhole(await stage.perform(list, small), talkdesk.list(stage.sandbox));
	});

	it.each(rows(talkdesk.operations))('%s: at once, again and again', async (_, operation) => {
		stage.spoil(operation, { kind: 'expireToken', ...always });
		expectClear(
			await stage.perform(operation),
			'Talkdesk rejected the credential (401): The access token has expired',
			'401',
		);
		expect(stage.requests).toHaveLength(2);
	});
	it('has not is kept for the next run', async () => {
		const { credentials } = await stage.perform(list);
		stage.sandbox.clearRequests();
		await stage.perform(list, {}, { credentials });
		expect(stage.sandbox.requests.map(({ path }) => path)).toEqual(['/talkdesk/express/invoices']);
	});

	it('between two runs is renewed', async () => {
		const { credentials } = await stage.perform(list);
		stage.sandbox.addFault({ vendor: 'talkdesk', kind: 'expireToken' });
		const result = await stage.perform(list, {}, { credentials });
		expectWhole(result, talkdesk.list(stage.sandbox));
	});
});

describe('accounts by item', () => {
	const [one, two] = ['client-1:pass-1', 'client-2:pass-2'];
	let server: Awaited<ReturnType<typeof createBillingServer>>;
	beforeEach(async () => {
		server = await createBillingServer({ [one]: '1', [two]: '2' });
	});
	afterEach(async () => await server.close());

	const itemsOf = (secrets: string[]) => secrets.map((secret) => ({ json: { secret } }));
	const read = async (input: Array<{ json: Json }>, rest: Rest = {}, options: Json = {}) => {
		const credentials = server.credentialsOf(talkdesk, '$json.secret');
		const parameters = { operation: 'getAll', output: 'full', options };
		return await stage.run(talkdesk, parameters, { credentials, input, ...rest });
	};
	const numbers = ({ items }: Awaited<ReturnType<typeof read>>) =>
		items.map(({ json }) => json.invoiceNumber);

	const issuedTo = () =>
		server.seen.flatMap(({ path, secret }) =>
			path.endsWith('/oauth/token') ? [Buffer.from(secret, 'base64').toString()] : [],
		);

	test('items with the same client share its token', async () => {
		const result = await read(itemsOf([one, one, two, one, two, one]));
		expect(numbers(result)).toEqual(['T-1', 'T-1', 'T-2', 'T-1', 'T-2', 'T-1']);
		expect(issuedTo().sort()).toEqual([one, two]);
	});

	test('a token that expires between two items is renewed for its own client', async () => {
		const input = itemsOf([one, two, one, two, one, two]);
		const expire = jest.fn(() => (expire.mock.calls.length === 3 ? server.expireTokens() : null));
		const push = server.seen.push.bind(server.seen);
		server.seen.push = (...entries) => {
			if (entries.some(({ path }) => path.includes('invoices'))) expire();
			return push(...entries);
		};
		const result = await read(input, {}, { parallelRequests: 1 });
		expect(result.error?.message).toBeUndefined();
		expect(numbers(result)).toEqual(['T-1', 'T-2', 'T-1', 'T-2', 'T-1', 'T-2']);
		expect(issuedTo().sort()).toEqual([one, one, two, two]);
	});

	test('the token that n8n keeps is used by the next execution, if it is the same client', async () => {
		const first = await read(itemsOf([one]));
		const stored = first.credentials.talkdeskOAuth2Api;
		await read(itemsOf([one]), { credentials: { talkdeskOAuth2Api: stored } });
		expect(issuedTo()).toEqual([one]);
		const credentials = { talkdeskOAuth2Api: stored };
		const other = await read(itemsOf([two]), { credentials });
		expect(numbers(other)).toEqual(['T-2']);
		expect(issuedTo()).toEqual([one, two]);
	});

	test('a token that was kept with the mark of another one is not used', async () => {
		const { credentials } = await read(itemsOf([one]));
		const stored = credentials.talkdeskOAuth2Api;
		const foreign = await read(itemsOf([two]));
		const { access_token: token } = foreign.credentials.talkdeskOAuth2Api.oauthTokenData;
		stored.oauthTokenData = { ...stored.oauthTokenData, access_token: token };
		const result = await read(itemsOf([one]), {
			credentials: { talkdeskOAuth2Api: stored },
		});
		expect(numbers(result)).toEqual(['T-1']);
	});

	test('a token URL that is busy once is asked again', async () => {
		server.busy.times = 1;
		const result = await read(itemsOf([one]));
		expect(result.error?.message).toBeUndefined();
		expect(numbers(result)).toEqual(['T-1']);
		expect(stage.waits.length).toBe(1);
	});

	test.each([503, 429])(
		'a token URL that stays busy is named, not the client (%i)',
		async (status) => {
			Object.assign(server.busy, { times: Infinity, status });
			const { error } = await read(itemsOf([one]));
			expect(error.message).toBe(
				`The login server of Talkdesk is temporarily unavailable (${status}). Tried 6 times.`,
			);
			expect(error.description).not.toMatch(/client ID/);
		},
	);
});

describe('servers that mean no good', () => {
	const stops: Array<() => void> = [];

	afterEach(() => stops.splice(0).forEach((stop) => stop()));

	/** Starts a server of this very machine and returns its origin. */
	async function serve(
		listener: (request: IncomingMessage, response: ServerResponse) => void,
	): Promise<string> {
		const server = createServer(listener);
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		stops.push(() => {
			server.closeAllConnections();
			server.close();
		});
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	}

	function answer(response: ServerResponse, body: Json, status = 200): void {
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(JSON.stringify(body));
	}

	const pageOf = (...invoices: Json[]) => ({
		per_page: 250,
		total: invoices.length,
		_embedded: { invoices },
		_links: { first: { href: '' }, last: { href: '' }, self: { href: '' } },
	});

	async function readTalkdesk(origin: string, credential: Json, rest: Rest) {
		return await stage.run(
			talkdesk,
			{ operation: 'getAll', returnAll: true },
			{
				credentials: {
					talkdeskOAuth2Api: {
						grantType: 'clientCredentials',
						region: 'custom',
						baseUrl: origin,
						tokenUrl: `${origin}/oauth/token`,
						clientId: 'client',
						clientSecret: 's3cr3t-of-the-client',
						...credential,
					},
				},
				onError: 'continueRegularOutput',
				...rest,
			},
		);
	}

	// Its request waited for ever, and with it all of n8n: the test ended with its process only.
	test('one that is refused while the request that got it is still under way', async () => {
		let tokens = 0;
		let isFirst = true;
		const origin = await serve((request, response) => {
			if (request.url === '/oauth/token') {
				answer(response, { access_token: `token-${++tokens}`, token_type: 'bearer' });
			} else if (isFirst) {
				isFirst = false;
				setTimeout(() => answer(response, pageOf({ id: 'slow' })), 500);
			} else if (request.headers.authorization === 'Bearer token-1') {
				answer(response, { message: 'expired' }, 401);
			} else {
				answer(response, pageOf({ id: 'quick' }));
			}
		});
		const { items } = await readTalkdesk(origin, {}, { input: [{}, {}, {}] });
		// Whichever item was the first.
		expect(items.map(({ json }) => json.id).sort()).toEqual(['quick', 'quick', 'slow']);
		expect(tokens).toBe(2);
	});

	test('a login is one account, whatever the input items say', async () => {
		const origin = await serve((request, response) =>
			answer(response, pageOf({ id: request.headers.authorization })),
		);
		const credential = {
			grantType: 'authorizationCode',
			clientId: '={{ $json.id }}',
			oauthTokenData: { access_token: 'of-the-first', refresh_token: 'renews' },
		};
		const input = ['one', 'one', 'other'].map((id) => ({ json: { id } }));
		const { items } = await readTalkdesk(origin, credential, { input });
		expect(items.map(({ json }) => json.id ?? json.error)).toEqual([
			'Bearer of-the-first',
			'Bearer of-the-first',
			'The credential resolves to several clients, but only one user is connected',
		]);
	});

	test('where each is refused, a message costs no more than the one before', async () => {
		let tokens = 0;
		const origin = await serve((request, response) => {
			if (request.url === '/oauth/token') {
				const token = `${++tokens}-`.padEnd(1200, randomBytes(600).toString('hex'));
				answer(response, { access_token: token, token_type: 'bearer' });
			} else {
				answer(response, { message: `refused: ${request.headers.authorization}` }, 401);
			}
		});
		const input = Array.from({ length: 120 }, () => ({}));
		const { items } = await readTalkdesk(origin, {}, { input });
		expect(new Set(items.map(({ json }) => json.error))).toEqual(
			new Set(['Talkdesk rejected the credential (401): refused: Bearer ***']),
		);
	}, 20_000);
});

describe('a secret that is echoed is redacted', () => {
	/** The same seed gives the same tokens: this one comes first, or second. */
	const tokenNumber = async (number: number): Promise<string> => {
		const twin = await newSandbox();
		const { talkdeskOAuth2Api: credential } = twin.credentials;
		const { clientId, clientSecret, tokenUrl } = credential;
		let token = '';
		for (let times = 0; times < number; times++) {
			const response = await fetch(tokenUrl, {
				method: 'POST',
				headers: { authorization: `Basic ${base64(`${clientId}:${clientSecret}`)}` },
				body: new URLSearchParams({ grant_type: 'client_credentials' }),
			});
			token = ((await response.json()) as Json).access_token;
		}
		await twin.stop();
		return token;
	};

	it.each([
		['that n8n has just fetched', 1, []],
		['that n8n has just renewed', 2, [{ vendor: 'talkdesk', kind: 'expireToken' }]],
	])('a token %s', async (_, number, faults) => {
		const token = await tokenNumber(number);
		const { addFault } = await stage.ownSandbox();
		for (const fault of faults) addFault(fault);
		const result = await performWithEcho(list, talkdesk.answers.error(echo(token)), 403);
		const { requests } = stage.sandbox;
		expect(requests.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
		expectNoSecret(result, talkdesk);
	});

	it('a token that was stored', async () => {
		const { credentials } = await stage.perform(list);
		const token = credentials.talkdeskOAuth2Api.oauthTokenData.access_token;
		stage.spoil(list, { kind: 'status', status: 403, body: talkdesk.answers.error(echo(token)) });
		expectNoSecret(await stage.perform(list, once, { credentials }), talkdesk);
	});

	it.each([400, 401, 500])('by the token URL, with %d', async (status) => {
		const { clientId, clientSecret } = stage.sandbox.credentials.talkdeskOAuth2Api;
		const words = `${clientSecret} ${base64(`${clientId}:${clientSecret}`)}`;
		const body = { error: 'invalid_client', error_description: words, message: words };
		const fault = { vendor: 'talkdesk', kind: 'status', path: '/oauth/token', status, body };
		stage.sandbox.addFault({ ...fault, times: Infinity });
		const result = await stage.perform(list, once);
		expect(result.error).toBeDefined();
		expectNoSecret(result, talkdesk);
	});
});

describe('a secret', () => {
	const WRONG = { clientSecret: 'a-secret-of-no-use' };

	it('that is wrong', async () => {
		const { error } = await failWith(stage, talkdesk, WRONG);
		expect(error.message).toMatch(/^Talkdesk .*Client authentication failed/);
		expect(error.context.itemIndex).toBe(0);
	});

	it('that is wrong is not called silence', async () => {
		const { error } = await failWith(stage, talkdesk, WRONG);
		expect(error.message).not.toContain('Could not reach');
	});

	it('that is wrong leads to the secret', async () => {
		const { error } = await failWith(stage, talkdesk, WRONG);
		expect(error.description).toMatch(/secret/);
	});

	it('is not sent to a token URL with plain http', async () => {
		const result = await failWith(stage, talkdesk, { tokenUrl: 'http://billing.invalid/token' });
		expect(result.error?.message).toContain('uses plain http to billing.invalid');
	});

	it('that became a token is not sent over plain http by the test', async () => {
		// This address leads to the other host, but is none that plain http is accepted for.
		const baseUrl = stage.sandbox.foreignOrigin.replace('127.0.0.1', '0.0.0.0');
		const data = { ...stage.sandbox.credentials.talkdeskOAuth2Api, baseUrl };
		const { status } = await stage.engine.testCredential('talkdeskOAuth2Api', data);
		expect(status).toBe('Error');
		expect(stage.sandbox.foreignRequests).toEqual([]);
	});

	it('is not sent along when the token URL redirects', async () => {
		const { sandbox } = stage;
		const { clientId, clientSecret } = sandbox.credentials.talkdeskOAuth2Api;
		sandbox.addFault({ vendor: 'talkdesk', kind: 'redirect', path: '/oauth/token', status: 307 });
		await stage.perform(list);
		const sent = reveal(sandbox.foreignRequests);
		expect(sent).not.toContain(clientSecret);
		expect(sent).not.toContain(base64(`${clientId}:${clientSecret}`));
		// n8n follows it by itself, without the secret.
		sandbox.clearRequests();
	});
});
