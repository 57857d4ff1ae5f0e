import { createHash } from 'crypto';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { ReadFailure } from '../errors';
import type { Download, Readable } from '../http/client';
import type { Provider } from '../invoice/invoice';
import { textFrom, wholeNumberFrom } from './values';
import type { Call, PdfFile, Vendor } from './vendor';

const MEGABYTE = 1_000_000;
const SIGNATURE = '%PDF-';
const MIME_TYPE = 'application/pdf';

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
}

/**
 * Gives the number of an invoice where what came in is that invoice, as this package puts it out: then
 * the vendor need not be asked for it.
 */
export function numberOnItem({ item }: Call, provider: Provider, id: string): string | undefined {
	if (item?.provider !== provider || item.id !== id) return undefined;
	return typeof item.invoiceNumber === 'string' ? item.invoiceNumber : undefined;
}

/** Downloads the PDF of an invoice into n8n's binary store, streamed, checked and hashed on the way. */
export async function downloadPdf(
	context: IExecuteFunctions,
	vendor: Vendor,
	call: Call,
	file: PdfFile,
	itemIndex: number,
): Promise<INodeExecutionData> {
	const { invoiceId, invoiceNumber } = file;
	const fileName = safeFileName(
		textFrom(call.options.fileName) ?? `${vendor.provider}-${invoiceNumber ?? invoiceId}`,
	);
	const property = textFrom(call.parameter('binaryPropertyName', 'data')) ?? 'data';
	const mostBytes = wholeNumberFrom(call.options.maxFileSize ?? 100, 'Max File Size', 1) * MEGABYTE;

	return await call.client.download({ path: file.path }, async (download) => {
		const check = checkedPdf(download, vendor.name, mostBytes);
		const stored = context.helpers.prepareBinaryData(check.stream, fileName, MIME_TYPE);
		const binary = await Promise.race([stored, check.standsStill]);
		const { fileSize, sha256 } = check.finish();
		const json: PdfItem = {
			provider: vendor.provider,
			invoiceId,
			invoiceNumber,
			fileName,
			mimeType: MIME_TYPE,
			fileSize,
			sha256,
		};
		return {
			json: { ...json },
			binary: { [property]: binary },
			pairedItem: { item: itemIndex },
		};
	});
}

/** A PDF passing through: looked at, counted and hashed chunk by chunk, never held. */
interface CheckedPdf {
	stream: Readable;
	/**
	 * Rejects one to two time-outs after the last chunk. It does not wait for the stream to end: one
	 * that stands still may not do so even when it is destroyed.
	 */
	standsStill: Promise<never>;
	/** Ends the check: throws where the file is no whole PDF, else gives its bytes and SHA-256. */
	finish: () => { fileSize: number; sha256: string };
}

function checkedPdf(download: Download, vendor: string, mostBytes: number): CheckedPdf {
	const { stream, length, timeoutSeconds } = download;
	const hash = createHash('sha256');
	let fileSize = 0;
	let beginning = '';
	let lastChunkAt = Date.now();

	if (length !== null && length > mostBytes) throw tooLarge(vendor, mostBytes);

	const look = (chunk: Buffer): Buffer => {
		lastChunkAt = Date.now();
		fileSize += chunk.length;
		if (fileSize > mostBytes) throw tooLarge(vendor, mostBytes);
		if (beginning.length < SIGNATURE.length) {
			beginning += chunk.subarray(0, SIGNATURE.length - beginning.length).toString('latin1');
			if (!SIGNATURE.startsWith(beginning)) throw noPdf(vendor);
		}
		hash.update(chunk);
		return chunk;
	};

	const standsStill = new Promise<never>((_, reject) => {
		const watch = () => {
			const milliseconds = timeoutSeconds * 1000;
			AbortSignal.timeout(milliseconds).addEventListener('abort', () => {
				if (stream.destroyed) return;
				if (Date.now() - lastChunkAt < milliseconds) watch();
				else reject(endedEarly());
			});
		};
		watch();
	});

	return {
		stream: stream.map(look),
		standsStill,
		finish: () => {
			if (beginning !== SIGNATURE) throw noPdf(vendor);
			if (length !== null && fileSize !== length) throw endedEarly();
			return { fileSize, sha256: hash.digest('hex') };
		},
	};
}

/** A transfer that stands still or ends early: worth another try. */
function endedEarly(): Error {
	return Object.assign(new Error('the file did not come to its end'), { code: 'ETIMEDOUT' });
}

function noPdf(vendor: string): ReadFailure {
	return new ReadFailure('vendor', `${vendor} sent a file that is not a PDF`, {
		hint: 'Open the invoice in the portal of the vendor to see whether it has a PDF there',
	});
}

function tooLarge(vendor: string, mostBytes: number): ReadFailure {
	return new ReadFailure(
		'vendor',
		`The PDF of ${vendor} is larger than ${mostBytes / MEGABYTE} MB`,
		{ hint: 'Raise "Max File Size (MB)" in the options if such a file is expected' },
	);
}

/** What Windows, macOS or Linux refuses in a file name, and marks that turn the reading direction. */
const UNSAFE = /[\p{Cc}"*/:<>?\\|\u202a-\u202e\u2066-\u2069]/gu;
const RESERVED_BY_WINDOWS = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
/** File systems count bytes: 255 of them is the most, and the ending needs four. */
const MOST_BYTES = 200;

/**
 * Gives a file name that every file system takes: without separators and control characters, no dots
 * or spaces at its ends, at most 204 bytes in UTF-8, ending in `.pdf`.
 */
export function safeFileName(name: string): string {
	const plain = name
		.normalize('NFC')
		.replace(UNSAFE, '_')
		.trim()
		// Looked at from a point: a long row of endings would take the square of its time otherwise.
		.replace(/(?<!\.pdf)(\.pdf)+$/i, '');
	const base = cutToBytes(plain, MOST_BYTES).replace(/^[. ]+|[. ]+$/g, '');
	return `${base === '' || RESERVED_BY_WINDOWS.test(base) ? `_${base}` : base}.pdf`;
}

/** Gives the beginning of a text that fits, in whole characters. */
function cutToBytes(text: string, most: number): string {
	let bytes = 0;
	const fitting = [...text].filter((character) => (bytes += Buffer.byteLength(character)) <= most);
	return fitting.join('');
}
