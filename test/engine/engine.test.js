const { existsSync, realpathSync } = require('node:fs');
const { createServer } = require('node:http');
const { join, sep } = require('node:path');
const { close, listen } = require('../sandbox/server');
const { createEngine } = require('.');

const packageDir = join(__dirname, 'fixture');
const file = Buffer.alloc(300_000, 'toy');

describe('engine', () => {
	let engine;
	let baseUrl;
	let toyApi;
	let tokens = 0;
	/** @type {Array<{ pathname: string, headers: import('node:http').IncomingHttpHeaders }>} */
	const requests = [];
	const sleep = jest.fn(async () => {});

	const server = createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
		requests.push({ pathname, headers: request.headers });
		const send = (status, body) => {
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(body));
		};
		if (pathname === '/hang') return;
		if (pathname === '/token') return send(200, { access_token: `t${++tokens}`, expires_in: 3600 });
		if (pathname === '/bearer') {
			const isCurrent = request.headers.authorization === `Bearer t${tokens}`;
			return isCurrent ? send(200, { token: tokens }) : send(401, { message: 'expired' });
		}
		if (request.headers['x-toy'] !== 'secret') return send(401, { message: 'Who are you?' });
		if (pathname === '/file') return response.end(file);
		if (pathname === '/search') return send(200, [{ name: searchParams.toString(), value: 1 }]);
		if (pathname === '/closed/ping') return send(200, { state: { closed: true } });
		if (pathname === '/ping') return send(200, { pong: true });
		return send(404, { message: 'No such toy' });
	});

	beforeAll(async () => {
		baseUrl = await listen(server, 0, '127.0.0.1');
		toyApi = { baseUrl, token: 'secret' };
		engine = await createEngine({ packageDir, sleep });
	});

	afterAll(async () => {
		engine?.close();
		await close(server);
	});

	const run = async (parameters, rest) =>
		await engine.runNode({ type: 'toy', parameters, credentials: { toyApi }, ...rest });

	it('is that of the n8n that is asked for', () => {
		const modules = process.env.ENGINE_MODULES ?? join(__dirname, '../../node_modules');
		expect(require.resolve('n8n-core').startsWith(realpathSync(modules) + sep)).toBe(true);
	});

	describe('runNode', () => {
		it('resolves parameters for each item and authenticates', async () => {
			const input = [{ json: { path: '/ping' } }, { json: { path: '/closed/ping' } }];
			const { items, status, error, runData } = await run({ path: '={{ $json.path }}' }, { input });
			expect({ status, error }).toEqual({ status: 'success', error: undefined });
			expect(items).toEqual([
				{ json: { pong: true }, pairedItem: { item: 0 } },
				{ json: { state: { closed: true } }, pairedItem: { item: 1 } },
			]);
			expect(runData.Start[0].data.main[0]).toMatchObject(input);
		});

		it('keeps the error as n8n does', async () => {
			const { items, status, error } = await run({ path: '/none' });
			expect({ items, status }).toEqual({ items: [], status: 'error' });
			expect(error).toMatchObject({
				httpCode: '404',
				message: expect.stringContaining('not be found'),
			});
			expect(error.description).toBe('No such toy');
		});

		it('tells connection failures from others', async () => {
			const credentials = { toyApi: { ...toyApi, baseUrl: 'http://127.0.0.1:1' } };
			const { error } = await run({}, { credentials });
			expect(error).toMatchObject({ name: 'NodeApiError', httpCode: 'ECONNREFUSED' });
		});

		it.each([
			['continueRegularOutput', 'items', 'errorItems'],
			['continueErrorOutput', 'errorItems', 'items'],
		])('goes on after errors with %s', async (onError, failed, other) => {
			const input = [{ json: { path: '/none' } }];
			const result = await run({ path: '={{ $json.path }}' }, { input, onError });
			expect(result.status).toBe('success');
			expect(result[failed]).toHaveLength(1);
			expect(result[failed][0].json.error).toContain('not be found');
			expect(result[other]).toEqual([]);
		});

		it.each(/** @type {const} */ (['default', 'filesystem']))(
			'reads files kept in mode %s',
			async (binaryMode) => {
				await createEngine({ packageDir, sleep, binaryMode });
				const { items, binaryBuffer } = await run({ operation: 'download', path: '/file' });
				expect(items[0].binary.data).toMatchObject({ fileName: 'toy.bin', bytes: file.length });
				expect(file.equals(await binaryBuffer(items[0], 'data'))).toBe(true);
			},
		);

		it('cancels', async () => {
			const abort = new AbortController();
			setTimeout(() => abort.abort(), 50);
			const { status, items } = await run({ path: '/hang' }, { signal: abort.signal });
			expect({ status, items }).toEqual({ status: 'canceled', items: [] });
		});

		it('does not sleep for real', async () => {
			const { items } = await run({ operation: 'sleep' });
			expect(items[0].json).toEqual({ slept: true });
			expect(sleep).toHaveBeenCalledWith(3_600_000);
		});

		it('collects what was logged, run by run', async () => {
			const [{ logs, error }, other] = await Promise.all([run({ operation: 'log' }), run({})]);
			expect(error).toMatchObject({ message: 'No more toys', description: 'Buy some' });
			const warning = { level: 'warn', message: 'A toy broke' };
			expect(logs).toContainEqual({
				...warning,
				metadata: { error: expect.objectContaining({ message: 'spring' }) },
			});
			expect(other.logs).not.toContainEqual(expect.objectContaining(warning));
		});

		it('names missing parameters', async () => {
			const { status, error } = await run({ path: '' });
			expect({ status, message: error.message }).toEqual({
				status: 'error',
				message: expect.stringContaining('Parameter "Path" is required'),
			});
		});

		it('logs in and again when the session is over', async () => {
			const parameters = { operation: 'session', path: '/bearer' };
			const first = await run(parameters, { credentials: { toySessionApi: { baseUrl } } });
			expect(first.items[0].json).toEqual({ token: tokens });
			const { credentials } = first;
			expect(credentials).toEqual({ toySessionApi: { baseUrl, session: `t${tokens}` } });
			tokens++;
			const second = await run(parameters, { credentials });
			expect(second.items[0].json).toEqual({ token: tokens });
			expect(second.credentials.toySessionApi.session).toBe(`t${tokens}`);
		});

		it('fetches, keeps and renews OAuth2 tokens', async () => {
			const toyOAuth2Api = { baseUrl, clientId: 'id', clientSecret: 'hush' };
			const parameters = { operation: 'bearer', path: '/bearer' };
			const first = await run(parameters, { credentials: { toyOAuth2Api } });
			const token = tokens;
			expect(first.items[0].json).toEqual({ token });
			const asked = requests.findLast(({ pathname }) => pathname === '/token');
			expect(asked?.headers.authorization).toBe(
				`Basic ${Buffer.from('id:hush').toString('base64')}`,
			);

			const { credentials } = first;
			expect(credentials.toyOAuth2Api).toMatchObject({
				...toyOAuth2Api,
				oauthTokenData: { access_token: `t${token}` },
			});
			expect((await run(parameters, { credentials })).items[0].json).toEqual({ token });

			tokens++;
			const renewed = await run(parameters, { credentials });
			expect(renewed.items[0].json).toEqual({ token: token + 2 });
			expect(renewed.credentials.toyOAuth2Api.oauthTokenData.access_token).toBe(`t${token + 2}`);
		});
	});

	describe('testCredential', () => {
		/** @type {Array<[name: string, change: { token?: string, path?: string, url?: string }, status: string, message: string]>} */
		const CREDENTIALS = [
			['accepts what the service accepts', {}, 'OK', 'Connection successful!'],
			['knows rules for statuses', { token: 'x' }, 'Error', 'The token is wrong'],
			['knows rules for bodies', { path: '/closed' }, 'Error', 'The account is closed'],
			['gives the status otherwise', { path: '/none' }, 'Error', 'Not Found'],
			['gives the code otherwise', { url: 'http://127.0.0.1:1' }, 'Error', 'ECONNREFUSED'],
		];
		it.each(CREDENTIALS)(
			'%s',
			async (_, { token = 'secret', path = '', url = baseUrl }, status, message) => {
				const data = { baseUrl: url + path, token };
				expect(await engine.testCredential('toyApi', data)).toEqual({ status, message });
			},
		);

		it('tests OAuth2 credentials with their request', async () => {
			const data = { baseUrl, clientId: 'id', clientSecret: 'hush' };
			expect(await engine.testCredential('toyOAuth2Api', data)).toMatchObject({ status: 'OK' });
		});
	});

	it('searches lists', async () => {
		const result = await engine.searchList({
			type: 'toy',
			method: 'searchToys',
			credentials: { toyApi },
			filter: 'car',
			paginationToken: 1,
		});
		expect(result).toEqual({
			results: [{ name: 'filter=car&token=1&path=%2Fping', value: 1 }],
			paginationToken: '2',
		});
	});

	describe('poll', () => {
		const poll = async (setup) =>
			await engine.poll({ type: 'toyTrigger', credentials: { toyApi }, ...setup });

		it('hands the static data on', async () => {
			const first = await poll({ activation: 'activate' });
			expect(first.items).toEqual([{ json: { mode: 'trigger', activation: 'activate' } }]);
			const { staticData } = first;
			const second = await poll({ staticData });
			expect(second).toMatchObject({ items: null, staticData: { polls: 2 } });
			expect(staticData).toEqual({ polls: 1 });
		});

		it('fetches a test event', async () => {
			const { items } = await poll({ mode: 'manual', staticData: { polls: 5 } });
			expect(items).toEqual([{ json: { mode: 'manual', activation: 'manual' } }]);
		});

		it('throws what the node throws', async () => {
			const credentials = { toyApi: { ...toyApi, token: 'x' } };
			await expect(poll({ credentials })).rejects.toMatchObject({ httpCode: '401' });
		});
	});

	it('runs nodes as tools', async () => {
		const { tool, response, text } = await engine.runTool({
			type: 'toy',
			credentials: { toyApi },
			parameters: { path: "={{ $fromAI('path', 'What to get', 'string') }}" },
			input: { path: '/ping' },
		});
		expect(tool).toMatchObject({ name: 'Toy' });
		expect(Object.keys(tool.schema.shape)).toEqual(['path']);
		expect(response).toEqual([{ pong: true }]);
		expect(text).toBe('[{"pong":true}]');
	});

	it('leaves nothing behind', () => {
		const folder = process.env.N8N_USER_FOLDER ?? '';
		expect(existsSync(folder)).toBe(true);
		engine.close();
		expect(existsSync(folder)).toBe(false);
	});
});
