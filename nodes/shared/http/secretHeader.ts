import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { baseUrlFrom, parseUrl } from './url';

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
		if (targetsOf(request).some((target) => target?.origin !== new URL(base).origin)) {
			throw new ReadFailure(
				'input',
				`The secret of this credential is for ${new URL(base).host} only`,
			);
		}
		const [name, value] = headerOf(credential);
		const headers = { ...request.headers, [name]: value };
		return { ...request, ...NO_REDIRECTS, headers };
	};
}

/** The HTTP Request node still sends requests of n8n's older kind, with other names in them. */
type AnyRequest = IHttpRequestOptions & { uri?: string };

/** A header would go along to wherever a redirect leads. */
const NO_REDIRECTS = {
	disableFollowRedirect: true,
	followRedirect: false,
	followAllRedirects: false,
	maxRedirects: 0,
};

/** Where a request may go: in either field, put behind a base URL or in its place. */
function targetsOf({ baseURL, url, uri }: AnyRequest): Array<URL | null> {
	return [url ?? uri, uri ?? url].flatMap((target = '') => [
		parseUrl((baseURL ?? '') + target),
		parseUrl(target, baseURL),
	]);
}
