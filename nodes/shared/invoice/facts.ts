import type { StatedFacts } from './content';
import { type Decimal, withoutTrailingZeros } from './decimal';
import type { Invoice, InvoiceContext, LineItem } from './invoice';
import { canonicalJson, hashOf } from './key';

/** A line as read by a vendor's normalizer. */
export interface LineFacts extends Partial<LineItem> {
	/**
	 * Amounts without a field of their own. They are added to `attributes`, with the sign of the
	 * others.
	 */
	amountAttributes?: Record<string, Decimal | null>;
}

/** What a vendor's normalizer reads; omitted fields are null, empty or false. */
export interface InvoiceFacts
	extends Partial<
		Omit<
			Invoice,
			'schemaVersion' | 'dedupeKey' | 'contentHash' | 'id' | 'signedTotal' | 'lineItems'
		>
	> {
	provider: Invoice['provider'];
	/** Omitted if the vendor states none, so that the user can; null if it cannot be determined. */
	currency?: Invoice['currency'];
	/** Null if the vendor states none. */
	id: string | null;
	lineItems?: LineFacts[];
	/** The account in the key, if it is not `accountId`. */
	keyAccount?: string | null;
	/** What is hashed instead of fields that depend on the user's options. */
	hashedAs?: StatedFacts;
	/** A date that never changes, as written by the vendor; `issueDate` if omitted. */
	billDate?: unknown;
	/** An amount with the sign of the invoice, if the total is unknown. */
	signed?: Decimal | null;
	/** Whether the vendor never states a currency. */
	hasNoCurrency?: boolean;
}

/**
 * Returns how to read the lines of an invoice: completely, or only their amounts if lines are not
 * wanted. The hash of the content and an ID that has to be computed need them completely.
 *
 * @param id as the vendor states it
 */
export function lineReader<Line>(
	{ withLines, withContentHash }: InvoiceContext,
	id: string | null,
	read: (line: Line) => LineFacts,
	readAmount: (line: Line) => Decimal | null,
): (line: Line) => LineFacts {
	const isNeeded = withLines || withContentHash || id === null;
	return isNeeded ? read : (line) => ({ amount: readAmount(line) });
}

/**
 * Returns an ID for a record without one. It is computed from what never changes, so that it stays the
 * same when the invoice is paid, or the lines are in another order.
 */
export function computedId(facts: InvoiceFacts): string {
	const { accountId = null, billDate = facts.issueDate, lineItems = [] } = facts;
	const lines = lineItems.map((line) =>
		canonicalJson([line.description, line.itemName, line.category, shortest(line.amount)]),
	);
	const identity = [accountId, billDate, facts.description, shortest(facts.totalAmount)];
	return hashOf([...identity, ...lines.sort()]).slice(0, 32);
}

function shortest(amount: Decimal | null | undefined): Decimal | null {
	return amount === null || amount === undefined ? null : withoutTrailingZeros(amount);
}
