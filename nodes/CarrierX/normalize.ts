import { buildInvoice } from '../shared/invoice/build';
import { type Decimal, add, equal, sum } from '../shared/invoice/decimal';
import { Fields } from '../shared/invoice/fields';
import type {
	Invoice,
	InvoiceContext,
	InvoiceStatus,
	LineItem,
	Warning,
} from '../shared/invoice/invoice';

const ITEM_FIELDS = new Set(
	'amount country_code date_billing_period_start date_billing_period_end type usage'.split(' '),
);

/**
 * Makes an invoice of CarrierX's record. It states no currency; `amount` is without tax only when the
 * items prove it, and `amount_due` is a figure of the account.
 */
export function normalizeInvoice(record: object, context: InvoiceContext): Invoice {
	const doubts = new Set<Warning>();
	const fields = new Fields(record, doubts);
	const items = fields.list('invoice_items').map(lineItem);
	const amount = fields.amount('amount');
	const taxAmount = fields.amount('amount_tax');
	const proven = amount !== null && itemsMake(amount, items);
	if (amount !== null && !proven) doubts.add('LINE_SUM_MISMATCH');
	const totalAmount = proven && taxAmount !== null ? add(amount, taxAmount) : null;

	const payments = fields.list('pay_items').map((payment) => ({
		date: payment.date('date_created', 'date'),
		amount: payment.amount('amount'),
		method: payment.text('type', 'method'),
	}));
	const paid = payments.map((payment) => payment.amount);
	const amountPaid = paid.length > 0 && paid.every((part) => part !== null) ? sum(paid) : null;

	const amountDue = fields.amount('amount_due');
	if (amountDue !== null) doubts.add('AMOUNT_DUE_INCLUDES_PREVIOUS_BALANCE');
	const balance = {
		previous: fields.amount('balance_previous'),
		forward: fields.amount('balance_forward'),
		due: amountDue,
	};
	const sourceStatus = fields.text('status');
	return buildInvoice(
		{
			provider: 'carrierX',
			id: fields.text('invoice_sid'),
			invoiceNumber: fields.text('display_id'),
			status: statusOf(fields.value('paid'), sourceStatus),
			sourceStatus,
			accountId: fields.text('partner_sid'),
			issueDate: fields.date('date_issued'),
			paidDate: fields.date('date_charged'),
			periodStart: fields.date('date_billing_period_start'),
			periodEnd: fields.date('date_billing_period_end'),
			subTotal: proven ? amount : null,
			taxAmount,
			totalAmount,
			amountPaid,
			amountDue,
			dueOfAccount: true,
			accountBalance: Object.values(balance).some((part) => part !== null) ? balance : null,
			lineItems: items,
			taxItems: fields.list('tax_items').map((tax) => ({
				type: tax.text('type'),
				jurisdiction: tax.text('jurisdiction'),
				rate: null,
				amount: tax.amount('amount'),
			})),
			payments,
			hasPdf: true,
			derivedFields: [
				...(totalAmount === null ? [] : ['totalAmount']),
				...(amountPaid === null ? [] : ['amountPaid']),
			],
		},
		doubts,
		context,
		record,
	);
}

function lineItem(item: Fields): Partial<LineItem> {
	return {
		category: item.text('type'),
		quantity: item.amount('usage'),
		amount: item.amount('amount'),
		region: item.text('country_code'),
		periodStart: item.date('date_billing_period_start'),
		periodEnd: item.date('date_billing_period_end'),
		attributes: item.rest(ITEM_FIELDS),
	};
}

function itemsMake(amount: Decimal, items: Array<Partial<LineItem>>): boolean {
	const amounts = items.map((item) => item.amount ?? null);
	return amounts.every((part) => part !== null) && equal(sum(amounts), amount);
}

function statusOf(paid: unknown, status: string | null): InvoiceStatus {
	if (paid === true) return 'paid';
	return status?.toLowerCase() === 'open' ? 'open' : 'unknown';
}
