import { buildInvoice, makeWhole, statusOfAmounts } from '../shared/invoice/build';
import { Fields } from '../shared/invoice/fields';
import type {
	Invoice,
	InvoiceContext,
	InvoiceStatus,
	LineItem,
	Warning,
} from '../shared/invoice/invoice';

const ITEM_FIELDS = new Set('amount category description paid_amount product'.split(' '));

/** The status is free text; these words leave no doubt. */
const STATUSES: Record<string, InvoiceStatus> = {
	canceled: 'void',
	cancelled: 'void',
	draft: 'draft',
	due: 'open',
	open: 'open',
	outstanding: 'open',
	overdue: 'open',
	paid: 'paid',
	'paid in full': 'paid',
	'partially paid': 'partiallyPaid',
	unpaid: 'open',
	void: 'void',
	voided: 'void',
};

/** Makes an invoice of a policyholder: a receivable of the insurer, in a currency that is not stated. */
export function normalizeInvoice(record: object, context: InvoiceContext): Invoice {
	const doubts = new Set<Warning>();
	const fields = new Fields(record, doubts);
	const totalAmount = fields.amount('amount');
	const amountPaid = fields.amount('paid_amount');
	const amountDue = fields.amount('due_amount');
	if (!makeWhole(amountPaid, amountDue, totalAmount)) doubts.add('TOTALS_DISAGREE');
	const sourceStatus = fields.text('status');
	const byWord = STATUSES[sourceStatus?.trim().toLowerCase() ?? ''];
	return buildInvoice(
		{
			provider: 'talkdeskInsurance',
			id: fields.text('invoice_number'),
			invoiceNumber: fields.text('invoice_number'),
			direction: 'receivable',
			status: statusOfAmounts(totalAmount, amountPaid, amountDue) ?? byWord ?? 'unknown',
			sourceStatus,
			accountId: context.accountId,
			issueDate: fields.date('invoice_bill_date'),
			dueDate: fields.date('invoice_due_date'),
			totalAmount,
			amountPaid,
			amountDue,
			lineItems: fields.list('invoice_items_details').map(lineItem),
		},
		doubts,
		context,
		record,
	);
}

function lineItem(item: Fields): Partial<LineItem> {
	return {
		description: item.text('description'),
		itemName: item.text('product'),
		category: item.text('category'),
		amount: item.amount('amount'),
		amountPaid: item.amount('paid_amount'),
		attributes: item.rest(ITEM_FIELDS),
	};
}
