/** Lines as flat rows: their columns, their signs, and the vendor's own fields behind them. */
import fc from 'fast-check';
import { add, equal, negate, sum } from '../../../nodes/shared/invoice/decimal';
import type { LineFacts } from '../../../nodes/shared/invoice/facts';
import { lineItemRows } from '../../../nodes/shared/invoice/lineItemRows';
import { build, context, decimals, normalizers } from '../../invoices';

const COLUMNS = [
	'invoiceNumber supplierName issueDate status type currency lineNumber description itemCode itemName',
	'category chargeCategory quantity unitOfMeasurement unitAmount amount region periodStart periodEnd',
	'accountId invoiceId dedupeKey warnings',
]
	.join(' ')
	.split(' ');

const rowsOf = (lineItems: LineFacts[], facts: Parameters<typeof build>[0] = {}) =>
	lineItemRows(build({ lineItems, ...facts }), 'number');

const rowOf = (line: LineFacts, facts: Parameters<typeof build>[0] = {}) =>
	rowsOf([line], facts)[0] as unknown as Record<string, unknown>;

test('the columns of a row and their order, the attributes behind them', () => {
	const line: LineFacts = {
		lineNumber: 3,
		id: 'L',
		description: 'Calls',
		itemCode: 'C-1',
		itemName: 'Voice',
		category: 'Usage',
		chargeCategory: 'usage',
		quantity: '2.0',
		unitAmount: '5.05',
		amount: '10.10',
		unitOfMeasurement: 'minutes',
		region: 'EU',
		periodStart: '2025-01-01',
		periodEnd: '2025-01-31',
		attributes: { direction: 'inbound', count: 4, isFree: false, none: null },
		amountAttributes: { setupCosts: '0.50' },
	};
	const facts = { invoiceNumber: 'N-1', issueDate: '2025-01-31', accountId: 'A' };
	const row = rowOf(line, facts);
	expect(Object.keys(row)).toEqual([
		...COLUMNS,
		...['direction', 'count', 'isFree', 'none', 'setupCosts'],
	]);
	expect(row).toEqual({
		...{ invoiceNumber: 'N-1', supplierName: 'The Vendor', issueDate: '2025-01-31' },
		...{ status: 'unknown', type: 'invoice', currency: 'EUR', lineNumber: 3, description: 'Calls' },
		...{ itemCode: 'C-1', itemName: 'Voice', category: 'Usage', chargeCategory: 'usage' },
		...{ quantity: 2, unitOfMeasurement: 'minutes', unitAmount: 5.05, amount: 10.1, region: 'EU' },
		...{ periodStart: '2025-01-01', periodEnd: '2025-01-31', accountId: 'A', invoiceId: '1' },
		...{ dedupeKey: 'fastly:A:1', warnings: null },
		...{ direction: 'inbound', count: 4, isFree: false, none: null, setupCosts: 0.5 },
	});
	const [asText] = lineItemRows(build({ lineItems: [line] }), 'text');
	expect(asText).toMatchObject({ quantity: '2.0', unitAmount: '5.05', setupCosts: '0.50' });
});

test('an invoice without lines has one row, so that it is not lost', () => {
	const facts = { invoiceNumber: 'N-1', totalAmount: '12.10', accountId: 'A' };
	const rows = rowsOf([], facts);
	expect(rows).toHaveLength(1);
	expect(Object.keys(rows[0])).toEqual(COLUMNS);
	const { invoiceNumber, invoiceId, dedupeKey, ...line } = rows[0];
	expect({ invoiceNumber, invoiceId, dedupeKey }).toEqual({
		invoiceNumber: 'N-1',
		invoiceId: '1',
		dedupeKey: 'fastly:A:1',
	});
	expect(line).toMatchObject({ lineNumber: null, description: null, quantity: null, amount: null });
});

