import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { CarrierXApi } from '../../credentials/CarrierXApi.credentials';
import { credentialTest } from '../shared/node/credentialTest';
import { executeVendor } from '../shared/node/execute';
import { invoiceSearch } from '../shared/node/listSearch';
import { operationSubtitle } from '../shared/node/nodeParameters';
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
		subtitle: operationSubtitle(carrierXParameters),
		description: 'Get invoices and PDFs from CarrierX',
		defaults: { name: 'CarrierX' },
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'carrierXApi', required: true, testedBy: 'testCredential' }],
		properties: carrierXParameters,
	};

	methods = {
		credentialTest: { testCredential: credentialTest(carrierX, { credential: new CarrierXApi() }) },
		listSearch: invoiceSearch(carrierX),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, carrierX);
	}
}
