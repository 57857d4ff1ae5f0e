import type { IDataObject } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { AmountsAs } from '../invoice/amounts';
import { withWarning } from '../invoice/build';
import { full } from '../invoice/full';
import type { Invoice } from '../invoice/invoice';
import { lineItemRows } from '../invoice/lineItemRows';
import { simplified } from '../invoice/simplified';
import { choiceFrom, namesFrom } from '../vendor/values';
import type { OperationContext } from '../vendor/vendor';
import { INVOICE_FIELDS } from './invoiceFields';

const FORMATS = ['simplified', 'full', 'lineItems', 'selectedFields', 'raw'] as const;
const AMOUNTS_AS: AmountsAs[] = ['number', 'text'];

/** The formats that return one item per invoice, which can hold its PDF. */
export const ONE_ITEM_EACH: OutputFormat[] = ['full', 'selectedFields', 'simplified'];

/** What each output item contains. */
export type OutputFormat = (typeof FORMATS)[number];

/** How invoices become output items. */
export interface OutputSettings {
	format: OutputFormat;
	amountsAs: AmountsAs;
	/** The fields of `selectedFields`. */
	fields: string[];
	/** Whether a full invoice contains its raw record. */
	includeRaw: boolean;
}

/**
 * Returns what the user chose in "Output" and the options that belong to it.
 *
 * @throws ReadFailure if a choice is none of the offered ones, or no field is selected
 */
export function outputSettingsFrom({ parameter, options }: OperationContext): OutputSettings {
	const format = choiceFrom(FORMATS, parameter<unknown>('output', 'simplified'), 'Output');
	const amountsAs = choiceFrom(AMOUNTS_AS, options.amountsAs ?? 'number', 'Amounts As');
	const fields = format === 'selectedFields' ? fieldsFrom(parameter<unknown>('fields', [])) : [];
	const includeRaw = (format === 'full' && options.includeRaw === true) || fields.includes('raw');
	return { format, amountsAs, fields, includeRaw };
}

function fieldsFrom(value: unknown): string[] {
	const names = namesFrom(value).map((name) => choiceFrom(INVOICE_FIELDS, name, 'Fields'));
	if (names.length > 0) return names;
	throw new ReadFailure('input', '"Fields" is empty', {
		hint: 'Select the fields to return, or choose another value for "Output"',
	});
}

/** What is read and computed only if the output contains it. */
export interface Needs {
	lines: boolean;
	contentHash: boolean;
}

/** Returns what invoices have to contain for the output. */
export function needsOf({ format, fields }: OutputSettings): Needs {
	return {
		lines: ['full', 'lineItems'].includes(format) || fields.includes('lineItems'),
		contentHash: format === 'full' || fields.includes('contentHash'),
	};
}

/** Returns the items of one invoice: one, or with `lineItems` one per line. */
function itemsOf(invoice: Invoice, settings: OutputSettings): object[] {
	const { format, amountsAs, fields, includeRaw } = settings;
	if (format === 'raw') return [invoice.raw].flat() as object[];
	if (format === 'lineItems') return lineItemRows(invoice, amountsAs);
	if (format === 'simplified') return [simplified(invoice, amountsAs)];
	const chosen = new Set(['id', ...fields]);
	const isReturned = (name: string) => format === 'full' || chosen.has(name);
	const { raw, ...whole } = full(invoice, amountsAs, isReturned);
	const item = includeRaw ? { ...whole, raw } : whole;
	if (format === 'full') return [item];
	return [Object.fromEntries(Object.entries(item).filter(([name]) => chosen.has(name)))];
}

/**
 * Returns the items of a list of invoices.
 *
 * @param limit the maximum number of items; an invoice whose lines it cuts gets a warning
 * @param onCut called with such an invoice, whole, and with how many of its lines are returned
 */
export function itemsUpTo(
	invoices: Invoice[],
	settings: OutputSettings,
	limit: number,
	onCut?: (invoice: Invoice, returned: number) => void,
): IDataObject[] {
	const items: IDataObject[] = [];
	for (const invoice of invoices) {
		const room = limit - items.length;
		if (room <= 0) break;
		const isCut = settings.format === 'lineItems' && invoice.lineItems.length > room;
		if (isCut) onCut?.(invoice, room);
		const fitting = isCut ? truncateLines(invoice, room) : invoice;
		for (const item of itemsOf(fitting, settings)) items.push(item as IDataObject);
	}
	return items;
}

function truncateLines(invoice: Invoice, lines: number): Invoice {
	const lineItems = invoice.lineItems.slice(0, lines);
	return withWarning({ ...invoice, lineItems, linesComplete: false }, 'LINES_CUT_BY_LIMIT');
}
