import fc from 'fast-check';
import {
	add,
	compare,
	decimalFrom,
	decimalFromCents,
	decimalFromNumber,
	equal,
	isNegative,
	isZero,
	negate,
	parseDecimal,
	precision,
	shift,
	subtract,
	sum,
} from '../../../nodes/shared/invoice/decimal';

const RUNS = { numRuns: 3000 };
const CANONICAL = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** An exact fraction, `top / 10 ** places`, read digit by digit: nothing here is the code's own. */
interface Rational {
	top: bigint;
	places: bigint;
}

function rational(text: string): Rational {
	let [top, places, behind] = [0n, 0n, false];
	for (const character of text) {
		if (character === '.') behind = true;
		if (character < '0' || character > '9') continue;
		top = top * 10n + BigInt(character.charCodeAt(0) - 48);
		if (behind) places++;
	}
	return { top: text.startsWith('-') ? -top : top, places };
}

/** Both over the same power of ten. */
function aligned(a: Rational, b: Rational): [bigint, bigint] {
	return [a.top * 10n ** b.places, b.top * 10n ** a.places];
}

function same(a: Rational, b: Rational): boolean {
	const [left, right] = aligned(a, b);
	return left === right;
}

function plus(a: Rational, b: Rational): Rational {
	const [left, right] = aligned(a, b);
	return { top: left + right, places: a.places + b.places };
}

const isCanonical = (text: string) => CANONICAL.test(text) && !/^-0(\.0+)?$/.test(text);
const fraction = (text: string) => text.split('.')[1]?.length ?? 0;

/** Canonical amounts of all sizes, with zeros at the end and around zero. */
const amount = fc
	.tuple(
		fc.oneof(
			fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
			fc.bigInt({ min: -50n, max: 50n }),
		),
		fc.integer({ min: 0, max: 12 }),
	)
	.map(([digits, scale]) => {
		const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
		const whole = text.slice(0, text.length - scale);
		const behind = scale === 0 ? '' : `.${text.slice(text.length - scale)}`;
		return (digits < 0n ? '-' : '') + whole + behind;
	});

describe('parseDecimal', () => {
	test('returns a canonical amount as it is', () => {
		fc.assert(
			fc.property(amount, (text) => parseDecimal(text) === text),
			{ seed: 1, ...RUNS },
		);
	});

	test.each([
		['-0', '0'],
		['-0.00', '0.00'],
		['0', '0'],
		['1.50', '1.50'],
		['-0.01', '-0.01'],
	])('%j gives %j', (value, expected) => {
		expect(parseDecimal(value)).toBe(expected);
	});

	test.each([
		...['', ' ', '1 ', ' 1', '+1', '01', '-01', '00', '.5', '5.', '1.2.3', '1,5', '1_000', '1e3'],
		...['--1', '-', '.', 'NaN', 'Infinity', '0x1', '1\n', '１', '٣', '1.5-', '$5'],
		...[undefined, null, 5, 5n, true, [], ['5'], {}],
	])('%p is no amount', (value) => {
		expect(parseDecimal(value)).toBeNull();
	});

	test('of any text gives a canonical amount of the same value, or null', () => {
		const text = fc.string({ unit: fc.constantFrom(...'0123456789.-+e '), maxLength: 12 });
		fc.assert(
			fc.property(text, (value) => {
				const parsed = parseDecimal(value);
				if (parsed === null) return !/^-?(0|[1-9]\d*)(\.\d+)?$/.test(value);
				return isCanonical(parsed) && same(rational(parsed), rational(value));
			}),
			{ seed: 2, ...RUNS },
		);
	});

	test('refuses text longer than any amount', () => {
		expect(parseDecimal('1'.repeat(400))).toBe('1'.repeat(400));
		expect(parseDecimal('1'.repeat(401))).toBeNull();
	});
});

