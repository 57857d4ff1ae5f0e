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

/**
 * Returns the invoice operations that several vendors have, as the editor shows them.
 *
 * @param newestFirst whether the vendor's list is known to start with the newest invoices
 */
export function invoiceOperations(newestFirst = false): INodePropertyOptions[] {
	return [
		{
			name: 'Download PDF',
			value: 'downloadPdf',
			description: 'Download an invoice PDF',
			action: 'Download invoice PDF',
		},
		{
			name: 'Get',
			value: 'get',
			description: 'Get an invoice',
			action: 'Get invoice',
		},
		{
			name: 'Get Many',
			value: 'getAll',
			description: `Get many invoices${newestFirst ? ', newest first' : ''}`,
			action: 'Get many invoices',
		},
		{
			name: 'Get Many Unpaid',
			value: 'getUnpaid',
			description: 'Get unpaid and partially paid invoices, excluding credit notes and drafts',
			action: 'Get many unpaid invoices',
		},
	];
}

const onlyNewParameter: INodeProperties = {
	displayName: 'Invoices to Return',
	name: 'onlyNew',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'All',
			value: 'off',
			description: 'Return all invoices on every run, up to the limit',
		},
		{
			name: 'New Since the Last Run',
			value: 'new',
			description: 'Return each invoice once',
		},
		{
			name: 'New or Changed Since the Last Run',
			value: 'newOrChanged',
			description: 'Return each invoice once, and again when its content changes',
		},
	],
	default: 'off',
	description:
		'Which invoices to return. New ones are those that no earlier execution of this node returned; the whole list is read each time. A manual execution returns up to 50 invoices, new or not, and records nothing. If a later node fails, retry that execution: the next one skips its invoices.',
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
		description: 'The invoice to get. The list shows the most recent ones.',
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
		description: 'One item per invoice with all known fields, including line items',
	},
	lineItems: {
		name: 'Line Items',
		value: 'lineItems',
		description: 'One item per line item, as a flat row that includes the invoice',
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
			description: 'The fields to return in addition to the ID',
		},
	];
}

/** What is known about the invoices in a vendor's list. */
export interface ListFacts {
	/** Whether it tells what is paid. */
	knowsStatus: boolean;
	/** Whether the vendor itself filters by date. */
	filtersDates: boolean;
}

/** Returns the filters that every vendor has; "Status" only where the vendor tells what is paid. */
export function sharedFilters({ knowsStatus, filtersDates }: ListFacts): INodeProperties[] {
	const undated =
		'. An invoice without an issue date is filtered by the start of its period. Drafts are not filtered by date.';
	const descriptionOf = (side: string) =>
		`Only return invoices dated on or ${side} this day (YYYY-MM-DD)${filtersDates ? '' : undated}`;
	const dates: INodeProperties[] = [
		{
			displayName: 'Dated From',
			name: 'dateFrom',
			type: 'dateTime',
			typeOptions: { dateOnly: true },
			default: '',
			description: descriptionOf('after'),
		},
		{
			displayName: 'Dated To',
			name: 'dateTo',
			type: 'dateTime',
			typeOptions: { dateOnly: true },
			default: '',
			description: descriptionOf('before'),
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
			description: 'Only return invoices with one of these statuses',
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

/** For options that have no effect on raw records, other resources, and downloaded files. */
const normalizedOnly: IDisplayOptions = {
	show: { '/resource': ['invoice'] },
	hide: { '/output': ['raw'], '/operation': ['downloadPdf'] },
};

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
					"For n8n's own nodes, spreadsheets, and tables. An amount that no number represents exactly stays text.",
			},
			{
				name: 'Text',
				value: 'text',
				description: 'Exact decimals for ledgers and databases, e.g. "10.50"',
			},
		],
		default: 'number',
		description: 'How to return amounts and quantities',
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
				description: 'Return what was received with the warning LIST_INCOMPLETE, and log a warning',
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
		description: 'Whether to add the vendor\'s original record to each invoice, as "raw"',
	},
	{
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 20 },
		default: 5,
		description:
			'How many times to retry when the vendor is busy or the connection fails. Waits as long as the vendor asks, up to two minutes.',
	},
	{
		displayName: 'Parallel Requests',
		name: 'parallelRequests',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 16 },
		default: 4,
		description:
			'Max number of simultaneous requests. Fewer are sent when the vendor asks to slow down.',
	},
	{
		displayName: 'Supplier Name',
		name: 'supplierName',
		type: 'string',
		displayOptions: normalizedOnly,
		default: '',
		placeholder: 'e.g. Example Telecom Ltd.',
		description: "Supplier name to use instead of the vendor's",
	},
	{
		displayName: 'Timeout',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 3600 },
		default: 60,
		description: 'How many seconds to wait for each response',
	},
];

