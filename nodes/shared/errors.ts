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
	/** Whether the vendor's answer is known not to change, whatever its status. */
	isFinal?: boolean;
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

/** Statuses of a refusal that may be another one later, or with another credential. */
const PASSING_STATUSES = new Set([401, 408, 425, 429]);

/** Returns whether a vendor definitely does not have what was requested, or refuses it. */
export function isFinal(error: unknown): boolean {
	if (!(error instanceof ReadFailure) || error.kind !== 'vendor') return false;
	const { status = 0, isFinal: isKnown = false } = error.details;
	return isKnown || (status >= 400 && status < 500 && !PASSING_STATUSES.has(status));
}

/** Returns whether something failed only because the user stopped the execution. */
export function isCancelled(error: unknown): boolean {
	return error instanceof ReadFailure && error.kind === 'cancelled';
}
