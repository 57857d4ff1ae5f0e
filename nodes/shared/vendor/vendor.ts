import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import type { Client, Connection } from '../http/client';
import type { Invoice, InvoiceAssembler, InvoiceContext, Provider } from '../invoice/invoice';
import type { KeyOf, OnPage } from '../paging/page';
import { type AskForPage, type Paging, READ_ALL } from '../paging/paging';

/** What an operation may use: the client, and the parameters of the item it runs for. */
export interface OperationContext {
	client: Client;
	/** How many requests may be in flight at once. */
	parallelRequests: number;
	credential: ICredentialDataDecryptedObject;
	/** Returns what must not be shown by now, tokens that were sent included. */
	secrets: () => string[];
	/** Returns a node parameter of this item; the fallback where the node has none of that name. */
	parameter: <T>(name: string, fallback: T) => T;
	/** The input item, where the node runs for one. */
	item?: IDataObject;
	/** The user's "Options" of this item. */
	options: IDataObject;
	/** The user's "Filters" of this item. */
	filters: IDataObject;
	/** Is told how far a list was read. */
	onPage: OnPage;
}

/** What is wanted of a list. */
export interface ListRequest {
	/** Whether invoices are made of the records, or they are returned as they are. */
	purpose: 'invoices' | 'raw';
	/** Whether all records are wanted; otherwise the reading stops after the first few. */
	all: boolean;
	/** How many records are needed for sure, so that their pages may be asked for ahead. */
	wanted?: number;
	/** How many records to ask for at once, where it is not the usual number. */
	pageSize?: number;
}

/** Makes invoices of a vendor's records: one of each, or one of several lines. Never throws. */
export type Normalize = (records: object[], context: InvoiceContext) => Invoice[];

/** Tells, page after page, when there is enough for a number of invoices. */
export type EnoughFor<R> = (invoices: number) => (page: R[]) => boolean;

/** How a list becomes invoices, and what is known of its order. */
interface ListTraits<R> {
	/** Where it is missing, the records are no invoices and are returned as they are. */
	normalize?: Normalize;
	/** Where one invoice may stand on two pages: how the list becomes invoices. */
	assemble?: (context: InvoiceContext) => InvoiceAssembler;
	/** Whether only invoices that are still to be paid are returned, whatever else the vendor sends. */
	isUnpaidOnly?: boolean;
	/** Where it is missing, each record is an invoice. */
	enoughFor?: EnoughFor<R>;
	/** Whether the vendor's order is known, so that the first few are the newest. */
	newestFirst?: boolean;
	/** Whether a list that is read as a whole is asked for oldest first, so that new records come last. */
	readsOldestFirst?: boolean;
}

/** Reads many records. */
export interface ListOperation extends ListTraits<object> {
	kind: 'list';
	paging: Pick<Paging<never>, 'size' | 'isParallel'>;
	/** Reads the list. Throws ReadFailure, `incomplete` where it cannot be proven whole. */
	read: (
		context: OperationContext,
		request: ListRequest,
	) => AsyncGenerator<object[], void, undefined>;
}

/** Reads what belongs to one id: one record, or all lines of one invoice. */
export interface GetOperation {
	kind: 'get';
	read: (context: OperationContext) => Promise<object[]>;
	normalize: Normalize;
}

/** Finds the file of one invoice. */
export interface PdfOperation {
	kind: 'pdf';
	find: (context: OperationContext) => Promise<PdfFile>;
}

/** Where the PDF of an invoice is. */
export interface PdfFile {
	invoiceId: string;
	invoiceNumber: string | null;
	/** Whether another invoice of this vendor may have the same number. */
	numberRepeats?: boolean;
	path: string;
}

export type Operation = ListOperation | GetOperation | PdfOperation;

/** One entry of a searchable list. */
export interface SearchResult {
	/** What the user reads. */
	name: string;
	/** What the parameter holds then. */
	value: string;
}

/** All that this package has to know of one vendor. */
export interface Vendor {
	provider: Provider;
	/** The name the user knows. */
	name: string;
	credentialType: string;
	/** Checks the credential and tells where it leads. Throws ReadFailure. */
	connect: (credential: ICredentialDataDecryptedObject) => Connection;
	/** Finds the vendor's own words in an error body. */
	errorMessageOf: (body: unknown) => string | undefined;
	/**
	 * Returns how many milliseconds from `now` (in milliseconds since 1970) the vendor asks to wait, where
	 * it says so in another header than `Retry-After`; null where it does not.
	 */
	retryAfterOf?: (headers: Record<string, unknown>, now: number) => number | null;
	/** IANA name of the zone in which the moments of this vendor are dates; UTC where it is missing. */
	timeZone?: string;
	/** What can be done, by `resource:operation`. */
	operations: Record<string, Operation>;
	/** How a record of `invoice:getAll` is shown in a searchable list. */
	searchResultOf: (record: object) => SearchResult;
}

/** What a list operation is made of, beside its paging strategy. */
export interface ListSettings<Request, R> extends ListTraits<R> {
	/** Checks the filters, and returns what asks for a page. Throws ReadFailure. */
	pages: (context: OperationContext, request: ListRequest) => AskForPage<Request, R>;
	/** Tells the records of the list apart. */
	keyOf: KeyOf<R>;
}

/** Declares a list operation; the type of its records stays inside. */
export function list<Request, R extends object>(
	paging: Paging<Request>,
	{ pages, keyOf, ...traits }: ListSettings<Request, R>,
): ListOperation {
	return {
		...(traits as ListTraits<object>),
		kind: 'list',
		paging,
		read: (context, request) => {
			const { wanted = 0, pageSize } = request;
			const { onPage, parallelRequests: parallel } = context;
			return paging.read(pages(context, request), keyOf, { wanted, parallel, pageSize, onPage });
		},
	};
}

/** Declares an operation that gets what belongs to one id. */
export function get(read: GetOperation['read'], normalize: Normalize): GetOperation {
	return { kind: 'get', read, normalize };
}

/** Reads the whole of a list that belongs to one id, such as the lines of an invoice. */
export async function readAll<Request, R>(
	{ onPage }: OperationContext,
	paging: Paging<Request>,
	ask: AskForPage<Request, R>,
	keyOf: KeyOf<R>,
): Promise<R[]> {
	const records: R[] = [];
	for await (const page of paging.read(ask, keyOf, { ...READ_ALL, onPage })) {
		for (const record of page) records.push(record);
	}
	return records;
}

/** Makes a normalizer of many records of one of a single record. */
export function normalizeEach<R extends object>(
	normalize: (record: R, context: InvoiceContext) => Invoice,
): Normalize {
	return (records, context) => records.map((record) => normalize(record as R, context));
}
