import { createHash } from 'crypto';
import { ReadFailure } from '../errors';

/** Remembered invoices: a short hash of the key → a short hash of the content. */
export type Marks = Map<string, string>;

/** What a trigger remembers between polls. */
export interface Memory {
	/**
	 * Identifies what is watched. A different scope is a different list, in which nothing has happened
	 * yet.
	 */
	scope: string;
	/** When the complete list was last read, in milliseconds since 1970. */
	wholeAt: number;
	/** The invoices in that list. */
	present: Marks;
	/** Invoices that have left the list, the oldest first: they are not new if they return. */
	gone: Marks;
}

/** The memory as stored by n8n: a few plain texts, so that saving 500,000 invoices stays cheap. */
interface StoredMemory {
	version: number;
	scope: string;
	wholeAt: number;
	present: string;
	gone: string;
	/** A checksum of the other fields. */
	check: string;
}

const VERSION = 1;

/**
 * 72 bits: the probability that any two of 500,000 invoices collide is 500,000² / 2 / 2⁷², or 3 in
 * 100,000,000,000.
 */
const KEY_LENGTH = 12;

/** 48 bits: one in 3 · 10¹⁴ changes is missed. */
const MARK_LENGTH = 8;

const ENTRY_LENGTH = KEY_LENGTH + MARK_LENGTH;

/** How many invoices are remembered after they left the list, unless the list is longer. */
export const MAX_GONE = 100_000;

/** Returns a short hash to be used as key: unambiguous wherever one part ends and the next begins. */
export function keyFor(...parts: string[]): string {
	return shortHash(parts, KEY_LENGTH);
}

/** Returns a short hash of an invoice's content. */
export function markFor(...parts: string[]): string {
	return shortHash(parts, MARK_LENGTH);
}

/** base64url holds six bits per character, and JSON escapes none of them. */
function shortHash(parts: string[], length: number): string {
	const hash = createHash('sha256').update(JSON.stringify(parts));
	return hash.digest('base64url').slice(0, length);
}

/** Returns the content mark of a remembered invoice; undefined if it was never seen. */
export function markOf({ present, gone }: Memory, key: string): string | undefined {
	return present.get(key) ?? gone.get(key);
}

/**
 * Returns the memory after the complete list was read. Invoices that are no longer in it count as
 * gone.
 *
 * @param before null at the first poll
 */
export function updateMemory(before: Memory | null, reading: Omit<Memory, 'gone'>): Memory {
	const { present } = reading;
	const gone: Marks = new Map();
	for (const marks of before === null ? [] : [before.gone, before.present]) {
		for (const [key, mark] of marks) if (!present.has(key)) gone.set(key, mark);
	}
	// An empty list is more often an outage than the end of all invoices.
	const most = present.size === 0 ? Infinity : Math.max(MAX_GONE, present.size);
	for (const key of gone.keys()) {
		if (gone.size <= most) break;
		gone.delete(key);
	}
	return { ...reading, gone };
}

/** Returns the memory in the form that n8n stores. */
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
 * Returns the stored memory; null before the first poll.
 *
 * @throws ReadFailure if it is corrupted, or was stored by a newer version of this package
 */
export function deserialize(stored: unknown): Memory | null {
	if (stored === undefined || stored === null) return null;
	const { version, scope, wholeAt, present, gone, check } = stored as Partial<StoredMemory>;
	if (typeof version === 'number' && version > VERSION) {
		throw unusableMemory(
			"This trigger's saved state is from a newer version of this package",
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
			"This trigger's saved state is corrupted, so it cannot tell which invoices are new",
			'Restore a backup of the workflow',
		);
	}
	return { scope, wholeAt, present: unpack(present), gone: unpack(gone) };
}

/** Returns what tells the stored memory of one poll from that of another; undefined before the first poll. */
export function identityOfMemory(stored: unknown): string | undefined {
	return (stored as Partial<StoredMemory> | null | undefined)?.check;
}

function unusableMemory(message: string, hint: string): ReadFailure {
	return new ReadFailure('input', message, {
		hint: `${hint}, or replace this trigger with a new one under another name and publish the workflow. The new one starts with the invoices that exist then`,
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
