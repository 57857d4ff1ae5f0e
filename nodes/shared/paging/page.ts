import { ReadFailure } from '../errors';
import { canonicalJson } from '../invoice/key';
import { counted, grouped } from '../text';

/** Returns the key that identifies a record in a list. */
export type KeyOf<R> = (record: R) => string;

/** Returns the key of a record without an ID: its canonical content. */
export function contentKey(record: unknown): string {
	return canonicalJson(record);
}

/**
 * Returns the key of a record: its ID as text (`5` and `"5"` are the same), or its content if it has
 * none. A blank text is not an ID.
 *
 * @throws ReadFailure if the ID is a number too large to be exact, so that two IDs could become one
 */
export function recordKey(id: unknown, record: unknown): string {
	if (typeof id === 'string' && id.trim() !== '') return `#${id}`;
	if (typeof id !== 'number') return contentKey(record);
	if (Number.isSafeInteger(id)) return `#${id}`;
	throw inexactId('An ID in the response', id);
}

/**
 * Returns the failure for an ID that is a number of more digits than JSON keeps.
 *
 * @param what its name and where it is, at the beginning of a sentence
 */
export function inexactId(what: string, id: number): ReadFailure {
	return new ReadFailure('vendor', `${what} is too large to be exact: ${id}`, {
		hint: 'Two invoices could be confused. Ask the vendor to send this ID as text',
	});
}

/** The progress of reading a list. */
export interface ReadProgress {
	/** How many responses were received. */
	pages: number;
	/** How many distinct records they contained. */
	records: number;
	/** The total number of records, if the vendor states it. */
	total: number | null;
}

/** Called with the progress after each page. */
export type OnPage = (progress: ReadProgress) => void;

/** How many requests in a row may make no progress before the read fails. */
export const MAX_IDLE_READS = 24;

/** How often a list is read from the start before the read fails. */
export const MAX_PASSES = 4;

/** Why a list is incomplete, in messages of several readers. */
export const TOO_FEW = 'the vendor reports more records than it returned';
export const TOO_MANY = 'the vendor reports fewer records than it returned';
export const REPEATS = 'the vendor keeps returning the same records';
export const TOO_FAST = 'it changes faster than it can be read';
export const ENDLESS = 'it does not end';

/** What is known about a list that could not be retrieved completely. */
export interface Shortfall {
	/** The total that the vendor stated, as text; null if it did not. */
	expected: string | null;
	received: number;
	/** Positions at which the list had shifted. */
	moved?: number[];
}

const MAX_POSITIONS_NAMED = 5;

/** Returns the failure for a list that could not be retrieved completely. */
export function incomplete(why: string, shortfall: Shortfall): ReadFailure {
	const { expected, received, moved = [] } = shortfall;
	const facts = [
		expected === null
			? `received ${counted(received, 'record')}`
			: `expected ${expected} records, received ${grouped(received)}`,
		...(moved.length > 0 ? [`the list shifted near record ${positionsIn(moved)}`] : []),
	];
	return new ReadFailure(
		'incomplete',
		`Could not retrieve the complete list: ${why} (${facts.join('; ')})`,
		{
			hint: 'Run it again, as the list may have changed while it was read. To get the partial list, set "If List Is Incomplete" to "Continue" in the options',
		},
	);
}

function positionsIn(moved: number[]): string {
	const positions = [...new Set(moved)];
	const named = positions.slice(0, MAX_POSITIONS_NAMED).map((offset) => offset + 1);
	const more = positions.length - named.length;
	return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
