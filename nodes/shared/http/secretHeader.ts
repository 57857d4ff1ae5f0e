import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { baseUrlFrom, parseUrl } from './url';

/**
 * Returns the `authenticate` function of a credential that sends a secret in a header. It refuses
 * requests to any host but that of the credential's base URL, also those of other nodes.
 *
 * @param headerOf returns the header's name and value
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
				`This credential can only be used for requests to ${new URL(base).host}`,
			);
		}
		const [name, value] = headerOf(credential);
		const headers = { ...request.headers, [name]: value };
		return { ...request, ...NO_REDIRECTS, headers };
	};
}

/** The HTTP Request node still uses n8n's legacy request options. */
type AnyRequest = IHttpRequestOptions & { uri?: string };

/** The header would be sent to the target of a redirect. */
const NO_REDIRECTS = {
	disableFollowRedirect: true,
	followRedirect: false,
	followAllRedirects: false,
	maxRedirects: 0,
};

/**
 * Returns every URL that the options may resolve to: either field, appended to the base URL or
 * relative to it.
 */
function targetsOf({ baseURL, url, uri }: AnyRequest): Array<URL | null> {
	return [url ?? uri, uri ?? url].flatMap((target = '') => [
		parseUrl((baseURL ?? '') + target),
		parseUrl(target, baseURL),
	]);
}
