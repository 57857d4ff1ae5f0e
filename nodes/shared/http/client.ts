import { ReadFailure } from '../errors';
import { type AttemptSettings, type BodyKind, type Get, attempt } from './attempt';
import { errorBodyIn, jsonIn } from './body';
import { cancelSignalOf } from './cancel';
import type { N8nContext, Readable } from './context';
import { type Answer, clean, failureFrom, isTransientAnswer } from './failure';
import { answerFromThrown } from './thrown';
import { type Outcome, type Retry, type TrySettings, untilDone } from './tries';

export type { Connection } from './authentication';
export type { Get } from './attempt';
export type { N8nContext, Readable } from './context';
export type { WaitReason } from './tries';

/** Who is asked, and how patiently. */
export interface ClientSettings extends AttemptSettings, Omit<TrySettings, 'signal'> {
	/** Finds the vendor's own words in an error body. */
	wordsOf: (body: unknown) => string | undefined;
}

/** A file that is being received. */
export interface Download {
	stream: Readable;
	/** In bytes, where the vendor says it; fewer than the file has where it was packed on its way. */
	length: number | null;
	/** How long it may stand still. */
	timeoutSeconds: number;
	/** Returns the vendor's own words in an error that came in place of the file, without secrets. */
	wordsIn: (body: string) => string;
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
	const { vendor, authentication, timeoutSeconds, wordsOf } = settings;
	const tries = { ...settings, signal: cancelSignalOf(context) };

	/** One try: what the response is made into, or why there is none. */
	async function tryOnce<T>(
		get: Get,
		kind: BodyKind,
		end: AbortSignal,
		make: (answer: Answer) => Promise<Outcome<T>>,
	): Promise<Outcome<T>> {
		const answer = await attempt(settings, get, kind, end);
		const { status } = answer;
		const isSuccess = status !== undefined && status >= 200 && status < 300 && status !== 202;
		return isSuccess && !answer.isLogin ? await make(answer) : refused(answer);
	}

	function refused(answer: Answer): Outcome<never> {
		const about = { vendor, wordsOf, secrets: authentication.secrets() };
		const isTransient = isTransientAnswer(answer);
		return {
			done: false,
			retry: answer.status === 202 ? 'notReady' : isTransient ? 'transient' : 'never',
			failure: failureFrom({ ...answer, body: errorBodyIn(answer.body) }, about, Date.now()),
		};
	}

	async function answer(get: Get): Promise<JsonAnswer> {
		return await untilDone(
			tries,
			async (end) =>
				await tryOnce(get, 'json', end, async ({ body, headers }) =>
					caught('once', () => ({ body: jsonIn(body, headers, vendor), headers })),
				),
		);
	}

	function interrupted(error: unknown): Outcome<never> {
		if (error instanceof ReadFailure) return { done: false, retry: 'never', failure: error };
		const { code, words } = answerFromThrown(error);
		const why = code ?? clean(words ?? 'no reason given', authentication.secrets());
		return {
			done: false,
			retry: 'transient',
			failure: new ReadFailure('vendor', `The transfer from ${vendor} broke off (${why})`),
		};
	}

	return {
		answer,
		json: async (get) => (await answer(get)).body,
		download: async (get, receive) =>
			await untilDone(
				tries,
				async (end) =>
					await tryOnce(get, 'file', end, async ({ body, headers }) => {
						const stream = body as Readable;
						const wordsIn = (text: string) =>
							clean(wordsOf(errorBodyIn(text)) ?? '', authentication.secrets());
						try {
							const length = lengthOf(headers);
							const value = await receive({ stream, length, timeoutSeconds, wordsIn });
							return { done: true, value };
						} catch (error) {
							stream.destroy();
							return interrupted(error);
						}
					}),
			),
	};
}

/** What a step returns, or the failure it throws. */
function caught<T>(retry: Retry, step: () => T): Outcome<T> {
	try {
		return { done: true, value: step() };
	} catch (error) {
		if (!(error instanceof ReadFailure)) throw error;
		return { done: false, retry, failure: error };
	}
}

function lengthOf(headers: Record<string, unknown>): number | null {
	const length = headers['content-length'];
	return typeof length === 'string' && /^\d+$/.test(length) ? Number(length) : null;
}
