import * as fc from 'fast-check';
import type { Invoice } from '../../../nodes/shared/invoice/invoice';
import { Overlaps } from '../../../nodes/shared/polling/overlap';
import {
	type EventName,
	type PollResult,
	type Lists,
	type Store,
	WHOLE_AFTER_MS,
	type Watch,
	pollInvoices,
} from '../../../nodes/shared/polling/poll';

const HOUR = 3_600_000;
const START = 1_700_000_000_000;

const watching = (event: EventName, more: Partial<Watch> = {}): Watch => ({
	event,
	source: 'acme',
	view: 'all',
	emitExisting: false,
	includeDrafts: false,
	...more,
});

const invoice = (id: string, content = 0, status = 'open') =>
	({ dedupeKey: `vendor:-:${id}`, contentHash: `${id}/${content}/${status}`, status }) as Invoice;

const idOf = ({ dedupeKey }: Invoice) => dedupeKey.split(':')[2];
const idsOf = ({ invoices }: PollResult) => invoices.map(idOf);
const listed = (...invoices: Invoice[]): Lists => ({ whole: async () => [...invoices] });
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Polls lists one after the other; the state is saved and loaded between them. */
async function pollAll(watch: Watch, ...lists: Lists[]): Promise<string[][]> {
	let store: Store = {};
	const told: string[][] = [];
	for (const list of lists) {
		store = copy(store);
		told.push(idsOf(await pollInvoices(store, watch, list, START)));
	}
	return told;
}

describe('invoiceCreated', () => {
	const created = watching('invoiceCreated');

	it('tells what appears, once', async () => {
		const [a, b] = [invoice('a'), invoice('b')];
		expect(await pollAll(created, listed(a), listed(a, b), listed(a, b))).toEqual([[], ['b'], []]);
	});

	it('asks at first for what is there to be saved, although it tells nothing', async () => {
		const store: Store = {};
		const first = await pollInvoices(store, created, listed(invoice('a')), START);
		expect(first).toMatchObject({ invoices: [], needsSaving: true });
		const quiet = await pollInvoices(store, created, listed(invoice('a')), START);
		expect(quiet).toMatchObject({ invoices: [], needsSaving: false });
	});

	it('does not tell what returns, or changes', async () => {
		const lists = [listed(invoice('a')), listed(), listed(invoice('a', 1))];
		expect(await pollAll(created, ...lists)).toEqual([[], [], []]);
	});

	it('tells what is there at first where that is wanted', async () => {
		const all = watching('invoiceCreated', { emitExisting: true });
		expect(await pollAll(all, listed(invoice('a')), listed(invoice('a')))).toEqual([['a'], []]);
	});

	it('does not tell what vanished from a later list as new', async () => {
		const [a, b] = [invoice('a'), invoice('b')];
		expect(await pollAll(created, listed(a, b), listed(b), listed(b, a))).toEqual([[], [], []]);
	});
});

