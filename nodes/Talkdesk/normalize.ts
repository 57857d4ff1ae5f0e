import { buildInvoice, difference } from '../shared/invoice/build';
import { currencyCode } from '../shared/invoice/currency';
import { type Decimal, equal } from '../shared/invoice/decimal';
import { type LineFacts, lineReader } from '../shared/invoice/facts';
import { Fields } from '../shared/invoice/fields';
import type { Invoice, InvoiceAssembler, InvoiceContext, Warning } from '../shared/invoice/invoice';
import { canonicalJson } from '../shared/invoice/key';
import { groupBy } from '../shared/groupBy';
import { groupByInvoice, numberOf } from './grouping';

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

/**
 * Returns the invoices of a list of lines: those with the same account, number and currency are one
 * invoice.
 *
 * @param lines all lines of the list, because an invoice may span several pages
 */
export function normalizeLines(lines: object[], context: InvoiceContext): Invoice[] {
	return groupByInvoice(lines).map((group) => normalizeGroup(group, context));
}

/**
 * Returns an assembler that builds invoices while the list is read. Only the last line tells for sure
 * which lines belong together, but mostly those of a number come together, and are invoices by then.
 */
export function assembleLines(context: InvoiceContext): InvoiceAssembler {
	const invoiceOf = new Map<object, Invoice>();
	const build = (lines: object[]) => {
		for (const group of groupByInvoice(lines)) {
			const invoice = normalizeGroup(group, context);
			for (const line of group) invoiceOf.set(line, invoice);
		}
	};
	/** The numbers so far, and those whose lines did not come together. */
	const numbers = new Set<string | null>();
	const scattered = new Set<string | null>();
	/** The latest lines, which have the same number; more of them may follow. */
	let row: object[] = [];
	let rowNumber: string | null = null;
	const endRow = () => {
		if (row.length === 0) return;
		if (numbers.has(rowNumber)) scattered.add(rowNumber);
		numbers.add(rowNumber);
		build(row);
		row = [];
	};
	return {
		add: (lines) => {
			for (const line of lines) {
				const number = numberOf(line);
				if (number !== rowNumber) endRow();
				rowNumber = number;
				row.push(line);
			}
			return lines;
		},
		finish: (lines) => {
			endRow();
			if (scattered.size > 0) build(lines.filter((line) => scattered.has(numberOf(line))));
			return invoicesOf(lines, invoiceOf, context);
		},
	};
}

/** Returns the invoices of the lines of a list, in their order. It may have been reversed since they were built. */
function invoicesOf(
	lines: object[],
	invoiceOf: ReadonlyMap<object, Invoice>,
	{ includeRaw }: InvoiceContext,
): Invoice[] {
	const groups = groupBy(lines, (line) => invoiceOf.get(line)!);
	if (includeRaw) for (const [invoice, group] of groups) invoice.raw = group;
	return [...groups.keys()];
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
	// Mostly all lines send the same, which has to be read only once.
	const different = new Map(lines.map((line) => [line.value(name), line])).values();
	const amounts = [...different]
		.map((line) => line.amount(name))
		.filter((amount) => amount !== null);
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
