/** A line item. The documentation spells some names in Pascal case; the API uses snake case. */
export interface FastlyLine {
	description?: string;
	amount?: number;
	credit_coupon_code?: string | null;
	rate?: number;
	units?: number;
	product_name?: string;
	ProductName?: string;
	product_group?: string;
	ProductGroup?: string;
	product_line?: string;
	ProductLine?: string;
	region?: string;
	Region?: string;
	usage_type?: string;
	UsageType?: string;
}

/** An invoice. https://www.fastly.com/documentation/reference/api/account/billing/invoices/ */
export interface FastlyInvoice {
	customer_id?: string;
	invoice_id?: string;
	invoice_posted_on?: string;
	billing_start_date?: string;
	billing_end_date?: string;
	statement_number?: string;
	currency_code?: string;
	/** `paid` or `outstanding` where the invoice is closed; absent in the month to date. */
	payment_status?: string | null;
	/** A number in lists and single invoices, text in the month to date. */
	monthly_transaction_amount?: number | string;
	transaction_line_items?: FastlyLine[];
}
