import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import type { Client, Connection } from '../http/client';

/** The vendors of this package, as they are named in items. */
export type Provider = 'talkdesk' | 'talkdeskInsurance' | 'fastly' | 'carrierX' | 'i3dNet';

/** What an operation may use: the client, and the parameters of the item it runs for. */
export interface Call {
	client: Client;
	credential: ICredentialDataDecryptedObject;
	/** Gives a node parameter of this item; the fallback where the node has none of that name. */
	parameter: <T>(name: string, fallback: T) => T;
	/** The user's "Options" of this item. */
	options: IDataObject;
	/** The user's "Filters" of this item. */
	filters: IDataObject;
}

/** What is wanted of a list. */
export interface ListRequest {
	/** Whether all records are wanted; otherwise the reading stops after the first few. */
	all: boolean;
	/** Asks for pages of this many records, where the user chose so. */
	pageSize?: number;
}

/** A list being read. */
export interface Reading<R> {
	pages: AsyncGenerator<R[], void, undefined>;
	/** Whether it comes oldest first although newest first is due. */
	reversed?: boolean;
}

/** Reads many records. */
export interface ListOperation<R> {
	kind: 'list';
	read: (call: Call, request: ListRequest) => Reading<R>;
	/** Leaves out records that the vendor sends although they were not asked for. */
	keep?: (record: R) => boolean;
}

/** Reads what belongs to one id: one record, or all lines of one invoice. */
export interface GetOperation<R> {
	kind: 'get';
	read: (call: Call) => Promise<R[]>;
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
	keep?: ListOperation<R>['keep'],
): ListOperation<object> {
	return { kind: 'list', read, keep: keep as ListOperation<object>['keep'] };
}

/** Declares an operation that gets what belongs to one id. */
export function get<R extends object>(read: GetOperation<R>['read']): GetOperation<object> {
	return { kind: 'get', read };
}
