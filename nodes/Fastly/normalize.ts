import { buildInvoice } from '../shared/invoice/build';
import { currencyCode } from '../shared/invoice/currency';
import { Fields } from '../shared/invoice/fields';
import type { Invoice, InvoiceContext, LineItem, Warning } from '../shared/invoice/invoice';

const LINE_FIELDS = new Set(
	'description amount rate units product_name ProductName product_group ProductGroup region Region usage_type UsageType'.split(
		' ',
	),
);

/** Makes an invoice of one that is billed. Fastly states no tax, no due date and no payments. */
export function normalizeInvoice(record: object, context: InvoiceContext): Invoice {
	return normalize(record, context, false);
}

/** Makes an estimate of the month to date, which is not billed yet. */
export function normalizeMonthToDate(record: object, context: InvoiceContext): Invoice {
	return normalize(record, context, true);
}

function normalize(record: object, context: InvoiceContext, isEstimate: boolean): Invoice {
	const doubts = new Set<Warning>();
	const fields = new Fields(record, doubts);
	const periodStart = fields.date('billing_start_date');
	const id = fields.text('invoice_id');
	// The month to date may have no id yet; its month tells it from others all the same.
	const monthId = isEstimate && id === null && periodStart ? `month-to-date-${periodStart}` : null;
	return buildInvoice(
		{
			provider: 'fastly',
			id: id ?? monthId,
			invoiceNumber: id,
			type: isEstimate ? 'estimate' : undefined,
			accountId: fields.text('customer_id'),
			issueDate: fields.date('invoice_posted_on'),
			periodStart,
			periodEnd: fields.date('billing_end_date'),
			currency: currencyCode(fields.text('currency_code')),
			totalAmount: fields.amount('monthly_transaction_amount'),
			lineItems: fields.list('transaction_line_items').map(lineItem),
			derivedFields: monthId === null ? [] : ['id'],
		},
		doubts,
		context,
		record,
	);
}

/** The wire spells these fields in snake case; the documentation still in capitals. */
function lineItem(line: Fields): Partial<LineItem> {
	return {
		description: line.text('description'),
		itemName: line.text('product_name', 'ProductName'),
		category: line.text('product_group', 'ProductGroup'),
		chargeCategory: line.text('credit_coupon_code') === null ? null : 'credit',
		quantity: line.amount('units'),
		unitAmount: line.amount('rate'),
		amount: line.amount('amount'),
		unitOfMeasurement: line.text('usage_type', 'UsageType'),
		region: line.text('region', 'Region'),
		attributes: line.rest(LINE_FIELDS),
	};
}
