import { createHash } from 'crypto';

const SIGNATURE = Buffer.from('%PDF-');
const END_MARK = Buffer.from('%%EOF');

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
export class NoPdf extends Error {
	constructor(readonly beginning: string) {
		super('The file is not a PDF');
		this.name = 'NoPdf';
	}
}

/**
 * Looks at a file chunk by chunk as it passes, counts and hashes it, and keeps no more of it than its
 * edges.
 */
export class PdfCheck {
	private readonly hash = createHash('sha256');

	private fileSize = 0;

	/** What has come, as long as it is not known to be a PDF. */
	private beginning: Buffer | null = Buffer.alloc(0);

	private tail = Buffer.alloc(0);

	/** Takes the next chunk. Throws NoPdf as soon as it is clear. */
	add(chunk: Buffer): void {
		this.fileSize += chunk.length;
		this.hash.update(chunk);
		const tail = Buffer.concat([this.tail, chunk.subarray(-EDGE)]);
		this.tail = tail.subarray(-EDGE);
		if (this.beginning === null) return;
		const room = MOST_ERROR_BYTES - this.beginning.length;
		const beginning = Buffer.concat([this.beginning, chunk.subarray(0, room)]);
		const isPdf = beginning.subarray(0, EDGE).includes(SIGNATURE);
		this.beginning = isPdf ? null : beginning;
		const isFull = beginning.length >= (isJsonLike(beginning) ? MOST_ERROR_BYTES : EDGE);
		if (!isPdf && isFull) throw new NoPdf(beginning.toString('utf8'));
	}

	/** Returns what is known of the whole file. Throws NoPdf. */
	finish(): CheckedFile {
		if (this.beginning !== null) throw new NoPdf(this.beginning.toString('utf8'));
		return {
			fileSize: this.fileSize,
			sha256: this.hash.digest('hex'),
			hasEnd: this.tail.includes(END_MARK),
		};
	}
}

/** An error has words that only all of it tells. */
function isJsonLike(beginning: Buffer): boolean {
	return /^[\s\ufeff]*[[{]/.test(beginning.subarray(0, EDGE).toString('utf8'));
}