describe('invoices that share a key', () => {
	const created = watching('invoiceCreated');
	const changed = watching('invoiceChanged');
	const paid = watching('invoicePaid');
	const [first, second, third] = [1, 2, 3].map((content) => invoice('a', content));

	it('are all told', async () => {
		expect(await pollAll(created, listed(), listed(first, second))).toEqual([[], ['a', 'a']]);
	});

	/** Polls lists one after the other; returns the content hashes of what is returned. */
	async function contents(watch: Watch, ...lists: Invoice[][]) {
		const store: Store = {};
		const told: string[][] = [];
		for (const list of lists) {
			const { invoices } = await pollInvoices(store, watch, listed(...list), START);
			told.push(invoices.map(({ contentHash }) => contentHash));
		}
		return told;
	}

	it('are told when they appear later, each once', async () => {
		const lists = [[first], [second, first], [first, second], [first, third, second], [third]];
		expect(await contents(created, ...lists, [second])).toEqual([
			[],
			[second.contentHash],
			[],
			[third.contentHash],
			[],
			[],
		]);
	});

	it('have not changed when another one appears, vanishes or returns', async () => {
		const lists = [[first], [second, first], [second], [first], [second, first]];
		expect(await contents(changed, ...lists)).toEqual([[], [], [], [], []]);
	});

	it('have not changed when one returns that was gone while another one changed', async () => {
		const lists = [[first, second], [second], [third], [first, third]];
		expect(await contents(changed, ...lists)).toEqual([[], [], [third.contentHash], []]);
	});

	it('are told when one of them changes, and only that one', async () => {
		const lists = [
			[first, second],
			[third, second],
		];
		expect(await contents(changed, ...lists)).toEqual([[], [third.contentHash]]);
		expect(await contents(created, ...lists)).toEqual([[], []]);
	});

	it('are all told where one appears while another one changes', async () => {
		const fourth = invoice('a', 4);
		const lists = [
			[first, second],
			[first, third, fourth],
		];
		const told = [third.contentHash, fourth.contentHash];
		expect(await contents(created, ...lists)).toEqual([[], told]);
		expect(await contents(changed, ...lists)).toEqual([[], told]);
	});

	it('are each told when they are paid', async () => {
		const [one, two] = [1, 2].map((content) => invoice('a', content, 'paid'));
		expect(await contents(paid, [first], [one, second], [one, two], [two])).toEqual([
			[],
			[one.contentHash],
			[two.contentHash],
			[],
		]);
	});

	it('are found although only one of them is among the newest', async () => {
		const store: Store = {};
		const whole = async () => [first, second];
		await pollInvoices(store, created, listed(first), START);
		const lists = { newest: async () => [second], whole };
		const { invoices } = await pollInvoices(store, created, lists, START + HOUR);
		expect(invoices).toEqual([second]);
	});

	it('may be as many as a list can hold', async () => {
		const many = Array.from({ length: 100_000 }, (_, content) => invoice('a', content));
		const store: Store = {};
		await pollInvoices(store, created, listed(...many.slice(1)), START);
		const { invoices } = await pollInvoices(store, created, { whole: async () => many }, START);
		expect(invoices).toEqual([many[0]]);
	});
});

describe('drafts', () => {
	const created = watching('invoiceCreated');
	const [a] = [invoice('a')];
	const draft = (content = 0) => invoice('a', content, 'draft');

	it('are told when they are issued, with the content that they have then', async () => {
		const store: Store = {};
		const told: Invoice[][] = [];
		for (const list of [[draft()], [draft(1)], [invoice('a', 2)], [invoice('a', 2)]]) {
			told.push((await pollInvoices(store, created, listed(...list), START)).invoices);
		}
		expect(told).toEqual([[], [], [invoice('a', 2)], []]);
	});

	it('are told once more where they are wanted', async () => {
		const all = watching('invoiceCreated', { includeDrafts: true });
		const lists = [[], [draft()], [draft(1)], [a], [a]].map((list) => listed(...list));
		expect(await pollAll(all, ...lists)).toEqual([[], ['a'], [], ['a'], []]);
	});

	it('change only where they are wanted', async () => {
		const lists = [[draft()], [draft(1)], [a], [invoice('a', 1)]].map((list) => listed(...list));
		expect(await pollAll(watching('invoiceChanged'), ...lists)).toEqual([[], [], [], ['a']]);
		const all = watching('invoiceChanged', { includeDrafts: true });
		expect(await pollAll(all, ...lists)).toEqual([[], ['a'], [], ['a']]);
	});

	it('that vanish leave nothing behind', async () => {
		expect(await pollAll(created, listed(draft()), listed(), listed(a))).toEqual([[], [], ['a']]);
	});

	it('alone among the newest say nothing of the rest', async () => {
		const store: Store = {};
		await pollInvoices(store, created, listed(draft()), START);
		const lists = { newest: async () => [draft()], whole: async () => [a] };
		const { invoices } = await pollInvoices(store, created, lists, START + HOUR);
		expect(invoices).toEqual([a]);
	});
});

describe('invoiceChanged', () => {
	const changed = watching('invoiceChanged');

	it('tells each change, also one back', async () => {
		const lists = [0, 1, 0, 0].map((content) => listed(invoice('a', content)));
		expect(await pollAll(changed, ...lists)).toEqual([[], ['a'], ['a'], []]);
	});

	it('tells a change that was made while the invoice was gone', async () => {
		const lists = [listed(invoice('a')), listed(), listed(invoice('a', 1))];
		expect(await pollAll(changed, ...lists)).toEqual([[], [], ['a']]);
	});

	it('does not tell what appears, but asks for it to be saved', async () => {
		const store: Store = {};
		await pollInvoices(store, changed, listed(), START);
		const finding = await pollInvoices(store, changed, listed(invoice('a')), START);
		expect(finding).toMatchObject({ invoices: [], needsSaving: true });
		const quiet = await pollInvoices(store, changed, listed(invoice('a')), START);
		expect(quiet).toMatchObject({ invoices: [], needsSaving: false });
	});

	it('does not depend on the order of invoices that share a key', async () => {
		const [euro, dollar] = [invoice('a', 1), invoice('a', 2)];
		expect(await pollAll(changed, listed(euro, dollar), listed(dollar, euro))).toEqual([[], []]);
	});
});

