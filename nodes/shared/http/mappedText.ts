/** A decoded text that maps each character back to its position in the original text. */
export interface MappedText {
	text: string;
	/** Start and end positions in the original, by UTF-16 code unit. */
	starts: number[];
	ends: number[];
}

/** Returns a text mapped to itself. */
export function mappedText(text: string): MappedText {
	const starts = Array.from({ length: text.length }, (_, at) => at);
	return { text, starts, ends: starts.map((start) => start + 1) };
}

/**
 * Escape sequences of URLs, JSON, JavaScript and HTML. A UTF-8 character of several bytes is one
 * sequence.
 */
const ESCAPE_SEQUENCES =
	/%(?:f[0-7]%[89ab][\da-f]%[89ab][\da-f]|e[\da-f]%[89ab][\da-f]|[cd][\da-f])%[89ab][\da-f]|%[\da-f]{2}|\\u\{[\da-f]{1,6}\}|\\u[\da-f]{4}|\\x[\da-f]{2}|\\["'\\/]|&#x[\da-f]{1,6};?|&#\d{1,7};?|&(?:amp|apos|gt|lt|quot);/gi;

const HTML_ENTITIES: Record<string, string> = {
	'&amp;': '&',
	'&apos;': "'",
	'&gt;': '>',
	'&lt;': '<',
	'&quot;': '"',
};

/** Returns the text with each escape sequence decoded once. */
export function decodeOnce({ text, starts, ends }: MappedText): MappedText {
	const decoded: MappedText = { text: '', starts: [], ends: [] };
	const add = (characters: string, from: number, to: number) => {
		decoded.text += characters;
		for (let unit = 0; unit < characters.length; unit++) {
			decoded.starts.push(starts[from]);
			decoded.ends.push(ends[to - 1]);
		}
	};
	let at = 0;
	const addPlain = (until: number) => {
		for (; at < until; at++) add(text[at], at, at + 1);
	};
	for (const { 0: escaped, index } of text.matchAll(ESCAPE_SEQUENCES)) {
		addPlain(index);
		at = index + escaped.length;
		add(unescaped(escaped), index, at);
	}
	addPlain(text.length);
	return decoded;
}

/** Returns the text without whitespace. */
export function withoutWhitespace({ text, starts, ends }: MappedText): MappedText {
	const kept = [...starts.keys()].filter((at) => /\S/.test(text[at]));
	return {
		text: text.replace(/\s/g, ''),
		starts: kept.map((at) => starts[at]),
		ends: kept.map((at) => ends[at]),
	};
}

function unescaped(escaped: string): string {
	if (escaped.startsWith('%')) {
		const bytes = Buffer.from(escaped.replace(/%/g, ''), 'hex');
		// A single byte above 127 is Latin-1, the encoding of headers.
		return bytes.toString(bytes.length === 1 ? 'latin1' : 'utf8');
	}
	if (/^\\[^ux]/i.test(escaped)) return escaped.slice(1);
	if (/^&[^#]/.test(escaped)) return HTML_ENTITIES[escaped.toLowerCase()];
	const isDecimal = /^&#\d/.test(escaped);
	const point = parseInt(escaped.replace(/[^\da-f]/gi, ''), isDecimal ? 10 : 16);
	return point <= 0x10ffff ? String.fromCodePoint(point) : escaped;
}
