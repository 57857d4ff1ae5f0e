import type { Fields } from './fields';
import { type Decimal, compare, isZero, magnitude, subtract } from './decimal';
import type { Invoice, InvoiceStatus } from './invoice';

/** The statuses of all vendors, in lower case. */
const STATUSES = new Map<string, InvoiceStatus>([
	['canceled', 'void'],
	['cancelled', 'void'],
	['void', 'void'],
	['voided', 'void'],
	['written off', 'void'],
	['draft', 'draft'],
	['paid', 'paid'],
	['paid in full', 'paid'],
	['partially paid', 'partiallyPaid'],
	['due', 'open'],
	['open', 'open'],
	['outstanding', 'open'],
	['overdue', 'open'],
	['unpaid', 'open'],
]);

/**
 * Returns the status for a vendor's status text; null if it is not unambiguous. Case, surrounding
 * whitespace and separators (`WRITTEN_OFF`, `written-off`) do not matter.
 */
export function parseStatus(word: string | null): InvoiceStatus | null {
	const plain = (word ?? '')
		.trim()
		.toLowerCase()
		.replace(/[\s_-]+/g, ' ');
	return STATUSES.get(plain) ?? null;
}

/** The amounts that show how much of an invoice is paid, with the vendor's signs. */
export interface PaymentAmounts {
	total: Decimal | null;
	paid: Decimal | null;
	due: Decimal | null;
}

/**
 * Returns the status that follows from the vendor's status text and the amounts: void and draft by the
 * text alone, paid by the text unless something is due, all others by the amounts first. If the two
 * contradict each other it is `unknown`, and the warning `TOTALS_DISAGREE` is added.
 */
export function statusFrom(
	word: string | null,
	amounts: PaymentAmounts,
	warnings: Fields['warnings'],
): InvoiceStatus {
	const byWord = parseStatus(word);
	if (byWord === 'void' || byWord === 'draft') return byWord;
	const byAmounts = statusOfAmounts(amounts);
	const isContradiction =
		byAmounts === 'contradiction' ? byWord !== 'paid' : byWord === 'paid' && isOpen(byAmounts);
	if (byAmounts === 'contradiction' || isContradiction) warnings.add('TOTALS_DISAGREE');
	if (isContradiction) return 'unknown';
	return byWord === 'paid' ? 'paid' : ((byAmounts as InvoiceStatus | null) ?? byWord ?? 'unknown');
}

function isOpen(status: string | null): boolean {
	return status === 'open' || status === 'partiallyPaid';
}

/** Returns the status that follows from the amounts; null if they are missing. */
function statusOfAmounts({
	total,
	paid,
	due,
}: PaymentAmounts): InvoiceStatus | 'contradiction' | null {
	const open = due ?? (total !== null && paid !== null ? subtract(total, paid) : null);
	if (open === null) return null;
	if (isZero(open)) return isShort(total, paid) ? 'contradiction' : 'paid';
	const isCredit = total?.startsWith('-') ?? false;
	// More was paid than was due.
	if (open.startsWith('-') !== isCredit) return 'paid';
	return paid === null || isZero(paid) ? 'open' : 'partiallyPaid';
}

/** Whether less was paid than the total, although nothing is due. */
function isShort(total: Decimal | null, paid: Decimal | null): boolean {
	return total !== null && paid !== null && compare(magnitude(paid), magnitude(total)) < 0;
}

/**
 * Returns whether an invoice is still to be paid: not paid, not void and not a credit note. An unknown
 * status counts as unpaid, and so does a draft.
 */
export function isUnpaid({ status, type }: Pick<Invoice, 'status' | 'type'>): boolean {
	return status !== 'paid' && status !== 'void' && type !== 'creditNote';
}
