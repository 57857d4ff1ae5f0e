import {
	type Marks,
	type Memory,
	MAX_GONE,
	updateMemory,
	keyFor,
	markFor,
	markOf,
	deserialize,
	serialize,
} from '../../../nodes/shared/polling/memory';

const marksOf = (from: number, to: number): Marks => {
	const marks: Marks = new Map();
	const mark = markFor('same');
	for (let id = from; id < to; id++) marks.set(String(id).padStart(12), mark);
	return marks;
};
const scope = keyFor('scope');
const memoryOf = (present: Marks, gone: Marks = new Map()): Memory => ({
	scope,
	wholeAt: 1_700_000_000_000,
	present,
	gone,
});
const saved = (memory: Memory) => JSON.parse(JSON.stringify(serialize(memory)));

describe('what a trigger remembers', () => {
	it('is the same after it was saved', () => {
		const memory = memoryOf(marksOf(0, 50), marksOf(50, 60));
		expect(deserialize(saved(memory))).toEqual(memory);
	});

	it('takes 20 bytes an invoice', () => {
		const size = (count: number) => JSON.stringify(serialize(memoryOf(marksOf(0, count)))).length;
		expect((size(10_000) - size(0)) / 10_000).toBe(20);
	});

	it('is nothing before the first poll', () => {
		expect(deserialize(undefined)).toBeNull();
	});

	it('has keys of which two among 500,000 are the same with a probability below 1e-6', () => {
		const bits = keyFor('any').length * 6;
		expect(500_000 ** 2 / 2 / 2 ** bits).toBeLessThan(1e-6);
		expect(keyFor('any')).toMatch(/^[A-Za-z0-9_-]+$/);
	});

	it('tells parts apart wherever the border between them is', () => {
		expect(keyFor('a', 'bc')).not.toBe(keyFor('ab', 'c'));
	});
});

describe('an invoice that leaves the list', () => {
	it('is still known', () => {
		const [[key, mark]] = marksOf(0, 1);
		const before = memoryOf(marksOf(0, 3));
		const after = updateMemory(before, { ...before, present: marksOf(1, 3) });
		expect([...after.gone]).toEqual([[key, mark]]);
		expect(markOf(after, key)).toBe(mark);
	});

	it('is no longer among the gone when it returns', () => {
		const before = memoryOf(marksOf(1, 3), marksOf(0, 1));
		const after = updateMemory(before, { ...before, present: marksOf(0, 3) });
		expect(after.gone.size).toBe(0);
	});

	it('is forgotten at last, the longest gone first', () => {
		const before = memoryOf(marksOf(MAX_GONE, MAX_GONE + 10), marksOf(0, MAX_GONE));
		const after = updateMemory(before, { ...before, present: marksOf(-1, 0) });
		expect(after.gone.size).toBe(MAX_GONE);
		expect([...after.gone.keys()]).toEqual([...marksOf(10, MAX_GONE + 10).keys()]);
	});

	it('is not forgotten because the vendor sends an empty list', () => {
		const many = marksOf(0, MAX_GONE + 10);
		const empty = { ...memoryOf(many), present: new Map() };
		const after = updateMemory(updateMemory(memoryOf(many), empty), empty);
		expect(after.gone.size).toBe(MAX_GONE + 10);
	});
});

describe('a memory that cannot be used is an error that says what to do', () => {
	const good = saved(memoryOf(marksOf(0, 5), marksOf(5, 6)));

	it.each([
		['cut', { ...good, present: good.present.slice(0, -20) }],
		['changed by a letter', { ...good, gone: `!${good.gone.slice(1)}` }],
		['of another scope', { ...good, scope: 'another' }],
		['without its check', { ...good, check: undefined }],
		['of another type', { ...good, present: 7 }],
		['without a version', { ...good, version: undefined }],
		['a list', []],
		['a text', 'nonsense'],
	])('%s', (_, stored) => {
		expect(() => deserialize(stored)).toThrow(
			/corrupted, so it cannot tell which invoices are new/,
		);
	});

	it('of a newer version of this package', () => {
		expect(() => deserialize({ version: 2, invoices: [] })).toThrow(/from a newer version/);
	});

	it('names a way out', () => {
		const details = {
			hint: expect.stringMatching(/replace this trigger with a new one .* publish the workflow/),
		};
		expect(() => deserialize({})).toThrow(expect.objectContaining({ details }));
	});
});
