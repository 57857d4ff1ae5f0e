import { civilDate } from '../invoice/dates';

/** Returns the line of an invoice in a searchable list: what is known of it, with dots between. */
export function searchResultName(...parts: unknown[]): string {
	return parts
		.map(textIn)
		.filter((part) => part !== '')
		.join(' · ');
}

/** Returns a text or a number as text; an empty text for all else that may stand in a field. */
export function textIn(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** Returns the day a field begins with; an empty text where something else stands in it. */
export function dateIn(value: unknown): string {
	return typeof value === 'string' ? (civilDate(value) ?? '') : '';
}
