import type { INodeExecutionData } from 'n8n-workflow';
import { ReadFailure, isFinal } from '../errors';
import { withWarning } from '../invoice/build';
import type { Invoice } from '../invoice/invoice';
import type { PdfOperation } from '../vendor/vendor';
import { inParallel } from './inParallel';
import { type OutputSettings, itemsUpTo } from './output';
import { binaryPropertyFrom, storePdf } from './pdf';
import type { ItemRun } from './itemRun';

/** Returns whether each invoice is returned with its PDF. */
export function attachesPdfs(
	{ vendor, context }: ItemRun,
	{ format }: Pick<OutputSettings, 'format'>,
): boolean {
	const canAttach = ['simplified', 'full', 'selectedFields'].includes(format);
	return canAttach && pdfOperationOf(vendor) !== undefined && context.options.attachPdf === true;
}

function pdfOperationOf({ operations }: ItemRun['vendor']): PdfOperation | undefined {
	return operations['invoice:downloadPdf'] as PdfOperation | undefined;
}

/**
 * Returns an item for each invoice, with its PDF. An invoice whose PDF the vendor definitely refuses is
 * returned without it, with a warning.
 *
 * @param isRecorded whether n8n has recorded that the invoices are returned: then any failure is a
 * warning, because an invoice that is not returned now would never be
 * @throws ReadFailure if a PDF cannot be downloaded now
 */
export async function attachPdfs(
	run: ItemRun,
	invoices: Invoice[],
	settings: OutputSettings,
	isRecorded: boolean,
): Promise<INodeExecutionData[]> {
	const { vendor, context, itemIndex } = run;
	const property = binaryPropertyFrom(context);
	const { fileOf } = pdfOperationOf(vendor)!;
	return await inParallel(invoices, context.parallelRequests, async (invoice) => {
		const stored = await storePdf(run, fileOf(invoice)).catch((error: unknown) => {
			if (isFinal(error) || (isRecorded && error instanceof ReadFailure)) return null;
			throw error;
		});
		const warnings = stored === null ? (['PDF_MISSING'] as const) : stored.json.warnings;
		const marked = [...warnings].reduce(withWarning, invoice);
		const [json] = itemsUpTo([marked], settings, 1);
		return {
			json,
			pairedItem: { item: itemIndex },
			...(stored && { binary: { [property]: stored.binary } }),
		};
	});
}
