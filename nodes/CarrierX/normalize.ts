import { buildInvoice } from '../shared/invoice/build';
import { daysBetween } from '../shared/invoice/dates';
import { type Decimal, add, equal, sum } from '../shared/invoice/decimal';
import { type LineFacts, lineReader } from '../shared/invoice/facts';
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
 * Returns the invoice of a record. CarrierX states no currency. Its `amount` counts as the amount before
 * tax only if the items add up to it; `amount_due` is a balance of the account, not of the invoice.
 */
export function normalizeInvoice(record: object, context: InvoiceContext): Invoice {
	const warnings = new Set<Warning>();
	const fields = new Fields(record, warnings);
	const id = fields.text('invoice_sid');
	const readLine = lineReader(context, id, lineItem, (item: Fields) => item.amount('amount'));
	const lineItems = fields.list('invoice_items').map(readLine);
	const { subTotal, taxAmount, totalAmount } = totalsOf(fields, lineItems);
	const { payments, amountPaid } = paymentsOf(fields);
	const accountBalance = accountBalanceOf(fields);
	const dates = {
		issueDate: fields.date('date_issued'),
		paidDate: fields.date('date_charged'),
		periodStart: fields.date('date_billing_period_start'),
		periodEnd: fields.date('date_billing_period_end'),
	};
	return buildInvoice(
		{
			provider: 'carrierX',
			id,
			invoiceNumber: fields.text('display_id'),
			status: statusOf(fields, dates, context.today),
			sourceStatus: fields.text('status'),
			accountId: fields.text('partner_sid'),
			keyAccount: null,
			...dates,
			billDate: fields.value('date_billing_period_start'),
			hasNoCurrency: true,
			subTotal,
			taxAmount,
			totalAmount,
			signed: fields.amount('amount'),
			amountPaid,
			accountBalance,
			lineItems,
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

/** Returns the totals as far as the items prove them: the documentation does not say what includes tax. */
function totalsOf(fields: Fields, items: LineFacts[]) {
	const amount = fields.amount('amount');
	const taxAmount = fields.amount('amount_tax');
	const subTotal = amount !== null && addUpTo(amount, items) ? amount : null;
	if (amount !== null && subTotal === null) fields.warnings.add('LINE_SUM_MISMATCH');
	const totalAmount = subTotal !== null && taxAmount !== null ? add(subTotal, taxAmount) : null;
	return { subTotal, taxAmount, totalAmount };
}

function addUpTo(amount: Decimal, items: LineFacts[]): boolean {
	const amounts = items.map((item) => item.amount ?? null);
	return amounts.every((part) => part !== null) && equal(sum(amounts), amount);
}

/** Returns the payments and their sum, which is null if the amount of one is unknown. */
function paymentsOf(fields: Fields) {
	const payments = fields.list('pay_items').map((payment) => ({
		date: payment.date('date_created', 'date'),
		amount: payment.amount('amount'),
		method: payment.text('type', 'method'),
	}));
	const amounts = payments.map(({ amount }) => amount);
	const isKnown = amounts.length > 0 && amounts.every((amount) => amount !== null);
	return { payments, amountPaid: isKnown ? sum(amounts) : null };
}

/** What is due includes earlier unpaid invoices: it is a balance of the account, not of this invoice. */
function accountBalanceOf(fields: Fields) {
	const balance = {
		previous: fields.amount('balance_previous'),
		forward: fields.amount('balance_forward'),
		due: fields.amount('amount_due'),
	};
	return Object.values(balance).some((amount) => amount !== null) ? balance : null;
}

/** A draft grows for about a month: a period that ends outside these bounds is not a current one. */
const MAX_DAYS_AHEAD = 62;
const MAX_DAYS_PAST = 7;

type BillDates = Pick<Invoice, 'issueDate' | 'paidDate' | 'periodEnd'>;

function statusOf(fields: Fields, dates: BillDates, today: CivilDate): InvoiceStatus {
	const word = fields.text('status');
	const fromWord = parseStatus(word);
	const paid = fields.flag('paid');
	if (fromWord === 'void') return 'void';
	if (paid === true) return 'paid';
	if (fromWord === 'paid') {
		// `paid: false` contradicts it.
		if (paid === false) fields.warnings.add('TOTALS_DISAGREE');
		return paid === false ? 'unknown' : 'paid';
	}
	const mayBeDraft = word === null || fromWord === 'draft' || word.trim().toLowerCase() === 'open';
	if (mayBeDraft && isCurrentPeriod(dates, today)) return 'draft';
	return fromWord === 'draft' || hasUnreadablePaid(fields, paid)
		? 'unknown'
		: (fromWord ?? 'unknown');
}

/** Returns whether a bill is still growing: it is not issued, and its period ends now or soon. */
function isCurrentPeriod({ issueDate, paidDate, periodEnd }: BillDates, today: CivilDate): boolean {
	if (issueDate !== null || paidDate !== null || periodEnd === null) return false;
	const ahead = daysBetween(today, periodEnd);
	return ahead <= MAX_DAYS_AHEAD && ahead >= -MAX_DAYS_PAST;
}

/** Returns whether `paid` is neither true nor false nor missing. */
function hasUnreadablePaid(fields: Fields, paid: boolean | null): boolean {
	return paid === null && fields.value('paid') !== null;
}
