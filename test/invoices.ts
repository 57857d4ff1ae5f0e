/** What the tests of normalized invoices share. */
import Ajv2020 from 'ajv/dist/2020';
import type { InvoiceContext } from '../nodes/shared/invoice/invoice';
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

/** Every normalizer, with a record it reads. */
export const normalizers = VENDORS.flatMap((vendor) => vendor.normalizers);

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

/** Throws, with what is wrong, where an item is not what the JSON Schema says. */
export function expectValid(item: unknown): void {
	if (!validate(item)) throw new Error(JSON.stringify(validate.errors, null, '\t'));
}
