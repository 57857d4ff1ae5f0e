/**
 * The stage of the tests: n8n's engine, a sandbox of its own for each test, and what is asked of and
 * expected from a run. What is known of each vendor stands in its row, in `vendors`.
 */
/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- this is no node */
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { createEngine } from './engine';
import { createSandbox } from './sandbox';
import { expectValid } from './invoices';
import { VENDORS } from './vendors';
import {
	type Json,
	type OperationOfTest,
	type Sandbox,
	type VendorOfTest,
	plain,
} from './vendors/vendor';

export { VENDORS };
export { STRANGE_UUID, all, byId, locator, plain } from './vendors/vendor';
export type { Json, OperationOfTest, Sandbox, VendorOfTest } from './vendors/vendor';

export type Engine = Awaited<ReturnType<typeof createEngine>>;
export type Result = Awaited<ReturnType<Engine['runNode']>>;
export type Fault = Parameters<Sandbox['addFault']>[0];

/** A request, as a vendor sees it. */
export interface Request {
	headers: Record<string, string>;
	query: URLSearchParams;
}

/** What a test may use of the stage. */
export type Stage = ReturnType<typeof setUp>;

/** The parameters of a run, and how n8n is to run it. */
export type Rest = Partial<Parameters<Engine['runNode']>[0]>;

/** Those whose lists come in pages. */
export const PAGED = VENDORS.filter(({ paging }) => paging !== undefined);

/** Every operation of every vendor. */
export const OPERATIONS = VENDORS.flatMap(({ operations }) => operations);

/** The operations, each as a row of a table of tests, by name. */
export const rows = (of: OperationOfTest[]): Array<[string, OperationOfTest]> =>
	of.map((each) => [each.name, each]);

/** The vendors, each as a row of a table of tests, by name. */
export const vendorRows = (of: VendorOfTest[] = VENDORS): Array<[string, VendorOfTest]> =>
	of.map((each) => [each.name, each]);

/** Returns the operation of a vendor that is named so in its row. */
export function operationOf(vendor: VendorOfTest, name: string): OperationOfTest {
	const found = vendor.operations.find((each) => each.name === `${vendor.name}: ${name}`);
	if (!found) throw new Error(`${vendor.name} has no operation "${name}"`);
	return found;
}

/** Reads the whole list of a vendor. */
export const listOf = (vendor: VendorOfTest): OperationOfTest => operationOf(vendor, 'get many');

export const LISTS = OPERATIONS.filter(({ kind }) => kind === 'list');
export const PDFS = OPERATIONS.filter(({ kind }) => kind === 'pdf');
export const JSONS = OPERATIONS.filter(({ kind }) => kind !== 'pdf');

const SIZES = Object.fromEntries(
	VENDORS.flatMap(({ type, size }): Array<[string, number]> => (size ? [[type, size]] : [])),
);

/** A sandbox with lists that span several pages of ten. */
export const newSandbox = async (seed = 1, sizes: Record<string, number> = {}) =>
	await createSandbox({ seed, sizes: { ...SIZES, ...sizes } });

/**
 * Gives the tests of a file a sandbox and the engine, whose `sleep` writes down how long it would
 * have waited. After each test nobody may have been at the other host.
 */
