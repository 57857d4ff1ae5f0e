/**
 * An amount as a decimal string, e.g. `-12.50`. Trailing zeros show the stated precision.
 *
 * Amounts are canonical (never `-0`, no exponent) and computed on integers: no binary float ever
 * touches money.
 *
 * @pattern ^-?(0|[1-9]\d*)(\.\d+)?$
 */
export type Decimal = string;

const CANONICAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const WHOLE_NUMBER = /^-?\d+$/;
/** Longer than any amount, and than the largest JSON number without exponent (309 digits). */
const MAX_LENGTH = 400;

/** Integers up to this length are exact as numbers; longer ones need BigInt. */
const MAX_EXACT_LENGTH = 15;

function isExact(integer: string): boolean {
	return integer.length <= MAX_EXACT_LENGTH;
}

/** Returns an integer without leading zeros and without `-0`. */
function canonicalInteger(integer: string): string {
	return (isExact(integer) ? Number(integer) : BigInt(integer)).toString();
}

/** Adds numbers as long as these are exact, then BigInts. */
function sumOfIntegers(integers: string[]): string {
	let total = 0;
	for (const integer of integers) {
		if (isExact(integer)) total += Number(integer);
		if (!isExact(integer) || !Number.isSafeInteger(total)) {
			return integers.reduce((sum, next) => sum + BigInt(next), 0n).toString();
		}
	}
	return total.toString();
}

/** Returns the number of decimal places. */
function scaleOf(amount: Decimal): number {
	const point = amount.indexOf('.');
	return point === -1 ? 0 : amount.length - point - 1;
}

/** Returns the amount as an integer, in units of 10^-scale. */
function integerAt(scale: number, amount: Decimal): string {
	const point = amount.indexOf('.');
	if (point === -1) return amount + '0'.repeat(scale);
	const missing = scale - (amount.length - point - 1);
	return amount.slice(0, point) + amount.slice(point + 1) + '0'.repeat(missing);
}

/** Returns the decimal of a canonical integer in units of 10^-scale. */
function withPoint(integer: string, scale: number): Decimal {
	if (scale === 0) return integer;
	const sign = isNegative(integer) ? '-' : '';
	const digits = integer.slice(sign.length).padStart(scale + 1, '0');
	return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Returns a strict decimal string in canonical form; null for anything else. */
export function parseDecimal(value: unknown): Decimal | null {
	if (typeof value !== 'string' || value.length > MAX_LENGTH) return null;
	if (!CANONICAL.test(value)) return null;
	return isNegative(value) && isZero(value) ? value.slice(1) : value;
}

/**
 * Returns the shortest decimal of a finite number, without exponent (`1e-7` becomes `0.0000001`); null
 * for anything else.
 */
export function decimalFromNumber(value: unknown): Decimal | null {
	if (typeof value !== 'number' || !Number.isFinite(value)) return null;
	const text = value.toString();
	if (!text.includes('e')) return text;
	const [mantissa, exponent] = text.split('e');
	return shift(mantissa, Number(exponent));
}

/** Returns the decimal of a finite number or a strict decimal string; null for anything else. */
export function decimalFrom(value: unknown): Decimal | null {
	return typeof value === 'number' ? decimalFromNumber(value) : parseDecimal(value);
}

/** Returns whole cents (`"-5"`) in currency units (`-0.05`); null for anything else. */
export function decimalFromCents(value: unknown): Decimal | null {
	if (typeof value !== 'string' || value.length > MAX_LENGTH) return null;
	return WHOLE_NUMBER.test(value) ? withPoint(canonicalInteger(value), 2) : null;
}

/**
 * Returns the amount with its decimal point moved: `shift('12.5', 2)` is `1250`, `shift('5', -2)` is
 * `0.05`.
 */
export function shift(amount: Decimal, places: number): Decimal {
	const scale = Math.max(scaleOf(amount), places);
	return withPoint(canonicalInteger(integerAt(scale, amount)), scale - places);
}

/** Returns the exact sum of two amounts, with the precision of the more precise one. */
export function add(a: Decimal, b: Decimal): Decimal {
	const scale = Math.max(scaleOf(a), scaleOf(b));
	return withPoint(sumOfIntegers([integerAt(scale, a), integerAt(scale, b)]), scale);
}

/** Returns `a - b`, exactly. */
export function subtract(a: Decimal, b: Decimal): Decimal {
	return add(a, negate(b));
}

/** Returns the amount with the opposite sign; zero stays zero. */
export function negate(amount: Decimal): Decimal {
	if (isZero(amount)) return amount;
	return isNegative(amount) ? amount.slice(1) : `-${amount}`;
}

/** Returns the amount without its sign. */
export function magnitude(amount: Decimal): Decimal {
	return isNegative(amount) ? amount.slice(1) : amount;
}

/** Returns -1, 0 or 1, by value: `1.0` equals `1`. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
	if (a === b) return 0;
	const distance = subtract(a, b);
	if (isZero(distance)) return 0;
	return isNegative(distance) ? -1 : 1;
}

/** Returns whether two amounts have the same value. */
export function equal(a: Decimal, b: Decimal): boolean {
	return compare(a, b) === 0;
}

/** Returns whether the amount is below zero. */
export function isNegative(amount: Decimal): boolean {
	return amount.startsWith('-');
}

/** Returns whether the amount is zero, at any precision. */
export function isZero(amount: Decimal): boolean {
	return !/[1-9]/.test(amount);
}

/** Returns the exact sum, with the precision of the most precise amount; `0` without amounts. */
export function sum(amounts: Iterable<Decimal>): Decimal {
	const list = [...amounts];
	const scale = list.reduce((most, amount) => Math.max(most, scaleOf(amount)), 0);
	return withPoint(sumOfIntegers(list.map((amount) => integerAt(scale, amount))), scale);
}

/** Returns the number of decimal places without trailing zeros: 1 for `1.50`. */
export function precision(amount: Decimal): number {
	const point = amount.indexOf('.');
	if (point === -1) return 0;
	let end = amount.length;
	while (amount[end - 1] === '0') end--;
	return end - point - 1;
}

/** Returns the shortest decimal of the same value: `1.5` for `1.50`, `2` for `2.00`. */
export function withoutTrailingZeros(amount: Decimal): Decimal {
	const point = amount.indexOf('.');
	if (point === -1) return amount;
	const digits = precision(amount);
	return amount.slice(0, digits === 0 ? point : point + 1 + digits);
}
