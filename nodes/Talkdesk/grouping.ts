import { groupBy } from '../shared/groupBy';
import { currencyCode } from '../shared/invoice/currency';
import { Fields } from '../shared/invoice/fields';
import type { Warning } from '../shared/invoice/invoice';
import { canonicalJson } from '../shared/invoice/key';

/**
 * Groups lines by invoice. A line without an account or currency gets that of the other lines with its
 * number, if they agree. A line without a number is an invoice of its own.
 */
export function groupByInvoice(lines: object[]): object[][] {
	const identities = lines.map(identityOf);
	const known = new Map<string, { accounts: Set<string>; currencies: Set<string> }>();
	for (const { number, account, currency } of identities) {
		if (number === null) continue;
		const of = known.get(number) ?? { accounts: new Set(), currencies: new Set() };
		if (account !== null) of.accounts.add(account);
		if (currency !== null) of.currencies.add(currency);
		known.set(number, of);
	}
	const only = (values: Set<string>) => (values.size === 1 ? [...values][0] : null);
	const groups = groupBy(identities, ({ line, number, account, currency }) => {
		if (number === null) return canonicalJson(line);
		const { accounts, currencies } = known.get(number)!;
		return JSON.stringify([number, account ?? only(accounts), currency ?? only(currencies)]);
	});
	return [...groups.values()].map((group) => group.map(({ line }) => line));
}

/** Reading a line again to find its invoice adds no warnings: the invoice has them. */
const IGNORED = new Set<Warning>();

/** Returns the invoice number of a line; null if it has none. */
export function numberOf(line: object): string | null {
	return new Fields(line, IGNORED).text('number');
}

function identityOf(line: object) {
	const fields = new Fields(line, IGNORED);
	return {
		line,
		number: fields.text('number'),
		account: fields.text('account_id', 'account ID'),
		currency: currencyCode(fields.text('currency')),
	};
}
