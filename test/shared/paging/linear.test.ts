import { type CursorPage, readByCursor } from '../../../nodes/shared/paging/cursor';
import type { Span, Window } from '../../../nodes/shared/paging/prefetch';
import { readSingleResponse } from '../../../nodes/shared/paging/single';
import { readWindows } from '../../../nodes/shared/paging/windows';

/* eslint-disable @n8n/community-nodes/no-restricted-globals -- this is no node */

const [FEW, MANY] = [50_000, 500_000];
const SIZE = 1000;

type KeyOf = (record: number) => string;

function slice(length: number, offset: number): number[] {
	const count = Math.max(0, Math.min(SIZE, length - offset));
	return Array.from({ length: count }, (_, index) => offset + index);
}

function byWindows(length: number, keyOf: KeyOf, total: number | null) {
	const ask = async ({ offset, size }: Span): Promise<Window<number>> => {
		return { offset, size, records: slice(length, offset), total, more: null };
	};
	const spanAt = (offset: number) => ({ offset, size: SIZE });
	return readWindows({ spanAt, ask }, keyOf, { parallel: 4, wanted: Infinity });
}

function byCursor(length: number, keyOf: KeyOf, total: number | null) {
	const pageAfter = async (cursor: string | null): Promise<CursorPage<number>> => {
		const records = slice(length, Number(cursor));
		const end = Number(cursor) + records.length;
		return { records, next: end < length ? String(end) : null, total };
	};
	return readByCursor(pageAfter, keyOf);
}

const READS: Array<[string, (length: number, keyOf: KeyOf) => AsyncIterable<number[]>, number]> = [
	['windows with a total', (length, keyOf) => byWindows(length, keyOf, length), 1.1],
	['windows without one', (length, keyOf) => byWindows(length, keyOf, null), 1.1],
	['a cursor with a total', (length, keyOf) => byCursor(length, keyOf, length), 1],
	['a cursor without one, read twice', (length, keyOf) => byCursor(length, keyOf, null), 2],
	[
		'one answer',
		(length, keyOf) =>
			readSingleResponse(
				async () => ({ records: Array.from({ length }, (_, index) => index), total: length }),
				keyOf,
			),
		1,
	],
];

describe.each(READS)('500,000 records by %s', (_, read, most) => {
	/** Reads a list, and returns how many keys were asked for and how much CPU time it took. */
	async function workFor(length: number) {
		let keys = 0;
		let received = 0;
		const before = process.cpuUsage();
		const keyOf = (record: number) => {
			keys++;
			return `#${record}`;
		};
		for await (const page of read(length, keyOf)) received += page.length;
		const { user, system } = process.cpuUsage(before);
		expect(received).toBe(length);
		return { keys, time: user + system };
	}

	test('take ten times the work of 50,000, not a hundred times', async () => {
		await workFor(FEW);
		const few = await workFor(FEW);
		const many = await workFor(MANY);
		expect(many.keys).toBeLessThanOrEqual(most * MANY);
		expect(many.keys / few.keys).toBeLessThan(11);
		expect(many.time / few.time).toBeLessThan(40);
	});
});
