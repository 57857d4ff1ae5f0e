import type { CivilDate } from './invoice';

const DAY = /^\d{4}-\d{2}-\d{2}(?:$|[T ])/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** 9999-12-31 in unix seconds: greater values are milliseconds, or invalid. */
const LAST_SECOND = 253_402_300_799;

/** Dates outside this range are sentinels, such as `0001-01-01`, or invalid. */
const FIRST_DAY = '1990-01-01';
const LAST_DAY = '2100-12-31';
const DAY_MS = 86_400_000;

/** What a clock shows, in the order of `Date.UTC`. */
const CLOCK = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

const MAX_CACHED = 5000;

/** Returns a function that computes each value once: invoices of a month share most of their days. */
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

/**
 * Returns the date at the start of a text as written, never moved through a time zone; null if there
 * is none.
 */
export function civilDate(text: string): CivilDate | null {
	return dayOf(text.slice(0, 11));
}

/** Returns the date; null if it cannot be that of an invoice. */
export function plausibleDate(date: CivilDate | null): CivilDate | null {
	return date !== null && date >= FIRST_DAY && date <= LAST_DAY ? date : null;
}

/** Returns the number of days between two dates; negative if `to` is earlier. */
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
 * Returns the date of a moment in a time zone; null if the moment is not valid.
 *
 * @param seconds unix seconds, whole
 * @param timeZone IANA name, validated before
 */
export function dateOfMoment(seconds: number, timeZone: string): CivilDate | null {
	if (!Number.isInteger(seconds) || seconds <= 0 || seconds > LAST_SECOND) return null;
	const moment = seconds * 1000;
	return new Date(moment + offsetIn(timeZone)(moment)).toISOString().slice(0, 10);
}

/**
 * Returns the function that computes how far the clocks of a time zone are ahead of UTC at a moment, all
 * in milliseconds. On almost every day it is the same throughout, and asked for only once.
 */
const offsetIn = memoize((timeZone: string) => {
	const throughoutDay = memoize((day: number): number | null => {
		const first = offsetAt(day * DAY_MS, timeZone);
		return first === offsetAt((day + 1) * DAY_MS - 1000, timeZone) ? first : null;
	});
	return (moment: number) =>
		throughoutDay(Math.floor(moment / DAY_MS)) ?? offsetAt(moment, timeZone);
});

function offsetAt(moment: number, timeZone: string): number {
	const parts = new Map(
		formatFor(timeZone)
			.formatToParts(moment)
			.map(({ type, value }) => [type, Number(value)]),
	);
	const [year, month, day, hour, minute, second] = CLOCK.map((type) => parts.get(type)!);
	return Date.UTC(year, month - 1, day, hour, minute, second) - moment;
}

/** Returns whether a text is the name of a time zone. */
export function isTimeZone(name: string): boolean {
	try {
		return formatFor(name) !== undefined;
	} catch {
		return false;
	}
}

/** Creating a formatter takes longer than using it a hundred times. */
const formatFor = memoize(
	(timeZone: string) =>
		new Intl.DateTimeFormat('en', {
			timeZone,
			calendar: 'iso8601',
			numberingSystem: 'latn',
			year: 'numeric',
			month: '2-digit',
			day: '2-digit',
			hour: '2-digit',
			minute: '2-digit',
			second: '2-digit',
			hourCycle: 'h23',
		}),
);
