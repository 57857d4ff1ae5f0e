import { ReadFailure } from '../errors';

/** What a header can hold: visible characters of Latin-1, blanks and tabs. */
const HEADER_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The characters of a header's name. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * Returns a secret of a credential as it is sent: without blanks around it, which are pasted along.
 *
 * @param field the field as the user reads it
 * @throws ReadFailure where it is empty, as an expression may make it, or no header can hold it
 */
export function secretFrom(value: unknown, field: string): string {
	if (typeof value === 'object' && value !== null) throw invalidSecret(field, 'contains an object');
	if (typeof value === 'number' && !Number.isSafeInteger(value)) {
		throw invalidSecret(field, 'contains a number that has lost digits');
	}
	const secret = value === undefined || value === null ? '' : String(value).trim();
	if (secret === '') throw invalidSecret(field, 'is empty');
	if (!HEADER_TEXT.test(secret)) {
		throw invalidSecret(field, 'contains a line break or another character that cannot be sent');
	}
	return secret;
}

/** Returns the name of a header, checked. Throws ReadFailure. */
export function headerNameFrom(value: unknown, field: string): string {
	const name = secretFrom(value, field);
	if (!HEADER_NAME.test(name)) throw invalidSecret(field, 'is not the name of a header');
	return name;
}

function invalidSecret(field: string, problem: string): ReadFailure {
	return new ReadFailure('input', `"${field}" of the credential ${problem}`, {
		hint: 'Check it in the credential. If it holds an expression, it is resolved for each input item; triggers and lists have no input item',
	});
}
