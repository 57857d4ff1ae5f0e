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
	if (item === undefined || !isOfProvider || (item.id ?? item.invoiceId) !== id) return undefined;
	return typeof item.invoiceNumber === 'string' ? item.invoiceNumber : undefined;
}
