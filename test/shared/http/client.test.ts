import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { createClient } from '../../../nodes/shared/http/client';
import { Gate } from '../../../nodes/shared/http/gate';

test('blots out the token that was sent, also where the credential has a newer one', async () => {
	const context = {
		helpers: {
			async httpRequestWithAuthentication(_: string, { headers }: IHttpRequestOptions) {
				Object.assign(headers ?? {}, { Authorization: 'Bearer the-older-token' });
				return { statusCode: 403, headers: {}, body: 'You sent the-older-token' };
			},
		},
	} as unknown as IExecuteFunctions;
	const client = createClient(context, {
		vendor: 'Example',
		credentialType: 'exampleApi',
		baseUrl: 'https://api.example.com',
		secrets: async () => ['the-newer-token'],
		wordsOf: (body) => String(body),
		timeoutSeconds: 1,
		maxRetries: 0,
		parallelRequests: 1,
		gate: new Gate(),
		onWait: () => {},
	});
	await expect(client.json({ path: '/' })).rejects.toThrow('Example answered 403: You sent ***');
});
