import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { PageSize } from '../paging/paging';
import { STATUS_OPTIONS } from './filters';
import { fieldOptions } from './invoiceFields';
import { ONE_ITEM_EACH } from './output';

type Show = IDisplayOptions['show'];

/** Returns the "Resource" parameter of a node. */
export function resourceParameter(options: INodePropertyOptions[]): INodeProperties {
	return {
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options,
		default: 'invoice',
	};
}

/** Returns the "Operation" parameter of one resource. */
export function operationParameter(
	resource: string,
	options: INodePropertyOptions[],
): INodeProperties {
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options,
		default: 'getAll',
	};
}

/** The invoice operations as the editor shows them. */
export const invoiceOperations = {
	downloadPdf: {
		name: 'Download PDF',
		value: 'downloadPdf',
		description: 'Download the PDF of an invoice',
		action: 'Download the PDF of an invoice',
	},
	get: {
		name: 'Get',
		value: 'get',
		description: 'Get one invoice',
		action: 'Get an invoice',
	},
	getAll: {
		name: 'Get Many',
		value: 'getAll',
		description: 'Get many invoices, newest first where the order of the vendor is known',
		action: 'Get many invoices',
	},
	getUnpaid: {
		name: 'Get Many Unpaid',
		value: 'getUnpaid',
		description: 'Get unpaid and partially paid invoices, excluding credit notes and drafts',
		action: 'Get many unpaid invoices',
	},
} satisfies Record<string, INodePropertyOptions>;

const onlyNewParameter: INodeProperties = {
	displayName: 'Invoices to Return',
	name: 'onlyNew',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'All',
			value: 'off',
			description: 'Return all invoices each time, or as many as Limit says',
		},
		{
			name: 'New Since the Last Run',
			value: 'new',
			description: 'Return each invoice once',
		},
		{
			name: 'New or Changed Since the Last Run',
			value: 'newOrChanged',
			description: 'Return each invoice once, and again when its content has changed',
		},
	],
	default: 'off',
	description:
		'Whether to skip the invoices that an earlier execution of this node has returned. The whole list is read each time. A manual execution returns up to 50 invoices, new or not, and does not count. If a later node fails, retry that execution: the next one skips its invoices.',
};

/** Returns "Return All" and "Limit" for the resources in `show`, after "Invoices to Return" for invoices. */
export function limitParameters(show: Show): INodeProperties[] {
	const resources = show?.resource ?? [];
	return resources.flatMap((resource) => {
		const displayOptions = { show: { ...show, resource: [resource] } };
		if (resource !== 'invoice') return limits(displayOptions);
		// No limit on new invoices: those it left out would be recorded as returned.
		const hide = { onlyNew: ['new', 'newOrChanged'] };
		return [{ ...onlyNewParameter, displayOptions }, ...limits({ ...displayOptions, hide })];
	});
}

function limits(displayOptions: IDisplayOptions): INodeProperties[] {
	const { show } = displayOptions;
	return [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			displayOptions,
			default: false,
			description: 'Whether to return all results or only up to a given limit',
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			displayOptions: { ...displayOptions, show: { ...show, returnAll: [false] } },
			typeOptions: { minValue: 1 },
			default: 50,
			description: 'Max number of results to return',
		},
	];
}

/** A way to identify an invoice besides the searchable list. */
export interface InvoiceIdMode {
	displayName: string;
	name: 'id' | 'number';
	placeholder: string;
}

/** Returns the "Invoice" parameter: a searchable list, and the other ways to identify an invoice. */
export function invoiceParameter(operations: string[], modes: InvoiceIdMode[]): INodeProperties {
	return {
		displayName: 'Invoice',
		name: 'invoiceId',
		type: 'resourceLocator',
		displayOptions: { show: { resource: ['invoice'], operation: operations } },
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The invoice to read. The list holds the newest ones.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchInvoices', searchable: true },
			},
			...modes.map((mode) => ({ ...mode, type: 'string' as const })),
		],
	};
}

const outputOptions = {
	full: {
		name: 'Full',
		value: 'full',
		description: 'One item per invoice with everything known of it, line items included',
	},
	lineItems: {
		name: 'Line Items',
		value: 'lineItems',
		description: 'One item per line item, as a flat row with its invoice',
	},
	raw: {
		name: 'Raw',
		value: 'raw',
		description: "The vendor's original response",
	},
	selectedFields: {
		name: 'Selected Fields',
		value: 'selectedFields',
		description: 'One item per invoice with the fields you choose',
	},
	simplified: {
		name: 'Simplified',
		value: 'simplified',
		description: 'One item per invoice, as a flat row in the same format for every vendor',
	},
};

