/** How records of Talkdesk Insurance become invoices. */
import { normalizeInvoice as insurance } from '../../nodes/TalkdeskInsurance/normalize';
import { context } from '../invoices';
import { EMPTY_LINE, expectFields, nothing } from '../mapping';
import { insuranceInvoice } from './talkdeskInsurance';

describe('Talkdesk Insurance', () => {
	expectFields(insurance(insuranceInvoice, { ...context, accountId: 'Müller & Söhne' }), {
		...nothing,
		provider: 'talkdeskInsurance',
		dedupeKey: 'talkdeskInsurance:M%C3%BCller%20%26%20S%C3%B6hne:B-1',
		id: 'B-1',
		invoiceNumber: 'B-1',
		type: 'invoice',
		direction: 'receivable',
		status: 'partiallyPaid',
		sourceStatus: 'Partially paid',
		accountId: 'Müller & Söhne',
		issueDate: '2025-01-15',
		dueDate: '2025-02-15',
		currency: null,
		totalAmount: '100.10',
		signedTotal: '100.10',
		amountPaid: '40.00',
		amountDue: '60.10',
		notes: ['CURRENCY_NOT_STATED'],
		lineItems: [
			{
				...EMPTY_LINE,
				lineNumber: 1,
				description: 'Household',
				itemName: 'Home',
				category: 'Premium',
				amount: '100.10',
				amountPaid: '40.00',
				attributes: { installment_number: 3, policy_number: 'POL-9' },
			},
		],
	});

	const statusOf = (fields: object) =>
		insurance({ ...insuranceInvoice, ...fields }, context).status;

	it.each([
		['paid: nothing is due', { due_amount: '0.00', paid_amount: '100.10' }, 'paid'],
		['open: nothing is paid', { due_amount: '100.10', paid_amount: '0' }, 'open'],
		['by what is paid, without what is due', { due_amount: null, paid_amount: '100.10' }, 'paid'],
		['by the word, without amounts', { due_amount: null, paid_amount: null }, 'partiallyPaid'],
		[
			'unknown: no amounts and no known word',
			{ due_amount: null, paid_amount: null, status: 'In dunning' },
			'unknown',
		],
	])('status is %s', (_, fields, status) => expect(statusOf(fields)).toBe(status));

	it('takes the currency of the option', () => {
		expect(insurance(insuranceInvoice, { ...context, currency: 'EUR' }).currency).toBe('EUR');
	});

	it('says when paid and due do not make the amount', () => {
		const odd = insurance({ ...insuranceInvoice, due_amount: '60.11' }, context);
		expect(odd.warnings).toContain('TOTALS_DISAGREE');
	});

	it.each([
		['Cancelled', 'void'],
		[' VOID ', 'void'],
		['voided', 'void'],
		['written_off', 'void'],
		['Written Off', 'void'],
		['Draft', 'draft'],
		['Paid', 'paid'],
		['paid in full', 'paid'],
		['Storniert', 'unknown'],
		['constructor', 'unknown'],
		['__proto__', 'unknown'],
		[null, 'unknown'],
		['Due', 'unknown'],
	])('100 with nothing paid and nothing due, called %j, is %s', (status, expected) => {
		const amounts = { amount: '100.00', paid_amount: '0.00', due_amount: '0.00' };
		const invoice = insurance({ ...insuranceInvoice, ...amounts, status }, context);
		expect(invoice).toMatchObject({ status: expected, sourceStatus: status });
		expect(invoice.warnings).toContain('TOTALS_DISAGREE');
	});

	it.each([
		['Paid', { due_amount: '60.10' }, 'unknown', ['TOTALS_DISAGREE']],
		['Paid', { due_amount: '0.00 usd', paid_amount: '100.10 usd' }, 'paid', []],
		['Paid', { due_amount: null, paid_amount: '40.00' }, 'unknown', ['TOTALS_DISAGREE']],
		['Paid', { due_amount: null, paid_amount: null }, 'paid', []],
		['Overdue', { due_amount: '0.00', paid_amount: '100.10' }, 'paid', []],
		['Open', { due_amount: '60.10', paid_amount: '40.00' }, 'partiallyPaid', []],
		['Bezahlt', { due_amount: null, paid_amount: null }, 'unknown', []],
		['Cancelled', { due_amount: '60.10' }, 'void', []],
	])('%s with %j is %s', (status, fields, expected, warnings) => {
		const invoice = insurance({ ...insuranceInvoice, ...fields, status }, context);
		expect({ status: invoice.status, warnings: invoice.warnings }).toEqual({
			status: expected,
			warnings,
		});
	});

	it('a draft says that it is not issued', () => {
		const { notes } = insurance({ ...insuranceInvoice, status: 'draft' }, context);
		expect(notes).toContain('NOT_ISSUED');
	});

	it('reads the currency behind the amounts, and the custom fields', () => {
		const record = {
			invoice_number: '77',
			invoice_bill_date: '2025-07-01',
			invoice_due_date: '2025-07-22',
			status: 'Due',
			amount: '3700.00 usd',
			paid_amount: '1000.00 usd',
			due_amount: '2700.00 usd',
			custom_fields: [
				{ key: 'claim', value: '000' },
				{ key: 'n', value: 5 },
			],
		};
		expect(insurance(record, { ...context, currency: 'EUR' })).toMatchObject({
			currency: 'USD',
			totalAmount: '3700.00',
			amountPaid: '1000.00',
			amountDue: '2700.00',
			status: 'partiallyPaid',
			customFields: [
				{ key: 'claim', value: '000' },
				{ key: 'n', value: '5' },
			],
			warnings: [],
			notes: [],
		});
	});

	it('two currencies in one invoice are none, and no amounts to be compared', () => {
		const record = {
			...insuranceInvoice,
			amount: '100.10 usd',
			due_amount: '0 eur',
			status: 'Due',
		};
		expect(insurance(record, { ...context, currency: 'GBP' })).toMatchObject({
			currency: null,
			status: 'open',
			warnings: ['CURRENCY_MISSING', 'TOTALS_DISAGREE'],
		});
	});

	it('takes the currency of a line', () => {
		const items = [{ amount: '100.10 chf' }];
		const invoice = insurance({ ...insuranceInvoice, invoice_items_details: items }, context);
		expect(invoice).toMatchObject({ currency: 'CHF', lineItems: [{ amount: '100.10' }] });
	});

	it.each([
		'1,000.00',
		'$5',
		'1e3',
		' 5',
		'+5',
		'05',
		'.5',
		'5.',
		'',
		'1.234,50 eur',
		'100 usd ',
		'100  usd',
		'100 us',
		'100 usdx',
		'usd 100',
		'100usd',
		2 ** 53,
		-1e300,
	])('an amount of %j is null', (amount) => {
		const invoice = insurance({ ...insuranceInvoice, amount }, context);
		expect(invoice).toMatchObject({ totalAmount: null, currency: null });
		expect(invoice.warnings.includes('AMOUNT_INVALID')).toBe(amount !== '');
	});

	it('without a number, the computed id stays when it is paid', () => {
		const idOf = (fields: object) =>
			insurance({ ...insuranceInvoice, invoice_number: null, ...fields }, context);
		const open = idOf({});
		const paid = { status: 'Paid', paid_amount: '100.10', due_amount: '0.00', amount: '100.1' };
		expect(open.warnings).toContain('ID_MISSING');
		expect(idOf({ ...paid, invoice_due_date: '2025-03-01' }).dedupeKey).toBe(open.dedupeKey);
		expect(idOf({ invoice_bill_date: '2025-01-16' }).dedupeKey).not.toBe(open.dedupeKey);
	});
});

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

it('what is nested too deeply is left out of a line, and said', () => {
	const items = [{ amount: '100.10', depth: deep(5000), flat: { a: [1] } }];
	const invoice = insurance({ ...insuranceInvoice, invoice_items_details: items }, context);
	expect(invoice.lineItems[0].attributes).toEqual({ flat: { a: [1] } });
	expect(invoice.warnings).toContain('LINES_INVALID');
});
