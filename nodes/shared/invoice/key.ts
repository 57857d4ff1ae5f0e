import { createHash, hash } from 'crypto';
import type { Provider } from './invoice';

/**
 * Returns the permanent key of an invoice: `provider:account:id`, each part percent-encoded, `-`
 * without an account.
 */
export function dedupeKey(provider: Provider, accountId: string | null, id: string): string {
	return [provider, accountId === null ? '-' : encodePart(accountId), encodePart(id)].join(':');
}

/** Most IDs contain only characters that are never encoded. */
const UNRESERVED = /^[\w.-]*$/;

/** Lone surrogates cannot be encoded: they become the replacement character. */
function encodePart(text: string): string {
	if (UNRESERVED.test(text)) return text;
	return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** Returns the SHA-256 of a value's canonical JSON, in hexadecimal. */
export function hashOf(value: unknown): string {
	return sha256(canonicalJson(value));
}

/** Returns the SHA-256 of a text in hexadecimal. Node 20.12 and newer do it in one call. */
export const sha256: (text: string) => string =
	typeof hash === 'function'
		? (text) => hash('sha256', text)
		: (text) => createHash('sha256').update(text).digest('hex');

/** How values are written as JSON. */
interface JsonRules {
	/** Returns the JSON of a value that is neither an object nor a list. */
	leaf: (value: unknown) => string;
	/** Whether a field of an object is left out. */
	isAbsent: (value: unknown) => boolean;
}

const PLAIN_JSON: JsonRules = {
	leaf: (value) => JSON.stringify(value) ?? 'null',
	isAbsent: (value) => value === undefined,
};

function isLeaf(value: unknown): boolean {
	return typeof value !== 'object' || value === null;
}

/** JSON to write between pending values. */
class JsonFragment {
	constructor(readonly json: string) {}
}

/**
 * Returns canonical JSON: keys sorted, no whitespace. Not recursive, so values may be nested to any
 * depth.
 */
export function canonicalJson(value: unknown, { leaf, isAbsent } = PLAIN_JSON): string {
	const json: string[] = [];
	// A stack: the next one is last.
	const waiting: unknown[] = [value];
	while (waiting.length > 0) {
		const next = waiting.pop();
		if (next instanceof JsonFragment) json.push(next.json);
		else if (isLeaf(next)) json.push(leaf(next));
		else if (Array.isArray(next)) {
			waiting.push(new JsonFragment(']'));
			for (let index = next.length - 1; index >= 0; index--) {
				waiting.push(next[index]);
				if (index > 0) waiting.push(new JsonFragment(','));
			}
			json.push('[');
		} else {
			const record = next as Record<string, unknown>;
			const names = Object.keys(record).filter((name) => !isAbsent(record[name]));
			if (names.length > 1) names.sort();
			if (names.every((name) => isLeaf(record[name]))) {
				const fields = names.map((name) => `${JSON.stringify(name)}:${leaf(record[name])}`);
				json.push(`{${fields.join(',')}}`);
				continue;
			}
			waiting.push(new JsonFragment('}'));
			for (let index = names.length - 1; index >= 0; index--) {
				waiting.push(record[names[index]]);
				const comma = index > 0 ? ',' : '';
				waiting.push(new JsonFragment(`${comma}${JSON.stringify(names[index])}:`));
			}
			json.push('{');
		}
	}
	return json.join('');
}
