/** What the tests of normalized invoices share. */
import Ajv2020 from 'ajv/dist/2020';
import fc from 'fast-check';
import { buildInvoice } from '../nodes/shared/invoice/build';
import type { InvoiceFacts } from '../nodes/shared/invoice/facts';
import type { Invoice, InvoiceContext } from '../nodes/shared/invoice/invoice';
import schema from '../nodes/shared/invoice/invoice.schema.json';
import { VENDORS } from './vendors';

/** What a user says who sets no option. */
export const context: InvoiceContext = {
	accountId: null,
	currency: null,
	timeZone: 'UTC',
	supplierName: 'The Vendor',
	includeRaw: false,
	withLines: true,
	withContentHash: true,
	today: '2025-06-15',
};

/** Decimals as vendors send them, and some that no number can hold. */
export const decimals: fc.Arbitrary<string> = fc
	.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.stringMatching(/^\d{0,20}$/))
	.map(([isBelowZero, whole, fraction]) => {
		const amount = fraction === '' ? String(whole) : `${whole}.${fraction}`;
		return isBelowZero && /[1-9]/.test(amount) ? `-${amount}` : amount;
	});

/** Returns the invoice of these facts, with the signs of the vendor. */
export const build = (facts: Partial<InvoiceFacts> = {}, about = context): Invoice =>
	buildInvoice({ provider: 'fastly', id: '1', currency: 'EUR', ...facts }, new Set(), about, {});

/** Every normalizer, with a record it reads. */
export const normalizers = VENDORS.flatMap((vendor) => vendor.normalizers);

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

/** Throws, with what is wrong, where an item is not what the JSON Schema says. */
export function expectValid(item: unknown): void {
	if (!validate(item)) throw new Error(JSON.stringify(validate.errors, null, '\t'));
}
