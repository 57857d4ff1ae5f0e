import { createHash } from 'crypto';

const SIGNATURE = Buffer.from('%PDF-');
const END_MARK = Buffer.from('%%EOF');

const NOTHING = Buffer.alloc(0);

/** A PDF may begin behind other bytes, and end before some: readers look this far, in bytes. */
const EDGE = 1024;

/** This much of what came in place of a PDF is kept, for the words in it, in bytes. */
const MOST_ERROR_BYTES = 20_000;

/** What is known of a file when all of it has passed. */
export interface CheckedFile {
	/** In bytes. */
	fileSize: number;
	/** In hexadecimal. */
	sha256: string;
	/** Whether the mark stands near its end that every whole PDF has. */
	hasEnd: boolean;
}

/** A file that is no PDF, with the beginning of it as text. */
export class NotAPdfError extends Error {
	constructor(readonly beginning: string) {
		super('The file is not a PDF');
		this.name = 'NotAPdfError';
	}
}

/**
 * Looks at a file chunk by chunk as it passes, counts and hashes it, and keeps no more of it than its
 * edges. Nothing is passed on before it is known to be a PDF: an error in its place may hold a secret.
 */
export class PdfCheck {
	private readonly hash = createHash('sha256');

	private fileSize = 0;

	/** What has come, as long as it is not known to be a PDF: until then it is held back. */
	private held: Buffer | null = NOTHING;

	private tail = Buffer.alloc(0);

	/** Takes the next chunk, and returns what may be stored by now. Throws NotAPdfError as soon as it is clear. */
	add(chunk: Buffer): Buffer {
		this.fileSize += chunk.length;
		this.hash.update(chunk);
		const tail = Buffer.concat([this.tail, chunk.subarray(-EDGE)]);
		this.tail = tail.subarray(-EDGE);
		if (this.held === null) return chunk;
		const held = Buffer.concat([this.held, chunk]);
		const isPdf = held.subarray(0, EDGE).includes(SIGNATURE);
		this.held = isPdf ? null : held;
		if (isPdf) return held;
		if (held.length >= (isJsonLike(held) ? MOST_ERROR_BYTES : EDGE)) throw noPdf(held);
		return NOTHING;
	}

	/** Returns what is known of the whole file. Throws NotAPdfError. */
	finish(): CheckedFile {
		if (this.held !== null) throw noPdf(this.held);
		return {
			fileSize: this.fileSize,
			sha256: this.hash.digest('hex'),
			hasEnd: this.tail.includes(END_MARK),
		};
	}
}

function noPdf(held: Buffer): NotAPdfError {
	return new NotAPdfError(held.subarray(0, MOST_ERROR_BYTES).toString('utf8'));
}

/** An error has words that only all of it tells. */
function isJsonLike(beginning: Buffer): boolean {
	return /^[\s\ufeff]*[[{]/.test(beginning.subarray(0, EDGE).toString('utf8'));
}
