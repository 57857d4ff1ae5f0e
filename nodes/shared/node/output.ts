import type { IDataObject } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import { EMPTY_LINE, withWarning } from '../invoice/build';
import { currencyCode } from '../invoice/currency';
import { isTimeZone } from '../invoice/dates';
import type { Invoice, InvoiceContext, LineItemOutput } from '../invoice/invoice';
import { textFrom } from '../vendor/values';
import type { OperationContext, Vendor } from '../vendor/vendor';

/** Returns what the user says about the invoices, checked. Throws ReadFailure. */
export function invoiceContext(
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

/** What the user chose an item to be. */
export type OutputFormat = 'normalized' | 'lineItems' | 'raw';

/** Returns what the user chose in "Output". */
export function outputFormatFrom({ parameter }: OperationContext): OutputFormat {
	return parameter<OutputFormat>('output', 'normalized');
}

/** Returns the context with which invoices carry their records, whether or not these are put out. */
export function withRecords(context: InvoiceContext): InvoiceContext {
	return { ...context, includeRaw: true };
}

/** Returns all items of invoices that carry their records, in the form that the user chose. */
export function itemsInFormat(
	invoices: Invoice[],
	choice: OutputFormat,
	{ includeRaw }: InvoiceContext,
	output: Pick<OutputForm, 'whole' | 'compact'>,
): IDataObject[] {
	if (choice === 'raw') {
		return invoices.flatMap(({ raw }) => (Array.isArray(raw) ? raw : [raw]) as IDataObject[]);
	}
	const shown = includeRaw ? invoices : invoices.map(withoutRecord);
	return itemsOf(shown, { ...output, form: choice, limit: Infinity });
}

function withoutRecord(invoice: Invoice): Invoice {
	return Object.fromEntries(
		Object.entries(invoice).filter(([name]) => name !== 'raw'),
	) as unknown as Invoice;
}

/** How invoices become items. */
export interface OutputForm {
	form: 'normalized' | 'lineItems';
	/** How many items are wanted. */
	limit: number;
	/** Whether the list could be read as a whole. */
	whole: boolean;
	/** Whether an AI agent reads the items. */
	compact: boolean;
}

/** Returns the items of some invoices; a limit counts items. */
export function itemsOf(invoices: Invoice[], output: OutputForm): IDataObject[] {
	const doubtful = output.whole
		? invoices
		: invoices.map((invoice) => withWarning(invoice, 'LIST_INCOMPLETE'));
	const items: object[] =
		output.form === 'lineItems'
			? linesUpTo(doubtful, output.limit)
			: doubtful.slice(0, output.limit);
	return (output.compact ? items.map(compacted) : items) as IDataObject[];
}

/** Returns an item for each line, up to a limit; an invoice that is cut by it says so. */
function linesUpTo(invoices: Invoice[], limit: number): LineItemOutput[] {
	const items: LineItemOutput[] = [];
	for (const invoice of invoices) {
		if (items.length >= limit) break;
		const room = limit - items.length;
		const cut = invoice.lineItems.length > room;
		for (const item of linesOf(cut ? cutTo(invoice, room) : invoice)) items.push(item);
	}
	return items;
}

function cutTo(invoice: Invoice, lines: number): Invoice {
	const lineItems = invoice.lineItems.slice(0, lines);
	return withWarning({ ...invoice, lineItems, linesComplete: false }, 'LINES_CUT_BY_LIMIT');
}

/** An invoice without lines gets an item too, whose line is empty: none is lost. */
function linesOf(invoice: Invoice): LineItemOutput[] {
	const { lineItems, ...header } = invoice;
	if (lineItems.length === 0) return [{ ...EMPTY_LINE, lineNumber: null, invoice: header }];
	return lineItems.map((line) => ({ ...line, invoice: header }));
}

/** What a machine needs and a reader does not. */
const FOR_MACHINES = new Set(['schemaVersion', 'contentHash', 'attributes']);

/** Leaves out what says nothing, so that an agent reads less. */
function compacted(value: object): object {
	const told = Object.entries(value).filter(
		([name, content]) => !FOR_MACHINES.has(name) && content !== null && !isEmptyList(content),
	);
	return Object.fromEntries(
		told.map(([name, content]) => [name, name === 'raw' ? content : compactedWithin(content)]),
	);
}

function compactedWithin(content: unknown): unknown {
	if (Array.isArray(content)) return content.map(compactedWithin);
	return typeof content === 'object' && content !== null ? compacted(content) : content;
}

function isEmptyList(content: unknown): boolean {
	return Array.isArray(content) && content.length === 0;
}
