import type { CivilDate } from './invoice';

const DAY = /^\d{4}-\d{2}-\d{2}(?:$|[T ])/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** 9999-12-31 in unix seconds: what lies behind it are milliseconds, or nonsense. */
const LAST_SECOND = 253_402_300_799;

/** No invoice is older or newer: dates beyond are a sentinel, such as `0001-01-01`, or nonsense. */
const FIRST_DAY = '1990-01-01';
const LAST_DAY = '2100-12-31';
const DAY_MS = 86_400_000;

const MAX_CACHED = 5000;

/** Makes a function that works out each value once: invoices of a month share most of their days. */
function memoize<K, V>(compute: (key: K) => V): (key: K) => V {
	const known = new Map<K, V>();
	return (key) => {
		const before = known.get(key);
		if (before !== undefined) return before;
		if (known.size >= MAX_CACHED) known.clear();
		const value = compute(key);
		known.set(key, value);
		return value;
	};
}

/** Gives the day that a text begins with, as it is written: never moved through a time zone. */
export function civilDate(text: string): CivilDate | null {
	return dayOf(text.slice(0, 11));
}

/** Returns the date, or null where it cannot be the date of an invoice. */
export function plausibleDate(date: CivilDate | null): CivilDate | null {
	return date !== null && date >= FIRST_DAY && date <= LAST_DAY ? date : null;
}

/** Returns how many days lie between two dates: negative where `to` is the earlier one. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
	return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

const dayOf = memoize((text: string): CivilDate | null => {
	if (!DAY.test(text)) return null;
	const year = Number(text.slice(0, 4));
	const month = Number(text.slice(5, 7));
	const day = Number(text.slice(8, 10));
	const exists = month >= 1 && month <= 12 && day >= 1 && day <= DAYS[month - 1];
	const leap =
		month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
	return exists && leap ? text.slice(0, 10) : null;
});

/**
 * Gives the day of a moment in a time zone.
 *
 * @param seconds unix seconds, whole
 * @param timeZone IANA name, checked before
 */
export function dateOfMoment(seconds: number, timeZone: string): CivilDate | null {
	if (!Number.isInteger(seconds) || seconds <= 0 || seconds > LAST_SECOND) return null;
	return daysIn(timeZone)(seconds);
}

const daysIn = memoize((timeZone: string) =>
	memoize((seconds: number) => convert(new Date(seconds * 1000), timeZone)),
);

function convert(moment: Date, timeZone: string): CivilDate {
	if (timeZone === 'UTC') return moment.toISOString().slice(0, 10);
	const parts = new Map(
		formatFor(timeZone)
			.formatToParts(moment)
			.map((p) => [p.type, p.value]),
	);
	return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
}

/** Whether there is a time zone of this name. */
export function isTimeZone(name: string): boolean {
	try {
		return formatFor(name) !== undefined;
	} catch {
		return false;
	}
}

/** InvoiceAssembler a formatter takes longer than using it a hundred times. */
const formatFor = memoize(
	(timeZone: string) =>
		new Intl.DateTimeFormat('en', {
			timeZone,
			calendar: 'iso8601',
			numberingSystem: 'latn',
			year: 'numeric',
			month: '2-digit',
			day: '2-digit',
		}),
);
