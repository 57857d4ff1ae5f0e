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
import { talkdesk } from './api';
import { talkdeskParameters } from './parameters';

/** Gets the invoices and accounts of a Talkdesk customer. */
export class Talkdesk implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Talkdesk',
		name: 'talkdesk',
		icon: { light: 'file:talkdesk.svg', dark: 'file:talkdesk.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle: operationSubtitle(talkdeskParameters),
		description: 'Get invoices and accounts from Talkdesk',
		defaults: { name: 'Talkdesk' },
		skipNameGeneration: true,
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'talkdeskOAuth2Api', required: true }],
		properties: talkdeskParameters,
	};

	methods = { listSearch: invoiceSearch(talkdesk) };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await executeVendor(this, talkdesk);
	}
}
