/** What is returned of invoices: normalized, or line by line, as the options say. */
import type { Invoice, LineItemOutput } from '../nodes/shared/invoice/invoice';
import { expectValid } from './invoices';
import {
	type Json,
	OPERATIONS,
	type OperationOfTest,
	VENDORS,
	jsonOf,
	listOf,
	rows,
	setUp,
	vendorRows,
} from './support';

const stage = setUp();

/** The operations that return invoices. */
const INVOICES = OPERATIONS.filter(({ kind, answer }) => kind !== 'pdf' && answer === undefined);

/** Runs an operation whose output nobody has chosen, with these parameters beside its own. */
async function itemsOf<T = Invoice>(
	{ vendor, parameters }: OperationOfTest,
	more: Json = {},
): Promise<T[]> {
	const result = await stage.engine.runNode({
		type: vendor.type,
		parameters: { resource: 'invoice', ...parameters(stage.sandbox), ...more },
		credentials: stage.credentialsOf(vendor),
	});
	if (result.error) throw new Error(result.error.message);
	return jsonOf(result) as T[];
}

describe('the output "Invoices" is the default, and what the JSON Schema says', () => {
	it.each(rows(INVOICES))('%s', async (_, operation) => {
		const invoices = await itemsOf(operation);
		expect(invoices.length).toBeGreaterThan(0);
		invoices.forEach(expectValid);
		expect(new Set(invoices.map(({ dedupeKey }) => dedupeKey)).size).toBe(invoices.length);
	});
});

describe('the output "Line Items"', () => {
	it.each(rows(INVOICES))('%s has an item a line, and loses no invoice', async (_, operation) => {
		const invoices = await itemsOf(operation);
		const lines = await itemsOf<LineItemOutput>(operation, { output: 'lineItems' });
		const expected = invoices.flatMap(({ lineItems, ...invoice }) =>
			lineItems.length === 0
				? [expect.objectContaining({ lineNumber: null, amount: null, invoice })]
				: lineItems.map((line) => ({ ...line, invoice })),
		);
		expect(lines).toEqual(expected);
	});
});

describe('options', () => {
	const newest = { returnAll: false, limit: 1 };
	const having = (option: 'currency' | 'timeZone') =>
		vendorRows(VENDORS.filter(({ options }) => options[option]));

	it.each(vendorRows())('%s: Supplier Name and Include Raw Record come out', async (_, vendor) => {
		const options = { supplierName: 'Ünïted Carriers', includeRaw: true };
		const [invoice] = await itemsOf(listOf(vendor), { ...newest, options });
		expect(invoice.supplierName).toBe('Ünïted Carriers');
		const [record] = [invoice.raw as Json].flat();
		expect(vendor.idOf(record)).toBe(invoice.id);
		expectValid(invoice);
	});

	it.each(having('currency'))('%s: Currency comes out where none is stated', async (_, vendor) => {
		const invoices = await itemsOf(listOf(vendor), { options: { currency: 'chf' } });
		expect(invoices.map(({ currency }) => currency)).toContain('CHF');
		invoices.forEach(expectValid);
	});

	it.each([
		...having('currency').map(
			([name, vendor]) =>
				[name, vendor, { currency: 'Dollars' }, '"Dollars" is not a currency'] as const,
		),
		...having('timeZone').map(
			([name, vendor]) =>
				[name, vendor, { timeZone: 'Mars/Base' }, '"Mars/Base" is not a time zone'] as const,
		),
	])('%s refuses a wrong one', async (_, vendor, options, message) => {
		await expect(itemsOf(listOf(vendor), { options })).rejects.toThrow(message);
	});

	it.each(vendorRows(VENDORS.filter(({ statesTotal }) => statesTotal)))(
		'%s: If Incomplete: Continue returns what came, each with a warning',
		async (_, vendor) => {
			const whole = await itemsOf(listOf(vendor));
			stage.sandbox.addFault({ vendor: vendor.type, kind: 'total', delta: 3, times: Infinity });
			const options = { ifIncomplete: 'continue' };
			const invoices = await itemsOf(listOf(vendor), { options });
			expect(invoices).toHaveLength(whole.length);
			expect(invoices.every(({ warnings }) => warnings.includes('LIST_INCOMPLETE'))).toBe(true);
			invoices.forEach(expectValid);
		},
	);
});

it.each(vendorRows())(
	'%s: an AI agent gets an item without what says nothing',
	async (_, vendor) => {
		const { text } = await stage.engine.runTool({
			type: vendor.type,
			parameters: { resource: 'invoice', operation: 'getAll', limit: 1, ...vendor.parameters },
			credentials: stage.credentialsOf(vendor),
			input: {},
		});
		expect(text).toContain('dedupeKey');
		expect(text).not.toContain('null');
		expect(text).not.toContain('contentHash');
	},
);
