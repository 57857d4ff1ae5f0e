import { ReadFailure } from '../errors';
import { redactedMessage, firstText } from '../http/failure';
import type { OperationContext, Vendor } from './vendor';

/** Whose responses are read: what of the vendor has to be known, and what must not be shown. */
export interface Source extends Pick<Vendor, 'name' | 'errorMessageOf'> {
	/** Asked for only where words of the vendor are shown. */
	secrets: () => string[];
}

/** Returns the source of the responses of a call. */
export function sourceOf({ name, errorMessageOf }: Vendor, { secrets }: OperationContext): Source {
	return { name, errorMessageOf, secrets };
}

/** What to do where a response is none of this vendor. */
export const BASE_URL_HINT =
	'Check the base URL of the credential. If it is right, the vendor may have changed its API';

/**
 * Returns whether a response is an error, be it one that names a record: it holds errors, or words of
 * the vendor and nothing of a record.
 *
 * @param content fields of which each record has one
 */
export function isError(source: Source, response: object, content: string[]): boolean {
	return (
		hasErrors(response) || (errorIn(source, response) !== undefined && !hasAny(response, content))
	);
}

/** Whether a record has one of some fields. */
export function hasAny(record: object, fields: string[]): boolean {
	return fields.some((name) => {
		const value = (record as Record<string, unknown>)[name];
		return value !== undefined && value !== null;
	});
}

/** Returns the failure of a response that is not what was asked for, with the vendor's own words. */
export function refusal({ name, secrets }: Source, what: string, words = ''): ReadFailure {
	const told = redactedMessage(words, secrets());
	return new ReadFailure('vendor', `${name} ${what}${told && `: ${told}`}`, {
		hint: told === '' ? BASE_URL_HINT : 'Try again later, or ask the vendor',
	});
}

/** Returns what a response says of an error: the vendor's words, or nothing but that there is one. */
export function errorIn({ errorMessageOf }: Source, response: object): string | undefined {
	const { error } = response as Record<string, unknown>;
	const words = errorMessageOf(response) ?? firstText(error);
	return words ?? (hasErrors(response) ? '' : undefined);
}

/** Whether a response holds errors, in words or not. */
export function hasErrors(response: object): boolean {
	const { error, errors } = response as Record<string, unknown>;
	return [error, errors].some((value) => isFilled(value));
}

function isFilled(value: unknown): boolean {
	if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
	return value === true || firstText(value) !== undefined;
}

/** Whether a value is an object and no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
