/** How records of Talkdesk become invoices. */
import { withSharedKeysMarked } from '../../nodes/shared/invoice/sharedKeys';
import fc from 'fast-check';
import { assembleLines, normalizeLines } from '../../nodes/Talkdesk/normalize';
import * as facts from '../../nodes/shared/invoice/content';
import { context } from '../invoices';
import { EMPTY_LINE, expectFields, nothing } from '../mapping';
import { talkdeskLines } from './talkdesk';

describe('Talkdesk', () => {
	const [invoice] = normalizeLines(talkdeskLines, context);
	expectFields(invoice, {
		...nothing,
		provider: 'talkdesk',
		dedupeKey: 'talkdesk:acc1:INV77',
		id: 'INV77',
		invoiceNumber: 'INV77',
		type: 'invoice',
		status: 'unknown',
		accountId: 'acc1',
		issueDate: '2025-03-01',
		dueDate: '2025-03-31',
		currency: 'USD',
		subTotal: '100',
		taxAmount: '21',
		totalAmount: '121',
		signedTotal: '121',
		derivedFields: ['subTotal'],
		notes: ['TAX_INCLUSION_ASSUMED'],
		lineItems: [
			{
				...EMPTY_LINE,
				lineNumber: 1,
				id: 'a1',
				description: '02/01/2025 - 02/28/2025',
				itemCode: 'P-1',
				itemName: 'Seats',
				quantity: '11',
				unitAmount: '5',
				amount: '55',
			},
			{
				...EMPTY_LINE,
				lineNumber: 2,
				id: 'b2',
				description: '02/01/2025 - 02/28/2025',
				itemCode: 'P-2',
				itemName: 'Minutes',
				quantity: '30',
				unitAmount: '1.5',
				amount: '45',
				attributes: { note: 'extra' },
			},
		],
	});

	it('reads the other spelling of the account', () => {
		const line = { ...talkdeskLines[1], account_id: undefined, 'account ID': 'acc1' };
		const [other] = normalizeLines([line], context);
		expect(other.dedupeKey).toBe('talkdesk:acc1:INV77');
	});

	it('makes one invoice of each account, number and currency', () => {
		const [line] = talkdeskLines;
		const lines = [line, { ...line, account_id: 'acc2' }, { ...line, number: 'INV78' }];
		expect(normalizeLines(lines, context).map(({ dedupeKey }) => dedupeKey)).toEqual([
			'talkdesk:acc1:INV77',
			'talkdesk:acc2:INV77',
			'talkdesk:acc1:INV78',
		]);
	});

	it('keeps two currencies of one number apart, and says that their key is the same', () => {
		const [line] = talkdeskLines;
		const invoices = withSharedKeysMarked(
			normalizeLines([line, { ...line, currency: 'EUR' }], context),
		);
		expect(invoices.map(({ currency }) => currency)).toEqual(['USD', 'EUR']);
		expect(invoices.every(({ warnings }) => warnings.includes('KEY_NOT_UNIQUE'))).toBe(true);
	});

	it('puts lines together that other lines stand between', () => {
		const [second, first] = talkdeskLines;
		const lines = [first, { ...first, number: 'INV78' }, second];
		expect(normalizeLines(lines, context)[0].lineItems).toHaveLength(2);
	});

	it('gives no total where two are stated', () => {
		const [second, first] = talkdeskLines;
		const [invoice] = normalizeLines([first, { ...second, total_invoice_amount: 120 }], context);
		expect(invoice.totalAmount).toBeNull();
		expect(invoice.signedTotal).toBeNull();
		expect(invoice.warnings).toContain('TOTALS_DISAGREE');
	});

	it('turns the signs of a credit note', () => {
		const [line] = talkdeskLines;
		const credit = { ...line, total_invoice_amount: -45, total_tax_amount: -0, amount: -45 };
		const [invoice] = normalizeLines([credit], context);
		const { type, totalAmount, signedTotal, taxAmount, lineItems } = invoice;
		expect({ type, totalAmount, signedTotal, taxAmount, line: lineItems[0].amount }).toEqual({
			type: 'creditNote',
			totalAmount: '45',
			signedTotal: '-45',
			taxAmount: '0',
			line: '45',
		});
	});

	it('a line that leaves out its account or currency belongs to the other lines of its number', () => {
		const [second, first] = talkdeskLines;
		const bare = { ...second, account_id: undefined, currency: undefined };
		const invoices = normalizeLines([first, bare], context);
		expect(invoices.map(({ dedupeKey }) => dedupeKey)).toEqual(['talkdesk:acc1:INV77']);
		expect(invoices[0].lineItems).toHaveLength(2);
	});

	it.each([
		[
			[3, '7'],
			[3, 7],
		],
		[
			[7, undefined, '3'],
			[7, 8, 3],
		],
		[
			[undefined, undefined],
			[1, 2],
		],
		[
			['x', 1.5, -1],
			[1, 2, 3],
		],
	])('keeps the line numbers of the vendor: %j are %j', (numbers, expected) => {
		const lines = numbers.map((number, index) => ({
			...talkdeskLines[0],
			id: `id${index}`,
			invoice_line_number: number,
			description: `line ${index}`,
		}));
		const [{ lineItems }] = normalizeLines(lines, context);
		const byLine = new Map(lineItems.map(({ id, lineNumber }) => [id, lineNumber]));
		expect(lines.map(({ id }) => byLine.get(id))).toEqual(expected);
	});

	it('a computed id does not depend on the line number', () => {
		const idOf = (fields: object) =>
			normalizeLines([{ ...talkdeskLines[0], number: undefined, ...fields }], context)[0].id;
		expect(idOf({ invoice_line_number: 9, due_date: null })).toBe(idOf({}));
		expect(idOf({ amount: 46 })).not.toBe(idOf({}));
	});

	it('does not depend on the order in which the lines came, with line numbers or without', () => {
		for (const number of [talkdeskLines[0].invoice_line_number, undefined]) {
			const lines = talkdeskLines.map((line) => ({ ...line, invoice_line_number: number }));
			const [forth] = normalizeLines(lines, context);
			const [back] = normalizeLines([...lines].reverse(), context);
			expect(back.contentHash).toBe(forth.contentHash);
		}
	});

	it('turns one factor of a line with its product', () => {
		const line = {
			...talkdeskLines[0],
			total_invoice_amount: -45,
			total_tax_amount: 0,
			amount: -45,
		};
		const of = (fields: object) =>
			normalizeLines([{ ...line, ...fields }], context)[0].lineItems[0];
		expect(of({ quantity: 30, rate: -1.5 })).toMatchObject({ quantity: '30', unitAmount: '1.5' });
		expect(of({ quantity: -30, rate: 1.5 })).toMatchObject({ quantity: '30', unitAmount: '1.5' });
	});

	it('a line without a number is an invoice of its own, with a computed id', () => {
		const line = { ...talkdeskLines[0], number: undefined };
		const invoices = normalizeLines([line, { ...line, amount: 46 }], context);
		expect(new Set(invoices.map(({ id }) => id)).size).toBe(2);
		expect(invoices[0]).toMatchObject({ invoiceNumber: null, derivedFields: ['id', 'subTotal'] });
		expect(invoices[0].warnings).toContain('ID_MISSING');
	});
});

