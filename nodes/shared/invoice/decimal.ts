/**
 * An amount as a decimal string, e.g. `-12.50`. Zeros at the end tell the precision that was stated.
 *
 * Amounts are canonical (never `-0`, no exponent) and computed on integers: no binary float ever
 * touches money.
 *
 * @pattern ^-?(0|[1-9]\d*)(\.\d+)?$
 */
export type Decimal = string;

const CANONICAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const WHOLE_NUMBER = /^-?\d+$/;
/** Longer than any amount, and than the largest JSON number written out (309 digits). */
const MOST_CHARACTERS = 400;

interface Parts {
	/** The amount without its point. */
	digits: bigint;
	/** How many digits stand behind the point. */
	scale: number;
}

function toParts(amount: Decimal): Parts {
	const point = amount.indexOf('.');
	if (point === -1) return { digits: BigInt(amount), scale: 0 };
	return {
		digits: BigInt(amount.slice(0, point) + amount.slice(point + 1)),
		scale: amount.length - point - 1,
	};
}

function fromParts({ digits, scale }: Parts): Decimal {
	const sign = digits < 0n ? '-' : '';
	const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
	if (scale === 0) return sign + text;
	return `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

function scaledTo({ digits, scale }: Parts, target: number): bigint {
	return digits * 10n ** BigInt(target - scale);
}

/** Takes a strict decimal string; gives it in canonical form, or null for anything else. */
export function parseDecimal(value: unknown): Decimal | null {
	if (typeof value !== 'string' || value.length > MOST_CHARACTERS) return null;
	if (!CANONICAL.test(value)) return null;
	return fromParts(toParts(value));
}

/**
 * Takes a JSON number; gives its shortest decimal form with the exponent written out
 * (`1e-7` gives `0.0000001`), or null where it is no finite number.
 */
export function decimalFromNumber(value: unknown): Decimal | null {
	if (typeof value !== 'number' || !Number.isFinite(value)) return null;
	const [mantissa, exponent] = value.toString().split('e');
	return parseDecimal(exponent === undefined ? mantissa : shift(mantissa, Number(exponent)));
}

/** Takes a JSON number or a strict decimal string; gives a decimal, or null for anything else. */
export function decimalFrom(value: unknown): Decimal | null {
	return typeof value === 'number' ? decimalFromNumber(value) : parseDecimal(value);
}

/** Takes whole cents as a string (`"-5"`); gives currency units (`-0.05`), or null. */
export function decimalFromCents(value: unknown): Decimal | null {
	if (typeof value !== 'string' || value.length > MOST_CHARACTERS) return null;
	return WHOLE_NUMBER.test(value) ? fromParts({ digits: BigInt(value), scale: 2 }) : null;
}

/** Moves the decimal point: `shift('12.5', 2)` gives `1250`, `shift('5', -2)` gives `0.05`. */
export function shift(amount: Decimal, places: number): Decimal {
	const { digits, scale } = toParts(amount);
	const moved = scale - places;
	return moved >= 0
		? fromParts({ digits, scale: moved })
		: fromParts({ digits: digits * 10n ** BigInt(-moved), scale: 0 });
}

/** Gives the exact sum of two amounts, with the precision of the more precise one. */
export function add(a: Decimal, b: Decimal): Decimal {
	const [left, right] = [toParts(a), toParts(b)];
	const scale = Math.max(left.scale, right.scale);
	return fromParts({ digits: scaledTo(left, scale) + scaledTo(right, scale), scale });
}

/** Gives `a - b`, exactly. */
export function subtract(a: Decimal, b: Decimal): Decimal {
	return add(a, negate(b));
}

/** Gives the amount with the other sign; zero stays zero. */
export function negate(amount: Decimal): Decimal {
	const { digits, scale } = toParts(amount);
	return fromParts({ digits: -digits, scale });
}

/** Gives -1, 0 or 1, by value: `1.0` equals `1`. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
	const { digits } = toParts(subtract(a, b));
	if (digits === 0n) return 0;
	return digits < 0n ? -1 : 1;
}

/** Whether two amounts have the same value. */
export function equal(a: Decimal, b: Decimal): boolean {
	return compare(a, b) === 0;
}

/** Whether the amount is below zero. */
export function isNegative(amount: Decimal): boolean {
	return amount.startsWith('-');
}

/** Whether the amount is zero, whatever its precision. */
export function isZero(amount: Decimal): boolean {
	return toParts(amount).digits === 0n;
}

/** Gives the exact sum; `0` where there is nothing to add. */
export function sum(amounts: Iterable<Decimal>): Decimal {
	let total: Decimal = '0';
	for (const amount of amounts) total = add(total, amount);
	return total;
}

/** How many digits behind the point the amount really uses: 1.50 uses one. */
export function precision(amount: Decimal): number {
	const point = amount.indexOf('.');
	return point === -1 ? 0 : amount.slice(point + 1).replace(/0+$/, '').length;
}
