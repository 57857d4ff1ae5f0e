/**
 * What the tests have to know of a vendor. There is one row a vendor, in a file of its own; every
 * suite that is not about one vendor iterates over the rows and knows none of them by name.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- this is no node */
import type { Invoice, InvoiceContext } from '../../nodes/shared/invoice/invoice';
import type { PageSize } from '../../nodes/shared/paging/paging';
import type { ListOperation, Vendor } from '../../nodes/shared/vendor/vendor';
import type { Reader } from '../bench/readers';
import type { createSandbox } from '../sandbox';

export type Sandbox = Awaited<ReturnType<typeof createSandbox>>;

/** JSON of anything; what is expected or returned is always looked at as JSON. */
export type Json = Record<string, any>;

/** A normalizer, with records that it reads. */
export interface NormalizerOfTest {
	name: string;
	record: object;
	normalize: (record: object, context: InvoiceContext) => Invoice;
	/**
	 * What is shown nowhere or follows from the rest; or the account, which an answer may leave out, of
	 * an invoice that is known without it: another value makes no other content.
	 */
	immaterial: string[];
	/** Fields, also of its lines, that may be a number or its text; amounts in whole cents have one form. */
	amounts: string[];
	/** Other values of fields, where not any other value will do. */
	others?: Json;
}

/** One operation, with parameters that make it succeed. */
export interface OperationRow {
	name: string;
	kind: 'list' | 'get' | 'estimate' | 'pdf';
	/** Whether it lists what is to be paid. */
	isUnpaid?: boolean;
	/**
	 * Picks this operation's own request, where others may come with it or to the same vendor: of a Get
	 * or a file of several requests it is the last one.
	 */
	path?: string;
	/** Of the node, `resource: invoice` aside. */
	parameters: (sandbox: Sandbox) => Json;
	/** The items as raw records, without their files. */
	expected: (sandbox: Sandbox) => Json[];
	/** How many requests it takes without a fault, tokens not counted; one if not said. */
	requests?: number;
	/** Whether its list has less than ten records, so that it is never read in pages. */
	isShort?: boolean;
	/** What the list looks like as the vendor answers it, where it is not the list of invoices. */
	answer?: (records: unknown[]) => unknown;
}

/** A way to say which invoice is meant. */
export interface WayToGet {
	/** Of the resource locator. */
	mode: 'id' | 'number';
	/** An invoice as it is called, and what Get returns for it. */
	find: (sandbox: Sandbox) => { value: unknown; records: Json[] };
	/** Whether it may come as a number. */
	isNumeric?: boolean;
}

export interface PagingRow {
	/** How a page is asked for; pages with a number begin at multiples of their size only. */
	by: 'page' | 'cursor' | 'offset' | 'range';
	/** Where the size is asked for in the query. */
	sizeParameter?: string;
	/** How many records of its list an invoice of the sandbox makes, on average and rather too few; 1 if not said. */
	recordsPerInvoice?: number;
	/** How a page is asked for by hand, where any page can be; the first one is 0. */
	ask?: (size: number, page: number) => { query?: string; headers?: Record<string, string> };
	/** Where a request begins, of those that are answered by position. */
	startOf?: (request: { headers: Json; query?: Json }) => number;
}

/** How a list comes in pages, with what follows from the bounds that the node states. */
export interface Paging extends PagingRow {
	/** The largest page of the vendor; the smallest one of a node is always 10. */
	largest: number;
	/** The largest page that is asked for when pages of this size are chosen. */
	largestFor: (size: number) => number;
	/** How many requests it takes, at least, to read so many records in pages of ten. */
	requestsFor: (records: number) => number;
	/** How many invoices of the sandbox make so many records, or somewhat more. */
	invoicesFor: (records: number) => number;
}

