import { readByCursor } from '../../../nodes/shared/paging/cursor';
import { readWindows } from '../../../nodes/shared/paging/windows';
import {
	type Behavior,
	ChangingList,
	type Entry,
	type Outcome,
	type Place,
	cursorsOf,
	pick,
	randomFrom,
	readAndCompare,
	windowsOf,
} from './simulation';

const PLACES: Place[] = ['newest', 'oldest', 'middle', 'anywhere'];
const RATES = [0, 0.01, 0.05, 0.2];
const FEW_RATES = [0, 0.05, 0.2];

/** One kind of list, of which many are made by chance. */
interface Kind {
	changes: 'inserts' | 'removals' | 'both';
	/** What the rate of change between two requests is a share of, and how long the list may be. */
	of: 'page' | 'list';
	pages: number;
	perDay?: number;
	total?: boolean;
}

type Seeded = Outcome & { seed: number; rate: number };
type Read = (list: ChangingList) => AsyncIterable<Entry[]>;

const KEY = ({ id }: Entry) => id;
const byWindow =
	(parallel: number): Read =>
	(list) =>
		readWindows(windowsOf(list), KEY, { parallel, wanted: Infinity });
const byCursor = (names: 'record' | 'position'): Read => {
	return (list) => readByCursor(cursorsOf(list, names), KEY);
};

function behaviorFrom(kind: Kind, rate: number, random: () => number): Behavior {
	const pageSize = pick(random, [25, 50, 100]);
	const cap = pick(random, [Infinity, Infinity, Math.ceil(pageSize * 0.6)]);
	const page = Math.min(pageSize, cap);
	const length = Math.floor(random() * page * kind.pages);
	const count = rate * (kind.of === 'page' ? page : length) * (kind.changes === 'both' ? 0.5 : 1);
	const change = () => ({ place: pick(random, PLACES), count });
	const addressing = pick(random, ['offset', 'page'] as const);
	const total = kind.total ?? random() < 0.5;
	return {
		length,
		order: pick(random, ['asc', 'desc']),
		perDay: kind.perDay ?? 1,
		inserts: kind.changes === 'removals' ? null : change(),
		removals: kind.changes === 'inserts' ? null : change(),
		bursts: random() < 0.3,
		addressing,
		pageSize,
		cap,
		// A vendor whose pages are numbered says where they end.
		states: { total, more: random() < 0.3 || (addressing === 'page' && !total) },
	};
}

/** The same seed makes the same list, which changes in the same way. */
async function readOne(kind: Kind, rate: number, seed: number, read: Read): Promise<Seeded> {
	const random = randomFrom(seed * 1000 + Math.round(rate * 100));
	const list = new ChangingList(behaviorFrom(kind, rate, random), random);
	return { ...(await readAndCompare(list, read)), seed, rate };
}

async function readMany(kind: Kind, rates: number[], reads: number, read: Read): Promise<Seeded[]> {
	const outcomes: Seeded[] = [];
	for (const rate of rates) {
		for (let seed = 1; seed <= reads; seed++) outcomes.push(await readOne(kind, rate, seed, read));
	}
	return outcomes;
}

const silentLosses = (outcomes: Seeded[]) =>
	outcomes
		.filter(({ lost }) => lost.length > 0)
		.map(({ rate, seed, lost }) => `rate ${rate}, seed ${seed}: ${lost.length} lost`);

const doubles = (outcomes: Seeded[]) =>
	outcomes
		.filter(({ doubled }) => doubled.length > 0)
		.map(({ rate, seed, doubled }) => `rate ${rate}, seed ${seed}: ${doubled.length} doubled`);

const gaveUpShare = (outcomes: Seeded[]) =>
	outcomes.filter(({ gaveUp }) => gaveUp !== null).length / outcomes.length;

const lines: string[] = [];

/** Notes one line for the table for each rate. */
function note(name: string, outcomes: Seeded[]): void {
	for (const rate of new Set(outcomes.map((outcome) => outcome.rate))) {
		const reads = outcomes.filter((outcome) => outcome.rate === rate);
		const whole = reads.filter(({ gaveUp }) => gaveUp === null);
		const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
		const fewest = sum(whole.map(({ fewestRequests }) => fewestRequests));
		const overhead = sum(whole.map(({ requests }) => requests)) / fewest - 1;
		lines.push(
			[
				name.padEnd(42),
				`${(rate * 100).toFixed(0)} %`.padStart(6),
				String(reads.length).padStart(6),
				`${(gaveUpShare(reads) * 100).toFixed(1)} %`.padStart(8),
				String(silentLosses(reads).length).padStart(6),
				`${(overhead * 100).toFixed(0)} %`.padStart(9),
			].join(' '),
		);
	}
}

afterAll(() => {
	const head = `${'list that changes while it is read'.padEnd(42)}   rate  reads  gave up   lost  requests`;
	// eslint-disable-next-line no-console -- the table is part of the report of a run
	console.log([head, ...lines].join('\n'));
});

const CHANGES = ['inserts', 'removals', 'both'] as const;
const PARALLEL = [1, 4];

const ways = PARALLEL.flatMap((parallel) => CHANGES.map((changes) => ({ parallel, changes })));

