import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { SearchResult, ListOperation, Vendor } from '../vendor/vendor';
import { nodeErrorFrom } from './errors';
import { type ExecutionState, operationContextFor, withExecutionState } from './operationContext';

/** Only this many of the newest invoices are searched; the user enters older ones by ID. */
const MAX_RECORDS = 1000;
const MAX_RESULTS = 200;
const PAGE_SIZE = 200;

/** The user waits while the list loads, so it fails sooner than an execution. */
const SETTINGS = { timeoutSeconds: 20, maxRetries: 2, parallelRequests: 1 };

/**
 * Returns the n8n method behind the searchable list in "Invoice". It searches the vendor's newest
 * invoices and throws NodeApiError or NodeOperationError if they cannot be read.
 */
export function invoiceSearch(vendor: Vendor) {
	return {
		async searchInvoices(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
			const text = filter.trim().toLowerCase();
			const search = async (state: ExecutionState) => await resultsFor(this, vendor, text, state);
			try {
				return { results: await withExecutionState(this, search) };
			} catch (error) {
				throw nodeErrorFrom(this.getNode(), error);
			}
		},
	};
}

async function resultsFor(
	n8n: ILoadOptionsFunctions,
	vendor: Vendor,
	filter: string,
	state: ExecutionState,
): Promise<SearchResult[]> {
	const parameter = <T>(name: string, fallback: T) =>
		(n8n.getCurrentNodeParameter(name) as T | undefined) ?? fallback;
	const context = await operationContextFor(n8n, vendor, parameter, SETTINGS, state);
	const operation = vendor.operations['invoice:getAll'] as ListOperation;

	const found = new Map<string, SearchResult>();
	let read = 0;
	for await (const page of operation.read(
		{ ...context, options: {}, filters: {} },
		{ purpose: 'invoices', all: false, pageSize: PAGE_SIZE },
	)) {
		for (const result of page.map(vendor.searchResultOf)) {
			const isPickable = result.value !== '' && result.name.toLowerCase().includes(filter);
			if (isPickable) found.set(result.value, result);
		}
		read += page.length;
		if (read >= MAX_RECORDS || found.size >= MAX_RESULTS) break;
	}
	return [...found.values()].slice(0, MAX_RESULTS);
}
