import { buildInvoice, difference, addsUp } from '../shared/invoice/build';
import { currencyByName, minorDigits } from '../shared/invoice/currency';
import { type Decimal, add, equal, isNegative, shift } from '../shared/invoice/decimal';
import type { InvoiceFacts, LineFacts } from '../shared/invoice/facts';
import { Fields } from '../shared/invoice/fields';
import type { Invoice, InvoiceContext, InvoiceType, Warning } from '../shared/invoice/invoice';
import { statusFrom, parseStatus } from '../shared/invoice/status';

const ITEM_FIELDS = new Set(
	'description periodFrom periodTo quantity unitPrice amountExclVat'.split(' '),
);
/** Amounts of a line that have no field of their own. */
const MORE_ITEM_AMOUNTS = ['setupCosts', 'vatAmount', 'amountIncVat'];

/** Reads a field of whole cents. */
type Cents = (fields: Fields, name: string) => Decimal | null;

/** Makes an invoice of a record of the list: it tells what was paid, but has no lines. */
export function normalizeListed(record: object, context: InvoiceContext): Invoice {
	const fields = new Fields(record, new Set<Warning>());
	const currency = currencyByName(fields.text('currency'));
	const cents = centsOf(currency);
	const subTotal = cents(fields, 'amountExclVAT');
	const totalAmount = cents(fields, 'amountIncVAT');
	const taxAmount = difference(totalAmount, subTotal);
	const { paid, due } = paidAndDue(fields, totalAmount);
	const sourceStatus = fields.text('paymentStatus');
	const amounts = { total: totalAmount, paid, due };
	const facts: InvoiceFacts = {
		status: statusFrom(sourceStatus, amounts, fields.warnings),
		description: fields.text('description'),
		currency,
		subTotal,
		taxAmount,
		totalAmount,
		amountPaid: paid,
		amountDue: due,
		linesComplete: false,
		notes: ['LINES_NOT_LISTED'],
		derivedFields: taxAmount === null ? [] : ['taxAmount'],
		...header(fields, context, 'amountIncVAT'),
	};
	return buildInvoice(facts, fields.warnings, context, record);
}

/** Makes an invoice of a record got by id or number: it has lines, but does not tell what was paid. */
export function normalizeDetail(record: object, context: InvoiceContext): Invoice {
	const fields = new Fields(record, new Set<Warning>());
	const currency = currencyByName(fields.text('currency'));
	const cents = centsOf(currency);
	const subTotal = cents(fields, 'amountExclVat');
	const taxAmount = cents(fields, 'vatAmount');
	const totalAmount = cents(fields, 'amountIncVat');
	if (!addsUp(subTotal, taxAmount, totalAmount)) fields.warnings.add('TOTALS_DISAGREE');
	const common = header(fields, context, 'amountIncVat');
	const rate = fields.amount('vatPercentage');
	const byWord = parseStatus(common.sourceStatus ?? null);
	const facts: InvoiceFacts = {
		status: byWord === 'void' || common.paidDate === null ? (byWord ?? 'unknown') : 'paid',
		accountId: fields.text('clientNumber'),
		currency,
		subTotal,
		taxAmount,
		totalAmount,
		lineItems: fields.list('items').map((item) => lineItem(item, cents, context.timeZone)),
		taxItems: rate === null ? [] : [{ type: 'VAT', jurisdiction: null, rate, amount: taxAmount }],
		...common,
	};
	return buildInvoice(facts, fields.warnings, context, record);
}

/** What the list and the detail say in the same words. Spread last: first, it is many times slower. */
function header(fields: Fields, { timeZone }: InvoiceContext, totalName: string) {
	return {
		provider: 'i3dNet',
		id: fields.text('id'),
		// The list does not name the client: without it, an invoice has the same key both ways.
		keyAccount: null,
		invoiceNumber: fields.text('invoiceNumber'),
		...typeOf(fields, totalName),
		sourceStatus: fields.text('paymentStatus'),
		issueDate: fields.moment(timeZone, 'creationDate'),
		dueDate: fields.moment(timeZone, 'dueDate'),
		paidDate: fields.moment(timeZone, 'paymentDate'),
		// As it is sent: the zone makes another day of it.
		billDate: fields.value('creationDate'),
		hasPdf: true,
		hashedAs: {
			// The list does not tell these; fetching them changes nothing.
			lineItems: null,
			taxItems: null,
			issueDate: stated(fields, 'creationDate'),
			dueDate: stated(fields, 'dueDate'),
			paidDate: stated(fields, 'paymentDate'),
		},
	} satisfies Partial<InvoiceFacts>;
}

/** Where the vendor does not say clearly whether it is a credit note, the sign does. */
function typeOf(fields: Fields, totalName: string) {
	const signed = fields.cents(totalName);
	const isCredit = fields.flag('isCredit') ?? isNegative(signed ?? '0');
	const type: InvoiceType = isCredit ? 'creditNote' : 'invoice';
	return { type, signed };
}

/**
 * Returns how amounts in cents are read. What the vendor sends as "cents" of a currency that has
 * none, such as yen, nobody has shown yet: it is null.
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

/** Returns a moment as it is stated, which is the same in every time zone; 0 says "not yet". */
function stated(fields: Fields, name: string): string | null {
	const value = fields.value(name);
	const isText = typeof value === 'string' || typeof value === 'number';
	return isText && !(Number(value) <= 0) ? String(value) : null;
}

/**
 * The unit of these two is not documented: cents when they add up to the total, whole units when
 * they do a hundred times over, and else unknown.
 */
function paidAndDue(fields: Fields, total: Decimal | null) {
	const paid = fields.amount('totalPaidAmount');
	const due = fields.amount('remainingAmount');
	if (paid === null || due === null || total === null) {
		if (paid !== null || due !== null) fields.warnings.add('UNIT_UNVERIFIED');
		return { paid: null, due: null };
	}
	const together = add(paid, due);
	if (equal(shift(together, -2), total)) return { paid: shift(paid, -2), due: shift(due, -2) };
	if (equal(together, total)) return { paid, due };
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
