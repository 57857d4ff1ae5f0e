import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Invoice } from '../invoice/invoice';
import { canonicalJson } from '../invoice/key';
import {
	type EventName,
	type PollResult,
	type Lists,
	type Store,
	type Watch,
	relevantInvoices,
	pollInvoices,
} from '../polling/poll';
import type { OperationContext, Vendor } from '../vendor/vendor';
import { nodeErrorFrom } from './errors';
import {
	type ExecutionState,
	operationContextFor,
	requestSettingsFrom,
	withExecutionState,
} from './operationContext';
import { invoiceContext, itemsInForm, outputChoice } from './output';
import { listsOf } from './triggerLists';

/**
 * Raised when invoices say something else of the same records, so that "Invoice Changed" does not
 * take a new version of this package for changes of the vendor.
 */
const CONTENT_VERSION = 1;

/** Polls a vendor for its trigger, and returns what is new, or null where there is nothing. */
export async function pollVendor(
	n8n: IPollFunctions,
	vendor: Vendor,
): Promise<INodeExecutionData[][] | null> {
	try {
		return await withExecutionState(n8n, async (state) => await poll(n8n, vendor, state));
	} catch (error) {
		throw nodeErrorFrom(n8n.getNode(), inWordsOfATrigger(error));
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
	const watch = watchOf(n8n, vendor, context);
	const lists = listsOf(n8n, vendor, context);
	const asOutput = (invoices: Invoice[]) => [
		itemsInForm(invoices, outputChoice(context), invoiceContext(vendor, context), {
			whole: true,
			compact: false,
		}).map((json) => ({ json })),
	];
	if (n8n.getMode() === 'manual') {
		const sample = await sampleOf(watch, lists);
		return sample === null ? null : asOutput([sample]);
	}
	const store: Store = n8n.getWorkflowStaticData('node');
	const finding = await pollInvoices(store, watch, lists, Date.now());
	logBeginning(n8n, vendor, finding);
	if (finding.invoices.length > 0) return asOutput(finding.invoices);
	// n8n saves what a trigger remembers only with an execution, be it one without items.
	return finding.needsSaving ? [[]] : null;
}

function watchOf(n8n: IPollFunctions, vendor: Vendor, context: OperationContext): Watch {
	const { credentialType, provider, connect } = vendor;
	const event = eventFrom(vendor, context);
	// As they are written: the list does not become another one because `$now` has moved.
	const asWritten = (name: string) =>
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
			asWritten('filters'),
			context.options.includeDrafts === true,
			event === 'invoiceChanged' ? CONTENT_VERSION : null,
		]),
		emitExisting: context.options.emitExisting === true,
		includeDrafts: context.options.includeDrafts === true,
	};
}

function eventFrom({ name, operations }: Vendor, { parameter }: OperationContext): EventName {
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

/** One invoice to build a workflow with: the newest to which the event can happen. */
async function sampleOf(watch: Watch, { newest, whole }: Lists): Promise<Invoice | null> {
	const [first] = newest === undefined ? [] : relevantInvoices(watch, await newest());
	return first ?? relevantInvoices(watch, await whole()).at(-1) ?? null;
}

function logBeginning({ logger }: IPollFunctions, { name }: Vendor, finding: PollResult): void {
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
