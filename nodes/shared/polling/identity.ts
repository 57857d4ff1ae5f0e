import type { Invoice } from '../invoice/invoice';

/**
 * Returns the key by which an invoice is remembered. A draft has its own: the invoice issued from it
 * is new.
 */
export function identityOf({ dedupeKey, status }: Invoice): string {
	return status === 'draft' ? `${dedupeKey}:draft` : dedupeKey;
}

/** Returns the invoices, without drafts unless these are included. */
export function withoutDrafts(invoices: Invoice[], includeDrafts: boolean): Invoice[] {
	return includeDrafts ? invoices : invoices.filter(({ status }) => status !== 'draft');
}
