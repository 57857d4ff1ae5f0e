import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice } from '../invoice/invoice';
import { canonicalJson } from '../invoice/key';
import { counted, grouped } from '../text';
import {
	type EventName,
	type PollResult,
	type Lists,
	type Store,
	type Watch,
	relevantInvoices,
	pollInvoices,
} from '../polling/poll';
import { Overlaps } from '../polling/overlap';
import type { OperationContext, Vendor } from '../vendor/vendor';
import { nodeErrorFrom } from './errors';
import {
	type ExecutionState,
	operationContextFor,
	requestSettingsFrom,
	withExecutionState,
} from './operationContext';
import { statusFilterFrom } from './filters';
import { itemsUpTo, outputSettingsFrom } from './output';
import { subjectsOf, withSubjects } from './subject';
import { listsOf } from './triggerLists';

/**
 * Increase this when a normalizer returns other invoices for the same records. Otherwise, "Invoice
 * Changed" reports an update of this package as changes by the vendor.
 */
const CONTENT_VERSION = 1;

const overlaps = new Overlaps();

/**
 * Polls a vendor for its trigger, and returns the items for the chosen event; null if there are none.
 *
 * @throws NodeApiError or NodeOperationError; the trigger then remembers what it did before the poll
 */
export async function pollVendor(
	n8n: IPollFunctions,
	vendor: Vendor,
): Promise<INodeExecutionData[][] | null> {
	try {
		return await withExecutionState(n8n, async (state) => await poll(n8n, vendor, state));
	} catch (error) {
		throw nodeErrorFrom(n8n.getNode(), withTriggerHint(error));
	}
}

async function poll(
	n8n: IPollFunctions,
	vendor: Vendor,
	state: ExecutionState,
): Promise<INodeExecutionData[][] | null> {
	const parameter = <T>(name: string, fallback: T) => n8n.getNodeParameter(name, fallback) as T;
	const settings = requestSettingsFrom(parameter('options', {}));
	const context = await operationContextFor(n8n, vendor, parameter, settings, state);
	return await itemsOfPoll(n8n, vendor, context).catch((error: unknown) => {
		throw withSubjects(error, subjectsOf(context), context);
	});
}

async function itemsOfPoll(
	n8n: IPollFunctions,
	vendor: Vendor,
	context: OperationContext,
): Promise<INodeExecutionData[][] | null> {
	const watch = watchOf(n8n, vendor, context);
	const lists = listsOf(n8n, vendor, context);
	const output = outputSettingsFrom(context);
	const toOutput = (invoices: Invoice[]) => [
		itemsUpTo(invoices, output, Infinity).map((json) => ({ json })),
	];
	if (n8n.getMode() === 'manual') {
		const sample = await sampleOf(watch, lists);
		return sample === null ? null : toOutput(await lists.complete([sample]));
	}
	const store: Store = n8n.getWorkflowStaticData('node');
	const finding = await pollInvoices(store, watch, lists, Date.now(), (memory) =>
		overlaps.isFirst(triggerKeyOf(n8n), memory, Date.now()),
	);
	logFirstPoll(n8n, vendor, finding);
	if (finding.invoices.length > 0) return toOutput(finding.invoices);
	// n8n saves the state of a trigger only with an execution, even if that has no items. The durable
	// scheduler makes no exception for the poll of a publication: without an execution, the first
	// poll would happen again at the first poll time, and what appeared meanwhile would be lost.
	return finding.needsSaving ? [[]] : null;
}

function triggerKeyOf(n8n: IPollFunctions): string {
	const { id, name } = n8n.getNode();
	return canonicalJson([n8n.getWorkflow().id, id, name]);
}

function watchOf(n8n: IPollFunctions, vendor: Vendor, context: OperationContext): Watch {
	const { credentialType, provider, connect } = vendor;
	const event = eventFrom(vendor, context);
	// Unresolved: an expression with `$now` has another value each time, but is the same filter.
	const unresolved = (name: string) =>
		n8n.getNodeParameter(name, {}, { rawExpressions: true }) as Record<string, unknown>;
	return {
		event,
		source: canonicalJson([
			provider,
			n8n.getNode().credentials?.[credentialType]?.id,
			connect(context.credential).baseUrl,
			context.parameter('accountId', ''),
		]),
		view: canonicalJson([
			// What is returned changes with the status filter, what is remembered does not.
			withoutStatus(unresolved('filters')),
			context.options.includeDrafts === true,
			event === 'invoiceChanged' ? CONTENT_VERSION : null,
		]),
		emitExisting: context.options.emitExisting === true,
		includeDrafts: context.options.includeDrafts === true,
		isWanted: event === 'invoicePaid' ? undefined : statusFilterFrom(context.filters),
	};
}

function withoutStatus(filters: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(filters).filter(([name]) => name !== 'status'));
}

function eventFrom({ name, operations }: Vendor, { parameter }: OperationContext): EventName {
	const event = parameter<string>('event', 'invoiceCreated');
	const knowsPayment = operations['invoice:getUnpaid'] !== undefined;
	const isEvent =
		event === 'invoiceCreated' ||
		event === 'invoiceChanged' ||
		(event === 'invoicePaid' && knowsPayment);
	if (isEvent) return event;
	throw new ReadFailure('input', `${name} Trigger has no event "${event}"`, {
		hint: 'Select an event from the list',
	});
}

/** Returns one invoice for building the workflow: the newest one to which the event applies. */
async function sampleOf(watch: Watch, { newest, whole }: Lists): Promise<Invoice | null> {
	const { isWanted = () => true } = watch;
	const [first] =
		newest === undefined ? [] : relevantInvoices(watch, await newest()).filter(isWanted);
	return (
		first ??
		relevantInvoices(watch, await whole())
			.filter(isWanted)
			.at(-1) ??
		null
	);
}

function logFirstPoll({ logger }: IPollFunctions, { name }: Vendor, finding: PollResult): void {
	const { beginning, fresh, invoices } = finding;
	const remembered = counted(fresh - invoices.length, 'invoice');
	const counts = `Remembered ${remembered}, returned ${grouped(invoices.length)}`;
	if (beginning === 'first') logger.info(`${name}: first poll. ${counts}`);
	if (beginning === 'anew') {
		logger.warn(
			`${name}: event, credential, account, or filters changed, so the trigger now watches a different list. ${counts}`,
		);
	}
}

/** Triggers have no option "If List Is Incomplete": the state is unchanged, and the next poll tries again. */
function withTriggerHint(error: unknown): unknown {
	if (!(error instanceof ReadFailure) || error.kind !== 'incomplete') return error;
	return new ReadFailure('incomplete', error.message, {
		hint: 'No invoices were returned or remembered. The next poll reads the list again',
	});
}
