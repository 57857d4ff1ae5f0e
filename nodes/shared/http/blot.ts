/** So many characters of a secret in a row give it away; fewer may be chance. */
const PIECE = 8;
const BLOT = '***';

/**
 * Blots secrets out of a text: as they are, as JSON, an address or base64 would write them, in
 * capitals or not, and cut into pieces.
 */
export function blotted(text: string, secrets: string[]): string {
	const pieces = new Set(secrets.flatMap(formsOf).map(lowerCased).flatMap(piecesOf));
	const lengths = new Set([...pieces].map(({ length }) => length));
	const searched = lowerCased(text);
	let shown = '';
	let hiddenUntil = 0;
	for (let at = 0; at < text.length; at++) {
		for (const length of lengths) {
			if (pieces.has(searched.slice(at, at + length))) {
				hiddenUntil = Math.max(hiddenUntil, at + length);
			}
		}
		if (at >= hiddenUntil) shown += text[at];
		else if (!shown.endsWith(BLOT)) shown += BLOT;
	}
	return shown;
}

function formsOf(secret: string): string[] {
	if (secret === '') return [];
	const json = JSON.stringify(secret).slice(1, -1);
	const forms = [json, JSON.stringify(json).slice(1, -1), asInAddress(secret)];
	// What stands before a secret decides how its bytes fall into base64.
	const base64 = ['', '.', '..'].map((before) =>
		Buffer.from(before + secret)
			.toString('base64')
			.slice(before === '' ? 0 : 4, -4),
	);
	return [secret, ...[...forms, ...base64].filter(({ length }) => length >= PIECE)];
}

/** Half of a character (a lone surrogate) has no encoding. */
function asInAddress(secret: string): string {
	return encodeURIComponent(secret.replace(/\p{Surrogate}/gu, ''));
}

/** The whole, and all pieces in which no blank parts the secret from a word before it. */
function piecesOf(text: string): string[] {
	const most = Math.max(0, text.length - PIECE + 1);
	const pieces = Array.from({ length: most }, (_, at) => text.slice(at, at + PIECE));
	return [text, ...pieces.filter((piece) => !piece.includes(' '))];
}

/** Only these letters: others may change their length. */
function lowerCased(text: string): string {
	return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
