import { ReadFailure } from '../errors';
import { redactedMessage } from '../http/failure';
import { checkExact } from './responses';
import { type Source, errorIn, hasAny, hasErrors, isError, isRecord, refusal } from './source';

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
			`${source.name} returned "${redactedMessage(other, source.secrets())}" instead of ${asked.what}`,
			{
				hint: 'It is another invoice, so it is not returned. Try again later, or ask the vendor',
			},
		);
	}
	if (Array.isArray(response) && response.length === 0) throw notFound(source, asked.what);
	const [first = response] = records;
	throw refusal(source, `did not return ${asked.what}`, errorIn(source, first));
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
