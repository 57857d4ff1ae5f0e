import { minorDigits } from './currency';
import {
	type Decimal,
	add,
	compare,
	equal,
	isNegative,
	isZero,
	negate,
	precision,
	subtract,
	sum,
} from './decimal';
import type { Invoice, InvoiceContext, InvoiceStatus, LineItem, Warning } from './invoice';
import { type StatedFacts, contentHashOf } from './content';
import { dedupeKey, hashOf } from './key';

/** What a vendor's normalizer finds out; all that is left out is null, empty or false. */
export interface Draft
	extends Partial<
		Omit<
			Invoice,
			'schemaVersion' | 'dedupeKey' | 'contentHash' | 'id' | 'signedTotal' | 'lineItems'
		>
	> {
	provider: Invoice['provider'];
	/** As the vendor states it; where it does not, the invoice has that of the option. */
	currency?: Invoice['currency'];
	/** Null where the vendor states none. */
	id: string | null;
	lineItems?: Array<Partial<LineItem>>;
	/** The account in the key, where it is not `accountId`. */
	keyAccount?: string | null;
	/** What is hashed in place of fields that depend on an option of ours. */
	facts?: StatedFacts;
	/** Whether `amountDue` is a figure of the account, which has a sign of its own. */
	dueOfAccount?: boolean;
}

/** A line of which nothing is known. */
export const EMPTY_LINE: LineItem = lineOf({}, 1, same);

/**
 * Makes the invoice: gives a credit note positive amounts, adds the sign, the doubts that follow
 * from the figures, the key and the hash.
 *
 * @param draft what the vendor's record says, with the vendor's signs
 * @param doubts what was odd in the record
 * @param raw the vendor's record or records
 */
export function buildInvoice(
	draft: Draft,
	doubts: Set<Warning>,
	context: InvoiceContext,
	raw: unknown,
): Invoice {
	const { type = typeOf(draft), dueOfAccount = false } = draft;
	// A vendor may send a credit note with its sign or without; here it has none.
	const turn = type === 'creditNote' && isNegative(draft.totalAmount ?? '0') ? turned : same;
	const totalAmount = turn(draft.totalAmount);
	const { currency: stated = null, accountId = null } = draft;
	const currency = stated ?? context.currency;
	if (currency === null) doubts.add('CURRENCY_MISSING');
	if (draft.id === null) doubts.add('ID_MISSING');
	const id = draft.id ?? hashOf(raw).slice(0, 32);

	const invoice: Invoice = {
		schemaVersion: '1',
		provider: draft.provider,
		dedupeKey: dedupeKey(
			draft.provider,
			draft.keyAccount === undefined ? accountId : draft.keyAccount,
			id,
		),
		contentHash: '',
		id,
		invoiceNumber: draft.invoiceNumber ?? null,
		type,
		direction: draft.direction ?? 'payable',
		status: draft.status ?? 'unknown',
		sourceStatus: draft.sourceStatus ?? null,
		accountId,
		supplierName: context.supplierName,
		description: draft.description ?? null,
		issueDate: draft.issueDate ?? null,
		dueDate: draft.dueDate ?? null,
		paidDate: draft.paidDate ?? null,
		periodStart: draft.periodStart ?? null,
		periodEnd: draft.periodEnd ?? null,
		currency,
		subTotal: turn(draft.subTotal),
		taxAmount: turn(draft.taxAmount),
		totalAmount,
		signedTotal: type === 'creditNote' ? turned(totalAmount) : totalAmount,
		amountPaid: turn(draft.amountPaid),
		amountDue: dueOfAccount ? (draft.amountDue ?? null) : turn(draft.amountDue),
		accountBalance: draft.accountBalance ?? null,
		lineItems: (draft.lineItems ?? []).map((line, index) => lineOf(line, index + 1, turn)),
		taxItems: (draft.taxItems ?? []).map((tax) => ({ ...tax, amount: turn(tax.amount) })),
		payments: (draft.payments ?? []).map((payment) => ({
			...payment,
			amount: turn(payment.amount),
		})),
		linesComplete: draft.linesComplete ?? true,
		hasPdf: draft.hasPdf ?? false,
		derivedFields: [...(draft.derivedFields ?? []), ...(draft.id === null ? ['id'] : [])].sort(),
		warnings: [],
	};
	if (!linesAddUp(invoice)) doubts.add('LINE_SUM_MISMATCH');
	if (hasSubMinorUnits(invoice)) doubts.add('SUB_MINOR_UNIT');
	invoice.warnings = [...doubts].sort();
	if (context.includeRaw) invoice.raw = raw;
	invoice.contentHash = contentHashOf(invoice, {
		// What is ours where the vendor states none.
		facts: { id: draft.id, currency: stated, ...draft.facts },
		lineItems: draft.lineItems,
	});
	return invoice;
}

