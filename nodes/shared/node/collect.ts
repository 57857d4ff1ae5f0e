import { sleep } from 'n8n-workflow';
import type { Invoice, InvoiceAssembler, InvoiceContext } from '../invoice/invoice';
import { withSharedKeysMarked } from '../invoice/sharedKeys';
import type { ListOperation } from '../vendor/vendor';

/**
 * This many records are converted in one go, which takes a millisecond or two: then n8n sends and
 * receives, and does whatever else it has to do.
 */
const AT_A_TIME = 50;

/** How a list is read. */
export interface Collecting {
	/** What has come so far, also where the reading fails. */
	kept: object[];
	/** Returns what is kept of some records; where it is missing, they are. */
	convert?: (records: object[]) => object[];
	/** Tells, page after page, whether enough records were received; missing where all are wanted. */
	isEnough?: (page: object[], received: number) => boolean;
	/** How many have to be kept, where it cannot be told from what was received. */
	most?: number;
}

/**
 * Reads the pages of a list until there is enough, or no more. The next page is asked for before this
 * one is converted, which then takes no time of its own; and no record is held longer than that.
 * Where what is kept has to be counted, the page is converted first.
 */
export async function collect(
	pages: AsyncGenerator<object[], void, undefined>,
	{ kept, convert, isEnough = () => false, most = Infinity }: Collecting,
): Promise<void> {
	let received = 0;
	for (let next = pages.next(); ; ) {
		const { value: page } = await next;
		if (page === undefined) return;
		received += page.length;
		const isLast = isEnough(page, received);
		const isAhead = !isLast && most === Infinity;
		if (isAhead) next = pages.next();
		if (convert === undefined) addTo(kept, page);
		else await inParts(page, isAhead ? next : null, (records) => addTo(kept, convert(records)));
		if (isLast || kept.length >= most) return;
		if (!isAhead) next = pages.next();
	}
}

function addTo(list: object[], more: object[]): void {
	for (const one of more) list.push(one);
}

/** Converts a page while the next one is on its way, so that the requests for it go out first. */
async function inParts(
	page: object[],
	next: Promise<unknown> | null,
	convert: (records: object[]) => void,
): Promise<void> {
	let isComing = next !== null;
	const hasCome = () => {
		isComing = false;
	};
	// Where it fails, that is told when it is waited for.
	next?.then(hasCome, hasCome);
	// What is converted is removed, because a page may be the whole list; at its end, because what is
	// removed at the beginning moves all the rest.
	page.reverse();
	while (page.length > 0) {
		if (isComing) await sleep(1);
		convert(page.splice(-AT_A_TIME).reverse());
	}
}

/**
 * Returns how a list becomes invoices, which is done while it is read where each record is one.
 * Those that share a key are marked at the end, when all of them are known.
 */
export function assemblerOf(
	{ normalize, assemble }: Pick<ListOperation, 'normalize' | 'assemble'>,
	about: InvoiceContext,
): InvoiceAssembler {
	const { add, finish } = assemble?.(about) ?? {
		add: (records) => normalize!(records, about),
		finish: (kept) => kept as Invoice[],
	};
	return { add, finish: (kept) => withSharedKeysMarked(finish(kept)) };
}
