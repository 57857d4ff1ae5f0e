import { type MappedText, mappedText, decodeOnce, withoutWhitespace } from './mappedText';

/** This many characters of a secret in a row give it away; fewer may be chance. */
const MIN_PIECE_LENGTH = 8;
/** A secret as short as this is part of many words: it is redacted where it stands by itself. */
const MAX_SHORT_LENGTH = 3;
const MASK = '***';

/** A vendor may echo what its gateway had already encoded. */
const MAX_ENCODINGS = 3;

/**
 * Returns a text without the secrets in it: neither as they are nor cut into pieces, parted by white
 * space, in capitals or small letters, as hexadecimal or base64 write them, nor escaped for JSON, HTML
 * or an address, up to three times over.
 */
export function redact(text: string, secrets: string[]): string {
	const forms = [...new Set(secrets.flatMap(encodingsOf).map(toLowerAscii))];
	const isRedacted = new Uint8Array(text.length);
	let view = mappedText(text);
	for (let encodings = 0; encodings <= MAX_ENCODINGS; encodings++) {
		redactView(view, forms, isRedacted);
		const next = decodeOnce(view);
		if (next.text === view.text) break;
		view = next;
	}
	let result = '';
	for (let at = 0; at < text.length; at++) {
		if (isRedacted[at] === 0) result += text[at];
		else if (!result.endsWith(MASK)) result += MASK;
	}
	return result;
}

