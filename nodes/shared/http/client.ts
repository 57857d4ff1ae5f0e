import { ReadFailure } from '../errors';
import { type AttemptSettings, type BodyKind, type Get, attempt } from './attempt';
import { errorBodyIn, jsonIn } from './body';
import { cancelSignalOf } from './cancel';
import type { N8nContext, Readable } from './context';
import { type Answer, clean, failureFrom, isTransientAnswer } from './failure';
import { answerFromThrown } from './thrown';
import { type Outcome, type TrySettings, untilDone } from './tries';

export type { Connection } from './connection';
export type { Get } from './attempt';
export type { N8nContext, Readable } from './context';
export type { WaitReason } from './tries';

/** Who is asked, and how patiently. */
export interface ClientSettings extends AttemptSettings, Omit<TrySettings, 'signal'> {
	/** Finds the vendor's own words in an error body. */
	errorMessageOf: (body: unknown) => string | undefined;
	/** Reads how long the vendor asks to wait, where it says so in another header than `Retry-After`. */
	retryAfterOf?: (headers: Record<string, unknown>, now: number) => number | null;
}

/** A file that is being received. */
export interface Download {
	stream: Readable;
	/** In bytes, where the vendor says it; fewer than the file has where it was packed on its way. */
	length: number | null;
	/** How long it may stand still. */
	timeoutSeconds: number;
	/** Returns the vendor's own words in an error that came in place of the file, without secrets. */
	errorMessageIn: (body: string) => string;
}

/** The JSON of a response, and its headers by lower-case name. */
export interface JsonAnswer {
	body: object;
	headers: Record<string, unknown>;
}

/** Reads from one vendor with one credential; everything that leaves this package goes through it. */
export interface Client {
	/** Returns the parsed JSON of the response, an object or an array. Throws ReadFailure. */
	json: (get: Get) => Promise<object>;
	/** Returns the parsed JSON with the headers of the response. Throws ReadFailure. */
	answer: (get: Get) => Promise<JsonAnswer>;
	/** Hands the body of the response to `receive`, and all of it again when the transfer breaks. */
	download: <T>(get: Get, receive: (download: Download) => Promise<T>) => Promise<T>;
}

/** Returns a client that sends each request with the credential, to the credential's own host only. */
export function createClient(context: N8nContext, settings: ClientSettings): Client {
	const tries = { ...settings, signal: cancelSignalOf(context) };

	async function request<T>(
		get: Get,
		kind: BodyKind,
		make: (answer: Answer) => Outcome<T> | Promise<Outcome<T>>,
	): Promise<T> {
		return await untilDone(tries, async (end) => {
			const answer = await attempt(settings, get, kind, end);
			return isSuccess(answer) ? await make(answer) : refused(answer, settings);
		});
	}

	const answer = async (get: Get) =>
		await request(get, 'json', (received) => jsonOutcome(received, settings));
	return {
		answer,
		json: async (get) => (await answer(get)).body,
		download: async (get, receive) =>
			await request(
				get,
				'file',
				async (received) => await fileOutcome(received, settings, receive),
			),
	};
}

function isSuccess({ status = 0, isLogin }: Answer): boolean {
	return status >= 200 && status < 300 && status !== 202 && isLogin !== true;
}

function refused(answer: Answer, settings: ClientSettings): Outcome<never> {
	const about = { ...settings, secrets: settings.authentication.secrets() };
	const isTransient = isTransientAnswer(answer);
	return {
		done: false,
		retry: answer.status === 202 ? 'notReady' : isTransient ? 'transient' : 'never',
		failure: failureFrom({ ...answer, body: errorBodyIn(answer.body) }, about, Date.now()),
	};
}

function jsonOutcome({ body, headers }: Answer, { vendor }: ClientSettings): Outcome<JsonAnswer> {
	const json = jsonIn(body, headers, vendor);
	// It may have been damaged on its way.
	if (json instanceof ReadFailure) return { done: false, retry: 'once', failure: json };
	return { done: true, value: { body: json, headers } };
}

async function fileOutcome<T>(
	{ body, headers }: Answer,
	settings: ClientSettings,
	receive: (download: Download) => Promise<T>,
): Promise<Outcome<T>> {
	const { authentication, timeoutSeconds, errorMessageOf } = settings;
	const stream = body as Readable;
	const errorMessageIn = (text: string) =>
		clean(errorMessageOf(errorBodyIn(text)) ?? '', authentication.secrets());
	try {
		const length = lengthOf(headers);
		return { done: true, value: await receive({ stream, length, timeoutSeconds, errorMessageIn }) };
	} catch (error) {
		stream.destroy();
		return interrupted(error, settings);
	}
}

function interrupted(error: unknown, { vendor, authentication }: ClientSettings): Outcome<never> {
	if (error instanceof ReadFailure) return { done: false, retry: 'never', failure: error };
	const { code, words } = answerFromThrown(error);
	const why = code ?? clean(words ?? 'no reason given', authentication.secrets());
	return {
		done: false,
		retry: 'transient',
		failure: new ReadFailure('vendor', `The transfer from ${vendor} broke off (${why})`),
	};
}

function lengthOf(headers: Record<string, unknown>): number | null {
	const length = headers['content-length'];
	return typeof length === 'string' && /^\d+$/.test(length) ? Number(length) : null;
}