function outputParameter(
	displayOptions: IDisplayOptions,
	options: INodePropertyOptions[],
): INodeProperties {
	return {
		displayName: 'Output',
		name: 'output',
		type: 'options',
		displayOptions,
		options,
		default: 'simplified',
		description: 'What each output item contains',
	};
}

/** Returns "Output" and "Fields". An AI agent gets fewer choices: a full invoice is too long for it. */
export function outputParameters(show: Show): INodeProperties[] {
	const { full, lineItems, raw, selectedFields, simplified } = outputOptions;
	const all = [full, lineItems, raw, selectedFields, simplified];
	return [
		outputParameter({ show, hide: { '@tool': [true] } }, all),
		outputParameter({ show: { ...show, '@tool': [true] } }, [raw, selectedFields, simplified]),
		{
			displayName: 'Fields',
			name: 'fields',
			type: 'multiOptions',
			displayOptions: { show: { ...show, output: ['selectedFields'] } },
			options: fieldOptions,
			default: [],
			description: 'The fields to return, besides the ID',
		},
	];
}

/** The filters that every vendor has; "Status" only where the vendor tells what is paid. */
export function sharedFilters(knowsStatus: boolean): INodeProperties[] {
	const dates: INodeProperties[] = [
		{
			displayName: 'Dated From',
			name: 'dateFrom',
			type: 'dateTime',
			default: '',
			description:
				'Only invoices dated on or after this day (YYYY-MM-DD). An invoice without an issue date counts by the start of its period; drafts are kept.',
		},
		{
			displayName: 'Dated To',
			name: 'dateTo',
			type: 'dateTime',
			default: '',
			description:
				'Only invoices dated on or before this day (YYYY-MM-DD). An invoice without an issue date counts by the start of its period; drafts are kept.',
		},
	];
	if (!knowsStatus) return dates;
	return [
		...dates,
		{
			displayName: 'Status',
			name: 'status',
			type: 'multiOptions',
			options: STATUS_OPTIONS,
			default: [],
			description: 'Only invoices with one of these statuses',
		},
	];
}

/** Returns "Filters": those of every vendor and the vendor's own, by name. */
export function filtersParameter(show: Show, options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		displayOptions: { show },
		default: {},
		options: byDisplayName(options),
	};
}

function byDisplayName(properties: INodeProperties[]): INodeProperties[] {
	return [...properties].sort((a, b) => a.displayName.localeCompare(b.displayName));
}

const LISTS = ['getAll', 'getUnpaid'];

/** For options that have no effect on raw records. */
const normalizedOnly: IDisplayOptions = { hide: { '/output': ['raw'] } };

/** The options that every vendor has. */
const sharedOptions: INodeProperties[] = [
	{
		displayName: 'Amounts As',
		name: 'amountsAs',
		type: 'options',
		displayOptions: normalizedOnly,
		options: [
			{
				name: 'Number',
				value: 'number',
				description:
					"For n8n's own nodes, sheets and tables. An amount no number can hold stays text.",
			},
			{
				name: 'Text',
				value: 'text',
				description: 'Exact decimals for ledgers and databases, such as "10.50"',
			},
		],
		default: 'number',
		description: 'How amounts and quantities are written',
	},
	{
		displayName: 'If List Is Incomplete',
		name: 'ifIncomplete',
		type: 'options',
		displayOptions: { show: { '/operation': LISTS } },
		options: [
			{
				name: 'Continue',
				value: 'continue',
				description: 'Return what was received, marked LIST_INCOMPLETE, and log a warning',
			},
			{
				name: 'Fail',
				value: 'fail',
				description: 'Stop with an error that says what is missing',
			},
		],
		default: 'fail',
		description: 'What to do when the list cannot be verified as complete',
	},
	{
		displayName: 'Include Raw Record',
		name: 'includeRaw',
		type: 'boolean',
		displayOptions: { show: { '/output': ['full'] } },
		default: false,
		description: 'Whether to add the record of the vendor to each invoice, under "raw"',
	},
	{
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 20 },
		default: 5,
		description:
			'How often to ask again when the vendor is busy or the connection breaks off. It waits as long as the vendor asks, up to two minutes.',
	},
	{
		displayName: 'Parallel Requests',
		name: 'parallelRequests',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 16 },
		default: 4,
		description:
			'How many requests may be on their way at once. Fewer are sent when the vendor asks to slow down.',
	},
	{
		displayName: 'Supplier Name',
		name: 'supplierName',
		type: 'string',
		displayOptions: normalizedOnly,
		default: '',
		placeholder: 'e.g. Example Telecom Ltd.',
		description: 'The name to put into the invoices, instead of that of the vendor',
	},
	{
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 3600 },
		default: 60,
		description: 'How many seconds to wait for one answer of the vendor',
	},
];

