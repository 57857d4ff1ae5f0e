import { ReadFailure } from '../errors';
import { fitsSegment } from '../http/url';
import { civilDate } from '../invoice/dates';
import { grouped } from '../text';
import type { OperationContext } from './vendor';

/**
 * Returns the value of a date field as `YYYY-MM-DD`, without converting it between time zones;
 * undefined if the field is empty.
 *
 * @param value a picked date, or the text or luxon date that an expression returned
 * @param name the field's name as the user sees it
 * @throws ReadFailure if the value is not a date
 */
export function dateFrom(value: unknown, name: string): string | undefined {
	if (value === undefined || value === null || value === '') return undefined;
	const text = dateTextOf(value);
	const date = civilDate(text);
	if (date === null) {
		throw new ReadFailure('input', `"${text}" in "${name}" is not a valid date`, {
			hint: 'Use the format YYYY-MM-DD, e.g. 2025-01-31',
		});
	}
	return date;
}

/** A field of "Filters": its name, and its name as the user sees it. */
type Field = [name: string, displayName: string];

/**
 * Returns two date fields as `YYYY-MM-DD`, undefined if empty.
 *
 * @throws ReadFailure if one is not a date, or the first day is after the last one
 */
export function dateRangeFrom(
	filters: OperationContext['filters'],
	[fromName, fromLabel]: Field,
	[toName, toLabel]: Field,
): { from?: string; to?: string } {
	const from = dateFrom(filters[fromName], fromLabel);
	const to = dateFrom(filters[toName], toLabel);
	if (from !== undefined && to !== undefined && from > to) {
		throw new ReadFailure('input', `"${fromLabel}" (${from}) is after "${toLabel}" (${to})`, {
			hint: 'Swap the two dates',
		});
	}
	return { from, to };
}

/** A luxon date, which n8n's expressions return, keeps its own day; a JavaScript Date is read in UTC. */
function dateTextOf(value: unknown): string {
	if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid' : value.toISOString();
	const toISODate = (value as { toISODate?: () => string | null }).toISODate;
	return typeof toISODate === 'function' ? (toISODate.call(value) ?? '') : String(value).trim();
}

/** Returns the value of an optional field as trimmed text; undefined if it is empty. */
export function textFrom(value: unknown): string | undefined {
	const text = value === undefined || value === null ? '' : String(value).trim();
	return text === '' ? undefined : text;
}

/** Returns the names in a list, or in a text that separates them by commas, as an AI agent writes them. */
export function namesFrom(value: unknown): string[] {
	const list = typeof value === 'string' ? value.split(',') : [value ?? []].flat();
	return list.map((name) => String(name).trim()).filter((name) => name !== '');
}

/** The value of an n8n resource locator: how the invoice is identified, and its ID or number. */
export interface Locator {
	mode: string;
	value: unknown;
}

/** Returns the value of a resource locator; an expression may have replaced it with a plain ID. */
export function locatorFrom(value: unknown): Locator {
	const { __rl, mode, value: inner } = (value ?? {}) as Record<string, unknown>;
	return __rl === true ? { mode: String(mode), value: inner } : { mode: 'id', value };
}

/**
 * Returns an ID as trimmed text. It may have been typed, picked from the list, or mapped from a
 * previous node as text or number.
 *
 * @param name the field's name as the user sees it
 * @param isValid whether the vendor can have this ID; by default, whether it fits into one path segment
 * @throws ReadFailure if the ID is empty, an object, an inexact number, or not valid
 */
export function idFrom(
	value: unknown,
	name: string,
	isValid: (id: string) => boolean = fitsSegment,
): string {
	const id = value === undefined || value === null ? '' : String(value).trim();
	if (id === '') {
		throw new ReadFailure('input', `"${name}" is empty`, {
			hint: 'Pick one from the list, or map one from a previous node, e.g. {{ $json.invoiceId }}',
		});
	}
	if (typeof value === 'object') {
		throw new ReadFailure('input', `"${name}" contains an object instead of an ID`, {
			hint: 'Map a single field from the previous node, e.g. {{ $json.invoiceId }}',
		});
	}
	const isInexact = typeof value === 'number' && !Number.isSafeInteger(value);
	if (isInexact || !isValid(id)) {
		throw new ReadFailure('input', `"${id}" is not a valid ${idNameOf(name)}`, {
			hint: isInexact
				? 'A number this large is not exact. Map it as text'
				: `Check that the right field is mapped to "${name}"`,
		});
	}
	return id;
}

/** Returns what the ID in a field is called: that in "Invoice" is an invoice ID. */
function idNameOf(name: string): string {
	return `${name.replace(/ ID$/, '').toLowerCase()} ID`;
}

/**
 * Returns the value if it is one of the choices.
 *
 * @param name the field's name as the user sees it
 * @throws ReadFailure if it is another one
 */
export function choiceFrom<T extends string>(
	choices: readonly T[],
	value: unknown,
	name: string,
): T {
	const choice = choices.find((one) => one === value);
	if (choice !== undefined) return choice;
	throw new ReadFailure('input', `${textOf(value)} is not a valid value for "${name}"`, {
		hint: `Use one of these: ${choices.join(', ')}`,
	});
}

function textOf(value: unknown): string {
	return JSON.stringify(value) ?? 'An empty value';
}

/**
 * Returns the ID in the "Invoice" parameter, however the user chose it.
 *
 * @param isValid as for `idFrom`
 * @throws ReadFailure as `idFrom` does
 */
export function invoiceIdFrom(
	{ parameter }: Pick<OperationContext, 'parameter'>,
	isValid?: (id: string) => boolean,
): string {
	return idFrom(locatorFrom(parameter('invoiceId', '')).value, 'Invoice', isValid);
}

/**
 * Returns the whole number in a field.
 *
 * @param name the field's name as the user sees it
 * @throws ReadFailure if the value is not a whole number from `min` to `max`
 */
export function wholeNumberFrom(
	value: unknown,
	name: string,
	min: number,
	max = Number.MAX_SAFE_INTEGER,
): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max) {
		const bounds =
			max === Number.MAX_SAFE_INTEGER
				? `of ${grouped(min)} or more`
				: `from ${grouped(min)} to ${grouped(max)}`;
		throw new ReadFailure('input', `"${name}" must be a whole number ${bounds}`, {
			hint: `Its value is ${JSON.stringify(value) ?? 'empty'}`,
		});
	}
	return number;
}

/** Returns a text or number of a record as trimmed text; an empty text for any other value. */
export function textIn(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** Returns the date at the beginning of a record's text as `YYYY-MM-DD`; an empty text if there is none. */
export function dateIn(value: unknown): string {
	return typeof value === 'string' ? (civilDate(value) ?? '') : '';
}

/**
 * Returns a count that a response states, such as a total; null if the value is not a whole number of
 * 0 or more. Some vendors send numbers as text.
 */
export function countIn(value: unknown): number | null {
	const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
	return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}
