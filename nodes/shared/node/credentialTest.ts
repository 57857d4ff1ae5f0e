import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunction,
	ICredentialTestFunctions,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { createClient } from '../http/client';
import type { Authentication } from '../http/connection';
import { WEB_PAGE, statusMessage } from '../http/credentialTest';
import { RequestLimiter } from '../http/requestLimiter';
import type { OperationContext, Vendor } from '../vendor/vendor';
import { invoiceListOf } from './nodeParameters';

/** The user waits for the result, so it fails sooner than an execution. */
const SETTINGS = { timeoutSeconds: 20, maxRetries: 0, parallelRequests: 1 };

/** Adds the secret to a request, as a credential's `authenticate` does. */
type Authenticate = (
	credential: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
) => Promise<IHttpRequestOptions>;

/** The test of one credential type. */
export interface CredentialTestSettings {
	credential: { authenticate: Authenticate };
	/** Returns the parameters of "Get Many" to test with. */
	parametersOf?: (credential: ICredentialDataDecryptedObject) => Record<string, unknown>;
	/**
	 * Returns whether the test can only tell whether the secret is accepted, as there is nothing to
	 * read: then any other status of the vendor passes.
	 */
	isSecretOnly?: (credential: ICredentialDataDecryptedObject) => boolean;
}

/**
 * Returns the test of a vendor's credential. It passes only if the vendor returns the beginning of its
 * list of invoices, and otherwise says what is wrong. n8n's declarative tests only show the code of a
 * failed connection.
 */
export function credentialTest(
	vendor: Vendor,
	{ credential, parametersOf = () => ({}), isSecretOnly = () => false }: CredentialTestSettings,
): ICredentialTestFunction {
	return async function (this: ICredentialTestFunctions, { data = {} }) {
		try {
			const parameters = parametersOf(data);
			await readFirstPage(this, vendor, data, credential.authenticate, parameters);
		} catch (error) {
			const isPassed = isListed(error) || (isSecretOnly(data) && isUnrelated(error));
			if (!isPassed) return { status: 'Error', message: messageOf(error) };
		}
		return { status: 'OK', message: 'Connection successful' };
	};
}

async function readFirstPage(
	n8n: ICredentialTestFunctions,
	vendor: Vendor,
	credential: ICredentialDataDecryptedObject,
	authenticate: Authenticate,
	parameters: Record<string, unknown>,
): Promise<void> {
	const { baseUrl, secrets } = vendor.connect(credential);
	const authentication: Authentication = {
		credential,
		baseUrl,
		secrets: () => secrets,
		send: async (options) => await send(n8n, await authenticate(credential, options)),
	};
	const limiter = new RequestLimiter();
	// n8n cannot cancel a credential test.
	const client = createClient(
		{},
		{
			vendor: vendor.name,
			authentication,
			errorMessageOf: vendor.errorMessageOf,
			limiter,
			onWait: () => {},
			...SETTINGS,
		},
	);
	const context: OperationContext = {
		client,
		parallelRequests: SETTINGS.parallelRequests,
		credential,
		secrets: authentication.secrets,
		parameter: <T>(name: string, fallback: T) => (parameters[name] as T | undefined) ?? fallback,
		options: {},
		filters: {},
		onPage: () => {},
	};
	const list = invoiceListOf(vendor);
	const { size } = list.paging;
	const pages = list.read(context, {
		purpose: 'raw',
		all: false,
		...(size !== null && { pageSize: size.min }),
	});
	try {
		await pages.next();
	} finally {
		await pages.return();
		await limiter.close();
	}
}

/** n8n offers credential tests nothing but its legacy request helper. */
async function send(
	{ helpers }: ICredentialTestFunctions,
	{ url, headers, timeout }: IHttpRequestOptions,
): Promise<IN8nHttpFullResponse> {
	const response = (await helpers.request({
		uri: url,
		method: 'GET',
		headers,
		timeout,
		followRedirect: false,
		// As bytes, and whatever the status.
		encoding: null,
		simple: false,
		resolveWithFullResponse: true,
	})) as IN8nHttpFullResponse;
	const { statusCode, body } = response;
	if (statusCode === 200 && /^\s*</.test(String(body))) throw new ReadFailure('vendor', WEB_PAGE);
	return response;
}

/** A list that changes while it is read, or contradicts its total, is the vendor's list all the same. */
function isListed(error: unknown): boolean {
	return error instanceof ReadFailure && error.kind === 'incomplete';
}

/** Returns whether the vendor answered with a status that says nothing about the secret. */
function isUnrelated(error: unknown): boolean {
	const { status } = error instanceof ReadFailure ? error.details : {};
	return status !== undefined && status >= 400 && ![401, 403].includes(status);
}

function messageOf(error: unknown): string {
	if (!(error instanceof ReadFailure)) return 'The test could not be run. Check the credential';
	const { status, hint } = error.details;
	const sentences = [error.message, hint].flatMap((text) => text?.replace(/\.$/, '') ?? []);
	return statusMessage(status) ?? sentences.join('. ');
}
