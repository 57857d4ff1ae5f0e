import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { baseUrlFrom, isSameOrigin } from './url';

/**
 * Gives the `authenticate` of a credential that sends a secret in a header: to the host of the
 * credential's own base URL, and to no other, whoever asks.
 *
 * @param headerOf gives the header's name and value
 */
export function secretHeader(
	headerOf: (credential: ICredentialDataDecryptedObject) => [name: string, value: string],
) {
	return async (
		credential: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const base = baseUrlFrom(credential.baseUrl, credential.allowHttp === true);
		const target = (request.baseURL ?? '') + request.url;
		if (!isSameOrigin(target, base)) {
			throw new ReadFailure(
				'input',
				`The secret of this credential is for ${new URL(base).host} only`,
			);
		}
		const [name, value] = headerOf(credential);
		return { ...request, headers: { ...request.headers, [name]: value } };
	};
}
