import { type Ending, SERVERS, type Server, readFrom } from './servers';

/* eslint-disable @n8n/community-nodes/no-restricted-globals -- this is no node */

/** How many lists of each server are read; more by `npm run simulate`. */
const RUNS = Number(process.env.SIMULATE_RUNS ?? 60);

interface Row {
	server: Server;
	changing: boolean;
	parallel: number;
}

const rows: Row[] = SERVERS.flatMap((server) =>
	[false, true].flatMap((changing) =>
		(server.reader === 'windows' ? [1, 4] : [1]).map((parallel) => ({
			server,
			changing,
			parallel,
		})),
	),
);

const lines: string[] = [];

function note({ server, changing, parallel }: Row, endings: Ending[]): void {
	const count = (is: (ending: Ending) => boolean) => String(endings.filter(is).length).padStart(7);
	const requests = endings.reduce((sum, ending) => sum + ending.requests, 0) / endings.length;
	lines.push(
		[
			server.name.padEnd(48),
			(changing ? 'changing' : 'still').padEnd(8),
			String(parallel).padStart(6),
			String(endings.length).padStart(6),
			count(({ gaveUp, lost }) => gaveUp === null && lost === 0),
			count(({ gaveUp }) => gaveUp !== null),
			count(({ lost }) => lost > 0),
			count(({ doubled }) => doubled > 0),
			requests.toFixed(1).padStart(9),
		].join(' '),
	);
}

afterAll(() => {
	const head = `${'server'.padEnd(48)} list     flight   runs   whole  failed   short doubled  requests`;
	// eslint-disable-next-line no-console -- the table is part of the report of a run
	console.log([head, ...lines].join('\n'));
});

describe.each(rows)('$server.name, changing: $changing, $parallel in flight', (row) => {
	const { server, changing, parallel } = row;
	const endings: Ending[] = [];

	beforeAll(async () => {
		for (let seed = 1; seed <= RUNS; seed++) {
			endings.push(await readFrom(server, { seed, changing, parallel }));
		}
		note(row, endings);
	}, 600_000);

	const seeds = (is: (ending: Ending) => boolean) =>
		endings.flatMap((ending, index) => (is(ending) ? [index + 1] : []));

	test('nothing is lost silently, nothing is returned twice', () => {
		const { still = false, changing: whileChanging = false } = server.unprovable ?? {};
		if (!(changing ? whileChanging : still)) {
			expect(seeds(({ lost, isHidden }) => lost > 0 && !isHidden)).toEqual([]);
		}
		expect(seeds(({ doubled }) => doubled > 0)).toEqual([]);
	});

	test('a list that stands still is read', () => {
		if (changing) return;
		const share = seeds(({ gaveUp }) => gaveUp !== null).length / RUNS;
		expect(share).toBeLessThanOrEqual(server.givenUp ?? 0.01);
	});
});
