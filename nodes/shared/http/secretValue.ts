import { ReadFailure } from '../errors';

/** Header values: printable Latin-1 characters, spaces and tabs. */
const HEADER_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * Returns the secret of a credential, trimmed, since copied secrets often include whitespace.
 *
 * @param field the label of the field
 * @throws ReadFailure if it is empty, as an expression may resolve to nothing, or cannot be sent in a
 * header
 */
export function secretFrom(value: unknown, field: string): string {
	if (typeof value === 'object' && value !== null) throw invalidSecret(field, 'contains an object');
	if (typeof value === 'number' && !Number.isSafeInteger(value)) {
		throw invalidSecret(field, 'contains a number too large to be exact');
	}
	const secret = value === undefined || value === null ? '' : String(value).trim();
	if (secret === '') throw invalidSecret(field, 'is empty');
	if (!HEADER_TEXT.test(secret)) {
		throw invalidSecret(field, 'contains a line break or another invalid character');
	}
	return secret;
}

/** Returns a valid header name. Throws ReadFailure. */
export function headerNameFrom(value: unknown, field: string): string {
	const name = secretFrom(value, field);
	if (!HEADER_NAME.test(name)) throw invalidSecret(field, 'is not a valid header name');
	return name;
}

function invalidSecret(field: string, problem: string): ReadFailure {
	return new ReadFailure('input', `"${field}" in the credential ${problem}`, {
		hint: 'Check the credential. Expressions in it are resolved for each input item; triggers and searchable lists have no input item',
	});
}
