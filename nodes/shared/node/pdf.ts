import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Download } from '../http/client';
import type { Provider, Warning } from '../invoice/invoice';
import { textFrom, wholeNumberFrom } from '../vendor/values';
import type { OperationContext, PdfFile, Vendor } from '../vendor/vendor';
import { safeFileName } from './fileName';
import { type CheckedFile, NotAPdfError, PdfCheck } from './pdfCheck';

const MEGABYTE = 1_000_000;
const MIME_TYPE = 'application/pdf';

/** A file has to come at least this fast, in bytes a second, once the time for a response is over. */
const SLOWEST = 10_000;

/** How often a transfer is looked at, in milliseconds. */
const WATCH_MS = 250;

/** What an item tells of its PDF. */
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
	/** Doubts about the file. */
	warnings: Warning[];
}

/** A file in n8n's binary store. */
type StoredPdf = CheckedFile & { binary: IBinaryData };

/** Downloads the PDF of an invoice into n8n's binary store, streamed, checked and hashed on the way. */
export async function downloadPdf(
	n8n: IExecuteFunctions,
	vendor: Vendor,
	context: OperationContext,
	file: PdfFile,
	itemIndex: number,
): Promise<INodeExecutionData> {
	const { invoiceId, invoiceNumber } = file;
	const fileName = safeFileName(textFrom(context.options.fileName) ?? usualName(vendor, file));
	const property = textFrom(context.parameter('binaryPropertyName', 'data')) ?? 'data';
	const mostBytes =
		wholeNumberFrom(context.options.maxFileSize ?? 100, 'Max File Size', 1) * MEGABYTE;
	const transfer = async () =>
		await context.client.download({ path: file.path }, async (download) => {
			const receive = receiving(download, vendor.name, mostBytes);
			const stored = n8n.helpers.prepareBinaryData(receive.stream, fileName, MIME_TYPE);
			const binary = await Promise.race([stored, receive.tooSlow]).finally(receive.stop);
			return { binary, ...receive.finish() };
		});
	const { binary, fileSize, sha256, hasEnd } = await wholeOr(transfer);
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
	return { json: { ...json }, binary: { [property]: binary }, pairedItem: { item: itemIndex } };
}

/** Where several invoices may have one number, the id tells their files apart. */
function usualName({ provider }: Vendor, { invoiceId, invoiceNumber, numberRepeats }: PdfFile) {
	const parts = numberRepeats ? [invoiceNumber, invoiceId] : [invoiceNumber ?? invoiceId];
	return [provider, ...parts].filter((part) => part !== null).join('-');
}

/** A file whose end is missing is asked for once more: it may have been cut on its way. */
async function wholeOr(transfer: () => Promise<StoredPdf>): Promise<StoredPdf> {
	const first = await transfer();
	if (first.hasEnd) return first;
	return await transfer().catch((error: unknown) => {
		if (error instanceof ReadFailure && error.kind === 'vendor') return first;
		throw error;
	});
}

function receiving(download: Download, vendor: string, mostBytes: number) {
	const { stream, length, timeoutSeconds, errorMessageIn } = download;
	if (length !== null && length > mostBytes) throw tooLarge(vendor, mostBytes);
	const check = new PdfCheck();
	const watch = new TransferWatch(timeoutSeconds);
	let received = 0;
	const look = (chunk: Buffer): Buffer => {
		received += chunk.length;
		watch.progress(received);
		if (received > mostBytes) throw tooLarge(vendor, mostBytes);
		return inWords(() => check.add(chunk));
	};
	const inWords = <T>(step: () => T): T => {
		try {
			return step();
		} catch (error) {
			throw error instanceof NotAPdfError ? noPdf(vendor, errorMessageIn(error.beginning)) : error;
		}
	};
	return {
		stream: stream.map(look),
		/** Rejects where the transfer stands still or drips. */
		tooSlow: watch.tooSlow,
		stop: () => watch.stop(),
		finish: () => inWords(() => check.finish()),
	};
}

/**
 * Watches the time of a transfer. It does not wait for the stream to end: one that stands still may not
 * do so even when it is destroyed.
 */
class TransferWatch {
	readonly tooSlow: Promise<never>;

	private readonly beganAt = Date.now();

	private lastChunkAt = Date.now();

	private received = 0;

	private isOver = false;

	/** @param timeoutSeconds how long it may stand still, and how long it may take however slow it is */
	constructor(private readonly timeoutSeconds: number) {
		this.tooSlow = new Promise((_, reject) => this.lookAgain(reject));
	}

	progress(received: number): void {
		this.received = received;
		this.lastChunkAt = Date.now();
	}

	stop(): void {
		this.isOver = true;
	}

	private lookAgain(reject: (reason: Error) => void): void {
		AbortSignal.timeout(WATCH_MS).addEventListener('abort', () => {
			if (this.isOver) return;
			const now = Date.now();
			const limitMs = this.timeoutSeconds * 1000;
			const isSilent = now - this.lastChunkAt >= limitMs;
			const isSlow = now - this.beganAt >= limitMs + (this.received / SLOWEST) * 1000;
			if (isSilent || isSlow) reject(endedEarly());
			else this.lookAgain(reject);
		});
	}
}

/** A transfer that stands still or drips: worth another try. */
function endedEarly(): Error {
	return Object.assign(new Error('the file took too long'), { code: 'ETIMEDOUT' });
}

function noPdf(vendor: string, words: string): ReadFailure {
	return new ReadFailure(
		'vendor',
		`${vendor} sent a file that is not a PDF${words && `: ${words}`}`,
		{
			hint: 'Open the invoice in the portal of the vendor to see whether it has a PDF there',
		},
	);
}

function tooLarge(vendor: string, mostBytes: number): ReadFailure {
	return new ReadFailure(
		'vendor',
		`The PDF of ${vendor} is larger than ${mostBytes / MEGABYTE} MB`,
		{ hint: 'Raise "Max File Size (MB)" in the options if such a file is expected' },
	);
}
