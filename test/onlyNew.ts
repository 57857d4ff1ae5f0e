/** Get Many in production, where "Invoices to Return" is chosen. */
import {
	type Json,
	type Rest,
	type Result,
	type Stage,
	type VendorOfTest,
	jsonOf,
} from './support';

export const newOrChanged = { onlyNew: 'newOrChanged' };
export const everything = { onlyNew: 'off', returnAll: true };

/** Returns what the tests of "Invoices to Return" ask of a stage. */
export function newOn(stage: Stage) {
	/** Runs Get Many in production, for what is new if not said otherwise. */
	async function run(
		vendor: VendorOfTest,
		parameters: Json = {},
		rest: Rest = {},
	): Promise<Result> {
		const usual = { operation: 'getAll', onlyNew: 'new', output: 'full' };
		return await stage.run(vendor, { ...usual, ...parameters }, { mode: 'trigger', ...rest });
	}

	async function keysOf(
		vendor: VendorOfTest,
		parameters: Json = {},
		rest: Rest = {},
	): Promise<string[]> {
		const result = await run(vendor, parameters, rest);
		expect(result.error?.message).toBeUndefined();
		return jsonOf(result).map(({ dedupeKey, invoice }) => dedupeKey ?? invoice?.dedupeKey);
	}

	return { run, keysOf };
}
