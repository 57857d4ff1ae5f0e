import { textIn } from './values';

/**
 * Returns the name of an invoice in the searchable list: the given values, separated by dots. Values
 * that are neither text nor numbers are left out.
 */
export function searchResultName(...values: unknown[]): string {
	return values
		.map(textIn)
		.filter((text) => text !== '')
		.join(' · ');
}
