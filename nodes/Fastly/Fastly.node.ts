import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { FastlyApi } from '../../credentials/FastlyApi.credentials';
import { credentialTest } from '../shared/node/credentialTest';
import { executeVendor } from '../shared/node/execute';
import { invoiceSearch } from '../shared/node/listSearch';
import { operationSubtitle } from '../shared/node/nodeParameters';
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
		subtitle: operationSubtitle(fastlyParameters),
		description: 'Get invoices and month-to-date charges from Fastly',
		defaults: { name: 'Fastly' },
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'fastlyApi', required: true, testedBy: 'testCredential' }],
		properties: fastlyParameters,
	};

	methods = {
		credentialTest: { testCredential: credentialTest(fastly, { credential: new FastlyApi() }) },
		listSearch: invoiceSearch(fastly),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, fastly);
	}
}
