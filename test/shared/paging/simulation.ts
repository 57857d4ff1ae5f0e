import { ReadFailure } from '../../../nodes/shared/errors';
import type { CursorPage } from '../../../nodes/shared/paging/cursor';
import { pageAt, pageFrom } from '../../../nodes/shared/paging/pages';
import type { Span, Window, Windows } from '../../../nodes/shared/paging/prefetch';

// Under jest each access to a global is slow, and these are used millions of times.
const { floor, imul } = Math;

/** Returns numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
}

/** Returns one of some values. */
export function pick<T>(random: () => number, values: readonly T[]): T {
	return values[floor(random() * values.length)];
}

export interface Entry {
	id: string;
	/** Where it stands in the list, for good. */
	rank: number;
	/** What an unstable list is sorted by: entries of one day have no order among themselves. */
	day: number;
}

export type Place = 'newest' | 'oldest' | 'middle' | 'anywhere';

/** How a list behaves while it is read. */
export interface Behavior {
	/** How many records it holds at first. */
	length: number;
	order: 'asc' | 'desc';
	/** More than one: records of the same day come in another order each time. */
	perDay: number;
	/** Where records come and go between two requests, and how many on average. */
	inserts: { place: Place; count: number } | null;
	removals: { place: Place; count: number } | null;
	/** Changes come in bursts: nothing for some requests, then all at once. */
	bursts: boolean;
	addressing: 'offset' | 'page';
	pageSize: number;
	/** The server returns no more than this at once, whatever was asked for. */
	cap: number;
	states: { total: boolean; more: boolean };
}

/** A read that takes more requests than this is taken for endless. */
const MAX_REQUESTS = 300;

/** A list on a server, which changes between two requests. */
export class ChangingList {
	/** Oldest first. */
	private entries: Entry[];

	private readonly atFirst: Entry[];

	private made = 0;

	requests = 0;

	constructor(
		readonly behavior: Behavior,
		private readonly random: () => number,
	) {
		const { length, perDay } = behavior;
		this.entries = Array.from({ length }, (_, index) => this.entry(index, floor(index / perDay)));
		this.atFirst = [...this.entries];
	}

	/** The ids of the records that are in the list from the first request to the latest one. */
	get remaining(): string[] {
		const ids = new Set(this.entries.map(({ id }) => id));
		return this.atFirst.map(({ id }) => id).filter((id) => ids.has(id));
	}

	/** How many requests a list that stands still takes, with pages laid side by side. */
	get fewestRequests(): number {
		const { length, pageSize, cap } = this.behavior;
		return Math.max(1, Math.ceil(length / Math.min(pageSize, cap)));
	}

	/** Has requests that are on their way together be answered in any order. */
	async delay(): Promise<void> {
		for (let ticks = floor(this.random() * 8); ticks > 0; ticks--) await null;
	}

	/** Answers one request, after the list has changed; `from` finds the first record wanted. */
	answer(from: (view: Entry[]) => number, count: number): { records: Entry[]; total: number } {
		if (this.requests > 0) this.change();
		if (++this.requests > 10 * MAX_REQUESTS) throw new Error('The read does not end');
		const view = this.view();
		const first = from(view);
		return { records: view.slice(first, first + count), total: view.length };
	}

	/** The list as the server sorts it for one answer. */
	private view(): Entry[] {
		const { order, perDay } = this.behavior;
		const view = perDay > 1 ? this.shuffledDays() : [...this.entries];
		return order === 'asc' ? view : view.reverse();
	}

	private shuffledDays(): Entry[] {
		const view = [...this.entries];
		let dayStart = 0;
		for (let index = 1; index < view.length; index++) {
			if (view[index].day !== view[dayStart].day) dayStart = index;
			const other = dayStart + floor(this.random() * (index - dayStart + 1));
			[view[index], view[other]] = [view[other], view[index]];
		}
		return view;
	}

	private change(): void {
		const { inserts, removals, bursts } = this.behavior;
		const burst = bursts ? (this.random() < 0.2 ? 5 : 0) : 1;
		if (removals) {
			for (let left = this.some(removals.count * burst); left > 0; left--) {
				this.entries.splice(this.index(removals.place, this.entries.length - 1), 1);
			}
		}
		if (inserts) {
			for (let left = this.some(inserts.count * burst); left > 0; left--) {
				const index = this.index(inserts.place, this.entries.length);
				this.entries.splice(index, 0, this.entryBefore(index));
			}
		}
	}

