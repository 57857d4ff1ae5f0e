import { type Decoded, asDecoded, decodedOnce } from './decoded';

/** This many characters of a secret in a row give it away; fewer may be chance. */
const PIECE = 8;
/** A secret as short as this is part of many words: it is redacted where it stands by itself. */
const SHORT = 3;
const REDACTED = '***';

/** A vendor may echo what its gateway had already encoded. */
const MOST_ENCODINGS = 3;

/**
 * Returns a text without the secrets in it: neither as they are nor cut into pieces, in capitals or
 * small letters, as hexadecimal or base64 write them, nor escaped for JSON, HTML or an address, up to
 * three times over.
 */
export function redact(text: string, secrets: string[]): string {
	const needles = needlesOf(secrets);
	const isHidden = new Uint8Array(text.length);
	let view = asDecoded(text);
	for (let encodings = 0; encodings <= MOST_ENCODINGS; encodings++) {
		hideIn(view, needles, isHidden);
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

/** What to look for: texts to be found anywhere, by their lengths, and short ones that stand alone. */
interface Needles {
	byLength: Map<number, Set<string>>;
	short: Set<string>;
}

function needlesOf(secrets: string[]): Needles {
	const needles: Needles = { byLength: new Map(), short: new Set() };
	for (const form of secrets.flatMap(formsOf)) {
		if (form.length <= SHORT) needles.short.add(comparable(form));
		else for (const piece of piecesOf(form)) addTo(needles.byLength, comparable(piece));
	}
	return needles;
}

function addTo(byLength: Map<number, Set<string>>, needle: string): void {
	const sameLength = byLength.get(needle.length);
	if (sameLength === undefined) byLength.set(needle.length, new Set([needle]));
	else sameLength.add(needle);
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

/** The whole, and all pieces in which no blank parts the secret from a word before it. */
function piecesOf(form: string): string[] {
	const most = Math.max(0, form.length - PIECE + 1);
	const pieces = Array.from({ length: most }, (_, at) => form.slice(at, at + PIECE));
	return [form, ...pieces.filter((piece) => !piece.includes(' '))];
}

/** Only these letters: others may change their length. */
function comparable(text: string): string {
	return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function hideIn({ text, starts, ends }: Decoded, needles: Needles, isHidden: Uint8Array): void {
	const searched = comparable(text);
	const hide = (from: number, to: number) => isHidden.fill(1, starts[from], ends[to - 1]);
	for (let at = 0; at < searched.length; at++) {
		for (const [length, known] of needles.byLength) {
			if (known.has(searched.slice(at, at + length))) hide(at, at + length);
		}
	}
	if (needles.short.size === 0) return;
	for (const { 0: word, index } of searched.matchAll(/[\p{L}\p{N}]+/gu)) {
		if (needles.short.has(word)) hide(index, index + word.length);
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
	const words = values.split(/[\s,;"']+/).map((word) => word.replace(/=+$/, ''));
	const [, encoded] = /^\s*basic\s+([\w+/=-]+)\s*$/i.exec(value) ?? [];
	const decoded = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
	const password = decoded.slice(decoded.indexOf(':') + 1);
	return [value, ...words, decoded, password].filter(
		(secret) => secret !== '' && !NOT_SECRET.has(secret.toLowerCase()),
	);
}

/** Segments of a path that say where an API is, not who may read it. */
const PLAIN_SEGMENT =
	/^(?:.{0,5}|\{\w+\}|api\w*|accounts?\w*|billing\w*|bridge|customers?|integrations?|\w*invoices?|public|services?|talkdesk|v\d+)$/i;

/** Returns what may be a key in a path: values of its query, and segments that name nothing known. */
export function secretsInPath(path: string): string[] {
	const [segments, ...query] = path.split('?');
	const keys = segments.split(/[/;=]/).filter((segment) => !PLAIN_SEGMENT.test(segment));
	const values = query
		.join('?')
		.split('&')
		.map((pair) => pair.slice(pair.indexOf('=') + 1))
		.filter((value) => value !== '' && !/^\{\w+\}$/.test(value));
	return [...keys, ...values].flatMap((secret) => [secret, decodedOnce(asDecoded(secret)).text]);
}
