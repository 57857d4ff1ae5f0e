import { createHash } from 'crypto';
import type { Provider } from './invoice';

/**
 * Gives the key that an invoice keeps for ever: `provider:account:id`, each part percent-encoded,
 * `-` where there is no account.
 */
export function dedupeKey(provider: Provider, accountId: string | null, id: string): string {
	return [provider, accountId === null ? '-' : encoded(accountId), encoded(id)].join(':');
}

/** A lone half of a surrogate pair has no encoding: it becomes the replacement character. */
function encoded(text: string): string {
	return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** Gives the SHA-256 of a value's canonical JSON, in hexadecimal. */
export function hashOf(value: unknown): string {
	return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** Gives JSON in which the same content is always the same text: keys sorted, no white space. */
export function canonicalJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
	const record = value as Record<string, unknown>;
	const pairs = Object.keys(record)
		.filter((name) => record[name] !== undefined)
		.sort()
		.map((name) => `${JSON.stringify(name)}:${canonicalJson(record[name])}`);
	return `{${pairs.join(',')}}`;
}