/** Answers of the vendor beside those of the sandbox. */
export interface Answers {
	/** A list of these records. */
	list: (records: unknown[]) => unknown;
	/** What a request of Get is answered with; a list of one record if not said. */
	one?: (record: any, request: { path: string; query: URLSearchParams }) => unknown;
	/** Whether the test of the credential asks for something else than the list. */
	isTestedWithAnother?: boolean;
	/** An error, with the same words wherever the vendor has some. */
	error: (words: string) => Json;
	/** Forms of a list without records. */
	empty: unknown[];
	/** Words that come with a list, or in its place, and what is shown of them. */
	refusals: Array<{ body: unknown; words: string }>;
	/** What comes in place of an invoice that was asked for, and the message. */
	wrong: Array<{ what: string; invoiceId: Json; body: unknown; message: string }>;
	/** A record as the vendor documents or sends it. */
	documented?: {
		record: Json;
		invoiceId: Json;
		expected: Json;
		/** What changes when it is paid. */
		paid?: Json;
	};
	/** Records, or ones without what they are known by, with '@@' in place of what is nested very deep. */
	odd: Json[];
}

/** What the request of an invoice that does not exist is answered with. */
export interface NotFound {
	value: string;
	message: string;
	httpCode?: string;
}

/** A filter by day. */
export interface DateFilter {
	name: string;
	label: string;
}

/** How n8n's HTTP Request node reads the list, for the benchmark. */
export interface HttpPagination {
	/** Of the list of the row's parameters. */
	path: string;
	query?: Record<string, string>;
	each?: { type: 'qs' | 'headers'; name: string; value: string };
	done?: string;
	/** In which field of a page the records stand; a page that is an array becomes an item a record. */
	records?: string;
	/** Where the record with lines lies, whose list has none. */
	detailPath?: (id: string) => string;
	/** How its users make rows of the records. */
	rows: RowsByHand;
	/** The most that our node may take of the time of that one, with 10,000 invoices at 20 ms. */
	targets?: { raw: number; code: number };
}

/** How the fields of `simplified` are made of a record without this package, for the benchmark. */
export interface RowsByHand {
	/** As they stand in Edit Fields; a field that the vendor never states is left out. */
	fields: Record<string, string>;
	/** Where several records are one invoice: the field that they have in common. */
	sharedBy?: string;
}

/** A normalizer as it is built, and invoices of any number of lines for it, for the benchmark. */
export interface Normalizing {
	name: string;
	/** How `normalize.js` of the node calls it. */
	function: string;
	records: (sandbox: Sandbox) => Json[];
	/** The field with the lines of a record. */
	lines?: string;
	/** Where each record is a line, so that the normalizer takes all of them: the field with its number. */
	lineNumber?: string;
}

/** What the node and its credential show in the editor. */
export interface OnScreen {
	/** What a user who does not think of the vendor's name types: its trade. */
	trade: string;
	/** What is done with the vendor, by the texts of n8n's panel, beside its two usual events. */
	offers: string[];
	/** What is chosen as Region. */
	region?: string;
	/** What is typed into the credential, the secret last. */
	typed: string[];
	/** What n8n says to a wrong secret. */
	refusal: string;
	/** How Get Many shows the invoices, in its order. */
	numbers: (sandbox: Sandbox) => string[];
	/** Which pictures of the README show this vendor. */
	pictures?: Array<'credential' | 'table' | 'get' | 'pdf' | 'trigger'>;
}

