/** What goes wrong with one of several input items, and what the others are owed then. */
import {
	problemIn,
	type Fault,
	type Json,
	type OperationOfTest,
	type Result,
	type Sandbox,
	type Stage,
	type VendorOfTest,
	jsonOf,
	listOf,
} from './support';

/** What each input item brings along: the parameter in question. */
export const OF_ITEM = '={{ $json.of }}';

/** The way to ask for something with a parameter in question. */
export interface Asked {
	vendor: VendorOfTest;
	/** Picks the request that a fault hits, where it takes others, too. */
	path?: string;
	parameters: (sandbox: Sandbox) => Json;
	/** What is asked for with the first and the third item. */
	good: (sandbox: Sandbox) => unknown;
	/** What the first and the third item give, each. */
	expected: (sandbox: Sandbox) => Json[];
}

/** Something a user does, that goes wrong with the second of three input items. */
export interface Case extends Asked {
	/** What is wrong. */
	name: string;
	/** What is asked for with the second; the good one where something else goes wrong. */
	bad?: (sandbox: Sandbox) => unknown;
	faults?: Fault[];
	/** FOREIGN stands for the host of the sandbox that is none of the vendor's. */
	message: string;
	description: string;
	httpCode?: string;
}

/** An item as it is; of one with an error, what went wrong. */
export const withProblem = (json: Json): Json =>
	json.error === undefined ? json : { ...json, error: problemIn({ message: json.error }) };

/** The way to ask for one invoice of a vendor, or for its file. */
export function ofInvoice({ vendor, kind, path, parameters, expected }: OperationOfTest): Asked {
	const good = (sandbox: Sandbox) => parameters(sandbox).invoiceId.value;
	return {
		vendor,
		path,
		parameters: (sandbox) => {
			const { invoiceId, ...rest } = parameters(sandbox);
			return { ...rest, invoiceId: { ...invoiceId, value: OF_ITEM } };
		},
		good,
		expected: (sandbox) =>
			expected(sandbox).map((json) => {
				// An item with a file keeps the fields that came in.
				const of = kind === 'pdf' && { of: good(sandbox) };
				return { ...json, ...of };
			}),
	};
}

/** The way to ask for a list of two with a parameter in question. */
export function ofList(vendor: VendorOfTest, parameters: Json, good: unknown): Asked {
	return {
		vendor,
		parameters: () => ({ operation: 'getAll', limit: 2, ...vendor.parameters, ...parameters }),
		good: () => good,
		expected: (sandbox) => vendor.list(sandbox).slice(0, 2),
	};
}

/** What is said of a value that would lead elsewhere. */
export const cannotBe = (value: string, field = 'Invoice', id = 'invoice ID') => ({
	bad: () => value,
	message: `"${value}" is not a valid ${id}`,
	description: `Check that the right field is mapped to "${field}"`,
});

export const EMPTY = {
	message: '"Invoice" is empty',
	description:
		'Pick one from the list, or map one from a previous node, e.g. {{ $json.invoiceId }}',
};

/** What is said of a list that did not come whole. */
export const INCOMPLETE_HINT =
	'Run it again, as the list may have changed while it was read. To get the partial list, set "If List Is Incomplete" to "Continue" in the options';

export const pairsOf = (items: Result['items']): unknown[] =>
	items.map(({ pairedItem }) => (pairedItem as { item: number }).item);

/** What an error says, and of which item. */
export const saidBy = ({ error }: Result) => ({
	message: problemIn(error),
	description: error?.description,
	httpCode: error?.httpCode ?? undefined,
	itemIndex: error?.context.itemIndex,
});

/** Reads the list with a credential of which something is changed, for two items. */
export async function failWith(
	stage: Stage,
	vendor: VendorOfTest,
	changes: Json,
	onError?: 'continueRegularOutput',
): Promise<Result> {
	const credentials = stage.credentialsOf(vendor, changes);
	const input = [{ json: {} }, { json: {} }];
	return await stage.perform(
		listOf(vendor),
		{},
		{ credentials, input, ...(onError && { onError }) },
	);
}

/** Declares the tests of each case: the sentence, the other items, the error output. */
export function describeBadInput(stage: Stage, cases: Case[]): void {
	const table = cases.map((each): [string, string, Case] => [each.vendor.name, each.name, each]);

	async function run(
		each: Case,
		onError: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput',
	) {
		const { vendor, path, parameters, good, bad = good, faults = [] } = each;
		const { sandbox } = stage;
		for (const fault of faults) {
			sandbox.addFault({ vendor: vendor.type, ...(path && { path }), ...fault });
		}
		const input = [good, bad, good].map((of) => ({ json: { of: of(sandbox) as string } }));
		const { options, ...rest } = parameters(sandbox);
		// One item after the other, so that the fault hits the second one.
		const inOrder = { ...rest, options: { ...(options as Json), parallelRequests: 1 } };
		return await stage.run(vendor, inOrder, { input, onError });
	}

	const messageOf = ({ message }: Case): string =>
		problemIn({ message: message.replace('FOREIGN', new URL(stage.sandbox.foreignOrigin).host) })!;

	describe('the sentence', () => {
		it.each(table)('%s: %s', async (_vendor, _name, each) => {
			expect(saidBy(await run(each, 'stopWorkflow'))).toEqual({
				message: messageOf(each),
				description: each.description,
				httpCode: each.httpCode,
				itemIndex: 1,
			});
		});
	});

	describe('the other items, when the node continues', () => {
		it.each(table)('%s: %s', async (_vendor, _name, each) => {
			const result = await run(each, 'continueRegularOutput');
			const expected = each.expected(stage.sandbox);
			const wanted = [...expected, { error: messageOf(each) }, ...expected];
			expect(jsonOf(result).map(withProblem)).toEqual(wanted);
			const ofOne = expected.map(() => 0);
			expect(pairsOf(result.items)).toEqual([...ofOne, 1, ...ofOne.map(() => 2)]);
		});
	});

	describe('the error output', () => {
		it.each(table)('%s: %s', async (_vendor, _name, each) => {
			const { items, errorItems } = await run(each, 'continueErrorOutput');
			expect(pairsOf(errorItems)).toEqual([1]);
			expect(withProblem(errorItems[0].json).error).toContain(messageOf(each));
			const ofOne = each.expected(stage.sandbox).map(() => 0);
			expect(pairsOf(items)).toEqual([...ofOne, ...ofOne.map(() => 2)]);
		});
	});
}
