/** How records of CarrierX become invoices. */
import { normalizeInvoice as carrierX } from '../../nodes/CarrierX/normalize';
import { context } from '../invoices';
import { EMPTY_LINE, expectFields, nothing } from '../mapping';
import { carrierXInvoice } from './carrierX';

describe('CarrierX', () => {
	expectFields(carrierX(carrierXInvoice, { ...context, currency: 'USD' }), {
		...nothing,
		provider: 'carrierX',
		dedupeKey: 'carrierX:-:sid-1',
		id: 'sid-1',
		invoiceNumber: '012',
		type: 'invoice',
		status: 'open',
		sourceStatus: 'open',
		accountId: 'partner-1',
		issueDate: '2025-02-18',
		paidDate: '2025-02-20',
		periodStart: '2025-01-20',
		periodEnd: '2025-02-19',
		currency: 'USD',
		subTotal: '10.50',
		taxAmount: '2.10',
		totalAmount: '12.60',
		signedTotal: '12.60',
		amountPaid: '3.25',
		accountBalance: { previous: '-5.00', forward: '88.75', due: '99.25' },
		hasPdf: true,
		derivedFields: ['amountPaid', 'totalAmount'],
		taxItems: [{ type: 'usf', jurisdiction: 'federal', rate: null, amount: '2.10' }],
		payments: [{ date: '2025-02-10', amount: '3.25', method: 'card' }],
		lineItems: [
			{
				...EMPTY_LINE,
				lineNumber: 1,
				category: 'toll',
				quantity: '600',
				amount: '10.00',
				region: 'USA',
				periodStart: '2025-01-20',
				periodEnd: '2025-02-19',
				attributes: { direction: 'inbound' },
			},
			{
				...EMPTY_LINE,
				lineNumber: 2,
				category: 'sms',
				quantity: '2',
				amount: '0.5',
				region: 'CAN',
			},
		],
	});

	it.each([
		[true, 'open', 'paid'],
		[1, 'open', 'paid'],
		[true, 'canceled', 'void'],
		[false, 'void', 'void'],
		[false, 'Written-off', 'void'],
		[false, 'paid', 'unknown'],
		[null, 'paid', 'paid'],
		[false, 'draft', 'unknown'],
		['yes', 'open', 'unknown'],
		[false, 'constructor', 'unknown'],
	])('paid: %j with the status %j is %s', (paid, status, expected) => {
		expect(carrierX({ ...carrierXInvoice, paid, status }, context).status).toBe(expected);
	});

	/** A bill that runs until the 19th of June, read on a day. */
	const running = (fields: object, today = '2025-06-15') =>
		carrierX(
			{
				...carrierXInvoice,
				date_issued: null,
				date_charged: null,
				date_billing_period_end: '2025-06-19T23:59:59.000Z',
				...fields,
			},
			{ ...context, today },
		);

	it.each([
		['in its period', {}, '2025-06-15', 'draft'],
		['without a status', { status: null }, '2025-06-15', 'draft'],
		['called a draft', { status: 'Draft' }, '2025-06-15', 'draft'],
		['a week after its end', {}, '2025-06-26', 'draft'],
		['later than that', {}, '2025-06-27', 'open'],
		['62 days ahead', {}, '2025-04-18', 'draft'],
		['further ahead', {}, '2025-04-17', 'open'],
		['with a sentinel for the date of issue', { date_issued: '0001-01-01' }, '2025-06-15', 'draft'],
		['issued', { date_issued: '2025-06-15' }, '2025-06-15', 'open'],
		['charged', { date_charged: '2025-06-15' }, '2025-06-15', 'open'],
		['paid', { paid: true }, '2025-06-15', 'paid'],
		['of another status', { status: 'closed' }, '2025-06-15', 'unknown'],
		['void', { status: 'void' }, '2025-06-15', 'void'],
		['without an end', { date_billing_period_end: null }, '2025-06-15', 'open'],
		['with an odd end', { date_billing_period_end: 5 }, '2025-06-15', 'open'],
	])('a bill without a date of issue, %s', (_, fields, today, status) => {
		const invoice = running(fields, today);
		expect(invoice.status).toBe(status);
		expect(invoice.notes.includes('NOT_ISSUED')).toBe(status === 'draft');
		const isMissing = status !== 'draft' && invoice.issueDate === null;
		expect(invoice.notes.includes('ISSUE_DATE_MISSING')).toBe(isMissing);
	});

	it('keeps its key while it grows, also without a sid', () => {
		const issued = { date_issued: '2025-06-20T00:00:00Z', status: 'closed', paid: true };
		expect(running(issued).dedupeKey).toBe(running({}).dedupeKey);
		const nameless = { invoice_sid: null };
		expect(running({ ...issued, ...nameless }).dedupeKey).toBe(running(nameless).dedupeKey);
	});

	it('an unknown status is unknown', () => {
		const invoice = carrierX({ ...carrierXInvoice, status: 'settling' }, context);
		expect(invoice).toMatchObject({ status: 'unknown', sourceStatus: 'settling' });
	});

	it('the issue date is never the date of creation', () => {
		const invoice = carrierX({ ...carrierXInvoice, date_issued: null }, context);
		expect(invoice.issueDate).toBeNull();
		expect(invoice.notes).toContain('ISSUE_DATE_MISSING');
	});

	it('gives no total where the items do not make the amount', () => {
		const invoice = carrierX({ ...carrierXInvoice, amount: '10.51' }, context);
		expect(invoice).toMatchObject({ subTotal: null, totalAmount: null, signedTotal: null });
		expect(invoice.warnings).toContain('LINE_SUM_MISMATCH');
		expect(invoice.derivedFields).toEqual(['amountPaid']);
	});

	it('without payments, what is paid is unknown', () => {
		expect(carrierX({ ...carrierXInvoice, pay_items: [] }, context).amountPaid).toBeNull();
	});

	it('turns the signs of a credit note, but not of the account', () => {
		const invoice = carrierX(
			{
				...carrierXInvoice,
				amount: '-10.50',
				amount_tax: '-2.10',
				amount_due: '-4',
				invoice_items: [{ amount: '-10.50' }],
			},
			context,
		);
		expect(invoice).toMatchObject({
			type: 'creditNote',
			subTotal: '10.50',
			taxAmount: '2.10',
			totalAmount: '12.60',
			signedTotal: '-12.60',
			amountDue: null,
			accountBalance: { due: '-4' },
		});
	});
});
