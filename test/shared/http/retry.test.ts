import fc from 'fast-check';
import {
	MAX_WAIT_MS,
	backoffMs,
	isTransientCode,
	isTransientStatus,
	nextWaitMs,
	retryAfterMs,
} from '../../../nodes/shared/http/retry';

const NOW = Date.parse('2024-03-01T12:00:00Z');
const half = () => 0.5;

describe('what may pass', () => {
	test.each([202, 408, 425, 429, 500, 502, 503, 504])('HTTP %i does', (status) => {
		expect(isTransientStatus(status)).toBe(true);
	});

	test.each([200, 204, 301, 400, 401, 403, 404, 409, 410, 415, 422, 501, 505])(
		'HTTP %i does not',
		(status) => {
			expect(isTransientStatus(status)).toBe(false);
		},
	);

	test.each(['ECONNRESET', 'ETIMEDOUT', 'ECONNREFUSED', 'EAI_AGAIN', 'ECONNABORTED', 'EPIPE'])(
		'%s does',
		(code) => {
			expect(isTransientCode(code)).toBe(true);
		},
	);

	test.each([undefined, '', 'ENOTFOUND', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'])(
		'%s does not',
		(code) => {
			expect(isTransientCode(code)).toBe(false);
		},
	);
});

describe('Retry-After', () => {
	test.each([
		['0', 0],
		['7', 7000],
		[' 7 ', 7000],
		['1.5', 1500],
		['0.0001', 1],
		['86400', 86_400_000],
	])('%j is seconds', (value, expected) => {
		expect(retryAfterMs(value, NOW)).toBe(expected);
	});

	test('a date is counted from now', () => {
		expect(retryAfterMs('Fri, 01 Mar 2024 12:00:30 GMT', NOW)).toBe(30_000);
	});

	test('a date that is over asks for no wait', () => {
		expect(retryAfterMs('Fri, 01 Mar 2024 11:00:00 GMT', NOW)).toBe(0);
	});

	test.each([undefined, null, '', '  ', 'soon', 30, ['7'], {}])('%j says nothing', (value) => {
		expect(retryAfterMs(value, NOW)).toBeNull();
	});

	test.each(['-5', '5s', '1e3', '0x10', '9'.repeat(400)])('%j is no usable wait', (value) => {
		expect(retryAfterMs(value, NOW)).toBeNull();
	});
});

describe('backoffMs', () => {
	test('doubles from half a second up to 30 s', () => {
		const waits = [0, 1, 2, 3, 4, 5, 6, 7, 50].map((retry) => backoffMs(retry, () => 1));
		expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
	});

	test('lies between half and all of it', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 40 }),
				fc.double({ min: 0, max: 0.999_999, noNaN: true }),
				(retry, chance) => {
					const full = Math.min(30_000, 500 * 2 ** retry);
					const wait = backoffMs(retry, () => chance);
					return wait >= full / 2 && wait <= full;
				},
			),
			{ seed: 1, numRuns: 2000 },
		);
	});

	test('differs by chance', () => {
		expect(backoffMs(3, () => 0)).toBe(2000);
		expect(backoffMs(3, () => 0.999)).toBeGreaterThan(3900);
	});
});

describe('nextWaitMs', () => {
	const state = { retries: 0, maxRetries: 5, waitedMs: 0 };

	test('waits as long as the vendor asks', () => {
		expect(nextWaitMs(state, 17_000, half)).toBe(17_000);
	});

	test('does not wait where the vendor asks for no wait', () => {
		expect(nextWaitMs(state, 0, half)).toBe(0);
	});

	test('backs off where the vendor says nothing', () => {
		expect(nextWaitMs({ ...state, retries: 2 }, undefined, half)).toBe(1500);
	});

	test('gives up when no retries are left', () => {
		expect(nextWaitMs({ ...state, retries: 5 }, 1000, half)).toBeNull();
	});

	test('never retries where none is allowed', () => {
		expect(nextWaitMs({ ...state, maxRetries: 0 }, undefined, half)).toBeNull();
	});

	test('waits exactly two minutes, but not a millisecond longer', () => {
		expect(nextWaitMs(state, MAX_WAIT_MS, half)).toBe(120_000);
		expect(nextWaitMs(state, MAX_WAIT_MS + 1, half)).toBeNull();
	});

	test('counts what was waited before', () => {
		expect(nextWaitMs({ ...state, waitedMs: 119_000 }, 1000, half)).toBe(1000);
		expect(nextWaitMs({ ...state, waitedMs: 119_001 }, 1000, half)).toBeNull();
	});

	test('all waits of one request together never exceed two minutes', () => {
		const asked = fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: undefined });
		fc.assert(
			fc.property(fc.array(asked, { maxLength: 30 }), (waits) => {
				let waitedMs = 0;
				for (const [retries, askedMs] of waits.entries()) {
					const wait = nextWaitMs({ retries, maxRetries: 20, waitedMs }, askedMs, half);
					if (wait === null) break;
					waitedMs += wait;
				}
				return waitedMs <= MAX_WAIT_MS;
			}),
			{ seed: 2, numRuns: 1000 },
		);
	});
});
