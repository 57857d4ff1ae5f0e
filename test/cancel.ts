/** Executions that are stopped while they run. */
import { createEngine } from './engine';
import {
	type Engine,
	type Json,
	type OperationOfTest,
	type Rest,
	type Result,
	type Sandbox,
	newSandbox,
	within,
} from './support';

/** Longer than any test lasts. */
const FOREVER = 600_000;
export const PROMPT_MS = 1000;

/** Smaller pages than any vendor's usual ones. */
export const small = { pageSize: 10 };

/** Answers that never come. */
export const slow = { kind: 'slow', ms: FOREVER, times: Infinity };

export const turn = async (milliseconds = 5): Promise<undefined> =>
	await within(milliseconds, new Promise<never>(() => {}));

export function expectStopped({ result, more }: { result?: Result; more: number }): void {
	expect({ ended: result !== undefined, more }).toEqual({ ended: true, more: 0 });
	expect(result?.status).toBe('canceled');
	// Where a node continues on fail, n8n hands its input on.
	expect(result?.items.filter(({ json }) => Object.keys(json).length > 0)).toEqual([]);
}

/**
 * Gives the tests of a file an engine in which whoever waits does so for as long as the test lasts,
 * and each test a sandbox of its own.
 */
export function setUpStops() {
	const stage = {
		engine: undefined as unknown as Engine,
		sandbox: undefined as unknown as Sandbox,
		start(
			{ vendor, parameters }: OperationOfTest,
			options: Json,
			rest: Rest = {},
			engine = stage.engine,
		): Promise<Result> {
			const { sandbox } = stage;
			return engine.runNode({
				type: vendor.type,
				parameters: { resource: 'invoice', output: 'raw', ...parameters(sandbox), options },
				credentials: { [vendor.credential]: sandbox.credentials[vendor.credential] },
				...rest,
			});
		},
		/** Stops a run when so many requests were made; returns what came of it and what was asked later. */
		async stopped(operation: OperationOfTest, after: number, options: Json, rest: Rest = {}) {
			const stop = new AbortController();
			const run = stage.start(operation, options, { ...rest, signal: stop.signal });
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
		},
	};
	const asked = () =>
		stage.sandbox.requests.filter(({ path }) => !path.endsWith('/oauth/token')).length;

	beforeAll(async () => {
		// Whoever waits here waits for as long as the test lasts, unless only others are let go first.
		stage.engine = await createEngine({
			sleep: async (milliseconds) => (milliseconds > 1 ? await new Promise(() => {}) : undefined),
		});
	});
	beforeEach(async () => {
		stage.sandbox = await newSandbox();
	});
	afterEach(async () => await stage.sandbox.stop());
	afterAll(() => stage.engine.close());

	return stage;
}
