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
 * Builds a path in which each value is exactly one segment: path`/v3/invoice/${id}/pdf`.
 *
 * @throws ReadFailure where a value is empty, `.` or `..`, or holds a slash or a control character
 */
export function path(fixed: TemplateStringsArray, ...values: string[]): string {
	return fixed.reduce((built, part, index) => built + segment(values[index - 1]) + part);
}

function segment(value: string): string {
	if (value === '' || value === '.' || value === '..' || /[/\\\p{Cc}]/u.test(value)) {
		throw new ReadFailure('input', `"${value}" cannot be used as an id`, {
			hint: 'An id is not empty, is not "." or ".." and holds no slash or control character',
		});
	}
	return encoded(value);
}

/** Percent-encodes a text; half of a character (a lone surrogate) has no encoding. */
function encoded(text: string): string {
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
		.map(([name, value]) => `${encoded(name)}=${encoded(String(value))}`);
	return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
