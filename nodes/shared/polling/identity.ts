import type { Invoice } from '../invoice/invoice';

/**
 * Returns what an invoice is remembered by. A draft is not the invoice that it becomes: told as a
 * draft, it is still new when it is issued.
 */
export function identityOf({ dedupeKey, status }: Invoice): string {
	return status === 'draft' ? `${dedupeKey}:draft` : dedupeKey;
}

/** Returns the invoices that can be told: drafts where they are wanted only. */
export function withoutDrafts(invoices: Invoice[], includeDrafts: boolean): Invoice[] {
	return includeDrafts ? invoices : invoices.filter(({ status }) => status !== 'draft');
}
