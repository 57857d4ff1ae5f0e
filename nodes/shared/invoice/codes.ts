/**
 * What may be wrong with an invoice and needs a person to look at it. Codes are added, never renamed.
 */
export type Warning =
	/** An amount is not in a form that this vendor uses. */
	| 'AMOUNT_INVALID'
	/** An amount has more digits than a JSON number keeps, so it is text. */
	| 'AMOUNT_NOT_A_NUMBER'
	/** The vendor usually states a currency, but not here, or not a known one. */
	| 'CURRENCY_MISSING'
	/** A date is not valid, or cannot be that of an invoice. */
	| 'DATE_INVALID'
	/** The vendor states no ID, so it was computed. */
	| 'ID_MISSING'
	/** Another invoice in this list has the same key. */
	| 'KEY_NOT_UNIQUE'
	/** The lines do not add up to the total. */
	| 'LINE_SUM_MISMATCH'
	/** Lines are missing, because of the limit. */
	| 'LINES_CUT_BY_LIMIT'
	/** The lines, or another list, are not a list of objects. */
	| 'LINES_INVALID'
	/** The vendor refuses to return the lines of this invoice. */
	| 'LINES_MISSING'
	/** The list with this invoice could not be retrieved completely. */
	| 'LIST_INCOMPLETE'
	/** The PDF has no end marker, even when downloaded again: part of it may be missing. */
	| 'PDF_END_MISSING'
	/** The vendor has no PDF of this invoice. */
	| 'PDF_MISSING'
	/** A text field contains another type. */
	| 'TEXT_INVALID'
	/** The vendor's amounts or status contradict each other. */
	| 'TOTALS_DISAGREE'
	/** It is not certain whether an amount is in cents, so it is null. */
	| 'UNIT_UNVERIFIED';

/** How to read an invoice that is correct. Codes are added, never renamed. */
export type Note =
	/** This vendor never states a currency. */
	| 'CURRENCY_NOT_STATED'
	/** The invoice is not a draft, but the vendor states no issue date. */
	| 'ISSUE_DATE_MISSING'
	/** The vendor's list states no lines. */
	| 'LINES_NOT_LISTED'
	/** A draft, which is not issued yet and may still change. */
	| 'NOT_ISSUED'
	/** An amount has more decimal places than its currency. */
	| 'SUB_MINOR_UNIT'
	/** The total is assumed to include tax. */
	| 'TAX_INCLUSION_ASSUMED';