export function setUp() {
	const waits: number[] = [];
	let shared: Sandbox;
	const stage = {
		engine: undefined as unknown as Engine,
		sandbox: undefined as unknown as Sandbox,
		/** In milliseconds. */
		waits,
		/** What asked the vendors' APIs, tokens not counted. */
		get requests() {
			return stage.sandbox.requests.filter(({ path }) => !path.endsWith('/oauth/token'));
		},
		/** Gives the test a sandbox of its own, whose lists it may change. */
		async ownSandbox(seed?: number, sizes?: Record<string, number>): Promise<Sandbox> {
			stage.sandbox = await newSandbox(seed, sizes);
			return stage.sandbox;
		},
		credentialsOf: (vendor: VendorOfTest, changes: Json = {}) => ({
			[vendor.credential]: { ...stage.sandbox.credentials[vendor.credential], ...changes },
		}),
		/** Runs a node on the vendors' records as they are, with the parameters that it cannot do without. */
		async run(vendor: VendorOfTest, parameters: Json, rest: Rest = {}): Promise<Result> {
			return await stage.engine.runNode({
				type: vendor.type,
				parameters: {
					resource: 'invoice',
					output: 'raw',
					...vendor.parameters,
					...parameters,
				},
				credentials: stage.credentialsOf(vendor),
				...rest,
			});
		},
		/** Runs an operation on the invoices of a vendor as they are returned if nobody chooses otherwise. */
		async read(
			vendor: VendorOfTest,
			operation: string,
			parameters: Json = {},
			rest: Rest = {},
		): Promise<Result> {
			const many = operation.startsWith('get') && operation !== 'get' && { returnAll: true };
			const output = 'full';
			return await stage.run(vendor, { operation, output, ...many, ...parameters }, rest);
		},
		/** Returns the invoices of a run that has to succeed, each as the JSON Schema says. */
		async invoices(
			vendor: VendorOfTest,
			operation: string,
			parameters: Json = {},
		): Promise<Json[]> {
			const result = await stage.read(vendor, operation, parameters);
			expect(result.error?.message).toBeUndefined();
			const items = jsonOf(result);
			items.forEach(expectValid);
			return items;
		},
		/** Runs an operation on the invoices of a vendor, and returns which came and what went wrong. */
		async ids(vendor: VendorOfTest, operation: string, parameters: Json = {}, rest: Rest = {}) {
			const { items, error } = await stage.read(vendor, operation, parameters, rest);
			const message = problemIn(error);
			return { ids: items.map(({ json }) => json.id), message };
		},
		/** Asserts that a filter leaves some records and not all, and these are returned. */
		async expectFiltered(
			vendor: VendorOfTest,
			filters: Json,
			isWanted: (record: Json) => boolean,
			operation = 'getAll',
		): Promise<void> {
			const records = vendor.list(stage.sandbox);
			const wanted = records.filter(isWanted);
			expect(wanted.length).toBeGreaterThan(0);
			expect(wanted.length).toBeLessThan(records.length);
			expectWhole(await stage.run(vendor, { operation, returnAll: true, filters }), wanted);
		},
		/** What was asked for under a name in the query, request by request. */
		queries: (name: string) => stage.requests.map(({ query }) => query[name]),
		/** Runs an operation with the options of the test. */
		async perform(of: OperationOfTest, options: Json = {}, rest: Rest = {}): Promise<Result> {
			return await stage.run(of.vendor, { ...of.parameters(stage.sandbox), options }, rest);
		},
		/** Has the vendor answer this and nothing else, or what is made of each request; tokens aside. */
		answer(
			vendor: VendorOfTest,
			body: unknown,
			statusOf: (body: unknown) => number = () => 200,
		): void {
			stage.sandbox.clearFaults();
			const reply = (request: Request) => {
				const content = typeof body === 'function' ? body(request) : body;
				return {
					status: statusOf(content),
					headers: { 'content-type': 'application/json' },
					body: Buffer.from(JSON.stringify(content)),
				};
			};
			stage.sandbox.addFault({ vendor: vendor.type, kind: 'reply', reply, times: Infinity });
		},
		/** Orders a bad day for one operation. */
		spoil(of: OperationOfTest, fault: Fault): void {
			stage.sandbox.addFault({
				vendor: of.vendor.type,
				...(of.path && { path: of.path }),
				...fault,
			});
		},
	};

	beforeAll(async () => {
		stage.engine = await createEngine({
			sleep: async (milliseconds) => {
				// A millisecond is no waiting: n8n does something else meanwhile.
				if (milliseconds !== 1) waits.push(milliseconds);
				await new Promise((resolve) => setImmediate(resolve));
			},
		});
		shared = await newSandbox();
	});

	beforeEach(() => {
		waits.length = 0;
		stage.sandbox = shared;
		shared.clearFaults();
		shared.clearRequests();
	});

	afterEach(async () => {
		const { sandbox } = stage;
		if (sandbox !== shared) await sandbox.stop();
		expect(sandbox.foreignRequests).toEqual([]);
	});

	afterAll(async () => {
		await shared.stop();
		stage.engine.close();
	});

	return stage;
}

export const jsonOf = ({ items }: Result): Json[] => items.map(({ json }) => plain(json));

/** Asserts that a run put out all that it had to, and nothing else. */
export function expectWhole(result: Result, expected: Json[]): void {
	expect(result.error?.message).toBeUndefined();
	// First of all how many: long lists that differ take very long to be compared in words.
	expect({ items: result.items.length }).toEqual({ items: expected.length });
	expect(jsonOf(result)).toEqual(expected);
}

/** What a message says of a status, as a pattern. */
const MEANINGS: Record<number, string> = {
	302: 'returned an unexpected response',
	401: 'rejected the credential',
	403: 'denied access',
	404: '(has no .+|returned an error)',
	429: 'received too many requests',
};

/** Returns the pattern of a message that begins with a status, and goes on with another pattern. */
export const statusPattern = (name: string, status: number, rest = ''): RegExp =>
	new RegExp(`^${name} ${MEANINGS[status] ?? 'returned an error'} \\(${status}\\)${rest}`);

/** Which account and invoice a message says it is about, behind what went wrong. */
const SUBJECTS = / \((?:(?:account|invoice) "[^"]*"(?:, )?)+\)(?=\.?$)/;

/** Returns what a message says went wrong; what it is about is tested in subjects.test.ts. */
export const problemIn = (error: { message: string } | undefined): string | undefined =>
	error?.message.replace(SUBJECTS, '');

/** Asserts that a run put out nothing, and says why in a sentence that names the item. */
export function expectClear(result: Result, message: RegExp | string, httpCode?: string): void {
	expect(result.items).toEqual([]);
	expect(problemIn(result.error)).toMatch(message);
	expect({
		itemIndex: result.error.context?.itemIndex,
		httpCode: result.error.httpCode ?? undefined,
	}).toEqual({ itemIndex: 0, httpCode });
}

/** All that can be seen of a value, hidden properties of errors included. */
export const reveal = (value: unknown): string =>
	inspect(value, {
		depth: 10,
		showHidden: true,
		getters: true,
		maxArrayLength: null,
		maxStringLength: null,
		breakLength: Infinity,
	});

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

export const sha256 = (bytes: Uint8Array): string =>
	createHash('sha256').update(bytes).digest('hex');

/** The bytes that a vendor serves at a path. */
export async function fileAt(url: string, headers: Record<string, string>): Promise<Buffer> {
	const response = await fetch(url, { headers });
	return Buffer.from(await response.arrayBuffer());
}

/** What a promise gives, or undefined where it takes longer. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const late = new Promise<undefined>((resolve) => {
		timer = setTimeout(() => resolve(undefined), milliseconds);
	});
	return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
