import { buildInvoice } from '../shared/invoice/build';
import { type Decimal, add, equal, sum } from '../shared/invoice/decimal';
import { daysBetween } from '../shared/invoice/dates';
import type { LineFacts } from '../shared/invoice/facts';
import { Fields } from '../shared/invoice/fields';
import type {
	CivilDate,
	Invoice,
	InvoiceContext,
	InvoiceStatus,
	Warning,
} from '../shared/invoice/invoice';
import { parseStatus } from '../shared/invoice/status';

const ITEM_FIELDS = new Set(
	'amount country_code date_billing_period_start date_billing_period_end type usage'.split(' '),
);

/**
 * Makes an invoice of CarrierX's record. It states no currency; `amount` is without tax only when the
 * items prove it, and `amount_due` is a figure of the account.
 */
export function normalizeInvoice(record: object, context: InvoiceContext): Invoice {
	const warnings = new Set<Warning>();
	const fields = new Fields(record, warnings);
	const items = fields.list('invoice_items').map(lineItem);
	const amount = fields.amount('amount');
	const taxAmount = fields.amount('amount_tax');
	const proven = amount !== null && itemsMake(amount, items);
	if (amount !== null && !proven) warnings.add('LINE_SUM_MISMATCH');
	const totalAmount = proven && taxAmount !== null ? add(amount, taxAmount) : null;

	const payments = fields.list('pay_items').map((payment) => ({
		date: payment.date('date_created', 'date'),
		amount: payment.amount('amount'),
		method: payment.text('type', 'method'),
	}));
	const paid = payments.map((payment) => payment.amount);
	const amountPaid = paid.length > 0 && paid.every((part) => part !== null) ? sum(paid) : null;

	// What is due includes what was unpaid before: a figure of the account, not of this invoice.
	const balance = {
		previous: fields.amount('balance_previous'),
		forward: fields.amount('balance_forward'),
		due: fields.amount('amount_due'),
	};
	const dates = {
		issueDate: fields.date('date_issued'),
		paidDate: fields.date('date_charged'),
		periodStart: fields.date('date_billing_period_start'),
		periodEnd: fields.date('date_billing_period_end'),
	};
	return buildInvoice(
		{
			provider: 'carrierX',
			id: fields.text('invoice_sid'),
			invoiceNumber: fields.text('display_id'),
			status: statusOf(fields, dates, context.today),
			sourceStatus: fields.text('status'),
			accountId: fields.text('partner_sid'),
			keyAccount: null,
			...dates,
			billDate: fields.value('date_billing_period_start'),
			hasNoCurrency: true,
			subTotal: proven ? amount : null,
			taxAmount,
			totalAmount,
			signed: amount,
			amountPaid,
			accountBalance: Object.values(balance).some((part) => part !== null) ? balance : null,
			lineItems: items,
			taxItems: fields.list('tax_items').map((tax) => ({
				type: tax.text('type'),
				jurisdiction: tax.text('jurisdiction'),
				rate: null,
				amount: tax.amount('amount'),
			})),
			payments,
			hasPdf: true,
			derivedFields: [
				...(totalAmount === null ? [] : ['totalAmount']),
				...(amountPaid === null ? [] : ['amountPaid']),
			],
		},
		warnings,
		context,
		record,
	);
}

function lineItem(item: Fields): LineFacts {
	return {
		category: item.text('type'),
		quantity: item.amount('usage'),
		amount: item.amount('amount'),
		region: item.text('country_code'),
		periodStart: item.date('date_billing_period_start'),
		periodEnd: item.date('date_billing_period_end'),
		attributes: item.rest(ITEM_FIELDS),
	};
}

function itemsMake(amount: Decimal, items: LineFacts[]): boolean {
	const amounts = items.map((item) => item.amount ?? null);
	return amounts.every((part) => part !== null) && equal(sum(amounts), amount);
}

/** A bill is in the making for a month, and a little longer at most: a later one is none any more. */
const MOST_DAYS_AHEAD = 62;
const MOST_DAYS_PAST = 7;

type BillDates = Pick<Invoice, 'issueDate' | 'paidDate' | 'periodEnd'>;

function statusOf(fields: Fields, dates: BillDates, today: CivilDate): InvoiceStatus {
	const word = fields.text('status');
	const byWord = parseStatus(word);
	const paid = fields.flag('paid');
	if (byWord === 'void') return 'void';
	if (paid === true) return 'paid';
	if (byWord === 'paid') {
		// "Not paid" beside it says the opposite.
		if (paid === false) fields.warnings.add('TOTALS_DISAGREE');
		return paid === false ? 'unknown' : 'paid';
	}
	const mayBeDraft = word === null || byWord === 'draft' || word.trim().toLowerCase() === 'open';
	if (mayBeDraft && isRunning(dates, today)) return 'draft';
	return byWord === 'draft' || paidIsOdd(fields, paid) ? 'unknown' : (byWord ?? 'unknown');
}

/** Whether a bill still grows: it is not issued, and its period is not over, or not for long. */
function isRunning({ issueDate, paidDate, periodEnd }: BillDates, today: CivilDate): boolean {
	if (issueDate !== null || paidDate !== null || periodEnd === null) return false;
	const ahead = daysBetween(today, periodEnd);
	return ahead <= MOST_DAYS_AHEAD && ahead >= -MOST_DAYS_PAST;
}

/** Whether something else than yes or no stands where it says if it is paid. */
function paidIsOdd(fields: Fields, paid: boolean | null): boolean {
	return paid === null && fields.value('paid') !== null;
}
