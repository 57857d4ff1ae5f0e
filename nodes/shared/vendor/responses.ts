import { ReadFailure } from '../errors';
import { redactedMessage, firstText } from '../http/failure';
import { inexactId } from '../paging/page';
import { grouped } from '../text';
import {
	BASE_URL_HINT,
	type Source,
	errorMessageIn,
	hasAnyField,
	hasErrors,
	isRecord,
	unexpectedResponse,
} from './source';
import { countIn } from './values';

/** Where a response contains its list, and what identifies the records in it. */
export interface ListLocation {
	/** The path of the list, e.g. `_embedded.invoices`; empty if the response itself is the list. */
	path: string;
	/** The fields that identify a record. If they are numbers, they have to be exact. */
	ids: string[];
}

/**
 * Returns the records in a list response. The response may omit an empty list if it states a total or
 * count of 0.
 *
 * @throws ReadFailure if there is no list, an entry is not an object, an ID is not exact, or the vendor
 * reports an error instead of records or alongside them
 */
export function recordsIn<R extends object>(
	source: Source,
	response: object,
	{ path, ids }: ListLocation,
): R[] {
	const value = path === '' ? response : valueAt(response, path);
	const isMissing = value === undefined || value === null;
	const records = isMissing && isStatedEmpty(response) ? [] : value;
	const errorMessage = Array.isArray(response) ? undefined : errorMessageIn(source, response);
	if (
		errorMessage !== undefined &&
		(!Array.isArray(records) || records.length === 0 || hasErrors(response))
	) {
		throw unexpectedResponse(source, 'returned an error instead of the list', errorMessage);
	}
	if (!Array.isArray(records)) throw noList(source, response, path);
	if (path === '') throwIfError(source, records, ids);
	return checkedRecords(source, records, path === '' ? 'the list' : `"${path}"`, ids);
}

function noList(source: Source, response: object, path: string): ReadFailure {
	const list = path === '' ? 'list' : `"${path}" list`;
	const { message } = response as { message?: unknown };
	const shown = redactedMessage(firstText(message) ?? '', source.secrets());
	return new ReadFailure(
		'vendor',
		`${source.name}'s response contains no ${list}${shown && `: ${shown}`}`,
		{ hint: BASE_URL_HINT },
	);
}

/** A bare list has no other place for an error than among its records. */
function throwIfError(source: Source, records: unknown[], ids: string[]): void {
	for (const record of records.filter(isRecord)) {
		const errorMessage = hasAnyField(record, ids) ? undefined : errorMessageIn(source, record);
		if (errorMessage !== undefined) {
			throw unexpectedResponse(source, 'returned an error instead of the list', errorMessage);
		}
	}
}

function checkedRecords<R extends object>(
	source: Source,
	records: unknown[],
	listName: string,
	ids: string[],
): R[] {
	for (const [index, record] of records.entries()) {
		if (!isRecord(record)) {
			const location = `Record ${grouped(index + 1)} in ${listName} from ${source.name}`;
			throw new ReadFailure('vendor', `${location} is not an object`, { hint: BASE_URL_HINT });
		}
		checkExact(source, record, ids);
	}
	return records as R[];
}

/**
 * Checks that no ID of a record is a number beyond 2⁵³: two of those could be read as the same ID.
 *
 * @throws ReadFailure if one is
 */
export function checkExact(source: Source, record: object, ids: string[]): void {
	for (const name of ids) {
		const id = (record as Record<string, unknown>)[name];
		if (typeof id === 'number' && !Number.isSafeInteger(id)) {
			throw inexactId(`"${name}" in ${source.name}'s response`, id);
		}
	}
}

function isStatedEmpty(response: object): boolean {
	const { total, count, meta } = response as Record<string, unknown>;
	const { total: metaTotal } = (isRecord(meta) ? meta : {}) as { total?: unknown };
	return [total, count, metaTotal].some((stated) => countIn(stated) === 0);
}

function valueAt(response: object, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), response);
}
