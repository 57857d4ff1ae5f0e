import { withSharedKeysMarked } from '../../nodes/shared/invoice/sharedKeys';
import { normalizeInvoice as carrierX } from '../../nodes/CarrierX/normalize';
import {
	normalizeInvoice as fastly,
	normalizeMonthToDate as fastlyMonthToDate,
} from '../../nodes/Fastly/normalize';
import { normalizeDetail, normalizeListed } from '../../nodes/I3dNet/normalize';
import { normalizeLines } from '../../nodes/Talkdesk/normalize';
import { normalizeInvoice as insurance } from '../../nodes/TalkdeskInsurance/normalize';
import type { Invoice } from '../../nodes/shared/invoice/invoice';
import {
	carrierXInvoice,
	context,
	fastlyInvoice,
	i3dNetDetail,
	i3dNetListed,
	insuranceInvoice,
	talkdeskLines,
} from './fixtures';
import { expectValid, normalizers } from '../invoices';

const EMPTY_LINE = {
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
function expectFields(invoice: Invoice, expected: Omit<Invoice, 'contentHash'>): void {
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

const nothing = {
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

describe('Talkdesk', () => {
	const [invoice] = normalizeLines(talkdeskLines, context);
	expectFields(invoice, {
		...nothing,
		provider: 'talkdesk',
		dedupeKey: 'talkdesk:acc1:INV77',
		id: 'INV77',
		invoiceNumber: 'INV77',
		type: 'invoice',
		status: 'unknown',
		accountId: 'acc1',
		issueDate: '2025-03-01',
		dueDate: '2025-03-31',
		currency: 'USD',
		subTotal: '100',
		taxAmount: '21',
		totalAmount: '121',
		signedTotal: '121',
		derivedFields: ['subTotal'],
		notes: ['TAX_INCLUSION_ASSUMED'],
		lineItems: [
			{
				...EMPTY_LINE,
				lineNumber: 1,
				id: 'a1',
				description: '02/01/2025 - 02/28/2025',
				itemCode: 'P-1',
				itemName: 'Seats',
				quantity: '11',
				unitAmount: '5',
				amount: '55',
			},
			{
				...EMPTY_LINE,
				lineNumber: 2,
				id: 'b2',
				description: '02/01/2025 - 02/28/2025',
				itemCode: 'P-2',
				itemName: 'Minutes',
				quantity: '30',
				unitAmount: '1.5',
				amount: '45',
				attributes: { note: 'extra' },
			},
		],
	});

	it('reads the other spelling of the account', () => {
		const line = { ...talkdeskLines[1], account_id: undefined, 'account ID': 'acc1' };
		const [other] = normalizeLines([line], context);
		expect(other.dedupeKey).toBe('talkdesk:acc1:INV77');
	});

	it('makes one invoice of each account, number and currency', () => {
		const [line] = talkdeskLines;
		const lines = [line, { ...line, account_id: 'acc2' }, { ...line, number: 'INV78' }];
		expect(normalizeLines(lines, context).map(({ dedupeKey }) => dedupeKey)).toEqual([
			'talkdesk:acc1:INV77',
			'talkdesk:acc2:INV77',
			'talkdesk:acc1:INV78',
		]);
	});

	it('keeps two currencies of one number apart, and says that their key is the same', () => {
		const [line] = talkdeskLines;
		const invoices = withSharedKeysMarked(
			normalizeLines([line, { ...line, currency: 'EUR' }], context),
		);
		expect(invoices.map(({ currency }) => currency)).toEqual(['USD', 'EUR']);
		expect(invoices.every(({ warnings }) => warnings.includes('KEY_NOT_UNIQUE'))).toBe(true);
	});

	it('puts lines together that other lines stand between', () => {
		const [second, first] = talkdeskLines;
		const lines = [first, { ...first, number: 'INV78' }, second];
		expect(normalizeLines(lines, context)[0].lineItems).toHaveLength(2);
	});

	it('gives no total where two are stated', () => {
		const [second, first] = talkdeskLines;
		const [invoice] = normalizeLines([first, { ...second, total_invoice_amount: 120 }], context);
		expect(invoice.totalAmount).toBeNull();
		expect(invoice.signedTotal).toBeNull();
		expect(invoice.warnings).toContain('TOTALS_DISAGREE');
	});

	it('turns the signs of a credit note', () => {
		const [line] = talkdeskLines;
		const credit = { ...line, total_invoice_amount: -45, total_tax_amount: -0, amount: -45 };
		const [invoice] = normalizeLines([credit], context);
		const { type, totalAmount, signedTotal, taxAmount, lineItems } = invoice;
		expect({ type, totalAmount, signedTotal, taxAmount, line: lineItems[0].amount }).toEqual({
			type: 'creditNote',
			totalAmount: '45',
			signedTotal: '-45',
			taxAmount: '0',
			line: '45',
		});
	});

	it('a line that leaves out its account or currency belongs to the other lines of its number', () => {
		const [second, first] = talkdeskLines;
		const bare = { ...second, account_id: undefined, currency: undefined };
		const invoices = normalizeLines([first, bare], context);
		expect(invoices.map(({ dedupeKey }) => dedupeKey)).toEqual(['talkdesk:acc1:INV77']);
		expect(invoices[0].lineItems).toHaveLength(2);
	});

	it.each([
		[
			[3, '7'],
			[3, 7],
		],
		[
			[7, undefined, '3'],
			[7, 8, 3],
		],
		[
			[undefined, undefined],
			[1, 2],
		],
		[
			['x', 1.5, -1],
			[1, 2, 3],
		],
	])('keeps the line numbers of the vendor: %j are %j', (numbers, expected) => {
		const lines = numbers.map((number, index) => ({
			...talkdeskLines[0],
			id: `id${index}`,
			invoice_line_number: number,
			description: `line ${index}`,
		}));
		const [{ lineItems }] = normalizeLines(lines, context);
		const byLine = new Map(lineItems.map(({ id, lineNumber }) => [id, lineNumber]));
		expect(lines.map(({ id }) => byLine.get(id))).toEqual(expected);
	});

	it('a computed id does not depend on the line number', () => {
		const idOf = (fields: object) =>
			normalizeLines([{ ...talkdeskLines[0], number: undefined, ...fields }], context)[0].id;
		expect(idOf({ invoice_line_number: 9, due_date: null })).toBe(idOf({}));
		expect(idOf({ amount: 46 })).not.toBe(idOf({}));
	});

	it('does not depend on the order in which the lines came, with line numbers or without', () => {
		for (const number of [talkdeskLines[0].invoice_line_number, undefined]) {
			const lines = talkdeskLines.map((line) => ({ ...line, invoice_line_number: number }));
			const [forth] = normalizeLines(lines, context);
			const [back] = normalizeLines([...lines].reverse(), context);
			expect(back.contentHash).toBe(forth.contentHash);
		}
	});

	it('turns one factor of a line with its product', () => {
		const line = {
			...talkdeskLines[0],
			total_invoice_amount: -45,
			total_tax_amount: 0,
			amount: -45,
		};
		const of = (fields: object) =>
			normalizeLines([{ ...line, ...fields }], context)[0].lineItems[0];
		expect(of({ quantity: 30, rate: -1.5 })).toMatchObject({ quantity: '30', unitAmount: '1.5' });
		expect(of({ quantity: -30, rate: 1.5 })).toMatchObject({ quantity: '30', unitAmount: '1.5' });
	});

	it('a line without a number is an invoice of its own, with a computed id', () => {
		const line = { ...talkdeskLines[0], number: undefined };
		const invoices = normalizeLines([line, { ...line, amount: 46 }], context);
		expect(new Set(invoices.map(({ id }) => id)).size).toBe(2);
		expect(invoices[0]).toMatchObject({ invoiceNumber: null, derivedFields: ['id', 'subTotal'] });
		expect(invoices[0].warnings).toContain('ID_MISSING');
	});
});

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

describe('i3D.net, list', () => {
	expectFields(normalizeListed(i3dNetListed, context), {
		...nothing,
		provider: 'i3dNet',
		dedupeKey: 'i3dNet:-:4711',
		id: '4711',
		invoiceNumber: '2025-0042',
		type: 'invoice',
		status: 'partiallyPaid',
		sourceStatus: '0',
		description: 'Servers',
		issueDate: '2025-01-02',
		dueDate: '2025-02-02',
		currency: 'EUR',
		subTotal: '100.00',
		taxAmount: '21.00',
		totalAmount: '121.00',
		signedTotal: '121.00',
		amountPaid: '50.00',
		amountDue: '71.00',
		hasPdf: true,
		derivedFields: ['taxAmount'],
		lineItems: [],
		linesComplete: false,
		notes: ['LINES_NOT_LISTED'],
	});

	const listed = (fields: object, timeZone = 'UTC') =>
		normalizeListed({ ...i3dNetListed, ...fields }, { ...context, timeZone });

	it.each([
		['5', '0.05'],
		['-5', '-0.05'],
		['0', '0.00'],
		['12100', '121.00'],
		[12100, '121.00'],
		['99999999999999999999', '999999999999999999.99'],
	])('%p cents are %s', (amountIncVAT, total) => {
		expect(listed({ amountIncVAT }).totalAmount).toBe(total);
	});

	it.each(['12.1', '1e4', '', ' 5', '+5', '0x10', 12.5, true, {}, '5,00'])(
		'%p are no cents',
		(amountIncVAT) => {
			const invoice = listed({ amountIncVAT });
			expect(invoice.totalAmount).toBeNull();
			expect(invoice.warnings.includes('AMOUNT_INVALID')).toBe(amountIncVAT !== '');
		},
	);

	it('takes what is paid and due as whole units where these make the total', () => {
		const invoice = listed({ remainingAmount: '71', totalPaidAmount: '50' });
		expect(invoice).toMatchObject({ amountPaid: '50', amountDue: '71', status: 'partiallyPaid' });
		expect(invoice.warnings).toEqual([]);
	});

	it('takes whole units with a point', () => {
		const invoice = listed({ remainingAmount: '71.00', totalPaidAmount: '50.00' });
		expect(invoice).toMatchObject({ amountPaid: '50.00', amountDue: '71.00', warnings: [] });
	});

	it('says when the unit of what is paid and due cannot be told', () => {
		const invoice = listed({ remainingAmount: '71', totalPaidAmount: '51' });
		expect(invoice).toMatchObject({ amountPaid: null, amountDue: null, status: 'unknown' });
		expect(invoice.warnings).toEqual(['UNIT_UNVERIFIED']);
	});

	it.each([
		['negative amounts', '-12100', '-10000'],
		['positive amounts', '12100', '10000'],
	])('a credit note with %s counts against the sum once', (_, amountIncVAT, amountExclVAT) => {
		expect(listed({ isCredit: 1, amountIncVAT, amountExclVAT })).toMatchObject({
			type: 'creditNote',
			totalAmount: '121.00',
			subTotal: '100.00',
			taxAmount: '21.00',
			signedTotal: '-121.00',
		});
	});

	it.each(['JPY', 'Japanese Yen', 'yen', 'KWD', 'clf'])(
		'cents of %s are not proven',
		(currency) => {
			const invoice = listed({ currency, amountIncVAT: '-1230000', isCredit: 'true' });
			expect(invoice).toMatchObject({
				type: 'creditNote',
				subTotal: null,
				taxAmount: null,
				totalAmount: null,
				signedTotal: null,
				amountPaid: null,
				amountDue: null,
				status: 'unknown',
				warnings: ['TEXT_INVALID', 'UNIT_UNVERIFIED'],
			});
		},
	);

	it.each([
		[1, '12100', 'creditNote', []],
		['1', '12100', 'creditNote', []],
		[true, '12100', 'creditNote', []],
		[0, '-12100', 'invoice', []],
		[false, '12100', 'invoice', []],
		[null, '-12100', 'creditNote', []],
		['true', '12100', 'invoice', ['TEXT_INVALID']],
		['true', '-12100', 'creditNote', ['TEXT_INVALID']],
		[2, '-12100', 'creditNote', ['TEXT_INVALID']],
		[{}, '12100', 'invoice', ['TEXT_INVALID']],
	])('isCredit %j over %s cents is the type %s', (isCredit, amountIncVAT, type, warnings) => {
		const unknown = { remainingAmount: null, totalPaidAmount: null };
		const invoice = listed({ isCredit, amountIncVAT, ...unknown });
		expect(invoice).toMatchObject({ type, warnings });
	});

	it.each([
		['0001-01-01', null],
		['1989-12-31', null],
		['1990-01-01', '1990-01-01'],
		['2100-12-31', '2100-12-31'],
		['2101-01-01', null],
		[1735776000000, null],
		[1, null],
		[1.5, null],
		[{}, null],
	])('a date of %j is %j', (creationDate, date) => {
		const invoice = listed({ creationDate });
		expect(invoice.issueDate).toBe(date);
		expect(invoice.warnings.includes('DATE_INVALID')).toBe(date === null);
	});

	it('without an id, the computed one depends neither on the zone nor on payment', () => {
		const idOf = (fields: object, timeZone = 'UTC') => listed({ id: null, ...fields }, timeZone).id;
		const late = { creationDate: 1735772400 };
		expect(idOf(late, 'Asia/Tokyo')).toBe(idOf({ ...late, remainingAmount: '0', dueDate: 0 }));
		expect(idOf({ creationDate: 1735772401 })).not.toBe(idOf(late));
	});

	it('makes dates in the zone that was chosen', () => {
		const late = { creationDate: 1735772400 };
		expect(listed(late).issueDate).toBe('2025-01-01');
		expect(listed(late, 'Europe/Amsterdam').issueDate).toBe('2025-01-02');
		expect(listed(late, 'America/New_York').issueDate).toBe('2025-01-01');
	});

	it.each([0, -1, null, undefined, '0'])('a payment date of %p is none', (paymentDate) => {
		const invoice = listed({ paymentDate });
		expect(invoice.paidDate).toBeNull();
		expect(invoice.warnings).toEqual([]);
	});

	it.each([
		['eur', 'EUR'],
		['US Dollar', 'USD'],
		[' Euro ', 'EUR'],
		['yen', 'JPY'],
		['Dollar', null],
		['constructor', null],
		['__proto__', null],
		['€', null],
	])('the currency "%s" is %s', (currency, code) => {
		expect(listed({ currency }).currency).toBe(code);
	});
});

describe('i3D.net, got by id or number', () => {
	expectFields(normalizeDetail(i3dNetDetail, context), {
		...nothing,
		provider: 'i3dNet',
		dedupeKey: 'i3dNet:-:4711',
		id: '4711',
		invoiceNumber: '2025-0042',
		type: 'invoice',
		status: 'paid',
		sourceStatus: '1',
		accountId: 'C-1',
		issueDate: '2025-01-02',
		dueDate: '2025-02-02',
		paidDate: '2025-01-16',
		currency: 'EUR',
		subTotal: '100.00',
		taxAmount: '21.00',
		totalAmount: '121.00',
		signedTotal: '121.00',
		hasPdf: true,
		taxItems: [{ type: 'VAT', jurisdiction: null, rate: '21', amount: '21.00' }],
		lineItems: [
			{
				...EMPTY_LINE,
				lineNumber: 1,
				description: 'Server',
				quantity: '2',
				unitAmount: '50.00',
				amount: '100.00',
				periodStart: '2025-01-02',
				periodEnd: '2025-01-31',
				attributes: {
					orderId: '5',
					remarks: 'r',
					setupCosts: '0.00',
					vatPercentage: 21,
					vatAmount: '21.00',
					amountIncVat: '121.00',
				},
			},
		],
	});

	it('has the key that it has in the list', () => {
		expect(normalizeDetail(i3dNetDetail, context).dedupeKey).toBe(
			normalizeListed(i3dNetListed, context).dedupeKey,
		);
	});

	it('without a payment date, whether it is paid is unknown', () => {
		expect(normalizeDetail({ ...i3dNetDetail, paymentDate: 0 }, context).status).toBe('unknown');
	});

	it('says when tax and net do not make the total', () => {
		const invoice = normalizeDetail({ ...i3dNetDetail, vatAmount: '2101' }, context);
		expect(invoice.warnings).toContain('TOTALS_DISAGREE');
	});

	it('amounts of lines without a field of their own have the sign of the others', () => {
		const items = [{ amountExclVat: '-10000', vatAmount: '-2100', setupCosts: 'x' }];
		const credit = { isCredit: 1, amountIncVat: '-12100', amountExclVat: '-10000', items };
		const invoice = normalizeDetail({ ...i3dNetDetail, ...credit, vatAmount: '-2100' }, context);
		expect(invoice.lineItems[0]).toMatchObject({
			amount: '100.00',
			attributes: { vatAmount: '21.00', setupCosts: null },
		});
		expect(invoice.warnings).toEqual(['AMOUNT_INVALID']);
	});

	it('cents of yen are not proven in lines either', () => {
		const { lineItems, warnings } = normalizeDetail({ ...i3dNetDetail, currency: 'JPY' }, context);
		expect(lineItems[0]).toMatchObject({ amount: null, attributes: { vatAmount: null } });
		expect(warnings).toEqual(['UNIT_UNVERIFIED']);
	});
});

describe('odd records cost only themselves', () => {
	const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

	it.each(normalizers)('$name: nested 5,000 and 100,000 deep', ({ record, normalize }) => {
		for (const levels of [5000, 100_000]) {
			const odd = { ...record, oddity: deep(levels) };
			expectValid(normalize(odd, context));
		}
	});

	it('what is nested too deeply is left out of a line, and said', () => {
		const items = [{ amount: '100.10', depth: deep(5000), flat: { a: [1] } }];
		const invoice = insurance({ ...insuranceInvoice, invoice_items_details: items }, context);
		expect(invoice.lineItems[0].attributes).toEqual({ flat: { a: [1] } });
		expect(invoice.warnings).toContain('LINES_INVALID');
	});

	it('a line without a number may be nested as deep as it likes', () => {
		const lines = [5000, 5001].map((levels) => ({ amount: 1, depth: deep(levels) }));
		expect(normalizeLines(lines, context)).toHaveLength(2);
	});
});
