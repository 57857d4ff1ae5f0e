import Ajv2020 from 'ajv/dist/2020';
import schema from '../../nodes/shared/invoice/invoice.schema.json';
import { VENDORS } from '.';

/** Every normalizer, with a record it reads. */
export const normalizers = VENDORS.flatMap((vendor) => vendor.normalizers);

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

/** Throws, with what is wrong, where an item is not what the JSON Schema says. */
export function expectValid(item: unknown): void {
	if (!validate(item)) throw new Error(JSON.stringify(validate.errors, null, '\t'));
}
