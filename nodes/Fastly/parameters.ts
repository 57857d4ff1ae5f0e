import type { INodeProperties } from 'n8n-workflow';
import { nodeParameters } from '../shared/node/nodeParameters';
import { currencyOption } from '../shared/node/parameters';
import { fastly } from './api';

export const fastlyParameters: INodeProperties[] = nodeParameters(fastly, {
	operations: [
		{
			name: 'Get Month to Date',
			value: 'getMonthToDate',
			description: 'Get the estimated charges for the current month',
			action: 'Get month-to-date charges',
		},
	],
	invoiceId: [{ displayName: 'By ID', name: 'id', placeholder: 'e.g. INV-375119' }],
	filters: [
		{
			displayName: 'Billing End Date',
			name: 'billingEndDate',
			type: 'dateTime',
			typeOptions: { dateOnly: true },
			default: '',
			description:
				'Only return invoices whose billing period ends on or before this day (YYYY-MM-DD)',
		},
		{
			displayName: 'Billing Start Date',
			name: 'billingStartDate',
			type: 'dateTime',
			typeOptions: { dateOnly: true },
			default: '',
			description:
				'Only return invoices whose billing period starts on or after this day (YYYY-MM-DD)',
		},
	],
	options: [
		{
			...currencyOption,
			displayOptions: {
				...currencyOption.displayOptions,
				show: { ...currencyOption.displayOptions?.show, '/operation': ['getMonthToDate'] },
			},
		},
	],
	hasDrafts: true,
});
