import type { Invoice, InvoiceStatus } from '../invoice/invoice';
import { isUnpaid } from '../invoice/status';
import { choiceFrom, dateRangeFrom, namesFrom } from '../vendor/values';
import type { ListOperation, OperationContext } from '../vendor/vendor';

/** Returns whether to keep an invoice. */
export type InvoiceFilter = (invoice: Invoice) => boolean;

/** The statuses an invoice can have, by name. */
export const STATUS_OPTIONS: Array<{ name: string; value: InvoiceStatus }> = [
	{ name: 'Draft', value: 'draft' },
	{ name: 'Open', value: 'open' },
	{ name: 'Paid', value: 'paid' },
	{ name: 'Partially Paid', value: 'partiallyPaid' },
	{ name: 'Unknown', value: 'unknown' },
	{ name: 'Void', value: 'void' },
];

const STATUSES = STATUS_OPTIONS.map(({ value }) => value);

/**
 * Returns the filter of a list that contains more than the user wants; undefined if all is kept.
 *
 * @param onDraft called for each invoice that is left out only because it is a draft
 * @throws ReadFailure if a filter is not valid
 */
export function invoiceFilterFrom(
	operation: ListOperation,
	{ filters, options }: OperationContext,
	onDraft: () => void,
): InvoiceFilter | undefined {
	const isWithoutDrafts = operation.isUnpaidOnly && options.includeDrafts !== true;
	const isIssued = ({ status }: Invoice) => {
		if (status === 'draft') onDraft();
		return status !== 'draft';
	};
	const conditions = [
		operation.isUnpaidOnly ? isUnpaid : undefined,
		dateFilter(operation, filters),
		statusFilterFrom(filters),
		// Last, so that only drafts are counted that would be returned.
		isWithoutDrafts ? isIssued : undefined,
	].filter((condition) => condition !== undefined);
	if (conditions.length === 0) return undefined;
	return (invoice) => conditions.every((condition) => condition(invoice));
}

/**
 * Returns the filter of "Dated From" and "Dated To", unless the vendor applies it. An invoice without
 * an issue date counts by the start of its period; one without either is kept, and so is a draft.
 */
export function dateFilter(
	{ filtersDates }: Pick<ListOperation, 'filtersDates'>,
	filters: OperationContext['filters'],
): InvoiceFilter | undefined {
	const range = dateRangeFrom(filters, ['dateFrom', 'Dated From'], ['dateTo', 'Dated To']);
	const { from = '', to = '9999' } = range;
	if (filtersDates || (range.from ?? range.to) === undefined) return undefined;
	return ({ issueDate, periodStart, status }) => {
		const date = issueDate ?? periodStart;
		return date === null || status === 'draft' || (date >= from && date <= to);
	};
}

/** Returns the filter of "Status": exactly the chosen ones. */
export function statusFilterFrom(filters: OperationContext['filters']): InvoiceFilter | undefined {
	const names = namesFrom(filters.status);
	const chosen = new Set(names.map((name) => choiceFrom(STATUSES, name, 'Status')));
	return chosen.size === 0 ? undefined : (invoice) => chosen.has(invoice.status);
}
