import { ReadFailure } from '../errors';
import type { Readable } from './context';

/** The part of an error body that is read, in bytes. */
const MAX_ERROR_BYTES = 20_000;

/** What decoders insert for bytes that are not valid. */
const REPLACEMENT = '\ufffd';

/**
 * Returns the object or array in a JSON body. Returns a ReadFailure if the body is not JSON, or if
 * decoding it would lose characters.
 *
 * @param body bytes as received, or a value that was already decoded
 * @param headers of the response, by lower-case name
 */
export function parseJsonBody(
	body: unknown,
	headers: Record<string, unknown>,
	vendor: string,
): object | ReadFailure {
	const charset = charsetFromByteOrderMark(body) ?? charsetFromHeaders(headers);
	const { text, isExact } = Buffer.isBuffer(body)
		? decodeText(body, charset)
		: { text: body, isExact: true };
	const value = parseJsonOrKeep(text);
	if (typeof value !== 'object' || value === null) {
		return new ReadFailure('vendor', `${vendor} returned ${describe(text)} instead of JSON`, {
			hint: 'Check the base URL in the credential',
		});
	}
	if (isExact) return value;
	return new ReadFailure('vendor', `${vendor} returned text that is not valid ${charset}`, {
		hint: 'Letters would be lost. Ask the vendor to state the right charset in its responses',
	});
}

/** Returns what a body that is not JSON looks like. */
function describe(text: unknown): string {
	if (text === '' || text === undefined || text === null) return 'an empty response';
	return typeof text === 'string' && /^\s*</.test(text) ? 'a web page' : 'an unexpected response';
}

/** Returns the parsed JSON of an error body, or its text; only the first 20,000 bytes are read. */
export function parseErrorBody(body: unknown): unknown {
	return parseJsonOrKeep(
		Buffer.isBuffer(body) ? body.subarray(0, MAX_ERROR_BYTES).toString('utf8') : body,
	);
}

/** Returns the first bytes of a stream that contains an error message. */
export async function readErrorBody(stream: Readable): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of stream) {
		chunks.push(Buffer.from(chunk as Buffer));
		size += (chunk as Buffer).length;
		if (size >= MAX_ERROR_BYTES) break;
	}
	return Buffer.concat(chunks);
}

/** Returns whether a body is a stream rather than bytes that were already received. */
export function isStream(body: unknown): body is Readable {
	return typeof (body as Readable | null)?.destroy === 'function';
}

/** Closes a body that will not be read, so that its connection is released. */
export function discard(body: unknown): void {
	if (isStream(body)) body.destroy();
}

/** A byte order mark takes precedence over the header: `utf-16` alone leaves the byte order open. */
function charsetFromByteOrderMark(body: unknown): string | null {
	if (!Buffer.isBuffer(body) || body.length < 2) return null;
	const byteOrderMark = body.readUInt16BE(0);
	return byteOrderMark === 0xfeff ? 'utf-16be' : byteOrderMark === 0xfffe ? 'utf-16le' : null;
}

function charsetFromHeaders(headers: Record<string, unknown>): string {
	const match = /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(String(headers['content-type']));
	return match?.[1] ?? 'utf-8';
}

/** Reports whether all bytes were valid, so that two different names never become the same text. */
function decodeText(body: Buffer, charset: string): { text: string; isExact: boolean } {
	// `TextDecoder` would decode bytes above 127 as Windows-1252; in ASCII they are invalid.
	if (/^(?:utf-?8|(?:us-)?ascii)$/i.test(charset)) {
		const text = body.toString('utf8');
		// The vendor may have sent the replacement character itself.
		const isExact = !text.includes(REPLACEMENT) || Buffer.from(text).equals(body);
		return { text: text.startsWith('\ufeff') ? text.slice(1) : text, isExact };
	}
	try {
		return { text: new TextDecoder(charset, { fatal: true }).decode(body), isExact: true };
	} catch {
		return { text: body.toString('latin1'), isExact: false };
	}
}

function parseJsonOrKeep(body: unknown): unknown {
	if (typeof body !== 'string') return body;
	try {
		return JSON.parse(body) as unknown;
	} catch {
		return body;
	}
}
