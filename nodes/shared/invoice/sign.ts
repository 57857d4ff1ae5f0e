import { type Decimal, equal, isZero, negate, sum } from './decimal';
import type { InvoiceFacts } from './facts';

/** Returns an amount with the sign that it has in an invoice; null for a missing amount. */
export type Sign = (amount: Decimal | null | undefined) => Decimal | null;

/** Keeps the sign. */
export const unchanged: Sign = (amount) => amount ?? null;

/** Returns the amount with the opposite sign. */
export const negatedOrNull: Sign = (amount) =>
	amount === null || amount === undefined ? null : negate(amount);

/** Returns entries whose amounts have the sign that they have in an invoice. */
export function withSigns<Entry extends { amount: Decimal | null }>(
	entries: Entry[],
	sign: Sign,
): Entry[] {
	return entries.map((entry) => ({ ...entry, amount: sign(entry.amount) }));
}

/**
 * Returns the sign of the amounts of lines: that of the totals, unless only the opposite adds up to
 * them. Where the vendor says that it is a credit note, only one of the two may be below zero.
 *
 * @param sign that of the totals
 */
export function lineSignOf(
	{ type, lineItems = [], subTotal, totalAmount }: InvoiceFacts,
	sign: Sign,
): Sign {
	const amounts = lineItems.map(({ amount }) => amount ?? null);
	if (type !== 'creditNote' || !amounts.every((amount) => amount !== null)) return sign;
	const opposite = negate(sum(amounts));
	const isOpposite = [subTotal, totalAmount].some(
		(total) => typeof total === 'string' && !isZero(total) && equal(total, opposite),
	);
	if (!isOpposite) return sign;
	return sign === unchanged ? negatedOrNull : unchanged;
}
