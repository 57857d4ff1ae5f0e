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

/** What makes no sense in a trigger: it has one operation, and reads lists as a whole. */
const NOT_IN_TRIGGERS = ['resource', 'operation', 'returnAll', 'limit', 'ifIncomplete', 'onlyNew'];

/**
 * Returns the parameters of a vendor's trigger: an event, and what "Get Many" of its node offers. Where
 * the node can list unpaid invoices, the trigger can tell paid ones.
 */
export function triggerParameters(vendor: Vendor, ofNode: INodeProperties[]): INodeProperties[] {
	const { paging } = vendor.operations['invoice:getAll'] as ListOperation;
	const knowsPayment = vendor.operations['invoice:getUnpaid'] !== undefined;
	// Where one page leads to the next, there is never more than one request in flight.
	const idle = paging.isParallel ? [] : ['parallelRequests'];
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
		...ofGetMany(ofNode).map((parameter) =>
			parameter.name === 'options' ? withOptions(parameter, idle) : parameter,
		),
	];
}

function withOptions(parameter: INodeProperties, idle: string[]): INodeProperties {
	const ofNode = ofGetMany(parameter.options as INodeProperties[]);
	const options = [
		emitExisting,
		...ofNode.filter((option) => !idle.includes(option.name) && !isForRawOnly(option)),
	];
	return {
		...parameter,
		options: options.sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

/** A trigger reads what makes invoices, in whatever form they come out later. */
function isForRawOnly({ displayOptions }: INodeProperties): boolean {
	return displayOptions?.show?.['/output']?.join() === 'raw';
}

/** Those that the operation Get Many of invoices has, no longer bound to it. */
function ofGetMany(parameters: INodeProperties[]): INodeProperties[] {
	return parameters
		.filter(({ name }) => !NOT_IN_TRIGGERS.includes(name))
		.filter(
			({ displayOptions }) =>
				isShown(displayOptions?.show?.resource, 'invoice') &&
				isShown(displayOptions?.show?.operation, 'getAll') &&
				isShown(displayOptions?.show?.['/operation'], 'getAll'),
		)
		.map(({ displayOptions, ...parameter }) => {
			const show = Object.entries(displayOptions?.show ?? {}).filter(
				([name]) => !['resource', 'operation', '/operation'].includes(name),
			);
			return show.length === 0
				? parameter
				: { ...parameter, displayOptions: { show: Object.fromEntries(show) } };
		});
}

function isShown(values: unknown[] | undefined, value: string): boolean {
	return values === undefined || values.includes(value);
}
