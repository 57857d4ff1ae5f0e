import { sleep } from 'n8n-workflow';
import type { Invoice, InvoiceAssembler, InvoiceContext } from '../invoice/invoice';
import { withSharedKeysMarked } from '../invoice/sharedKeys';
import type { ListOperation } from '../vendor/vendor';
import type { InvoiceFilter } from './filters';

/** Converting this many records takes a millisecond or two; then n8n's event loop runs again. */
const BATCH_SIZE = 50;

/** How the pages of a list are collected. */
export interface CollectOptions {
	/** Receives the results, so that they are there even if reading fails. */
	kept: object[];
	/** Returns what to keep of a batch of records; by default, the records themselves. */
	convert?: (records: object[]) => object[];
	/** Called with each page; returns whether to stop. By default, all pages are read. */
	isEnough?: (page: object[], received: number) => boolean;
	/** Stops when this many are kept, if `convert` leaves records out. */
	maxKept?: number;
}

/**
 * Reads pages until there are enough, or no more. The next page is requested before the current one is
 * converted, so that converting adds no time. Only with `maxKept` is the page converted first, because
 * the result tells whether another page is needed.
 */
export async function collect(
	pages: AsyncGenerator<object[], void, undefined>,
	{ kept, convert, isEnough = () => false, maxKept = Infinity }: CollectOptions,
): Promise<void> {
	let received = 0;
	for (let next = pages.next(); ; ) {
		const { value: page } = await next;
		if (page === undefined) return;
		received += page.length;
		const isLast = isEnough(page, received);
		const isPrefetched = !isLast && maxKept === Infinity;
		if (isPrefetched) next = pages.next();
		if (convert === undefined) append(kept, page);
		else {
			const convertBatch = (records: object[]) => append(kept, convert(records));
			await convertInBatches(page, isPrefetched ? next : null, convertBatch);
		}
		if (isLast || kept.length >= maxKept) return;
		if (!isPrefetched) next = pages.next();
	}
}

function append(list: object[], more: object[]): void {
	for (const one of more) list.push(one);
}

/**
 * Converts a page while the next one is on its way, and pauses between batches so that its requests
 * are sent meanwhile. Empties the page, which may be the whole list, so that records are not held twice.
 */
async function convertInBatches(
	page: object[],
	next: Promise<unknown> | null,
	convert: (records: object[]) => void,
): Promise<void> {
	let isPending = next !== null;
	const settle = () => {
		isPending = false;
	};
	// The caller handles a rejection when it awaits the page.
	next?.then(settle, settle);
	// Reversed, because removing from the front would move all other records each time.
	page.reverse();
	while (page.length > 0) {
		if (isPending) await sleep(1);
		convert(page.splice(-BATCH_SIZE).reverse());
	}
}

/**
 * Returns the assembler that turns the records of a list into invoices: the vendor's own, or one that
 * normalizes each batch as it arrives. Invoices that share a key are marked at the end, when all of
 * them are known; also one whose counterpart is filtered out.
 *
 * @param isKept the filter; the vendor's own assembler, which adds no invoices, has none
 */
export function assemblerOf(
	{ normalize, assemble }: Pick<ListOperation, 'normalize' | 'assemble'>,
	context: InvoiceContext,
	isKept?: InvoiceFilter,
): InvoiceAssembler {
	const { add, finish } = assemble?.(context) ?? {
		add: (records) => normalize!(records, context),
		finish: (kept) => kept as Invoice[],
	};
	const leftOut = new Set<string>();
	const filtered = (invoices: Invoice[], isWanted: InvoiceFilter) =>
		invoices.filter((invoice) => {
			const isReturned = isWanted(invoice);
			if (!isReturned) leftOut.add(invoice.dedupeKey);
			return isReturned;
		});
	return {
		add: isKept ? (records) => filtered(add(records) as Invoice[], isKept) : add,
		finish: (kept) => withSharedKeysMarked(finish(kept), leftOut),
	};
}
