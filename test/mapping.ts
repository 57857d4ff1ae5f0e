/** What the tests share of how a vendor's records become invoices. */
import type { Invoice } from '../nodes/shared/invoice/invoice';
import { expectValid } from './invoices';

/** A line that says nothing. */
export const EMPTY_LINE = {
	id: null,
	description: null,
	itemCode: null,
	itemName: null,
	category: null,
	chargeCategory: null,
	quantity: null,
	unitAmount: null,
	amount: null,
	amountPaid: null,
	unitOfMeasurement: null,
	region: null,
	periodStart: null,
	periodEnd: null,
	attributes: {},
};

/** Each field of an invoice is a test of its own, so that a changed cell fails by its name. */
export function expectFields(invoice: Invoice, expected: Omit<Invoice, 'contentHash'>): void {
	const { contentHash, ...fields } = invoice;
	it.each(Object.entries(expected))('%s', (name, value) => {
		expect(fields[name as keyof typeof fields]).toEqual(value);
	});
	it('is what the JSON Schema says', () => expectValid(invoice));
	it('has no other field', () => {
		expect(Object.keys(fields).sort()).toEqual(Object.keys(expected).sort());
	});
	it('contentHash is a SHA-256', () => expect(contentHash).toMatch(/^[0-9a-f]{64}$/));
}

/** What an invoice is of which a record says nothing more than that it is one. */
export const nothing = {
	schemaVersion: '1' as const,
	direction: 'payable' as const,
	sourceStatus: null,
	accountId: null,
	supplierName: 'The Vendor',
	description: null,
	dueDate: null,
	paidDate: null,
	periodStart: null,
	periodEnd: null,
	subTotal: null,
	taxAmount: null,
	amountPaid: null,
	amountDue: null,
	accountBalance: null,
	taxItems: [],
	payments: [],
	linesComplete: true,
	hasPdf: false,
	customFields: [],
	derivedFields: [],
	warnings: [],
	notes: [],
};
