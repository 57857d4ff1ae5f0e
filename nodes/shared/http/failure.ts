import { ReadFailure } from '../errors';
import { blotted } from './blot';
import { retryAfterMs } from './retry';

/** The parts of an answer or of a failed request that matter; nothing of what was sent. */
export interface Answer {
	status?: number;
	/** Node's or axios' code for a failed connection. */
	code?: string;
	headers: Record<string, unknown>;
	body: unknown;
	/** The words of a failure that never reached the vendor. */
	words?: string;
}

const LONGEST_WORDS = 300;
/** What is looked at of an error text, however long it is. */
const MOST_CHARACTERS = 20_000;
/** Behind it n8n quotes the answer, and that may hold a token nobody knows of yet. */
const QUOTED_ANSWER = ' but received:';

const HINTS: Record<number, string> = {
	400: 'Check the filters and the other parameters of this item',
	401: 'Check the secret in the credential, and that it has not expired or been revoked',
	403: 'Check that the secret in the credential may read invoices',
	404: 'Check the id, and the base URL of the credential',
	429: 'Wait a while, or run the workflow less often',
};

/** n8n puts a sentence of its own in place of one that holds such a code: so say it in words. */
const CONNECTION_WORDS: Record<string, string> = {
	EAI_AGAIN: 'its host name cannot be looked up right now',
	ECONNABORTED: 'it took too long, or the connection broke off',
	ECONNREFUSED: 'the connection was refused',
	ECONNRESET: 'the connection broke off',
	EHOSTUNREACH: 'the host cannot be reached',
	ENOTFOUND: 'its host name is unknown',
	ETIMEDOUT: 'it took too long',
};

/**
 * Translates an answer that is no success into a sentence for the user.
 *
 * @param vendor the name the user knows, e.g. "Fastly"
 * @param answer what came back
 * @param wordsOf finds the vendor's own words in an error body
 * @param secrets what must not appear, should the vendor have echoed it
 * @param now in milliseconds since 1970
 */
export function failureFrom(
	vendor: string,
	answer: Answer,
	wordsOf: (body: unknown) => string | undefined,
	secrets: string[],
	now: number,
): ReadFailure {
	const { status, code, headers, body } = answer;
	const asked = retryAfterMs(headers['retry-after'], now) ?? undefined;
	if (status === undefined && /access token|token endpoint/i.test(answer.words ?? '')) {
		const why = clean((answer.words ?? '').split(QUOTED_ANSWER)[0], secrets);
		return new ReadFailure('vendor', `${vendor} issued no access token: ${why}`, {
			hint: 'Check the client ID and the client secret in the credential, and its token URL',
		});
	}
	if (status === undefined) {
		const why = CONNECTION_WORDS[code ?? ''] ?? answer.words ?? code ?? 'no reason given';
		return new ReadFailure('vendor', `${vendor} did not answer: ${clean(why, secrets)}`, {
			hint: 'Check the base URL of the credential and the network of this n8n',
		});
	}
	const words = clean(wordsOf(body) ?? plainWords(body), secrets);
	return new ReadFailure('vendor', `${vendor} answered ${status}${words && `: ${words}`}`, {
		status,
		retryAfterMs: asked,
		hint: HINTS[status] ?? (status >= 500 ? `Try again later; ${vendor} is in trouble` : undefined),
	});
}

/** Takes out secrets and line breaks, and cuts what is too long to read. */
export function clean(words: string, secrets: string[]): string {
	const hidden = blotted(words.slice(0, MOST_CHARACTERS), secrets);
	const characters = [...hidden.replace(/\s+/g, ' ').trim()];
	if (characters.length <= LONGEST_WORDS) return characters.join('');
	return `${characters.slice(0, LONGEST_WORDS).join('')}…`;
}

/** An error body that is plain text speaks for itself; a web page does not. */
function plainWords(body: unknown): string {
	return typeof body === 'string' && !/^\s*</.test(body) ? body : '';
}

/** Gives the objects of a list; none where it is no list. */
export function objectsIn(value: unknown): Array<Record<string, unknown>> {
	const isObject = (entry: unknown) => typeof entry === 'object' && entry !== null;
	return Array.isArray(value) ? (value.filter(isObject) as Array<Record<string, unknown>>) : [];
}

/** Gives those of some values that are texts with something in them, joined; undefined without one. */
export function joined(separator: string, ...values: unknown[]): string | undefined {
	return firstText(values.filter((value) => firstText(value) !== undefined).join(separator));
}

/** Gives the first of some values that is a text with something in it. */
export function firstText(...values: unknown[]): string | undefined {
	return values.find((value): value is string => typeof value === 'string' && value.trim() !== '');
}
