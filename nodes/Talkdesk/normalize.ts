import { groupBy } from '../shared/groupBy';
import { buildInvoice, difference } from '../shared/invoice/build';
import { currencyCode } from '../shared/invoice/currency';
import { type Decimal, equal } from '../shared/invoice/decimal';
import type { LineFacts } from '../shared/invoice/facts';
import { Fields } from '../shared/invoice/fields';
import type { Invoice, InvoiceContext, InvoiceAssembler, Warning } from '../shared/invoice/invoice';
import { canonicalJson } from '../shared/invoice/key';

/** What a line says of itself goes into the line; what it says of the invoice stands in the header. */
const KNOWN_FIELDS = new Set(
	[
		'id product_id product_name description quantity rate amount invoice_line_number',
		'number account_id date due_date currency total_invoice_amount total_tax_amount',
	]
		.join(' ')
		.split(' ')
		.concat('account ID'),
);

/** What was made of some lines before all had come, by each of these lines. */
type Made = Map<object, { lines: object[]; invoice: Invoice }>;

/**
 * Returns the invoices of some lines: those with the same account, number and currency are one
 * invoice. All lines have to be there, because those of one invoice may stand on two pages.
 */
export function normalizeLines(
	lines: object[],
	context: InvoiceContext,
	made: Made = new Map(),
): Invoice[] {
	return groupsOf(lines).map(
		(group) => madeOf(group, made, context) ?? normalizeGroup(group, context),
	);
}

/**
 * Makes invoices of a list while it is being read: most are made by the time the last line has come,
 * which alone tells for sure which lines are one invoice.
 */
export function assembleLines(context: InvoiceContext): InvoiceAssembler {
	const made: Made = new Map();
	/** Lines in a row that have the same number; more of them may follow. */
	let row: object[] = [];
	let number: string | null = null;
	const makeRow = () => {
		for (const lines of groupsOf(row)) {
			const invoice = normalizeGroup(lines, context);
			for (const line of lines) made.set(line, { lines, invoice });
		}
		row = [];
	};
	return {
		add: (lines) => {
			for (const line of lines) {
				const next = numberOf(line);
				if (next !== number) makeRow();
				number = next;
				row.push(line);
			}
			return lines;
		},
		finish: (lines) => normalizeLines(lines, context, made),
	};
}

/** Gives the invoice that was made of just these lines, where there is one. */
function madeOf(group: object[], made: Made, { includeRaw }: InvoiceContext): Invoice | undefined {
	const { lines = [], invoice } = made.get(group[0]) ?? {};
	const isSame =
		lines.length === group.length && group.every((line) => made.get(line)?.invoice === invoice);
	if (!isSame || invoice === undefined) return undefined;
	// The list may have been turned round since.
	if (includeRaw) invoice.raw = group;
	return invoice;
}

/**
 * Puts the lines of an invoice together. A line that leaves out its account or currency has those of
 * the other lines of its number, where these agree; a line without a number is an invoice of its own.
 */
function groupsOf(lines: object[]): object[][] {
	const identities = lines.map(identityOf);
	const known = new Map<string, { accounts: Set<string>; currencies: Set<string> }>();
	for (const { number, account, currency } of identities) {
		if (number === null) continue;
		const of = known.get(number) ?? { accounts: new Set(), currencies: new Set() };
		if (account !== null) of.accounts.add(account);
		if (currency !== null) of.currencies.add(currency);
		known.set(number, of);
	}
	const only = (values: Set<string>) => (values.size === 1 ? [...values][0] : null);
	const groups = groupBy(identities, ({ line, number, account, currency }) => {
		if (number === null) return canonicalJson(line);
		const { accounts, currencies } = known.get(number)!;
		return JSON.stringify([number, account ?? only(accounts), currency ?? only(currencies)]);
	});
	return [...groups.values()].map((group) => group.map(({ line }) => line));
}

function numberOf(line: object): string | null {
	return new Fields(line, new Set()).text('number');
}

function identityOf(line: object) {
	const fields = new Fields(line, new Set());
	return {
		line,
		number: fields.text('number'),
		account: fields.text('account_id', 'account ID'),
		currency: currencyCode(fields.text('currency')),
	};
}

function normalizeGroup(group: object[], context: InvoiceContext): Invoice {
	const warnings = new Set<Warning>();
	const numbered = inLineOrder(group.map((line) => new Fields(line, warnings)));
	const lines = numbered.map(({ line }) => line);
	const number = firstOf(lines, (line) => line.text('number'));
	const totalAmount = agreed(lines, 'total_invoice_amount', warnings);
	const taxAmount = agreed(lines, 'total_tax_amount', warnings);
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
			lineItems: numbered.map(lineItem),
			derivedFields: subTotal === null ? [] : ['subTotal'],
			notes: subTotal === null ? [] : ['TAX_INCLUSION_ASSUMED'],
		},
		warnings,
		context,
		group,
	);
}

/** A line, and the vendor's number of it where there is one. */
interface NumberedLine {
	line: Fields;
	number: number | null;
}

/** By the vendor's line numbers, else by content: never by the order in which the lines came. */
function inLineOrder(lines: Fields[]): NumberedLine[] {
	const numbered = lines.map((line) => ({ line, number: line.count('invoice_line_number') }));
	const byNumber = numbered.every(({ number }) => number !== null);
	const textOf = textsOf();
	return numbered.sort((a, b) => {
		const order = byNumber ? a.number! - b.number! : 0;
		return (
			order || (textOf(a.line) < textOf(b.line) ? -1 : Number(textOf(a.line) > textOf(b.line)))
		);
	});
}

/** Gives a function that writes out a line, once: most have a number, and are never written out. */
function textsOf(): (line: Fields) => string {
	const texts = new Map<Fields, string>();
	return (line) => {
		const text = texts.get(line) ?? canonicalJson(line.rest(new Set()));
		texts.set(line, text);
		return text;
	};
}

/** Gives what the lines say of the invoice; null, and a doubt, where they say different things. */
function agreed(lines: Fields[], name: string, warnings: Set<Warning>): Decimal | null {
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
