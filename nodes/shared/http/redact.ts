import { type Decoded, asDecoded, decodedOnce, withoutBlanks } from './decoded';

/** This many characters of a secret in a row give it away; fewer may be chance. */
const PIECE = 8;
/** A secret as short as this is part of many words: it is redacted where it stands by itself. */
const SHORT = 3;
const REDACTED = '***';

/** A vendor may echo what its gateway had already encoded. */
const MOST_ENCODINGS = 3;

/**
 * Returns a text without the secrets in it: neither as they are nor cut into pieces, parted by white
 * space, in capitals or small letters, as hexadecimal or base64 write them, nor escaped for JSON, HTML
 * or an address, up to three times over.
 */
export function redact(text: string, secrets: string[]): string {
	const forms = [...new Set(secrets.flatMap(formsOf).map(comparable))];
	const isHidden = new Uint8Array(text.length);
	let view = asDecoded(text);
	for (let encodings = 0; encodings <= MOST_ENCODINGS; encodings++) {
		hideIn(view, forms, isHidden);
		const next = decodedOnce(view);
		if (next.text === view.text) break;
		view = next;
	}
	let shown = '';
	for (let at = 0; at < text.length; at++) {
		if (isHidden[at] === 0) shown += text[at];
		else if (!shown.endsWith(REDACTED)) shown += REDACTED;
	}
	return shown;
}

function formsOf(secret: string): string[] {
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
	return [secret, asInForm, ...encoded.filter(({ length }) => length >= PIECE)];
}

/** Only these letters: others may change their length. */
function comparable(text: string): string {
	return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function hideIn(view: Decoded, forms: string[], isHidden: Uint8Array): void {
	const hiderOf = ({ starts, ends }: Decoded) => {
		return (from: number, to: number) => isHidden.fill(1, starts[from], ends[to - 1]);
	};
	const searched = comparable(view.text);
	hideWords(searched, forms, hiderOf(view));
	hideWholes(searched, forms, hiderOf(view));
	hidePieces(searched, forms, hiderOf(view));
	const joined = withoutBlanks(view);
	const long = forms.map((form) => form.replace(/\s/g, '')).filter(({ length }) => length >= PIECE);
	hideWholes(comparable(joined.text), long, hiderOf(joined));
}

type Hide = (from: number, to: number) => void;

function hideWords(text: string, forms: string[], hide: Hide): void {
	const short = new Set(forms.filter(({ length }) => length <= SHORT));
	if (short.size === 0) return;
	for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
		if (short.has(word)) hide(index, index + word.length);
	}
}

function hideWholes(text: string, forms: string[], hide: Hide): void {
	for (const form of forms.filter(({ length }) => length > SHORT)) {
		for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
			hide(at, at + form.length);
		}
	}
}

/** Hides all pieces of secrets in which no blank parts them from a word before. */
function hidePieces(text: string, forms: string[], hide: Hide): void {
	// The text is indexed and not the secrets: it is mostly the shorter.
	const places = new Map<string, number[]>();
	for (let at = 0; at + PIECE <= text.length; at++) {
		const piece = text.slice(at, at + PIECE);
		const same = places.get(piece);
		if (same === undefined) places.set(piece, [at]);
		else same.push(at);
	}
	for (const form of forms) {
		for (let at = 0; at + PIECE <= form.length; at++) {
			const piece = form.slice(at, at + PIECE);
			const found = places.get(piece);
			if (found === undefined || piece.includes(' ')) continue;
			for (const place of found) hide(place, place + PIECE);
			places.delete(piece);
		}
	}
}

/** What stands in a header beside its secrets: schemes, and names of what follows them. */
const NOT_SECRET = new Set(
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
		.filter(({ length }) => length > SHORT);
	return [value, ...words, ...parts, ...secretsInBasic(value)].filter(
		(secret) => secret !== '' && !NOT_SECRET.has(secret.toLowerCase()),
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
const PLAIN_SEGMENT =
	/^(?:.{0,5}|(?:api|accounts?|billing)[a-z_-]{0,20}|bridge|customers?|integrations?|[a-z_-]{0,20}invoices?|public|services?|talkdesk|v\d+)$/i;

/** Values of a query that are no keys, and common in messages. */
const PLAIN_VALUE = /^(?:|\d{1,2}|v\d+|json|true|false)$/i;

/** Returns what may be a key in a path: values of its query, and segments that name nothing known. */
export function secretsInPath(path: string): string[] {
	// What stands beside an account is not part of its name.
	const [segments, ...query] = path.replace(/\{\w+\}/g, '/').split('?');
	const keys = segments.split(/[/;=]/).filter((segment) => !PLAIN_SEGMENT.test(segment));
	const values = query
		.join('?')
		.split('&')
		.map((pair) => pair.slice(pair.indexOf('=') + 1))
		.flatMap((value) => [value, ...value.split('/')])
		.filter((value) => !PLAIN_VALUE.test(value));
	return [...keys, ...values].flatMap((secret) => [secret, decodedOnce(asDecoded(secret)).text]);
}
