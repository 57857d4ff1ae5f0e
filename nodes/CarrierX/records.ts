/** In currency units. Documented as a number but sent as text; both are accepted. */
export type CarrierXAmount = string | number;

/** An invoice. https://www.carrierx.com/documentation/quick-start/core-api */
export interface CarrierXInvoice {
	invoice_sid?: string;
	partner_sid?: string;
	display_id?: string | null;
	amount?: CarrierXAmount | null;
	amount_due?: CarrierXAmount | null;
	amount_tax?: CarrierXAmount | null;
	balance_forward?: CarrierXAmount | null;
	balance_previous?: CarrierXAmount | null;
	date_billing_period_start?: string | null;
	date_billing_period_end?: string | null;
	date_charge_expected?: string | null;
	date_charged?: string | null;
	date_created?: string | null;
	date_issued?: string | null;
	paid?: boolean | null;
	status?: string | null;
	invoice_items?: CarrierXItem[] | null;
	pay_items?: Array<Record<string, unknown>> | null;
	tax_items?: CarrierXTax[] | null;
}

/** A line item. */
export interface CarrierXItem {
	amount?: CarrierXAmount | null;
	country_code?: string | null;
	date_billing_period_start?: string | null;
	date_billing_period_end?: string | null;
	direction?: string | null;
	type?: string | null;
	usage?: number | null;
}

/** A tax on the invoice. */
export interface CarrierXTax {
	amount?: CarrierXAmount | null;
	jurisdiction?: string | null;
	type?: string | null;
}
