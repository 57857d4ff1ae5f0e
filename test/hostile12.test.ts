/**
 * Servers that mean no good: what each of them is answered with must neither hang n8n nor mix up
 * accounts. They are asked for real, with n8n's own engine.
 */
/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- this is no node */
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEngine } from './engine';
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
	_links: {},
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
		expect(items.map(({ json }) => json.id)).toEqual(['slow', 'quick', 'quick']);
		expect(tokens).toBe(2);
	});
});
