import { ReadFailure } from '../errors';
import { fitsSegment } from '../http/url';
import { civilDate } from '../invoice/dates';

/**
 * Takes what a date field holds (a picked date, an expression's text or luxon date) and gives the
 * civil date as `YYYY-MM-DD`, never moved through a time zone; undefined where the field is empty.
 *
 * @param name the field as the user reads it
 * @throws ReadFailure where it is no date
 */
export function dateFrom(value: unknown, name: string): string | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	const text = textOf(value);
	const date = civilDate(text);
	if (date === null) {
		throw new ReadFailure('input', `"${text}" in "${name}" is not a date`, {
			hint: 'Use a date such as 2025-01-31',
		});
	}
	return date;
}

/** Luxon's dates, which expressions give, tell their own civil date; JavaScript's tell that of UTC. */
function textOf(value: unknown): string {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid' : value.toISOString();
	const toISODate = (value as { toISODate?: () => string | null }).toISODate;
	return typeof toISODate === 'function' ? (toISODate.call(value) ?? '') : String(value).trim();
}

/** Gives the text of an optional field; undefined where it is empty. */
export function textFrom(value: unknown): string | undefined {
	const text = value === undefined || value === null ? '' : String(value).trim();
	return text === '' ? undefined : text;
}

/** What a resource locator holds. */
export interface Locator {
	mode: string;
	value: unknown;
}

/** Takes the value of a resource locator, or a plain one that an expression put in its place. */
export function locatorFrom(value: unknown): Locator {
	const { __rl, mode, value: inner } = (value ?? {}) as Record<string, unknown>;
	return __rl === true ? { mode: String(mode), value: inner } : { mode: 'id', value };
}

/**
 * Returns an id as text: typed, picked from the list, or returned by an earlier node as text or number.
 *
 * @param name the field as the user reads it
 * @param isValid what an id of this vendor can be; usually all that fits one segment of a path
 * @throws ReadFailure where it is empty, an inexact number, or not valid
 */
export function idFrom(
	value: unknown,
	name: string,
	isValid: (id: string) => boolean = fitsSegment,
): string {
	const id = value === undefined || value === null ? '' : String(value).trim();
	if (id === '') {
		throw new ReadFailure('input', `"${name}" is empty`, {
			hint: 'Pick one from the list, or map one from a previous node, e.g. {{ $json.id }}',
		});
	}
	if (typeof value === 'object') {
		throw new ReadFailure('input', `"${name}" contains an object instead of an ID`, {
			hint: 'Map a single field of the previous node, e.g. {{ $json.id }}',
		});
	}
	const isInexact = typeof value === 'number' && !Number.isSafeInteger(value);
	if (isInexact || !isValid(id)) {
		throw new ReadFailure('input', `"${id}" is not valid for "${name}"`, {
			hint: isInexact
				? 'A number this large is not exact: map it as text'
				: 'Check that the right field is mapped to it',
		});
	}
	return id;
}

/**
 * Gives a whole number of a field, checked.
 *
 * @throws ReadFailure where it is none or outside the bounds
 */
export function wholeNumberFrom(
	value: unknown,
	name: string,
	least: number,
	most = Number.MAX_SAFE_INTEGER,
): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > most) {
		const bounds = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
		throw new ReadFailure('input', `"${name}" is ${JSON.stringify(value)}`, {
			hint: `It has to be a whole number, ${bounds}`,
		});
	}
	return number;
}

/** Gives a number an answer states, or null. Vendors send some numbers as text. */
export function countIn(value: unknown): number | null {
	const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
	return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}
