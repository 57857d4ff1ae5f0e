import { minorDigits } from './currency';
import { equal, precision, sum } from './decimal';
import type { InvoiceFacts } from './facts';
import type { Invoice, Note, Warning } from './invoice';

/** Returns the warnings that follow from an invoice and the facts it was made of. */
export function warningsOf(facts: InvoiceFacts, invoice: Invoice): Warning[] {
	const warnings: Warning[] = [];
	if (invoice.currency === null && facts.hasNoCurrency !== true) warnings.push('CURRENCY_MISSING');
	if (facts.id === null) warnings.push('ID_MISSING');
	if (!linesAddUp(invoice)) warnings.push('LINE_SUM_MISMATCH');
	return warnings;
}

/** Returns the notes that follow from an invoice and the facts it was made of. */
export function notesOf(facts: InvoiceFacts, invoice: Invoice): Note[] {
	const notes: Note[] = [];
	if (invoice.currency === null && facts.hasNoCurrency === true) notes.push('CURRENCY_NOT_STATED');
	if (invoice.status === 'draft') notes.push('NOT_ISSUED');
	else if (invoice.issueDate === null) notes.push('ISSUE_DATE_MISSING');
	if (!invoice.linesComplete) notes.push('LINES_NOT_LISTED');
	if (hasSubMinorUnits(invoice)) notes.push('SUB_MINOR_UNIT');
	return notes;
}

/** Whether the lines add up to the total with or without tax; unknown amounts prove nothing. */
function linesAddUp({ lineItems, subTotal, totalAmount, linesComplete }: Invoice): boolean {
	const amounts = lineItems.map((line) => line.amount).filter((amount) => amount !== null);
	if (!linesComplete || amounts.length === 0 || amounts.length < lineItems.length) return true;
	const totals = [subTotal, totalAmount].filter((total) => total !== null);
	const lines = sum(amounts);
	return totals.length === 0 || totals.some((total) => equal(total, lines));
}

function hasSubMinorUnits(invoice: Invoice): boolean {
	const { currency, subTotal, taxAmount, totalAmount, amountPaid, amountDue, lineItems } = invoice;
	if (currency === null) return false;
	const digits = minorDigits(currency);
	const amounts = [subTotal, taxAmount, totalAmount, amountPaid, amountDue];
	const all = amounts.concat(lineItems.map((line) => line.amount));
	return all.some((amount) => amount !== null && precision(amount) > digits);
}
