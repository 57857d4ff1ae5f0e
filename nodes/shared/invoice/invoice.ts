import type { Decimal } from './decimal';

/**
 * A vendor as it is named in items and keys: `talkdesk`, `talkdeskInsurance`, `fastly`, `carrierX`,
 * `i3dNet`.
 *
 * @pattern ^[a-z][A-Za-z0-9]*$
 */
export type Provider = string;

/**
 * A civil date, `YYYY-MM-DD`.
 *
 * @pattern ^\d{4}-\d{2}-\d{2}$
 */
export type CivilDate = string;

/**
 * ISO 4217, in capitals.
 *
 * @pattern ^[A-Z]{3}$
 */
export type Currency = string;

export type InvoiceType = 'invoice' | 'creditNote' | 'estimate';

export type InvoiceStatus = 'draft' | 'open' | 'partiallyPaid' | 'paid' | 'void' | 'unknown';

/** What may be wrong with an invoice, for a person to look at. Codes are added, never renamed. */
export type Warning =
	/** An amount is not what this vendor sends as one. */
	| 'AMOUNT_INVALID'
	/** The vendor states a currency elsewhere, but not here, or none that is known. */
	| 'CURRENCY_MISSING'
	/** A date is not one, or cannot be that of an invoice. */
	| 'DATE_INVALID'
	/** The vendor states no id; the one given is computed. */
	| 'ID_MISSING'
	/** Another invoice of this list has the same key. */
	| 'KEY_NOT_UNIQUE'
	/** The lines do not add up to the total. */
	| 'LINE_SUM_MISMATCH'
	/** Lines are missing, because of the limit. */
	| 'LINES_CUT_BY_LIMIT'
	/** The lines, or another list, are no list of objects. */
	| 'LINES_INVALID'
	/** The list this invoice comes from could not be read as a whole. */
	| 'LIST_INCOMPLETE'
	/** The PDF has no mark of its end, also when it was asked for again: part of it may be missing. */
	| 'PDF_END_MISSING'
	/** A text is of another type. */
	| 'TEXT_INVALID'
	/** What the vendor states of the invoice contradicts itself. */
	| 'TOTALS_DISAGREE'
	/** Whether an amount is in cents is not proven, and it is null. */
	| 'UNIT_UNVERIFIED';

/** How to read an invoice of which nothing is wrong. Codes are added, never renamed. */
export type Note =
	/** This vendor never states a currency. */
	| 'CURRENCY_NOT_STATED'
	/** It is no draft, but the vendor states no date of issue. */
	| 'ISSUE_DATE_MISSING'
	/** The vendor's list states no lines. */
	| 'LINES_NOT_LISTED'
	/** A draft: it is not issued yet, and may still change. */
	| 'NOT_ISSUED'
	/** An amount has more digits than its currency. */
	| 'SUB_MINOR_UNIT'
	/** The total is taken to include the tax. */
	| 'TAX_INCLUSION_ASSUMED';

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
	/** The rest, by the vendor's key. */
	attributes: Record<string, unknown>;
}

export interface TaxItem {
	type: string | null;
	jurisdiction: string | null;
	rate: Decimal | null;
	amount: Decimal | null;
}

export interface Payment {
	date: CivilDate | null;
	amount: Decimal | null;
	method: string | null;
}

export interface CustomField {
	key: string | null;
	value: string | null;
}

/** Figures of the account, not of this invoice alone. */
export interface AccountBalance {
	previous: Decimal | null;
	forward: Decimal | null;
	due: Decimal | null;
}

/** An invoice in the one shape of this package. What a vendor does not say is null. */
export interface Invoice {
	schemaVersion: '1';
	provider: Provider;
	/** `provider:account:id`; never changes, so that no invoice is booked twice. */
	dedupeKey: string;
	/**
	 * SHA-256 of what the vendor says: another hash means that the invoice changed.
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
	/** The vendor's word for the status. */
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
	/** Without tax. */
	subTotal: Decimal | null;
	taxAmount: Decimal | null;
	/** With tax. Positive for a credit note. */
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
	/** Fields that the vendor's customer added. */
	customFields: CustomField[];
	/** Whether this package can download it. */
	hasPdf: boolean;
	/** The fields that were computed here, sorted. */
	derivedFields: string[];
	/** What may be wrong with it, sorted. */
	warnings: Warning[];
	/** How to read it, sorted. */
	notes: Note[];
	/** The vendor's own record or records, on request. */
	raw?: unknown;
}

/** An item of the output "Line Items": the line, with its invoice. */
export interface LineItemOutput extends Omit<LineItem, 'lineNumber'> {
	/** Null where the invoice has no lines: it still gets an item, so that none is lost. */
	lineNumber: number | null;
	invoice: Omit<Invoice, 'lineItems'>;
}

/** What the user says about a vendor's invoices, for what the vendor does not say itself. */
export interface InvoiceContext {
	/** The account that was asked for, where the vendor's records do not name it. */
	accountId: string | null;
	/** ISO 4217, for vendors that state no currency. */
	currency: string | null;
	/** IANA name of the zone in which a moment becomes a date. */
	timeZone: string;
	supplierName: string;
	includeRaw: boolean;
	/** The day (UTC) on which the invoices are read: a normalizer reads no clock. */
	today: CivilDate;
}

/** How a list becomes invoices. */
export interface InvoiceAssembler {
	/** Takes some records as they come, and gives what is kept of them. */
	add: (records: object[]) => object[];
	/** Gives the invoices of the list, of all that was kept of it. Never throws. */
	finish: (kept: object[]) => Invoice[];
}
