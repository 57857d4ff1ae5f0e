import type { IHttpRequestOptions } from 'n8n-workflow';
import { type N8nContext, type Readable, createClient } from '../../../nodes/shared/http/client';
import { authenticationFor } from '../../../nodes/shared/http/authentication';
import { RequestLimiter } from '../../../nodes/shared/http/requestLimiter';

const use = {
	credentialType: 'exampleApi',
	connect: ({ secret }: { secret?: unknown }) => ({
		baseUrl: 'https://api.example.com',
		secrets: [String(secret)],
	}),
};

/** A client in a context of n8n, whose credential is what the context says, or nothing in particular. */
async function clientIn(context: object) {
	const whole = {
		getCredentials: async () => ({ secret: 's3cret' }),
		...context,
	} as unknown as N8nContext;
	return createClient(whole, {
		vendor: 'Example',
		authentication: await authenticationFor(whole, use, { tokensByClient: new Map() }, 0),
		errorMessageOf: (body) => (typeof body === 'string' ? body : undefined),
		timeoutSeconds: 0.01,
		maxRetries: 0,
		parallelRequests: 1,
		limiter: new RequestLimiter(),
		onWait() {},
	});
}

type Request = (type: string, options: IHttpRequestOptions, more: More) => Promise<unknown>;
type More = { credentialsDecrypted?: { data: Record<string, unknown> } };

/** Answers each request with the next of some statuses, and notes which secret it was sent with. */
function answering(...statuses: number[]) {
	const sent: unknown[] = [];
	const httpRequestWithAuthentication: Request = async (_, __, { credentialsDecrypted }) => {
		sent.push(credentialsDecrypted?.data.secret);
		const statusCode = statuses.shift();
		return { statusCode, headers: {}, body: Buffer.from(JSON.stringify({ statusCode })) };
	};
	return { sent, helpers: { httpRequestWithAuthentication } };
}

describe('the credential', () => {
	test('is resolved once for all requests', async () => {
		let resolved = 0;
		const { sent, helpers } = answering(200, 200, 200);
		const getCredentials = async () => ({ secret: `s${++resolved}` });
		const client = await clientIn({ getCredentials, helpers });
		for (let request = 0; request < 3; request++) await client.json({ path: '/' });
		expect(sent).toEqual(['s1', 's1', 's1']);
	});

	test('is resolved again after a refusal, and both secrets are redacted', async () => {
		let resolved = 0;
		const { sent, helpers } = answering(401, 200);
		const getCredentials = async () => ({ secret: `secret-${++resolved}` });
		const client = await clientIn({ getCredentials, helpers });
		await expect(client.json({ path: '/' })).resolves.toEqual({ statusCode: 200 });
		expect(sent).toEqual(['secret-1', 'secret-2']);
	});

	test('is not asked for a third time', async () => {
		const { sent, helpers } = answering(401, 401, 200);
		const client = await clientIn({ helpers });
		await expect(client.json({ path: '/' })).rejects.toThrow(
			'Example rejected the credential (401)',
		);
		expect(sent).toHaveLength(2);
	});

	test('whose base URL has become another one is not sent there', async () => {
		let resolutions = 0;
		const { sent, helpers } = answering(401, 200);
		const context = { getCredentials: async () => ({}), helpers } as unknown as N8nContext;
		const connect = () => ({ baseUrl: `https://${resolutions++ < 2 ? 'a' : 'b'}`, secrets: ['x'] });
		const authentication = await authenticationFor(
			context,
			{ ...use, connect },
			{ tokensByClient: new Map() },
			0,
		);
		const answer = await authentication.send({ url: '/' }, new AbortController().signal);
		expect(answer.statusCode).toBe(401);
		expect(sent).toHaveLength(1);
	});

	test('that cannot be resolved without an input item says so', async () => {
		const context = {
			getCredentials: async () => {
				throw new Error('No execution data');
			},
		} as unknown as N8nContext;
		await expect(
			authenticationFor(context, use, { tokensByClient: new Map() }),
		).rejects.toMatchObject({
			message: 'Could not read the credential: No execution data',
			details: { hint: expect.stringContaining('no input item') },
		});
	});
});

