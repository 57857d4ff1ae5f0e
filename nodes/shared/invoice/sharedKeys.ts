import { withWarning } from './build';
import type { Invoice } from './invoice';

/**
 * Returns the invoices of a list in their order. Those that share a key get the warning
 * KEY_NOT_UNIQUE: an upsert by key would keep only one of them.
 *
 * @param otherKeys of invoices that are not in the list, because they were filtered out
 */
export function withSharedKeysMarked(
	invoices: Invoice[],
	otherKeys: ReadonlySet<string> = new Set(),
): Invoice[] {
	const once = new Set(otherKeys);
	const shared = new Set<string>();
	for (const { dedupeKey } of invoices) (once.has(dedupeKey) ? shared : once).add(dedupeKey);
	if (shared.size === 0) return invoices;
	return invoices.map((invoice) =>
		shared.has(invoice.dedupeKey) ? withWarning(invoice, 'KEY_NOT_UNIQUE') : invoice,
	);
}
