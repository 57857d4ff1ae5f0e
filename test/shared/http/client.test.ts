import type { IHttpRequestOptions } from 'n8n-workflow';
import { type N8nContext, type Readable, createClient } from '../../../nodes/shared/http/client';
import { Gate } from '../../../nodes/shared/http/gate';

/** A client in a context of n8n. */
function clientIn(context: object) {
	return createClient(context as N8nContext, {
		vendor: 'Example',
		credentialType: 'exampleApi',
		baseUrl: 'https://api.example.com',
		secrets: async () => ['the-newer-token'],
		wordsOf: (body) => String(body),
		timeoutSeconds: 0.01,
		maxRetries: 0,
		parallelRequests: 1,
		gate: new Gate(),
		onWait() {},
	});
}

test('blots out the token that was sent, also where the credential has a newer one', async () => {
	const client = clientIn({
		helpers: {
			async httpRequestWithAuthentication(_: string, { headers }: IHttpRequestOptions) {
				Object.assign(headers ?? {}, { Authorization: 'Bearer the-older-token' });
				return { statusCode: 403, headers: {}, body: 'You sent the-older-token' };
			},
		},
	});
	await expect(client.json({ path: '/' })).rejects.toThrow('Example answered 403: You sent ***');
});

test('asks again where a refusal was not thrown: n8n renews a token only then', async () => {
	const ignored: unknown[] = [];
	const client = clientIn({
		helpers: {
			async httpRequestWithAuthentication(_: string, options: IHttpRequestOptions) {
				ignored.push(options.ignoreHttpStatusErrors);
				const statusCode = ignored.length === 1 ? 401 : 200;
				return { statusCode, headers: {}, body: { statusCode } };
			},
		},
	});
	await expect(client.json({ path: '/' })).resolves.toEqual({ statusCode: 200 });
	expect(ignored).toEqual([{ ignore: true, except: [401] }, false]);
});

/** A client of an n8n that answers each request with a file, and the signals that n8n was given. */
function downloading(cancel?: AbortSignal) {
	const signals: AbortSignal[] = [];
	const client = clientIn({
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
	throw Object.assign(new Error('silence'), { code: 'ETIMEDOUT' });
};

describe('the connection of a download', () => {
	test('is closed when the words of an error stand still', async () => {
		const signals: AbortSignal[] = [];
		const body = {
			destroy() {},
			[Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
		};
		const client = clientIn({
			helpers: {
				async httpRequestWithAuthentication(this: { getExecutionCancelSignal: () => AbortSignal }) {
					signals.push(this.getExecutionCancelSignal());
					return { statusCode: 503, headers: {}, body };
				},
			},
		});
		const download = client.download({ path: '/pdf' }, async () => 'never');
		await expect(download).rejects.toThrow('Example answered 503');
		expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
	});

	test('is closed when the file stands still', async () => {
		const { client, aborted } = downloading();
		await expect(client.download({ path: '/pdf' }, standsStill)).rejects.toThrow('broke off');
		expect(aborted()).toEqual([true]);
	});

	test('is left to n8n when the file has come', async () => {
		const { client, aborted } = downloading();
		await expect(client.download({ path: '/pdf' }, async () => 'whole')).resolves.toBe('whole');
		expect(aborted()).toEqual([false]);
	});

	test('still ends with the execution', async () => {
		const execution = new AbortController();
		const { client, signals, aborted } = downloading(execution.signal);
		await client.download({ path: '/pdf' }, async () => 'whole');
		expect(signals).not.toContain(execution.signal);
		execution.abort();
		expect(aborted()).toEqual([true]);
	});
});
