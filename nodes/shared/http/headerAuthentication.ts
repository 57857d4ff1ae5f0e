import type {
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { discard } from './body';
import { endingWith } from './cancel';
import type { Authentication, CredentialUse, Resolve } from './connection';
import type { N8nContext } from './context';

/** The secret is sent as it is. After a refusal it is looked up again: it may have been replaced. */
export function headerAuthentication(
	context: N8nContext,
	{ credentialType, connect }: CredentialUse,
	resolve: Resolve,
	credential: ICredentialDataDecryptedObject,
): Authentication {
	const { baseUrl, secrets } = connect(credential);
	const known = new Set(secrets);
	let current = credential;
	const request = async (options: IHttpRequestOptions, end: AbortSignal) =>
		(await context.helpers.httpRequestWithAuthentication.call(
			endingWith(context, end),
			credentialType,
			{ ...options, ignoreHttpStatusErrors: true },
			{ credentialsDecrypted: { id: '', name: '', type: credentialType, data: current } },
		)) as IN8nHttpFullResponse;
	return {
		credential,
		baseUrl,
		secrets: () => [...known],
		async send(options, end) {
			const used = current;
			const answer = await request(options, end);
			if (answer.statusCode !== 401) return answer;
			if (current === used) {
				const fresh = await resolve();
				const connection = connect(fresh);
				if (connection.baseUrl !== baseUrl) return answer;
				for (const secret of connection.secrets) known.add(secret);
				current = fresh;
			}
			discard(answer.body);
			return await request(options, end);
		},
	};
}
