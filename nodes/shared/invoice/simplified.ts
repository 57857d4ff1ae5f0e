import { type Amount, AmountWriter, type AmountsAs } from './amounts';
import { negate } from './decimal';
import type { Decimal } from './decimal';
import type { Invoice, Warning } from './invoice';

/** An invoice as a flat row, for tables and sheets. Amounts carry the sign of the invoice. */
export interface SimplifiedInvoice
	extends Pick<
		Invoice,
		| 'invoiceNumber'
		| 'supplierName'
		| 'issueDate'
		| 'dueDate'
		| 'status'
		| 'type'
		| 'currency'
		| 'accountId'
		| 'dedupeKey'
	> {
	/** With tax; negative for a credit note. */
	signedTotal: Amount | null;
	/** Negative for a credit note. */
	amountDue: Amount | null;
	/** The vendor's ID. Not named `id`, which n8n's Data Table replaces with its own row number. */
	invoiceId: string;
	/** What may be wrong with the invoice: codes separated by commas; null if there are none. */
	warnings: string | null;
}

/** Returns the invoice as a flat row. */
export function simplified(invoice: Invoice, amountsAs: AmountsAs): SimplifiedInvoice {
	const amounts = new AmountWriter(amountsAs);
	const signedTotal = amounts.write(invoice.signedTotal);
	const amountDue = amounts.write(signed(invoice, invoice.amountDue));
	return {
		invoiceNumber: invoice.invoiceNumber,
		supplierName: invoice.supplierName,
		issueDate: invoice.issueDate,
		dueDate: invoice.dueDate,
		status: invoice.status,
		type: invoice.type,
		currency: invoice.currency,
		signedTotal,
		amountDue,
		accountId: invoice.accountId,
		invoiceId: invoice.id,
		dedupeKey: invoice.dedupeKey,
		warnings: warningsText(invoice, amounts),
	};
}

/** Returns an amount of an invoice with the sign of the invoice: a credit note is subtracted. */
export function signed({ type }: Pick<Invoice, 'type'>, amount: Decimal | null): Decimal | null {
	return amount !== null && type === 'creditNote' ? negate(amount) : amount;
}

/** Returns the warnings of an invoice, including those found while writing its amounts, sorted. */
export function warningsWith({ warnings }: Invoice, { hasText }: AmountWriter): Warning[] {
	return hasText ? [...warnings, 'AMOUNT_NOT_A_NUMBER' as const].sort() : warnings;
}

/** Returns the warnings of a row; null if there are none. */
export function warningsText(invoice: Invoice, amounts: AmountWriter): string | null {
	return warningsWith(invoice, amounts).join(',') || null;
}
