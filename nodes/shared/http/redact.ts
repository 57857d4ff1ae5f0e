import { type MappedText, mappedText, decodeOnce, withoutWhitespace } from './mappedText';

/** A fragment of this length gives a secret away; a shorter one may be a coincidence. */
const MIN_PIECE_LENGTH = 8;
/** Secrets up to this length are common inside words, so they are redacted as whole words only. */
const MAX_SHORT_LENGTH = 3;
const MASK = '***';

/** Vendors may echo text that a gateway has already encoded. */
const MAX_ENCODINGS = 3;

/**
 * Returns the text with all secrets replaced by `***`: whole or in fragments, split by whitespace, in
 * either case, as hexadecimal or base64, and escaped for JSON, HTML or a URL up to three times.
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
	// The bytes before a secret shift its base64 by up to two positions.
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

/** ASCII only: lower-casing other letters can change the length of the text. */
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

/** Redacts every fragment of a secret that does not span a space. */
function redactPieces(text: string, forms: string[], redactRange: RedactRange): void {
	// Indexes the text rather than the secrets, as it is usually shorter.
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

/** Words in header values that are not secret: schemes, and parameter names. */
const PUBLIC_HEADER_WORDS = new Set(
	'apikey api-key basic bearer credential digest jwt key password realm secret signature token user username'.split(
		' ',
	),
);

/**
 * Returns the secrets in a header value such as `Bearer …`, `Token token="…"` or `Basic …`: the value,
 * each of its words, and the password that Basic encodes.
 */
export function secretsInHeader(value: string): string[] {
	const values = value.replace(/(^|[\s,;])[\w-]+\s*=\s*(?=["']?[^\s=,;])/g, '$1');
	const words = values.split(/[\s,;"']+/).map((word) => word.replace(/(?<!=)=+$/, ''));
	// These separate names from keys, but also occur in base64, where short parts are coincidences.
	const parts = words
		.flatMap((word) => word.split(/[:|=&/]/))
		.filter(({ length }) => length > MAX_SHORT_LENGTH);
	return [value, ...words, ...parts, ...secretsInBasic(value)].filter(
		(secret) => secret !== '' && !PUBLIC_HEADER_WORDS.has(secret.toLowerCase()),
	);
}

/**
 * Returns the decoded Basic credentials as UTF-8 and Latin-1, and the password; the user name if that
 * is empty.
 */
function secretsInBasic(value: string): string[] {
	const [, encoded] = /^\s*basic\s+([\w+/=-]+)\s*$/i.exec(value) ?? [];
	if (encoded === undefined) return [];
	return (['utf8', 'latin1'] as const).flatMap((charset) => {
		const decoded = Buffer.from(encoded, 'base64').toString(charset);
		const [user, ...rest] = decoded.split(':');
		return [decoded, rest.join(':') || user];
	});
}

/** Path segments that locate an API rather than grant access to it. */
const PUBLIC_SEGMENT =
	/^(?:.{0,5}|(?:api|accounts?|billing)[a-z_-]{0,20}|bridge|customers?|integrations?|[a-z_-]{0,20}invoices?|public|services?|talkdesk|v\d+)$/i;

/** Query values that are not keys and common in messages. */
const PUBLIC_VALUE = /^(?:|\d{1,2}|v\d+|json|true|false)$/i;

/** Returns possible keys in a path: its query values, and segments that are not well known. */
export function secretsInPath(path: string): string[] {
	// Text next to an account placeholder is separate from the account ID.
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
