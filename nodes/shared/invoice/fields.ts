import { civilDate, dateOfMoment } from './dates';
import { type Decimal, decimalFrom, decimalFromCents } from './decimal';
import type { CivilDate, Warning } from './invoice';

type RawRecord = Record<string, unknown>;

/**
 * Reads the fields of a vendor's record, whatever may stand in them: a value, or null where there is
 * none. What is there but cannot be used is null as well, and leaves a doubt.
 */
export class Fields {
	private readonly record: RawRecord;

	constructor(
		record: unknown,
		readonly doubts: Set<Warning>,
	) {
		this.record = isObject(record) ? record : {};
	}

	/** Gives what a field holds, or the same field in another spelling; null where that is nothing. */
	value(name: string, otherName?: string): unknown {
		const value = this.record[name];
		if (value !== undefined && value !== null && value !== '') return value;
		return otherName === undefined ? null : this.value(otherName);
	}

	/** Gives a text as it is; a number as text. */
	text(name: string, otherName?: string): string | null {
		const value = this.value(name, otherName);
		if (value === null) return null;
		if (typeof value === 'string') return value.trim() === '' ? null : value;
		if (typeof value === 'number' && Number.isFinite(value)) return String(value);
		return this.doubt('TEXT_INVALID');
	}

	/** Gives an amount in currency units, from a JSON number or a strict decimal text. */
	amount(name: string): Decimal | null {
		const value = this.value(name);
		return value === null ? null : (decimalFrom(value) ?? this.doubt('AMOUNT_INVALID'));
	}

	/** Gives an amount in currency units, from whole cents. */
	cents(name: string): Decimal | null {
		const value = this.value(name);
		if (value === null) return null;
		const text = Number.isSafeInteger(value) ? String(value) : value;
		return decimalFromCents(text) ?? this.doubt('AMOUNT_INVALID');
	}

	/** Gives the day a text begins with. */
	date(name: string, otherName?: string): CivilDate | null {
		const value = this.value(name, otherName);
		if (value === null) return null;
		return (typeof value === 'string' ? civilDate(value) : null) ?? this.doubt('DATE_INVALID');
	}

	/** Gives the day of unix seconds in a zone; nothing for 0, which says "not yet", or below. */
	moment(timeZone: string, name: string): CivilDate | null {
		const value = this.value(name);
		const text = typeof value === 'number' ? String(value) : value;
		if (typeof text !== 'string' || !/^-?\d+$/.test(text)) return this.date(name);
		const seconds = Number(text);
		return seconds <= 0 ? null : (dateOfMoment(seconds, timeZone) ?? this.doubt('DATE_INVALID'));
	}

	/** Gives the objects of a list, each as fields; none where there is no list. */
	list(name: string): Fields[] {
		const value = this.value(name);
		if (value === null) return [];
		const entries = Array.isArray(value) ? value.filter(isObject) : [];
		if (!Array.isArray(value) || entries.length < value.length) this.doubt('LINES_INVALID');
		return entries.map((entry) => new Fields(entry, this.doubts));
	}

	/** Gives all fields but those named. */
	rest(used: ReadonlySet<string>): RawRecord {
		const rest: RawRecord = {};
		for (const name of Object.keys(this.record)) {
			if (!used.has(name)) setOwn(rest, name, this.record[name]);
		}
		return rest;
	}

	private doubt(warning: Warning): null {
		this.doubts.add(warning);
		return null;
	}
}

/** Sets a field, also where it is called `__proto__`, which an assignment would take for another. */
function setOwn(record: RawRecord, name: string, value: unknown): void {
	if (name !== '__proto__') record[name] = value;
	else Object.defineProperty(record, name, { value, enumerable: true });
}

function isObject(value: unknown): value is RawRecord {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
