/** An invoice in a list. Amounts are whole cents as text. https://www.i3d.net/docs/api/v3/ */
export interface I3dNetListedInvoice {
	id?: string;
	/** Unix seconds, like the due date. */
	creationDate?: number;
	dueDate?: number;
	invoiceNumber?: string;
	invoiceHash?: string;
	description?: string;
	currency?: string;
	currencySign?: string;
	amountIncVAT?: string;
	amountExclVAT?: string;
	paymentStatus?: number;
	/** Unix seconds; 0 or null while unpaid. */
	paymentDate?: number | null;
	isCredit?: number;
	/** The unit of these two is not documented. */
	remainingAmount?: string;
	totalPaidAmount?: string;
}

/** An invoice by ID or number. Amounts are whole cents as text. The list spells it `VAT`, this record `Vat`. */
export interface I3dNetInvoice {
	id?: number;
	/** Text; Unix seconds in the list. */
	creationDate?: string;
	dueDate?: string;
	invoiceNumber?: string;
	invoiceHash?: string;
	clientNumber?: string;
	paymentTerm?: number;
	currency?: string;
	currencySign?: string;
	vatPercentage?: number;
	vatAmount?: string;
	amountIncVat?: string;
	amountExclVat?: string;
	paymentStatus?: number;
	paymentDate?: number | null;
	isCredit?: number;
	items?: I3dNetItem[];
	clientDetails?: Record<string, unknown>;
	companyDetails?: Record<string, unknown>;
}

/** A line item. */
export interface I3dNetItem {
	orderId?: string;
	description?: string;
	/** Text whose format is not documented. */
	periodFrom?: string;
	periodTo?: string;
	remarks?: string;
	quantity?: number;
	setupCosts?: string;
	unitPrice?: string;
	vatPercentage?: number;
	vatAmount?: string;
	amountIncVat?: string;
	amountExclVat?: string;
}
