import { readWindows } from '../../../nodes/shared/paging/windows';
import { ChangingList, type Entry, pick, randomFrom, readAndCompare, windowsOf } from './simulation';
const KEY = ({ id }: Entry) => id;
const PLACES = ['newest', 'oldest', 'middle', 'anywhere'] as const;
function b(kind: any, rate: number, random: () => number): any {
	const pageSize = pick(random, [25, 50, 100]);
	const cap = pick(random, [Infinity, Infinity, Math.ceil(pageSize * 0.6)]);
	const page = Math.min(pageSize, cap);
	const length = Math.floor(random() * page * kind.pages);
	const count = rate * (kind.of === 'page' ? page : length) * (kind.changes === 'both' ? 0.5 : 1);
	const change = () => ({ place: pick(random, PLACES), count });
	const addressing = pick(random, ['offset', 'page'] as const);
	const total = kind.total ?? random() < 0.5;
	return { length, order: pick(random, ['asc', 'desc']), perDay: kind.perDay ?? 1, inserts: kind.changes === 'removals' ? null : change(), removals: kind.changes === 'inserts' ? null : change(), bursts: random() < 0.3, addressing, pageSize, cap, tells: { total, more: random() < 0.3 || (addressing === 'page' && !total) } };
}
test('x', async () => {
	const out: string[] = [];
	for (const [kind, rate] of [[{ changes: "both", of: "page", pages: 20 }, 0.05],[{ changes: 'inserts', of: 'list', pages: 4 }, 0], [{ changes: 'inserts', of: 'page', pages: 20 }, 0.05], [{ changes: 'inserts', of: 'page', pages: 20 }, 0.2], [{ changes: 'removals', of: 'page', pages: 20 }, 0.05], [{ changes: 'removals', of: 'page', pages: 20 }, 0.2]] as any[]) {
		const why: Record<string, number> = {};
		let shown = 0;
		for (let seed = 1; seed <= 400; seed++) {
			const random = randomFrom(seed * 1000 + Math.round(rate * 100));
			const beh = b(kind, rate, random);
			const list = new ChangingList(beh, random);
			const o = await readAndCompare(list, (l) => readWindows(windowsOf(l), KEY, { parallel: 1, wanted: Infinity }));
			if (o.gaveUp || o.lost.length) {
				const k = (o.gaveUp ?? 'LOST').replace(/ \(.*/, '') + ' ' + beh.addressing + ' ' + JSON.stringify(beh.tells);
				why[k] = (why[k] ?? 0) + 1;
				if (o.lost.length || shown++ < 3) out.push(`${seed} ${o.gaveUp} ${o.lost} ${JSON.stringify(beh)} req ${o.requests}`);
			}
		}
		out.push(JSON.stringify([kind, rate]), JSON.stringify(why, null, 1));
	}
	console.log(out.join('\n'));
}, 100000);