function encodingsOf(secret: string): string[] {
	if (secret === '') return [];
	const bytes = Buffer.from(secret);
	const pairs = bytes.toString('hex').match(/../g) ?? [];
	const hexadecimal = ['', ' ', ':', '-'].map((separator) => pairs.join(separator));
	// What stands before a secret decides how its bytes fall into base64.
	const base64 = ['', '.', '..'].map((before) =>
		Buffer.from(before + secret)
			.toString('base64')
			.slice(before === '' ? 0 : 4, -4),
	);
	const base64Url = base64.map((form) => form.replace(/\+/g, '-').replace(/\//g, '_'));
	const whole = bytes.toString('base64').replace(/=+$/, '');
	const encoded = [...hexadecimal, ...base64, ...base64Url, whole];
	const asInForm = secret.replace(/ /g, '+');
	return [secret, asInForm, ...encoded.filter(({ length }) => length >= MIN_PIECE_LENGTH)];
}

/** Only these letters: others may change their length. */
function toLowerAscii(text: string): string {
	return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function redactView(view: MappedText, forms: string[], isRedacted: Uint8Array): void {
	const redactIn = ({ starts, ends }: MappedText) => {
		return (from: number, to: number) => isRedacted.fill(1, starts[from], ends[to - 1]);
	};
	const searched = toLowerAscii(view.text);
	redactWords(searched, forms, redactIn(view));
	redactOccurrences(searched, forms, redactIn(view));
	redactPieces(searched, forms, redactIn(view));
	const compact = withoutWhitespace(view);
	const long = forms
		.map((form) => form.replace(/\s/g, ''))
		.filter(({ length }) => length >= MIN_PIECE_LENGTH);
	redactOccurrences(toLowerAscii(compact.text), long, redactIn(compact));
}

type RedactRange = (from: number, to: number) => void;

function redactWords(text: string, forms: string[], redactRange: RedactRange): void {
	const short = new Set(forms.filter(({ length }) => length <= MAX_SHORT_LENGTH));
	if (short.size === 0) return;
	for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
		if (short.has(word)) redactRange(index, index + word.length);
	}
}

function redactOccurrences(text: string, forms: string[], redactRange: RedactRange): void {
	for (const form of forms.filter(({ length }) => length > MAX_SHORT_LENGTH)) {
		for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
			redactRange(at, at + form.length);
		}
	}
}

/** Hides all pieces of secrets in which no blank parts them from a word before. */
function redactPieces(text: string, forms: string[], redactRange: RedactRange): void {
	// The text is indexed and not the secrets: it is mostly the shorter.
	const positions = new Map<string, number[]>();
	for (let at = 0; at + MIN_PIECE_LENGTH <= text.length; at++) {
		const piece = text.slice(at, at + MIN_PIECE_LENGTH);
		const positionsOfPiece = positions.get(piece);
		if (positionsOfPiece === undefined) positions.set(piece, [at]);
		else positionsOfPiece.push(at);
	}
	for (const form of forms) {
		for (let at = 0; at + MIN_PIECE_LENGTH <= form.length; at++) {
			const piece = form.slice(at, at + MIN_PIECE_LENGTH);
			const matches = positions.get(piece);
			if (matches === undefined || piece.includes(' ')) continue;
			for (const position of matches) redactRange(position, position + MIN_PIECE_LENGTH);
			positions.delete(piece);
		}
	}
}

/** What stands in a header beside its secrets: schemes, and names of what follows them. */
const PUBLIC_HEADER_WORDS = new Set(
	'apikey api-key basic bearer credential digest jwt key password realm secret signature token user username'.split(
		' ',
	),
);

/**
 * Returns what is secret in the value of a header, such as `Bearer …`, `Token token="…"` or `Basic …`:
 * the value, each word of it however they are parted, and the password that Basic encodes.
 */
export function secretsInHeader(value: string): string[] {
	const values = value.replace(/(^|[\s,;])[\w-]+\s*=\s*(?=["']?[^\s=,;])/g, '$1');
	const words = values.split(/[\s,;"']+/).map((word) => word.replace(/(?<!=)=+$/, ''));
	// Names and keys are parted by these, but so is what base64 writes: short parts are words by chance.
	const parts = words
		.flatMap((word) => word.split(/[:|=&/]/))
		.filter(({ length }) => length > MAX_SHORT_LENGTH);
	return [value, ...words, ...parts, ...secretsInBasic(value)].filter(
		(secret) => secret !== '' && !PUBLIC_HEADER_WORDS.has(secret.toLowerCase()),
	);
}

/** Returns what Basic encodes, in UTF-8 or Latin-1, and its password; where that is empty, the user is a key. */
function secretsInBasic(value: string): string[] {
	const [, encoded] = /^\s*basic\s+([\w+/=-]+)\s*$/i.exec(value) ?? [];
	if (encoded === undefined) return [];
	return (['utf8', 'latin1'] as const).flatMap((charset) => {
		const decoded = Buffer.from(encoded, 'base64').toString(charset);
		const [user, ...rest] = decoded.split(':');
		return [decoded, rest.join(':') || user];
	});
}

/** Segments of a path that say where an API is, not who may read it. */
const PUBLIC_SEGMENT =
	/^(?:.{0,5}|(?:api|accounts?|billing)[a-z_-]{0,20}|bridge|customers?|integrations?|[a-z_-]{0,20}invoices?|public|services?|talkdesk|v\d+)$/i;

/** Values of a query that are no keys, and common in messages. */
const PUBLIC_VALUE = /^(?:|\d{1,2}|v\d+|json|true|false)$/i;

/** Returns what may be a key in a path: values of its query, and segments that name nothing known. */
export function secretsInPath(path: string): string[] {
	// What stands beside an account is not part of its name.
	const [segments, ...query] = path.replace(/\{\w+\}/g, '/').split('?');
	const keys = segments.split(/[/;=]/).filter((segment) => !PUBLIC_SEGMENT.test(segment));
	const values = query
		.join('?')
		.split('&')
		.map((pair) => pair.slice(pair.indexOf('=') + 1))
		.flatMap((value) => [value, ...value.split('/')])
		.filter((value) => !PUBLIC_VALUE.test(value));
	return [...keys, ...values].flatMap((secret) => [secret, decodeOnce(mappedText(secret)).text]);
}
