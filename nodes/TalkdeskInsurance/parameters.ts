import type { INodeProperties } from 'n8n-workflow';
import { nodeParameters } from '../shared/node/nodeParameters';
import { currencyOption } from '../shared/node/parameters';
import { talkdeskInsurance } from './api';

export const talkdeskInsuranceParameters: INodeProperties[] = nodeParameters(talkdeskInsurance, {
	required: [
		{
			displayName: 'Account ID',
			name: 'accountId',
			type: 'string',
			displayOptions: { show: { resource: ['invoice'] } },
			required: true,
			default: '',
			placeholder: 'e.g. 100042',
			description: "The policyholder's account ID",
		},
	],
	invoiceId: [{ displayName: 'By Number', name: 'number', placeholder: 'e.g. 2025-0042' }],
	options: [currencyOption],
	hasDrafts: true,
});
