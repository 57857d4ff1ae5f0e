import { ReadFailure } from '../errors';
import type { Invoice, InvoiceContext } from '../invoice/invoice';
import { withWarning } from '../invoice/build';
import { counted } from '../text';
import { wholeNumberFrom } from '../vendor/values';
import type { ListOperation, ListRequest, OperationContext } from '../vendor/vendor';
import { assemblerOf, collect } from './collect';
import { type InvoiceFilter, invoiceFilterFrom } from './filters';
import type { ItemRun } from './itemRun';
import { subjectsOf, withSubjects } from './subject';

/** How much of a list to read, and what to convert it to. */
export interface ReadPlan {
	purpose: ListRequest['purpose'];
	/** With `includeRaw` if the invoices have to carry their raw records. */
	normalizing: InvoiceContext;
	/** How many invoices or raw records to return; Infinity for all. */
	limit: number;
	/** Whether each invoice becomes one item, so that the limit tells how many records are needed. */
	isOneItemEach: boolean;
}

/** Invoices, or raw records if the purpose is `raw`; newest first, if the vendor's order is known. */
export type ListContent = object[];

/**
 * Returns the list up to the limit. A list that cannot be read completely is never returned silently:
 * unless the user chose to continue, an error is thrown.
 *
 * @throws ReadFailure
 */
export async function readList(
	run: ItemRun,
	operation: ListOperation,
	plan: ReadPlan,
): Promise<ListContent> {
	const { context, hints } = run;
	const { purpose, limit, isOneItemEach } = plan;
	let drafts = 0;
	const isKept = invoiceFilterFrom(operation, context, () => drafts++);
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
	let isComplete = true;
	await collect(operation.read(context, request), {
		kept,
		convert,
		...(isKept === undefined ? { isEnough } : { maxKept: limit }),
	}).catch((error: unknown) => {
		const isIncomplete = error instanceof ReadFailure && error.kind === 'incomplete';
		if (!isIncomplete || context.options.ifIncomplete !== 'continue') throw error;
		isComplete = false;
		warnIncomplete(run, error, kept.length);
	});
	hints.draftsLeftOut(drafts);
	if (operation.readsOldestFirst && request.all) kept.reverse();
	const all = finish(kept);
	const isMarked = !isComplete && purpose === 'invoices';
	return isMarked ? all.map((one) => withWarning(one as Invoice, 'LIST_INCOMPLETE')) : all;
}

/** Logs a warning and shows a hint on the node, because raw records cannot be marked. */
function warnIncomplete({ n8n, vendor, context, hints }: ItemRun, error: Error, count: number) {
	const { message } = withSubjects(error, subjectsOf(context), context) as Error;
	const warning = `${vendor.name}: ${message}. Returned ${counted(count, 'record')}`;
	n8n.logger.warn(warning);
	hints.listIncomplete(warning);
}

/** Returns how records are converted: page by page, and at the end. */
function conversionFor(
	operation: ListOperation,
	{ purpose, normalizing }: ReadPlan,
	isKept: InvoiceFilter | undefined,
) {
	if (purpose === 'raw') {
		const convert =
			isKept &&
			((records: object[]) => {
				const invoices = operation.normalize!(records, normalizing);
				return records.filter((_, index) => isKept(invoices[index]));
			});
		return { convert, finish: (kept: object[]) => kept };
	}
	const { add, finish } = assemblerOf(operation, normalizing, isKept);
	return { convert: add, finish };
}

/**
 * Returns how many records to request per page: the user's "Page Size", or else as many as are wanted;
 * undefined for the usual number.
 *
 * @param wanted how many records are needed; Infinity if that is not known
 * @throws ReadFailure if "Page Size" is not valid
 */
export function pageSizeFor(
	{ paging: { size } }: ListOperation,
	{ options }: Pick<OperationContext, 'options'>,
	wanted: number,
): number | undefined {
	if (options.pageSize !== undefined && size !== null) {
		// The paging reduces a larger size to the vendor's maximum.
		return wholeNumberFrom(options.pageSize, 'Page Size', size.min);
	}
	return wanted === Infinity ? undefined : wanted;
}
