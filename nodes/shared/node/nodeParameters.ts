import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { ListOperation, Vendor } from '../vendor/vendor';
import {
	type InvoiceIdMode,
	binaryPropertyParameter,
	filtersParameter,
	includeDraftsOptions,
	includeLinesOption,
	invoiceOperations,
	invoiceParameter,
	limitParameters,
	operationParameter,
	optionsParameter,
	outputParameters,
	pageSizeOption,
	pdfOptions,
	resourceParameter,
	sharedFilters,
	timeZoneOption,
} from './parameters';

/** What a vendor's node offers besides what follows from its operations. */
export interface NodeForm {
	/** The ways to identify an invoice besides the searchable list. */
	invoiceId: InvoiceIdMode[];
	/** Invoice operations that only this vendor has. */
	operations?: INodePropertyOptions[];
	/** Resources besides invoices, each with its operations. */
	resources?: Array<INodePropertyOptions & { operations: INodePropertyOptions[] }>;
	/** Parameters that every invoice operation requires. */
	required?: INodeProperties[];
	/** The vendor's own filters of "Get Many". */
	filters?: INodeProperties[];
	/** The vendor's own options. */
	options?: INodeProperties[];
	/** Whether its lists contain bills that have not been issued yet. */
	hasDrafts?: boolean;
}

/** Returns the parameters of a vendor's node, in the order in which n8n shows them. */
export function nodeParameters(vendor: Vendor, form: NodeForm): INodeProperties[] {
	const { invoiceId, operations = [], resources = [], required = [], filters = [] } = form;
	const kinds = (...wanted: string[]) => operationsOf(vendor, 'invoice', wanted);
	const { newestFirst, filtersDates = false } = invoiceListOf(vendor);
	// A vendor that tells what is unpaid knows a status.
	const knowsStatus = vendor.operations['invoice:getUnpaid'] !== undefined;
	const lists = { resource: ['invoice'], operation: kinds('list') };
	const other = { resource: resources.map(({ value }) => String(value)), operation: ['getAll'] };
	const shared = invoiceOperations(newestFirst).filter(({ value }) =>
		kinds('list', 'get', 'pdf').includes(String(value)),
	);
	const locators = kinds('get', 'pdf').filter((name) => shared.some(({ value }) => value === name));
	return [
		resourceParameter(
			byName([
				{ name: 'Invoice', value: 'invoice' },
				...resources.map(({ name, value }) => ({ name, value })),
			]),
		),
		operationParameter('invoice', byName([...shared, ...operations])),
		...resources.map((resource) => operationParameter(String(resource.value), resource.operations)),
		...required,
		invoiceParameter(locators, invoiceId),
		...(kinds('pdf').length > 0 ? [binaryPropertyParameter] : []),
		...limitParameters(lists),
		...(resources.length > 0 ? limitParameters(other) : []),
		...outputParameters({ resource: ['invoice'], operation: kinds('list', 'get') }),
		filtersParameter(lists, [...sharedFilters({ knowsStatus, filtersDates }), ...filters]),
		optionsParameter([...(form.options ?? []), ...optionsOf(vendor, form)]),
	];
}

/** Returns a subtitle that names the operation and the resource as the form does: "Get Many: Invoice". */
export function operationSubtitle(parameters: INodeProperties[]): string {
	const nameOf = (parameter: string) => {
		const options = parameters
			.filter(({ name }) => name === parameter)
			.flatMap((one) => one.options as INodePropertyOptions[]);
		const names = Object.fromEntries(options.map(({ value, name }) => [value, name]));
		return `(${JSON.stringify(names)})[$parameter["${parameter}"]]`;
	};
	return `={{ ${nameOf('operation')} + ": " + ${nameOf('resource')} }}`;
}

/** Returns the options that follow from the vendor's operations and paging. */
function optionsOf(vendor: Vendor, { hasDrafts = false }: NodeForm): INodeProperties[] {
	const { paging, details } = invoiceListOf(vendor);
	const { size } = paging;
	return [
		...(hasDrafts ? includeDraftsOptions : []),
		...(details === undefined ? [] : [includeLinesOption]),
		...(size === null ? [] : [pageSizeOption(size)]),
		...(operationsOf(vendor, 'invoice', ['pdf']).length > 0 ? pdfOptions : []),
		...(vendor.timeZone === undefined ? [] : [timeZoneOption(vendor.timeZone)]),
	];
}

/** Returns the operation behind "Get Many" of invoices, which every vendor has. */
export function invoiceListOf({ operations }: Vendor): ListOperation {
	return operations['invoice:getAll'] as ListOperation;
}

/** Returns the names of a resource's operations of the given kinds. */
function operationsOf({ operations }: Vendor, resource: string, kinds: string[]): string[] {
	return Object.entries(operations)
		.filter(([name, { kind }]) => name.startsWith(`${resource}:`) && kinds.includes(kind))
		.map(([name]) => name.slice(resource.length + 1));
}

function byName(options: INodePropertyOptions[]): INodePropertyOptions[] {
	return [...options].sort((a, b) => a.name.localeCompare(b.name));
}
