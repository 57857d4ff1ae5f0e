import type { IExecuteFunctions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice, InvoiceContext } from '../invoice/invoice';
import { isUnpaid } from '../invoice/status';
import { wholeNumberFrom } from '../vendor/values';
import type { ListOperation, ListRequest, OperationContext, Vendor } from '../vendor/vendor';
import { assemblerOf, collect } from './collect';

/** How much of a list is read, and for what. */
export interface ReadPlan {
	purpose: ListRequest['purpose'];
	/** What the user says about the invoices; `includeRaw` where they have to carry their records. */
	about: InvoiceContext;
	/** How many invoices, or records, are wanted; Infinity for all. */
	limit: number;
	/** Whether an invoice is one item, so that the limit says how many records are needed. */
	isOneItemEach: boolean;
}

/** What was read of a list, the newest first where that is known. */
export interface ListContent {
	/** Invoices, or records where the purpose is `raw`. */
	kept: object[];
	/** Whether the list could be read as a whole; otherwise the user wants what was received. */
	whole: boolean;
}

/**
 * Reads a list up to the limit, or all of it; never silently less.
 *
 * @throws ReadFailure
 */
export async function readList(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	context: OperationContext,
	operation: ListOperation,
	plan: ReadPlan,
): Promise<ListContent> {
	const { purpose, limit, isOneItemEach } = plan;
	const isKept = filterOf(operation, context);
	const { convert, finish } = conversionFor(operation, plan, isKept);
	const isCounted = operation.enoughFor === undefined || purpose === 'raw';
	const request: ListRequest = {
		purpose,
		all: limit === Infinity,
		wanted: isOneItemEach || limit === Infinity ? limit : 0,
		pageSize: pageSizeFor(operation, context, isKept === undefined && isCounted ? limit : Infinity),
	};
	const isEnough = isCounted
		? (_: object[], received: number) => received >= limit
		: operation.enoughFor!(limit);
	const kept: object[] = [];
	let whole = true;
	await collect(operation.read(context, request), {
		kept,
		convert,
		...(isKept === undefined ? { isEnough } : { most: limit }),
	}).catch((error: unknown) => {
		const isIncomplete = error instanceof ReadFailure && error.kind === 'incomplete';
		if (!isIncomplete || context.options.ifIncomplete !== 'continue') throw error;
		n8n.logger.warn(`${vendor.name}: ${error.message}. ${kept.length} records are returned`);
		whole = false;
	});
	if (operation.readsOldestFirst && request.all) kept.reverse();
	return { kept: finish(kept), whole };
}

/** Whether an invoice is returned; missing where all are. */
type InvoiceFilter = (invoice: Invoice) => boolean;

/** Leaves out what the vendor sends although it was not asked for. */
function filterOf(
	{ isUnpaidOnly }: ListOperation,
	{ options }: OperationContext,
): InvoiceFilter | undefined {
	const includeDrafts = options.includeDrafts === true;
	return isUnpaidOnly ? (invoice) => isUnpaid(invoice, includeDrafts) : undefined;
}

/** How records become what is kept, as they come and at the end. */
function conversionFor(
	operation: ListOperation,
	{ purpose, about }: ReadPlan,
	isKept: InvoiceFilter | undefined,
) {
	if (purpose === 'raw') {
		const convert =
			isKept &&
			((records: object[]) => {
				const invoices = operation.normalize!(records, about);
				return records.filter((_, index) => isKept(invoices[index]));
			});
		return { convert, finish: (kept: object[]) => kept };
	}
	const { add, finish } = assemblerOf(operation, about);
	const convert = isKept ? (records: object[]) => (add(records) as Invoice[]).filter(isKept) : add;
	return { convert, finish };
}

/** Returns what the user chose; else as many as are wanted, where that is known. */
export function pageSizeFor(
	{ paging: { size } }: ListOperation,
	{ options }: Pick<OperationContext, 'options'>,
	wanted: number,
): number | undefined {
	if (options.pageSize !== undefined && size !== null) {
		// A larger one than the vendor takes is cut to what it takes.
		return wholeNumberFrom(options.pageSize, 'Page Size', size.min);
	}
	return wanted === Infinity ? undefined : wanted;
}
