import { buildInvoice, difference } from '../shared/invoice/build';
import { currencyCode } from '../shared/invoice/currency';
import { type Decimal, equal } from '../shared/invoice/decimal';
import { type LineFacts, lineReader } from '../shared/invoice/facts';
import { Fields } from '../shared/invoice/fields';
import type { Invoice, InvoiceAssembler, InvoiceContext, Warning } from '../shared/invoice/invoice';
import { groupByInvoice, numberOf } from './grouping';
import { canonicalJson } from '../shared/invoice/key';

/** Fields with a place in the line item or the invoice; all others become attributes of the line item. */
const KNOWN_FIELDS = new Set(
	[
		'id product_id product_name description quantity rate amount invoice_line_number',
		'number account_id date due_date currency total_invoice_amount total_tax_amount',
	]
		.join(' ')
		.split(' ')
		.concat('account ID'),
);

/** Invoices built before the last line was received, by each of their lines. */
type Prebuilt = Map<object, { lines: object[]; invoice: Invoice }>;

/**
 * Returns the invoices of a list of lines: those with the same account, number and currency are one
 * invoice.
 *
 * @param lines all lines of the list, because an invoice may span several pages
 * @param prebuilt the invoices that were built while the list was read
 */
export function normalizeLines(
	lines: object[],
	context: InvoiceContext,
	prebuilt: Prebuilt = new Map(),
): Invoice[] {
	return groupByInvoice(lines).map(
		(group) => prebuiltInvoice(group, prebuilt, context) ?? normalizeGroup(group, context),
	);
}

/**
 * Returns an assembler that builds invoices while the list is read. Only the last line tells for sure
 * which lines belong together, but by then most invoices have been built.
 */
export function assembleLines(context: InvoiceContext): InvoiceAssembler {
	const prebuilt: Prebuilt = new Map();
	/** The latest lines, which have the same number; more of them may follow. */
	let row: object[] = [];
	let number: string | null = null;
	const buildRow = () => {
		for (const lines of groupByInvoice(row)) {
			const invoice = normalizeGroup(lines, context);
			for (const line of lines) prebuilt.set(line, { lines, invoice });
		}
		row = [];
	};
	return {
		add: (lines) => {
			for (const line of lines) {
				const next = numberOf(line);
				if (next !== number) buildRow();
				number = next;
				row.push(line);
			}
			return lines;
		},
		finish: (lines) => normalizeLines(lines, context, prebuilt),
	};
}

/** Returns the invoice that was built from exactly these lines, if there is one. */
function prebuiltInvoice(
	group: object[],
	prebuilt: Prebuilt,
	{ includeRaw }: InvoiceContext,
): Invoice | undefined {
	const { lines = [], invoice } = prebuilt.get(group[0]) ?? {};
	const isSame =
		lines.length === group.length && group.every((line) => prebuilt.get(line)?.invoice === invoice);
	if (!isSame || invoice === undefined) return undefined;
	// The list may have been reversed since.
	if (includeRaw) invoice.raw = group;
	return invoice;
}

function normalizeGroup(group: object[], context: InvoiceContext): Invoice {
	const warnings = new Set<Warning>();
	const numbered = inLineOrder(group.map((line) => new Fields(line, warnings)));
	const lines = numbered.map(({ line }) => line);
	const number = firstOf(lines, (line) => line.text('number'));
	const totalAmount = repeatedAmount(lines, 'total_invoice_amount', warnings);
	const taxAmount = repeatedAmount(lines, 'total_tax_amount', warnings);
	const subTotal = difference(totalAmount, taxAmount);
	return buildInvoice(
		{
			provider: 'talkdesk',
			id: number,
			invoiceNumber: number,
			accountId: firstOf(lines, (line) => line.text('account_id', 'account ID')),
			issueDate: firstOf(lines, (line) => line.date('date')),
			dueDate: firstOf(lines, (line) => line.date('due_date')),
			currency: currencyCode(firstOf(lines, (line) => line.text('currency'))),
			subTotal,
			taxAmount,
			totalAmount,
			lineItems: numbered.map(
				lineReader(context, number, lineItem, ({ line }: NumberedLine) => line.amount('amount')),
			),
			derivedFields: subTotal === null ? [] : ['subTotal'],
			notes: subTotal === null ? [] : ['TAX_INCLUSION_ASSUMED'],
		},
		warnings,
		context,
		group,
	);
}

/** A line and its number within the invoice, if the vendor states one. */
interface NumberedLine {
	line: Fields;
	number: number | null;
}

/** Sorts by line number, or else by content, so that the order of the response does not matter. */
function inLineOrder(lines: Fields[]): NumberedLine[] {
	const numbered = lines.map((line) => ({ line, number: line.count('invoice_line_number') }));
	const byNumber = numbered.every(({ number }) => number !== null);
	const serialized = lineSerializer();
	return numbered.sort((a, b) => {
		const order = byNumber ? a.number! - b.number! : 0;
		return (
			order ||
			(serialized(a.line) < serialized(b.line)
				? -1
				: Number(serialized(a.line) > serialized(b.line)))
		);
	});
}

/** Returns a function that serializes a line, at most once. Most lines are sorted by number instead. */
function lineSerializer(): (line: Fields) => string {
	const texts = new Map<Fields, string>();
	return (line) => {
		const text = texts.get(line) ?? canonicalJson(line.rest(new Set()));
		texts.set(line, text);
		return text;
	};
}

/** Returns an amount that all lines repeat; null, with a warning, if they disagree. */
function repeatedAmount(lines: Fields[], name: string, warnings: Set<Warning>): Decimal | null {
	const amounts = lines.map((line) => line.amount(name)).filter((amount) => amount !== null);
	if (amounts.every((amount) => equal(amount, amounts[0]))) return amounts[0] ?? null;
	warnings.add('TOTALS_DISAGREE');
	return null;
}

function firstOf(lines: Fields[], read: (line: Fields) => string | null): string | null {
	for (const line of lines) {
		const value = read(line);
		if (value !== null) return value;
	}
	return null;
}

function lineItem({ line, number }: NumberedLine): LineFacts {
	return {
		lineNumber: number || undefined,
		id: line.text('id'),
		description: line.text('description'),
		itemCode: line.text('product_id'),
		itemName: line.text('product_name'),
		quantity: line.amount('quantity'),
		unitAmount: line.amount('rate'),
		amount: line.amount('amount'),
		attributes: line.rest(KNOWN_FIELDS),
	};
}