describe('invoicePaid', () => {
	const paid = watching('invoicePaid');

	it('tells what becomes paid, and what appears paid, once', async () => {
		const lists = [
			listed(invoice('a')),
			listed(invoice('a', 0, 'paid'), invoice('b', 0, 'paid')),
			listed(invoice('a'), invoice('b', 1, 'paid')),
			listed(invoice('a', 0, 'paid')),
		];
		expect(await pollAll(paid, ...lists)).toEqual([[], ['a', 'b'], [], []]);
	});
});

describe('another list', () => {
	const created = watching('invoiceCreated');
	const [a, b, c] = ['a', 'b', 'c'].map((id) => invoice(id));

	it.each<[string, Partial<Watch>]>([
		['of another account', { source: 'other' }],
		['under other filters', { view: 'some' }],
	])('%s is recorded and not told', async (_, other) => {
		const store: Store = {};
		await pollInvoices(store, created, listed(a), START);
		const watch = watching('invoiceCreated', other);
		expect(await pollInvoices(store, watch, listed(a, b), START)).toMatchObject({
			invoices: [],
			beginning: 'anew',
			needsSaving: true,
		});
		expect(idsOf(await pollInvoices(store, watch, listed(a, b, c), START))).toEqual(['c']);
	});

	it('is told where existing ones are wanted, but nothing twice under other filters', async () => {
		const store: Store = {};
		const all = watching('invoiceCreated', { emitExisting: true });
		await pollInvoices(store, all, listed(a), START);
		const some = { ...all, view: 'some' };
		expect(idsOf(await pollInvoices(store, some, listed(a, b), START))).toEqual(['b']);
		expect(idsOf(await pollInvoices(store, all, listed(a, b, c), START))).toEqual(['c']);
	});

	it('of another account is told although the numbers are the same', async () => {
		const store: Store = {};
		const all = watching('invoiceCreated', { emitExisting: true });
		await pollInvoices(store, all, listed(a), START);
		const other = { ...all, source: 'other' };
		expect(idsOf(await pollInvoices(store, other, listed(a), START))).toEqual(['a']);
	});

	it('is the same one for another event, of which nothing is known yet', async () => {
		const store: Store = {};
		await pollInvoices(store, created, listed(a), START);
		const paid = watching('invoicePaid');
		await pollInvoices(store, paid, listed(a), START);
		const list = listed(invoice('a', 0, 'paid'));
		expect(idsOf(await pollInvoices(store, paid, list, START))).toEqual(['a']);
	});
});

describe('what a poll reads', () => {
	const [old, late, recent] = ['old', 'late', 'recent'].map((id) => invoice(id));

	/** Polls twice, the second time `after` the first, and gives what the second one read. */
	async function secondPoll(event: EventName, after: number, newest: Invoice[], all: Invoice[]) {
		const store: Store = {};
		const read: string[] = [];
		await pollInvoices(store, watching(event), listed(old), START);
		const lists: Lists = {
			newest: async () => (read.push('newest'), newest),
			whole: async () => (read.push('whole'), all),
		};
		const finding = await pollInvoices(store, watching(event), lists, START + after);
		return { read, told: idsOf(finding) };
	}

	it('is only the newest where these show nothing', async () => {
		const second = await secondPoll('invoiceCreated', HOUR, [old], [late, old]);
		expect(second).toEqual({ read: ['newest'], told: [] });
	});

	it('is all where the newest show something', async () => {
		const second = await secondPoll('invoiceCreated', HOUR, [recent, old], [late, old, recent]);
		expect(second).toEqual({ read: ['newest', 'whole'], told: ['late', 'recent'] });
	});

	it.each([
		['after a day', WHOLE_AFTER_MS],
		['after the clock was put back', -1],
	])('is all %s', async (_, after) => {
		const second = await secondPoll('invoiceCreated', after, [old], [late, old]);
		expect(second).toEqual({ read: ['whole'], told: ['late'] });
	});

	it.each<EventName>(['invoiceChanged', 'invoicePaid'])('is all for %s', async (event) => {
		const second = await secondPoll(event, HOUR, [old], [old]);
		expect(second).toEqual({ read: ['whole'], told: [] });
	});
});

