import type { Invoice } from '../invoice/invoice';

/** The fields of a full invoice, as the user reads them; in the order in which they are returned. */
const LABELS: Record<keyof Invoice, string> = {
	invoiceNumber: 'Invoice Number',
	supplierName: 'Supplier Name',
	issueDate: 'Issue Date',
	dueDate: 'Due Date',
	status: 'Status',
	type: 'Type',
	currency: 'Currency',
	signedTotal: 'Signed Total',
	amountDue: 'Amount Due',
	accountId: 'Account ID',
	id: 'ID',
	dedupeKey: 'Dedupe Key',
	warnings: 'Warnings',
	totalAmount: 'Total Amount',
	subTotal: 'Subtotal',
	taxAmount: 'Tax Amount',
	amountPaid: 'Amount Paid',
	paidDate: 'Paid Date',
	periodStart: 'Period Start',
	periodEnd: 'Period End',
	description: 'Description',
	sourceStatus: 'Source Status',
	direction: 'Direction',
	accountBalance: 'Account Balance',
	lineItems: 'Line Items',
	taxItems: 'Tax Items',
	payments: 'Payments',
	customFields: 'Custom Fields',
	linesComplete: 'Lines Complete',
	hasPdf: 'Has PDF',
	notes: 'Notes',
	derivedFields: 'Derived Fields',
	schemaVersion: 'Schema Version',
	provider: 'Provider',
	contentHash: 'Content Hash',
	raw: 'Raw Record',
};

/** The names of the fields of a full invoice. */
export const INVOICE_FIELDS: string[] = Object.keys(LABELS);

/** The fields to choose from, by label. */
export const fieldOptions = Object.entries(LABELS)
	.map(([value, name]) => ({ name, value }))
	.sort((a, b) => a.name.localeCompare(b.name));
