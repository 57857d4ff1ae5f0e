import { ReadFailure } from '../errors';
import { currencyCode } from '../invoice/currency';
import { isTimeZone } from '../invoice/dates';
import type { InvoiceContext } from '../invoice/invoice';
import { textFrom } from '../vendor/values';
import type { OperationContext, Vendor } from '../vendor/vendor';
import type { Needs } from './output';

/** Invoices that are compared with others contain everything, whatever is returned of them. */
export const EVERYTHING = { lines: true, contentHash: true, raw: true };

/**
 * Returns what normalizers need to know besides the records, from the user's parameters and options.
 *
 * @param needs what the invoices have to contain
 * @throws ReadFailure if the currency or time zone is not valid
 */
export function invoiceContextFrom(
	vendor: Vendor,
	{ options, parameter }: OperationContext,
	needs: Needs & { raw: boolean },
): InvoiceContext {
	const currency = textFrom(options.currency);
	const timeZone = textFrom(options.timeZone) ?? vendor.timeZone ?? 'UTC';
	if (currency !== undefined && currencyCode(currency) === null) {
		throw new ReadFailure('input', `"${currency}" is not a valid currency code`, {
			hint: 'Use a three-letter ISO 4217 code, e.g. USD',
		});
	}
	if (!isTimeZone(timeZone)) {
		throw new ReadFailure('input', `"${timeZone}" is not a valid time zone`, {
			hint: 'Use an IANA time zone, e.g. Europe/Amsterdam',
		});
	}
	return {
		accountId: textFrom(parameter('accountId', '')) ?? null,
		currency: currencyCode(currency ?? null),
		timeZone,
		supplierName: textFrom(options.supplierName) ?? vendor.name,
		includeRaw: needs.raw,
		withLines: needs.lines,
		withContentHash: needs.contentHash,
		today: new Date().toISOString().slice(0, 10),
	};
}
