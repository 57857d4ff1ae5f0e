/** Executions of CarrierX that end while a page which was asked for ahead is still on its way. */
import { PROMPT_MS, setUpStops, slow, small, turn } from '../cancel';
import { createEngine } from '../engine';
import {
	type Json,
	type OperationOfTest,
	type Result,
	type Sandbox,
	listOf,
	within,
} from '../support';
import { carrierX } from './carrierX';

const stage = setUpStops();

it('what a stopped execution would have returned counts as new the next time', async () => {
	const { parameters, ...list } = listOf(carrierX);
	const byStatus = (of: Sandbox) => ({
		...parameters(of),
		onlyNew: 'new',
		filters: { query: '=status eq {{ $json.status }}' },
	});
	const [open, closed] = ['open', 'closed'].map((status) => ({ json: { status } }));
	const options = { ...small, parallelRequests: 16 };
	stage.engine.processedItems.forget();
	// One item is done while a page of the other one is still on its way.
	stage.sandbox.addFault({ ...slow, path: /closed.*offset=[1-9]/, times: Infinity });
	const operation = { ...list, parameters: byStatus } as OperationOfTest;
	const input = [open, closed];
	const stop = await stage.stopped(operation, 10, options, { input, mode: 'trigger' });
	expect(stop.result?.status).toBe('canceled');
	stage.sandbox.clearFaults();
	const { items } = await stage.start(operation, options, { input: [open], mode: 'trigger' });
	const expected = stage.sandbox.data.carrierX.filter(({ status }: Json) => status === 'open');
	expect(items).toHaveLength(expected.length);
});

it('a run ends although a page that is no longer needed was told to wait', async () => {
	// Here who waits is let go on soon, behind the end of the run.
	const impatient = await createEngine({ sleep: async () => await turn(20) });
	stage.sandbox.addFault({ kind: 'status', status: 400, path: 'offset=', after: 1 });
	stage.sandbox.addFault({ kind: 'throttle', retryAfter: 3, path: 'offset=', after: 1 });
	stage.sandbox.addFault({ kind: 'slow', ms: 150, path: 'offset=', after: 3, times: 1 });
	const onError = 'continueRegularOutput';
	const run = stage.start(listOf(carrierX), small, { onError }, impatient);
	const result = await within<Result>(PROMPT_MS, run);
	expect(result?.items).toHaveLength(1);
	expect(result?.items[0].json.error).toMatch(/^CarrierX returned an error \(400\)/);
});
