import { createHash } from 'crypto';

const SIGNATURE = Buffer.from('%PDF-');
const END_MARK = Buffer.from('%%EOF');

const EMPTY = Buffer.alloc(0);

/** PDF readers accept this many other bytes before the signature and after the end mark. */
const EDGE_BYTES = 1024;

/** How much of an error that was sent instead of a PDF is kept for its message. */
const MAX_ERROR_BYTES = 20_000;

/** What is known about a file after all of it has been checked. */
export interface CheckedFile {
	/** In bytes. */
	fileSize: number;
	/** In hexadecimal. */
	sha256: string;
	/** Whether the end mark of a complete PDF is near the end. */
	hasEnd: boolean;
}

/** Thrown for a file that is not a PDF. */
export class NotAPdfError extends Error {
	/** @param beginning the first bytes of the file as text, up to 20,000 */
	constructor(readonly beginning: string) {
		super('The file is not a PDF');
		this.name = 'NotAPdfError';
	}
}

/**
 * Checks, counts and hashes a file chunk by chunk, and keeps only its first and last bytes. Nothing is
 * passed on before the file is known to be a PDF: an error in its place may contain a secret.
 */
export class PdfCheck {
	private readonly hash = createHash('sha256');

	private fileSize = 0;

	/** The bytes that are held back until the file is known to be a PDF; null afterwards. */
	private held: Buffer | null = EMPTY;

	private tail = Buffer.alloc(0);

	/**
	 * Takes the next chunk and returns the bytes that may be stored now.
	 *
	 * @throws NotAPdfError as soon as the file is known not to be a PDF
	 */
	add(chunk: Buffer): Buffer {
		this.fileSize += chunk.length;
		this.hash.update(chunk);
		const tail = Buffer.concat([this.tail, chunk.subarray(-EDGE_BYTES)]);
		this.tail = tail.subarray(-EDGE_BYTES);
		if (this.held === null) return chunk;
		const held = Buffer.concat([this.held, chunk]);
		const isPdf = held.subarray(0, EDGE_BYTES).includes(SIGNATURE);
		this.held = isPdf ? null : held;
		if (isPdf) return held;
		if (held.length >= (isJsonLike(held) ? MAX_ERROR_BYTES : EDGE_BYTES)) throw notAPdf(held);
		return EMPTY;
	}

	/**
	 * Returns what is known about the file after its last chunk.
	 *
	 * @throws NotAPdfError if it is not a PDF
	 */
	finish(): CheckedFile {
		if (this.held !== null) throw notAPdf(this.held);
		return {
			fileSize: this.fileSize,
			sha256: this.hash.digest('hex'),
			hasEnd: this.tail.includes(END_MARK),
		};
	}
}

function notAPdf(held: Buffer): NotAPdfError {
	return new NotAPdfError(held.subarray(0, MAX_ERROR_BYTES).toString('utf8'));
}

/** A JSON error has to be complete before its message can be read. */
function isJsonLike(beginning: Buffer): boolean {
	return /^[\s\ufeff]*[[{]/.test(beginning.subarray(0, EDGE_BYTES).toString('utf8'));
}
