import type { IHttpRequestOptions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Authentication } from './connection';
import { readErrorBody, discard, isStream } from './body';
import { TIMED_OUT, noResponseAfter } from './connectionProblem';
import { type VendorResponse, redactedMessage } from './failure';
import type { NamedSubject } from './subjectLabel';
import { responseFromError } from './thrown';
import { type Query, isSameOrigin, parseUrl, queryString } from './url';

/** A GET request to a path below the base URL. */
export interface GetRequest {
	/** Built with the `path` tag, which keeps each value within its own segment. */
	path: string;
	query?: Query;
	headers?: Record<string, string>;
	/** What is requested, to be named in messages. */
	subject?: NamedSubject;
}

/** The API that requests go to, and the time limit for each response. */
export interface AttemptSettings {
	vendor: string;
	authentication: Authentication;
	timeoutSeconds: number;
}

/** How the body is received: `json` buffered as bytes, `file` as a stream. */
export type BodyKind = 'json' | 'file';

const MAX_REDIRECTS = 3;

/**
 * Sends a GET request once, and follows redirects to the same origin. Resolves with the response
 * whatever its status, also when the connection failed; the body of an error response is read even
 * where a file was requested.
 *
 * @param signal aborts the request
 * @throws ReadFailure if the vendor redirects to another host or too many times
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
		// Redirects are checked here: n8n would send the secret to another host.
		disableFollowRedirect: true,
		returnFullResponse: true,
		// As bytes: n8n decodes every text as UTF-8 and replaces invalid characters silently.
		encoding: kind === 'json' ? 'arraybuffer' : 'stream',
	};
}

/**
 * Reads the error message from a streamed error response; the stream may stall, so it has a time
 * limit.
 */
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
			`${vendor} redirected the request to another host (${host}). The redirect was not followed`,
			{
				hint: 'The secret is sent only to the host in the credential. Check the base URL there',
			},
		);
	}
	if (redirects === MAX_REDIRECTS) {
		throw new ReadFailure('vendor', `${vendor} redirected the request too many times`, {
			hint: 'Check the base URL in the credential',
		});
	}
	return target;
}

/** n8n's timeout covers inactivity only: a server that sends one byte per second must time out, too. */
async function withinTime<T>(request: Promise<T>, seconds: number): Promise<T> {
	const signal = AbortSignal.timeout(seconds * 1000 + 500);
	let timeOut = () => {};
	const timedOut = new Promise<never>((_, reject) => {
		timeOut = () => reject(Object.assign(new Error(noResponseAfter(seconds)), { code: TIMED_OUT }));
	});
	signal.addEventListener('abort', timeOut);
	return await Promise.race([request, timedOut]).finally(() =>
		signal.removeEventListener('abort', timeOut),
	);
}
