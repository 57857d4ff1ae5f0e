/**
 * What kind of thing went wrong:
 * `input` the user's parameters or credential, `vendor` the vendor's answer (or none),
 * `incomplete` a list that could not be read as a whole, `cancelled` the user stopped the execution.
 */
export type FailureKind = 'input' | 'vendor' | 'incomplete' | 'cancelled';

/** What is known about a failure beside its sentence. */
export interface FailureDetails {
	/** What the user can do about it. */
	hint?: string;
	/** The HTTP status, where there was one. */
	status?: number;
	/** How long the vendor asked to wait, in milliseconds. */
	retryAfterMs?: number;
}

/**
 * The one error of this package below the node: a sentence for the user and what to do.
 * It is always built from words, never from a request or a response, so nothing secret rides along.
 */
export class ReadFailure extends Error {
	constructor(
		readonly kind: FailureKind,
		message: string,
		readonly details: FailureDetails = {},
	) {
		super(message);
		this.name = 'ReadFailure';
	}
}
