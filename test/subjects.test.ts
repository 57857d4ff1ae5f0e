/** What fails says which invoice or account it is about; and what a run has left out, it says in a hint. */
import {
	type Json,
	OPERATIONS,
	VENDORS,
	type Result,
	byId,
	jsonOf,
	listOf,
	rows,
	setUp,
	vendorRows,
} from './support';
import { newOn } from './onlyNew';
import { once, secretsOn } from './secrets';
import { triggersOn } from './triggers';

const stage = setUp();
const { run } = newOn(stage);
const { trigger } = triggersOn(stage);
const always = { times: Infinity };
const onError = 'continueRegularOutput' as const;

/** Those that ask for one invoice. */
const SINGLE = OPERATIONS.filter(({ kind }) => kind === 'get' || kind === 'pdf');
const BY_ACCOUNT = VENDORS.filter(({ parameters }) => parameters.accountId !== undefined);

describe('a failure names the invoice', () => {
	const table = rows(SINGLE);

	it.each(table)('%s', async (_, operation) => {
		const { value } = operation.parameters(stage.sandbox).invoiceId;
		for (const fault of [{ kind: 'status', status: 500 }, { kind: 'reset' }, { kind: 'html' }]) {
			stage.sandbox.clearFaults();
			stage.spoil(operation, { ...fault, ...always });
			const { error } = await stage.perform(operation, { maxRetries: 1 });
			expect(error.message).toContain(`invoice "${value}"`);
			expect(error.message).not.toMatch(/\. \(|\.\.$/);
			expect(error.context.itemIndex).toBe(0);
		}
	});

	it.each(rows(SINGLE.filter(({ kind }) => kind === 'pdf')))(
		'%s: the one that is asked for, where an expression never gives the same twice',
		async (_, { vendor, ...operation }) => {
			const parameters = operation.parameters(stage.sandbox);
			const { mode } = parameters.invoiceId;
			stage.sandbox.addFault({ vendor: vendor.type, kind: 'status', status: 400, ...always });
			stage.sandbox.clearRequests();
			const value = "={{ 'A-' + String(Math.random()).slice(2) }}";
			const { error } = await stage.run(vendor, {
				...parameters,
				...byId(value, mode),
				options: once,
			});
			const [, id] = /invoice "(A-\d+)"/.exec(error.message)!;
			expect(stage.sandbox.requests.at(-1)!.path).toContain(id);
		},
	);

	const named = vendorRows(VENDORS.filter(({ answers }) => answers.wrong.length > 0));

	it.each(named)('%s: once, where the message names it already', async (_, vendor) => {
		const { invoiceId, body, message } = vendor.answers.wrong[0];
		stage.answer(vendor, body);
		const { error } = await stage.read(vendor, 'get', invoiceId);
		expect(error.message).toBe(message);
	});

	it.each(table)(
		'%s: item by item where the node continues',
		async (_, { vendor, ...operation }) => {
			const parameters = operation.parameters(stage.sandbox);
			const { mode } = parameters.invoiceId;
			stage.sandbox.addFault({ vendor: vendor.type, kind: 'status', status: 400, ...always });
			const input = ['A-1', 'A-2', 'A-3'].map((id) => ({ json: { id } }));
			const result = await stage.run(
				vendor,
				{ ...parameters, ...byId('={{ $json.id }}', mode) },
				{ input, onError },
			);
			expect(result.items.map(({ json }) => json.error)).toEqual(
				['A-1', 'A-2', 'A-3'].map((id) => expect.stringContaining(`invoice "${id}"`)),
			);
			expect(result.items.map(({ pairedItem }) => pairedItem)).toEqual(
				[0, 1, 2].map((item) => ({ item })),
			);
		},
	);

	it.each(table)(
		'%s: a long id is cut, a secret in it redacted',
		async (_, { vendor, ...operation }) => {
			const { secretOf } = secretsOn(stage);
			const parameters = operation.parameters(stage.sandbox);
			const { mode } = parameters.invoiceId;
			stage.sandbox.addFault({ vendor: vendor.type, kind: 'status', status: 400, ...always });
			const of = async (value: string) =>
				await stage.run(vendor, { ...parameters, ...byId(value, mode), options: once });
			const long = await of('A'.repeat(190));
			expect(long.error.message).toContain(`invoice "${'A'.repeat(100)}…"`);
			const secret = await of(secretOf(vendor));
			expect(secret.error.message).toContain('invoice "***"');
			expect(secret.error.message).not.toContain(secretOf(vendor));
		},
	);
});

describe.each(vendorRows(BY_ACCOUNT))('a failure names the account, %s', (_name, vendor) => {
	const account = `account "${String(vendor.parameters.accountId)}"`;

	it.each(['getAll', 'getUnpaid'])('%s', async (operation) => {
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'status', status: 400, ...always });
		const { error } = await stage.read(vendor, operation);
		expect(error.message).toContain(`(${account})`);
	});

	it('get, beside the invoice', async () => {
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'status', status: 400, ...always });
		const { error } = await stage.read(vendor, 'get', byId('A-1', vendor.ways[0].mode));
		expect(error.message).toContain(`(${account}, invoice "A-1")`);
	});

	it('an incomplete list, and the hint where it is returned', async () => {
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'total', delta: 3, ...always });
		const { error } = await stage.read(vendor, 'getAll');
		expect(error.message).toContain(account);
		const options = { ifIncomplete: 'continue' };
		expect(hintsOf(await stage.read(vendor, 'getAll', { options }))).toEqual([
			{ type: 'warning', message: expect.stringContaining(account) },
		]);
	});

	it('the trigger', async () => {
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'status', status: 400, ...always });
		await expect(trigger(vendor).poll()).rejects.toThrow(account);
	});
});

