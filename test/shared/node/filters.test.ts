import { DateTime } from 'luxon';
import {
	STATUS_OPTIONS,
	dateFilter,
	invoiceFilterFrom,
	statusFilterFrom,
} from '../../../nodes/shared/node/filters';
import type { ListOperation, OperationContext } from '../../../nodes/shared/vendor/vendor';
import { build } from '../../invoices';

type Filters = OperationContext['filters'];

const isDated = (filters: Filters, facts: Parameters<typeof build>[0]) =>
	dateFilter({}, filters)!(build(facts));

describe('Dated From and Dated To', () => {
	const january = { dateFrom: '2025-01-01', dateTo: '2025-01-31' };

	test.each([
		['on the first day', { issueDate: '2025-01-01' }, true],
		['on the last day', { issueDate: '2025-01-31' }, true],
		['the day before', { issueDate: '2024-12-31' }, false],
		['the day after', { issueDate: '2025-02-01' }, false],
		['whose period began before', { issueDate: '2025-01-15', periodStart: '2024-12-01' }, true],
		['after its period', { issueDate: '2025-02-03', periodStart: '2025-01-01' }, false],
		['without a date, by the start of its period', { periodStart: '2025-01-01' }, true],
		[
			'without a date, whose period only ends in it',
			{ periodStart: '2024-12-31', periodEnd: '2025-01-30' },
			false,
		],
		['without any date', { dueDate: '2024-01-01', periodEnd: '2024-01-01' }, true],
		['that is a draft', { status: 'draft', periodStart: '2024-01-01' }, true],
	] as const)('an invoice %s', (_, facts, isKept) => {
		expect(isDated(january, facts)).toBe(isKept);
	});

	test('each may be alone', () => {
		const { dateFrom, dateTo } = january;
		expect(isDated({ dateFrom }, { issueDate: '2099-01-01' })).toBe(true);
		expect(isDated({ dateFrom }, { issueDate: '2024-12-31' })).toBe(false);
		expect(isDated({ dateTo }, { issueDate: '1999-01-01' })).toBe(true);
		expect(isDated({ dateTo }, { issueDate: '2025-02-01' })).toBe(false);
	});

	test.each([
		['a picked date', '2025-01-01T00:00:00'],
		['a luxon date', DateTime.fromISO('2025-01-01T23:30:00-11:00', { setZone: true })],
		['a JavaScript date', new Date('2025-01-01T23:59:59Z')],
	])('may be %s', (_, dateFrom) => {
		expect(isDated({ dateFrom } as Filters, { issueDate: '2025-01-01' })).toBe(true);
		expect(isDated({ dateFrom } as Filters, { issueDate: '2024-12-31' })).toBe(false);
	});

	test('filter nothing where they are empty, or the vendor has done so', () => {
		expect(dateFilter({}, {})).toBeUndefined();
		expect(dateFilter({}, { dateFrom: '', dateTo: null } as Filters)).toBeUndefined();
		expect(dateFilter({ filtersDates: true }, january)).toBeUndefined();
	});

	test('the wrong way round are an error that names both, whoever filters', () => {
		for (const filtersDates of [true, false]) {
			expect(() =>
				dateFilter({ filtersDates }, { dateFrom: '2025-02-01', dateTo: '2025-01-31' }),
			).toThrow('"Dated From" (2025-02-01) is after "Dated To" (2025-01-31)');
		}
		expect(isDated({ dateFrom: '2025-01-31', dateTo: '2025-01-31' }, {})).toBe(true);
	});
});

describe('Status', () => {
	const statuses = STATUS_OPTIONS.map(({ value }) => value);
	const kept = (status: unknown) => {
		const filter = statusFilterFrom({ status } as Filters);
		return statuses.filter((each) => filter?.(build({ status: each })) ?? true);
	};

	test('keeps exactly the chosen ones', () => {
		for (const status of statuses) expect(kept([status])).toEqual([status]);
		expect(kept(['paid', 'unknown'])).toEqual(['paid', 'unknown']);
	});

	test.each([undefined, null, '', [], ' , '])('keeps all where none is chosen: %j', (status) => {
		expect(kept(status)).toEqual(statuses);
	});

	test('may come as a text, from an agent', () => {
		expect(kept('paid')).toEqual(['paid']);
		expect(kept(' open, partiallyPaid ')).toEqual(['open', 'partiallyPaid']);
	});

	test.each([
		[['open', 'overdue'], 'overdue'],
		['Open', 'Open'],
		[['constructor'], 'constructor'],
		[5, '5'],
	])('is an error where it is none: %j', (status, name) => {
		expect(() => statusFilterFrom({ status } as Filters)).toThrow(
			expect.objectContaining({
				message: `"${name}" is not a valid value for "Status"`,
				details: expect.objectContaining({
					hint: 'Use one of these: draft, open, paid, partiallyPaid, unknown, void',
				}),
			}),
		);
	});
});

test('all conditions hold', () => {
	const filterOf = (isUnpaidOnly: boolean, filters: Filters, options: Filters = {}) =>
		invoiceFilterFrom(
			{ isUnpaidOnly } as ListOperation,
			{
				filters,
				options,
			} as OperationContext,
			() => {},
		);
	expect(filterOf(false, {})).toBeUndefined();
	const open = build({ status: 'open', issueDate: '2025-01-15' });
	const paid = build({ status: 'paid', issueDate: '2025-01-15' });
	const january = { dateFrom: '2025-01-01' };
	expect([open, paid].map(filterOf(true, january)!)).toEqual([true, false]);
	expect([open, paid].map(filterOf(true, { status: ['paid'] })!)).toEqual([false, false]);
	expect([open, paid].map(filterOf(false, { ...january, status: ['paid'] })!)).toEqual([
		false,
		true,
	]);
	expect([open, paid].map(filterOf(false, { dateFrom: '2025-02-01' })!)).toEqual([false, false]);
});
