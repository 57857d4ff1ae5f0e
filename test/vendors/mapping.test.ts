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
import { expectValid } from './support';

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
	derivedFields: [],
	warnings: [],
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
		warnings: ['CURRENCY_MISSING'],
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

	it.each(['1,000.00', '$5', '1e3', ' 5', '+5', '05', '.5', '5.', ''])(
		'an amount of "%s" is null',
		(amount) => {
			const invoice = insurance({ ...insuranceInvoice, amount }, context);
			expect(invoice.totalAmount).toBeNull();
			expect(invoice.warnings.includes('AMOUNT_INVALID')).toBe(amount !== '');
		},
	);
});

describe('Fastly', () => {
	const expected = {
		...nothing,
		provider: 'fastly',
		dedupeKey: 'fastly:cust1:900100',
		id: '900100',
		invoiceNumber: '900100',
		type: 'invoice' as const,
		status: 'unknown' as const,
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

	it('the month to date is an estimate, with its amount as text and no currency', () => {
		const record = {
			...fastlyInvoice,
			currency_code: undefined,
			invoice_posted_on: undefined,
			invoice_id: undefined,
			monthly_transaction_amount: '12.30',
		};
		expect(fastlyMonthToDate(record, context)).toMatchObject({
			type: 'estimate',
			id: 'month-to-date-2025-01-01',
			invoiceNumber: null,
			totalAmount: '12.30',
			currency: null,
			derivedFields: ['id'],
			warnings: ['CURRENCY_MISSING'],
		});
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
		dedupeKey: 'carrierX:partner-1:sid-1',
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
		amountDue: '99.25',
		accountBalance: { previous: '-5.00', forward: '88.75', due: '99.25' },
		hasPdf: true,
		derivedFields: ['amountPaid', 'totalAmount'],
		warnings: ['AMOUNT_DUE_INCLUDES_PREVIOUS_BALANCE'],
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

	it('is paid where it says so, whatever the status', () => {
		expect(carrierX({ ...carrierXInvoice, paid: true }, context).status).toBe('paid');
	});

	it('an unknown status is unknown', () => {
		const invoice = carrierX({ ...carrierXInvoice, status: 'settling' }, context);
		expect(invoice).toMatchObject({ status: 'unknown', sourceStatus: 'settling' });
	});

	it('the issue date is never the date of creation', () => {
		expect(carrierX({ ...carrierXInvoice, date_issued: null }, context).issueDate).toBeNull();
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
			amountDue: '-4',
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
		['Dollar', null],
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
					orderId: 5,
					remarks: 'r',
					setupCosts: '0',
					vatPercentage: 21,
					vatAmount: '2100',
					amountIncVat: '12100',
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
});