describe.each(ways)('stable order, $parallel at once, with $changes', ({ parallel, changes }) => {
	let long: Seeded[] = [];
	let short: Seeded[] = [];

	beforeAll(async () => {
		const read = byWindow(parallel);
		long = await readMany({ changes, of: 'page', pages: 20 }, RATES, 200, read);
		short = await readMany({ changes, of: 'list', pages: 4 }, RATES, 200, read);
		note(`${parallel} at once, ${changes} (of a page)`, long);
		note(`${parallel} at once, ${changes} (of the list)`, short);
	});

	test('no record is silently lost', () => {
		expect(silentLosses([...long, ...short])).toEqual([]);
	});

	test('no record comes twice', () => {
		expect(doubles([...long, ...short])).toEqual([]);
	});

	test('a list that stands still is never given up', () => {
		const still = [...long, ...short].filter(({ rate }) => rate === 0);
		expect(still.map(({ gaveUp }) => gaveUp).filter(Boolean)).toEqual([]);
	});

	// What has changed is read until two passes agree, while it goes on changing. Several at once lie
	// further back when they are joined, so that more has slipped between them.
	test('few reads are given up while a fifth of a page changes', () => {
		const share = gaveUpShare(long.filter(({ rate }) => rate === 0.2));
		expect(share).toBeLessThan(parallel === 1 ? 0.02 : 0.08);
	});

	test('hardly any read is given up while 5 % of the list change', () => {
		const share = gaveUpShare(short.filter(({ rate }) => rate === 0.05));
		expect(share).toBeLessThan(parallel === 1 ? 0.015 : 0.03);
	});

	test('fewer than one read in a hundred are given up while 1 % of the list change', () => {
		expect(gaveUpShare(short.filter(({ rate }) => rate === 0.01))).toBeLessThan(0.01);
	});
});

// Where neither a total nor "more" is stated, the end takes three requests, however long the list is.
test('one at a time, a list that stands still takes at most two fifths more requests', async () => {
	const kind: Kind = { changes: 'both', of: 'page', pages: 20 };
	const still = await readMany(kind, [0], 200, byWindow(1));
	const long = still.filter(({ fewestRequests }) => fewestRequests > 3);
	const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
	const requests = sum(long.map((outcome) => outcome.requests));
	expect(requests / sum(long.map((outcome) => outcome.fewestRequests))).toBeLessThan(7 / 5);
});

/** How many records of one day there are, whose order is another one each time. */
const DAYS = [2, 7, 30, Infinity];
const totals = [true, false];
const shuffled = PARALLEL.flatMap((parallel) =>
	totals.flatMap((total) => CHANGES.map((changes) => ({ parallel, changes, total }))),
);

describe.each(shuffled)(
	'another order each time, $parallel at once, with $changes, total: $total',
	({ parallel, changes, total }) => {
		let outcomes: Seeded[] = [];

		beforeAll(async () => {
			for (const perDay of DAYS) {
				for (const pages of [2, 10]) {
					const kind: Kind = { of: 'page', pages, perDay, changes, total };
					outcomes = outcomes.concat(await readMany(kind, FEW_RATES, 20, byWindow(parallel)));
				}
			}
			const told = total ? 'total' : 'no total';
			note(`shuffled, ${parallel} at once, ${changes}, ${told}`, outcomes);
		});

		test('no record is silently lost', () => {
			expect(silentLosses(outcomes)).toEqual([]);
		});

		test('no record comes twice', () => {
			expect(doubles(outcomes)).toEqual([]);
		});
	},
);

describe.each(CHANGES)('cursor over a list with %s', (changes) => {
	const kind: Kind = { changes, of: 'page', pages: 10 };

	test('that names a record: none is lost, none comes twice, none is given up that stands still', async () => {
		const outcomes = await readMany(kind, RATES, 150, byCursor('record'));
		note(`cursor by record, ${changes}`, outcomes);
		expect(silentLosses(outcomes)).toEqual([]);
		expect(doubles(outcomes)).toEqual([]);
		// Without a total only two passes that agree prove anything, and none do while it changes.
		expect(gaveUpShare(outcomes.filter(({ rate }) => rate === 0))).toBe(0);
	});

	// As many records go as are not yet read: the answers are those of a position, too.
	test('that names a record, and a total: hardly any is given up', async () => {
		const outcomes = await readMany({ ...kind, total: true }, RATES, 150, byCursor('record'));
		note(`cursor by record, total, ${changes}`, outcomes);
		expect(silentLosses(outcomes)).toEqual([]);
		expect(gaveUpShare(outcomes.filter(({ rate }) => rate <= 0.05))).toBeLessThan(0.01);
		expect(gaveUpShare(outcomes.filter(({ rate }) => rate === 0.2))).toBeLessThan(0.1);
	});

	test('that names a position: none comes twice, none is lost while the total tells', async () => {
		const outcomes = await readMany(kind, RATES, 100, byCursor('position'));
		note(`cursor by position, ${changes}`, outcomes);
		expect(doubles(outcomes)).toEqual([]);
		// As many records less as more: no answer shows that one was skipped.
		if (changes !== 'both') expect(silentLosses(outcomes)).toEqual([]);
	});
});

describe('the simulation itself', () => {
	test('finds the losses of a reader that lays pages side by side', async () => {
		const naive: Read = async function* (list) {
			const { spanAt, ask } = windowsOf(list);
			for (let position = 0; ; ) {
				const { records } = await ask(spanAt(position));
				if (records.length === 0) return;
				yield records;
				position += records.length;
			}
		};
		const kind: Kind = { changes: 'removals', of: 'page', pages: 10 };
		expect(silentLosses(await readMany(kind, [0.05], 100, naive)).length).toBeGreaterThan(20);
	});
});
