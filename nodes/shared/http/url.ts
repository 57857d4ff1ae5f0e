import { ReadFailure } from '../errors';

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Returns a validated URL of a credential, without a trailing slash.
 *
 * @param text the URL as entered in the credential
 * @param allowHttp allows plain http to any host; otherwise only to localhost
 * @param name what the URL is called in messages
 * @throws ReadFailure if it is not a URL, contains more than a host and a path, or would send the
 * secret in plain text
 */
export function baseUrlFrom(text: unknown, allowHttp = false, name = 'base URL'): string {
	const url = typeof text === 'string' ? parseUrl(text.trim()) : null;
	if (url === null || !['https:', 'http:'].includes(url.protocol)) {
		throw new ReadFailure('input', `The ${name} in the credential is not a valid URL`, {
			hint: 'Enter a full URL, e.g. https://api.example.com',
		});
	}
	if (url.username || url.password || url.search || url.hash) {
		throw new ReadFailure(
			'input',
			`The ${name} in the credential may only contain a host and a path`,
			{ hint: `Remove the user name, password, "?", or "#" from the ${name}` },
		);
	}
	if (url.protocol === 'http:' && !allowHttp && !LOOPBACK.test(url.hostname)) {
		throw new ReadFailure(
			'input',
			`The ${name} in the credential uses plain http to ${url.host}, which would send the secret in plain text`,
			{ hint: 'Use https. Plain http is allowed only for localhost' },
		);
	}
	return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Returns whether a URL has the scheme, host and port of the base URL. */
export function isSameOrigin(url: string, base: string): boolean {
	return parseUrl(url, base)?.origin === new URL(base).origin;
}

/** Returns the URL, resolved against the base if there is one; null if it is not valid. */
export function parseUrl(text: string, base?: string): URL | null {
	return URL.canParse(text, base) ? new URL(text, base) : null;
}

/**
 * Template tag that builds a path in which each value is exactly one segment:
 * path`/v3/invoice/${id}/pdf`. A slash in a value is percent-encoded.
 *
 * @throws ReadFailure if a value does not fit into one segment
 */
export function path(fixed: TemplateStringsArray, ...values: string[]): string {
	return fixed.reduce((built, part, index) => built + segment(values[index - 1]) + part);
}

function segment(value: string): string {
	if (!fitsSegment(value)) {
		throw new ReadFailure('input', `"${value}" is not a valid ID`, {
			hint: 'An ID must not be empty, contain control characters, or have "." or ".." between slashes',
		});
	}
	return encodeURIComponent(value);
}

/**
 * Returns whether a value is safe as one path segment, however often a server decodes it: not empty,
 * no control characters, no lone surrogates, and no `.` or `..` between slashes.
 */
export function fitsSegment(value: string): boolean {
	return !/[\p{Surrogate}\p{Cc}]/u.test(value) && decodings(value).every(isSafeSegment);
}

function isSafeSegment(text: string): boolean {
	const names = segmentsIn(text).map((name) => name.trim());
	const isEmpty = names.every((name) => name === '');
	return !isEmpty && !names.includes('.') && !names.includes('..') && ![...text].some(isControl);
}

/** UTF-8 decoded byte by byte contains C1 control characters, so only ASCII ones count. */
function isControl(character: string): boolean {
	return character < ' ' || character === '\u007f';
}

/**
 * Returns whether a server could decode a value to a fixed name of its API, such as `month-to-date`.
 */
export function canDecodeTo(value: string, name: string): boolean {
	return decodings(value).some((text) =>
		segmentsIn(text).some((part) => part.trim().toLowerCase() === name),
	);
}

/** Servers and proxies decode once, some twice. */
const MAX_DECODINGS = 5;

/** Returns a text and the results of percent-decoding it repeatedly. */
function decodings(value: string): string[] {
	const texts = [value];
	while (texts.length <= MAX_DECODINGS) {
		const text = texts[texts.length - 1];
		// Decodes escapes one by one: a malformed one must not hide the others.
		const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
			String.fromCharCode(parseInt(code, 16)),
		);
		if (decoded === text) break;
		texts.push(decoded);
	}
	return texts;
}

/** Some servers treat a backslash as a slash. */
function segmentsIn(text: string): string[] {
	return text.split(/[/\\]/);
}

/** Percent-encodes a text; a lone surrogate cannot be encoded. */
function encodeComponent(text: string): string {
	if (/\p{Surrogate}/u.test(text)) {
		throw new ReadFailure('input', `"${text}" contains an invalid character`, {
			hint: 'The text may have been cut in the middle of a character',
		});
	}
	return encodeURIComponent(text);
}

/** Query parameters by name. Undefined ones are omitted. */
export type Query = Record<string, string | number | boolean | undefined>;

/**
 * Returns `?a=b&c=d`, percent-encoded (a space as %20), or an empty text without parameters.
 *
 * @throws ReadFailure if a value contains a lone surrogate
 */
export function queryString(query: Query = {}): string {
	const pairs = Object.entries(query)
		.filter(([, value]) => value !== undefined)
		.map(([name, value]) => `${encodeComponent(name)}=${encodeComponent(String(value))}`);
	return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
