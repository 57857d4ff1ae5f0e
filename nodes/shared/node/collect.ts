import { sleep } from 'n8n-workflow';
import type { Invoice, InvoiceContext, Making } from '../invoice/invoice';
import { withSharedKeysMarked } from '../invoice/sharedKeys';
import type { ListOperation } from './vendor';

/**
 * So many records are converted in one go, which takes a millisecond or two: then n8n sends and
 * receives, and does whatever else it has to do.
 */
const AT_A_TIME = 50;

/** How a list is read. */
export interface Collecting {
	/** What has come so far, also where the reading fails. */
	kept: object[];
	/** Leaves out records that are not wanted. */
	keep?: (record: object) => boolean;
	/** What is kept of some records; where it is missing, they are. */
	become?: (records: object[]) => object[];
	/** Tells, page after page, whether there is enough by now. */
	isEnough: (page: object[], received: number) => boolean;
}

/**
 * Reads the pages of a list until there is enough, or no more. The next page is asked for before this
 * one is converted, which then takes no time of its own; and no record is held longer than that.
 */
export async function collect(
	pages: AsyncGenerator<object[], void, undefined>,
	{ kept, keep = () => true, become, isEnough }: Collecting,
): Promise<void> {
	let received = 0;
	for (let next = pages.next(); ; ) {
		const page = (await next).value?.filter(keep);
		if (page === undefined) return;
		received += page.length;
		const isLast = isEnough(page, received);
		if (!isLast) next = pages.next();
		if (become === undefined) addTo(kept, page);
		else await convert(page, next, (records) => addTo(kept, become(records)));
		if (isLast) return;
	}
}

function addTo(list: object[], more: object[]): void {
	for (const one of more) list.push(one);
}

/** Converts a page while the next one is on its way, so that the requests for it go out first. */
async function convert(
	page: object[],
	next: Promise<unknown>,
	some: (records: object[]) => void,
): Promise<void> {
	let isComing = true;
	const hasCome = () => {
		isComing = false;
	};
	// Where it fails, that is told when it is waited for.
	next.then(hasCome, hasCome);
	// What is converted is removed, because a page may be the whole list; at its end, because what is
	// removed at the beginning moves all the rest.
	page.reverse();
	while (page.length > 0) {
		if (isComing) await sleep(1);
		some(page.splice(-AT_A_TIME).reverse());
	}
}

/**
 * Returns how a list becomes invoices, which is done while it is read where each record is one.
 * Those that share a key are marked at the end, when all of them are known.
 */
export function makingOf(
	{ normalize, making }: ListOperation<object>,
	about: InvoiceContext,
): Making {
	const { ofSome, ofAll } = making?.(about) ?? {
		ofSome: (records) => normalize!(records, about),
		ofAll: (kept) => kept as Invoice[],
	};
	return { ofSome, ofAll: (kept) => withSharedKeysMarked(ofAll(kept)) };
}
