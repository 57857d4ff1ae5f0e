import { type Decimal, decimalFromNumber, equal } from './decimal';

/**
 * An amount as it is returned: a JSON number that prints as the exact decimal, so that n8n's own nodes
 * can add, sort, and filter it; or the exact decimal as text.
 */
export type Amount = number | Decimal;

/** How the user wants amounts. */
export type AmountsAs = 'number' | 'text';

/** Writes the amounts of one item, and notes whether one of them cannot be a number. */
export class AmountWriter {
	/** Whether an amount stayed text because no number prints as it. */
	hasText = false;

	constructor(private readonly as: AmountsAs) {}

	/** Returns an amount in the form the user wants; null stays null. */
	write(amount: Decimal | null): Amount | null {
		if (amount === null || this.as === 'text') return amount;
		// The one float near money: returned only if it prints as this very decimal, never computed with.
		const number = Number(amount);
		const printed = decimalFromNumber(number);
		if (printed !== null && equal(printed, amount)) return number;
		this.hasText = true;
		return amount;
	}
}
