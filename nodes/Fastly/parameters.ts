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

export const fastlyParameters: INodeProperties[] = [
	resourceParameter([{ name: 'Invoice', value: 'invoice' }]),
	operationParameter('invoice', [
		invoiceOperations.get,
		invoiceOperations.getAll,
		{
			name: 'Get Month to Date',
			value: 'getMonthToDate',
			description: 'Get what has come together in the current month so far',
			action: 'Get the month to date',
		},
	]),
	invoiceParameter(['get'], [{ displayName: 'By ID', name: 'id', placeholder: 'e.g. 8675309' }]),
	...limitParameters({ resource: ['invoice'], operation: ['getAll'] }),
	outputParameter({ resource: ['invoice'] }),
	filtersParameter({ resource: ['invoice'], operation: ['getAll'] }, [
		{
			displayName: 'Billing End Date',
			name: 'billingEndDate',
			type: 'dateTime',
			default: '',
			description: 'Only invoices whose billing period ends on or before this day',
		},
		{
			displayName: 'Billing Start Date',
			name: 'billingStartDate',
			type: 'dateTime',
			default: '',
			description: 'Only invoices whose billing period starts on or after this day',
		},
	]),
	optionsParameter([pageSizeOption(200, 200)]),
];
