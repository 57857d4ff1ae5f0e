import type { INodeProperties } from 'n8n-workflow';
import {
	currencyOption,
	includeDraftsOption,
	invoiceOperations,
	invoiceParameter,
	limitParameters,
	operationParameter,
	optionsParameter,
	outputParameter,
	resourceParameter,
} from '../shared/node/parameters';

export const talkdeskInsuranceParameters: INodeProperties[] = [
	resourceParameter([{ name: 'Invoice', value: 'invoice' }]),
	operationParameter('invoice', [
		invoiceOperations.get,
		invoiceOperations.getAll,
		invoiceOperations.getUnpaid,
	]),
	{
		displayName: 'Account ID',
		name: 'accountId',
		type: 'string',
		displayOptions: { show: { resource: ['invoice'] } },
		required: true,
		default: '',
		placeholder: 'e.g. 100042',
		description: 'The account of the policyholder',
	},
	invoiceParameter(
		['get'],
		[{ displayName: 'By Number', name: 'number', placeholder: 'e.g. 2025-0042' }],
	),
	...limitParameters({ resource: ['invoice'], operation: ['getAll', 'getUnpaid'] }),
	outputParameter({ resource: ['invoice'] }),
	optionsParameter([currencyOption, includeDraftsOption]),
];