describe('decimalFromNumber', () => {
	/** The digits and the exponent of the shortest form, written out by walking the point. */
	function expanded(number: number): string {
		const [, sign, head, tail = '', exponent] =
			/^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(number.toExponential()) ?? [];
		const digits = head + tail;
		let point = 1 + Number(exponent);
		let text = digits;
		while (point <= 0) {
			text = `0${text}`;
			point++;
		}
		while (text.length < point) text += '0';
		const whole = text.slice(0, point);
		const behind = text.slice(point);
		return sign + whole + (behind === '' ? '' : `.${behind}`);
	}

	test.each([
		[0, '0'],
		[-0, '0'],
		[1e-7, '0.0000001'],
		[-1e-7, '-0.0000001'],
		[1.5e-7, '0.00000015'],
		[1e21, '1000000000000000000000'],
		[-1.25e21, '-1250000000000000000000'],
		[1.234e22, '12340000000000000000000'],
		[0.1 + 0.2, '0.30000000000000004'],
		[1.1, '1.1'],
		[100, '100'],
		[Number.MAX_SAFE_INTEGER, '9007199254740991'],
	])('%p gives %j', (number, expected) => {
		expect(decimalFromNumber(number)).toBe(expected);
	});

	test('is the shortest form written out', () => {
		const number = fc.oneof(
			fc.double({ noNaN: true, noDefaultInfinity: true }),
			fc.integer({ min: -10_000_000, max: 10_000_000 }).map((cents) => cents / 100),
		);
		fc.assert(
			fc.property(number, (value) => {
				expect(decimalFromNumber(value)).toBe(value === 0 ? '0' : expanded(value));
			}),
			{ seed: 3, ...RUNS },
		);
	});

	test('leads back to the very same number', () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
				return Number(decimalFromNumber(value)) === value;
			}),
			{ seed: 4, ...RUNS },
		);
	});

	test.each([Number.MAX_VALUE, Number.MIN_VALUE, -Number.MIN_VALUE, 2.2250738585072014e-308])(
		'%p is written out as well',
		(value) => {
			expect(decimalFromNumber(value)).toBe(expanded(value));
		},
	);

	test.each([Number.NaN, Infinity, -Infinity, '5', 5n, null, undefined, {}])(
		'%p is none',
		(value) => {
			expect(decimalFromNumber(value)).toBeNull();
		},
	);
});

describe('decimalFrom', () => {
	test.each([
		[12.5, '12.5'],
		['12.50', '12.50'],
		['-0', '0'],
		['1e3', null],
		[Number.NaN, null],
		[null, null],
	])('%p gives %p', (value, expected) => {
		expect(decimalFrom(value)).toBe(expected);
	});
});

describe('decimalFromCents', () => {
	test.each([
		['0', '0.00'],
		['-0', '0.00'],
		['5', '0.05'],
		['-5', '-0.05'],
		['99', '0.99'],
		['100', '1.00'],
		['-12345', '-123.45'],
		['007', '0.07'],
		['900719925474099312', '9007199254740993.12'],
	])('%j gives %j', (value, expected) => {
		expect(decimalFromCents(value)).toBe(expected);
	});

	test.each(['', ' ', '1.5', '1.0', '+5', '5 ', '1e2', '--5', '0x10', '1'.repeat(401), 5, null])(
		'%p is no whole number of cents',
		(value) => {
			expect(decimalFromCents(value)).toBeNull();
		},
	);

	test('is the hundredth part, with two digits behind the point', () => {
		fc.assert(
			fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (cents) => {
				const text = decimalFromCents(String(cents)) ?? '';
				return (
					isCanonical(text) &&
					fraction(text) === 2 &&
					same(rational(text), { top: cents, places: 2n })
				);
			}),
			{ seed: 5, ...RUNS },
		);
	});
});

