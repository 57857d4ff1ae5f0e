import { Overlaps } from '../../../nodes/shared/polling/overlap';

const START = 1_700_000_000_000;
const MINUTE = 60_000;

describe('polls that start from the same memory', () => {
	it('only the first to end counts', () => {
		const overlaps = new Overlaps();
		const counts = [0, 1, MINUTE].map((later) => overlaps.isFirst('a', 'm', START + later));
		expect(counts).toEqual([true, false, false]);
	});

	it('says nothing of other triggers and other memories', () => {
		const overlaps = new Overlaps();
		const pairs = [
			['a', 'm'],
			['b', 'm'],
			['a', 'n'],
		];
		expect(pairs.map(([trigger, memory]) => overlaps.isFirst(trigger, memory, START))).toEqual([
			true,
			true,
			true,
		]);
	});

	it.each([
		['once no poll can still be running', 6 * MINUTE],
		['once the clock was set back', -6 * MINUTE],
	])('counts again %s: n8n may have failed to save', (_, later) => {
		const overlaps = new Overlaps();
		overlaps.isFirst('a', 'm', START);
		expect(overlaps.isFirst('a', 'm', START + later)).toBe(true);
	});

	it('forgets what is no longer needed', () => {
		const overlaps = new Overlaps();
		for (let poll = 0; poll < 1000; poll++) {
			overlaps.isFirst('a', String(poll), START + poll * MINUTE);
		}
		const { size } = (overlaps as unknown as { ended: Map<string, number> }).ended;
		expect(size).toBeLessThan(10);
	});
});
