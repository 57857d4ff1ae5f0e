/** An invoice as a flat row: its columns, its signs, and what is not made for it. */
import fc from 'fast-check';
import * as content from '../../../nodes/shared/invoice/content';
import { negate } from '../../../nodes/shared/invoice/decimal';
import { full } from '../../../nodes/shared/invoice/full';
import { simplified } from '../../../nodes/shared/invoice/simplified';
import { build, context, decimals, normalizers } from '../../invoices';

const bare = { ...context, withLines: false, withContentHash: false };

afterEach(() => {
	jest.restoreAllMocks();
});

test('the columns of a row and their order', () => {
	const invoice = build({
		invoiceNumber: 'N-1',
		issueDate: '2025-01-31',
		dueDate: '2025-02-28',
		status: 'open',
		currency: 'EUR',
		totalAmount: '12.10',
		amountDue: '2.10',
		accountId: 'A',
		keyAccount: null,
	});
	expect(Object.entries(simplified(invoice, 'number'))).toEqual([
		['invoiceNumber', 'N-1'],
		['supplierName', 'The Vendor'],
		['issueDate', '2025-01-31'],
		['dueDate', '2025-02-28'],
		['status', 'open'],
		['type', 'invoice'],
		['currency', 'EUR'],
		['signedTotal', 12.1],
		['amountDue', 2.1],
		['accountId', 'A'],
		['invoiceId', '1'],
		['dedupeKey', 'fastly:-:1'],
		['warnings', null],
	]);
	expect(simplified(invoice, 'text')).toMatchObject({ signedTotal: '12.10', amountDue: '2.10' });
});

describe('the sign', () => {
	test.each([
		['stated by the type', { type: 'creditNote', totalAmount: '12.10', amountDue: '2.10' }],
		['stated by the amounts', { totalAmount: '-12.10', amountDue: '-2.10' }],
		['stated by both', { type: 'creditNote', totalAmount: '-12.10', amountDue: '-2.10' }],
	] as const)('of a credit note, %s, is that of all its amounts', (_, facts) => {
		expect(simplified(build(facts), 'number')).toMatchObject({
			type: 'creditNote',
			signedTotal: -12.1,
			amountDue: -2.1,
		});
		expect(simplified(build(facts), 'text')).toMatchObject({
			signedTotal: '-12.10',
			amountDue: '-2.10',
		});
	});

	test('of a credit note with nothing due is none', () => {
		const row = simplified(build({ totalAmount: '-5.00', amountDue: '0.00' }), 'number');
		expect(Object.is(row.amountDue, 0)).toBe(true);
		expect(simplified(build({ type: 'creditNote' }), 'number')).toMatchObject({
			signedTotal: null,
			amountDue: null,
		});
	});
});

describe('the warnings', () => {
	test('are codes, joined by commas', () => {
		const invoice = build({ totalAmount: '0.1234567890123456789' });
		invoice.warnings = ['TEXT_INVALID', 'AMOUNT_INVALID'];
		expect(simplified(invoice, 'number').warnings).toBe(
			'AMOUNT_INVALID,AMOUNT_NOT_A_NUMBER,TEXT_INVALID',
		);
		expect(simplified(invoice, 'text').warnings).toBe('TEXT_INVALID,AMOUNT_INVALID');
	});

	test.each(['0.1234567890123456789', '123456789012345678.91'])(
		'say that %s is no number',
		(amount) => {
			expect(simplified(build({ totalAmount: amount }), 'number')).toMatchObject({
				signedTotal: amount,
				warnings: 'AMOUNT_NOT_A_NUMBER',
			});
			const credit = build({ type: 'creditNote', totalAmount: '1', amountDue: amount });
			expect(simplified(credit, 'number')).toMatchObject({
				signedTotal: -1,
				amountDue: negate(amount),
				warnings: 'AMOUNT_NOT_A_NUMBER',
			});
		},
	);

	test('say so if and only if an amount of the row is text', () => {
		fc.assert(
			fc.property(decimals, decimals, (totalAmount, amountDue) => {
				const { warnings, ...row } = simplified(build({ totalAmount, amountDue }), 'number');
				const hasText = [row.signedTotal, row.amountDue].some((one) => typeof one === 'string');
				expect(warnings?.includes('AMOUNT_NOT_A_NUMBER') ?? false).toBe(hasText);
			}),
			{ seed: 1 },
		);
	});
});

