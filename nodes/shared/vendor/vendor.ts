import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import type { Client, Connection } from '../http/client';
import type { Invoice, InvoiceAssembler, InvoiceContext, Provider } from '../invoice/invoice';
import { type KeyOf, type OnPage, contentKey } from '../paging/page';
import { type AskForPage, type Paging, type PositionPaging, READ_ALL } from '../paging/paging';

/** What an operation works with: the client, and the parameters of its input item. */
export interface OperationContext {
	client: Client;
	/** How many requests may be in flight at once. */
	parallelRequests: number;
	credential: ICredentialDataDecryptedObject;
	/** Returns all secrets to redact, including the access tokens sent so far. */
	secrets: () => string[];
	/** Returns a node parameter for this item, or the fallback if the node has no such parameter. */
	parameter: <T>(name: string, fallback: T) => T;
	/** The JSON of the input item; missing in triggers and in the searchable list. */
	item?: IDataObject;
	/** The "Options" for this item. */
	options: IDataObject;
	/** The "Filters" for this item. */
	filters: IDataObject;
	/** Called after each page with how much of the list has been read. */
	onPage: OnPage;
}

/** How much of a list to read, and for what. */
export interface ListRequest {
	/** Whether the records are normalized to invoices or returned as they are. */
	purpose: 'invoices' | 'raw';
	/** Whether the whole list is read; otherwise the caller stops after the first pages. */
	all: boolean;
	/** How many records are certainly needed, so that their pages may be prefetched. */
	wanted?: number;
	/** How many records to request per page, if not the usual number. */
	pageSize?: number;
}

/** Converts a vendor's records to invoices: one per record, or one per group of lines. Never throws. */
export type Normalize = (records: object[], context: InvoiceContext) => Invoice[];

/**
 * Returns a function that is called with each page in turn, and returns whether the pages so far
 * contain that many complete invoices.
 */
export type EnoughFor<R> = (invoices: number) => (page: R[]) => boolean;

/** The complete record of a listed invoice. */
export interface InvoiceDetails {
	/** Requests it for a listed record. Throws ReadFailure. */
	read: (context: OperationContext, listed: object) => Promise<object>;
	/** Returns one invoice from both records. Never throws. */
	merge: (listed: object, detail: object, context: InvoiceContext) => Invoice;
}

/** How the records of a list become invoices, and what is known about their order. */
interface ListTraits<R> {
	/** How the lines of listed invoices are fetched, if the list has none. */
	details?: InvoiceDetails;
	/** Whether the vendor itself applies the filters "Dated From" and "Dated To". */
	filtersDates?: boolean;
	/** Missing if the records are not invoices; they are returned as they are. */
	normalize?: Normalize;
	/** Used instead of `normalize` while a list is read if one invoice may span several pages. */
	assemble?: (context: InvoiceContext) => InvoiceAssembler;
	/** Whether to return only invoices that are yet to be paid, whatever else the vendor sends. */
	isUnpaidOnly?: boolean;
	/** Missing if each record is an invoice. */
	enoughFor?: EnoughFor<R>;
	/** Whether the list is known to start with the newest invoices. */
	newestFirst?: boolean;
	/** Whether the whole list is read oldest first, so that records added meanwhile come last. */
	readsOldestFirst?: boolean;
}

/** An operation that reads a list. */
export interface ListOperation extends ListTraits<object> {
	kind: 'list';
	paging: Pick<Paging<never>, 'size' | 'isParallel'>;
	/**
	 * Yields the records of the list in pages. Throws ReadFailure; of kind `incomplete` if the list
	 * cannot be proven complete.
	 */
	read: (
		context: OperationContext,
		request: ListRequest,
	) => AsyncGenerator<object[], void, undefined>;
}

/** An operation that gets the record with one ID, or all lines of one invoice. Throws ReadFailure. */
export interface GetOperation {
	kind: 'get';
	read: (context: OperationContext) => Promise<object[]>;
	normalize: Normalize;
}

