import { type Decimal, decimalFrom, withoutTrailingZeros } from './decimal';
import type { Invoice, LineItem } from './invoice';
import { canonicalJson, sha256 } from './key';

/** What is ours: options, doubts, and what follows from the rest. */
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

/** What a vendor says of an invoice, sorted: a field that is not ours has to stand here. */
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
 * What is hashed in place of some fields, where a field depends on an option: the moment where the
 * field is a date in the user's time zone; null where the field is not hashed at all.
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

/** How the content is to be hashed, beside the invoice itself. */
export interface HashOptions {
	facts?: StatedFacts;
	/** The lines as the vendor states them: one without a number there has ours, which is no fact. */
	lineItems?: Array<Partial<LineItem>>;
}

/**
 * Returns the SHA-256 of what the vendor says of an invoice, in hexadecimal. It is about content:
 * amounts by value, lists in any order, and what is absent is null.
 */
export function contentHashOf(invoice: Invoice, hashing: HashOptions = {}): string {
	return sha256(contentJson(invoice, hashing));
}

/** Returns the JSON that is hashed. */
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
			// A text is what it says: the invoice number 1.10 is not 1.1.
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

/** Of values whose meaning only the vendor knows: a number is the same in either form. */
const BY_CONTENT = {
	leaf: (value: unknown): string => {
		const decimal = decimalFrom(value);
		return decimal === null ? (JSON.stringify(value) ?? 'null') : amountJson(decimal);
	},
	isAbsent,
};

/** What is absent is null, and the other way round. */
function isAbsent(value: unknown): boolean {
	return value === undefined || value === null || value === '';
}

function isEmptyList(value: unknown): boolean {
	return Array.isArray(value) && value.length === 0;
}