/** Where a line says what it comes to. */
const LINE_AMOUNTS = ['amount', 'paid_amount', 'amountExclVat'];

/** Returns a record whose lines throw when anything but their amount is read. */
function withGuardedLines(record: object, isGuarded: (name: string) => boolean): object {
	const guard = (line: object) =>
		new Proxy(line, {
			get: (target, name) => {
				if (typeof name === 'string' && isGuarded(name)) throw new Error(`${name} was read`);
				return Reflect.get(target, name) as unknown;
			},
		});
	const lists = ['transaction_line_items', 'invoice_items', 'invoice_items_details', 'items'];
	const guarded = Object.entries(record).map(([name, value]): [string, unknown] => [
		name,
		lists.includes(name) ? (value as object[]).map(guard) : value,
	]);
	return Object.fromEntries(guarded);
}

describe.each(normalizers)('$name: what is not asked for', ({ record, normalize }) => {
	test('is neither made of the content nor of the lines, and the row is the same', () => {
		const hashing = jest.spyOn(content, 'contentHashOf');
		const whole = normalize(record, context);
		expect(hashing).toHaveBeenCalledTimes(1);
		hashing.mockClear();
		const isGuarded = (name: string) => !LINE_AMOUNTS.includes(name);
		const invoice = normalize(withGuardedLines(record, isGuarded), bare);
		expect(hashing).not.toHaveBeenCalled();
		expect(invoice.contentHash).toBe('');
		for (const as of ['number', 'text'] as const) {
			expect(simplified(invoice, as)).toEqual(simplified(whole, as));
		}
	});

	test('is made where only the hash is wanted: it is the same one', () => {
		const { contentHash } = normalize(record, { ...context, withLines: false });
		expect(contentHash).toBe(normalize(record, context).contentHash);
	});

	test('leaves of the lines only what proves a total', () => {
		const names = normalize(record, bare).lineItems.flatMap((line) => Object.keys(line));
		expect([...new Set(names)]).toEqual(names.length > 0 ? ['amount'] : []);
	});

	test('is missed by no total, date or key of the invoice', () => {
		const { lineItems, contentHash, ...header } = normalize(record, context);
		const { lineItems: amounts, contentHash: none, ...same } = normalize(record, bare);
		expect(same).toEqual(header);
		expect(amounts.map(({ amount }) => amount)).toEqual(lineItems.map(({ amount }) => amount));
		expect([none, contentHash]).toEqual(['', expect.stringMatching(/^[0-9a-f]{64}$/)]);
	});
});

describe('a record without an id', () => {
	const nameless = normalizers.map(({ name, record, normalize }) => {
		const ids = ['id', 'number', 'invoice_number', 'invoice_id', 'invoice_sid'];
		const left = Object.entries(record).filter(([field]) => !ids.includes(field));
		return { name, record: Object.fromEntries(left), normalize };
	});

	test.each(nameless)('$name: has the same one in every output', ({ record, normalize }) => {
		const [whole, row] = [normalize(record, context), normalize(record, bare)];
		expect(row.id).toBe(whole.id);
		expect(row.dedupeKey).toBe(whole.dedupeKey);
		expect(simplified(row, 'number').warnings).toBe(simplified(whole, 'number').warnings);
	});
});

test.each(normalizers)('$name: hash and key do not depend on the form of amounts', (each) => {
	const invoice = each.normalize(each.record, context);
	const { contentHash, dedupeKey } = invoice;
	for (const as of ['number', 'text'] as const) {
		expect(full(invoice, as)).toMatchObject({ contentHash, dedupeKey });
		expect(simplified(invoice, as)).toMatchObject({ dedupeKey });
	}
	expect(each.normalize(each.record, context)).toEqual(invoice);
});
