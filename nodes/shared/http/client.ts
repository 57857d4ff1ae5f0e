import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	IPollFunctions,
} from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { cancelSignalOf, cancelled, endingWith, unlessCancelled } from './cancel';
import { type Answer, clean, failureFrom } from './failure';
import type { Gate } from './gate';
import { LONGEST_WAIT_MS, isPassingCode, isPassingStatus, nextWaitMs } from './retry';
import { type Query, isSameOrigin, parseUrl, queryString } from './url';

/** A stream of bytes, by the name n8n has for it (community nodes may not import `stream`). */
export type Readable = Exclude<
	Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0],
	Buffer
>;

/** The n8n contexts in which vendors are asked. */
export type N8nContext = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

/** Where a credential leads, and what must never be shown of it. */
export interface Connection {
	/** The checked base URL, without a slash at its end. */
	baseUrl: string;
	/** Values that are blotted out of every message. */
	secrets: string[];
}

/** Why requests have to wait. */
export interface WaitReason {
	/** The HTTP status of the vendor's answer, where there was one. */
	status?: number;
	/** Whether the vendor said how long. */
	isAsked: boolean;
}

/** Who is asked, and how patiently. */
export interface ClientSettings {
	baseUrl: string;
	/** Gives what is secret by now: a token may have been renewed since. */
	secrets: () => Promise<string[]>;
	/** The vendor's name in messages. */
	vendor: string;
	credentialType: string;
	/** Finds the vendor's own words in an error body. */
	wordsOf: (body: unknown) => string | undefined;
	/** How long one answer may take, in seconds. */
	timeoutSeconds: number;
	maxRetries: number;
	/** How many requests may be on their way at once. */
	parallelRequests: number;
	/** What is shared with the other clients of the same run. */
	gate: Gate;
	/** Is told how long all have to wait. */
	onWait: (milliseconds: number, reason: WaitReason) => void;
}

/** One GET below the base URL. */
export interface Get {
	/** Built with the `path` tag, so that no value can leave its segment. */
	path: string;
	query?: Query;
	headers?: Record<string, string>;
}

/** A file that is being received. */
export interface Download {
	stream: Readable;
	/** In bytes, where the vendor says it. */
	length: number | null;
	/** How long it may stand still. */
	timeoutSeconds: number;
}

/** Reads from one vendor with one credential; everything that leaves this package goes through it. */
export interface Client {
	/** Gives the parsed JSON of the answer, an object or an array. Throws ReadFailure. */
	json: (get: Get) => Promise<object>;
	/** Returns the parsed JSON of the answer with its headers, their names in lower case. Throws ReadFailure. */
	answer: (get: Get) => Promise<{ body: object; headers: Record<string, unknown> }>;
	/** Hands the body of the answer to `receive`, and all of it again when the transfer breaks. */
	download: <T>(get: Get, receive: (download: Download) => Promise<T>) => Promise<T>;
}

type Outcome<T> =
	| { done: true; value: T }
	| { done: false; failure: ReadFailure; retry: 'never' | 'once' | 'passing' };

/** One try of a request; what it has sent ends with the signal. */
type Attempt<T> = (end: AbortSignal) => Promise<Outcome<T>>;

const MOST_REDIRECTS = 3;
const MOST_ERROR_BYTES = 20_000;

