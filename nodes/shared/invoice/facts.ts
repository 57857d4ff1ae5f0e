import type { StatedFacts } from './content';
import type { Decimal } from './decimal';
import type { Invoice, LineItem } from './invoice';
import { canonicalJson, hashOf } from './key';

/** A line as a vendor's normalizer reads it. */
export interface LineFacts extends Partial<LineItem> {
	/** Amounts without a field of their own: they get into `attributes`, with the sign of the rest. */
	amountAttributes?: Record<string, Decimal | null>;
}

/** What a vendor's normalizer finds out; all that is left out is null, empty or false. */
export interface InvoiceFacts
	extends Partial<
		Omit<
			Invoice,
			'schemaVersion' | 'dedupeKey' | 'contentHash' | 'id' | 'signedTotal' | 'lineItems'
		>
	> {
	provider: Invoice['provider'];
	/** Left out where the vendor states none, so that the user may; null where none can be told. */
	currency?: Invoice['currency'];
	/** Null where the vendor states none. */
	id: string | null;
	lineItems?: LineFacts[];
	/** The account in the key, where it is not `accountId`. */
	keyAccount?: string | null;
	/** What is hashed in place of fields that depend on an option of ours. */
	hashedAs?: StatedFacts;
	/** The date that never changes, as the vendor writes it; `issueDate` where it is left out. */
	billDate?: unknown;
	/** An amount with the sign of the invoice, for where the total is not known. */
	signed?: Decimal | null;
	/** Whether this vendor never states a currency. */
	hasNoCurrency?: boolean;
}

/**
 * Returns the id of a record that states none: of what never changes in it, so that it stays the same
 * when the invoice is paid, or the lines come in another order.
 */
export function computedId(facts: InvoiceFacts): string {
	const { accountId = null, billDate = facts.issueDate, lineItems = [] } = facts;
	const lines = lineItems.map((line) =>
		canonicalJson([line.description, line.itemName, line.category, shortest(line.amount)]),
	);
	const identity = [accountId, billDate, facts.description, shortest(facts.totalAmount)];
	return hashOf([...identity, ...lines.sort()]).slice(0, 32);
}

/** Writes an amount by its value: `10.50` as `10.5`. */
function shortest(amount: Decimal | null | undefined): string | null {
	return amount?.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') ?? null;
}
