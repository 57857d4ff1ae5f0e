import type { INodeProperties } from 'n8n-workflow';
import { nodeParameters } from '../shared/node/nodeParameters';
import { currencyOption } from '../shared/node/parameters';
import { carrierX } from './api';

export const carrierXParameters: INodeProperties[] = nodeParameters(carrierX, {
	invoiceId: [
		{
			displayName: 'By ID',
			name: 'id',
			placeholder: 'e.g. 0d4a8c5e-53b1-4f0e-9c1f-2f4f2b1d7a10',
		},
	],
	filters: [
		{
			displayName: 'Created From',
			name: 'createdFrom',
			type: 'dateTime',
			typeOptions: { dateOnly: true },
			default: '',
			description: 'Only return invoices created on or after this day (YYYY-MM-DD, UTC)',
		},
		{
			displayName: 'Created To',
			name: 'createdTo',
			type: 'dateTime',
			typeOptions: { dateOnly: true },
			default: '',
			description: 'Only return invoices created on or before this day (YYYY-MM-DD, UTC)',
		},
		{
			displayName: 'Query',
			name: 'query',
			type: 'string',
			default: '',
			placeholder: 'e.g. status eq open and amount gt 10',
			description: 'More conditions in CarrierX filter syntax, joined by "and"',
		},
	],
	options: [
		currencyOption,
		{
			displayName: 'Exclude Fields',
			name: 'excludeFields',
			type: 'string',
			displayOptions: { show: { '/operation': ['getAll'], '/output': ['raw'] } },
			default: '',
			placeholder: 'e.g. tax_items,pay_items',
			description: 'Comma-separated list of fields to exclude',
		},
		{
			displayName: 'Include Fields',
			name: 'includeFields',
			type: 'string',
			displayOptions: { show: { '/operation': ['getAll'], '/output': ['raw'] } },
			default: '',
			placeholder: 'e.g. invoice_sid,amount',
			description: 'Comma-separated list of fields to include',
		},
		{
			displayName: 'With Related',
			name: 'withRelated',
			type: 'boolean',
			displayOptions: { show: { '/operation': ['getAll', 'getUnpaid'] } },
			default: false,
			description: 'Whether to add the partner (account) to each invoice',
		},
	],
	hasDrafts: true,
});
