import { ReadFailure } from '../errors';
import { redactedMessage } from '../http/failure';
import { checkExact } from './responses';
import {
	type Source,
	errorMessageIn,
	hasAnyField,
	hasErrors,
	isErrorResponse,
	isRecord,
	unexpectedResponse,
} from './source';

/** The record that was requested, usually an invoice. */
export interface RequestedRecord {
	/** Its name in messages, e.g. `invoice "4711"`. */
	label: string;
	/** The requested ID or number. */
	id: string;
	/** The field of a record that contains the ID. */
	idField: string;
	/**
	 * Fields of which every real record has at least one beside its ID. Omit them for records from a
	 * list, which were checked when the list was read.
	 */
	contentFields?: string[];
}

/**
 * Returns the records of a response that have the requested ID. The response may be a single record or
 * a list of records.
 *
 * @throws ReadFailure if no record matches, or if the matching record is an error; it quotes the
 * vendor's own message where there is one
 */
export function findRequestedRecords<R extends object>(
	source: Source,
	response: object,
	requested: RequestedRecord,
): R[] {
	const { idField, contentFields } = requested;
	// A secret may have been mapped to the ID.
	const label = () => redactedMessage(requested.label, source.secrets());
	const records = Array.isArray(response) ? (response as unknown[]).filter(isRecord) : [response];
	for (const record of records) checkExact(source, record, [idField]);
	const found = withRequestedId(records, requested);
	const failed =
		contentFields && found.find((record) => isErrorResponse(source, record, contentFields));
	if (failed) {
		throw unexpectedResponse(source, `did not return ${label()}`, errorMessageIn(source, failed));
	}
	if (found.length > 0) return found as R[];
	const otherId = records.map((record) => idIn(record, idField)).find((id) => id !== '');
	if (otherId !== undefined) throw otherRecord(source, otherId, label());
	if (Array.isArray(response) && response.length === 0) throw notFound(source, label());
	const [first = response] = records;
	throw unexpectedResponse(source, `did not return ${label()}`, errorMessageIn(source, first));
}

/** Matches IDs exactly; ignores case only if there is no exact match. */
function withRequestedId(records: object[], { id, idField }: RequestedRecord): object[] {
	const exact = records.filter((record) => idIn(record, idField) === id);
	if (exact.length > 0) return exact;
	return records.filter((record) => idIn(record, idField).toLowerCase() === id.toLowerCase());
}

function idIn(record: object, idField: string): string {
	const id = (record as Record<string, unknown>)[idField];
	return typeof id === 'string' || typeof id === 'number' ? String(id).trim() : '';
}

/**
 * Returns the failure for a record that is not the requested one.
 *
 * @param id the ID or number of the record that the vendor returned
 * @param label the name of the requested one in messages
 */
export function otherRecord(source: Source, id: string, label: string): ReadFailure {
	return new ReadFailure(
		'vendor',
		`${source.name} returned "${redactedMessage(id, source.secrets())}" instead of ${label}`,
		{
			hint: 'This is a different invoice, so it is not returned. Try again later, or contact the vendor',
			isFinal: true,
		},
	);
}

function notFound(source: Source, label: string): ReadFailure {
	return new ReadFailure('vendor', `${source.name} has no ${label}`, {
		hint: 'Check the ID or number, and that the credential has access to its account',
		isFinal: true,
	});
}

/** Returns the failure for an invoice whose ID cannot be requested: it is missing, or no ID of the vendor's. */
export function withoutUsableId({ name }: Pick<Source, 'name'>): ReadFailure {
	return new ReadFailure('vendor', `${name} returned an invoice without a valid ID`, {
		isFinal: true,
	});
}

/**
 * Returns the one record of a response, which may be wrapped in a list.
 *
 * @param contentFields fields of which the record must have at least one
 * @param label the record's name in messages
 * @throws ReadFailure if the response is anything but one record, or reports an error
 */
export function singleRecordFrom<R extends object>(
	source: Source,
	response: object,
	contentFields: string[],
	label: string,
): R {
	const [record, ...others] = Array.isArray(response) ? (response as unknown[]) : [response];
	const isSingle = isRecord(record) && others.length === 0;
	if (isSingle && hasAnyField(record, contentFields) && !hasErrors(record)) return record as R;
	const errorMessage = errorMessageIn(source, isSingle ? record : response);
	throw unexpectedResponse(source, `did not return ${label}`, errorMessage);
}
