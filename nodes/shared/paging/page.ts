import { ReadFailure } from '../errors';
import { canonicalJson } from '../invoice/key';

/** A record of a list is known again by its key: its id, or where it has none, all it says. */
export type KeyOf<R> = (record: R) => string;

/** Records without an id are known by what they say, in whatever order and however deep. */
export function wholeRecord(record: unknown): string {
	return canonicalJson(record);
}

/** How far a list was read. */
export interface Extent {
	/** How many answers came. */
	pages: number;
	/** How many records were in them, each counted once. */
	records: number;
	/** How many there are in all, where the vendor says it. */
	total: number | null;
}

/** Is told how far a list was read, with each page. */
export type OnPage = (extent: Extent) => void;

/** How often in a row a read may get nowhere before it is given up. */
export const MOST_IDLE_READS = 24;

/** How often a list is read from its beginning when fewer records came than it should hold. */
export const MOST_PASSES = 3;

/** What is known of a list that could not be read as a whole. */
export interface Shortfall {
	/** How many records the vendor stated, in words; null where it did not. */
	expected: string | null;
	received: number;
	/** Positions at which the list did not fit to what was read before. */
	moved?: number[];
}

const MOST_PLACES_NAMED = 5;

/** Gives the failure of a list that could not be read as a whole, with what is missing. */
export function incomplete(why: string, shortfall: Shortfall): ReadFailure {
	const { expected, received, moved = [] } = shortfall;
	const facts = [
		`${expected === null ? '' : `expected ${expected} records, `}received ${received}`,
		...(moved.length > 0 ? [`the list moved near record ${placesIn(moved)}`] : []),
	];
	return new ReadFailure(
		'incomplete',
		`The list could not be read as a whole: ${why} (${facts.join('; ')})`,
		{
			hint: 'Run it again; the list may have changed meanwhile. To take what came all the same, set the option "If Incomplete" to "Continue"',
		},
	);
}

function placesIn(moved: number[]): string {
	const places = [...new Set(moved)];
	const named = places.slice(0, MOST_PLACES_NAMED).map((offset) => offset + 1);
	const more = places.length - named.length;
	return named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
