import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice } from '../invoice/invoice';
import { canonicalJson } from '../invoice/key';
import {
	type EventName,
	type Finding,
	type Lists,
	type Store,
	type Watch,
	concerned,
	pollInvoices,
} from '../polling/poll';
import { callFor, patienceFrom, readingInvoices } from './call';
import { type Collecting, collect, makingOf } from './collect';
import { nodeErrorFrom } from './errors';
import { pageSizeFor } from './execute';
import { invoiceContext, itemsInForm, outputChoice, withRecords } from './output';
import type { Call, ListOperation, ListRequest, Vendor } from './vendor';

/** Whether anything is new is asked of so many of the newest invoices. */
const NEWEST = 50;

/** What n8n gives a poll where it does not say so itself. */
const USUAL_BUDGET_MS = 300_000;

/**
 * Raised when invoices say something else of the same records, so that "Invoice Changed" does not
 * take a new version of this package for changes of the vendor.
 */
const CONTENT_VERSION = 1;

/** Polls a vendor for its trigger: gives what is new, or null where there is nothing. */
export async function pollVendor(
	context: IPollFunctions,
	vendor: Vendor,
): Promise<INodeExecutionData[][] | null> {
	try {
		return await poll(context, vendor);
	} catch (error) {
		throw nodeErrorFrom(context.getNode(), inWordsOfATrigger(error));
	}
}

async function poll(
	context: IPollFunctions,
	vendor: Vendor,
): Promise<INodeExecutionData[][] | null> {
	const parameter = <T>(name: string, fallback: T) => context.getNodeParameter(name, fallback) as T;
	const call = await callFor(context, vendor, parameter, patienceFrom(parameter('options', {})));
	const watch = watchOf(context, vendor, call);
	const lists = listsOf(context, vendor, call);
	const asOutput = (invoices: Invoice[]) => [
		itemsInForm(invoices, outputChoice(call), invoiceContext(vendor, call), {
			whole: true,
			compact: false,
		}).map((json) => ({ json })),
	];
	if (context.getMode() === 'manual') {
		const sample = await sampleOf(watch, lists);
		return sample === null ? null : asOutput([sample]);
	}
	const store: Store = context.getWorkflowStaticData('node');
	const finding = await pollInvoices(store, watch, lists, Date.now());
	logBeginning(context, vendor, finding);
	if (finding.invoices.length > 0) return asOutput(finding.invoices);
	// n8n saves what a trigger remembers only with an execution, be it one without items.
	return finding.hasToBeSaved ? [[]] : null;
}

function watchOf(context: IPollFunctions, vendor: Vendor, call: Call): Watch {
	const { credentialType, provider, connect } = vendor;
	const event = eventFrom(vendor, call);
	// As they are written: the list does not become another one because `$now` has moved.
	const asWritten = (name: string) =>
		context.getNodeParameter(name, {}, { rawExpressions: true }) as Record<string, unknown>;
	return {
		event,
		source: canonicalJson([
			provider,
			context.getNode().credentials?.[credentialType]?.id,
			connect(call.credential).baseUrl,
			call.parameter('accountId', ''),
		]),
		view: canonicalJson([
			asWritten('filters'),
			call.options.includeDrafts === true,
			event === 'invoiceChanged' ? CONTENT_VERSION : null,
		]),
		emitExisting: call.options.emitExisting === true,
		includeDrafts: call.options.includeDrafts === true,
	};
}

function eventFrom({ name, operations }: Vendor, { parameter }: Call): EventName {
	const event = parameter<string>('event', 'invoiceCreated');
	const knowsPayment = operations['invoice:getUnpaid'] !== undefined;
	const isEvent =
		event === 'invoiceCreated' ||
		event === 'invoiceChanged' ||
		(event === 'invoicePaid' && knowsPayment);
	if (isEvent) return event;
	throw new ReadFailure('input', `The trigger of ${name} has no event "${event}"`, {
		hint: 'Pick an event from the list',
	});
}

/** How the list of "Get Many" is read by a trigger. */
function listsOf(context: IPollFunctions, vendor: Vendor, call: Call): Lists {
	const operation = vendor.operations['invoice:getAll'] as ListOperation<object>;
	const { read, enoughFor, newestFirst } = operation;
	const { ofSome, ofAll } = makingOf(operation, withRecords(invoiceContext(vendor, call)));
	const budgetMs = context.getPollBudgetMs?.() ?? USUAL_BUDGET_MS;
	const endsAt = Date.now() + budgetMs;

	const readInvoices = async (request: ListRequest, enough: Collecting['isEnough']) => {
		const { pages, reversed = false } = read(readingInvoices(call), request);
		const kept: object[] = [];
		const isEnough = (page: object[], received: number) => {
			if (enough(page, received)) return true;
			if (Date.now() > endsAt) throw tooSlow(vendor, budgetMs, received);
			return false;
		};
		await collect(pages, { kept, become: ofSome, isEnough });
		// Things are told in the order in which they happened.
		if (request.all && newestFirst === true && !reversed) kept.reverse();
		return ofAll(kept);
	};
	const whole = async () => {
		const request = {
			all: true,
			pageSize: pageSizeFor(call, Infinity),
			pace: { parallel: call.parallelRequests, wanted: Infinity, onPage: call.onPage },
		};
		const invoices = await readInvoices(request, () => false);
		return newestFirst === true ? invoices : byIssueDate(invoices);
	};
	const newest = async () => {
		const enough = enoughFor?.(NEWEST) ?? ((_: object[], received: number) => received >= NEWEST);
		const pageSize = pageSizeFor(call, enoughFor === undefined ? NEWEST : Infinity);
		const invoices = await readInvoices({ all: false, pageSize }, enough);
		// What comes behind these may not have all its lines yet.
		return invoices.slice(0, NEWEST);
	};
	return newestFirst === true ? { newest, whole } : { whole };
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

/** One invoice to build a workflow with: the newest to which the event can happen. */
async function sampleOf(watch: Watch, { newest, whole }: Lists): Promise<Invoice | null> {
	const [first] = newest === undefined ? [] : concerned(watch, await newest());
	return first ?? concerned(watch, await whole()).at(-1) ?? null;
}

function logBeginning({ logger }: IPollFunctions, { name }: Vendor, finding: Finding): void {
	const { beginning, fresh, invoices } = finding;
	const told = `${fresh - invoices.length} invoices are recorded, ${invoices.length} put out`;
	if (beginning === 'first') logger.info(`${name}: the first poll. ${told}`);
	if (beginning === 'anew') {
		logger.warn(
			`${name}: the trigger watches another list now (event, credential, account or filters). ${told}`,
		);
	}
}

/** A trigger has no option "If Incomplete": it changes nothing and tries again. */
function inWordsOfATrigger(error: unknown): unknown {
	if (!(error instanceof ReadFailure) || error.kind !== 'incomplete') return error;
	return new ReadFailure('incomplete', error.message, {
		hint: 'Nothing was put out and nothing recorded. The next poll reads the list again',
	});
}
