/** What Windows, macOS or Linux refuses in a file name, and marks that turn the reading direction. */
const UNSAFE = /[\p{Cc}"*/:<>?\\|\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Names of devices, also before an ending, and where blanks part them from it. */
const RESERVED_BY_WINDOWS =
	/^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i;

/** File systems count bytes: 255 of them is the most, and the ending needs four. */
const MOST_BYTES = 200;

/**
 * Returns a file name that every file system takes: without separators and control characters, no dots
 * or spaces at its ends, no name of a device, at most 204 bytes in UTF-8, ending in `.pdf`.
 */
export function safeFileName(name: string): string {
	const plain = name
		.normalize('NFC')
		.replace(/\p{Surrogate}/gu, '_')
		.replace(UNSAFE, '_')
		.trim()
		// Looked at from a point: a long row of endings would take the square of its time otherwise.
		.replace(/(?<!\.pdf)(\.pdf)+$/i, '');
	const base = cutToBytes(plain, MOST_BYTES).replace(/^[. ]+|[. ]+$/g, '');
	return `${base === '' || RESERVED_BY_WINDOWS.test(base) ? `_${base}` : base}.pdf`;
}

/** Returns the beginning of a text that fits, in whole characters. */
function cutToBytes(text: string, most: number): string {
	let bytes = 0;
	const fitting = [...text].filter((character) => (bytes += Buffer.byteLength(character)) <= most);
	return fitting.join('');
}
