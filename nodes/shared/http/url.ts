import { ReadFailure } from '../errors';

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Checks the base URL of a credential and gives it without a slash at its end.
 *
 * @param text the URL as typed into the credential
 * @param allowHttp lets plain http pass to any host; without it only to this very machine
 * @throws ReadFailure where it is no URL, holds a user name, or would send the secret in clear
 */
export function baseUrlFrom(text: unknown, allowHttp = false): string {
	const url = typeof text === 'string' ? parseUrl(text.trim()) : null;
	if (url === null || !['https:', 'http:'].includes(url.protocol)) {
		throw new ReadFailure('input', 'The base URL of the credential is not a web address', {
			hint: 'Type a full address into the credential, e.g. https://api.example.com',
		});
	}
	if (url.username || url.password || url.search || url.hash) {
		throw new ReadFailure(
			'input',
			'The base URL of the credential holds more than a host and a path',
			{ hint: 'Remove the user name, the question mark or the # from the base URL' },
		);
	}
	if (url.protocol === 'http:' && !allowHttp && !LOOPBACK.test(url.hostname)) {
		throw new ReadFailure(
			'input',
			`The base URL of the credential uses plain http to ${url.host}, which would send the secret readable`,
			{ hint: 'Use https. Plain http is accepted for this very machine (localhost) only' },
		);
	}
	return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Whether a URL leads to the same scheme, host and port as the base URL. */
export function isSameOrigin(url: string, base: string): boolean {
	return parseUrl(url, base)?.origin === new URL(base).origin;
}

/** Gives the URL, resolved against a base where there is one, or null where it is none. */
export function parseUrl(text: string, base?: string): URL | null {
	return URL.canParse(text, base) ? new URL(text, base) : null;
}

/**
 * Builds a path in which each value is exactly one segment: path`/v3/invoice/${id}/pdf`. A slash in
 * a value is percent-encoded.
 *
 * @throws ReadFailure where a value does not fit one segment
 */
export function path(fixed: TemplateStringsArray, ...values: string[]): string {
	return fixed.reduce((built, part, index) => built + segment(values[index - 1]) + part);
}

function segment(value: string): string {
	if (!fitsSegment(value)) {
		throw new ReadFailure('input', `"${value}" is not a valid ID`, {
			hint: 'An ID is not empty, and contains no control characters and no "." or ".." between slashes',
		});
	}
	return encodeURIComponent(value);
}

/**
 * Whether a value can be one segment of a path, however often a server decodes it: not empty, no
 * control characters, no half of a character, no `.` or `..` between slashes.
 */
export function fitsSegment(value: string): boolean {
	return !/[\p{Surrogate}\p{Cc}]/u.test(value) && decodings(value).every(isSafeSegment);
}

function isSafeSegment(text: string): boolean {
	const names = segmentsIn(text).map((name) => name.trim());
	const isEmpty = names.every((name) => name === '');
	return !isEmpty && !names.includes('.') && !names.includes('..') && ![...text].some(isControl);
}

/** What is decoded byte by byte has letters among the other control characters. */
function isControl(character: string): boolean {
	return character < ' ' || character === '\u007f';
}

/** Whether a server could read a value as a fixed name of its API, such as `month-to-date`. */
export function canDecodeTo(value: string, name: string): boolean {
	return decodings(value).some((text) =>
		segmentsIn(text).some((part) => part.trim().toLowerCase() === name),
	);
}

/** Servers, and the proxies before them, decode once, some twice. */
const MAX_DECODINGS = 5;

/** Returns a text, and what becomes of it when it is percent-decoded again and again. */
function decodings(value: string): string[] {
	const texts = [value];
	while (texts.length <= MAX_DECODINGS) {
		const text = texts[texts.length - 1];
		// One escape at a time: a malformed one must not save the others from being looked at.
		const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
			String.fromCharCode(parseInt(code, 16)),
		);
		if (decoded === text) break;
		texts.push(decoded);
	}
	return texts;
}

/** Some servers take a backslash for a slash. */
function segmentsIn(text: string): string[] {
	return text.split(/[/\\]/);
}

/** Percent-encodes a text; half of a character (a lone surrogate) has no encoding. */
function encodeComponent(text: string): string {
	if (/\p{Surrogate}/u.test(text)) {
		throw new ReadFailure('input', `"${text}" holds half a character`, {
			hint: 'Check where this text is cut',
		});
	}
	return encodeURIComponent(text);
}

/** Query parameters by name; those that are undefined are left out. */
export type Query = Record<string, string | number | boolean | undefined>;

/** Gives `?a=b&c=d`, percent-encoded (a space as %20), or nothing where there is no parameter. */
export function queryString(query: Query = {}): string {
	const pairs = Object.entries(query)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${encodeComponent(name)}=${encodeComponent(String(value))}`);
	return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
