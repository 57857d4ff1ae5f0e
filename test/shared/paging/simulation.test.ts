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
const READS = 200;

type Changes = 'inserts' | 'removals' | 'both';
type Measure = 'page' | 'list';

interface Kind {
	name: string;
	changes: Changes;
	/** What the rate of change is a share of. */
	of: Measure;
	/** How many pages the list holds at most. */
	pages: number;
	perDay?: number;
	totals?: boolean;
}

function behaviorFrom(kind: Kind, rate: number, random: () => number): Behavior {
	const pageSize = pick(random, [25, 50, 100]);
	const cap = pick(random, [Infinity, Infinity, Math.ceil(pageSize * 0.6)]);
	const length = Math.floor(random() * Math.min(pageSize, cap) * kind.pages);
	const count = rate * (kind.of === 'page' ? Math.min(pageSize, cap) : length);
	const half = kind.changes === 'both' ? count / 2 : count;
	const change = () => ({ place: pick(random, PLACES), count: half });
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
		tells: { total: kind.totals ?? random() < 0.5, more: random() < 0.3 },
	};
}

interface Row {
	name: string;
	rate: number;
	outcomes: Array<Outcome & { seed: number; behavior: Behavior }>;
}

const KEY = ({ id }: Entry) => id;
const byWindow = (list: ChangingList) => readWindows(windowsOf(list), KEY);

async function run(
	kind: Kind,
	rate: number,
	read: (list: ChangingList) => AsyncIterable<Entry[]>,
	reads = READS,
): Promise<Row> {
	const outcomes: Row['outcomes'] = [];
	for (let seed = 1; seed <= reads; seed++) {
		const random = randomFrom(seed * 1000 + Math.round(rate * 100));
		const behavior = behaviorFrom(kind, rate, random);
		const outcome = await readAndCompare(new ChangingList(behavior, random), read);
		outcomes.push({ ...outcome, seed, behavior });
	}
	return { name: kind.name, rate, outcomes };
}

const share = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
const total = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

function line({ name, rate, outcomes }: Row): string {
	const whole = outcomes.filter(({ gaveUp }) => gaveUp === null);
	const requests = total(whole.map((outcome) => outcome.requests));
	const fewest = total(whole.map((outcome) => outcome.fewestRequests));
	return [
		name.padEnd(36),
		share(rate, 1).padStart(7),
		String(outcomes.length).padStart(6),
		share(outcomes.length - whole.length, outcomes.length).padStart(8),
		String(whole.filter(({ lost }) => lost.length > 0).length).padStart(6),
		`+${(100 * (requests / fewest - 1)).toFixed(0)} %`.padStart(9),
	].join(' ');
}

function show(title: string, rows: Row[]): void {
	const head = `${'changes'.padEnd(36)} ${'rate'.padStart(7)}  reads gave up   lost  requests`;
	console.log([title, head, ...rows.map(line)].join('\n'));
	const reasons: Record<string, number> = {};
	for (const row of rows) for (const o of row.outcomes) if (o.gaveUp) { const k = o.gaveUp.replace(/\d+/g,'N'); reasons[k] = (reasons[k] ?? 0) + 1; }
	console.log(reasons);
	console.log(rows.flatMap((r)=>r.outcomes.filter(o=>o.lost.length).map(o=>JSON.stringify({n:r.name,rate:r.rate,seed:o.seed,b:o.behavior,lost:o.lost.length}))).slice(0,6).join('\n'));
}

const STABLE: Kind[] = (['inserts', 'removals', 'both'] as const).flatMap((changes) => [
	{ name: `${changes}, share of the list (1-4 pages)`, changes, of: 'list' as const, pages: 4 },
	{ name: `${changes}, share of a page (1-30)`, changes, of: 'page' as const, pages: 30 },
]);

test('explore', async () => {
	const rows: Row[] = [];
	for (const kind of STABLE) for (const rate of RATES) rows.push(await run(kind, rate, byWindow));
	show('stable', rows); const kinds: Record<string,string> = {}; for (const r of rows) for (const o of r.outcomes) if (o.gaveUp && !/states/.test(o.gaveUp)) { const b=o.behavior; const k=[o.gaveUp.slice(0,80),r.name,r.rate,b.addressing,b.order,b.inserts?.place,b.removals?.place,JSON.stringify(b.tells)].join('|'); kinds[k]=o.seed+'/'+b.length+'/'+b.pageSize+'/'+b.cap+(b.bursts?' bursts':''); } console.log(JSON.stringify(kinds,null,1)); return;
	const un: Row[] = [];
	for (const totals of [true,false]) for (const changes of ['inserts','removals','both'] as const) for (const rate of RATES)
	 un.push(await run({name:`unstable ${changes} total=${totals}`,changes,of:'page',pages:10,perDay:7,totals},rate,byWindow));
	show('unstable', un);
	const cu: Row[] = [];
	for (const names of ['record','position'] as const) for (const changes of ['inserts','removals','both'] as const) for (const rate of RATES)
	 cu.push(await run({name:`cursor ${names} ${changes}`,changes,of:'page',pages:10},rate,(l)=>readByCursor(cursorsOf(l,names),KEY)));
	show('cursor', cu);
});
