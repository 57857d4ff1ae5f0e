import { buildInvoice } from '../shared/invoice/build';
import { currencyCode } from '../shared/invoice/currency';
import { isNegative } from '../shared/invoice/decimal';
import { type InvoiceFacts, type LineFacts, lineReader } from '../shared/invoice/facts';
import { Fields } from '../shared/invoice/fields';
import type { Invoice, InvoiceContext, Warning } from '../shared/invoice/invoice';
import { statusFrom } from '../shared/invoice/status';

const LINE_FIELDS = new Set(
	'description amount rate units product_name ProductName product_group ProductGroup region Region usage_type UsageType'.split(
		' ',
	),
);

/** Returns the invoice of a closed bill. Fastly states no tax, due date or payments. */
export function normalizeInvoice(record: object, context: InvoiceContext): Invoice {
	const fields = new Fields(record, new Set<Warning>());
	const id = fields.text('invoice_id');
	const sourceStatus = fields.text('payment_status');
	const status = statusFrom(sourceStatus, { total: null, paid: null, due: null }, fields.warnings);
	const facts: InvoiceFacts = {
		id,
		invoiceNumber: id,
		status,
		sourceStatus,
		issueDate: fields.date('invoice_posted_on'),
		...commonFacts(fields, context, id),
	};
	return buildInvoice(facts, fields.warnings, context, record);
}

/**
 * Returns the estimate for the current month, which has not been billed yet. Its ID is the customer and
 * the month, because the vendor's own ID changes with each request.
 */
export function normalizeMonthToDate(record: object, context: InvoiceContext): Invoice {
	const fields = new Fields(record, new Set<Warning>());
	const facts = commonFacts(fields, context, fields.text('billing_start_date'));
	const month = (facts.periodStart ?? facts.periodEnd)?.slice(0, 7);
	const estimate: InvoiceFacts = {
		...facts,
		id: month === undefined ? null : `${facts.accountId ?? 'month-to-date'}-${month}`,
		type: 'estimate',
		status: 'draft',
		hasNoCurrency: true,
		derivedFields: month === undefined ? [] : ['id'],
	};
	return buildInvoice(estimate, fields.warnings, context, record);
}

/** Returns the facts that closed bills and the month to date have in common. */
function commonFacts(fields: Fields, context: InvoiceContext, id: string | null) {
	const currency = fields.text('currency_code');
	const readLine = lineReader(context, id, lineItem, (line: Fields) => line.amount('amount'));
	return {
		provider: 'fastly',
		accountId: fields.text('customer_id'),
		keyAccount: null,
		periodStart: fields.date('billing_start_date'),
		periodEnd: fields.date('billing_end_date'),
		billDate: fields.value('billing_start_date'),
		currency: currency === null ? undefined : currencyCode(currency),
		totalAmount: fields.amount('monthly_transaction_amount'),
		lineItems: fields.list('transaction_line_items').map(readLine),
	} satisfies Partial<InvoiceFacts>;
}

/** The API uses snake case; its documentation, and older invoices, use Pascal case. */
function lineItem(line: Fields): LineFacts {
	const amount = line.amount('amount');
	return {
		description: line.text('description'),
		itemName: line.text('product_name', 'ProductName'),
		category: line.text('product_group', 'ProductGroup'),
		chargeCategory: amount !== null && isNegative(amount) ? 'credit' : null,
		quantity: line.amount('units'),
		unitAmount: line.amount('rate'),
		amount,
		unitOfMeasurement: line.text('usage_type', 'UsageType'),
		region: line.text('region', 'Region'),
		attributes: line.rest(LINE_FIELDS),
	};
}