describe('letters', () => {
	const answeringBytes = (body: Buffer, type = 'application/json') =>
		clientIn({
			helpers: {
				httpRequestWithAuthentication: async () => ({
					statusCode: 200,
					headers: { 'content-type': type },
					body,
				}),
			},
		});
	const latin1 = Buffer.from('{"name":"Müller ÿ"}', 'latin1');

	test.each([
		['UTF-8', Buffer.from('{"name":"Müller ÿ"}'), undefined],
		['UTF-8 with a mark at its beginning', Buffer.from('\ufeff{"name":"Müller ÿ"}'), undefined],
		['Latin-1 that is named', latin1, 'application/json; charset=iso-8859-1'],
		['Latin-1 that is named in quotes', latin1, 'application/json; charset="Latin1"'],
		['UTF-16 that is named', Buffer.from('{"name":"Müller ÿ"}', 'utf16le'), 'x/y;charset=utf-16le'],
	])('%s are decoded', async (_, bytes, type) => {
		const client = await answeringBytes(bytes, type);
		await expect(client.json({ path: '/' })).resolves.toEqual({ name: 'Müller ÿ' });
	});

	test('a replacement character that was sent is taken', async () => {
		const client = await answeringBytes(Buffer.from('{"name":"\ufffd"}'));
		await expect(client.json({ path: '/' })).resolves.toEqual({ name: '\ufffd' });
	});

	test.each([
		['that nobody named', latin1, undefined],
		['that are named wrongly', latin1, 'application/json; charset=utf-8'],
		['of a charset that nobody knows', latin1, 'application/json; charset=x-klingon'],
	])('%s are a failure', async (_, bytes, type) => {
		const client = await answeringBytes(bytes, type);
		await expect(client.json({ path: '/' })).rejects.toThrow(
			/Example returned text that is not valid/,
		);
	});
});

/** A client of an n8n that answers each request with a file, and the signals that n8n was given. */
async function downloading(cancel?: AbortSignal) {
	const signals: AbortSignal[] = [];
	const client = await clientIn({
		...(cancel && { getExecutionCancelSignal: () => cancel }),
		helpers: {
			async httpRequestWithAuthentication(this: { getExecutionCancelSignal: () => AbortSignal }) {
				signals.push(this.getExecutionCancelSignal());
				const stream = { destroy() {} } as unknown as Readable;
				return { statusCode: 200, headers: {}, body: stream };
			},
		},
	});
	return { client, signals, aborted: () => signals.map((signal) => signal.aborted) };
}

const standsStill = async () => {
	throw Object.assign(new Error('no data for 1 s'), { code: 'TIMED_OUT' });
};

describe('the connection of a download', () => {
	test('is closed when the message of an error stalls', async () => {
		const signals: AbortSignal[] = [];
		const body = {
			destroy() {},
			[Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
		};
		const client = await clientIn({
			helpers: {
				async httpRequestWithAuthentication(this: { getExecutionCancelSignal: () => AbortSignal }) {
					signals.push(this.getExecutionCancelSignal());
					return { statusCode: 503, headers: {}, body };
				},
			},
		});
		const download = client.download({ path: '/pdf' }, async () => 'never');
		await expect(download).rejects.toThrow('Example returned an error (503)');
		expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
	});

	test('is closed when the file stands still', async () => {
		const { client, aborted } = await downloading();
		await expect(client.download({ path: '/pdf' }, standsStill)).rejects.toThrow(
			'Download from Example was interrupted: no data for 1 s',
		);
		expect(aborted()).toEqual([true]);
	});

	test('is left to n8n when the file has come', async () => {
		const { client, aborted } = await downloading();
		await expect(client.download({ path: '/pdf' }, async () => 'whole')).resolves.toBe('whole');
		expect(aborted()).toEqual([false]);
	});

	test('still ends with the execution', async () => {
		const execution = new AbortController();
		const { client, signals, aborted } = await downloading(execution.signal);
		await client.download({ path: '/pdf' }, async () => 'whole');
		expect(signals).not.toContain(execution.signal);
		execution.abort();
		expect(aborted()).toEqual([true]);
	});
});
