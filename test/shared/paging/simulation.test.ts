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
const byWindow: Read = (list) => readWindows(windowsOf(list), KEY);
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
	return {
		length,
		order: pick(random, ['asc', 'desc']),
		perDay: kind.perDay ?? 1,
		inserts: kind.changes === 'removals' ? null : change(),
		removals: kind.changes === 'inserts' ? null : change(),
		bursts: random() < 0.3,
		addressing: pick(random, ['offset', 'page']),
		pageSize,
		cap,
		tells: { total: kind.total ?? random() < 0.5, more: random() < 0.3 },
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

/**
 * Without those that grow with every request and state no total: such a list shows no end, and to
 * say so is right.
 */
const gaveUpWithoutNeed = (outcomes: Seeded[]) =>
	gaveUpShare(outcomes.filter(({ gaveUp }) => !gaveUp?.includes('grows as fast')));

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

describe.each(CHANGES)('windows of a list in stable order, with %s', (changes) => {
	const ofPage: Kind = { changes, of: 'page', pages: 20 };
	const ofList: Kind = { changes, of: 'list', pages: 4 };
	let long: Seeded[] = [];
	let short: Seeded[] = [];

	beforeAll(async () => {
		long = await readMany(ofPage, RATES, 150, byWindow);
		short = await readMany(ofList, RATES, 150, byWindow);
		note(`windows, ${changes} (share of a page)`, long);
		note(`windows, ${changes} (share of the list)`, short);
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

	test('a list that stands still takes at most a third more requests', () => {
		const still = long.filter(({ rate, fewestRequests }) => rate === 0 && fewestRequests > 3);
		const requests = still.reduce((sum, outcome) => sum + outcome.requests, 0);
		const fewest = still.reduce((sum, outcome) => sum + outcome.fewestRequests, 0);
		expect(requests / fewest).toBeLessThan(4 / 3);
	});

	test('at most one read in a hundred is given up while a fifth of a page changes', () => {
		expect(gaveUpWithoutNeed(long.filter(({ rate }) => rate === 0.2))).toBeLessThanOrEqual(0.01);
	});

	test('at most one read in a hundred is given up while 5 % of the list change', () => {
		expect(gaveUpWithoutNeed(short.filter(({ rate }) => rate === 0.05))).toBeLessThanOrEqual(0.01);
	});
});

describe('windows of a list whose days come in another order each time', () => {
	const kind = { of: 'page', pages: 10, perDay: 7 } as const;

	test('with a total, a list that stands still is not silently short', async () => {
		const outcomes = await readMany({ ...kind, changes: 'both', total: true }, [0], 100, byWindow);
		note('windows, unstable order, total', outcomes);
		expect(silentLosses(outcomes)).toEqual([]);
	});

	test.each(CHANGES)('nothing comes twice, with %s', async (changes) => {
		for (const total of [true, false]) {
			const outcomes = await readMany({ ...kind, changes, total }, FEW_RATES, 40, byWindow);
			note(`windows, unstable, ${changes}, ${total ? 'total' : 'no total'}`, outcomes);
			expect(doubles(outcomes)).toEqual([]);
		}
	});
});

describe.each(CHANGES)('cursor over a list with %s', (changes) => {
	const kind: Kind = { changes, of: 'page', pages: 10 };

	test('that names a record: none is lost, none comes twice', async () => {
		const outcomes = await readMany(kind, FEW_RATES, 40, byCursor('record'));
		note(`cursor by record, ${changes}`, outcomes);
		expect(silentLosses(outcomes)).toEqual([]);
		expect(doubles(outcomes)).toEqual([]);
	});

	test('that names a position: none comes twice', async () => {
		const outcomes = await readMany(kind, FEW_RATES, 40, byCursor('position'));
		note(`cursor by position, ${changes}`, outcomes);
		expect(doubles(outcomes)).toEqual([]);
	});
});

describe('the simulation itself', () => {
	test('finds the losses of a reader that lays pages side by side', async () => {
		const naive: Read = async function* (list) {
			const windowAt = windowsOf(list);
			for (let position = 0; ; ) {
				const { records } = await windowAt(position);
				if (records.length === 0) return;
				yield records;
				position += records.length;
			}
		};
		const kind: Kind = { changes: 'removals', of: 'page', pages: 10 };
		expect(silentLosses(await readMany(kind, [0.05], 100, naive)).length).toBeGreaterThan(20);
	});
});