	/** A whole number with this average. */
	private some(average: number): number {
		return floor(average + this.random());
	}

	private index(place: Place, last: number): number {
		if (place === 'oldest') return 0;
		if (place === 'newest') return Math.max(0, last);
		const share = place === 'middle' ? 0.4 + this.random() * 0.2 : this.random();
		return Math.max(0, Math.min(last, floor(share * (last + 1))));
	}

	private entryBefore(index: number): Entry {
		const after = this.entries.at(index);
		const before = index > 0 ? this.entries[index - 1] : undefined;
		const low = before?.rank ?? (after?.rank ?? 0) - 2;
		const high = after?.rank ?? low + 2;
		return this.entry((low + high) / 2, (before ?? after)?.day ?? 0);
	}

	private entry(rank: number, day: number): Entry {
		return { id: `r${this.made++}`, rank, day };
	}
}

/** Asks the list for windows as the code of a vendor does: by offset, or by page number. */
export function windowsOf(list: ChangingList): Windows<Entry> {
	const { addressing, pageSize, cap, states } = list.behavior;
	let most = pageSize;
	return {
		spanAt: (position) =>
			addressing === 'offset' ? { offset: position, size: pageSize } : pageAt(position, most),
		exactlyAt: (position) =>
			addressing === 'offset' ? { offset: position, size: pageSize } : pageFrom(position, most),
		ask: async ({ offset, size }: Span): Promise<Window<Entry>> => {
			await list.delay();
			const given = Math.min(size, cap);
			if (addressing === 'offset') {
				const { records, total } = list.answer(() => offset, given);
				return windowFrom(offset, size, records, total);
			}
			// A server that caps pages says so, and counts its pages by the size it gives.
			if (given < size) most = given;
			const first = (offset / size) * given;
			const { records, total } = list.answer(() => first, given);
			return windowFrom(first, given, records, total);
		},
	};

	function windowFrom(offset: number, size: number, records: Entry[], total: number) {
		return {
			offset,
			size,
			records,
			total: states.total ? total : null,
			more: states.more ? offset + records.length < total : null,
		};
	}
}

/** Follows a cursor that names the last record given or, as some servers do, a mere position. */
export function cursorsOf(list: ChangingList, names: 'record' | 'position') {
	const { pageSize, cap, states, order } = list.behavior;
	return async (cursor: string | null): Promise<CursorPage<Entry>> => {
		let first = 0;
		const { records, total } = list.answer(
			(view) => {
				if (cursor !== null) first = names === 'position' ? Number(cursor) : behind(view, cursor);
				return first;
			},
			Math.min(pageSize, cap),
		);
		const end = first + records.length;
		const next = names === 'position' ? String(end) : String(records.at(-1)?.rank);
		return { records, next: end < total ? next : null, total: states.total ? total : null };
	};

	function behind(view: Entry[], cursor: string): number {
		const sign = order === 'asc' ? 1 : -1;
		const index = view.findIndex(({ rank }) => (rank - Number(cursor)) * sign > 0);
		return index === -1 ? view.length : index;
	}
}

export interface Outcome {
	/** Why the read was given up, or null. */
	gaveUp: string | null;
	/** Records that were in the list all the time and did not come. */
	lost: string[];
	/** Records that were returned more than once. */
	doubled: string[];
	requests: number;
	fewestRequests: number;
}

/** Why a read was given up; any other failure is one of the simulation. */
export function reasonOf(error: unknown): string {
	if (error instanceof ReadFailure && error.kind === 'incomplete') return error.message;
	throw error;
}

/** Reads a list and compares what was received with what had to be. */
export async function readAndCompare(
	list: ChangingList,
	read: (list: ChangingList) => AsyncIterable<Entry[]>,
): Promise<Outcome> {
	const received = new Set<string>();
	const doubled: string[] = [];
	let gaveUp: string | null = null;
	try {
		for await (const page of read(list)) {
			for (const { id } of page) {
				if (received.has(id)) doubled.push(id);
				received.add(id);
			}
			if (list.requests > MAX_REQUESTS) {
				gaveUp = `no end after ${MAX_REQUESTS} requests`;
				break;
			}
		}
	} catch (error) {
		gaveUp = reasonOf(error);
	}
	return {
		gaveUp,
		lost: gaveUp === null ? list.remaining.filter((id) => !received.has(id)) : [],
		doubled,
		requests: list.requests,
		fewestRequests: list.fewestRequests,
	};
}
