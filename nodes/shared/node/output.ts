import type { IDataObject } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { EMPTY_LINE, withWarning } from '../invoice/build';
import { currencyCode } from '../invoice/currency';
import { isTimeZone } from '../invoice/dates';
import type { Invoice, InvoiceContext, LineItemOutput } from '../invoice/invoice';
import { textFrom } from '../vendor/values';
import type { OperationContext, Vendor } from '../vendor/vendor';

/**
 * Returns what normalizers need to know besides the records, from the user's parameters and options.
 *
 * @throws ReadFailure if the currency or time zone is not valid
 */
export function invoiceContextFrom(
	vendor: Vendor,
	{ options, parameter }: OperationContext,
): InvoiceContext {
	const currency = textFrom(options.currency);
	const timeZone = textFrom(options.timeZone) ?? vendor.timeZone ?? 'UTC';
	if (currency !== undefined && currencyCode(currency) === null) {
		throw new ReadFailure('input', `"${currency}" is not a currency`, {
			hint: 'Type the three letters of ISO 4217, e.g. USD',
		});
	}
	if (!isTimeZone(timeZone)) {
		throw new ReadFailure('input', `"${timeZone}" is not a time zone`, {
			hint: 'Type an IANA name, e.g. Europe/Amsterdam',
		});
	}
	return {
		accountId: textFrom(parameter('accountId', '')) ?? null,
		currency: currencyCode(currency ?? null),
		timeZone,
		supplierName: textFrom(options.supplierName) ?? vendor.name,
		includeRaw: options.includeRaw === true,
		today: new Date().toISOString().slice(0, 10),
	};
}

/** What each output item contains. */
export type OutputFormat = 'normalized' | 'lineItems' | 'raw';

/** Returns the format that the user chose in "Output". */
export function outputFormatFrom({ parameter }: OperationContext): OutputFormat {
	return parameter<OutputFormat>('output', 'normalized');
}

/** Returns a context with which invoices carry their raw records, even if those are not returned. */
export function withRawRecords(context: InvoiceContext): InvoiceContext {
	return { ...context, includeRaw: true };
}

/**
 * Returns all items of invoices in the format that the user chose.
 *
 * @param invoices with their raw records, which are removed again if the user did not ask for them
 */
export function itemsInFormat(
	invoices: Invoice[],
	format: OutputFormat,
	{ includeRaw }: InvoiceContext,
	output: Pick<OutputOptions, 'isComplete' | 'compact'>,
): IDataObject[] {
	if (format === 'raw') {
		return invoices.flatMap(({ raw }) => (Array.isArray(raw) ? raw : [raw]) as IDataObject[]);
	}
	const returned = includeRaw ? invoices : invoices.map(withoutRaw);
	return itemsOf(returned, { ...output, format, limit: Infinity });
}

function withoutRaw(invoice: Invoice): Invoice {
	return Object.fromEntries(
		Object.entries(invoice).filter(([name]) => name !== 'raw'),
	) as unknown as Invoice;
}

/** How invoices become items. */
export interface OutputOptions {
	format: 'normalized' | 'lineItems';
	/** The maximum number of items. */
	limit: number;
	/** Whether the list was read completely; otherwise each invoice gets a warning. */
	isComplete: boolean;
	/** Whether to leave out empty and technical fields, for AI agents. */
	compact: boolean;
}

/** Returns the items of invoices. The limit counts items, not invoices. */
export function itemsOf(invoices: Invoice[], output: OutputOptions): IDataObject[] {
	const marked = output.isComplete
		? invoices
		: invoices.map((invoice) => withWarning(invoice, 'LIST_INCOMPLETE'));
	const items: object[] =
		output.format === 'lineItems'
			? lineItemsUpTo(marked, output.limit)
			: marked.slice(0, output.limit);
	return (output.compact ? items.map(compacted) : items) as IDataObject[];
}

/** Returns an item per line item. An invoice that the limit cuts gets a warning. */
function lineItemsUpTo(invoices: Invoice[], limit: number): LineItemOutput[] {
	const items: LineItemOutput[] = [];
	for (const invoice of invoices) {
		if (items.length >= limit) break;
		const room = limit - items.length;
		const isCut = invoice.lineItems.length > room;
		for (const item of lineItemsOf(isCut ? truncateLines(invoice, room) : invoice))
			items.push(item);
	}
	return items;
}

function truncateLines(invoice: Invoice, lines: number): Invoice {
	const lineItems = invoice.lineItems.slice(0, lines);
	return withWarning({ ...invoice, lineItems, linesComplete: false }, 'LINES_CUT_BY_LIMIT');
}

/** An invoice without lines becomes one item with an empty line, so that no invoice is lost. */
function lineItemsOf(invoice: Invoice): LineItemOutput[] {
	const { lineItems, ...header } = invoice;
	if (lineItems.length === 0) return [{ ...EMPTY_LINE, lineNumber: null, invoice: header }];
	return lineItems.map((line) => ({ ...line, invoice: header }));
}

/** Fields that an AI agent does not need. */
const TECHNICAL_FIELDS = new Set(['schemaVersion', 'contentHash', 'attributes']);

/** Leaves out empty and technical fields, so that an agent has less to read. */
function compacted(value: object): object {
	const filled = Object.entries(value).filter(
		([name, content]) => !TECHNICAL_FIELDS.has(name) && content !== null && !isEmptyList(content),
	);
	return Object.fromEntries(
		filled.map(([name, content]) => [name, name === 'raw' ? content : compactedWithin(content)]),
	);
}

function compactedWithin(content: unknown): unknown {
	if (Array.isArray(content)) return content.map(compactedWithin);
	return typeof content === 'object' && content !== null ? compacted(content) : content;
}

function isEmptyList(content: unknown): boolean {
	return Array.isArray(content) && content.length === 0;
}
