import { Progress } from '../../../nodes/shared/node/progress';

const START = Date.UTC(2026, 0, 31, 9, 0, 0);

/** A progress whose clock stands still until the test moves it. */
function watched() {
	const lines: string[] = [];
	const clock = { seconds: 0 };
	const progress = new Progress(
		(line) => lines.push(line),
		() => START + clock.seconds * 1000,
	);
	return { lines, clock, progress };
}

const extent = (pages: number, total: number | null = null) => ({
	pages,
	records: pages * 100,
	total,
});

describe('how far a read is', () => {
	test('is not said of one that is shorter than ten seconds', () => {
		const { lines, clock, progress } = watched();
		for (clock.seconds = 0; clock.seconds < 10; clock.seconds++) {
			progress.read('Fastly invoice:getAll', extent(clock.seconds));
		}
		expect(lines).toEqual([]);
	});

	test('is said once in ten seconds, with the total where the vendor states it', () => {
		const { lines, clock, progress } = watched();
		for (clock.seconds = 1; clock.seconds <= 25; clock.seconds++) {
			progress.read('Fastly invoice:getAll', extent(clock.seconds, 5000));
		}
		expect(lines).toEqual([
			'Fastly invoice:getAll: read 1,000 of 5,000 records in 10 pages so far',
			'Fastly invoice:getAll: read 2,000 of 5,000 records in 20 pages so far',
		]);
	});

	test('is said without a total where there is none', () => {
		const { lines, clock, progress } = watched();
		clock.seconds = 10;
		progress.read('i3D.net invoice:getAll', extent(3));
		expect(lines).toEqual(['i3D.net invoice:getAll: read 300 records in 3 pages so far']);
	});

	test('is said of one of the lists that are read side by side, not of each', () => {
		const { lines, clock, progress } = watched();
		clock.seconds = 10;
		progress.read('one', extent(1));
		progress.read('two', extent(1));
		progress.done('Fastly', 1, 2);
		expect(lines).toHaveLength(1);
	});

	test('is said in items where there are several', () => {
		const { lines, clock, progress } = watched();
		clock.seconds = 10;
		progress.done('CarrierX', 1, 1);
		progress.done('CarrierX', 37, 300);
		expect(lines).toEqual(['CarrierX: 37 of 300 items done']);
	});
});

describe('a wait', () => {
	const asked = { status: 429, isRetryAfter: true };

	test('is said at once, with its end and why', () => {
		const { lines, progress } = watched();
		progress.waiting('Fastly invoice:getAll', 90_000, asked);
		expect(lines).toEqual([
			'Fastly invoice:getAll: waiting until 2026-01-31T09:01:30Z to retry (429, Retry-After)',
		]);
	});

	test('names what the vendor did not say', () => {
		const { lines, clock, progress } = watched();
		progress.waiting('x', 6000, { status: 503, isRetryAfter: false });
		clock.seconds = 10;
		progress.waiting('x', 6000, { isRetryAfter: false });
		expect(lines.map((line) => /\(.*\)$/.exec(line)?.[0])).toEqual(['(503)', '(no response)']);
	});

	test('is not said where it is short', () => {
		const { lines, progress } = watched();
		progress.waiting('x', 5000, asked);
		expect(lines).toEqual([]);
	});

	test('is said once for all requests that have to wait, and again when it grows', () => {
		const { lines, clock, progress } = watched();
		for (let request = 0; request < 4; request++) progress.waiting('x', 30_000, asked);
		expect(lines).toHaveLength(1);
		clock.seconds = 20;
		progress.waiting('x', 12_000, asked);
		expect(lines).toHaveLength(1);
		progress.waiting('x', 30_000, asked);
		expect(lines).toHaveLength(2);
	});
});
