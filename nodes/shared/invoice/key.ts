import { createHash, hash } from 'crypto';
import type { Provider } from './invoice';

/**
 * Returns the key that an invoice keeps for ever: `provider:account:id`, each part percent-encoded,
 * `-` where there is no account.
 */
export function dedupeKey(provider: Provider, accountId: string | null, id: string): string {
	return [provider, accountId === null ? '-' : encodePart(accountId), encodePart(id)].join(':');
}

/** What most ids consist of, and what no encoding changes. */
const UNRESERVED = /^[\w.-]*$/;

/** A lone half of a surrogate pair has no encoding: it becomes the replacement character. */
function encodePart(text: string): string {
	if (UNRESERVED.test(text)) return text;
	return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** Returns the SHA-256 of a value's canonical JSON, in hexadecimal. */
export function hashOf(value: unknown): string {
	return sha256(canonicalJson(value));
}

/** Returns the SHA-256 of a text in hexadecimal: in one call where this Node has one (20.12 or newer). */
export const sha256: (text: string) => string =
	typeof hash === 'function'
		? (text) => hash('sha256', text)
		: (text) => createHash('sha256').update(text).digest('hex');

/** How values become JSON. */
interface JsonRules {
	/** Returns the JSON of what is neither an object nor a list. */
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

/** JSON that stands between values which are still to be written. */
class JsonFragment {
	constructor(readonly json: string) {}
}

/**
 * Returns JSON in which the same content is always the same text: keys sorted, no white space. A
 * value may be nested as deep as memory allows: what is still to be written waits in a list.
 */
export function canonicalJson(value: unknown, { leaf, isAbsent } = PLAIN_JSON): string {
	const json: string[] = [];
	// The next one last.
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
