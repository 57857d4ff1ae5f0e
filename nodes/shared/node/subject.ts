import { ReadFailure } from '../errors';
import { redact } from '../http/redact';
import { subjectLabel } from '../http/subjectLabel';
import type { Invoice } from '../invoice/invoice';
import { locatorFrom, textFrom } from '../vendor/values';
import type { OperationContext } from '../vendor/vendor';

/** What a failure is about. */
export interface Subject {
	kind: 'account' | 'invoice';
	/** How a message may call it; the first one is shown. */
	names: string[];
}

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
	const isNamed = (kind: string, name: string) =>
		message.includes(`"${redact(name, secrets())}"`) ||
		message.includes(subjectLabel({ kind, name }, secrets()));
	const unnamed = subjects.filter(
		(subject) => !subject.names.some((name) => isNamed(subject.kind, name)),
	);
	if (unnamed.length === 0) return error;
	const list = unnamed
		.map(({ kind: of, names: [name] }) => subjectLabel({ kind: of, name }, secrets()))
		.join(', ');
	const end = message.endsWith('.') ? '.' : '';
	const sentence = message.slice(0, message.length - end.length);
	return new ReadFailure(kind, `${sentence} (${list})${end}`, details);
}
