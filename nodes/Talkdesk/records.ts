/**
 * One line of an invoice. Fields of the whole invoice are repeated on each of its lines.
 * https://docs.talkdesk.com/reference/get-invoices
 */
export interface TalkdeskLine {
	id?: string;
	account_id?: string;
	/** The documentation's spelling of `account_id`. */
	'account ID'?: string;
	number?: string;
	/** Text in the schema, a number in the example. */
	invoice_line_number?: string | number;
	date?: string;
	due_date?: string;
	currency?: string;
	total_invoice_amount?: number;
	total_tax_amount?: number;
	product_id?: string;
	product_name?: string;
	/** The period of the line as free text. */
	description?: string;
	quantity?: number;
	rate?: number;
	amount?: number;
}

/** An account of the organization. */
export interface TalkdeskAccount {
	id?: string;
	name?: string;
	company_name?: string;
	status?: string;
}
