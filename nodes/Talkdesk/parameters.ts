import type { INodeProperties } from 'n8n-workflow';
import { nodeParameters } from '../shared/node/nodeParameters';
import { talkdesk } from './api';

export const talkdeskParameters: INodeProperties[] = nodeParameters(talkdesk, {
	resources: [
		{
			name: 'Account',
			value: 'account',
			operations: [
				{
					name: 'Get Many',
					value: 'getAll',
					description: 'Get many accounts of your organization',
					action: 'Get many accounts',
				},
			],
		},
	],
	invoiceId: [{ displayName: 'By Number', name: 'number', placeholder: 'e.g. INV20250042' }],
	filters: [
		{
			displayName: 'Account ID',
			name: 'accountId',
			type: 'string',
			default: '',
			description: 'Only return invoices for this account',
		},
		{
			displayName: 'Query',
			name: 'query',
			type: 'string',
			default: '',
			placeholder: "e.g. number eq 'INV20250042'",
			description: 'More conditions in Talkdesk filter syntax',
		},
	],
});
