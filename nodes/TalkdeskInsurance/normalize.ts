import { buildInvoice, addsUp } from '../shared/invoice/build';
import { type LineFacts, lineReader } from '../shared/invoice/facts';
import { Fields } from '../shared/invoice/fields';
import type { Invoice, InvoiceContext, Warning } from '../shared/invoice/invoice';
import { statusFrom } from '../shared/invoice/status';

const ITEM_FIELDS = new Set('amount category description paid_amount product'.split(' '));

/**
 * Returns the invoice of a record. It bills a policyholder, so it is a receivable of the insurer. Amounts
 * are texts in currency units.
 */
export function normalizeInvoice(record: object, context: InvoiceContext): Invoice {
	const warnings = new Set<Warning>();
	const fields = new Fields(record, warnings);
	/** Currency codes found after the amounts. */
	const currencies = new Set<string>();
	const total = fields.money('amount', currencies);
	const paid = fields.money('paid_amount', currencies);
	const due = fields.money('due_amount', currencies);
	const id = fields.text('invoice_number');
	const readLine = lineReader(
		context,
		id,
		(item: Fields) => lineItem(item, currencies),
		(item) => amountsOf(item, currencies).amount,
	);
	const lineItems = fields.list('invoice_items_details').map(readLine);
	const isMixed = currencies.size > 1;
	if (isMixed || !addsUp(paid, due, total)) warnings.add('TOTALS_DISAGREE');
	const [currency] = currencies;
	const sourceStatus = fields.text('status');
	// Amounts in two currencies cannot be compared.
	const amounts = isMixed ? { total: null, paid: null, due: null } : { total, paid, due };
	return buildInvoice(
		{
			provider: 'talkdeskInsurance',
			id,
			invoiceNumber: id,
			direction: 'receivable',
			status: statusFrom(sourceStatus, amounts, warnings),
			sourceStatus,
			accountId: context.accountId,
			issueDate: fields.date('invoice_bill_date'),
			dueDate: fields.date('invoice_due_date'),
			currency: isMixed ? null : currency,
			hasNoCurrency: !isMixed,
			totalAmount: total,
			amountPaid: paid,
			amountDue: due,
			lineItems,
			customFields: fields.list('custom_fields').map((field) => ({
				key: field.text('key'),
				value: field.text('value'),
			})),
		},
		warnings,
		context,
		record,
	);
}

function lineItem(item: Fields, currencies: Set<string>): LineFacts {
	return {
		description: item.text('description'),
		itemName: item.text('product'),
		category: item.text('category'),
		...amountsOf(item, currencies),
		attributes: item.rest(ITEM_FIELDS),
	};
}

/** Reads both amounts of an item, because each may be followed by the currency. */
function amountsOf(item: Fields, currencies: Set<string>) {
	return {
		amount: item.money('amount', currencies),
		amountPaid: item.money('paid_amount', currencies),
	};
}
