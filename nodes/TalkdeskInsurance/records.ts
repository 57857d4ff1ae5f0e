/**
 * An invoice of a policyholder. The API is hosted by the insurer; Talkdesk publishes its contract.
 * https://docs.talkdesk.com/reference/get-account-invoices
 */
export interface TalkdeskInsuranceInvoice {
	/** Amounts are text in currency units. Some are followed by a space and the currency code. */
	amount?: string;
	due_amount?: string;
	paid_amount?: string;
	invoice_bill_date?: string;
	invoice_due_date?: string;
	invoice_number?: string;
	status?: string;
	custom_fields?: Array<{ key?: string; value?: string }>;
	invoice_items_details?: TalkdeskInsuranceItem[];
}

/** A line item. */
export interface TalkdeskInsuranceItem {
	amount?: string;
	category?: string;
	description?: string;
	installment_number?: number;
	paid_amount?: string;
	policy_number?: string;
	product?: string;
}
