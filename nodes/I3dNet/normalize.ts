import { buildInvoice, difference, addsUp } from '../shared/invoice/build';
import { currencyByName, minorDigits } from '../shared/invoice/currency';
import { type Decimal, add, equal, isNegative, isZero, shift } from '../shared/invoice/decimal';
import { type InvoiceFacts, type LineFacts, lineReader } from '../shared/invoice/facts';
import { Fields } from '../shared/invoice/fields';
import type { Invoice, InvoiceContext, InvoiceType, Warning } from '../shared/invoice/invoice';
import { statusFrom, parseStatus } from '../shared/invoice/status';

const ITEM_FIELDS = new Set(
	'description periodFrom periodTo quantity unitPrice amountExclVat'.split(' '),
);
/** Amounts of a line item without a field of their own; they become attributes. */
const MORE_ITEM_AMOUNTS = ['setupCosts', 'vatAmount', 'amountIncVat'];

/** Reads an amount in cents, and returns it in currency units. */
type Cents = (fields: Fields, name: string) => Decimal | null;

/** Returns the invoice of a listed record, which states what was paid but has no line items. */
export function normalizeListed(record: object, context: InvoiceContext): Invoice {
	const fields = new Fields(record, new Set<Warning>());
	return buildInvoice(listedFacts(fields, context), fields.warnings, context, record);
}

/** Returns the facts of a listed record. */
export function listedFacts(fields: Fields, context: InvoiceContext): InvoiceFacts {
	const currency = currencyByName(fields.text('currency'));
	const cents = centsOf(currency);
	const subTotal = cents(fields, 'amountExclVAT');
	const totalAmount = cents(fields, 'amountIncVAT');
	const taxAmount = difference(totalAmount, subTotal);
	const { paid, due } = paidAndDue(fields, totalAmount);
	const sourceStatus = fields.text('paymentStatus');
	const amounts = { total: totalAmount, paid, due };
	return {
		status: statusFrom(sourceStatus, amounts, fields.warnings),
		description: fields.text('description'),
		currency,
		subTotal,
		taxAmount,
		totalAmount,
		amountPaid: paid,
		amountDue: due,
		linesComplete: false,
		derivedFields: taxAmount === null ? [] : ['taxAmount'],
		...header(fields, context, 'amountIncVAT'),
	};
}

/** Returns the invoice of a record by ID or number, which has line items but does not state what was paid. */
export function normalizeDetail(record: object, context: InvoiceContext): Invoice {
	const fields = new Fields(record, new Set<Warning>());
	return buildInvoice(detailFacts(fields, context), fields.warnings, context, record);
}

function detailFacts(fields: Fields, context: InvoiceContext): InvoiceFacts {
	const currency = currencyByName(fields.text('currency'));
	const common = header(fields, context, 'amountIncVat');
	const fromWord = parseStatus(common.sourceStatus ?? null);
	return {
		status: fromWord === 'void' || common.paidDate === null ? (fromWord ?? 'unknown') : 'paid',
		currency,
		...detailsOf(fields, context, { id: common.id, currency }),
		...common,
	};
}

/**
 * Returns what only a record by ID or number states: the client, lines and taxes; and its totals. A
 * record without a list of lines is incomplete.
 */
export function detailsOf(
	fields: Fields,
	context: InvoiceContext,
	{ id, currency }: Pick<InvoiceFacts, 'id'> & { currency: string | null },
) {
	const cents = centsOf(currency);
	const subTotal = cents(fields, 'amountExclVat');
	const taxAmount = cents(fields, 'vatAmount');
	const totalAmount = cents(fields, 'amountIncVat');
	if (!addsUp(subTotal, taxAmount, totalAmount)) fields.warnings.add('TOTALS_DISAGREE');
	const rate = fields.amount('vatPercentage');
	const readLine = lineReader(
		context,
		id,
		(item: Fields) => lineItem(item, cents, context.timeZone),
		(item) => cents(item, 'amountExclVat'),
	);
	const lineItems = fields.list('items').map(readLine);
	const linesComplete = Array.isArray(fields.value('items'));
	if (!linesComplete) fields.warnings.add('LINES_MISSING');
	// No lines add up to zero.
	else if (lineItems.length === 0 && !isZero(subTotal ?? totalAmount ?? '0')) {
		fields.warnings.add('LINE_SUM_MISMATCH');
	}
	return {
		accountId: fields.text('clientNumber'),
		subTotal,
		taxAmount,
		totalAmount,
		lineItems,
		linesComplete,
		taxItems: rate === null ? [] : [{ type: 'VAT', jurisdiction: null, rate, amount: taxAmount }],
	} satisfies Partial<InvoiceFacts>;
}

