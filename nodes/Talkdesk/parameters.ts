import type { INodeProperties } from 'n8n-workflow';
import {
	filtersParameter,
	invoiceOperations,
	invoiceParameter,
	limitParameters,
	operationParameter,
	optionsParameter,
	outputParameter,
	pageSizeOption,
	resourceParameter,
} from '../shared/node/parameters';

export const talkdeskParameters: INodeProperties[] = [
	resourceParameter([
		{ name: 'Account', value: 'account' },
		{ name: 'Invoice', value: 'invoice' },
	]),
	operationParameter('invoice', [invoiceOperations.get, invoiceOperations.getAll]),
	operationParameter('account', [
		{
			name: 'Get Many',
			value: 'getAll',
			description: 'Get many accounts of the organization',
			action: 'Get many accounts',
		},
	]),
	invoiceParameter(
		['get'],
		[{ displayName: 'By Number', name: 'number', placeholder: 'e.g. INV20250042' }],
	),
	...limitParameters({ resource: ['invoice', 'account'], operation: ['getAll'] }),
	outputParameter({ resource: ['invoice'] }),
	filtersParameter({ resource: ['invoice'], operation: ['getAll'] }, [
		{
			displayName: 'Account ID',
			name: 'accountId',
			type: 'string',
			default: '',
			description: 'Only invoices of this account',
		},
		{
			displayName: 'Date From',
			name: 'dateFrom',
			type: 'dateTime',
			default: '',
			description: 'Only invoices of this day or later',
		},
		{
			displayName: 'Date To',
			name: 'dateTo',
			type: 'dateTime',
			default: '',
			description: 'Only invoices of this day or earlier',
		},
		{
			displayName: 'Query',
			name: 'query',
			type: 'string',
			default: '',
			placeholder: "e.g. number eq 'INV20250042'",
			description: 'More conditions in the filter language of Talkdesk',
		},
	]),
	optionsParameter([pageSizeOption(250, 250, 50)]),
];
