import type { IPollFunctions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice } from '../invoice/invoice';
import type { Lists } from '../polling/poll';
import { counted, grouped } from '../text';
import type { ListOperation, ListRequest, OperationContext, Vendor } from '../vendor/vendor';
import { type CollectOptions, assemblerOf, collect } from './collect';
import { dateFilter } from './filters';
import { EVERYTHING, invoiceContextFrom } from './invoiceContext';
import { fetchLines, fetchesLines } from './lines';
import { outputSettingsFrom } from './output';
import { pageSizeFor } from './readList';

/** How many of the newest invoices a poll reads first, to see whether anything is new. */
const NEWEST_COUNT = 50;

/** How long n8n lets a poll run, if this version of n8n does not say. */
const DEFAULT_BUDGET_MS = 300_000;

/**
 * Returns the functions with which a trigger reads the list of "Get Many". They return whole lists
 * oldest first, and throw ReadFailure, also if reading takes longer than n8n allows per poll.
 */
export function listsOf(
	n8n: IPollFunctions,
	vendor: Vendor,
	context: OperationContext,
): Required<Pick<Lists, 'complete'>> & Lists {
	const operation = vendor.operations['invoice:getAll'] as ListOperation;
	const { enoughFor, newestFirst = false, readsOldestFirst = false } = operation;
	const settings = outputSettingsFrom(context);
	const normalizing = invoiceContextFrom(vendor, context, EVERYTHING);
	const isDated = dateFilter(operation, context.filters);
	const { add, finish } = assemblerOf(operation, normalizing, isDated);
	const withinBudget = budgetOf(n8n, vendor);

	const readInvoices = async (request: ListRequest, isEnough: CollectOptions['isEnough']) => {
		const kept: object[] = [];
		await collect(operation.read(context, request), {
			kept,
			convert: add,
			isEnough: withinBudget(isEnough),
		});
		if (request.all && newestFirst && !readsOldestFirst) kept.reverse();
		return finish(kept);
	};
	const whole = async () => {
		const invoices = await readInvoices(
			{
				purpose: 'invoices',
				all: true,
				wanted: Infinity,
				pageSize: pageSizeFor(operation, context, Infinity),
			},
			() => false,
		);
		return newestFirst ? invoices : byIssueDate(invoices);
	};
	const newest = async () => {
		const enough =
			enoughFor?.(NEWEST_COUNT) ?? ((_: object[], received: number) => received >= NEWEST_COUNT);
		const pageSize = pageSizeFor(operation, context, enoughFor ? Infinity : NEWEST_COUNT);
		const request: ListRequest = { purpose: 'invoices', all: false, pageSize };
		// The invoice after these may lack lines that are on the next page.
		return (await readInvoices(request, enough)).slice(0, NEWEST_COUNT);
	};
	const complete = async (invoices: Invoice[]) =>
		fetchesLines(operation, context, settings)
			? await fetchLines(context, operation, normalizing, invoices, Infinity)
			: invoices;
	return newestFirst ? { newest, whole, complete } : { whole, complete };
}

/** Returns a wrapper for `isEnough` that throws ReadFailure once the poll exceeds its time. */
function budgetOf(n8n: IPollFunctions, vendor: Vendor) {
	const budgetMs = n8n.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS;
	const endsAt = Date.now() + budgetMs;
	return (isEnough: CollectOptions['isEnough']) => (page: object[], received: number) => {
		if (isEnough?.(page, received)) return true;
		if (Date.now() > endsAt) throw budgetExceeded(vendor, budgetMs, received);
		return false;
	};
}

/** Sorts oldest first; invoices without a date come last, and those of one day keep their order. */
function byIssueDate(invoices: Invoice[]): Invoice[] {
	const dateOf = ({ issueDate }: Invoice) => issueDate ?? '9999';
	return [...invoices].sort((a, b) => {
		const [first, second] = [dateOf(a), dateOf(b)];
		return first < second ? -1 : Number(first > second);
	});
}

function budgetExceeded({ name }: Vendor, budgetMs: number, records: number): ReadFailure {
	const seconds = grouped(Math.round(budgetMs / 1000));
	return new ReadFailure(
		'vendor',
		`Reading took longer than the ${seconds} s n8n allows per poll (received ${counted(records, 'record')} from ${name})`,
		{ hint: 'Narrow the list with a filter, or increase "Page Size" in the options' },
	);
}