describe('polls that overlap', () => {
	const changed = watching('invoiceChanged');

	it('tell an invoice once', async () => {
		const store: Store = {};
		const watch = watching('invoiceCreated');
		await pollInvoices(store, watch, listed(), START);
		const list = listed(invoice('a'));
		const both = await Promise.all([
			pollInvoices(store, watch, list, START),
			pollInvoices(store, watch, list, START),
		]);
		expect(both.flatMap(idsOf)).toEqual(['a']);
	});

	/** Begins a poll whose list comes later; gives what ends it. */
	function slowPoll(store: Store, now: number, ...invoices: Invoice[]) {
		let arrive = () => {};
		const arrival = new Promise<void>((resolve) => (arrive = resolve));
		const whole = async () => {
			await arrival;
			return invoices;
		};
		const poll = pollInvoices(store, changed, { whole }, now);
		return async () => {
			arrive();
			return await poll;
		};
	}

	it('tell a change once, although the older list comes last', async () => {
		const store: Store = {};
		await pollInvoices(store, changed, listed(invoice('a', 1)), START);
		const endOlder = slowPoll(store, START + 1, invoice('a', 1));
		const endNewer = slowPoll(store, START + 2, invoice('a', 2));
		expect((await endNewer()).invoices).toEqual([invoice('a', 2)]);
		const saved = copy(store);
		expect(await endOlder()).toMatchObject({ invoices: [], needsSaving: false });
		expect(store).toEqual(saved);
		const next = await pollInvoices(store, changed, listed(invoice('a', 2)), START + 3);
		expect(next.invoices).toEqual([]);
	});

	it('tell nothing old where the one that began first has read last', async () => {
		const store: Store = {};
		await pollInvoices(store, changed, listed(invoice('a', 1)), START);
		const endFirst = slowPoll(store, START + 1, invoice('a', 2));
		const endSecond = slowPoll(store, START + 2, invoice('a', 1));
		expect((await endFirst()).invoices).toEqual([invoice('a', 2)]);
		expect((await endSecond()).invoices).toEqual([]);
		const next = await pollInvoices(store, changed, listed(invoice('a', 3)), START + 3);
		expect(next.invoices).toEqual([invoice('a', 3)]);
	});

	it('are one thing, a clock that was put back another', async () => {
		const store: Store = {};
		await pollInvoices(store, changed, listed(invoice('a', 1)), START);
		const { invoices } = await pollInvoices(
			store,
			changed,
			listed(invoice('a', 2)),
			START - 1000 * HOUR,
		);
		expect(invoices).toEqual([invoice('a', 2)]);
	});

	it('and began before the very first one ended change nothing', async () => {
		const store: Store = {};
		const endOlder = slowPoll(store, START, invoice('a', 1));
		await pollInvoices(store, changed, listed(invoice('a', 2)), START + 1);
		expect((await endOlder()).beginning).toBeNull();
		const next = await pollInvoices(store, changed, listed(invoice('a', 2)), START + 2);
		expect(next.invoices).toEqual([]);
	});
});

