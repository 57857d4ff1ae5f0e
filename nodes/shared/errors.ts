/**
 * What went wrong:
 * `input` a parameter or the credential, `vendor` the vendor's response (or the lack of one),
 * `incomplete` a list that could not be read completely, `cancelled` the user stopped the execution.
 */
export type FailureKind = 'input' | 'vendor' | 'incomplete' | 'cancelled';

/** What is known about a failure besides its message. */
export interface FailureDetails {
	/** What the user can do about it. */
	hint?: string;
	/** The HTTP status, if there was a response. */
	status?: number;
	/** How long the vendor asked to wait, in milliseconds. */
	retryAfterMs?: number;
}

/**
 * The one error type below `shared/node`, with a message for the user and a hint. Both are written by
 * us and never copied from a request or response unredacted, so they cannot leak a secret.
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
