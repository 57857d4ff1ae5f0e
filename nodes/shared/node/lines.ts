import { isFinal } from '../errors';
import { withWarning } from '../invoice/build';
import type { Invoice, InvoiceContext } from '../invoice/invoice';
import type { ListOperation, OperationContext } from '../vendor/vendor';
import { inParallel } from './inParallel';
import type { OutputSettings } from './output';
import { subjectOf, withSubjects } from './subject';

/** Returns whether lines are fetched for each listed invoice: if the user wants it, or the output needs it. */
export function fetchesLines(
	{ details }: ListOperation,
	{ options }: OperationContext,
	{ format }: OutputSettings,
): boolean {
	if (details === undefined || format === 'raw') return false;
	return options.includeLines === true || format === 'lineItems';
}

/**
 * Returns listed invoices with their lines, fetched with one request each. An invoice whose lines the
 * vendor definitely refuses is returned as it was listed, with a warning.
 *
 * @param listed with their raw records
 * @param maxLines how many lines are wanted; invoices after these are left out
 * @throws ReadFailure if lines cannot be fetched now
 */
export async function fetchLines(
	context: OperationContext,
	{ details }: Pick<ListOperation, 'details'>,
	normalizing: InvoiceContext,
	listed: Invoice[],
	maxLines: number,
): Promise<Invoice[]> {
	if (details === undefined) return listed;
	const { parallelRequests } = context;
	const fetchOne = async (invoice: Invoice): Promise<Invoice> => {
		const record = invoice.raw as object;
		const detailed = await details.read(context, record).then(
			(detail) => details.merge(record, detail, normalizing),
			(error: unknown) => {
				if (!isFinal(error)) throw withSubjects(error, [subjectOf(invoice)], context);
				return withWarning(invoice, 'LINES_MISSING');
			},
		);
		// Some warnings are known only from the list, such as a shared key.
		return invoice.warnings.reduce(withWarning, detailed);
	};
	const fetched: Invoice[] = [];
	let lines = 0;
	while (fetched.length < listed.length && lines < maxLines) {
		// Each invoice has at least one line, or a row without one.
		const size =
			maxLines === Infinity ? listed.length : Math.min(parallelRequests, maxLines - lines);
		const batch = listed.slice(fetched.length, fetched.length + size);
		for (const invoice of await inParallel(batch, parallelRequests, fetchOne)) {
			fetched.push(invoice);
			lines += Math.max(1, invoice.lineItems.length);
		}
	}
	return fetched;
}