/**
 * Returns the facts that both kinds of records state in the same fields. Spread it last: object literals
 * that start with a spread are many times slower.
 */
function header(fields: Fields, { timeZone }: InvoiceContext, totalName: string) {
	return {
		provider: 'i3dNet',
		id: fields.text('id'),
		// Not the client number: listed records have none, and both have to get the same key.
		keyAccount: null,
		invoiceNumber: fields.text('invoiceNumber'),
		...typeOf(fields, totalName),
		sourceStatus: fields.text('paymentStatus'),
		issueDate: fields.moment(timeZone, 'creationDate'),
		dueDate: fields.moment(timeZone, 'dueDate'),
		paidDate: fields.moment(timeZone, 'paymentDate'),
		// As sent: a date would depend on the time zone.
		billDate: fields.value('creationDate'),
		hasPdf: true,
		hashedAs: {
			// Not hashed: listed records do not have them, and both have to get the same hash.
			lineItems: null,
			taxItems: null,
			issueDate: timestampAsSent(fields, 'creationDate'),
			dueDate: timestampAsSent(fields, 'dueDate'),
			paidDate: timestampAsSent(fields, 'paymentDate'),
		},
	} satisfies Partial<InvoiceFacts>;
}

/** Returns the type: by the sign of the total if the vendor does not say whether it is a credit note. */
function typeOf(fields: Fields, totalName: string) {
	const signed = fields.cents(totalName);
	const isCredit = fields.flag('isCredit') ?? isNegative(signed ?? '0');
	const type: InvoiceType = isCredit ? 'creditNote' : 'invoice';
	return { type, signed };
}

/**
 * Returns the function that reads amounts in cents. In currencies that have no cents, such as yen, it is
 * not known what the vendor sends: amounts are null, with a warning.
 */
function centsOf(currency: string | null): Cents {
	const isProven = currency === null || minorDigits(currency) === 2;
	return (fields, name) => {
		const amount = fields.cents(name);
		if (amount === null || isProven) return amount;
		fields.warnings.add('UNIT_UNVERIFIED');
		return null;
	};
}

/** Returns a timestamp as sent, which does not depend on the time zone; null for 0, which means "not yet". */
function timestampAsSent(fields: Fields, name: string): string | null {
	const value = fields.value(name);
	const isText = typeof value === 'string' || typeof value === 'number';
	return isText && !(Number(value) <= 0) ? String(value) : null;
}

/**
 * Returns what was paid and what is due, in currency units. The vendor does not document their unit: it
 * is proven if they add up to the total, as cents or as currency units; otherwise they are unknown.
 */
function paidAndDue(fields: Fields, total: Decimal | null) {
	const paid = fields.amount('totalPaidAmount');
	const due = fields.amount('remainingAmount');
	if (paid === null || due === null || total === null) {
		if (paid !== null || due !== null) fields.warnings.add('UNIT_UNVERIFIED');
		return { paid: null, due: null };
	}
	const sumOfBoth = add(paid, due);
	if (equal(shift(sumOfBoth, -2), total)) return { paid: shift(paid, -2), due: shift(due, -2) };
	if (equal(sumOfBoth, total)) return { paid, due };
	fields.warnings.add('UNIT_UNVERIFIED');
	return { paid: null, due: null };
}

function lineItem(item: Fields, cents: Cents, timeZone: string): LineFacts {
	const more = MORE_ITEM_AMOUNTS.filter((name) => item.value(name) !== null);
	return {
		description: item.text('description'),
		quantity: item.amount('quantity'),
		unitAmount: cents(item, 'unitPrice'),
		amount: cents(item, 'amountExclVat'),
		periodStart: item.moment(timeZone, 'periodFrom'),
		periodEnd: item.moment(timeZone, 'periodTo'),
		attributes: item.rest(ITEM_FIELDS),
		amountAttributes: Object.fromEntries(more.map((name) => [name, cents(item, name)])),
	};
}