/** What n8n shows on the node after a run. */
function hintsOf({ runData }: Result): Json[] {
	const [[task]] = Object.entries(runData)
		.filter(([name]) => name !== 'Start')
		.map(([, tasks]) => tasks);
	const hints = (task.hints ?? []) as Json[];
	return hints.map(({ type, message }) => ({ type, message }));
}

describe('If List Is Incomplete: Continue', () => {
	const options = { ifIncomplete: 'continue' };
	const table = vendorRows(VENDORS.filter(({ statesTotal }) => statesTotal));
	const outputs = [
		{ output: 'simplified' },
		{ output: 'full' },
		{ output: 'lineItems' },
		{ output: 'selectedFields', fields: ['warnings'] },
		{ output: 'raw' },
	];

	it.each(table)('%s: marks what is returned, and hints at it', async (_, vendor) => {
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'total', delta: 3, ...always });
		for (const output of outputs) {
			const result = await stage.read(vendor, 'getAll', { ...output, options });
			expect(result.items.length).toBeGreaterThan(1);
			const isMarked = ({ warnings }: Json) => String(warnings).includes('LIST_INCOMPLETE');
			expect(jsonOf(result).every(isMarked)).toBe(output.output !== 'raw');
			expect(hintsOf(result)).toEqual([
				{ type: 'warning', message: expect.stringMatching(/Could not retrieve the complete list/) },
			]);
		}
	});

	it.each(table)('%s: several items have one hint', async (_, vendor) => {
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'total', delta: 3, ...always });
		const result = await stage.read(vendor, 'getAll', { options }, { input: [{}, {}, {}] });
		expect(hintsOf(result)).toEqual([
			{ type: 'warning', message: expect.stringMatching(/2 other lists are also incomplete/) },
		]);
	});

	it.each(vendorRows())('%s: a list that is whole has none', async (_, vendor) => {
		expect(hintsOf(await stage.perform(listOf(vendor), options))).toEqual([]);
	});
});

describe('Line Items', () => {
	it.each(vendorRows())('%s: a limit that cuts an invoice says so', async (_, vendor) => {
		const all = jsonOf(await stage.read(vendor, 'getAll', { output: 'lineItems' }));
		const cut = all.findIndex(({ dedupeKey }, row) => dedupeKey === all[row + 1]?.dedupeKey);
		const limited = { output: 'lineItems', returnAll: false, limit: cut + 1 };
		expect(hintsOf(await stage.read(vendor, 'getAll', limited))).toEqual([
			{ type: 'warning', message: expect.stringContaining(`invoice "${all[cut].invoiceNumber}"`) },
		]);
		expect(hintsOf(await stage.read(vendor, 'getAll', { output: 'lineItems' }))).toEqual([]);
	});
});

describe('drafts that are left out', () => {
	const left = (count: number) => [
		{
			type: 'info',
			message: expect.stringMatching(
				new RegExp(`^${count} drafts? w(as|ere) left out.*"Include Drafts"`),
			),
		},
	];
	const vendor = VENDORS.find(({ type }) => type === 'carrierX')!;
	const including = { options: { includeDrafts: true } };

	beforeEach(async () => {
		const { bills } = await stage.ownSandbox();
		bills.open();
		stage.engine.processedItems.forget();
	});

	it.each(['full', 'raw'])('unpaid, %s', async (output) => {
		const unpaid = async (more: Json = {}, input: Json[] = [{}]) =>
			hintsOf(await stage.read(vendor, 'getUnpaid', { output, ...more }, { input }));
		expect(await unpaid()).toEqual(left(3));
		expect(await unpaid({}, [{}, {}])).toEqual(left(6));
		expect(await unpaid(including)).toEqual([]);
		expect(await unpaid({ filters: { status: ['open'] } })).toEqual([]);
	});

	it('new since the last run', async () => {
		expect(hintsOf(await run(vendor))).toEqual(left(3));
		expect(hintsOf(await run(vendor, including))).toEqual([]);
		const manual = hintsOf(await run(vendor, {}, { mode: 'manual', input: [{}, {}] }));
		expect(manual).toEqual([
			...left(6),
			{ type: 'info', message: expect.stringMatching(/^Manual executions return up to 50/) },
		]);
	});

	it('are no matter where all invoices are returned', async () => {
		expect(hintsOf(await stage.read(vendor, 'getAll'))).toEqual([]);
	});
});