describe('polls that overlap in any way', () => {
	interface Bill {
		id: string;
		key: string;
		version: number;
		isDraft: boolean;
	}
	type Step = ['appear' | 'change' | 'issue' | 'vanish' | 'begin' | 'read' | 'end', number];
	const steps = fc.array(
		fc.tuple(
			fc.constantFrom('appear', 'change', 'issue', 'vanish', 'begin', 'read', 'end', 'end'),
			fc.nat(20),
		) as fc.Arbitrary<Step>,
		{ maxLength: 60 },
	);
	const asInvoice = ({ id, key, version, isDraft }: Bill) =>
		({
			id,
			dedupeKey: `vendor:-:${key}`,
			contentHash: `${id}/${version}`,
			status: isDraft ? 'draft' : 'open',
		}) as Invoice;

	/** Lives through a history with up to three polls at a time; gives the contents told, in order. */
	async function toldIn(history: Step[], watch: Watch, keys: number): Promise<[string[], Bill[]]> {
		const store: Store = {};
		const bills: Bill[] = [];
		const told: string[] = [];
		const running: Array<{ read: () => void; end: () => Promise<void> }> = [];
		let now = START;
		const begin = () => {
			let snapshot: Invoice[] | undefined;
			let arrive = () => {};
			const arrival = new Promise<void>((resolve) => (arrive = resolve));
			const read = () => (snapshot ??= bills.map(asInvoice));
			const whole = async () => {
				await arrival;
				return read();
			};
			const poll = pollInvoices(store, watch, { whole }, now++);
			const end = async () => {
				arrive();
				for (const { contentHash } of (await poll).invoices) told.push(contentHash);
			};
			running.push({ read, end });
		};
		begin();
		await running.pop()?.end();
		for (const [step, place] of history) {
			const bill = bills[place % (bills.length + 1)];
			const poll = running[place % (running.length + 1)];
			if (step === 'appear') {
				const id = String(bills.length + place * 1000 + now * 1e6);
				const key = keys === 0 ? id : String(place % keys);
				bills.push({ id, key, version: 0, isDraft: place % 3 === 0 });
			} else if (step === 'change' && bill) bill.version++;
			else if (step === 'issue' && bill) bill.isDraft = false;
			else if (step === 'vanish' && bill) bills.splice(bills.indexOf(bill), 1);
			else if (step === 'begin' && running.length < 3) begin();
			else if (step === 'read') poll?.read();
			else if (step === 'end' && poll) {
				running.splice(running.indexOf(poll), 1);
				await poll.end();
			}
			now++;
		}
		for (const { end } of running.splice(0)) await end();
		begin();
		await running.pop()?.end();
		return [told, bills];
	}

	it('tell each bill once, when it is issued', async () => {
		await fc.assert(
			fc.asyncProperty(steps, async (history) => {
				const [told, bills] = await toldIn(history, watching('invoiceCreated'), 0);
				const ids = told.map((content) => content.split('/')[0]);
				expect(new Set(ids).size).toBe(ids.length);
				const issued = bills.filter(({ isDraft }) => !isDraft);
				expect(ids).toEqual(expect.arrayContaining(issued.map(({ id }) => id)));
			}),
			{ seed: 3, numRuns: 1500 },
		);
	});

	it('tell no content twice where keys are shared, and leave none out', async () => {
		await fc.assert(
			fc.asyncProperty(steps, async (history) => {
				const withoutLoss = history.filter(([step]) => step !== 'vanish' && step !== 'change');
				const [told, bills] = await toldIn(withoutLoss, watching('invoiceCreated'), 2);
				expect(new Set(told).size).toBe(told.length);
				const issued = bills.filter(({ isDraft }) => !isDraft).map(asInvoice);
				expect(told.sort()).toEqual(issued.map(({ contentHash }) => contentHash).sort());
			}),
			{ seed: 4, numRuns: 1500 },
		);
	});

	it('tell a new invoice once where each has a copy of the memory, and lose none', async () => {
		const [a, b, c] = ['a', 'b', 'c'].map((id) => invoice(id));
		const created = watching('invoiceCreated');
		const store: Store = {};
		await pollInvoices(store, created, listed(a), START);
		const overlaps = new Overlaps();
		const poll = async (from: Store, ...invoices: Invoice[]) =>
			await pollInvoices(from, created, listed(...invoices), START + 1, (memory) =>
				overlaps.isFirst('trigger', memory, START + 1),
			);
		const [quick, slow] = [copy(store), copy(store)];
		expect(idsOf(await poll(quick, a, b))).toEqual(['b']);
		expect(await poll(slow, a, b, c)).toMatchObject({ invoices: [], needsSaving: false });
		expect(slow).toEqual(store);
		expect(idsOf(await poll(quick, a, b, c))).toEqual(['c']);
	});

	it('tell no change that is older than one they have told', async () => {
		await fc.assert(
			fc.asyncProperty(steps, async (history) => {
				const [told] = await toldIn(history, watching('invoiceChanged'), 0);
				const last = new Map<string, number>();
				for (const content of told) {
					const [id, version] = content.split('/');
					expect(Number(version)).toBeGreaterThan(last.get(id) ?? -1);
					last.set(id, Number(version));
				}
			}),
			{ seed: 5, numRuns: 1500 },
		);
	});
});

/** A vendor, and n8n with one active trigger: what is saved, and what only lives until a restart. */
class World {
	/** The newest last. */
	list: string[] = ['0', '1', '2'];
	readonly gone: string[] = [];
	readonly content = new Map<string, number>();
	readonly paid = new Set<string>();
	readonly told: string[] = [];
	now = START;
	/** What polls saw: id → content, as it was when it was last there. */
	private readonly seen = new Map<string, string>();
	private live: Store = {};
	private saved: Store = {};
	private next = 3;

