import type { IHttpRequestOptions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Authentication } from './connection';
import { readErrorBody, discard, isStream } from './body';
import { type VendorResponse, redactedMessage } from './failure';
import { responseFromError } from './thrown';
import { type Query, isSameOrigin, parseUrl, queryString } from './url';

/** One GET below the base URL. */
export interface GetRequest {
	/** Built with the `path` tag, so that no value can leave its segment. */
	path: string;
	query?: Query;
	headers?: Record<string, string>;
}

/** Whose API is asked, and how long one response may take. */
export interface AttemptSettings {
	vendor: string;
	authentication: Authentication;
	timeoutSeconds: number;
}

/** The parts that n8n hands over: all bytes of a JSON response, a file as it is being received. */
export type BodyKind = 'json' | 'file';

const MAX_REDIRECTS = 3;

/**
 * Sends one GET and follows redirects on the same host. Whatever comes back is an answer; an error that
 * came in place of a file is read.
 *
 * @param signal ends what was sent
 * @throws ReadFailure where the vendor redirects to another host, or without end
 */
export async function attempt(
	settings: AttemptSettings,
	get: GetRequest,
	kind: BodyKind,
	signal: AbortSignal,
): Promise<VendorResponse> {
	const { authentication, timeoutSeconds } = settings;
	let url = authentication.baseUrl + get.path + queryString(get.query);
	for (let redirects = 0; ; redirects++) {
		const options = optionsFor(url, get, kind, timeoutSeconds);
		const response = await withinTime(authentication.send(options, signal), timeoutSeconds).then(
			({ statusCode, headers, body }): VendorResponse => ({ status: statusCode, headers, body }),
			responseFromError,
		);
		const redirect = redirectTarget(response, url);
		if (redirect === null) return await withErrorBody(response, timeoutSeconds);
		discard(response.body);
		url = allowedRedirect(settings, redirect, redirects);
	}
}

function optionsFor(
	url: string,
	get: GetRequest,
	kind: BodyKind,
	timeoutSeconds: number,
): IHttpRequestOptions {
	return {
		url,
		method: 'GET',
		headers: {
			Accept: kind === 'json' ? 'application/json' : 'application/pdf, application/json',
			...(kind === 'file' && { 'Accept-Encoding': 'identity' }),
			...get.headers,
		},
		timeout: timeoutSeconds * 1000,
		// Redirects are looked at here: n8n would send the secret along to another host.
		disableFollowRedirect: true,
		returnFullResponse: true,
		// As bytes, because n8n takes every text for UTF-8, and would not say which letters it lost.
		encoding: kind === 'json' ? 'arraybuffer' : 'stream',
	};
}

/** An error that came as a stream, read as far as an error text goes; it may stand still, too. */
async function withErrorBody(
	response: VendorResponse,
	timeoutSeconds: number,
): Promise<VendorResponse> {
	const { status = 0, body } = response;
	if (!isStream(body) || (status >= 200 && status < 300 && status !== 202)) return response;
	const beginning = await withinTime(readErrorBody(body), timeoutSeconds).catch(() => '');
	body.destroy();
	return { ...response, body: beginning };
}

function redirectTarget({ status, headers }: VendorResponse, url: string): string | null {
	if (status === undefined || status < 300 || status > 399) return null;
	const { location } = headers;
	return typeof location === 'string' ? (parseUrl(location, url)?.href ?? null) : null;
}

function allowedRedirect(
	{ vendor, authentication }: AttemptSettings,
	target: string,
	redirects: number,
): string {
	if (!isSameOrigin(target, authentication.baseUrl)) {
		const host = redactedMessage(new URL(target).host, authentication.secrets());
		throw new ReadFailure(
			'vendor',
			`${vendor} redirected the request to another host (${host}), which was not followed`,
			{ hint: 'The secret goes to the host of the credential only. Check its base URL' },
		);
	}
	if (redirects === MAX_REDIRECTS) {
		throw new ReadFailure('vendor', `${vendor} redirected the request again and again`, {
			hint: 'Check the base URL of the credential',
		});
	}
	return target;
}

/** n8n's time-out looks at silence only; a server that sends a byte a second must end too. */
async function withinTime<T>(request: Promise<T>, seconds: number): Promise<T> {
	const signal = AbortSignal.timeout(seconds * 1000 + 500);
	let timeOut = () => {};
	const timedOut = new Promise<never>((_, reject) => {
		timeOut = () =>
			reject(Object.assign(new Error(`not complete within ${seconds} s`), { code: 'ETIMEDOUT' }));
	});
	signal.addEventListener('abort', timeOut);
	return await Promise.race([request, timedOut]).finally(() =>
		signal.removeEventListener('abort', timeOut),
	);
}
