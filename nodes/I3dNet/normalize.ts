import {
	type Draft,
	buildInvoice,
	difference,
	makeWhole,
	statusOfAmounts,
} from '../shared/invoice/build';
import { currencyByName } from '../shared/invoice/currency';
import { type Decimal, add, equal, shift } from '../shared/invoice/decimal';
import { Fields } from '../shared/invoice/fields';
import type { Invoice, InvoiceContext, LineItem, Warning } from '../shared/invoice/invoice';

const ITEM_FIELDS = new Set(
	'description periodFrom periodTo quantity unitPrice amountExclVat'.split(' '),
);

/** Makes an invoice of a record of the list: it tells what was paid, but has no lines. */
export function normalizeListed(record: object, context: InvoiceContext): Invoice {
	const doubts = new Set<Warning>();
	const fields = new Fields(record, doubts);
	const subTotal = fields.cents('amountExclVAT');
	const totalAmount = fields.cents('amountIncVAT');
	const taxAmount = difference(totalAmount, subTotal);
	const { paid, due } = paidAndDue(fields, totalAmount, doubts);
	return buildInvoice(
		{
			status: statusOfAmounts(totalAmount, paid, due) ?? 'unknown',
			description: fields.text('description'),
			subTotal,
			taxAmount,
			totalAmount,
			amountPaid: paid,
			amountDue: due,
			derivedFields: taxAmount === null ? [] : ['taxAmount'],
			...header(fields, context),
		},
		doubts,
		context,
		record,
	);
}

/** Makes an invoice of a record got by id or number: it has lines, but does not tell what was paid. */
export function normalizeDetail(record: object, context: InvoiceContext): Invoice {
	const doubts = new Set<Warning>();
	const fields = new Fields(record, doubts);
	const subTotal = fields.cents('amountExclVat');
	const taxAmount = fields.cents('vatAmount');
	const totalAmount = fields.cents('amountIncVat');
	if (!makeWhole(subTotal, taxAmount, totalAmount)) doubts.add('TOTALS_DISAGREE');
	const draft = header(fields, context);
	const rate = fields.amount('vatPercentage');
	return buildInvoice(
		{
			status: draft.paidDate === null ? 'unknown' : 'paid',
			accountId: fields.text('clientNumber'),
			// The list does not name the client: without it, an invoice has the same key both ways.
			keyAccount: null,
			subTotal,
			taxAmount,
			totalAmount,
			lineItems: fields.list('items').map((item) => lineItem(item, context.timeZone)),
			taxItems: rate === null ? [] : [{ type: 'VAT', jurisdiction: null, rate, amount: taxAmount }],
			...draft,
		},
		doubts,
		context,
		record,
	);
}

/** Whether the field `isCredit` says that it is a credit note. */
export function isCreditNote(isCredit: unknown): boolean {
	return isCredit === true || String(isCredit) === '1';
}

/** What the list and the detail say in the same words. Spread last: first, it is many times slower. */
function header(fields: Fields, { timeZone }: InvoiceContext): Draft {
	return {
		provider: 'i3dNet',
		id: fields.text('id'),
		invoiceNumber: fields.text('invoiceNumber'),
		type: isCreditNote(fields.value('isCredit')) ? 'creditNote' : 'invoice',
		sourceStatus: fields.text('paymentStatus'),
		issueDate: fields.moment(timeZone, 'creationDate'),
		dueDate: fields.moment(timeZone, 'dueDate'),
		paidDate: fields.moment(timeZone, 'paymentDate'),
		currency: currencyByName(fields.text('currency')),
		hasPdf: true,
		facts: {
			// The list does not tell these; fetching them changes nothing.
			accountId: null,
			lineItems: null,
			taxItems: null,
			issueDate: stated(fields, 'creationDate'),
			dueDate: stated(fields, 'dueDate'),
			paidDate: stated(fields, 'paymentDate'),
		},
	};
}

/** Returns a moment as it is stated, which is the same in every time zone; 0 says "not yet". */
function stated(fields: Fields, name: string): string | null {
	const value = fields.value(name);
	const isText = typeof value === 'string' || typeof value === 'number';
	return isText && !(Number(value) <= 0) ? String(value) : null;
}

/**
 * The unit of these two is not documented: cents when they make the total together, whole units when
 * they do a hundred times over, and else unknown.
 */
function paidAndDue(fields: Fields, total: Decimal | null, doubts: Set<Warning>) {
	const paid = fields.amount('totalPaidAmount');
	const due = fields.amount('remainingAmount');
	if (paid === null || due === null || total === null) {
		if (paid !== null || due !== null) doubts.add('UNIT_UNVERIFIED');
		return { paid: null, due: null };
	}
	const together = add(paid, due);
	if (equal(shift(together, -2), total)) return { paid: shift(paid, -2), due: shift(due, -2) };
	if (equal(together, total)) return { paid, due };
	doubts.add('UNIT_UNVERIFIED');
	return { paid: null, due: null };
}

function lineItem(item: Fields, timeZone: string): Partial<LineItem> {
	return {
		description: item.text('description'),
		quantity: item.amount('quantity'),
		unitAmount: item.cents('unitPrice'),
		amount: item.cents('amountExclVat'),
		periodStart: item.moment(timeZone, 'periodFrom'),
		periodEnd: item.moment(timeZone, 'periodTo'),
		attributes: item.rest(ITEM_FIELDS),
	};
}