/** Gives a client that sends each request with the credential, to the credential's own host only. */
export function createClient(context: N8nContext, settings: ClientSettings): Client {
	const { vendor, gate } = settings;
	const signal = cancelSignalOf(context);
	/** Tokens that went out: another execution may have renewed the credential's since. */
	const sentTokens = new Set<string>();
	const secrets = async () => [...(await settings.secrets()), ...sentTokens];
	const rememberToken = (sent: IHttpRequestOptions) => {
		const token = tokenIn(sent);
		if (token !== null) sentTokens.add(token);
	};

	const failure = async (answer: Answer) =>
		failureFrom(vendor, answer, settings.wordsOf, await secrets(), Date.now());

	async function json(get: Get): Promise<object> {
		return (await jsonAnswer(get)).body;
	}

	async function jsonAnswer(get: Get): Promise<{ body: object; headers: Record<string, unknown> }> {
		return await untilDone(async (end) => {
			const answer = await ask(get, 'json', end);
			const failed = await failedOutcome(answer);
			if (failed) return failed;
			if (typeof answer.body === 'object' && answer.body !== null) {
				return { done: true, value: { body: answer.body, headers: answer.headers } };
			}
			return {
				done: false,
				retry: 'once',
				failure: new ReadFailure('vendor', `${vendor} answered something that is not JSON`, {
					hint: 'Check the base URL of the credential: it may lead to a web page',
				}),
			};
		});
	}

	async function download<T>(get: Get, receive: (download: Download) => Promise<T>): Promise<T> {
		return await untilDone(async (end): Promise<Outcome<T>> => {
			const answer = await ask(get, 'stream', end);
			const failed = await failedOutcome({ ...answer, body: await errorBody(answer) });
			if (failed) return failed;
			const stream = answer.body as Readable;
			const received = receive({
				stream,
				length: lengthOf(answer.headers),
				timeoutSeconds: settings.timeoutSeconds,
			});
			return await received.then(
				(value): Outcome<T> => ({ done: true, value }),
				async (error: unknown): Promise<Outcome<T>> => {
					stream.destroy();
					return await brokenTransfer(error);
				},
			);
		});
	}

	/** The body of an error that came as a stream, read as far as an error text goes. */
	async function errorBody({ status = 0, body }: Answer): Promise<unknown> {
		if (!isStream(body) || status < 300) return body;
		// It may stand still, too.
		const text = await withinTime(beginningOf(body)).catch(() => '');
		body.destroy();
		return parsedOr(text);
	}

	async function brokenTransfer(error: unknown): Promise<Outcome<never>> {
		if (error instanceof ReadFailure) return { done: false, retry: 'never', failure: error };
		const { code, words } = answerFromError(error);
		const why = code ?? clean(words ?? 'no reason given', await secrets());
		return {
			done: false,
			retry: 'passing',
			failure: new ReadFailure('vendor', `The transfer from ${vendor} broke off (${why})`),
		};
	}

	async function failedOutcome(answer: Answer): Promise<Outcome<never> | null> {
		const { status, code } = answer;
		if (status === undefined) {
			return {
				done: false,
				retry: isPassingCode(code) ? 'passing' : 'never',
				failure: await failure(answer),
			};
		}
		if (status >= 200 && status < 300 && status !== 202) return null;
		return {
			done: false,
			retry: isPassingStatus(status) ? 'passing' : 'never',
			failure: await failure(answer),
		};
	}

	/** Tries again as long as it makes sense, and tells why when it no longer does. */
	async function untilDone<T>(attempt: Attempt<T>): Promise<T> {
		let waitedMs = 0;
		for (let retries = 0; ; retries++) {
			const borne = await gate.enter(settings.parallelRequests);
			const outcome = await unlessOver(() => endingWhatFails(attempt)).finally(() => gate.leave());
			if (outcome.done) return outcome.value;
			// What is stopped on its way looks like a vendor that does not answer.
			if (signal?.aborted) throw cancelled();
			const { failure: failed, retry } = outcome;
			const askedMs = failed.details.retryAfterMs;
			if (retry === 'never' || (retry === 'once' && retries > 0)) throw failed;
			const wait = nextWaitMs(
				{ retries, maxRetries: settings.maxRetries, waitedMs },
				askedMs,
				Math.random,
			);
			if (wait === null) throw givenUp(failed, retries);
			waitedMs += wait;
			if (failed.details.status === 429) gate.slowDown(borne);
			settings.onWait(wait, { status: failed.details.status, isAsked: askedMs !== undefined });
			gate.waitFor(pause(wait));
		}
	}

	/** Tries only while the run goes on. */
	async function unlessOver<T>(attempt: () => Promise<T>): Promise<T> {
		if (gate.isClosed) throw cancelled();
		return await unlessCancelled(signal, attempt);
	}

	/** Waits, but not longer than the execution lives. */
	async function pause(milliseconds: number): Promise<void> {
		await unlessCancelled(signal, async () => await sleep(milliseconds)).catch(() => {});
	}

	/** Sends one GET and follows redirects on the same host; never throws for what came back. */
	async function ask(get: Get, kind: 'json' | 'stream', end: AbortSignal): Promise<Answer> {
		let url = settings.baseUrl + get.path + queryString(get.query);
		for (let redirects = 0; ; redirects++) {
			const answer = await send(url, get, kind, end);
			const next = redirectTarget(answer, url);
			if (next === null) return answer;
			discard(answer.body);
			if (!isSameOrigin(next, settings.baseUrl)) throw await foreignRedirect(next);
			if (redirects === MOST_REDIRECTS) {
				throw new ReadFailure('vendor', `${vendor} redirected the request again and again`, {
					hint: 'Check the base URL of the credential',
				});
			}
			url = next;
		}
	}

	async function foreignRedirect(target: string): Promise<ReadFailure> {
		const host = clean(new URL(target).host, await secrets());
		return new ReadFailure(
			'vendor',
			`${vendor} redirected the request to another host (${host}), which was not followed`,
			{ hint: 'The secret goes to the host of the credential only. Check its base URL' },
		);
	}

	async function send(
		url: string,
		get: Get,
		kind: 'json' | 'stream',
		end: AbortSignal,
		// n8n renews an OAuth2 token only when the 401 is thrown.
		ignoreHttpStatusErrors: IHttpRequestOptions['ignoreHttpStatusErrors'] = {
			ignore: true,
			except: [401],
		},
	): Promise<Answer> {
		// A fresh object for each request: n8n changes it.
		const options: IHttpRequestOptions = {
			url,
			method: 'GET',
			headers: {
				Accept: kind === 'json' ? 'application/json' : 'application/pdf, application/json',
				// Only an unpacked file has the length that its header declares.
				...(kind === 'stream' && { 'Accept-Encoding': 'identity' }),
				...get.headers,
			},
			timeout: settings.timeoutSeconds * 1000,
			// Redirects are looked at here: n8n would send the secret along to another host.
			disableFollowRedirect: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors,
			...(kind === 'stream' && { encoding: 'stream' as const }),
		};
		const request = context.helpers.httpRequestWithAuthentication.call(
			endingWith(context, end),
			settings.credentialType,
			options,
		) as Promise<IN8nHttpFullResponse>;
		return await withinTime(request)
			.finally(() => rememberToken(options))
			.then(({ statusCode, headers, body }) => {
				if (statusCode !== 401) return { status: statusCode, headers, body };
				// n8n 1 knows no exceptions to what it ignores: it is asked again to throw.
				discard(body);
				return send(url, get, kind, end, false);
			}, answerFromError);
	}

	/** n8n's time-out looks at silence only; a server that sends a byte a second must end too. */
	async function withinTime<T>(request: Promise<T>): Promise<T> {
		const seconds = settings.timeoutSeconds;
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

	return { json, answer: jsonAnswer, download };
}

/** Closes the connection of an attempt that comes to nothing, whatever still stands still on it. */
async function endingWhatFails<T>(attempt: Attempt<T>): Promise<Outcome<T>> {
	const end = new AbortController();
	let isDone = false;
	try {
		const outcome = await attempt(end.signal);
		isDone = outcome.done;
		return outcome;
	} finally {
		if (!isDone) end.abort();
	}
}

/** The OAuth2 token that n8n has written into a request. */
function tokenIn({ headers }: IHttpRequestOptions): string | null {
	const [, token = null] = /^Bearer (.+)$/.exec(String(headers?.Authorization)) ?? [];
	return token;
}

function givenUp(failure: ReadFailure, retries: number): ReadFailure {
	const askedMs = failure.details.retryAfterMs;
	const tooLong = askedMs !== undefined && askedMs > LONGEST_WAIT_MS;
	const asked = askedMs === undefined ? '' : ` It asked to wait ${Math.ceil(askedMs / 1000)} s.`;
	const tried = tooLong ? '' : ` Tried ${retries + 1} times.`;
	return new ReadFailure(failure.kind, `${failure.message}.${asked}${tried}`, failure.details);
}

function redirectTarget(answer: Answer, url: string): string | null {
	const { status, headers } = answer;
	if (status === undefined || status < 300 || status > 399) return null;
	const location = headers.location;
	return typeof location === 'string' ? (parseUrl(location, url)?.href ?? null) : null;
}

function lengthOf(headers: Record<string, unknown>): number | null {
	const length = headers['content-length'];
	return typeof length === 'string' && /^\d+$/.test(length) ? Number(length) : null;
}

function isStream(body: unknown): body is Readable {
	return typeof (body as Readable | null)?.destroy === 'function';
}

function discard(body: unknown): void {
	if (isStream(body)) body.destroy();
}

async function beginningOf(stream: Readable): Promise<string> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of stream) {
		chunks.push(Buffer.from(chunk as Buffer));
		size += (chunk as Buffer).length;
		if (size >= MOST_ERROR_BYTES) break;
	}
	return Buffer.concat(chunks).toString('utf8');
}

function parsedOr(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return text;
	}
}

/** Takes the useful parts out of whatever n8n's request helper threw. */
function answerFromError(error: unknown): Answer {
	const thrown = (error ?? {}) as {
		httpCode?: unknown;
		code?: unknown;
		message?: unknown;
		cause?: {
			code?: unknown;
			message?: unknown;
			response?: { status?: unknown; headers?: object; data?: unknown };
		};
	};
	const response = thrown.cause?.response;
	const codes = [thrown.cause?.code, thrown.httpCode, thrown.code];
	const status = [response?.status, thrown.httpCode].map(Number).find((number) => number >= 100);
	// A success that was thrown is one whose body broke off.
	const broken = status !== undefined && status < 300;
	return {
		status: broken ? undefined : status,
		code: broken
			? 'ECONNRESET'
			: codes.find((code): code is string => typeof code === 'string' && /^[A-Z]/.test(code)),
		headers: { ...response?.headers },
		body: response?.data,
		words: [thrown.cause?.message, thrown.message].find((word) => typeof word === 'string') as
			| string
			| undefined,
	};
}
