/** A stopped execution ends at once: nothing more is asked, waited for, put out or remembered. */
import { createEngine } from './engine';
import {
	type Engine,
	type Json,
	type OperationOfTest,
	PAGED,
	PDFS,
	type Rest,
	type Result,
	type Sandbox,
	listOf,
	newSandbox,
	operationNamed,
	rows,
	vendorOf,
	vendorRows,
	within,
} from './support';

/** Longer than any test lasts. */
const FOREVER = 600_000;
const PROMPT_MS = 1000;

let engine: Engine;
let sandbox: Sandbox;

beforeAll(async () => {
	// Whoever waits here waits for as long as the test lasts, unless only others are let go first.
	engine = await createEngine({
		sleep: async (milliseconds) => (milliseconds > 1 ? await new Promise(() => {}) : undefined),
	});
});
beforeEach(async () => {
	sandbox = await newSandbox();
});
afterEach(async () => await sandbox.stop());
afterAll(() => engine.close());

const asked = () => sandbox.requests.filter(({ path }) => !path.endsWith('/oauth/token')).length;

const turn = async (milliseconds = 5) => await within(milliseconds, new Promise<never>(() => {}));

function start({ vendor, parameters }: OperationOfTest, options: Json, rest: Rest) {
	return engine.runNode({
		type: vendor.type,
		parameters: { resource: 'invoice', output: 'raw', ...parameters(sandbox), options },
		credentials: { [vendor.credential]: sandbox.credentials[vendor.credential] },
		...rest,
	});
}

/** Stops a run when so many requests were made, and gives what came of it and what was asked later. */
async function stopped(operation: OperationOfTest, after: number, options: Json, rest: Rest = {}) {
	const stop = new AbortController();
	const run = start(operation, options, { ...rest, signal: stop.signal });
	for (let turns = 0; asked() < after; turns++) {
		if (turns > 1000) throw new Error(`Only ${asked()} requests were made`);
		await turn();
	}
	// What was answered already may lead to another request.
	await turn(50);
	const before = asked();
	stop.abort();
	const result = await within(PROMPT_MS, run);
	await turn(50);
	return { result, more: asked() - before };
}

function expectStopped({ result, more }: { result?: Result; more: number }): void {
	expect({ ended: result !== undefined, more }).toEqual({ ended: true, more: 0 });
	expect(result?.status).toBe('canceled');
	// Where a node continues on fail, n8n hands its input on.
	expect(result?.items.filter(({ json }) => Object.keys(json).length > 0)).toEqual([]);
}

const small = { pageSize: 10 };
const slow = { kind: 'slow', ms: FOREVER, times: Infinity };

describe('a stopped execution ends at once', () => {
	it.each(vendorRows(PAGED))('%s: while answers are awaited', async (_, vendor) => {
		sandbox.addFault({ ...slow, vendor: vendor.type, after: 1 });
		expectStopped(await stopped(listOf(vendor), 2, small));
	});

	it('also where it continues on fail', async () => {
		const list = listOf(vendorOf('carrierX'));
		sandbox.addFault({ ...slow, vendor: 'carrierX', after: 1 });
		const onError = 'continueRegularOutput';
		expectStopped(await stopped(list, 2, small, { onError, input: [{}, {}, {}] }));
	});

	it.each(vendorRows(PAGED))('%s: while it waits as the vendor asks', async (_, vendor) => {
		sandbox.addFault({ kind: 'throttle', retryAfter: 100, vendor: vendor.type, times: Infinity });
		expectStopped(await stopped(listOf(vendor), 1, small));
	});

	it('between items', async () => {
		const get = operationNamed('Fastly: get');
		sandbox.addFault({ ...slow, vendor: 'fastly', after: 5 });
		const input = Array.from({ length: 40 }, () => ({}));
		expectStopped(await stopped(get, 6, {}, { input }));
	});

	it.each(rows(PDFS))('%s: while the file comes', async (_, operation) => {
		sandbox.addFault({ kind: 'stall', path: operation.path, times: Infinity });
		expectStopped(await stopped(operation, 2, {}));
	});
});

it('what a stopped execution would have returned counts as new the next time', async () => {
	const { parameters, ...list } = listOf(vendorOf('carrierX'));
	const byStatus = (of: Sandbox) => ({
		...parameters(of),
		onlyNew: 'new',
		filters: { query: '=status eq {{ $json.status }}' },
	});
	const [open, closed] = ['open', 'closed'].map((status) => ({ json: { status } }));
	const options = { ...small, parallelRequests: 16 };
	engine.processedItems.forget();
	// One item is done while a page of the other one is still on its way.
	sandbox.addFault({ ...slow, path: /closed.*offset=[1-9]/, times: Infinity });
	const operation = { ...list, parameters: byStatus } as OperationOfTest;
	const stop = await stopped(operation, 10, options, { input: [open, closed], mode: 'trigger' });
	expect(stop.result?.status).toBe('canceled');
	sandbox.clearFaults();
	const { items } = await start(operation, options, { input: [open], mode: 'trigger' });
	const expected = sandbox.data.carrierX.filter(({ status }: Json) => status === 'open');
	expect(items).toHaveLength(expected.length);
});

it('a run ends although a page that is no longer needed was told to wait', async () => {
	// Here who waits is let go on soon, behind the end of the run.
	const impatient = await createEngine({ sleep: async () => await turn(20) });
	sandbox.addFault({ kind: 'status', status: 400, path: 'offset=', after: 1 });
	sandbox.addFault({ kind: 'throttle', retryAfter: 3, path: 'offset=', after: 1 });
	sandbox.addFault({ kind: 'slow', ms: 150, path: 'offset=', after: 3, times: 1 });
	const { parameters, vendor } = listOf(vendorOf('carrierX'));
	const run = impatient.runNode({
		type: vendor.type,
		parameters: { resource: 'invoice', ...parameters(sandbox), options: small },
		credentials: { [vendor.credential]: sandbox.credentials[vendor.credential] },
		onError: 'continueRegularOutput',
	});
	const result = await within(PROMPT_MS, run);
	expect(result?.items).toHaveLength(1);
	expect(result?.items[0].json.error).toMatch(/^CarrierX answered 400/);
});