/** Returns the invoice with one more warning. Its content, and so its hash, is the same. */
export function withWarning(invoice: Invoice, warning: Warning): Invoice {
	return { ...invoice, warnings: [...new Set([...invoice.warnings, warning])].sort() };
}

function lineOf(line: Partial<LineItem>, position: number, turn: typeof same): LineItem {
	const { quantity = null, unitAmount = null } = line;
	// One factor is turned with the product.
	const turnsQuantity = quantity !== null && isNegative(quantity);
	return {
		lineNumber: line.lineNumber ?? position,
		id: line.id ?? null,
		description: line.description ?? null,
		itemCode: line.itemCode ?? null,
		itemName: line.itemName ?? null,
		category: line.category ?? null,
		chargeCategory: line.chargeCategory ?? null,
		quantity: turnsQuantity ? turn(quantity) : quantity,
		unitAmount: turnsQuantity ? unitAmount : turn(unitAmount),
		amount: turn(line.amount),
		amountPaid: turn(line.amountPaid),
		unitOfMeasurement: line.unitOfMeasurement ?? null,
		region: line.region ?? null,
		periodStart: line.periodStart ?? null,
		periodEnd: line.periodEnd ?? null,
		attributes: line.attributes ?? {},
	};
}

function typeOf({ totalAmount }: Draft): Invoice['type'] {
	return isNegative(totalAmount ?? '0') ? 'creditNote' : 'invoice';
}

function same(amount: Decimal | null | undefined): Decimal | null {
	return amount ?? null;
}

function turned(amount: Decimal | null | undefined): Decimal | null {
	return amount === null || amount === undefined ? null : negate(amount);
}

/** Lines add up when they make the total without tax or with it; unknown amounts prove nothing. */
function linesAddUp({ lineItems, subTotal, totalAmount, linesComplete }: Invoice): boolean {
	const amounts = lineItems.map((line) => line.amount).filter((amount) => amount !== null);
	if (!linesComplete || amounts.length === 0 || amounts.length < lineItems.length) return true;
	const totals = [subTotal, totalAmount].filter((total) => total !== null);
	const lines = sum(amounts);
	return totals.length === 0 || totals.some((total) => equal(total, lines));
}

function hasSubMinorUnits(invoice: Invoice): boolean {
	const { currency, subTotal, taxAmount, totalAmount, amountPaid, amountDue, lineItems } = invoice;
	if (currency === null) return false;
	const digits = minorDigits(currency);
	const amounts = [subTotal, taxAmount, totalAmount, amountPaid, amountDue];
	const all = amounts.concat(lineItems.map((line) => line.amount));
	return all.some((amount) => amount !== null && precision(amount) > digits);
}

/** Gives the status that amounts tell; null where they do not tell it. */
export function statusOfAmounts(
	total: Decimal | null,
	paid: Decimal | null,
	due: Decimal | null,
): InvoiceStatus | null {
	const open = due ?? (total !== null && paid !== null ? subtract(total, paid) : null);
	if (open === null) return null;
	if (isZero(open)) return 'paid';
	const isCredit = isNegative(total ?? '0');
	// More was paid than was due.
	if (isNegative(open) !== isCredit) return 'paid';
	return paid === null || isZero(paid) ? 'open' : 'partiallyPaid';
}

/** Whether two parts make a whole; true where one of the three is unknown. */
export function makeWhole(a: Decimal | null, b: Decimal | null, whole: Decimal | null): boolean {
	return a === null || b === null || whole === null || compare(add(a, b), whole) === 0;
}

/** Gives `whole - part`, or null where one is unknown. */
export function difference(whole: Decimal | null, part: Decimal | null): Decimal | null {
	return whole === null || part === null ? null : subtract(whole, part);
}
