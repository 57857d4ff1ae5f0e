import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { executeVendor } from '../shared/node/execute';
import { invoiceSearch } from '../shared/node/listSearch';
import { fastly } from './api';
import { fastlyParameters } from './parameters';

/** Gets invoices and the month to date from Fastly. */
export class Fastly implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Fastly',
		name: 'fastly',
		icon: { light: 'file:fastly.svg', dark: 'file:fastly.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Read the invoices of Fastly',
		defaults: { name: 'Fastly' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'fastlyApi', required: true }],
		properties: fastlyParameters,
	};

	methods = { listSearch: invoiceSearch(fastly) };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, fastly);
	}
}
