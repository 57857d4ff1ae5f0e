import { redact } from './redact';

/** What a request or a failure is about, such as the invoice `4711`. */
export interface NamedSubject {
	kind: string;
	name: string;
}

const MAX_NAME_LENGTH = 100;

/** Returns how messages call a subject, e.g. `invoice "4711"`: secrets redacted, long names cut. */
export function subjectLabel({ kind, name }: NamedSubject, secrets: string[]): string {
	const characters = [...redact(name, secrets).replace(/\s+/g, ' ')];
	const isLong = characters.length > MAX_NAME_LENGTH;
	return `${kind} "${characters.slice(0, MAX_NAME_LENGTH).join('')}${isLong ? '…' : ''}"`;
}
