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
export interface LineItem {
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
	quantity: Decimal | null;
	unitAmount: Decimal | null;
	amount: Decimal | null;
	amountPaid: Decimal | null;
	unitOfMeasurement: string | null;
	region: string | null;
	periodStart: CivilDate | null;
	periodEnd: CivilDate | null;
	/** All other fields, by the vendor's names. */
	attributes: Record<string, unknown>;
}

/** One tax of an invoice. */
export interface TaxItem {
	type: string | null;
	jurisdiction: string | null;
	rate: Decimal | null;
	amount: Decimal | null;
}

/** A payment of an invoice. */
export interface Payment {
	date: CivilDate | null;
	amount: Decimal | null;
	method: string | null;
}

/** A field added by the vendor's customer, as text. */
export interface CustomField {
	key: string | null;
	value: string | null;
}

/** Balances of the account, not of this invoice alone. */
export interface AccountBalance {
	previous: Decimal | null;
	forward: Decimal | null;
	due: Decimal | null;
}

/**
 * An invoice in the format of this package, the same for every vendor. What the vendor does not state
 * is null.
 */
export interface Invoice {
	schemaVersion: '1';
	provider: Provider;
	/** `provider:account:id`; never changes, so that no invoice is booked twice. */
	dedupeKey: string;
	/**
	 * SHA-256 of what the vendor states: a different hash means that the invoice has changed.
	 *
	 * @pattern ^[0-9a-f]{64}$
	 */
	contentHash: string;
	id: string;
	/** As printed on the document. */
	invoiceNumber: string | null;
	type: InvoiceType;
	direction: 'payable' | 'receivable';
	status: InvoiceStatus;
	/** The vendor's own status. */
	sourceStatus: string | null;
	accountId: string | null;
	supplierName: string;
	description: string | null;
	issueDate: CivilDate | null;
	dueDate: CivilDate | null;
	paidDate: CivilDate | null;
	periodStart: CivilDate | null;
	periodEnd: CivilDate | null;
	currency: Currency | null;
	/** Excluding tax. */
	subTotal: Decimal | null;
	taxAmount: Decimal | null;
	/** Including tax. Positive for a credit note. */
	totalAmount: Decimal | null;
	/** The total with its sign: negative for a credit note. */
	signedTotal: Decimal | null;
	amountPaid: Decimal | null;
	amountDue: Decimal | null;
	accountBalance: AccountBalance | null;
	lineItems: LineItem[];
	taxItems: TaxItem[];
	payments: Payment[];
	linesComplete: boolean;
	/** Fields added by the vendor's customer. */
	customFields: CustomField[];
	/** Whether this package can download the PDF. */
	hasPdf: boolean;
	/** The fields computed by this package, sorted. */
	derivedFields: string[];
	/** What may be wrong with it, sorted. */
	warnings: Warning[];
	/** How to read it, sorted. */
	notes: Note[];
	/** The vendor's original record or records, on request. */
	raw?: unknown;
}

/** An item of the output "Line Items": a line with its invoice. */
export interface LineItemOutput extends Omit<LineItem, 'lineNumber'> {
	/** Null if the invoice has no lines: it still gets an item, so that none is lost. */
	lineNumber: number | null;
	invoice: Omit<Invoice, 'lineItems'>;
}

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
