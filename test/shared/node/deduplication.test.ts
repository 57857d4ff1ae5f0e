/* eslint-disable @n8n/community-nodes/no-restricted-globals -- this is no node */
/**
 * What is new, against a simple model: whatever appears, changes and goes, whichever choice is made,
 * and wherever n8n's store fails, nothing is lost and nothing is repeated.
 */
import * as fc from 'fast-check';
import type { IExecuteFunctions } from 'n8n-workflow';
import { groupBy } from '../../../nodes/shared/groupBy';
import type { Invoice } from '../../../nodes/shared/invoice/invoice';
import { type UnfilteredInvoices, deduplicateResults } from '../../../nodes/shared/node/onlyNew';
import type { DedupeMode } from '../../../nodes/shared/node/deduplication';
import { withoutDrafts } from '../../../nodes/shared/polling/identity';
import { createProcessedItems } from '../../engine/processedItems';

interface Bill {
	/** Tells it from others under the same key. */
	id: number;
	key: string;
	content: number;
	isDraft: boolean;
}

const invoiceOf = ({ id, key, content, isDraft }: Bill) =>
	({
		id: String(id),
		dedupeKey: key,
		contentHash: `hash-${id}-${content}`,
		status: isDraft ? 'draft' : 'open',
	}) as Invoice;

/** A node in an active workflow, with n8n's store. */
function createNode() {
	const store = createProcessedItems();
	const at = { workflow: { id: 'workflow' }, node: { id: 'node' } } as never;
	const context = {
		helpers: {
			checkProcessedAndRecord: async (items: string[], scope: 'node', mode: never) =>
				await store.deduplicator.checkProcessedAndRecord(items, scope, at, mode),
		},
		logger: { warn: () => {} },
	} as unknown as IExecuteFunctions;
	const run = async (mode: DedupeMode, ...lists: Invoice[][]) => {
		const results = lists.map(
			(invoices): UnfilteredInvoices => ({
				mode,
				invoices,
				itemsOf: async (returned) => returned.map((invoice) => ({ json: { ...invoice } as never })),
			}),
		);
		const items = await deduplicateResults(context, results);
		return items.map(({ json }) => json as unknown as Invoice);
	};
	return { store, run };
}

type Step =
	| { do: 'appear'; key: number; isDraft: boolean }
	| { do: 'change' | 'vanish' | 'return' | 'issue'; which: number }
	| { do: 'run'; choice: DedupeMode; includeDrafts: boolean; fails: 'before' | 'contents' | null };

const which = fc.nat(20);
const step = (keys: number): fc.Arbitrary<Step> =>
	fc.oneof(
		fc.record({ do: fc.constant('appear' as const), key: fc.nat(keys), isDraft: fc.boolean() }),
		fc.record({ do: fc.constantFrom('change', 'vanish', 'return', 'issue'), which }),
		fc.record({
			do: fc.constant('run' as const),
			choice: fc.constantFrom('new', 'newOrChanged'),
			includeDrafts: fc.boolean(),
			fails: fc.constantFrom(null, null, null, 'before', 'contents'),
		}),
	) as fc.Arbitrary<Step>;

/** A vendor, and what became of its bills. */
class World {
	readonly list: Bill[] = [];
	readonly gone: Bill[] = [];
	readonly node = createNode();
	private next = 0;

	/** @param isUnique whether each bill has a key of its own */
	constructor(private readonly isUnique: boolean) {}

	apply(step: Exclude<Step, { do: 'run' }>): void {
		if (step.do === 'appear') {
			const id = this.next++;
			const key = `vendor:-:${this.isUnique ? id : step.key}`;
			this.list.push({ id, key, content: 0, isDraft: step.isDraft });
			return;
		}
		const from = step.do === 'return' ? this.gone : this.list;
		const at = step.which % (from.length + 1);
		const bill = from[at];
		if (bill === undefined) return;
		if (step.do === 'change') bill.content++;
		if (step.do === 'issue') bill.isDraft = false;
		if (step.do === 'vanish') this.gone.push(...this.list.splice(at, 1));
		if (step.do === 'return') this.list.push(...this.gone.splice(at, 1));
	}

	/** Runs the node; null where it fails. */
	async run({ choice, includeDrafts, fails }: Extract<Step, { do: 'run' }>) {
		const { store, run } = this.node;
		const first = store.calls.length + 1;
		store.fail((call) => {
			if (fails === 'before') return call === first ? 'before' : undefined;
			return fails === 'contents' && call > first ? 'before' : undefined;
		});
		const listed = withoutDrafts(this.list.map(invoiceOf), includeDrafts);
		const returned = await run(choice, listed).catch(() => null);
		expect(returned === null).toBe(fails === 'before' && listed.length > 0);
		return returned === null ? null : { listed, returned };
	}
}

