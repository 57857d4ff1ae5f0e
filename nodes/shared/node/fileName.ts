/** Characters that Windows, macOS or Linux rejects in file names, and marks that change the text direction. */
const UNSAFE = /[\p{Cc}"*/:<>?\\|\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Device names, also before an extension and with spaces between the two. */
const RESERVED_BY_WINDOWS =
	/^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i;

/** File systems allow 255 bytes, of which the extension needs four. */
const MAX_BYTES = 200;

/**
 * Returns a file name that is valid on every file system: without separators or control characters,
 * without dots or spaces at either end, not a device name, at most 204 bytes in UTF-8, ending in `.pdf`.
 */
export function safeFileName(name: string): string {
	const plain = name
		.normalize('NFC')
		.replace(/\p{Surrogate}/gu, '_')
		.replace(UNSAFE, '_')
		.trim()
		// Without the lookbehind, a name with many extensions would take quadratic time.
		.replace(/(?<!\.pdf)(\.pdf)+$/i, '');
	const base = truncateToBytes(plain, MAX_BYTES).replace(/^[. ]+|[. ]+$/g, '');
	return `${base === '' || RESERVED_BY_WINDOWS.test(base) ? `_${base}` : base}.pdf`;
}

/** Cuts a text to a number of bytes in UTF-8, between characters. */
function truncateToBytes(text: string, maxBytes: number): string {
	let bytes = 0;
	const fitting = [...text].filter(
		(character) => (bytes += Buffer.byteLength(character)) <= maxBytes,
	);
	return fitting.join('');
}
