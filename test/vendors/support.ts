import Ajv2020 from 'ajv/dist/2020';
import { normalizeInvoice as carrierX } from '../../nodes/CarrierX/normalize';
import {
	normalizeInvoice as fastly,
	normalizeMonthToDate as fastlyMonthToDate,
} from '../../nodes/Fastly/normalize';
import { normalizeDetail, normalizeListed } from '../../nodes/I3dNet/normalize';
import { normalizeLines } from '../../nodes/Talkdesk/normalize';
import { normalizeInvoice as insurance } from '../../nodes/TalkdeskInsurance/normalize';
import type { Invoice, InvoiceContext } from '../../nodes/shared/invoice/invoice';
import schema from '../../nodes/shared/invoice/invoice.schema.json';
import {
	carrierXInvoice,
	fastlyInvoice,
	i3dNetDetail,
	i3dNetListed,
	insuranceInvoice,
	talkdeskLines,
} from './fixtures';

/** Every normalizer, with a record it reads. */
export const normalizers: Array<{
	name: string;
	record: object;
	normalize: (record: object, context: InvoiceContext) => Invoice;
}> = [
	{
		name: 'Talkdesk',
		record: talkdeskLines[0],
		normalize: (line, context) => normalizeLines([line], context)[0],
	},
	{ name: 'Talkdesk Insurance', record: insuranceInvoice, normalize: insurance },
	{ name: 'Fastly', record: fastlyInvoice, normalize: fastly },
	{ name: 'Fastly, month to date', record: fastlyInvoice, normalize: fastlyMonthToDate },
	{ name: 'CarrierX', record: carrierXInvoice, normalize: carrierX },
	{ name: 'i3D.net, list', record: i3dNetListed, normalize: normalizeListed },
	{ name: 'i3D.net, detail', record: i3dNetDetail, normalize: normalizeDetail },
];

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

/** Throws, with what is wrong, where an item is not what the JSON Schema says. */
export function expectValid(item: unknown): void {
	if (!validate(item)) throw new Error(JSON.stringify(validate.errors, null, '\t'));
}