export interface VendorRow {
	/** As it is called in messages and in the node panel. */
	name: string;
	/** The type of the node, and the vendor's name in the sandbox. */
	type: string;
	/** Of the sources in `nodes`. */
	folder: string;
	credential: string;
	/** The field of the credential that is secret. */
	secret: string;
	/** The header that carries it, or the token that it buys. */
	header: string;
	/** Whether the secret buys tokens (OAuth2). */
	hasTokens?: boolean;
	/** What a user types before the secret itself. */
	secretPrefix?: string;
	/** Parameters that every operation on its invoices needs, with the values of the list below. */
	parameters: Json;
	/** Sets of these parameters that together reach all invoices of the sandbox; one if not said. */
	everyParameters?: (sandbox: Sandbox) => Json[];
	/**
	 * The records as the sandbox serves them, with the row's parameters if not said otherwise: a change
	 * of this list is a change of its answers.
	 */
	records: (sandbox: Sandbox, parameters?: Json) => Json[];
	/** The field that tells one record from another. */
	key: string;
	/** The field that records of one invoice have in common. */
	id: string;
	/** The field with the account, where an answer may leave it out. */
	account?: string;
	/** Whether the newest records stand first or last in the sandbox. */
	newest: 'first' | 'last';
	/** Whether the list is read from its oldest record on, and turned before it is returned. */
	isTurned?: boolean;
	/** The field by which the list is returned newest first, where the vendor's order is known. */
	orderedBy?: string;
	/** The field with the lines of a listed record, where it has them. */
	lines?: string;
	/** Whether its lists state their length. */
	statesTotal: boolean;
	/** Where its lists come in pages. */
	paging?: PagingRow;
	/**
	 * How many invoices the suites have the sandbox make, where its own number is too small: they take
	 * records up to the 34th by index, and a list in pages has to have 60 records or more, one of pages
	 * with a number 200.
	 */
	size?: number;
	operations: OperationRow[];
	ways: [WayToGet, ...WayToGet[]];
	notFound: NotFound;
	/** Which options only some vendors have. */
	options: { currency?: boolean; timeZone?: boolean };
	dateFilter?: DateFilter;
	/** Filters that the user has opened and left empty. */
	emptyFilters?: Json;
	/** By the vendor's own fields; drafts are none of the sandbox's usual invoices. */
	isUnpaid?: (record: Json) => boolean;
	/** Changes what an invoice says. */
	change: (record: Json) => void;
	/** Pays it, where the vendor tells what is paid. */
	pay?: (record: Json) => void;
	/** A change that makes another record of the same key. */
	otherContent?: Json;
	/**
	 * How long the sandbox asks to wait with a 429 without Retry-After, where the vendor states it in
	 * another header: the least and the most milliseconds, below 30,000.
	 */
	wait?: { least: number; most: number };
	/** The words of the sandbox to a secret that is wrong, and to one that may not read invoices. */
	refused: { wrong?: string; powerless?: string };
	/** Fields of the credential for a server that knows accounts by their secret, which stands in an expression. */
	accountCredential: (origin: string, secret: string) => Json;
	/** What such a server answers with: one invoice `T-<account>`. */
	accountAnswer: (account: string) => unknown;
	answers: Answers;
	normalizers: NormalizerOfTest[];
	/** Where the file of an invoice is, below the base URL. */
	pdfPath?: (id: string) => string;
	/** Gives the invoice of a listed record, of those with files, another number. */
	renumber?: (sandbox: Sandbox, record: Json, number: string) => void;
	/** The paths below the base URL at which invoices are asked for, whatever their ids are. */
	paths: RegExp;
	http: HttpPagination;
	/** Reads the list of the row's parameters as a plain program does, for the benchmark. */
	read: Reader;
	normalizing: Normalizing[];
	onScreen: OnScreen;
	/**
	 * What an invoice comes to by the vendor's own fields; null where nobody can tell. `add` adds
	 * decimals exactly, so that nothing of the package has a say in it.
	 */
	total: (
		record: Json,
		add: (amounts: unknown[]) => string,
		usual: string | null,
	) => { currency: string | null; total: string | null };
}

export interface VendorOfTest extends Omit<VendorRow, 'operations' | 'everyParameters' | 'paging'> {
	operations: OperationOfTest[];
	paging?: Paging;
	/** What the node does to read its list. */
	api: ListOperation;
	/** The list as the node returns it. */
	list: (sandbox: Sandbox) => Json[];
	/** Sets of parameters that together reach all invoices of the sandbox. */
	sets: (sandbox: Sandbox) => Json[];
	/** Returns the header with the secret, or with the token that it has bought. */
	headers: (secret: string) => Record<string, string>;
	keyOf: (record: Json) => string;
	idOf: (record: Json) => string;
}

