import { ReadFailure } from '../errors';
import { redact } from '../http/redact';
import type { Invoice } from '../invoice/invoice';
import { locatorFrom, textFrom } from '../vendor/values';
import type { OperationContext } from '../vendor/vendor';

/** What a failure is about. */
export interface Subject {
	kind: 'account' | 'invoice';
	/** How a message may call it; the first one is shown. */
	names: string[];
}

const MAX_NAME_LENGTH = 100;

/** Returns what the user asked about: an account, an invoice, both, or neither. */
export function subjectsOf({ parameter }: Pick<OperationContext, 'parameter'>): Subject[] {
	const account = textFrom(parameter('accountId', ''));
	const invoice = textFrom(locatorFrom(parameter('invoiceId', '')).value);
	return [
		...(account === undefined ? [] : [{ kind: 'account' as const, names: [account] }]),
		...(invoice === undefined ? [] : [{ kind: 'invoice' as const, names: [invoice] }]),
	];
}

/** Returns an invoice of a list as the subject of a failure. */
export function subjectOf({ id, invoiceNumber }: Pick<Invoice, 'id' | 'invoiceNumber'>): Subject {
	return { kind: 'invoice', names: invoiceNumber === null ? [id] : [invoiceNumber, id] };
}

/**
 * Returns what was thrown; a failure of the vendor names its subjects, unless it does so already. Names
 * are redacted: a secret may have been mapped to them.
 */
export function withSubjects(
	error: unknown,
	subjects: Subject[],
	{ secrets }: Pick<OperationContext, 'secrets'>,
): unknown {
	if (!(error instanceof ReadFailure)) return error;
	const { kind, message, details } = error;
	if (kind !== 'vendor' && kind !== 'incomplete') return error;
	const unnamed = subjects.filter(
		({ names }) => !names.some((name) => message.includes(`"${redact(name, secrets())}"`)),
	);
	if (unnamed.length === 0) return error;
	const list = unnamed.map((subject) => labelOf(subject, secrets())).join(', ');
	const end = message.endsWith('.') ? '.' : '';
	const sentence = message.slice(0, message.length - end.length);
	return new ReadFailure(kind, `${sentence} (${list})${end}`, details);
}

function labelOf({ kind, names: [name] }: Subject, secrets: string[]): string {
	const characters = [...redact(name, secrets).replace(/\s+/g, ' ')];
	const isLong = characters.length > MAX_NAME_LENGTH;
	return `${kind} "${characters.slice(0, MAX_NAME_LENGTH).join('')}${isLong ? '…' : ''}"`;
}
