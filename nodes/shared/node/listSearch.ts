import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { callFor } from './call';
import { civilDate } from '../invoice/dates';
import { nodeErrorFrom } from './errors';
import type { Choice, ListOperation, Vendor } from './vendor';

/** A searchable list looks through the newest invoices only; older ones are named by id. */
const MOST_RECORDS = 1000;
const MOST_CHOICES = 200;
const PAGE_SIZE = 200;

/** Somebody is looking at the list while it loads. */
const PATIENCE = { timeoutSeconds: 20, maxRetries: 2, parallelRequests: 1 };

/** Searches the newest invoices of a vendor for a text, for the list in "Invoice". */
export async function searchInvoices(
	context: ILoadOptionsFunctions,
	vendor: Vendor,
	filter = '',
): Promise<INodeListSearchResult> {
	try {
		return { results: await choices(context, vendor, filter.trim().toLowerCase()) };
	} catch (error) {
		throw nodeErrorFrom(context.getNode(), error);
	}
}

async function choices(
	context: ILoadOptionsFunctions,
	vendor: Vendor,
	filter: string,
): Promise<Choice[]> {
	const parameter = <T>(name: string, fallback: T) =>
		(context.getCurrentNodeParameter(name) as T | undefined) ?? fallback;
	const call = await callFor(context, vendor, parameter, PATIENCE);
	const operation = vendor.operations['invoice:getAll'] as ListOperation<object>;

	const found = new Map<string, Choice>();
	let looked = 0;
	for await (const page of operation.read(
		{ ...call, options: {}, filters: {} },
		{ all: false, pageSize: PAGE_SIZE },
	).pages) {
		for (const choice of page.map(vendor.choiceOf)) {
			const isPickable = choice.value !== '' && choice.name.toLowerCase().includes(filter);
			if (isPickable) found.set(choice.value, choice);
		}
		looked += page.length;
		if (looked >= MOST_RECORDS || found.size >= MOST_CHOICES) break;
	}
	return [...found.values()].slice(0, MOST_CHOICES);
}

/** Returns the line of an invoice in a searchable list: what is known of it, with dots between. */
export function choiceName(...parts: unknown[]): string {
	return parts
		.map(textIn)
		.filter((part) => part !== '')
		.join(' · ');
}

/** Returns a text or a number as text; nothing for all else that may stand in a field. */
export function textIn(value: unknown): string {
	return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** Returns the day a field begins with; nothing where something else stands in it. */
export function dayIn(value: unknown): string {
	return typeof value === 'string' ? (civilDate(value) ?? '') : '';
}
