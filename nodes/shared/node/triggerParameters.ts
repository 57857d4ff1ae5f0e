import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { grouped } from '../text';
import type { Vendor } from '../vendor/vendor';
import { invoiceListOf } from './nodeParameters';

const EVENTS: INodePropertyOptions[] = [
	{
		name: 'Invoice Changed',
		value: 'invoiceChanged',
		description: "An invoice's content changed since the last poll",
	},
	{
		name: 'Invoice Created',
		value: 'invoiceCreated',
		description: 'A new invoice appears, even a backdated one',
	},
	{
		name: 'Invoice Paid',
		value: 'invoicePaid',
		description: 'An invoice is paid in full for the first time',
	},
];

/** The subtitle of a trigger: the name of its event. */
export const EVENT_SUBTITLE = `={{ (${JSON.stringify(
	Object.fromEntries(EVENTS.map(({ name, value }) => [value, name])),
)})[$parameter["event"]] || "" }}`;

const emitExisting: INodeProperties = {
	displayName: 'Include Existing Invoices',
	name: 'emitExisting',
	type: 'boolean',
	default: false,
	description: 'Whether the first poll returns existing invoices instead of only remembering them',
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
	const { paging } = invoiceListOf(vendor);
	const knowsPayment = vendor.operations['invoice:getUnpaid'] !== undefined;
	// If each page leads to the next, there is never more than one request in flight.
	const unused = paging.isParallel ? [] : ['parallelRequests'];
	return [
		...pollNotices(vendor),
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

/** Suggests how often to poll, as n8n's own default is every minute, and says what a poll costs. */
function pollNotices(vendor: Vendor): INodeProperties[] {
	const { paging, newestFirst = false, enoughFor } = invoiceListOf(vendor);
	// Records that one invoice may have several of are its lines.
	const records = enoughFor === undefined ? 'invoices' : 'invoice lines';
	const perPage = paging.size && `1 request per ${grouped(paging.size.usual)} ${records}`;
	const each = perPage === null ? 'takes 1 request' : `reads the whole list, about ${perPage}`;
	if (!newestFirst || perPage === null) return [pollNotice(`Each poll ${each}.`)];
	const quick = `A poll takes 1 request if nothing is new. Otherwise, and once a day, it ${each}.`;
	return [
		pollNotice(quick, { show: { event: ['invoiceCreated'] } }),
		pollNotice(`Each poll ${each}.`, { hide: { event: ['invoiceCreated'] } }),
	];
}

function pollNotice(cost: string, displayOptions?: IDisplayOptions): INodeProperties {
	return {
		displayName: `Polling <b>Every Day</b> is enough for most workflows. ${cost}`,
		name: 'pollNotice',
		type: 'notice',
		default: '',
		...(displayOptions && { displayOptions }),
	};
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
			const show = without(displayOptions.show, 'resource', 'operation', '/resource', '/operation');
			const hide = without(displayOptions.hide, '@tool', 'onlyNew', '/onlyNew', '/operation');
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