/** The option for vendors whose lists contain bills that have not been issued yet. */
export const includeDraftsOption: INodeProperties = {
	displayName: 'Include Drafts',
	name: 'includeDrafts',
	type: 'boolean',
	displayOptions: { show: { '/operation': LISTS } },
	default: false,
	description:
		'Whether to return bills that are not issued yet, too, where only new or unpaid invoices are returned. A draft is returned again when it is issued.',
};

/** Returns the option for vendors whose lists are paged. */
export function pageSizeOption({ usual, min, max }: PageSize): INodeProperties {
	return {
		displayName: 'Page Size',
		name: 'pageSize',
		type: 'number',
		displayOptions: { show: { '/operation': LISTS } },
		typeOptions: { minValue: min, maxValue: max },
		default: usual,
		description: `How many records to ask for at once: ${usual} unless chosen otherwise, ${max} at most`,
	};
}

/** The option for vendors that state no currency. */
export const currencyOption: INodeProperties = {
	displayName: 'Currency',
	name: 'currency',
	type: 'string',
	displayOptions: normalizedOnly,
	default: '',
	placeholder: 'e.g. USD',
	description: 'Currency code (ISO 4217) of amounts for which the vendor states none',
};

/** Returns the option for vendors that send timestamps instead of dates. */
export function timeZoneOption(timeZone: string): INodeProperties {
	return {
		displayName: 'Time Zone',
		name: 'timeZone',
		type: 'string',
		displayOptions: normalizedOnly,
		default: timeZone,
		placeholder: 'e.g. Europe/Amsterdam',
		description: "Time zone used to convert the vendor's timestamps to dates",
	};
}

const attachPdfOption: INodeProperties = {
	displayName: 'Attach PDF',
	name: 'attachPdf',
	type: 'boolean',
	displayOptions: {
		show: {
			'/operation': [...LISTS, 'get'],
			'/output': ONE_ITEM_EACH,
		},
	},
	default: false,
	description:
		'Whether to return each invoice with its PDF, which takes one request per invoice. An invoice without a PDF gets the warning PDF_MISSING.',
};

const binaryProperty: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	hint: 'The name of the output binary field to put the file in',
};

/** The options of operations that download a PDF. */
export const pdfOptions: INodeProperties[] = [
	attachPdfOption,
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		displayOptions: { show: { '/operation': ['downloadPdf', 'get'] } },
		default: '',
		placeholder: 'e.g. invoice-2025-001.pdf',
		description: 'By default the vendor and the number of the invoice',
	},
	{
		displayName: 'Max File Size (MB)',
		name: 'maxFileSize',
		type: 'number',
		displayOptions: { show: { '/operation': ['downloadPdf', ...LISTS, 'get'] } },
		typeOptions: { minValue: 1 },
		default: 100,
		description: 'The largest file to accept, in megabytes',
	},
	{
		// Among the options, because n8n shows no parameter by the value of an option.
		...binaryProperty,
		displayOptions: { show: { '/operation': [...LISTS, 'get'], '/output': ONE_ITEM_EACH } },
	},
];

/** The option for vendors whose lists hold no lines. */
export const includeLinesOption: INodeProperties = {
	displayName: 'Fetch Line Items',
	name: 'includeLines',
	type: 'boolean',
	displayOptions: { show: { '/operation': LISTS }, hide: { '/output': ['raw'] } },
	default: false,
	description:
		'Whether to get the line items of each invoice, which takes one request per invoice. Always on with the output Line Items.',
};

/** Returns "Options": the shared ones and the vendor's own, sorted by name. */
export function optionsParameter(own: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [...sharedOptions, ...own].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

/** The binary field of the output item that receives the PDF. */
export const binaryPropertyParameter: INodeProperties = {
	...binaryProperty,
	required: true,
	displayOptions: { show: { resource: ['invoice'], operation: ['downloadPdf'] } },
};
