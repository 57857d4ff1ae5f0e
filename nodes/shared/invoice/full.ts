import { type Amount, AmountWriter, type AmountsAs } from './amounts';
import { amountNamesIn } from './build';
import type { Decimal } from './decimal';
import type { FullInvoice, Invoice, LineItem } from './invoice';
import { warningsWith } from './simplified';

/** Returns the invoice with its amounts as numbers or text. */
export function full(invoice: Invoice, amountsAs: AmountsAs): FullInvoice {
	if (amountsAs === 'text') return invoice;
	const amounts = new AmountWriter(amountsAs);
	const { accountBalance } = invoice;
	const written: FullInvoice = {
		...invoice,
		signedTotal: amounts.write(invoice.signedTotal),
		amountDue: amounts.write(invoice.amountDue),
		totalAmount: amounts.write(invoice.totalAmount),
		subTotal: amounts.write(invoice.subTotal),
		taxAmount: amounts.write(invoice.taxAmount),
		amountPaid: amounts.write(invoice.amountPaid),
		accountBalance: accountBalance && {
			previous: amounts.write(accountBalance.previous),
			forward: amounts.write(accountBalance.forward),
			due: amounts.write(accountBalance.due),
		},
		lineItems: invoice.lineItems.map((line) => fullLine(line, amounts)),
		taxItems: invoice.taxItems.map((tax) => ({
			...tax,
			rate: amounts.write(tax.rate),
			amount: amounts.write(tax.amount),
		})),
		payments: invoice.payments.map((payment) => ({
			...payment,
			amount: amounts.write(payment.amount),
		})),
	};
	written.warnings = warningsWith(invoice, amounts);
	return written;
}

function fullLine(line: LineItem, amounts: AmountWriter): LineItem<Amount> {
	return {
		...line,
		quantity: amounts.write(line.quantity),
		unitAmount: amounts.write(line.unitAmount),
		amount: amounts.write(line.amount),
		amountPaid: amounts.write(line.amountPaid),
		attributes: fullAttributes(line, amounts),
	};
}

function fullAttributes({ attributes }: LineItem, amounts: AmountWriter): Record<string, unknown> {
	const names = amountNamesIn(attributes);
	if (names.length === 0) return attributes;
	const written = { ...attributes };
	for (const name of names) written[name] = amounts.write(attributes[name] as Decimal | null);
	return written;
}
