import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { I3dNetApi } from '../../credentials/I3dNetApi.credentials';
import { credentialTest } from '../shared/node/credentialTest';
import { executeVendor } from '../shared/node/execute';
import { invoiceSearch } from '../shared/node/listSearch';
import { operationSubtitle } from '../shared/node/nodeParameters';
import { i3dNet } from './api';
import { i3dNetParameters } from './parameters';

/** Gets invoices and their PDFs from i3D.net. */
export class I3dNet implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'i3D.net',
		name: 'i3dNet',
		icon: { light: 'file:i3dNet.svg', dark: 'file:i3dNet.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle: operationSubtitle(i3dNetParameters),
		description: 'Get invoices and PDFs from i3D.net',
		defaults: { name: 'i3D.net' },
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'i3dNetApi', required: true, testedBy: 'testCredential' }],
		properties: i3dNetParameters,
	};

	methods = {
		credentialTest: { testCredential: credentialTest(i3dNet, { credential: new I3dNetApi() }) },
		listSearch: invoiceSearch(i3dNet),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, i3dNet);
	}
}
