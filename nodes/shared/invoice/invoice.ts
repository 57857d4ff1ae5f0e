import type { Amount } from './amounts';
import type { Note, Warning } from './codes';
import type { Decimal } from './decimal';

export type { Note, Warning } from './codes';

/**
 * The name of a vendor in items and keys: the type name of its node, such as `fastly`.
 *
 * @pattern ^[a-z][A-Za-z0-9]*$
 */
export type Provider = string;

/**
 * A calendar date, `YYYY-MM-DD`.
 *
 * @pattern ^\d{4}-\d{2}-\d{2}$
 */
export type CivilDate = string;

/**
 * An ISO 4217 currency code in capitals.
 *
 * @pattern ^[A-Z]{3}$
 */
export type Currency = string;

/** An estimate is the charges so far, of which there is no document yet. */
export type InvoiceType = 'invoice' | 'creditNote' | 'estimate';

/** `unknown` if the vendor's data does not say, or contradicts itself. */
export type InvoiceStatus = 'draft' | 'open' | 'partiallyPaid' | 'paid' | 'void' | 'unknown';

/** One line of an invoice. */
export interface LineItem<Money = Decimal> {
	/**
	 * From 1.
	 *
	 * @asType integer
	 * @minimum 1
	 */
	lineNumber: number;
	id: string | null;
	description: string | null;
	itemCode: string | null;
	itemName: string | null;
	category: string | null;
	chargeCategory: 'usage' | 'purchase' | 'tax' | 'credit' | 'adjustment' | null;
	quantity: Money | null;
	unitAmount: Money | null;
	amount: Money | null;
	amountPaid: Money | null;
	unitOfMeasurement: string | null;
	region: string | null;
	periodStart: CivilDate | null;
	periodEnd: CivilDate | null;
	/** All other fields, by the vendor's names. */
	attributes: Record<string, unknown>;
}

/** One tax of an invoice. */
export interface TaxItem<Money = Decimal> {
	type: string | null;
	jurisdiction: string | null;
	rate: Money | null;
	amount: Money | null;
}

/** A payment of an invoice. */
export interface Payment<Money = Decimal> {
	date: CivilDate | null;
	amount: Money | null;
	method: string | null;
}

/** A field added by the vendor's customer, as text. */
export interface CustomField {
	key: string | null;
	value: string | null;
}

/** Balances of the account, not of this invoice alone. */
export interface AccountBalance<Money = Decimal> {
	previous: Money | null;
	forward: Money | null;
	due: Money | null;
}

/**
 * An invoice in the format of this package, the same for every vendor. What the vendor does not state
 * is null.
 */
export interface Invoice<Money = Decimal> {
	/** As printed on the document. */
	invoiceNumber: string | null;
	supplierName: string;
	issueDate: CivilDate | null;
	dueDate: CivilDate | null;
	status: InvoiceStatus;
	type: InvoiceType;
	currency: Currency | null;
	/** The total with its sign: negative for a credit note. */
	signedTotal: Money | null;
	amountDue: Money | null;
	accountId: string | null;
	id: string;
	/** `provider:account:id`; never changes, so that no invoice is booked twice. */
	dedupeKey: string;
	/** What may be wrong with it, sorted. */
	warnings: Warning[];
	/** Including tax. Positive for a credit note. */
	totalAmount: Money | null;
	/** Excluding tax. */
	subTotal: Money | null;
	taxAmount: Money | null;
	amountPaid: Money | null;
	paidDate: CivilDate | null;
	periodStart: CivilDate | null;
	periodEnd: CivilDate | null;
	description: string | null;
	/** The vendor's own status. */
	sourceStatus: string | null;
	direction: 'payable' | 'receivable';
	accountBalance: AccountBalance<Money> | null;
	lineItems: Array<LineItem<Money>>;
	taxItems: Array<TaxItem<Money>>;
	payments: Array<Payment<Money>>;
	/** Fields added by the vendor's customer. */
	customFields: CustomField[];
	linesComplete: boolean;
	/** Whether this package can download the PDF. */
	hasPdf: boolean;
	/** How to read it, sorted. */
	notes: Note[];
	/** The fields computed by this package, sorted. */
	derivedFields: string[];
	schemaVersion: '1';
	provider: Provider;
	/**
	 * SHA-256 of what the vendor states: a different hash means that the invoice has changed.
	 *
	 * @pattern ^[0-9a-f]{64}$
	 */
	contentHash: string;
	/** The vendor's original record or records, on request. */
	raw?: unknown;
}

/** An invoice with everything that is known of it, as it is returned: with amounts as numbers or text. */
export type FullInvoice = Invoice<Amount>;

/** What the user specifies about a vendor's invoices because the vendor does not state it. */
export interface InvoiceContext {
	/** The requested account, if the vendor's records do not name it. */
	accountId: string | null;
	/** ISO 4217 code, for vendors that state no currency. */
	currency: string | null;
	/** IANA name of the time zone in which moments become dates. */
	timeZone: string;
	supplierName: string;
	includeRaw: boolean;
	/** Whether lines are wanted; if nothing else needs them, only their amounts are read, which may prove a total. */
	withLines: boolean;
	/** Whether the hash of the content is wanted; otherwise it is an empty text. */
	withContentHash: boolean;
	/** The current date (UTC): normalizers do not read the clock. */
	today: CivilDate;
}

/** Assembles invoices from the records of a list. */
export interface InvoiceAssembler {
	/** Adds some records, in order of arrival, and returns what is kept of them. */
	add: (records: object[]) => object[];
	/** Returns the invoices of the list from everything that was kept. Never throws. */
	finish: (kept: object[]) => Invoice[];
}
