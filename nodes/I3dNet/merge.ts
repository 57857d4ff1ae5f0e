import { buildInvoice } from '../shared/invoice/build';
import { currencyByName } from '../shared/invoice/currency';
import { type Decimal, equal, isNegative } from '../shared/invoice/decimal';
import type { InvoiceFacts } from '../shared/invoice/facts';
import { Fields } from '../shared/invoice/fields';
import type { Invoice, InvoiceContext, Warning } from '../shared/invoice/invoice';
import { negatedOrNull, withSigns } from '../shared/invoice/sign';
import { detailsOf, listedFacts } from './normalize';

type Details = ReturnType<typeof detailsOf>;

const TOTALS = ['subTotal', 'taxAmount', 'totalAmount'] as const;

/**
 * Returns the invoice of both records: what was paid from the listed one; lines, taxes and the client
 * from the other one. Its key and its hash are those of the listed record.
 */
export function normalizeMerged(listed: object, detail: object, context: InvoiceContext): Invoice {
	const fields = new Fields(listed, new Set<Warning>());
	const facts = listedFacts(fields, context);
	const other = new Fields(detail, fields.warnings);
	const currency = currencyByName(other.text('currency'));
	const details = signedLike(
		facts,
		detailsOf(other, context, { id: facts.id, currency: currency ?? facts.currency ?? null }),
	);
	const doAgree = TOTALS.every((name) => agree(facts[name], details[name]));
	const isSame =
		isAlike(facts.currency, currency) && isAlike(fields.flag('isCredit'), other.flag('isCredit'));
	if (!doAgree || !isSame) fields.warnings.add('TOTALS_DISAGREE');
	const isTaxStated = facts.taxAmount !== null && details.taxAmount !== null;
	const merged: InvoiceFacts = {
		...facts,
		accountId: details.accountId,
		lineItems: details.lineItems,
		taxItems: details.taxItems,
		linesComplete: details.linesComplete,
		// Computed from the listed record, but the other one states the same.
		derivedFields: doAgree && isTaxStated ? [] : facts.derivedFields,
	};
	return buildInvoice(merged, fields.warnings, context, [listed, detail]);
}

/** Returns details with the sign of the listed record: only one of the two may be that of a credit note. */
function signedLike({ type, totalAmount }: InvoiceFacts, details: Details): Details {
	const isOpposite = isNegative(totalAmount ?? '0') !== isNegative(details.totalAmount ?? '0');
	if (type !== 'creditNote' || !isOpposite) return details;
	return {
		...details,
		subTotal: negatedOrNull(details.subTotal),
		taxAmount: negatedOrNull(details.taxAmount),
		totalAmount: negatedOrNull(details.totalAmount),
		taxItems: withSigns(details.taxItems, negatedOrNull),
	};
}

/** Returns whether two amounts are equal, or one is unknown. */
function agree(a: Decimal | null | undefined, b: Decimal | null | undefined): boolean {
	return a == null || b == null || equal(a, b);
}

/** Returns whether two values are the same, or one is missing. */
function isAlike<T>(a: T | null | undefined, b: T | null | undefined): boolean {
	return a == null || b == null || a === b;
}