export interface OperationOfTest extends OperationRow {
	vendor: VendorOfTest;
	requests: number;
	/** How many requests come before the one of its path. */
	before: number;
}

export const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** No id that any vendor has given. */
export const STRANGE_UUID = '00000000-0000-4000-8000-000000000000';

/** What a resource locator holds. */
export const locator = (mode: string, value: unknown): Json => ({ __rl: true, mode, value });

/** The parameter that says which invoice is meant. */
export const byId = (value: unknown, mode = 'id'): Json => ({ invoiceId: locator(mode, value) });

/** Parameters for all that an operation lists. */
export const all = (operation: string, more: Json = {}): Json => ({
	operation,
	returnAll: true,
	...more,
});

/** What the item of a PDF has to say; only where there is a test that expects something. */
export const pdfItem = (
	provider: string,
	invoiceId: string,
	invoiceNumber: string,
	name: string,
): Json => ({
	provider,
	invoiceId,
	invoiceNumber,
	fileName: `${provider}-${name}.pdf`,
	mimeType: 'application/pdf',
	fileSize: expect.any(Number),
	sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
	warnings: [],
});

/** Pages with a number are no smaller beyond the first one: smaller ones do not reach far enough. */
const LEAST_NUMBERED = 50;

/** Returns how a list comes in pages, with what follows from the largest one. */
function pagingOfTest(row: PagingRow, { max: largest }: PageSize): Paging {
	const isNumbered = row.by === 'page';
	const largestFor = (size: number): number =>
		isNumbered ? Math.max(size, Math.min(LEAST_NUMBERED, largest)) : size;
	return {
		...row,
		largest,
		largestFor,
		// Larger pages with a number begin anew at the start of the list.
		requestsFor: (records) => {
			const size = largestFor(10);
			return Math.ceil(records / size) + (size > 10 ? 1 : 0);
		},
		invoicesFor: (records) => Math.ceil(records / (row.recordsPerInvoice ?? 1)),
	};
}

/** Returns what the node does to read the list of a vendor. */
function listOperationOf({ folder, type }: VendorRow): ListOperation {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- the row knows the folder
	const { [type]: vendor } = require(`../../nodes/${folder}/api`) as Record<string, Vendor>;
	return vendor.operations['invoice:getAll'] as ListOperation;
}

/** Returns the row with what follows from it. */
export function vendorOfTest({ everyParameters, paging, ...row }: VendorRow): VendorOfTest {
	const api = listOperationOf(row);
	if ((paging === undefined) !== (api.paging.size === null))
		throw new Error(`the row of ${row.name} and its node differ on whether lists come in pages`);
	const vendor: VendorOfTest = {
		...row,
		...(paging && api.paging.size && { paging: pagingOfTest(paging, api.paging.size) }),
		api,
		operations: [],
		list: (sandbox) => {
			const records = plain(row.records(sandbox));
			return row.isTurned ? records.reverse() : records;
		},
		sets: everyParameters ?? (() => [row.parameters]),
		headers: (secret) => {
			const isBearer = row.header === 'authorization' && row.secretPrefix === undefined;
			return { [row.header]: isBearer ? `Bearer ${secret}` : secret };
		},
		keyOf: (record) => record[row.key],
		idOf: (record) => record[row.id],
	};
	vendor.operations = row.operations.map(({ requests = 1, ...operation }) => ({
		...operation,
		name: `${row.name}: ${operation.name}`,
		vendor,
		requests,
		before: operation.path !== undefined && operation.kind !== 'list' ? requests - 1 : 0,
	}));
	return vendor;
}
