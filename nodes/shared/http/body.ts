import { ReadFailure } from '../errors';
import type { Readable } from './context';

/** This much of an error body is looked at, however long it is, in bytes. */
const MAX_ERROR_BYTES = 20_000;

/** Stands where bytes could not be decoded. */
const REPLACEMENT = '\ufffd';

/**
 * Returns the JSON of a response, an object or an array; a failure where it is none, or where letters
 * would be lost.
 *
 * @param body bytes as they were received; a text or an object where somebody else has read them
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
		return new ReadFailure('vendor', `${vendor} answered something that is not JSON`, {
			hint: 'Check the base URL of the credential: it may lead to a web page',
		});
	}
	if (isExact) return value;
	return new ReadFailure('vendor', `${vendor} returned text that is not valid ${charset}`, {
		hint: 'Letters would be lost. Report it to the vendor: its response names no charset, or a wrong one',
	});
}

/** Returns the JSON or the text of an error body, as far as an error text goes. */
export function parseErrorBody(body: unknown): unknown {
	return parseJsonOrKeep(
		Buffer.isBuffer(body) ? body.subarray(0, MAX_ERROR_BYTES).toString('utf8') : body,
	);
}

/** Reads the beginning of a stream that holds an error. */
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

export function isStream(body: unknown): body is Readable {
	return typeof (body as Readable | null)?.destroy === 'function';
}

/** Closes what will not be read. */
export function discard(body: unknown): void {
	if (isStream(body)) body.destroy();
}

/** A byte order mark says more than a header: `utf-16` alone leaves the order open. */
function charsetFromByteOrderMark(body: unknown): string | null {
	if (!Buffer.isBuffer(body) || body.length < 2) return null;
	const byteOrderMark = body.readUInt16BE(0);
	return byteOrderMark === 0xfeff ? 'utf-16be' : byteOrderMark === 0xfffe ? 'utf-16le' : null;
}

function charsetFromHeaders(headers: Record<string, unknown>): string {
	const match = /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(String(headers['content-type']));
	return match?.[1] ?? 'utf-8';
}

/** Two different letters must not become one: so it is said whether each byte could be decoded. */
function decodeText(body: Buffer, charset: string): { text: string; isExact: boolean } {
	// ASCII knows no umlauts: `TextDecoder` would take them for those of Windows.
	if (/^(?:utf-?8|(?:us-)?ascii)$/i.test(charset)) {
		const text = body.toString('utf8');
		// The vendor may have sent this very character.
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
