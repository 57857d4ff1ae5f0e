import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { ListOperation, Vendor } from '../vendor/vendor';

const EVENTS: INodePropertyOptions[] = [
	{
		name: 'Invoice Changed',
		value: 'invoiceChanged',
		description: 'The content of an invoice is another one than at the poll before',
	},
	{
		name: 'Invoice Created',
		value: 'invoiceCreated',
		description: 'An invoice appears in the list of the vendor, also one with an old date',
	},
	{
		name: 'Invoice Paid',
		value: 'invoicePaid',
		description: 'An invoice is paid in full for the first time',
	},
];

const emitExisting: INodeProperties = {
	displayName: 'Emit Existing',
	name: 'emitExisting',
	type: 'boolean',
	default: false,
	description:
		'Whether the first poll puts out the invoices that are there already. Otherwise it only records them.',
};

/** Not for triggers, which have one operation and always read the whole list. */
const NOT_IN_TRIGGERS = [
	'resource',
	'operation',
	'returnAll',
	'limit',
	'ifIncomplete',
	'onlyNew',
	'attachPdf',
	'binaryPropertyName',
	'maxFileSize',
];

/**
 * Returns the parameters of a vendor's trigger: an event, and the parameters of "Get Many" of its node.
 * "Invoice Paid" is offered if the node can list unpaid invoices.
 *
 * @param nodeParameters the parameters of the vendor's node
 */
export function triggerParameters(
	vendor: Vendor,
	nodeParameters: INodeProperties[],
): INodeProperties[] {
	const { paging } = vendor.operations['invoice:getAll'] as ListOperation;
	const knowsPayment = vendor.operations['invoice:getUnpaid'] !== undefined;
	// If each page leads to the next, there is never more than one request in flight.
	const unused = paging.isParallel ? [] : ['parallelRequests'];
	return [
		{
			displayName: 'Event',
			name: 'event',
			type: 'options',
			noDataExpression: true,
			options: EVENTS.filter(({ value }) => knowsPayment || value !== 'invoicePaid'),
			default: 'invoiceCreated',
			description: 'What starts the workflow',
		},
		...getManyParameters(nodeParameters).map((parameter) => {
			if (parameter.name === 'options') return withOptions(parameter, unused);
			return parameter.name === 'filters' ? withFilters(parameter) : parameter;
		}),
	];
}

function withOptions(parameter: INodeProperties, unused: string[]): INodeProperties {
	const nodeOptions = getManyParameters(parameter.options as INodeProperties[]);
	const options = [
		emitExisting,
		...nodeOptions.filter((option) => !unused.includes(option.name) && !isRawOnly(option)),
	];
	return {
		...parameter,
		options: options.sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

/** "Invoice Paid" says which status it is about. */
function withFilters(parameter: INodeProperties): INodeProperties {
	const displayOptions = { hide: { '/event': ['invoicePaid'] } };
	const filters = parameter.options as INodeProperties[];
	return {
		...parameter,
		options: filters.map((filter) =>
			filter.name === 'status' ? { ...filter, displayOptions } : filter,
		),
	};
}

/** Triggers always normalize, even if they return raw records, so raw-only options have no effect. */
function isRawOnly({ displayOptions }: INodeProperties): boolean {
	return displayOptions?.show?.['/output']?.join() === 'raw';
}

/** Returns the parameters that "Get Many" of invoices shows, without the condition on the operation. */
function getManyParameters(parameters: INodeProperties[]): INodeProperties[] {
	return parameters
		.filter(({ name }) => !NOT_IN_TRIGGERS.includes(name))
		.filter(({ displayOptions: { show = {} } = {} }) => {
			const isInvoiceList =
				isShown(show.resource, 'invoice') &&
				isShown(show.operation, 'getAll') &&
				isShown(show['/operation'], 'getAll');
			return isInvoiceList && show['@tool'] === undefined;
		})
		.map(({ displayOptions = {}, ...parameter }) => {
			const show = without(displayOptions.show, 'resource', 'operation', '/operation');
			const hide = without(displayOptions.hide, '@tool', 'onlyNew');
			const conditions = { ...(show && { show }), ...(hide && { hide }) };
			const isAlways = Object.keys(conditions).length === 0;
			return isAlways ? parameter : { ...parameter, displayOptions: conditions };
		});
}

/** Returns conditions without some, or undefined if none are left. */
function without(
	conditions: NonNullable<INodeProperties['displayOptions']>['show'],
	...names: string[]
): typeof conditions {
	const left = Object.entries(conditions ?? {}).filter(([name]) => !names.includes(name));
	return left.length === 0 ? undefined : Object.fromEntries(left);
}

function isShown(values: unknown[] | undefined, value: string): boolean {
	return values === undefined || values.includes(value);
}