/** An operation that locates the PDF of one invoice. Throws ReadFailure. */
export interface PdfOperation {
	kind: 'pdf';
	find: (context: OperationContext) => Promise<PdfFile>;
	/** Returns the file of an invoice of this vendor. */
	fileOf: (invoice: Invoice) => PdfFile;
}

/** The location of an invoice's PDF, and what identifies the invoice. */
export interface PdfFile {
	invoiceId: string;
	invoiceNumber: string | null;
	/** Whether several invoices of this vendor may have the same number. */
	numberRepeats?: boolean;
	/** The path below the credential's base URL. */
	path: string;
}

/** Anything a vendor's node can do. */
export type Operation = ListOperation | GetOperation | PdfOperation;

/** An invoice in the searchable list. */
export interface SearchResult {
	/** Shown to the user. */
	name: string;
	/** The ID or number that "Invoice" is set to when the user picks it. */
	value: string;
}

/** Everything this package knows about one vendor. */
export interface Vendor {
	provider: Provider;
	/** Shown to the user. */
	name: string;
	credentialType: string;
	/** Validates the credential and returns its base URL and secrets. Throws ReadFailure. */
	connect: (credential: ICredentialDataDecryptedObject) => Connection;
	/** Returns the vendor's own message in an error body, if there is one. */
	errorMessageOf: (body: unknown) => string | undefined;
	/**
	 * Returns how many milliseconds after `now` (milliseconds since 1970) to retry a 429, if the vendor
	 * states it in a header other than `Retry-After`, which takes precedence; null if it does not. A
	 * moment in the past is negative, and retried immediately, as 0 is.
	 */
	retryAfterOf?: (headers: Record<string, unknown>, now: number) => number | null;
	/** IANA name of the time zone in which the vendor's timestamps are dates; UTC by default. */
	timeZone?: string;
	/** By `resource:operation`, e.g. `invoice:getAll`. */
	operations: Record<string, Operation>;
	/** Returns the searchable list's entry for a record of `invoice:getAll`. */
	searchResultOf: (record: object) => SearchResult;
}

/** The parts of a list operation besides its paging strategy. */
export interface ListSettings<Request, R> extends ListTraits<R> {
	/** Validates the filters and returns the function that requests a page. Throws ReadFailure. */
	pages: (context: OperationContext, request: ListRequest) => AskForPage<Request, R>;
	/** Returns what identifies a record in the list. */
	keyOf: KeyOf<R>;
}

/** Returns a list operation. The type of its records is known to the vendor only. */
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

/** Returns an operation that gets one record, or all lines of one invoice. */
export function get(read: GetOperation['read'], normalize: Normalize): GetOperation {
	return { kind: 'get', read, normalize };
}

/**
 * Returns all records of a list that is read within a get operation, such as the lines of an invoice.
 *
 * @param keyOf returns what identifies a record; not used if the strategy counts records by position
 * @throws ReadFailure if the list cannot be read completely
 */
export function readAll<Request, R>(
	context: OperationContext,
	paging: PositionPaging<Request>,
	ask: AskForPage<Request, R>,
): Promise<R[]>;
export function readAll<Request, R>(
	context: OperationContext,
	paging: Paging<Request>,
	ask: AskForPage<Request, R>,
	keyOf: KeyOf<R>,
): Promise<R[]>;
export async function readAll<Request, R>(
	{ onPage }: OperationContext,
	paging: Paging<Request>,
	ask: AskForPage<Request, R>,
	keyOf: KeyOf<R> = contentKey,
): Promise<R[]> {
	const records: R[] = [];
	for await (const page of paging.read(ask, keyOf, { ...READ_ALL, onPage })) {
		for (const record of page) records.push(record);
	}
	return records;
}

/** Returns a normalizer for a list in which each record is one invoice. */
export function normalizeEach<R extends object>(
	normalize: (record: R, context: InvoiceContext) => Invoice,
): Normalize {
	return (records, context) => records.map((record) => normalize(record as R, context));
}