	constructor(readonly watch: Watch) {}

	appear(place: number): void {
		const id = String(this.next++);
		this.list.splice(place % (this.list.length + 1), 0, id);
	}

	vanish(place: number): void {
		this.gone.push(...this.list.splice(place % (this.list.length + 1), 1));
	}

	reappear(place: number): void {
		const id = this.gone.splice(place % (this.gone.length + 1), 1);
		this.list.splice(place % (this.list.length + 1), 0, ...id);
	}

	change(place: number): void {
		const id = this.list[place % (this.list.length + 1)];
		if (id !== undefined) this.content.set(id, (this.content.get(id) ?? 0) + 1);
	}

	pay(place: number): void {
		const id = this.list[place % (this.list.length + 1)];
		if (id !== undefined) this.paid.add(id);
	}

	/** n8n saves what a trigger remembers when it executes the workflow; not every n8n does otherwise. */
	async poll(fails = false): Promise<void> {
		this.now += HOUR;
		const invoices = this.list.map((id) => this.invoiceOf(id));
		const lists: Lists = {
			newest: async () => invoices.slice(-2).reverse(),
			whole: async () => {
				if (fails) throw new Error('the vendor is in trouble');
				return invoices;
			},
		};
		const finding = await pollInvoices(this.live, this.watch, lists, this.now).catch(() => null);
		if (finding === null) return;
		this.expectChanges(finding, invoices);
		this.told.push(...idsOf(finding));
		if (finding.invoices.length > 0 || finding.needsSaving) {
			this.saved = copy(this.live);
		}
	}

	async restart(): Promise<void> {
		this.live = copy(this.saved);
		await this.poll();
	}

	private invoiceOf(id: string): Invoice {
		return invoice(id, this.content.get(id), this.paid.has(id) ? 'paid' : 'open');
	}

	/** Each poll tells exactly those whose content is another one than when it was last seen. */
	private expectChanges(finding: PollResult, invoices: Invoice[]): void {
		if (this.watch.event !== 'invoiceChanged') return;
		const changed = invoices.filter((each) => {
			const before = this.seen.get(idOf(each));
			return before !== undefined && before !== each.contentHash;
		});
		expect(idsOf(finding)).toEqual(changed.map(idOf));
		for (const each of invoices) this.seen.set(idOf(each), each.contentHash);
	}
}

type Step =
	| 'appear'
	| 'vanish'
	| 'reappear'
	| 'change'
	| 'pay'
	| 'poll'
	| 'fail'
	| 'restart'
	| 'wait';
const STEPS: Step[] = [
	'appear',
	'vanish',
	'reappear',
	'change',
	'pay',
	'poll',
	'fail',
	'restart',
	'wait',
];

async function live(world: World, history: Array<[Step, number]>): Promise<void> {
	await world.poll();
	for (const [step, place] of history) {
		if (step === 'poll') await world.poll();
		else if (step === 'fail') await world.poll(true);
		else if (step === 'restart') await world.restart();
		else if (step === 'wait') world.now += place * HOUR;
		else world[step](place);
	}
	world.now += WHOLE_AFTER_MS;
	await world.poll();
}

describe('whatever happens, over restarts and failures', () => {
	const histories = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.nat(30)), { maxLength: 40 });
	const expectEach = async (event: EventName, expected: (world: World) => string[]) =>
		await fc.assert(
			fc.asyncProperty(histories, async (history) => {
				const world = new World(watching(event));
				await live(world, history);
				expect(new Set(world.told).size).toBe(world.told.length);
				expect(world.told).toEqual(expect.arrayContaining(expected(world)));
			}),
			{ seed: 7, numRuns: 2000 },
		);
	const FIRST = ['0', '1', '2'];

	it('each invoice that appears is told exactly once, those of the first poll never', async () => {
		await expectEach('invoiceCreated', (world) => {
			expect(world.told).not.toEqual(expect.arrayContaining([expect.stringMatching(/^[012]$/)]));
			return world.list.filter((id) => !FIRST.includes(id));
		});
	});

	it('each invoice that is paid is told exactly once', async () => {
		await expectEach('invoicePaid', (world) => world.list.filter((id) => world.paid.has(id)));
	});

	it('each change is told by the next poll, and by no other', async () => {
		await fc.assert(
			fc.asyncProperty(histories, async (history) => {
				await live(new World(watching('invoiceChanged')), history);
			}),
			{ seed: 7, numRuns: 2000 },
		);
	});
});
