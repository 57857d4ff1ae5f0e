import { ReadFailure } from '../errors';
import { canonicalJson } from '../invoice/key';

/** Returns the text by which a record of a list is known again. */
export type KeyOf<R> = (record: R) => string;

/** Returns the key of a record without an ID: all it says, in whatever order and however deep. */
export function contentKey(record: unknown): string {
	return canonicalJson(record);
}

/**
 * Returns the key of a record: its ID as text (`5` and `"5"` are one), or where it has none, all its
 * content. A blank text is no ID.
 *
 * @throws ReadFailure where the ID is a number too large to be exact, so that two IDs would become one
 */
export function recordKey(id: unknown, record: unknown): string {
	if (typeof id === 'string' && id.trim() !== '') return `#${id}`;
	if (typeof id !== 'number') return contentKey(record);
	if (Number.isSafeInteger(id)) return `#${id}`;
	throw new ReadFailure('vendor', `The response contains an ID that is not exact: ${id}`, {
		hint: 'The vendor sent it as a number of more digits than JSON keeps, so two invoices could not be told apart',
	});
}

/** How far a list was read. */
export interface ReadProgress {
	/** How many answers were received. */
	pages: number;
	/** How many records were in them, each counted once. */
	records: number;
	/** How many there are in all, where the vendor states it. */
	total: number | null;
}

/** Is told how far a list was read, with each page. */
export type OnPage = (progress: ReadProgress) => void;

/** How often in a row a read may get nowhere before it is given up. */
export const MAX_IDLE_READS = 24;

/** How often a list is read from its beginning before it is given up. */
export const MAX_PASSES = 4;

export const TOO_FEW = 'the vendor reports more records than it returned';
export const TOO_FAST = 'it changes faster than it can be read';

/** What is known of a list that could not be retrieved completely. */
export interface Shortfall {
	/** How many records the vendor stated, in words; null where it did not. */
	expected: string | null;
	received: number;
	/** Positions at which the list did not fit to what was read before. */
	moved?: number[];
}

const MAX_POSITIONS_NAMED = 5;

/** Returns the failure of a list that could not be retrieved completely, with what is missing. */
export function incomplete(why: string, shortfall: Shortfall): ReadFailure {
	const { expected, received, moved = [] } = shortfall;
	const facts = [
		`${expected === null ? '' : `expected ${expected} records, `}received ${received}`,
		...(moved.length > 0 ? [`the list moved near record ${positionsIn(moved)}`] : []),
	];
	return new ReadFailure(
		'incomplete',
		`Could not retrieve the complete list: ${why} (${facts.join('; ')})`,
		{
			hint: 'Run it again; the list may have changed while it was read. To get the partial list, set "If Incomplete" to "Continue"',
		},
	);
}

function positionsIn(moved: number[]): string {
	const positions = [...new Set(moved)];
	const named = positions.slice(0, MAX_POSITIONS_NAMED).map((offset) => offset + 1);
	const more = positions.length - named.length;
	return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
