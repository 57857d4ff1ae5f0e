import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import type { Client, Connection } from '../http/client';
import type { Invoice, InvoiceContext, Making, Provider } from '../invoice/invoice';
import type { OnPage } from '../paging/page';
import type { Pace } from '../paging/windows';

/** What an operation may use: the client, and the parameters of the item it runs for. */
export interface Call {
	client: Client;
	/** How many requests may be on their way at once. */
	parallelRequests: number;
	credential: ICredentialDataDecryptedObject;
	/** Returns what must not be shown by now, tokens that were sent included. */
	secrets: () => string[];
	/** Gives a node parameter of this item; the fallback where the node has none of that name. */
	parameter: <T>(name: string, fallback: T) => T;
	/** What came in, where the node runs for an item. */
	item?: IDataObject;
	/** The user's "Options" of this item. */
	options: IDataObject;
	/** The user's "Filters" of this item. */
	filters: IDataObject;
	/** Is told how far a list was read; to be handed on in its pace. */
	onPage: OnPage;
}

/** What is wanted of a list. */
export interface ListRequest {
	/** Whether all records are wanted; otherwise the reading stops after the first few. */
	all: boolean;
	/** Asks for pages of this many records, where the user chose so. */
	pageSize?: number;
	/** How fast it may be read, where pages can be asked for side by side. */
	pace?: Pace;
}

/** A list being read. */
export interface Reading<R> {
	pages: AsyncGenerator<R[], void, undefined>;
	/** Whether it comes oldest first although newest first is due. */
	reversed?: boolean;
}

/** Makes invoices of a vendor's records: one of each, or one of several lines. Never throws. */
export type Normalize = (records: object[], context: InvoiceContext) => Invoice[];

/** Tells, page after page, when there is enough for a number of invoices. */
export type EnoughFor<R> = (invoices: number) => (page: R[]) => boolean;

/** Reads many records. */
export interface ListOperation<R> {
	kind: 'list';
	read: (call: Call, request: ListRequest) => Reading<R>;
	/** Where it is missing, the records are no invoices and are put out as they are. */
	normalize?: Normalize;
	/** Where one invoice may stand on two pages: how the list becomes invoices. */
	making?: (context: InvoiceContext) => Making;
	/** Leaves out records that the vendor sends although they were not asked for. */
	keep?: (record: R, about: InvoiceContext, options: { includeDrafts: boolean }) => boolean;
	/** Where it is missing, each record is an invoice. */
	enoughFor?: EnoughFor<R>;
	/** Whether the vendor's order is known, so that the first few are the newest. */
	newestFirst?: boolean;
}

/** Reads what belongs to one id: one record, or all lines of one invoice. */
export interface GetOperation<R> {
	kind: 'get';
	read: (call: Call) => Promise<R[]>;
	normalize: Normalize;
}

/** Finds the file of one invoice. */
export interface PdfOperation {
	kind: 'pdf';
	find: (call: Call) => Promise<PdfFile>;
}

/** Where the PDF of an invoice is. */
export interface PdfFile {
	invoiceId: string;
	invoiceNumber: string | null;
	/** Whether another invoice of this vendor may have the same number. */
	numberRepeats?: boolean;
	path: string;
}

export type Operation = ListOperation<object> | GetOperation<object> | PdfOperation;

/** One entry of a searchable list. */
export interface Choice {
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
	wordsOf: (body: unknown) => string | undefined;
	/** What can be done, by `resource:operation`. */
	operations: Record<string, Operation>;
	/** How a record of `invoice:getAll` is shown in a searchable list. */
	choiceOf: (record: object) => Choice;
}

/** Declares a list operation; the type of its records stays inside. */
export function list<R extends object>(
	read: ListOperation<R>['read'],
	how: Omit<ListOperation<R>, 'kind' | 'read'> = {},
): ListOperation<object> {
	return { kind: 'list', read, ...how } as ListOperation<object>;
}

/** Declares an operation that gets what belongs to one id. */
export function get<R extends object>(
	read: GetOperation<R>['read'],
	normalize: Normalize,
): GetOperation<object> {
	return { kind: 'get', read, normalize };
}

/** Makes a normalizer of many records of one of a single record. */
export function each(normalize: (record: object, context: InvoiceContext) => Invoice): Normalize {
	return (records, context) => records.map((record) => normalize(record, context));
}

/**
 * Makes a filter of what is still to be paid: not paid, not void, no credit note, and no draft unless
 * these are wanted. What says nothing about payment is not left out.
 */
export function unpaid(normalize: (record: object, context: InvoiceContext) => Invoice) {
	return (record: object, about: InvoiceContext, { includeDrafts }: { includeDrafts: boolean }) => {
		const { status, type } = normalize(record, about);
		if (status === 'draft' && !includeDrafts) return false;
		return status !== 'paid' && status !== 'void' && type !== 'creditNote';
	};
}
