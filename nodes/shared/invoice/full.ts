import { type Amount, AmountWriter, type AmountsAs } from './amounts';
import { amountNamesIn } from './build';
import type { Decimal } from './decimal';
import type { FullInvoice, Invoice, LineItem } from './invoice';
import { warningsWith } from './simplified';

/** How the amounts in a field are written, for each field that contains some. */
type Writers = {
	[Name in keyof Invoice]?: (value: Invoice[Name], amounts: AmountWriter) => FullInvoice[Name];
};

const write = (amount: Decimal | null, amounts: AmountWriter) => amounts.write(amount);

const WRITERS: Writers = {
	signedTotal: write,
	amountDue: write,
	totalAmount: write,
	subTotal: write,
	taxAmount: write,
	amountPaid: write,
	accountBalance: (balance, amounts) =>
		balance && {
			previous: amounts.write(balance.previous),
			forward: amounts.write(balance.forward),
			due: amounts.write(balance.due),
		},
	lineItems: (lines, amounts) => lines.map((line) => fullLine(line, amounts)),
	taxItems: (taxes, amounts) =>
		taxes.map((tax) => ({
			...tax,
			rate: amounts.write(tax.rate),
			amount: amounts.write(tax.amount),
		})),
	payments: (payments, amounts) =>
		payments.map((payment) => ({ ...payment, amount: amounts.write(payment.amount) })),
};

/**
 * Returns the invoice with its amounts as numbers or text.
 *
 * @param isReturned whether a field is returned; a warning is about the amounts of these only
 */
export function full(
	invoice: Invoice,
	amountsAs: AmountsAs,
	isReturned: (name: string) => boolean = () => true,
): FullInvoice {
	if (amountsAs === 'text') return invoice;
	const amounts = new AmountWriter(amountsAs);
	const written: FullInvoice = { ...invoice };
	const writeField = <Name extends keyof Invoice>(name: Name) => {
		const writer = WRITERS[name];
		if (writer && isReturned(name)) written[name] = writer(invoice[name], amounts);
	};
	(Object.keys(WRITERS) as Array<keyof Invoice>).forEach(writeField);
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
