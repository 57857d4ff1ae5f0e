import { createHash } from 'crypto';
import { ReadFailure } from '../errors';

/** What a trigger keeps of invoices: key → mark, both short hashes. */
export type Marks = Map<string, string>;

/** What a trigger remembers from poll to poll. */
export interface Memory {
	/** What it was watching. Another scope is another list, and nothing in it has happened yet. */
	scope: string;
	/** When the list was last read as a whole, in milliseconds since 1970. */
	wholeAt: number;
	/** The invoices that the list held then. */
	present: Marks;
	/** Those that it held before, the longest gone first: one that returns is not new. */
	gone: Marks;
}

/** The memory as n8n keeps it: few plain texts, so that saving half a million invoices stays cheap. */
interface StoredMemory {
	version: number;
	scope: string;
	wholeAt: number;
	present: string;
	gone: string;
	/** Tells whether the rest is what was written. */
	check: string;
}

const VERSION = 1;

/**
 * 72 bits. Among 500,000 invoices the probability that any two share a key is 500,000² / 2 / 2⁷²,
 * which is 3 in 100,000,000,000.
 */
const KEY_LENGTH = 12;

/** 48 bits: a change is overlooked once in 3 · 10¹⁴ changes. */
const MARK_LENGTH = 8;

const ENTRY_LENGTH = KEY_LENGTH + MARK_LENGTH;

/** So many invoices are remembered after they left the list, or as many as are in it. */
export const MAX_GONE = 100_000;

/** Gives the key under which an invoice is remembered. */
export function keyFor(...parts: string[]): string {
	return shortHash(parts, KEY_LENGTH);
}

/** Gives the mark of some content. */
export function markFor(...parts: string[]): string {
	return shortHash(parts, MARK_LENGTH);
}

/** Six bits a character, none of which JSON has to escape. */
function shortHash(parts: string[], length: number): string {
	const hash = createHash('sha256').update(JSON.stringify(parts));
	return hash.digest('base64url').slice(0, length);
}

/** Gives what is known of an invoice; undefined where it was never seen. */
export function markOf({ present, gone }: Memory, key: string): string | undefined {
	return present.get(key) ?? gone.get(key);
}

/** Gives the memory after the list was read as a whole; without one before, the first. */
export function updateMemory(before: Memory | null, reading: Omit<Memory, 'gone'>): Memory {
	const { present } = reading;
	const gone: Marks = new Map();
	for (const marks of before === null ? [] : [before.gone, before.present]) {
		for (const [key, mark] of marks) if (!present.has(key)) gone.set(key, mark);
	}
	// An empty list is more often a bad day of the vendor than the end of all invoices.
	const most = present.size === 0 ? Infinity : Math.max(MAX_GONE, present.size);
	for (const key of gone.keys()) {
		if (gone.size <= most) break;
		gone.delete(key);
	}
	return { ...reading, gone };
}

/** Gives the memory in the form in which n8n keeps it. */
export function serialize({ scope, wholeAt, present, gone }: Memory): StoredMemory {
	const content = {
		version: VERSION,
		scope,
		wholeAt,
		present: pack(present),
		gone: pack(gone),
	};
	return { ...content, check: checksumOf(content) };
}

/**
 * Reads a memory; null where there is none yet.
 *
 * @throws ReadFailure where it is damaged, or of a newer version of this package
 */
export function deserialize(stored: unknown): Memory | null {
	if (stored === undefined || stored === null) return null;
	const { version, scope, wholeAt, present, gone, check } = stored as Partial<StoredMemory>;
	if (typeof version === 'number' && version > VERSION) {
		throw unusableMemory(
			'What this trigger remembers was written by a newer version of this package',
			'Update the package',
		);
	}
	const isWhole =
		version === VERSION &&
		typeof scope === 'string' &&
		typeof wholeAt === 'number' &&
		typeof present === 'string' &&
		typeof gone === 'string' &&
		check === checksumOf({ version, scope, wholeAt, present, gone });
	if (!isWhole) {
		throw unusableMemory(
			'What this trigger remembers is damaged, so it cannot tell what is new',
			'Restore a backup of the workflow',
		);
	}
	return { scope, wholeAt, present: unpack(present), gone: unpack(gone) };
}

/** Whether two memories, as n8n keeps them, were written by the same poll. */
export function isSameMemory(stored: unknown, other: unknown): boolean {
	const checkIn = (memory: unknown) => (memory as Partial<StoredMemory> | undefined)?.check;
	return checkIn(stored) === checkIn(other);
}

function unusableMemory(message: string, hint: string): ReadFailure {
	return new ReadFailure('input', message, {
		hint: `${hint}. Or put a new trigger with another name in its place and publish the workflow: it begins with what is there then`,
	});
}

function checksumOf({
	version,
	scope,
	wholeAt,
	present,
	gone,
}: Omit<StoredMemory, 'check'>): string {
	return keyFor(String(version), scope, String(wholeAt), present, gone);
}

function pack(marks: Marks): string {
	return [...marks].map(([key, mark]) => key + mark).join('');
}

function unpack(text: string): Marks {
	const marks: Marks = new Map();
	for (let at = 0; at < text.length; at += ENTRY_LENGTH) {
		const entry = text.slice(at, at + ENTRY_LENGTH);
		marks.set(entry.slice(0, KEY_LENGTH), entry.slice(KEY_LENGTH));
	}
	return marks;
}