const includeDrafts: INodeProperties = {
	displayName: 'Include Drafts',
	name: 'includeDrafts',
	type: 'boolean',
	default: false,
	description: 'Whether to also return drafts, which are not issued yet',
};

/**
 * The option for vendors whose lists contain bills that have not been issued yet, twice: "Get Many"
 * leaves them out only if it returns what is new.
 */
export const includeDraftsOptions: INodeProperties[] = [
	{
		...includeDrafts,
		displayOptions: { show: { '/operation': ['getAll'] }, hide: { '/onlyNew': ['off'] } },
		description:
			'Whether to also return drafts, which are not issued yet. A draft is returned again when it is issued.',
	},
	{ ...includeDrafts, displayOptions: { show: { '/operation': ['getUnpaid'] } } },
];

/** Returns the option for vendors whose lists are paged. */
export function pageSizeOption({ usual, min, max }: PageSize): INodeProperties {
	return {
		displayName: 'Page Size',
		name: 'pageSize',
		type: 'number',
		displayOptions: { show: { '/operation': LISTS } },
		typeOptions: { minValue: min, maxValue: max },
		default: usual,
		description: `Records per request (default ${usual}, max ${max})`,
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
	description: 'ISO 4217 currency code for amounts without a currency',
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
		'Whether to download the PDF of each invoice, which takes one request per invoice. An invoice without a PDF gets the warning PDF_MISSING.',
};

const binaryProperty: INodeProperties = {
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	hint: 'The name of the output binary field to put the file in',
};

const fileName: INodeProperties = {
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. invoice-2025-001.pdf',
	description: 'File name. Defaults to vendor and invoice number.',
};

const maxFileSize: INodeProperties = {
	displayName: 'Max File Size (MB)',
	name: 'maxFileSize',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 100,
	description: 'Max size of a PDF in megabytes. Larger ones are refused.',
};

const isDownload: IDisplayOptions = { show: { '/operation': ['downloadPdf'] } };

/** Returns the conditions for an option that takes effect only along with "Attach PDF". */
function attaching(operations: string[]): IDisplayOptions {
	return { show: { '/operation': operations, '/output': ONE_ITEM_EACH, attachPdf: [true] } };
}

/** The options of operations that download a PDF. */
export const pdfOptions: INodeProperties[] = [
	attachPdfOption,
	{ ...fileName, displayOptions: isDownload },
	{ ...fileName, displayOptions: attaching(['get']) },
	{ ...maxFileSize, displayOptions: isDownload },
	{ ...maxFileSize, displayOptions: attaching([...LISTS, 'get']) },
	// Among the options, because n8n shows no parameter by the value of an option.
	{ ...binaryProperty, displayOptions: attaching([...LISTS, 'get']) },
];

/** The option for vendors whose lists hold no lines. */
export const includeLinesOption: INodeProperties = {
	displayName: 'Fetch Line Items',
	name: 'includeLines',
	type: 'boolean',
	displayOptions: { show: { '/operation': LISTS }, hide: { '/output': ['raw', 'lineItems'] } },
	default: false,
	description: 'Whether to get the line items of each invoice, which takes one request per invoice',
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
