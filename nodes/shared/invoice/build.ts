import { notesOf, warningsOf } from './checks';
import { type Decimal, add, compare, isNegative, subtract } from './decimal';
import { contentHashOf } from './content';
import { type InvoiceFacts, type LineFacts, computedId } from './facts';
import type { Invoice, InvoiceContext, InvoiceType, LineItem, Warning } from './invoice';
import { dedupeKey } from './key';
import { type Sign, lineSignOf, negatedOrNull, unchanged, withSigns } from './sign';

/**
 * Returns the invoice for the facts of a vendor's record: amounts of credit notes become positive, and
 * the signed total, warnings, notes, key and hash are added.
 *
 * @param facts read from the vendor's record, with the vendor's signs
 * @param warnings found while reading it
 * @param raw the vendor's record or records
 */
export function buildInvoice(
	facts: InvoiceFacts,
	warnings: Set<Warning>,
	context: InvoiceContext,
	raw: unknown,
): Invoice {
	const isBelowZero = isNegative(facts.totalAmount ?? facts.signed ?? '0');
	const { type = isBelowZero ? 'creditNote' : 'invoice' } = facts;
	// Vendors send credit notes with or without a sign; here they have none.
	const withSign = type === 'creditNote' && isBelowZero ? negatedOrNull : unchanged;
	const invoice = invoiceFrom(facts, type, withSign, context);
	invoice.warnings = sorted([...warnings, ...warningsOf(facts, invoice)]);
	invoice.notes = sorted([...(facts.notes ?? []), ...notesOf(facts, invoice)]);
	if (context.includeRaw) invoice.raw = raw;
	if (!context.withContentHash) return invoice;
	invoice.contentHash = contentHashOf(invoice, {
		// A computed ID or the user's currency is no fact of the vendor.
		facts: {
			id: facts.id,
			currency: facts.currency ?? null,
			// A response that omits an account which is not in the key changes nothing.
			...(facts.keyAccount === null && { accountId: null }),
			...facts.hashedAs,
		},
		lineItems: facts.lineItems,
	});
	return invoice;
}

/** Returns the invoice without warnings, notes and hash. */
function invoiceFrom(
	facts: InvoiceFacts,
	type: InvoiceType,
	withSign: Sign,
	context: InvoiceContext,
): Invoice {
	const { accountId = null, keyAccount = accountId } = facts;
	const id = facts.id ?? computedId(facts);
	const totalAmount = withSign(facts.totalAmount);
	const makeLines = context.withLines || context.withContentHash ? linesOf : amountsOfLines;
	return {
		invoiceNumber: facts.invoiceNumber ?? null,
		supplierName: context.supplierName,
		issueDate: facts.issueDate ?? null,
		dueDate: facts.dueDate ?? null,
		status: facts.status ?? 'unknown',
		type,
		currency: facts.currency === undefined ? context.currency : facts.currency,
		signedTotal: type === 'creditNote' ? negatedOrNull(totalAmount) : totalAmount,
		amountDue: withSign(facts.amountDue),
		accountId,
		id,
		dedupeKey: dedupeKey(facts.provider, keyAccount, id),
		warnings: [],
		totalAmount,
		subTotal: withSign(facts.subTotal),
		taxAmount: withSign(facts.taxAmount),
		amountPaid: withSign(facts.amountPaid),
		paidDate: facts.paidDate ?? null,
		periodStart: facts.periodStart ?? null,
		periodEnd: facts.periodEnd ?? null,
		description: facts.description ?? null,
		sourceStatus: facts.sourceStatus ?? null,
		direction: facts.direction ?? 'payable',
		accountBalance: facts.accountBalance ?? null,
		lineItems: makeLines(facts.lineItems ?? [], lineSignOf(facts, withSign)),
		taxItems: withSigns(facts.taxItems ?? [], withSign),
		payments: withSigns(facts.payments ?? [], withSign),
		customFields: facts.customFields ?? [],
		linesComplete: facts.linesComplete ?? true,
		hasPdf: facts.hasPdf ?? false,
		notes: [],
		derivedFields: [...(facts.derivedFields ?? []), ...(facts.id === null ? ['id'] : [])].sort(),
		schemaVersion: '1',
		provider: facts.provider,
		contentHash: '',
	};
}

/** Returns the invoice with another warning. The content hash stays the same. */
export function withWarning(invoice: Invoice, warning: Warning): Invoice {
	return { ...invoice, warnings: sorted([...invoice.warnings, warning]) };
}

function sorted<Code extends string>(codes: Code[]): Code[] {
	return [...new Set(codes)].sort();
}

/** Returns the lines. Those without a number get numbers after the vendor's highest. */
function linesOf(lines: LineFacts[], withSign: Sign): LineItem[] {
	let last = lines.reduce((most, { lineNumber = 0 }) => Math.max(most, lineNumber), 0);
	return lines.map((line) => lineOf(line, line.lineNumber ?? ++last, withSign));
}

/** Returns lines that nobody wants: they have only their amounts, which may prove a total. */
function amountsOfLines(lines: LineFacts[], withSign: Sign): LineItem[] {
	return lines.map(({ amount }) => ({ amount: withSign(amount) }) as LineItem);
}

function lineOf(line: LineFacts, lineNumber: number, withSign: Sign): LineItem {
	const { quantity = null, unitAmount = null } = line;
	// If the amount is negated, one of its factors is, too.
	const isSignInQuantity = quantity !== null && isNegative(quantity);
	return {
		lineNumber,
		id: line.id ?? null,
		description: line.description ?? null,
		itemCode: line.itemCode ?? null,
		itemName: line.itemName ?? null,
		category: line.category ?? null,
		chargeCategory: line.chargeCategory ?? null,
		quantity: isSignInQuantity ? withSign(quantity) : quantity,
		unitAmount: isSignInQuantity ? unitAmount : withSign(unitAmount),
		amount: withSign(line.amount),
		amountPaid: withSign(line.amountPaid),
		unitOfMeasurement: line.unitOfMeasurement ?? null,
		region: line.region ?? null,
		periodStart: line.periodStart ?? null,
		periodEnd: line.periodEnd ?? null,
		attributes: attributesOf(line, withSign),
	};
}

/** The names of the amounts among the attributes of a line. */
const AMOUNT_NAMES = new WeakMap<object, string[]>();

/** Returns the names of the attributes of a line that are amounts in currency units. */
export function amountNamesIn(attributes: Record<string, unknown>): string[] {
	return AMOUNT_NAMES.get(attributes) ?? [];
}

function attributesOf(
	{ attributes = {}, amountAttributes = {} }: LineFacts,
	withSign: Sign,
): Record<string, unknown> {
	const amounts = Object.entries(amountAttributes);
	if (amounts.length === 0) return attributes;
	const all = { ...attributes };
	for (const [name, amount] of amounts) all[name] = withSign(amount);
	AMOUNT_NAMES.set(
		all,
		amounts.map(([name]) => name),
	);
	return all;
}

/** Returns whether two parts add up to the whole; true if one of the three is unknown. */
export function addsUp(a: Decimal | null, b: Decimal | null, whole: Decimal | null): boolean {
	return a === null || b === null || whole === null || compare(add(a, b), whole) === 0;
}

/** Returns `whole - part`, or null if either is unknown. */
export function difference(whole: Decimal | null, part: Decimal | null): Decimal | null {
	return whole === null || part === null ? null : subtract(whole, part);
}
