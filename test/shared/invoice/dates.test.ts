import fc from 'fast-check';
import { dateOfMoment } from '../../../nodes/shared/invoice/dates';

const LAST_SECOND = 253_402_300_799;

/** The day as another formatter writes it: Swedish dates are YYYY-MM-DD. */
function swedish(seconds: number, timeZone: string): string {
	const day = new Intl.DateTimeFormat('sv', {
		timeZone,
		year: 'numeric',
		month: '2-digit',
		day: '2-digit',
	});
	return day.format(new Date(seconds * 1000));
}

describe('dateOfMoment', () => {
	const zone = fc.constantFrom('UTC', 'Europe/Amsterdam', 'America/New_York', 'Africa/Monrovia');

	it('is the day in the zone, for the same moment again and in another zone too', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 4_000_000_000 }), zone, zone, (seconds, a, b) => {
				for (const timeZone of [a, b, a]) {
					expect(dateOfMoment(seconds, timeZone)).toBe(swedish(seconds, timeZone));
				}
			}),
			{ seed: 1, numRuns: 500 },
		);
	});

	it('stays right when there were more moments than it remembers', () => {
		const first = 1_700_000_000;
		const dayOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);
		for (const round of [0, 1]) {
			for (let hour = 0; hour < 12_000; hour++) {
				const seconds = first + hour * 3600 + round;
				if (dateOfMoment(seconds, 'UTC') !== dayOf(seconds)) throw new Error(String(seconds));
			}
		}
		expect(dateOfMoment(first, 'UTC')).toBe('2023-11-14');
	});

	it.each([
		['Europe/Amsterdam', '2025-03-30'],
		['Europe/Amsterdam', '2025-10-26'],
		['America/New_York', '2025-11-02'],
		['Australia/Lord_Howe', '2025-10-05'],
		['Asia/Kathmandu', '2025-01-01'],
		// There was no 30 December.
		['Pacific/Apia', '2011-12-30'],
	])('is the day in %s while clocks change, around %s', (timeZone, day) => {
		const noon = Date.parse(`${day}T12:00:00Z`) / 1000;
		for (let seconds = noon - 86_400; seconds < noon + 86_400; seconds += 899) {
			expect(dateOfMoment(seconds, timeZone)).toBe(swedish(seconds, timeZone));
		}
	});

	it('asks for the clocks of a zone once a day, not once a moment', () => {
		const asked = jest.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
		const midnight = Date.parse('2025-06-15T00:00:00Z') / 1000;
		for (let seconds = 0; seconds < 86_400; seconds += 60) {
			dateOfMoment(midnight + seconds, 'America/Bogota');
		}
		expect(asked).toHaveBeenCalledTimes(2);
		asked.mockRestore();
	});

	it.each([0, -1, 1.5, NaN, LAST_SECOND + 1])('%p is no moment', (seconds) => {
		expect(dateOfMoment(seconds, 'UTC')).toBeNull();
	});

	it('knows the last day there is', () => {
		expect(dateOfMoment(LAST_SECOND, 'UTC')).toBe('9999-12-31');
	});
});
