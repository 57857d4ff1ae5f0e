import type { IPollFunctions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice } from '../invoice/invoice';
import type { Lists } from '../polling/poll';
import type { ListOperation, ListRequest, OperationContext, Vendor } from '../vendor/vendor';
import { type Collecting, assemblerOf, collect } from './collect';
import { invoiceContext, withRecords } from './output';
import { pageSizeFor } from './readList';

/** Whether anything is new is asked of this many of the newest invoices. */
const NEWEST = 50;

/** What n8n gives a poll where it does not say so itself. */
const USUAL_BUDGET_MS = 300_000;

/** Returns how a trigger reads the list of "Get Many": the oldest first, as things happened. */
export function listsOf(n8n: IPollFunctions, vendor: Vendor, context: OperationContext): Lists {
	const operation = vendor.operations['invoice:getAll'] as ListOperation;
	const { enoughFor, newestFirst = false, readsOldestFirst = false } = operation;
	const { add, finish } = assemblerOf(operation, withRecords(invoiceContext(vendor, context)));
	const withinBudget = budgetOf(n8n, vendor);

	const readInvoices = async (request: ListRequest, isEnough: Collecting['isEnough']) => {
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
		const enough = enoughFor?.(NEWEST) ?? ((_: object[], received: number) => received >= NEWEST);
		const pageSize = pageSizeFor(operation, context, enoughFor ? Infinity : NEWEST);
		const request: ListRequest = { purpose: 'invoices', all: false, pageSize };
		// What comes behind these may not have all its lines yet.
		return (await readInvoices(request, enough)).slice(0, NEWEST);
	};
	return newestFirst ? { newest, whole } : { whole };
}

/** Watches that a poll ends in the time that n8n gives it. */
function budgetOf(n8n: IPollFunctions, vendor: Vendor) {
	const budgetMs = n8n.getPollBudgetMs?.() ?? USUAL_BUDGET_MS;
	const endsAt = Date.now() + budgetMs;
	return (isEnough: Collecting['isEnough']) => (page: object[], received: number) => {
		if (isEnough?.(page, received)) return true;
		if (Date.now() > endsAt) throw tooSlow(vendor, budgetMs, received);
		return false;
	};
}

/** The oldest first, without a date last; those of one day as they stand in the list. */
function byIssueDate(invoices: Invoice[]): Invoice[] {
	const dateOf = ({ issueDate }: Invoice) => issueDate ?? '9999';
	return [...invoices].sort((a, b) => {
		const [first, second] = [dateOf(a), dateOf(b)];
		return first < second ? -1 : Number(first > second);
	});
}

function tooSlow({ name }: Vendor, budgetMs: number, records: number): ReadFailure {
	const seconds = Math.round(budgetMs / 1000);
	return new ReadFailure(
		'vendor',
		`${name} sent ${records} records in the ${seconds} s that n8n gives a poll, and has more`,
		{ hint: 'Narrow the list down with a filter, or ask for larger pages' },
	);
}
