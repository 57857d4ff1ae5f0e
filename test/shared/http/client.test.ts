import { type N8nContext, type Readable, createClient } from '../../../nodes/shared/http/client';
import { Gate } from '../../../nodes/shared/http/gate';

/** A client of an n8n that answers each request with a file, and the signals that n8n was given. */
function downloading(cancel?: AbortSignal) {
	const signals: AbortSignal[] = [];
	const context = {
		...(cancel && { getExecutionCancelSignal: () => cancel }),
		helpers: {
			async httpRequestWithAuthentication(this: { getExecutionCancelSignal: () => AbortSignal }) {
				signals.push(this.getExecutionCancelSignal());
				const stream = { destroy() {} } as unknown as Readable;
				return { statusCode: 200, headers: {}, body: stream };
			},
		},
	};
	const client = createClient(context as unknown as N8nContext, {
		baseUrl: 'https://vendor.example',
		secrets: async () => [],
		vendor: 'Vendor',
		credentialType: 'vendorApi',
		wordsOf: () => undefined,
		timeoutSeconds: 1,
		maxRetries: 0,
		parallelRequests: 1,
		gate: new Gate(),
		onWait() {},
	});
	return { client, signals, aborted: () => signals.map((signal) => signal.aborted) };
}

const standsStill = async () => {
	throw Object.assign(new Error('silence'), { code: 'ETIMEDOUT' });
};

describe('the connection of a download', () => {
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
