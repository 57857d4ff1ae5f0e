import type { Provider } from '../invoice/invoice';
import type { OperationContext } from './vendor';

/**
 * Returns the number of the invoice with this ID if the input item is that invoice, as this package
 * returned it, which saves a request. Returns undefined otherwise.
 */
export function invoiceNumberFromInput(
	{ item }: OperationContext,
	provider: Provider,
	id: string,
): string | undefined {
	const isOfProvider = String(item?.dedupeKey).startsWith(`${provider}:`);
	// A table in between may have put its own row number into `id`.
	const isInvoice = isOfProvider && [item?.id, item?.invoiceId].includes(id);
	if (item === undefined || !isInvoice) return undefined;
	return typeof item.invoiceNumber === 'string' ? item.invoiceNumber : undefined;
}
