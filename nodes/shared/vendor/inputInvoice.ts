import type { Provider } from '../invoice/invoice';
import type { OperationContext } from './vendor';

/**
 * Returns the number of an invoice where the input item is that invoice, as this package returns it:
 * then the vendor need not be asked for it.
 */
export function invoiceNumberFromInput(
	{ item }: OperationContext,
	provider: Provider,
	id: string,
): string | undefined {
	if (item?.provider !== provider || item.id !== id) return undefined;
	return typeof item.invoiceNumber === 'string' ? item.invoiceNumber : undefined;
}
