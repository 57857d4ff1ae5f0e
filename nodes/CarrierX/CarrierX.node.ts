import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { executeVendor } from '../shared/node/execute';
import { invoiceSearch } from '../shared/node/listSearch';
import { carrierX } from './api';
import { carrierXParameters } from './parameters';

/** Gets invoices and their PDFs from CarrierX. */
export class CarrierX implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'CarrierX',
		name: 'carrierX',
		icon: { light: 'file:carrierX.svg', dark: 'file:carrierX.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Read the invoices of CarrierX, with their PDFs',
		defaults: { name: 'CarrierX' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'carrierXApi', required: true }],
		properties: carrierXParameters,
	};

	methods = { listSearch: invoiceSearch(carrierX) };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, carrierX);
	}
}