describe('arithmetic', () => {
	test('add is exact and canonical, with the finer precision', () => {
		fc.assert(
			fc.property(amount, amount, (a, b) => {
				const result = add(a, b);
				return (
					isCanonical(result) &&
					same(rational(result), plus(rational(a), rational(b))) &&
					fraction(result) === Math.max(fraction(a), fraction(b))
				);
			}),
			{ seed: 6, ...RUNS },
		);
	});

	test('subtract is exact and canonical', () => {
		fc.assert(
			fc.property(amount, amount, (a, b) => {
				const { top, places } = rational(b);
				const result = subtract(a, b);
				return (
					isCanonical(result) && same(rational(result), plus(rational(a), { top: -top, places }))
				);
			}),
			{ seed: 7, ...RUNS },
		);
	});

	test('compare and equal follow the value', () => {
		fc.assert(
			fc.property(amount, amount, (a, b) => {
				const [left, right] = aligned(rational(a), rational(b));
				const expected = left < right ? -1 : left > right ? 1 : 0;
				return compare(a, b) === expected && equal(a, b) === (expected === 0);
			}),
			{ seed: 8, ...RUNS },
		);
	});

	test.each([
		['1.0', '1'],
		['0', '0.000'],
		['-2.50', '-2.5'],
	])('%s equals %s', (a, b) => {
		expect(equal(a, b)).toBe(true);
	});

	test('shift is exact and canonical', () => {
		fc.assert(
			fc.property(amount, fc.integer({ min: -30, max: 30 }), (text, places) => {
				const { top, places: before } = rational(text);
				const expected =
					places >= 0
						? { top: top * 10n ** BigInt(places), places: before }
						: { top, places: before + BigInt(-places) };
				const result = shift(text, places);
				return isCanonical(result) && same(rational(result), expected);
			}),
			{ seed: 9, ...RUNS },
		);
	});

	test.each([
		['12.5', 2, '1250'],
		['5', -2, '0.05'],
		['0.050', 1, '0.50'],
		['-1', -3, '-0.001'],
		['0', -2, '0.00'],
	])('shift of %s by %i is %s', (text, places, expected) => {
		expect(shift(text, places)).toBe(expected);
	});

	test('negate, isNegative and isZero follow the sign', () => {
		fc.assert(
			fc.property(amount, (text) => {
				const { top, places } = rational(text);
				return (
					isCanonical(negate(text)) &&
					same(rational(negate(text)), { top: -top, places }) &&
					isNegative(text) === top < 0n &&
					isZero(text) === (top === 0n)
				);
			}),
			{ seed: 10, ...RUNS },
		);
	});

	test('precision counts the digits that say something', () => {
		fc.assert(
			fc.property(amount, (text) => {
				let { top, places } = rational(text);
				while (places > 0n && top % 10n === 0n) [top, places] = [top / 10n, places - 1n];
				return precision(text) === Number(places);
			}),
			{ seed: 11, ...RUNS },
		);
	});
});

describe('sum', () => {
	const amounts = fc.array(amount, { maxLength: 20 });

	test('of nothing is 0', () => {
		expect(sum([])).toBe('0');
	});

	test('is exact', () => {
		fc.assert(
			fc.property(amounts, (list) => {
				const expected = list.map(rational).reduce(plus, { top: 0n, places: 0n });
				return isCanonical(sum(list)) && same(rational(sum(list)), expected);
			}),
			{ seed: 12, numRuns: 1500 },
		);
	});

	test('is the same text in any order', () => {
		const shuffled = amounts.chain((list) =>
			fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
		);
		fc.assert(
			fc.property(shuffled, ([list, other]) => sum(list) === sum(other)),
			{ seed: 13, numRuns: 1500 },
		);
	});

	test('of ten dimes is a whole, which binary floats miss', () => {
		expect(sum(Array<string>(10).fill('0.1'))).toBe('1.0');
	});

	test('takes what gives values one by one', () => {
		expect(sum(new Set(['1.5', '2.25']))).toBe('3.75');
	});
});
