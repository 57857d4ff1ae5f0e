import { ReadFailure } from '../errors';
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
 * Gives an id as text: typed, picked from the list, or put out by an earlier node as text or number.
 *
 * @param name the field as the user reads it
 * @param form what an id of this vendor looks like
 * @throws ReadFailure where it is empty or of another form
 */
export function idFrom(value: unknown, name: string, form: RegExp): string {
	const id = value === undefined || value === null ? '' : String(value).trim();
	if (id === '') {
		throw new ReadFailure('input', `"${name}" is empty`, {
			hint: 'Pick one from the list, or map one of an earlier node, e.g. {{ $json.id }}',
		});
	}
	if (typeof value === 'object') {
		throw new ReadFailure('input', `"${name}" holds an object where an id is due`, {
			hint: 'Map a single field of the earlier node, e.g. {{ $json.id }}',
		});
	}
	if (!form.test(id)) {
		throw new ReadFailure('input', `"${id}" cannot be the value of "${name}"`, {
			hint: 'Check that the right field is mapped to it',
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

/**
 * Gives the list of records in an answer.
 *
 * @param where the name of the list in the vendor's words
 * @throws ReadFailure where there is no list, or something in it is no record
 */
export function recordsIn<R extends object>(value: unknown, vendor: string, where: string): R[] {
	if (!Array.isArray(value)) {
		throw new ReadFailure('vendor', `The answer of ${vendor} holds no list "${where}"`, {
			hint: 'Check the base URL of the credential. If it is right, the vendor may have changed its API',
		});
	}
	const odd = value.findIndex((record) => typeof record !== 'object' || record === null);
	if (odd !== -1) {
		throw new ReadFailure(
			'vendor',
			`Record ${odd + 1} in "${where}" of ${vendor} is not an object`,
		);
	}
	return value as R[];
}

/** Gives a number an answer states, or null. Vendors send some numbers as text. */
export function countIn(value: unknown): number | null {
	const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
	return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}