describe('the sign of a credit note', () => {
	const line = { quantity: '2', unitAmount: '5', amount: '10', amountAttributes: { vat: '2.10' } };

	test.each([
		['stated by the type', { ...line }, { type: 'creditNote', totalAmount: '12.10' }],
		[
			'stated by the amounts',
			{ ...line, unitAmount: '-5', amount: '-10', amountAttributes: { vat: '-2.10' } },
			{ totalAmount: '-12.10' },
		],
		[
			'in the quantity',
			{ ...line, quantity: '-2', amount: '-10', amountAttributes: { vat: '-2.10' } },
			{ totalAmount: '-12.10' },
		],
	] as const)('%s, is that of its lines', (_, facts, invoice) => {
		expect(rowOf(facts, invoice)).toMatchObject({
			type: 'creditNote',
			quantity: 2,
			unitAmount: -5,
			amount: -10,
			vat: -2.1,
		});
	});

	test('leaves a line that goes the other way its own', () => {
		const rows = rowsOf([{ amount: '-10.00' }, { amount: '2.00' }], { totalAmount: '-8.00' });
		expect(rows.map(({ amount }) => amount)).toEqual([-10, 2]);
	});

	const signs = fc.record({
		type: fc.constantFrom(undefined, 'invoice' as const, 'creditNote' as const),
		lines: fc.array(fc.tuple(decimals, decimals, decimals), { minLength: 1, maxLength: 5 }),
	});

	test('makes the sum of the rows the signed total where the lines make the total', () => {
		fc.assert(
			fc.property(signs, ({ type, lines }) => {
				const lineItems = lines.map(([amount]) => ({ amount }));
				const totalAmount = sum(lineItems.map(({ amount }) => amount));
				const invoice = build({ type, lineItems, totalAmount });
				const rows = lineItemRows(invoice, 'text');
				const total = sum(rows.map(({ amount }) => amount as string));
				expect(equal(total, invoice.signedTotal!)).toBe(true);
			}),
			{ seed: 1, numRuns: 500 },
		);
	});

	test('keeps what quantity times unit amount is, as far as the amount keeps its own', () => {
		const isNegative = (text: unknown) => String(text).startsWith('-');
		const isZero = (text: unknown) => !/[1-9]/.test(String(text));
		fc.assert(
			fc.property(signs, ({ type, lines }) => {
				const lineItems = lines
					.filter((line) => !line.some(isZero))
					.map(([quantity, unitAmount, amount]) => {
						const isBelow = isNegative(quantity) !== isNegative(unitAmount);
						return {
							quantity,
							unitAmount,
							amount: isBelow === isNegative(amount) ? amount : negate(amount),
						};
					});
				const totalAmount = lineItems.reduce((all, { amount }) => add(all, amount), '0');
				for (const row of lineItemRows(build({ type, lineItems, totalAmount }), 'text')) {
					if (row.lineNumber === null) continue;
					const isBelow = isNegative(row.quantity) !== isNegative(row.unitAmount);
					expect(isBelow).toBe(isNegative(row.amount));
				}
			}),
			{ seed: 1, numRuns: 500 },
		);
	});
});

describe('the attributes', () => {
	test('that are nested stay in the full invoice', () => {
		const row = rowOf({ attributes: { tags: ['a'], more: { deep: 1 }, flat: 'yes' } });
		expect(Object.keys(row)).toEqual([...COLUMNS, 'flat']);
	});

	test.each([...COLUMNS])('never take the place of %s', (column) => {
		const plain = rowOf({ amount: '1.00' });
		const row = rowOf({ amount: '1.00', attributes: { [column]: 'theirs', other: 'yes' } });
		expect(row).toEqual({ ...plain, other: 'yes' });
		expect(Object.keys(row)).toEqual([...COLUMNS, 'other']);
	});

	test('may have a name that every object has', () => {
		const attributes = JSON.parse(
			'{"constructor":"a","__proto__":"b","toString":"c","hasOwnProperty":"d"}',
		) as Record<string, unknown>;
		const row = rowOf({ attributes });
		expect(Object.keys(row)).toEqual([...COLUMNS, ...Object.keys(attributes)]);
		expect(JSON.parse(JSON.stringify(row))).toMatchObject({ constructor: 'a', toString: 'c' });
		expect(Object.getOwnPropertyDescriptor(row, '__proto__')?.value).toBe('b');
		expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
	});
});

describe('a warning that an amount is no number', () => {
	const amount = '0.1234567890123456789';

	test.each([
		['quantity', { quantity: amount }],
		['unitAmount', { unitAmount: amount }],
		['amount', { amount }],
		['setupCosts', { amountAttributes: { setupCosts: amount } }],
	])('is at the row of its %s', (column, line) => {
		const rows = rowsOf([line, { amount: '1' }]);
		expect(rows[0]).toMatchObject({ [column]: amount, warnings: 'AMOUNT_NOT_A_NUMBER' });
		expect(rows[1]).toMatchObject({ amount: 1, warnings: null });
		const [asText] = lineItemRows(build({ lineItems: [line] }), 'text');
		expect(asText).toMatchObject({ [column]: amount, warnings: null });
	});
});

test.each(normalizers)('$name: a row for each line, all flat', ({ record, normalize }) => {
	const invoice = normalize(record, context);
	const rows = lineItemRows(invoice, 'number');
	expect(rows).toHaveLength(Math.max(1, invoice.lineItems.length));
	for (const row of rows) {
		expect(Object.keys(row).slice(0, COLUMNS.length)).toEqual(COLUMNS);
		expect(Object.values(row).filter((value) => typeof value === 'object' && value)).toEqual([]);
	}
});
