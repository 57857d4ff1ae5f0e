import { DateTime } from 'luxon';
import { ReadFailure } from '../../../nodes/shared/errors';
import {
	countIn,
	dateFrom,
	idFrom,
	locatorFrom,
	textFrom,
	wholeNumberFrom,
} from '../../../nodes/shared/vendor/values';

describe('dateFrom', () => {
	test.each([
		['2024-02-29', '2024-02-29'],
		['2024-12-31T23:59:59', '2024-12-31'],
		['2024-12-31T23:59:59.999-11:00', '2024-12-31'],
		['2025-01-01T00:00:00+14:00', '2025-01-01'],
		['2024-03-31 02:30', '2024-03-31'],
		['  2024-01-05 ', '2024-01-05'],
	])('%j is the civil date it says', (value, expected) => {
		expect(dateFrom(value, 'From')).toBe(expected);
	});

	test.each([undefined, null, ''])('%j is no date, and no failure', (value) => {
		expect(dateFrom(value, 'From')).toBeUndefined();
	});

	test.each([
		'2023-02-29',
		'2024-02-30',
		'2024-04-31',
		'2024-13-01',
		'2024-00-10',
		'2024-01-00',
		'1900-02-29',
		'24-01-01',
		'2024-1-1',
		'2024-01-01x',
		'01.02.2024',
		'02/01/2024',
		'today',
		'   ',
		20240101,
		true,
		{},
		[],
		new Date(Number.NaN),
		DateTime.invalid('test'),
	])('%p is refused', (value) => {
		expect(() => dateFrom(value, 'From')).toThrow(ReadFailure);
	});

	test('the failure names the field', () => {
		expect(() => dateFrom('2023-02-29', 'Dated From')).toThrow('"2023-02-29" in "Dated From"');
	});

	test.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Berlin', 'utc'])(
		'a luxon date keeps its day in %s',
		(zone) => {
			for (const hour of [0, 12, 23]) {
				const date = DateTime.fromObject({ year: 2024, month: 2, day: 29, hour }, { zone });
				expect(dateFrom(date, 'From')).toBe('2024-02-29');
			}
		},
	);

	test('a Date gives its day in UTC', () => {
		expect(dateFrom(new Date('2024-02-29T23:30:00Z'), 'From')).toBe('2024-02-29');
	});

	test('every day of four years is taken, and each 29th to 31st that does not exist refused', () => {
		for (let year = 2023; year <= 2026; year++) {
			for (let month = 1; month <= 12; month++) {
				const last = DateTime.utc(year, month).daysInMonth ?? 0;
				for (let day = 1; day <= 31; day++) {
					const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
					if (day <= last) expect(dateFrom(text, 'From')).toBe(text);
					else expect(() => dateFrom(text, 'From')).toThrow(ReadFailure);
				}
			}
		}
	});
});

describe('textFrom', () => {
	test.each([
		[undefined, undefined],
		[null, undefined],
		['', undefined],
		['  ', undefined],
		[' a b ', 'a b'],
		[0, '0'],
		[false, 'false'],
	])('%j gives %j', (value, expected) => {
		expect(textFrom(value)).toBe(expected);
	});
});

describe('locatorFrom', () => {
	test.each([
		[
			{ __rl: true, mode: 'number', value: 'A1' },
			{ mode: 'number', value: 'A1' },
		],
		['A1', { mode: 'id', value: 'A1' }],
		[7, { mode: 'id', value: 7 }],
		[null, { mode: 'id', value: null }],
		[undefined, { mode: 'id', value: undefined }],
		[
			{ mode: 'number', value: 'A1' },
			{ mode: 'id', value: { mode: 'number', value: 'A1' } },
		],
	])('%j gives %j', (value, expected) => {
		expect(locatorFrom(value)).toEqual(expected);
	});
});

describe('idFrom', () => {
	test.each([
		['abc', 'abc'],
		[' 42 ', '42'],
		[42, '42'],
		[0, '0'],
		['INV-375119', 'INV-375119'],
		['2024/0005', '2024/0005'],
		['ACC 2/ü', 'ACC 2/ü'],
	])('%j is %j', (value, expected) => {
		expect(idFrom(value, 'Invoice')).toBe(expected);
	});

	test.each([undefined, null, '', '  '])('%j is empty', (value) => {
		expect(() => idFrom(value, 'Invoice')).toThrow('"Invoice" is empty');
	});

	test.each([{}, { id: 1 }, ['a']])('%j is refused as an object', (value) => {
		expect(() => idFrom(value, 'Invoice')).toThrow('contains an object');
	});

	test('an empty list is refused', () => {
		expect(() => idFrom([], 'Invoice')).toThrow(ReadFailure);
	});

	test.each(['../x', 'a/../b', '%2e%2e', 'abc\n\nabc', 'a\ud83d', 1.5, 2 ** 53])(
		'%j fits no path',
		(value) => expect(() => idFrom(value, 'Invoice')).toThrow('is not a valid invoice ID'),
	);

	test('a vendor may take less', () => {
		const isDigits = (id: string) => /^\d+$/.test(id);
		expect(() => idFrom('a', 'Invoice', isDigits)).toThrow('"a" is not a valid invoice ID');
	});
});

describe('wholeNumberFrom', () => {
	test.each([
		[7, 7],
		['7', 7],
		[' 7 ', 7],
		[1, 1],
		[10, 10],
	])('%j gives %j', (value, expected) => {
		expect(wholeNumberFrom(value, 'Limit', 1, 10)).toBe(expected);
	});

	test.each([
		0,
		11,
		1.5,
		Number.NaN,
		Infinity,
		'',
		' ',
		'many',
		'7x',
		null,
		undefined,
		true,
		[],
		{},
	])('%p is refused', (value) => {
		expect(() => wholeNumberFrom(value, 'Limit', 1, 10)).toThrow(ReadFailure);
	});

	test('the failure says the bounds', () => {
		expect.assertions(2);
		for (const [most, bounds] of [
			[10, 'a whole number from 1 to 10'],
			[undefined, 'a whole number of 1 or more'],
		] as const) {
			try {
				wholeNumberFrom(0, 'Limit', 1, most);
			} catch (error) {
				expect((error as ReadFailure).message).toContain(bounds);
			}
		}
	});
});

describe('countIn', () => {
	test.each([
		[0, 0],
		[7, 7],
		['7', 7],
		['007', 7],
		[-1, null],
		[1.5, null],
		['', null],
		['7x', null],
		['-1', null],
		[Number.NaN, null],
		[null, null],
		[undefined, null],
		[true, null],
	])('%p gives %p', (value, expected) => {
		expect(countIn(value)).toBe(expected);
	});
});
