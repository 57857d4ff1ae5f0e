import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Download } from '../http/client';
import type { Provider, Warning } from '../invoice/invoice';
import { grouped } from '../text';
import { textFrom, wholeNumberFrom } from '../vendor/values';
import type { OperationContext, PdfFile, Vendor } from '../vendor/vendor';
import { safeFileName } from './fileName';
import { type CheckedFile, NotAPdfError, PdfCheck } from './pdfCheck';
import type { ItemRun } from './itemRun';
import { TransferTimeout } from './transferTimeout';

const MEGABYTE = 1_000_000;
const MIME_TYPE = 'application/pdf';

/** The JSON of an item that holds a PDF. */
export interface PdfItem {
	provider: Provider;
	invoiceId: string;
	invoiceNumber: string | null;
	fileName: string;
	mimeType: 'application/pdf';
	/**
	 * In bytes.
	 *
	 * @asType integer
	 */
	fileSize: number;
	/** In hexadecimal. */
	sha256: string;
	/** What may be wrong with the file. */
	warnings: Warning[];
}

/** A file in n8n's binary store, and the JSON that describes it. */
export interface StoredPdf {
	json: PdfItem;
	binary: IBinaryData;
}

/** A file that was transferred to n8n's binary store. */
type TransferredPdf = CheckedFile & { binary: IBinaryData };

/** What the user chose about PDFs. */
export interface PdfSettings {
	/** The binary field to put the file in. */
	property: string;
	/** The largest file to accept, in bytes. */
	maxBytes: number;
}

/**
 * Returns the input item with the PDF of an invoice. Its fields and files are kept.
 *
 * @throws ReadFailure if the file cannot be downloaded, is not a PDF, or is larger than "Max File Size (MB)"
 */
export async function downloadPdf(run: ItemRun, file: PdfFile): Promise<INodeExecutionData> {
	const { n8n, context, itemIndex } = run;
	const settings = pdfSettingsFrom(context);
	const { property } = settings;
	const { json, binary } = await storePdf(run, file, settings, textFrom(context.options.fileName));
	const input = n8n.getInputData()[itemIndex];
	return {
		json: { ...input.json, ...json },
		binary: { ...input.binary, [property]: binary },
		pairedItem: { item: itemIndex },
	};
}

/** Returns what the user chose about PDFs. Throws ReadFailure if "Max File Size" is not valid. */
export function pdfSettingsFrom({ parameter, options }: OperationContext): PdfSettings {
	const megabytes = wholeNumberFrom(options.maxFileSize ?? 100, 'Max File Size (MB)', 1);
	return {
		property: textFrom(options.binaryPropertyName ?? parameter('binaryPropertyName', '')) ?? 'data',
		maxBytes: megabytes * MEGABYTE,
	};
}

/**
 * Downloads the PDF of an invoice to n8n's binary store. It is checked and hashed while it is streamed.
 *
 * @throws ReadFailure if the file cannot be downloaded, is not a PDF, or is larger than "Max File Size (MB)"
 */
export async function storePdf(
	{ n8n, vendor, context }: ItemRun,
	file: PdfFile,
	{ maxBytes }: Pick<PdfSettings, 'maxBytes'>,
	name = defaultFileName(vendor, file),
): Promise<StoredPdf> {
	const { invoiceId, invoiceNumber } = file;
	const fileName = safeFileName(name);
	const subject = { kind: 'PDF for invoice', name: invoiceId };
	const transfer = async () =>
		await context.client.download({ path: file.path, subject }, async (download) => {
			const { stream, timeout, finish } = checkedStream(download, vendor.name, maxBytes);
			const stored = n8n.helpers.prepareBinaryData(stream, fileName, MIME_TYPE);
			const binary = await Promise.race([stored, timeout.expired]).finally(() => timeout.stop());
			return { binary, ...finish() };
		});
	const { binary, fileSize, sha256, hasEnd } = await retryIfTruncated(transfer);
	const json: PdfItem = {
		provider: vendor.provider,
		invoiceId,
		invoiceNumber,
		fileName,
		mimeType: MIME_TYPE,
		fileSize,
		sha256,
		warnings: hasEnd ? [] : ['PDF_END_MISSING'],
	};
	return { json, binary };
}

/** If several invoices may have the same number, the ID keeps their file names apart. */
function defaultFileName(
	{ provider }: Vendor,
	{ invoiceId, invoiceNumber, numberRepeats }: PdfFile,
) {
	const parts = numberRepeats ? [invoiceNumber, invoiceId] : [invoiceNumber ?? invoiceId];
	return [provider, ...parts].filter((part) => part !== null).join('-');
}

/** Downloads a file without an end once more: it may have been cut off on the way. */
async function retryIfTruncated(transfer: () => Promise<TransferredPdf>): Promise<TransferredPdf> {
	const first = await transfer();
	if (first.hasEnd) return first;
	return await transfer().catch((error: unknown) => {
		if (error instanceof ReadFailure && error.kind === 'vendor') return first;
		throw error;
	});
}

/** Returns the download's stream, which fails on a bad file, its timeout, and what to call at its end. */
function checkedStream(download: Download, vendor: string, maxBytes: number) {
	const { stream, length, timeoutSeconds, errorMessageIn } = download;
	if (length !== null && length > maxBytes) throw tooLarge(vendor, maxBytes);
	const check = new PdfCheck();
	const timeout = new TransferTimeout(timeoutSeconds);
	let received = 0;
	const translated = <T>(step: () => T): T => {
		try {
			return step();
		} catch (error) {
			throw error instanceof NotAPdfError
				? notAPdf(vendor, errorMessageIn(error.beginning))
				: error;
		}
	};
	const inspect = (chunk: Buffer): Buffer => {
		received += chunk.length;
		timeout.progress(received);
		if (received > maxBytes) throw tooLarge(vendor, maxBytes);
		return translated(() => check.add(chunk));
	};
	return {
		stream: stream.map(inspect),
		timeout,
		finish: () => translated(() => check.finish()),
	};
}

function notAPdf(vendor: string, errorMessage: string): ReadFailure {
	return new ReadFailure(
		'vendor',
		`${vendor} returned a file that is not a PDF${errorMessage && `: ${errorMessage}`}`,
		{
			hint: `Check in the ${vendor} portal whether this invoice has a PDF`,
			isFinal: true,
		},
	);
}

function tooLarge(vendor: string, maxBytes: number): ReadFailure {
	return new ReadFailure(
		'vendor',
		`The PDF from ${vendor} is larger than ${grouped(maxBytes / MEGABYTE)} MB`,
		{
			hint: 'If this is expected, increase "Max File Size (MB)" in the options',
			isFinal: true,
		},
	);
}
