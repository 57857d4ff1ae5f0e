/**
 * Servers that mean no good: what each of them is answered with must neither hang n8n nor mix up
 * accounts. They are asked for real, with n8n's own engine.
 */
/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-hardcoded-secrets -- this is no node */
import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEngine } from './engine';
import { parseJsonBody } from '../nodes/shared/http/body';
import { redact, secretsInHeader, secretsInPath } from '../nodes/shared/http/redact';
import { safeFileName } from '../nodes/shared/node/fileName';
import type { Engine, Json, Rest } from './support';

let engine: Engine;
const stops: Array<() => void> = [];

beforeAll(async () => {
	engine = await createEngine({
		sleep: async () => await new Promise((resolve) => setImmediate(resolve)),
	});
});

afterEach(() => stops.splice(0).forEach((stop) => stop()));

afterAll(() => engine.close());

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
	return await engine.runNode({
		type: 'talkdesk',
		parameters: { resource: 'invoice', operation: 'getAll', returnAll: true, output: 'raw' },
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
	});
}

describe('tokens', () => {
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
			'The credential differs between input items, but has one login',
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
			new Set(['Talkdesk answered 401: refused: Bearer ***']),
		);
	}, 20_000);
});

describe('secrets', () => {
	const basic = (text: string, charset: BufferEncoding = 'utf8') =>
		`Basic ${Buffer.from(text, charset).toString('base64')}`;

	test.each([
		['a key in place of a user', basic('ab12cd:'), 'the key ab12cd is invalid'],
		['a password in Latin-1', basic('user:p\u00e4ss', 'latin1'), 'the key p\u00e4ss is invalid'],
		['parted by a colon', 'ApiKey client:abc123', 'the key abc123 is invalid'],
		['parted by a stroke', 'ApiKey client|abc123', 'the key abc123 is invalid'],
		['wrapped', 'Bearer abcdefghijkl', 'the key abcdefg\nhij\tkl is invalid'],
		['percent-encoded in Latin-1', 'Bearer a1\u00e4b2', 'the key a1%E4b2 is invalid'],
	])('%s', (_, header, words) => {
		expect(redact(words, secretsInHeader(header))).toBe('the key *** is invalid');
	});

	test.each([
		['/apikey0123456789/{accountId}', 'apikey0123456789'],
		['/my0123invoices/{accountId}', 'my0123invoices'],
	])('a key in the path %s', (path, key) => {
		expect(redact(`No ${key} found`, secretsInPath(path))).toBe('No *** found');
	});

	test.each([
		['/billing-info/{accountId}.json', 'accountId of the billing-info'],
		['/bills/{accountId}?v=1&format=json', 'line 1 is not JSON (v1)'],
	])('no key in the path %s', (path, words) => {
		expect(redact(words, secretsInPath(path))).toBe(words);
	});
});

describe('charsets', () => {
	const record = { name: 'M\u00fcller' };
	const text = JSON.stringify(record);
	const bigEndian = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();

	test.each([
		['UTF-8 that is called ASCII', 'us-ascii', Buffer.from(text)],
		['UTF-16 whose mark tells the order', 'utf-16', bigEndian],
		['UTF-16 that nobody names', '', Buffer.from(`\ufeff${text}`, 'utf16le')],
	])('%s', (_, charset, body) => {
		const headers = { 'content-type': `application/json${charset && `; charset=${charset}`}` };
		expect(parseJsonBody(body, headers, 'Fastly')).toEqual(record);
	});
});

test('no mark in a file name turns its direction', () => {
	expect(safeFileName('fdp.\u061c2026')).toBe('fdp._2026.pdf');
});
