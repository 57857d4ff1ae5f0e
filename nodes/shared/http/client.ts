import { ReadFailure } from '../errors';
import { type AttemptSettings, type BodyKind, type GetRequest, attempt } from './attempt';
import { parseErrorBody, parseJsonBody } from './body';
import { cancelSignalOf } from './cancel';
import type { Authentication } from './connection';
import { connectionProblem } from './connectionProblem';
import type { N8nContext, Readable } from './context';
import {
	type VendorResponse,
	redactedMessage,
	failureFromResponse,
	isTransientResponse,
} from './failure';
import { responseFromError } from './thrown';
import { type Outcome, type RetrySettings, withRetries } from './retryLoop';
import { parseUrl } from './url';

export type { Connection } from './connection';
export type { GetRequest } from './attempt';
export type { N8nContext, Readable } from './context';
export type { WaitReason } from './retryLoop';

/** The API that a client reads from, and how it retries. */
export interface ClientSettings extends AttemptSettings, Omit<RetrySettings, 'signal'> {
	/** Returns the vendor's message in an error body. */
	errorMessageOf: (body: unknown) => string | undefined;
	/**
	 * Returns the wait that the vendor asks for, in milliseconds, if it uses a header other than
	 * `Retry-After`.
	 */
	retryAfterOf?: (headers: Record<string, unknown>, now: number) => number | null;
}

/** A file download in progress. */
export interface Download {
	stream: Readable;
	/** The Content-Length in bytes; smaller than the file if it was compressed in transit. */
	length: number | null;
	/** How long the stream may be inactive. */
	timeoutSeconds: number;
	/** Returns the vendor's message in an error received instead of the file, redacted. */
	errorMessageIn: (body: string) => string;
}

/** A JSON response: its parsed body, and its headers by lower-case name. */
export interface JsonResponse {
	body: object;
	headers: Record<string, unknown>;
}

/** Reads from one vendor with one credential. Every request of this package is sent by a client. */
export interface Client {
	/** Returns the parsed JSON body, an object or an array. Throws ReadFailure. */
	json: (get: GetRequest) => Promise<object>;
	/** Returns the parsed JSON body and the response headers. Throws ReadFailure. */
	jsonWithHeaders: (get: GetRequest) => Promise<JsonResponse>;
	/**
	 * Passes the response stream to `receive`, and starts over with a new one if the transfer is
	 * interrupted.
	 */
	download: <T>(get: GetRequest, receive: (download: Download) => Promise<T>) => Promise<T>;
}

/** Returns a client that retries transient errors, and sends the credential only to its own host. */
export function createClient(context: Partial<N8nContext>, settings: ClientSettings): Client {
	const retrySettings = { ...settings, signal: cancelSignalOf(context) };

	async function request<T>(
		get: GetRequest,
		kind: BodyKind,
		handle: (response: VendorResponse) => Outcome<T> | Promise<Outcome<T>>,
	): Promise<T> {
		return await withRetries(retrySettings, async (signal) => {
			const response = await attempt(settings, get, kind, signal);
			return isSuccess(response) ? await handle(response) : errorOutcome(response, settings, get);
		});
	}

	const jsonWithHeaders = async (get: GetRequest) =>
		await request(get, 'json', async (response) => {
			await settings.limiter.turn();
			return jsonOutcome(response, settings);
		});
	return {
		jsonWithHeaders,
		json: async (get) => (await jsonWithHeaders(get)).body,
		download: async (get, receive) =>
			await request(
				get,
				'file',
				async (response) => await fileOutcome(response, settings, receive),
			),
	};
}

function isSuccess({ status = 0, isLogin }: VendorResponse): boolean {
	return status >= 200 && status < 300 && status !== 202 && isLogin !== true;
}

function errorOutcome(
	response: VendorResponse,
	settings: ClientSettings,
	{ subject }: GetRequest,
): Outcome<never> {
	const { authentication } = settings;
	const about = {
		...settings,
		subject,
		secrets: authentication.secrets(),
		host: hostOf(authentication),
		loginHost: authentication.loginHost,
	};
	const isTransient = isTransientResponse(response);
	return {
		done: false,
		retry: response.status === 202 ? 'notReady' : isTransient ? 'transient' : 'never',
		failure: failureFromResponse(
			{ ...response, body: parseErrorBody(response.body) },
			about,
			Date.now(),
		),
	};
}

function jsonOutcome(
	{ body, headers }: VendorResponse,
	{ vendor }: ClientSettings,
): Outcome<JsonResponse> {
	const json = parseJsonBody(body, headers, vendor);
	// The body may have been damaged in transit.
	if (json instanceof ReadFailure) return { done: false, retry: 'once', failure: json };
	return { done: true, value: { body: json, headers } };
}

async function fileOutcome<T>(
	{ body, headers }: VendorResponse,
	settings: ClientSettings,
	receive: (download: Download) => Promise<T>,
): Promise<Outcome<T>> {
	const { authentication, timeoutSeconds, errorMessageOf } = settings;
	const stream = body as Readable;
	const errorMessageIn = (text: string) =>
		redactedMessage(errorMessageOf(parseErrorBody(text)) ?? '', authentication.secrets());
	try {
		const length = contentLength(headers);
		return { done: true, value: await receive({ stream, length, timeoutSeconds, errorMessageIn }) };
	} catch (error) {
		stream.destroy();
		return interruptedOutcome(error, settings);
	}
}

function interruptedOutcome(
	error: unknown,
	{ vendor, authentication, timeoutSeconds }: ClientSettings,
): Outcome<never> {
	if (error instanceof ReadFailure) return { done: false, retry: 'never', failure: error };
	const endpoint = { host: hostOf(authentication), timeoutSeconds };
	const { why, hint } = connectionProblem(responseFromError(error), endpoint, 'base URL');
	const shown = redactedMessage(why, authentication.secrets());
	const message = `Download from ${vendor} was interrupted: ${shown}`;
	return { done: false, retry: 'transient', failure: new ReadFailure('vendor', message, { hint }) };
}

function hostOf({ baseUrl }: Authentication): string {
	return parseUrl(baseUrl)?.host ?? baseUrl;
}

function contentLength(headers: Record<string, unknown>): number | null {
	const length = headers['content-length'];
	return typeof length === 'string' && /^\d+$/.test(length) ? Number(length) : null;
}
