import type { INodeProperties } from 'n8n-workflow';
import {
	binaryPropertyParameter,
	filtersParameter,
	invoiceOperations,
	invoiceParameter,
	limitParameters,
	operationParameter,
	optionsParameter,
	outputParameter,
	pageSizeOption,
	pdfOptions,
	resourceParameter,
	timeZoneOption,
} from '../shared/node/parameters';

const lists = { resource: ['invoice'], operation: ['getAll', 'getUnpaid'] };

export const i3dNetParameters: INodeProperties[] = [
	resourceParameter([{ name: 'Invoice', value: 'invoice' }]),
	operationParameter('invoice', [
		invoiceOperations.downloadPdf,
		invoiceOperations.get,
		invoiceOperations.getAll,
		invoiceOperations.getUnpaid,
	]),
	invoiceParameter(
		['get', 'downloadPdf'],
		[
			{ displayName: 'By ID', name: 'id', placeholder: 'e.g. 123456' },
			{ displayName: 'By Number', name: 'number', placeholder: 'e.g. INV-2025-0042' },
		],
	),
	binaryPropertyParameter,
	...limitParameters(lists),
	outputParameter({ resource: ['invoice'], operation: ['get', 'getAll', 'getUnpaid'] }),
	filtersParameter(lists, [
		{
			displayName: 'Description',
			name: 'description',
			type: 'string',
			default: '',
			placeholder: 'e.g. hosting',
			description: 'Only invoices whose description holds this text',
		},
	]),
	optionsParameter([...pdfOptions, timeZoneOption, pageSizeOption(100, 1000)]),
];