const identityOf = ({ id, status }: Invoice) => `${id} ${status}`;
const keyOf = ({ dedupeKey, status }: Invoice) => `${dedupeKey} ${status}`;
const contentOf = (invoice: Invoice) => `${identityOf(invoice)} ${invoice.contentHash}`;

describe('bills that have a key of their own', () => {
	it('are returned once for each key, or for each content, whichever is chosen when', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(step(3), { maxLength: 40 }), async (steps) => {
				const world = new World(true);
				const keys = new Set<string>();
				const contents = new Set<string>();
				for (const each of steps) {
					if (each.do !== 'run') {
						world.apply(each);
						continue;
					}
					const result = await world.run(each);
					if (result === null) continue;
					const { listed, returned } = result;
					const expected = listed.filter((invoice) =>
						each.choice === 'new'
							? !keys.has(identityOf(invoice))
							: !contents.has(contentOf(invoice)),
					);
					expect(returned.map(contentOf)).toEqual(expected.map(contentOf));
					for (const invoice of returned) {
						keys.add(identityOf(invoice));
						// What the store could not record is repeated when the choice changes, and not lost.
						const isUnrecorded = each.choice === 'new' && each.fails === 'contents';
						if (!isUnrecorded) contents.add(contentOf(invoice));
					}
				}
			}),
			{ seed: 1, numRuns: 1500 },
		);
	});
});

describe('bills that share keys', () => {
	it('are each returned, and none is repeated that stays as it is', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(step(2), { maxLength: 40 }), async (steps) => {
				const world = new World(false);
				const returned = new Set<string>();
				/** How many bills were known at once under a key. */
				const most = new Map<string, number>();
				for (const each of steps) {
					if (each.do !== 'run') {
						world.apply(each);
						continue;
					}
					const result = await world.run({ ...each, fails: null });
					const { listed, returned: now } = result!;
					const isAgain = now.filter((invoice) => returned.has(contentOf(invoice)));
					expect(isAgain).toEqual([]);
					for (const invoice of now) returned.add(contentOf(invoice));
					for (const [key, group] of groupBy(listed, keyOf)) {
						const known = most.get(key) ?? 0;
						most.set(key, Math.max(known, group.length));
						if (group.length > known || each.choice === 'newOrChanged') {
							expect(group.filter((invoice) => !returned.has(contentOf(invoice)))).toEqual([]);
						} else {
							expect(now.filter((invoice) => keyOf(invoice) === key)).toEqual([]);
						}
					}
				}
			}),
			{ seed: 1, numRuns: 1500 },
		);
	});

	it('and have the same content are both returned', async () => {
		const { run } = createNode();
		const [bill] = [invoiceOf({ id: 1, key: 'k', content: 0, isDraft: false })];
		expect(await run('new', [bill])).toHaveLength(1);
		expect(await run('new', [bill, { ...bill }])).not.toHaveLength(0);
		expect(await run('new', [bill, { ...bill }])).toEqual([]);
		expect(await run('newOrChanged', [bill, { ...bill }])).toEqual([]);
	});

	it('are all returned again rather than one lost, where the store fails on which is new', async () => {
		const { store, run } = createNode();
		const bills = [1, 2].map((id) => invoiceOf({ id, key: 'k', content: 0, isDraft: false }));
		await run('new', bills.slice(0, 1));
		store.fail((call) => (call === 4 ? 'before' : undefined));
		expect(await run('new', bills)).toEqual(bills);
	});
});

it('an invoice without number is known while it is paid, and new when it is numbered', async () => {
	const { run } = createNode();
	const unnumbered = { id: 1, key: 'vendor:-:computed', content: 0, isDraft: false };
	expect(await run('new', [invoiceOf(unnumbered)])).toHaveLength(1);
	expect(await run('new', [invoiceOf({ ...unnumbered, content: 1 })])).toEqual([]);
	expect(await run('new', [invoiceOf({ ...unnumbered, key: 'vendor:-:42' })])).toHaveLength(1);
});

describe('100,000 known invoices', () => {
	const invoices = Array.from({ length: 100_000 }, (_, id) => ({
		...invoiceOf({ id, key: `fastly:-:INV-${id}`, content: 0, isDraft: false }),
		contentHash: String(id).padStart(64, '0'),
	}));

	it.each<DedupeMode>(['new', 'newOrChanged'])('cost seconds, not minutes: %s', async (choice) => {
		const { store, run } = createNode();
		await run(choice, invoices);
		const before = process.cpuUsage();
		expect(await run(choice, invoices)).toEqual([]);
		const { user, system } = process.cpuUsage(before);
		// Usually less than one; a computer that has other work to do may take more.
		expect((user + system) / 1e6).toBeLessThan(3);
		expect(store.calls.every(({ name }) => name === 'check')).toBe(true);
	});
});
