import { ReadFailure } from '../errors';
import { redactedMessage, firstText } from '../http/failure';
import type { OperationContext, Vendor } from './vendor';

/** The vendor that sent a response, and the secrets to redact when the response is quoted. */
export interface Source extends Pick<Vendor, 'name' | 'errorMessageOf'> {
	/** Only called when a vendor's message is shown. */
	secrets: () => string[];
}

/** Returns the source of the responses that an operation receives. */
export function sourceOf({ name, errorMessageOf }: Vendor, { secrets }: OperationContext): Source {
	return { name, errorMessageOf, secrets };
}

/** The hint for a response that does not look like this vendor's. */
export const BASE_URL_HINT =
	'Check the base URL in the credential. If it is right, the vendor may have changed its API';

/**
 * Returns whether a response is an error, even if it names a record: it contains errors, or an error
 * message and nothing of a record.
 *
 * @param contentFields fields of which every record has at least one
 */
export function isErrorResponse(
	source: Source,
	response: object,
	contentFields: string[],
): boolean {
	if (hasErrors(response)) return true;
	return errorMessageIn(source, response) !== undefined && !hasAnyField(response, contentFields);
}

/** Returns whether at least one of the fields is present and not null. */
export function hasAnyField(record: object, fields: string[]): boolean {
	return fields.some((name) => {
		const value = (record as Record<string, unknown>)[name];
		return value !== undefined && value !== null;
	});
}

/**
 * Returns the failure for a response that is not what was requested.
 *
 * @param problem what the vendor did, as the sentence goes on after its name
 * @param errorMessage the vendor's own message, which is redacted and quoted
 */
export function unexpectedResponse(
	{ name, secrets }: Source,
	problem: string,
	errorMessage = '',
): ReadFailure {
	const shown = redactedMessage(errorMessage, secrets());
	return new ReadFailure('vendor', `${name} ${problem}${shown && `: ${shown}`}`, {
		hint: shown === '' ? BASE_URL_HINT : 'Try again later, or contact the vendor',
	});
}

/**
 * Returns the vendor's error message in a response; an empty text if the response reports an error
 * without a message, undefined if it reports none.
 */
export function errorMessageIn({ errorMessageOf }: Source, response: object): string | undefined {
	const { error } = response as Record<string, unknown>;
	const errorMessage = errorMessageOf(response) ?? firstText(error);
	return errorMessage ?? (hasErrors(response) ? '' : undefined);
}

/** Returns whether a response has a non-empty `error` or `errors` field. */
export function hasErrors(response: object): boolean {
	const { error, errors } = response as Record<string, unknown>;
	return [error, errors].some((value) => isFilled(value));
}

function isFilled(value: unknown): boolean {
	if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
	return value === true || firstText(value) !== undefined;
}

/** Returns whether a value is an object and not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
