import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { executeVendor } from '../shared/node/execute';
import { invoiceSearch } from '../shared/node/listSearch';
import { operationSubtitle } from '../shared/node/nodeParameters';
import { talkdeskInsurance } from './api';
import { testInsuranceCredential } from './credentialTest';
import { talkdeskInsuranceParameters } from './parameters';

/** Gets the invoices of policyholders from an insurer's Talkdesk Integrations Bridge. */
export class TalkdeskInsurance implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Talkdesk Insurance',
		name: 'talkdeskInsurance',
		icon: { light: 'file:talkdeskInsurance.svg', dark: 'file:talkdeskInsurance.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle: operationSubtitle(talkdeskInsuranceParameters),
		description: 'Get policyholder invoices from a Talkdesk Integrations Bridge',
		defaults: { name: 'Talkdesk Insurance' },
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'talkdeskInsuranceApi', required: true, testedBy: 'testCredential' }],
		properties: talkdeskInsuranceParameters,
	};

	methods = {
		credentialTest: { testCredential: testInsuranceCredential },
		listSearch: invoiceSearch(talkdeskInsurance),
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, talkdeskInsurance);
	}
}
