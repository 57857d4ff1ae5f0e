import { civilDate, dateOfMoment, plausibleDate } from './dates';
import { type Decimal, decimalFrom, decimalFromCents } from './decimal';
import { currencyCode } from './currency';
import type { CivilDate, Warning } from './invoice';

type RawRecord = Record<string, unknown>;

/** Numbers from here on are not exact in JSON: two amounts or IDs could become one. */
const FIRST_INEXACT = 2 ** 53;

/** Deeper than anything a vendor sends; n8n cannot store much deeper values. */
const MAX_DEPTH = 50;

/**
 * Reads the fields of a vendor's record. Missing values are null; values that cannot be used are null,
 * too, and add a warning.
 */
export class Fields {
	private readonly record: RawRecord;

	constructor(
		record: unknown,
		readonly warnings: Set<Warning>,
	) {
		this.record = isObject(record) ? record : {};
	}

	/** Returns the value of a field, or of its alternative spelling; null if both are empty. */
	value(name: string, otherName?: string): unknown {
		const value = this.record[name];
		if (value !== undefined && value !== null && value !== '') return value;
		return otherName === undefined ? null : this.value(otherName);
	}

	/** Returns a text as is, and an exact number as text. */
	text(name: string, otherName?: string): string | null {
		const value = this.value(name, otherName);
		if (value === null) return null;
		if (typeof value === 'string') return value.trim() === '' ? null : value;
		if (typeof value === 'number' && isExact(value)) return String(value);
		return this.warn('TEXT_INVALID');
	}

	/** Returns a boolean from true, false, 0 or 1, as number or text; null for anything else. */
	flag(name: string): boolean | null {
		const value = this.value(name);
		if (value === null || typeof value === 'boolean') return value;
		const text = typeof value === 'number' ? String(value) : value;
		if (text === '0' || text === '1') return text === '1';
		return this.warn('TEXT_INVALID');
	}

	/** Returns a whole number of 0 or more, from a JSON number or digits; null for anything else. */
	count(name: string): number | null {
		const value = this.value(name);
		const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
		return Number.isSafeInteger(number) && Number(number) >= 0 ? Number(number) : null;
	}

	/** Returns an amount in currency units, from a JSON number or a strict decimal text. */
	amount(name: string): Decimal | null {
		const value = this.value(name);
		return value === null ? null : (exactDecimal(value) ?? this.warn('AMOUNT_INVALID'));
	}

	/**
	 * Returns an amount in currency units that a currency code may follow (`12.50 usd`).
	 *
	 * @param currencies the code is added to it, in capitals
	 */
	money(name: string, currencies: Set<string>): Decimal | null {
		const value = this.value(name);
		const [, number, code] =
			(typeof value === 'string' && /^(\S+) ([A-Za-z]{3})$/.exec(value)) || [];
		if (number === undefined) return this.amount(name);
		const amount = decimalFrom(number);
		if (amount === null) return this.warn('AMOUNT_INVALID');
		currencies.add(currencyCode(code)!);
		return amount;
	}

	/** Returns an amount in currency units, from whole cents. */
	cents(name: string): Decimal | null {
		const value = this.value(name);
		if (value === null) return null;
		const text = Number.isSafeInteger(value) ? String(value) : value;
		return decimalFromCents(text) ?? this.warn('AMOUNT_INVALID');
	}

	/** Returns the date at the start of a text. */
	date(name: string, otherName?: string): CivilDate | null {
		const value = this.value(name, otherName);
		if (value === null) return null;
		const date = typeof value === 'string' ? civilDate(value) : null;
		return plausibleDate(date) ?? this.warn('DATE_INVALID');
	}

	/** Returns the date of unix seconds in a time zone; null for 0 ("not yet") and below. */
	moment(timeZone: string, name: string): CivilDate | null {
		const value = this.value(name);
		const text = typeof value === 'number' ? String(value) : value;
		if (typeof text !== 'string' || !/^-?\d+$/.test(text)) return this.date(name);
		const seconds = Number(text);
		if (seconds <= 0) return null;
		return plausibleDate(dateOfMoment(seconds, timeZone)) ?? this.warn('DATE_INVALID');
	}

	/** Returns the objects in a list as fields; empty if it is missing. */
	list(name: string): Fields[] {
		const value = this.value(name);
		if (value === null) return [];
		const entries = Array.isArray(value) ? value.filter(isObject) : [];
		if (!Array.isArray(value) || entries.length < value.length) this.warn('LINES_INVALID');
		return entries.map((entry) => new Fields(entry, this.warnings));
	}

	/** Returns all other fields, except those nested too deeply to be stored. */
	rest(used: ReadonlySet<string>): RawRecord {
		const rest: RawRecord = {};
		for (const name of Object.keys(this.record)) {
			if (used.has(name)) continue;
			if (isDeep(this.record[name], MAX_DEPTH)) this.warn('LINES_INVALID');
			else setOwn(rest, name, this.record[name]);
		}
		return rest;
	}

	private warn(warning: Warning): null {
		this.warnings.add(warning);
		return null;
	}
}

/** Returns a decimal; null for anything else, and for numbers that are not exact. */
function exactDecimal(value: unknown): Decimal | null {
	return typeof value === 'number' && !isExact(value) ? null : decimalFrom(value);
}

function isExact(number: number): boolean {
	return Math.abs(number) < FIRST_INEXACT;
}

/** Returns whether a value is nested more than `levels` deep, and looks no deeper than that. */
function isDeep(value: unknown, levels: number): boolean {
	if (typeof value !== 'object' || value === null) return false;
	return levels === 0 || Object.values(value).some((inner) => isDeep(inner, levels - 1));
}

/** Sets a field even if it is named `__proto__`, which an assignment would not. */
function setOwn(record: RawRecord, name: string, value: unknown): void {
	if (name !== '__proto__') record[name] = value;
	else Object.defineProperty(record, name, { value, enumerable: true });
}

function isObject(value: unknown): value is RawRecord {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
