/** Every amount of a full invoice, however deep, as a number or as text. */
import fc from 'fast-check';
import { full } from '../../../nodes/shared/invoice/full';
import { build, context, decimals, expectValid, normalizers } from '../../invoices';

type Json = Record<string, unknown>;

/** Where an invoice may hold an amount: what to build it from, and where it is then. */
const PLACES: Array<[string, (amount: string) => Parameters<typeof build>[0], string]> = [
	['totalAmount', (amount) => ({ totalAmount: amount }), 'totalAmount'],
	['signedTotal', (amount) => ({ totalAmount: amount }), 'signedTotal'],
	['amountDue', (amount) => ({ amountDue: amount }), 'amountDue'],
	['subTotal', (amount) => ({ subTotal: amount }), 'subTotal'],
	['taxAmount', (amount) => ({ taxAmount: amount }), 'taxAmount'],
	['amountPaid', (amount) => ({ amountPaid: amount }), 'amountPaid'],
	...['previous', 'forward', 'due'].map((name): (typeof PLACES)[number] => [
		`accountBalance.${name}`,
		(amount) => ({ accountBalance: { previous: '1', forward: null, due: '2', [name]: amount } }),
		`accountBalance.${name}`,
	]),
	...['quantity', 'unitAmount', 'amount', 'amountPaid'].map((name): (typeof PLACES)[number] => [
		`lineItems.${name}`,
		(amount) => ({ lineItems: [{ [name]: amount }] }),
		`lineItems.0.${name}`,
	]),
	[
		'lineItems.attributes',
		(amount) => ({ lineItems: [{ attributes: { a: 'b' }, amountAttributes: { vat: amount } }] }),
		'lineItems.0.attributes.vat',
	],
	...['rate', 'amount'].map((name): (typeof PLACES)[number] => [
		`taxItems.${name}`,
		(amount) => ({
			taxItems: [{ type: 'VAT', jurisdiction: null, rate: null, amount: null, [name]: amount }],
		}),
		`taxItems.0.${name}`,
	]),
	[
		'payments.amount',
		(amount) => ({ payments: [{ date: null, method: null, amount }] }),
		'payments.0.amount',
	],
];

const at = (invoice: object, path: string): unknown =>
	path.split('.').reduce((value: unknown, name) => (value as Json)[name], invoice);

describe.each(PLACES)('%s', (_, factsOf, path) => {
	test('is a number by choice, and its text otherwise', () => {
		const invoice = build(factsOf('12.50'));
		expect(at(full(invoice, 'number'), path)).toBe(12.5);
		expect(at(full(invoice, 'text'), path)).toBe('12.50');
		for (const as of ['number', 'text'] as const) expectValid(full(invoice, as));
	});

	test.each(['0.1234567890123456789', '123456789012345678.91'])(
		'stays text where %s has no number, and the invoice says so',
		(amount) => {
			const invoice = build(factsOf(amount));
			const written = full(invoice, 'number');
			expect(at(written, path)).toBe(amount);
			expect(written.warnings).toEqual([...invoice.warnings, 'AMOUNT_NOT_A_NUMBER'].sort());
			expect(full(invoice, 'text').warnings).toEqual(invoice.warnings);
			expect(invoice.warnings).not.toContain('AMOUNT_NOT_A_NUMBER');
			expectValid(written);
		},
	);
});

test('what is not returned is no reason for a warning', () => {
	const invoice = build({ totalAmount: '0.1234567890123456789', amountDue: '2.50' });
	const written = full(invoice, 'number', (name) => name === 'amountDue');
	expect(written).toMatchObject({ amountDue: 2.5, warnings: [] });
	const whole = full(invoice, 'number', (name) => name === 'totalAmount');
	expect(whole.warnings).toEqual(['AMOUNT_NOT_A_NUMBER']);
});

test('the same invoice comes out, but for the form of its amounts', () => {
	const place = fc.constantFrom(...PLACES);
	fc.assert(
		fc.property(place, decimals, ([, factsOf, path], amount) => {
			const invoice = build(factsOf(amount));
			const before = JSON.stringify(invoice);
			const written = full(invoice, 'number');
			expect(JSON.stringify(invoice)).toBe(before);
			expect(Object.keys(written)).toEqual(Object.keys(invoice));
			const value = at(written, path);
			expect(written.warnings.includes('AMOUNT_NOT_A_NUMBER')).toBe(typeof value === 'string');
			expect(written).toMatchObject({ id: invoice.id, contentHash: invoice.contentHash });
		}),
		{ seed: 1, numRuns: 500 },
	);
});

/** Returns the paths of all values in an invoice that are not what they were. */
function changedPaths(before: unknown, after: unknown, path = ''): string[] {
	if (typeof before !== 'object' || before === null) return before === after ? [] : [path];
	return Object.keys(before).flatMap((name) =>
		changedPaths((before as Json)[name], (after as Json)[name], `${path}.${name}`),
	);
}

test.each(normalizers)('$name: nothing but amounts is another', ({ record, normalize }) => {
	const invoice = normalize(record, { ...context, includeRaw: true });
	const written = full(invoice, 'number');
	const changed = changedPaths(invoice, written);
	expect(changed.length).toBeGreaterThan(2);
	for (const path of changed) {
		expect(path).toMatch(/amount|total|rate|quantity|paid|due|previous|forward|setupCosts/i);
		expect(typeof at(written, path.slice(1))).toBe('number');
	}
	expectValid(written);
});