const deep = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

it('a line without a number may be nested as deep as it likes', () => {
	const lines = [5000, 5001].map((levels) => ({ amount: 1, depth: deep(levels) }));
	expect(normalizeLines(lines, context)).toHaveLength(2);
});

it('makes the same invoices bit by bit, however its lines are spread', () => {
	const line = fc
		.record({
			number: fc.constantFrom('A', 'B', 'C', undefined),
			account_id: fc.constantFrom('acc1', 'acc1', 'acc2', undefined),
			currency: fc.constantFrom('USD', 'USD', 'EUR', undefined),
			invoice_line_number: fc.constantFrom('1', 2, undefined),
			amount: fc.constantFrom(45, 46),
		})
		.map((fields) => ({ ...talkdeskLines[0], ...fields }));
	const pages = fc.array(fc.array(line, { maxLength: 5 }), { maxLength: 6 });
	fc.assert(
		fc.property(pages, fc.boolean(), fc.boolean(), (some, includeRaw, isReversed) => {
			const about = { ...context, includeRaw };
			const { add, finish } = assembleLines(about);
			const kept = some.flatMap(add);
			if (isReversed) kept.reverse();
			expect(finish(kept)).toEqual(normalizeLines(kept, about));
		}),
		{ numRuns: 3000, seed: 1 },
	);
});

it('makes no invoice twice whose lines come together', () => {
	const numbers = Array.from({ length: 60 }, (_, index) => `INV${index >> 1}`);
	const lines = numbers.map((number, index) => ({
		...talkdeskLines[0],
		number,
		invoice_line_number: index,
	}));
	const { add, finish } = assembleLines(context);
	const kept = [lines.slice(0, 25), lines.slice(25)].flatMap(add);
	const hashed = jest.spyOn(facts, 'contentHashOf');
	expect(finish(kept)).toHaveLength(30);
	// The last one might have gone on.
	expect(hashed).toHaveBeenCalledTimes(1);
});

it.each([1, 20])('looks at each line equally often, with %i invoices', (invoices) => {
	/** How often the number of a line is read, of so many lines that come in pages. */
	const looksAt = (count: number) => {
		let looks = 0;
		const lines = Array.from({ length: count }, (_, index) => ({
			...talkdeskLines[0],
			get number() {
				looks++;
				return `INV${Math.floor((index * invoices) / count)}`;
			},
			invoice_line_number: index + 1,
		}));
		const { add, finish } = assembleLines(context);
		const kept: object[] = [];
		for (let at = 0; at < count; at += 50) kept.push(...add(lines.slice(at, at + 50)));
		expect(finish(kept)).toHaveLength(invoices);
		return looks / count;
	};
	expect(looksAt(20_000)).toBeLessThan(looksAt(2000) * 1.1);
	// As it arrives, and to find the others of its invoice: not again at the end.
	expect(looksAt(2000)).toBeLessThan(2.1);
});

it('the content is the same in any order of the lines', () => {
	const [invoice] = normalizeLines(talkdeskLines, context);
	const [reversed] = normalizeLines([...talkdeskLines].reverse(), context);
	expect(reversed.contentHash).toBe(invoice.contentHash);
});
