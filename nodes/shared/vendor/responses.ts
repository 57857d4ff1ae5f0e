import { ReadFailure } from '../errors';
import { redactedMessage, firstText } from '../http/failure';
import {
	BASE_URL_HINT,
	type Source,
	errorIn,
	hasAny,
	hasErrors,
	isRecord,
	refusal,
} from './source';
import { countIn } from './values';

/** Where the list is in a response, and what identifies its records. */
export interface ListPlace {
	/** The path of the list, e.g. `_embedded.invoices`; empty where the response is the list. */
	path: string;
	/** The fields whose numbers would have to be exact, because they tell records apart. */
	ids: string[];
}

/**
 * Returns the records of a list response. A list may be left out where it is empty and the response
 * says so: by a total or a count of 0.
 *
 * @throws ReadFailure where there is no list, something in it is no record, an id is not exact, or the
 * vendor reports an error instead of records or beside them
 */
export function recordsIn<R extends object>(
	source: Source,
	response: object,
	{ path, ids }: ListPlace,
): R[] {
	const value = path === '' ? response : valueAt(response, path);
	const isMissing = value === undefined || value === null;
	const records = isMissing && statesNone(response) ? [] : value;
	const words = Array.isArray(response) ? undefined : errorIn(source, response);
	if (
		words !== undefined &&
		(!Array.isArray(records) || records.length === 0 || hasErrors(response))
	) {
		throw refusal(source, 'returned an error instead of the list', words);
	}
	if (!Array.isArray(records)) {
		const list = path === '' ? 'list' : `"${path}" list`;
		const told = redactedMessage(
			firstText((response as { message?: unknown }).message) ?? '',
			source.secrets(),
		);
		throw new ReadFailure(
			'vendor',
			`${source.name}'s response contains no ${list}${told && `: ${told}`}`,
			{ hint: BASE_URL_HINT },
		);
	}
	if (path === '') refuseErrors(source, records, ids);
	return checkedRecords(source, records, path || 'the list', ids);
}

/** In a bare list, an error can stand only where the records stand. */
function refuseErrors(source: Source, records: unknown[], ids: string[]): void {
	for (const record of records.filter(isRecord)) {
		const words = hasAny(record, ids) ? undefined : errorIn(source, record);
		if (words !== undefined) throw refusal(source, 'returned an error instead of the list', words);
	}
}

function checkedRecords<R extends object>(
	source: Source,
	records: unknown[],
	where: string,
	ids: string[],
): R[] {
	for (const [index, record] of records.entries()) {
		if (typeof record !== 'object' || record === null || Array.isArray(record)) {
			const place = `Record ${index + 1} in "${where}"`;
			throw new ReadFailure('vendor', `${place} of ${source.name} is not an object`);
		}
		checkExact(source, record, ids);
	}
	return records as R[];
}

/** Two ids beyond what a JSON number can hold would become one. */
export function checkExact(source: Source, record: object, ids: string[]): void {
	for (const name of ids) {
		const id = (record as Record<string, unknown>)[name];
		if (typeof id === 'number' && !Number.isSafeInteger(id)) {
			throw new ReadFailure(
				'vendor',
				`${source.name} returned the ${name} ${id} as a number, which cannot be read exactly`,
				{ hint: `Ask ${source.name} to send it as text` },
			);
		}
	}
}

/** Whether a response says that it holds no records. */
function statesNone(response: object): boolean {
	const { total, count, meta } = response as Record<string, unknown>;
	const { total: metaTotal } = (isRecord(meta) ? meta : {}) as { total?: unknown };
	return [total, count, metaTotal].some((stated) => countIn(stated) === 0);
}

function valueAt(response: object, path: string): unknown {
	return path
		.split('.')
		.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), response);
}
