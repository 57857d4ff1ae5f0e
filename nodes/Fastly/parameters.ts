import type { INodeProperties } from 'n8n-workflow';
import {
	currencyOption,
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

const lists = { resource: ['invoice'], operation: ['getAll', 'getUnpaid'] };

export const fastlyParameters: INodeProperties[] = [
	resourceParameter([{ name: 'Invoice', value: 'invoice' }]),
	operationParameter('invoice', [
		invoiceOperations.get,
		invoiceOperations.getAll,
		invoiceOperations.getUnpaid,
		{
			name: 'Get Month to Date',
			value: 'getMonthToDate',
			description: 'Get the estimated charges for the current month',
			action: 'Get month-to-date charges',
		},
	]),
	invoiceParameter(['get'], [{ displayName: 'By ID', name: 'id', placeholder: 'e.g. INV-375119' }]),
	...limitParameters(lists),
	outputParameter({ resource: ['invoice'] }),
	filtersParameter(lists, [
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
	optionsParameter([
		{
			...currencyOption,
			displayOptions: {
				show: { '/operation': ['getMonthToDate'], ...currencyOption.displayOptions?.show },
			},
		},
		pageSizeOption(200, 200),
	]),
];
