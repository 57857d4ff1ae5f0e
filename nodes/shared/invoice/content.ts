import { type Decimal, decimalFrom, withoutTrailingZeros } from './decimal';
import type { Invoice, LineItem } from './invoice';
import { canonicalJson, sha256 } from './key';

/**
 * Fields that are not facts of the vendor: options, warnings, and what is derived from other fields.
 */
type NotFact =
	| 'contentHash'
	| 'dedupeKey'
	| 'derivedFields'
	| 'hasPdf'
	| 'linesComplete'
	| 'notes'
	| 'raw'
	| 'schemaVersion'
	| 'signedTotal'
	| 'supplierName'
	| 'warnings';

type Fact = Exclude<keyof Invoice, NotFact> | 'customFields';

/** The facts that are hashed, in order. Every field that is not excluded above has to be listed. */
const FACTS: Record<Fact, 'amount' | 'lines' | 'list' | 'text' | 'values'> = {
	accountBalance: 'values',
	accountId: 'text',
	amountDue: 'amount',
	amountPaid: 'amount',
	currency: 'text',
	customFields: 'list',
	description: 'text',
	direction: 'text',
	dueDate: 'text',
	id: 'text',
	invoiceNumber: 'text',
	issueDate: 'text',
	lineItems: 'lines',
	paidDate: 'text',
	payments: 'list',
	periodEnd: 'text',
	periodStart: 'text',
	provider: 'text',
	sourceStatus: 'text',
	status: 'text',
	subTotal: 'amount',
	taxAmount: 'amount',
	taxItems: 'list',
	totalAmount: 'amount',
	type: 'text',
};

const NAMES = Object.keys(FACTS) as Fact[];

/**
 * Values hashed instead of fields that depend on an option: the moment instead of a date in the user's
 * time zone; null if the field is not hashed.
 */
export type StatedFacts = Partial<Record<Fact, string | null>>;

const LINE_AMOUNTS = ['amount', 'amountPaid', 'quantity', 'unitAmount'] as const;
const LINE_TEXTS = [
	'category',
	'chargeCategory',
	'description',
	'id',
	'itemCode',
	'itemName',
	'periodEnd',
	'periodStart',
	'region',
	'unitOfMeasurement',
] as const;

/** How to hash content that the invoice itself does not tell. */
export interface HashOptions {
	facts?: StatedFacts;
	/** The lines as stated by the vendor: line numbers that were added here are not hashed. */
	lineItems?: Array<Partial<LineItem>>;
}

/**
 * Returns the SHA-256 of an invoice's facts, in hexadecimal. Amounts are hashed by value, lists in any
 * order, and absent values as null.
 */
export function contentHashOf(invoice: Invoice, hashing: HashOptions = {}): string {
	return sha256(contentJson(invoice, hashing));
}

/** Returns the JSON that `contentHashOf` hashes. */
export function contentJson(
	invoice: Invoice,
	{ facts = {}, lineItems = [] }: HashOptions = {},
): string {
	const fields: Partial<Record<Fact, unknown>> = invoice;
	const json: string[] = [];
	for (const name of NAMES) {
		const value = name in facts ? facts[name] : fields[name];
		if (!isAbsent(value) && !isEmptyList(value))
			json.push(`"${name}":${factJson(name, value, lineItems)}`);
	}
	return `{${json.join(',')}}`;
}

function factJson(name: Fact, value: unknown, stated: Array<Partial<LineItem>>): string {
	switch (FACTS[name]) {
		case 'amount':
			return amountJson(value as Decimal);
		case 'values':
			return canonicalJson(value, BY_CONTENT);
		case 'list':
			return sorted((value as object[]).map((entry) => canonicalJson(entry, BY_CONTENT)));
		case 'lines':
			return sorted(
				(value as LineItem[]).map((line, index) =>
					lineJson(line, (stated[index]?.lineNumber ?? null) !== null),
				),
			);
		default:
			// Texts are not numbers: the invoice number 1.10 is not 1.1.
			return JSON.stringify(value);
	}
}

function sorted(entries: string[]): string {
	return `[${entries.sort().join(',')}]`;
}

function lineJson(line: LineItem, hasNumber: boolean): string {
	let json = hasNumber ? `"lineNumber":${line.lineNumber}` : '';
	for (const name of LINE_AMOUNTS) {
		const amount = line[name];
		if (amount !== null) json += `,"${name}":${amountJson(amount)}`;
	}
	for (const name of LINE_TEXTS) {
		const text = line[name];
		if (text !== null) json += `,"${name}":${JSON.stringify(text)}`;
	}
	json += `,"attributes":${canonicalJson(line.attributes, BY_CONTENT)}`;
	return `{${json.startsWith(',') ? json.slice(1) : json}}`;
}

function amountJson(amount: Decimal): string {
	return `"${withoutTrailingZeros(amount)}"`;
}

/** For values whose meaning only the vendor knows: a number and its text are the same. */
const BY_CONTENT = {
	leaf: (value: unknown): string => {
		const decimal = decimalFrom(value);
		return decimal === null ? (JSON.stringify(value) ?? 'null') : amountJson(decimal);
	},
	isAbsent,
};

function isAbsent(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

function isEmptyList(value: unknown): boolean {
	return Array.isArray(value) && value.length === 0;
}
