import { type Amount, AmountWriter, type AmountsAs } from './amounts';
import { amountNamesIn } from './build';
import type { Decimal } from './decimal';
import type { Invoice, LineItem } from './invoice';
import { signed, warningsText } from './simplified';

/** The columns for the invoice of a line. */
type InvoiceColumns = Pick<
	Invoice,
	| 'invoiceNumber'
	| 'supplierName'
	| 'issueDate'
	| 'status'
	| 'type'
	| 'currency'
	| 'accountId'
	| 'dedupeKey'
>;

/** The columns for a line. */
type LineColumns = Pick<
	LineItem,
	| 'description'
	| 'itemCode'
	| 'itemName'
	| 'category'
	| 'chargeCategory'
	| 'unitOfMeasurement'
	| 'region'
	| 'periodStart'
	| 'periodEnd'
>;

/**
 * A line item as a flat row, with its invoice. Amounts carry the sign of the invoice. These
 * columns are followed by the line's flat attributes, by the vendor's names.
 */
export interface LineItemRow extends InvoiceColumns, LineColumns {
	/**
	 * From 1; null if the invoice has no lines. It still gets a row, so that no invoice is lost.
	 *
	 * @asType integer
	 * @minimum 1
	 */
	lineNumber: number | null;
	quantity: Amount | null;
	unitAmount: Amount | null;
	amount: Amount | null;
	/** The vendor's ID of the invoice. */
	invoiceId: string;
	/** What may be wrong with the invoice: codes separated by commas; null if there are none. */
	warnings: string | null;
}

type Scalar = string | number | boolean | null;

/** Returns a row for each line of an invoice; an invoice without lines gets one whose line is empty. */
export function lineItemRows(invoice: Invoice, amountsAs: AmountsAs): LineItemRow[] {
	const { lineItems } = invoice;
	if (lineItems.length === 0) return [rowOf(invoice, null, amountsAs)];
	return lineItems.map((line) => rowOf(invoice, line, amountsAs));
}

function rowOf(invoice: Invoice, line: LineItem | null, amountsAs: AmountsAs): LineItemRow {
	const amounts = new AmountWriter(amountsAs);
	const unitAmount = signed(invoice, line?.unitAmount ?? null);
	const row = {
		invoiceNumber: invoice.invoiceNumber,
		supplierName: invoice.supplierName,
		issueDate: invoice.issueDate,
		status: invoice.status,
		type: invoice.type,
		currency: invoice.currency,
		lineNumber: line?.lineNumber ?? null,
		description: line?.description ?? null,
		itemCode: line?.itemCode ?? null,
		itemName: line?.itemName ?? null,
		category: line?.category ?? null,
		chargeCategory: line?.chargeCategory ?? null,
		quantity: amounts.write(line?.quantity ?? null),
		unitOfMeasurement: line?.unitOfMeasurement ?? null,
		unitAmount: amounts.write(unitAmount),
		amount: amounts.write(signed(invoice, line?.amount ?? null)),
		region: line?.region ?? null,
		periodStart: line?.periodStart ?? null,
		periodEnd: line?.periodEnd ?? null,
		accountId: invoice.accountId,
		invoiceId: invoice.id,
		dedupeKey: invoice.dedupeKey,
		warnings: null as string | null,
	};
	const attributes = line === null ? [] : flatAttributes(invoice, line, amounts);
	row.warnings = warningsText(invoice, amounts);
	// A column keeps its place, whatever the vendor calls an attribute.
	const others = attributes.filter(([name]) => !Object.hasOwn(row, name));
	return others.length === 0 ? row : { ...row, ...Object.fromEntries(others) };
}

/** The line's attributes that fit a cell; amounts among them are signed and written like the rest. */
function flatAttributes(
	invoice: Invoice,
	{ attributes }: LineItem,
	amounts: AmountWriter,
): Array<[string, Scalar]> {
	const names = amountNamesIn(attributes);
	return Object.entries(attributes)
		.filter((entry): entry is [string, Scalar] => isScalar(entry[1]))
		.map(([name, value]) => [
			name,
			names.includes(name) ? amounts.write(signed(invoice, value as Decimal | null)) : value,
		]);
}

function isScalar(value: unknown): value is Scalar {
	return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
