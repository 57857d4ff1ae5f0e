import type { IHttpRequestOptions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Authentication } from './connection';
import { beginningOf, discard, isStream } from './body';
import { type Answer, clean } from './failure';
import { answerFromThrown } from './thrown';
import { type Query, isSameOrigin, parseUrl, queryString } from './url';

/** One GET below the base URL. */
export interface Get {
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

const MOST_REDIRECTS = 3;

/**
 * Sends one GET and follows redirects on the same host. Whatever comes back is an answer; an error that
 * came in place of a file is read.
 *
 * @param end ends what was sent
 * @throws ReadFailure where the vendor redirects to another host, or without end
 */
export async function attempt(
	settings: AttemptSettings,
	get: Get,
	kind: BodyKind,
	end: AbortSignal,
): Promise<Answer> {
	const { authentication, timeoutSeconds } = settings;
	let url = authentication.baseUrl + get.path + queryString(get.query);
	for (let redirects = 0; ; redirects++) {
		const options = optionsFor(url, get, kind, timeoutSeconds);
		const answer = await withinTime(authentication.send(options, end), timeoutSeconds).then(
			({ statusCode, headers, body }): Answer => ({ status: statusCode, headers, body }),
			answerFromThrown,
		);
		const next = redirectTarget(answer, url);
		if (next === null) return await withErrorRead(answer, timeoutSeconds);
		discard(answer.body);
		url = allowedRedirect(settings, next, redirects);
	}
}

function optionsFor(
	url: string,
	get: Get,
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
async function withErrorRead(answer: Answer, timeoutSeconds: number): Promise<Answer> {
	const { status = 0, body } = answer;
	if (!isStream(body) || (status >= 200 && status < 300 && status !== 202)) return answer;
	const beginning = await withinTime(beginningOf(body), timeoutSeconds).catch(() => '');
	body.destroy();
	return { ...answer, body: beginning };
}

function redirectTarget({ status, headers }: Answer, url: string): string | null {
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
		const host = clean(new URL(target).host, authentication.secrets());
		throw new ReadFailure(
			'vendor',
			`${vendor} redirected the request to another host (${host}), which was not followed`,
			{ hint: 'The secret goes to the host of the credential only. Check its base URL' },
		);
	}
	if (redirects === MOST_REDIRECTS) {
		throw new ReadFailure('vendor', `${vendor} redirected the request again and again`, {
			hint: 'Check the base URL of the credential',
		});
	}
	return target;
}

/** n8n's time-out looks at silence only; a server that sends a byte a second must end too. */
async function withinTime<T>(request: Promise<T>, seconds: number): Promise<T> {
	const signal = AbortSignal.timeout(seconds * 1000 + 500);
	let giveUp = () => {};
	const late = new Promise<never>((_, reject) => {
		giveUp = () =>
			reject(Object.assign(new Error(`not complete within ${seconds} s`), { code: 'ETIMEDOUT' }));
	});
	signal.addEventListener('abort', giveUp);
	return await Promise.race([request, late]).finally(() =>
		signal.removeEventListener('abort', giveUp),
	);
}
