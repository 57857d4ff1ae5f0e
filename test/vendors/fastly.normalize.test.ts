/** How records of Fastly become invoices. */
import {
	normalizeInvoice as fastly,
	normalizeMonthToDate as fastlyMonthToDate,
} from '../../nodes/Fastly/normalize';
import { context } from '../invoices';
import { EMPTY_LINE, expectFields, nothing } from '../mapping';
import { fastlyInvoice } from './fastly';

describe('Fastly', () => {
	const expected = {
		...nothing,
		provider: 'fastly',
		dedupeKey: 'fastly:-:INV-900100',
		id: 'INV-900100',
		invoiceNumber: 'INV-900100',
		type: 'invoice' as const,
		status: 'open' as const,
		sourceStatus: 'outstanding',
		accountId: 'cust1',
		issueDate: '2025-02-03',
		periodStart: '2025-01-01',
		periodEnd: '2025-01-31',
		currency: 'EUR',
		totalAmount: '12.3',
		signedTotal: '12.3',
		lineItems: [
			{
				...EMPTY_LINE,
				lineNumber: 1,
				description: 'Bandwidth Europe',
				itemName: 'CDN',
				category: 'Delivery',
				quantity: '133000000',
				unitAmount: '0.0000001',
				amount: '13.3',
				unitOfMeasurement: 'Bandwidth',
				region: 'Europe',
				attributes: { credit_coupon_code: null, product_line: 'Network' },
			},
			{
				...EMPTY_LINE,
				lineNumber: 2,
				description: 'Coupon',
				itemName: 'Credit',
				category: 'Credits',
				chargeCategory: 'credit' as const,
				amount: '-1',
				unitOfMeasurement: 'Flat',
				region: 'World',
				attributes: { credit_coupon_code: 'WELCOME', ProductLine: 'None' },
			},
		],
	};
	expectFields(fastly(fastlyInvoice, context), expected);

	it.each([
		['paid', 'paid'],
		[' PAID ', 'paid'],
		['outstanding', 'open'],
		['voided', 'void'],
		['past_due_soon', 'unknown'],
		['constructor', 'unknown'],
		[null, 'unknown'],
		[undefined, 'unknown'],
		[5, 'unknown'],
		[{ paid: true }, 'unknown'],
	])('a payment status of %j is %s', (payment_status, status) => {
		expect(fastly({ ...fastlyInvoice, payment_status }, context).status).toBe(status);
	});

	it('its id alone is the key, whatever account one response leaves out', () => {
		const { dedupeKey } = fastly({ ...fastlyInvoice, customer_id: undefined }, context);
		expect(dedupeKey).toBe('fastly:-:INV-900100');
	});

	it('the sign tells a credit, with or without a coupon', () => {
		const lines = [{ amount: -1 }, { amount: 0, credit_coupon_code: 'FREE' }, { amount: 1 }];
		const record = { ...fastlyInvoice, transaction_line_items: lines };
		const categories = fastly(record, context).lineItems.map((line) => line.chargeCategory);
		expect(categories).toEqual(['credit', null, null]);
	});

	it('takes the currency of the option where none is stated, but not in place of an odd one', () => {
		const of = (currency_code: unknown) =>
			fastly({ ...fastlyInvoice, currency_code }, { ...context, currency: 'GBP' }).currency;
		expect([of(undefined), of(''), of('US$'), of('__proto__'), of(' usd ')]).toEqual([
			'GBP',
			'GBP',
			null,
			null,
			'USD',
		]);
	});

	it('the month to date is a draft of its customer and month, whenever it is read', () => {
		const at = (epoch: number, day: string) =>
			fastlyMonthToDate(
				{
					customer_id: 'x4x',
					invoice_id: `x4x-${epoch}`,
					billing_start_date: '2026-07-01T00:00:00Z',
					billing_end_date: `2026-07-${day}T11:22:33Z`,
					statement_number: '',
					monthly_transaction_amount: '12.30',
					transaction_line_items: [],
				},
				context,
			);
		const first = at(1785888060, '04');
		expect(first).toMatchObject({
			type: 'estimate',
			status: 'draft',
			id: 'x4x-2026-07',
			dedupeKey: 'fastly:-:x4x-2026-07',
			invoiceNumber: null,
			issueDate: null,
			totalAmount: '12.30',
			derivedFields: ['id'],
			warnings: [],
			notes: ['CURRENCY_NOT_STATED', 'NOT_ISSUED'],
		});
		expect(at(1785888120, '05').dedupeKey).toBe(first.dedupeKey);
	});

	it('a month to date takes the currency of the option', () => {
		const record = { ...fastlyInvoice, currency_code: undefined };
		const estimate = fastlyMonthToDate(record, { ...context, currency: 'USD' });
		expect(estimate).toMatchObject({ currency: 'USD', notes: ['NOT_ISSUED'] });
	});

	it('a month to date without customer or start is still of one month', () => {
		const record = { billing_end_date: '2026-07-04T00:00:00Z', monthly_transaction_amount: '1' };
		expect(fastlyMonthToDate(record, context).id).toBe('month-to-date-2026-07');
		expect(fastlyMonthToDate({ monthly_transaction_amount: '1' }, context).warnings).toEqual([
			'ID_MISSING',
		]);
	});

	it('a negative total is a credit note', () => {
		const record = { ...fastlyInvoice, monthly_transaction_amount: -12.3 };
		expect(fastly(record, context)).toMatchObject({
			type: 'creditNote',
			totalAmount: '12.3',
			signedTotal: '-12.3',
		});
	});
});
