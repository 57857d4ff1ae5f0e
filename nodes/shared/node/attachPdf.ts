import type { INodeExecutionData } from 'n8n-workflow';
import { isCancelled, isFinal } from '../errors';
import { withWarning } from '../invoice/build';
import type { Invoice, Warning } from '../invoice/invoice';
import { withoutUsableId } from '../vendor/requestedRecords';
import { textFrom } from '../vendor/values';
import type { PdfOperation } from '../vendor/vendor';
import { inParallel } from './inParallel';
import { ONE_ITEM_EACH, type OutputSettings, itemsUpTo } from './output';
import { type PdfSettings, type StoredPdf, pdfSettingsFrom, storePdf } from './pdf';
import type { ItemRun } from './itemRun';
import { subjectOf, withSubjects } from './subject';

/** How invoices get their PDFs. */
export interface PdfAttachment extends PdfSettings {
	fileOf: PdfOperation['fileOf'];
}

/**
 * Returns how each invoice gets its PDF; undefined if invoices are returned without one.
 *
 * @throws ReadFailure if an option is not valid
 */
export function pdfAttachmentFrom(
	{ vendor, context }: ItemRun,
	{ format }: Pick<OutputSettings, 'format'>,
): PdfAttachment | undefined {
	const operation = vendor.operations['invoice:downloadPdf'] as PdfOperation | undefined;
	if (
		!ONE_ITEM_EACH.includes(format) ||
		operation === undefined ||
		context.options.attachPdf !== true
	)
		return undefined;
	return { ...pdfSettingsFrom(context), fileOf: operation.fileOf };
}

/**
 * Returns an item for each invoice, with its PDF. An invoice whose PDF the vendor definitely refuses is
 * returned without it, with a warning.
 *
 * @param isRecorded whether n8n has recorded that the invoices are returned: then any failure is a
 * warning, because an invoice that is not returned now would never be returned
 * @throws ReadFailure if a PDF cannot be downloaded now
 */
export async function attachPdfs(
	run: ItemRun,
	invoices: Invoice[],
	settings: OutputSettings,
	attachment: PdfAttachment,
	isRecorded: boolean,
): Promise<INodeExecutionData[]> {
	const { context, itemIndex } = run;
	const { property } = attachment;
	// With one name for several files, each would overwrite the previous one.
	const name = invoices.length === 1 ? textFrom(context.options.fileName) : undefined;
	const attachOne = async (invoice: Invoice): Promise<INodeExecutionData> => {
		const stored = await pdfOf(run, invoice, attachment, name).catch((error: unknown) => {
			const failure = withSubjects(error, [subjectOf(invoice)], context);
			if (!isFinal(error) && (!isRecorded || isCancelled(error))) throw failure;
			run.n8n.logger.warn(`Returning an invoice without its PDF: ${(failure as Error).message}`);
			return null;
		});
		const warnings: Warning[] = stored === null ? ['PDF_MISSING'] : stored.json.warnings;
		const [json] = itemsUpTo([warnings.reduce(withWarning, invoice)], settings, 1);
		return {
			json,
			...(stored && { binary: { [property]: stored.binary } }),
			pairedItem: { item: itemIndex },
		};
	};
	return await inParallel(invoices, context.parallelRequests, attachOne);
}

async function pdfOf(
	run: ItemRun,
	invoice: Invoice,
	{ fileOf, ...settings }: PdfAttachment,
	name: string | undefined,
): Promise<StoredPdf> {
	// A computed ID is none that the vendor knows.
	if (invoice.derivedFields.includes('id')) throw withoutUsableId(run.vendor);
	return await storePdf(run, fileOf(invoice), settings, name);
}
