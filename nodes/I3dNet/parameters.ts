import type { INodeProperties } from 'n8n-workflow';
import { nodeParameters } from '../shared/node/nodeParameters';
import { i3dNet } from './api';

export const i3dNetParameters: INodeProperties[] = nodeParameters(i3dNet, {
	invoiceId: [
		{ displayName: 'By ID', name: 'id', placeholder: 'e.g. 123456' },
		{ displayName: 'By Number', name: 'number', placeholder: 'e.g. INV-2025-0042' },
	],
	filters: [
		{
			displayName: 'Description',
			name: 'description',
			type: 'string',
			default: '',
			placeholder: 'e.g. hosting',
			description: 'Only return invoices whose description contains this text',
		},
	],
});
