import { ReadFailure } from '../errors';
import { clean, firstText } from '../http/failure';
import { countIn } from './values';
import type { Call, Vendor } from './vendor';

/** Whose responses are read: what of the vendor has to be known, and what must not be shown. */
export interface Source extends Pick<Vendor, 'name' | 'wordsOf'> {
	/** Asked for only where words of the vendor are shown. */
	secrets: () => string[];
}

/** Returns the source of the responses of a call. */
export function sourceOf({ name, wordsOf }: Vendor, { secrets }: Call): Source {
	return { name, wordsOf, secrets };
}

const BASE_URL_HINT =
	'Check the base URL of the credential. If it is right, the vendor may have changed its API';

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
		const told = clean(
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
function checkExact(source: Source, record: object, ids: string[]): void {
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

/** One invoice that was asked for. */
export interface Asked {
	/** What it is called in messages, e.g. `invoice "4711"`. */
	what: string;
	/** The id or number that was asked for. */
	id: string;
	/** The field of a record that holds it. */
	field: string;
	/** Fields of which each record has one beside it; left out where records of a list are looked at. */
	content?: string[];
}

/**
 * Returns those records of a response that are what was asked for: the response may be one record, or
 * a list of them.
 *
 * @throws ReadFailure where none of them is, or one is an error that names what was asked for: with the
 * vendor's own words, where there are any
 */
export function recordsAskedFor<R extends object>(
	source: Source,
	response: object,
	asked: Asked,
): R[] {
	const records = Array.isArray(response) ? (response as unknown[]).filter(isRecord) : [response];
	for (const record of records) checkExact(source, record, [asked.field]);
	const found = matching(records, asked);
	const { content } = asked;
	const failed = content && found.find((record) => isError(source, record, content));
	if (failed) throw refusal(source, `did not return ${asked.what}`, errorIn(source, failed));
	if (found.length > 0) return found as R[];
	const others = records.map((record) => idIn(record, asked.field)).filter((id) => id !== '');
	const [other] = others;
	if (other !== undefined) {
		throw new ReadFailure(
			'vendor',
			`${source.name} returned "${clean(other, source.secrets())}" instead of ${asked.what}`,
			{
				hint: 'It is another invoice, so it is not returned. Try again later, or ask the vendor',
			},
		);
	}
	if (Array.isArray(response) && response.length === 0) throw notFound(source, asked.what);
	const [first = response] = records;
	throw refusal(source, `did not return ${asked.what}`, errorIn(source, first));
}

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

/** Ids are the same letter by letter; where none is, by letters without their case. */
function matching(records: object[], { id, field }: Asked): object[] {
	const exact = records.filter((record) => idIn(record, field) === id);
	if (exact.length > 0) return exact;
	return records.filter((record) => idIn(record, field).toLowerCase() === id.toLowerCase());
}

function idIn(record: object, field: string): string {
	const id = (record as Record<string, unknown>)[field];
	return typeof id === 'string' || typeof id === 'number' ? String(id).trim() : '';
}

/** Returns the failure of an invoice that the vendor does not have. */
export function notFound(source: Source, what: string): ReadFailure {
	return new ReadFailure('vendor', `${source.name} has no ${what}`, {
		hint: 'Check the ID or number, and that the credential may read its account',
	});
}

/**
 * Returns the response where it is one record: with one of some fields, and no error in it.
 *
 * @throws ReadFailure where it is something else
 */
export function recordWith<R extends object>(
	source: Source,
	response: object,
	fields: string[],
	what: string,
): R {
	const [record, ...others] = Array.isArray(response) ? (response as unknown[]) : [response];
	const isOne = isRecord(record) && others.length === 0;
	if (isOne && hasAny(record, fields) && !hasErrors(record)) return record as R;
	throw refusal(source, `did not return ${what}`, errorIn(source, isOne ? record : response));
}

/** Whether a record has one of some fields. */
export function hasAny(record: object, fields: string[]): boolean {
	return fields.some((name) => {
		const value = (record as Record<string, unknown>)[name];
		return value !== undefined && value !== null;
	});
}

function refusal({ name, secrets }: Source, what: string, words = ''): ReadFailure {
	const told = clean(words, secrets());
	return new ReadFailure('vendor', `${name} ${what}${told && `: ${told}`}`, {
		hint: told === '' ? BASE_URL_HINT : 'Try again later, or ask the vendor',
	});
}

/** Returns what a response says of an error: the vendor's words, or nothing but that there is one. */
function errorIn({ wordsOf }: Source, response: object): string | undefined {
	const { error } = response as Record<string, unknown>;
	const words = wordsOf(response) ?? firstText(error);
	return words ?? (hasErrors(response) ? '' : undefined);
}

/** Whether a response holds errors, in words or not. */
function hasErrors(response: object): boolean {
	const { error, errors } = response as Record<string, unknown>;
	return [error, errors].some((value) => isFilled(value));
}

function isFilled(value: unknown): boolean {
	if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
	return value === true || firstText(value) !== undefined;
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

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
