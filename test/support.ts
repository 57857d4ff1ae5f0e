/**
 * What the tests of the nodes share: n8n's engine, a sandbox of its own for each test, and what
 * each operation of each vendor is expected to put out.
 */
/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports, @typescript-eslint/no-explicit-any -- this is no node */
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { createEngine } from './engine';
import { createSandbox } from './sandbox';

export type Sandbox = Awaited<ReturnType<typeof createSandbox>>;
export type Engine = Awaited<ReturnType<typeof createEngine>>;
export type Result = Awaited<ReturnType<Engine['runNode']>>;
export type Fault = Parameters<Sandbox['addFault']>[0];

/** JSON of anything; what is expected or put out is always looked at as JSON. */
export type Json = Record<string, any>;

/** The parameters of a run, and how n8n is to run it. */
export type Rest = Partial<Parameters<Engine['runNode']>[0]>;

/** An account that has to be encoded to stand in a path. */
export const ACCOUNT = 'Müller & Söhne 7';

/** No id that any vendor has given. */
export const STRANGE_UUID = '00000000-0000-4000-8000-000000000000';

export interface VendorOfTest {
	/** As it is called in messages. */
	name: string;
	/** The type of the node, and the vendor's name in the sandbox. */
	type: string;
	credential: string;
	/** The field of the credential that is secret. */
	secret: string;
	/** A list that spans several pages of ten, in the order in which it is put out. */
	list: (sandbox: Sandbox) => Json[];
	keyOf: (record: Json) => string;
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export const VENDORS: VendorOfTest[] = [
	{
		name: 'Talkdesk',
		type: 'talkdesk',
		credential: 'talkdeskOAuth2Api',
		secret: 'clientSecret',
		list: ({ data }) => plain([...data.talkdesk].reverse()),
		keyOf: ({ id }) => id,
	},
	{
		name: 'Talkdesk Insurance',
		type: 'talkdeskInsurance',
		credential: 'talkdeskInsuranceApi',
		secret: 'headerValue',
		list: ({ data }) => plain(data.talkdeskInsurance[ACCOUNT]),
		keyOf: (record) => record.invoice_number,
	},
	{
		name: 'Fastly',
		type: 'fastly',
		credential: 'fastlyApi',
		secret: 'apiToken',
		list: ({ data }) => plain(data.fastly),
		keyOf: (record) => record.invoice_id,
	},
	{
		name: 'CarrierX',
		type: 'carrierX',
		credential: 'carrierXApi',
		secret: 'accessToken',
		list: ({ data }) => plain([...data.carrierX].reverse()),
		keyOf: (record) => record.invoice_sid,
	},
	{
		name: 'i3D.net',
		type: 'i3dNet',
		credential: 'i3dNetApi',
		secret: 'privateToken',
		list: ({ data }) => plain(data.i3dNet),
		keyOf: ({ id }) => id,
	},
];

/** Those whose lists come in pages. */
export const PAGED = VENDORS.filter(({ type }) => type !== 'talkdeskInsurance');

export function vendorOf(type: string): VendorOfTest {
	const found = VENDORS.find((vendor) => vendor.type === type);
	if (!found) throw new Error(`No vendor ${type}`);
	return found;
}

/** One operation of one vendor, with parameters that make it succeed. */
export interface OperationOfTest {
	/** The vendor and the operation, for names of tests. */
	name: string;
	vendor: VendorOfTest;
	kind: 'list' | 'get' | 'estimate' | 'pdf';
	/** Picks this operation's own request where it needs another one before. */
	path?: string;
	parameters: (sandbox: Sandbox) => Json;
	/** The items, without their files. */
	expected: (sandbox: Sandbox) => Json[];
	/** How many requests it takes without a fault, tokens not counted. */
	requests: number;
}

export const locator = (mode: string, value: unknown): Json => ({ __rl: true, mode, value });

const all = (operation: string, more: Json = {}) => ({ operation, returnAll: true, ...more });

function operation(
	type: string,
	name: string,
	rest: Omit<OperationOfTest, 'name' | 'vendor' | 'requests'> & { requests?: number },
): OperationOfTest {
	const vendor = vendorOf(type);
	return { requests: 1, ...rest, name: `${vendor.name}: ${name}`, vendor };
}

/** The lines of the invoice that stands in the middle. */
export function talkdeskInvoice({ data }: Sandbox): Json[] {
	const { number } = data.talkdesk[Math.floor(data.talkdesk.length / 2)];
	return plain(data.talkdesk.filter((line: Json) => line.number === number));
}

/** By the vendor's own fields; drafts are none of the sandbox's usual invoices. */
export const isUnpaidOf: Record<string, (record: Json) => boolean> = {
	talkdeskInsurance: ({ amount, due_amount }) =>
		parseFloat(amount) >= 0 && parseFloat(due_amount) > 0,
	fastly: ({ payment_status, monthly_transaction_amount }) =>
		payment_status !== 'paid' && monthly_transaction_amount >= 0,
	carrierX: ({ paid, amount }) => !paid && Number(amount) >= 0,
	i3dNet: ({ isCredit, remainingAmount }) => isCredit === 0 && Number(remainingAmount) !== 0,
};

const unpaidOf = (type: string) => (sandbox: Sandbox) =>
	vendorOf(type).list(sandbox).filter(isUnpaidOf[type]);

/** What the item of a PDF has to say. */
const pdfItem = (provider: string, invoiceId: string, invoiceNumber: string, name: string) => ({
	provider,
	invoiceId,
	invoiceNumber,
	fileName: `${provider}-${name}.pdf`,
	mimeType: 'application/pdf',
	fileSize: expect.any(Number),
	sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
	warnings: [],
});

/** Every operation of every vendor. */
export const OPERATIONS: OperationOfTest[] = [
	operation('talkdesk', 'get many', {
		kind: 'list',
		parameters: () => all('getAll'),
		expected: vendorOf('talkdesk').list,
	}),
	operation('talkdesk', 'get', {
		kind: 'get',
		parameters: (sandbox) => ({
			operation: 'get',
			invoiceId: locator('number', talkdeskInvoice(sandbox)[0].number),
		}),
		expected: talkdeskInvoice,
	}),
	operation('talkdesk', 'get many accounts', {
		kind: 'list',
		parameters: () => all('getAll', { resource: 'account' }),
		expected: ({ data }) => plain(data.talkdeskAccounts),
	}),
	operation('talkdeskInsurance', 'get many', {
		kind: 'list',
		parameters: () => all('getAll', { accountId: ACCOUNT }),
		expected: vendorOf('talkdeskInsurance').list,
	}),
	operation('talkdeskInsurance', 'get', {
		kind: 'get',
		parameters: ({ data }) => ({
			operation: 'get',
			accountId: ACCOUNT,
			invoiceId: locator('number', data.talkdeskInsurance[ACCOUNT][3].invoice_number),
		}),
		expected: ({ data }) => [plain(data.talkdeskInsurance[ACCOUNT][3])],
	}),
	operation('talkdeskInsurance', 'get many unpaid', {
		kind: 'list',
		parameters: () => all('getUnpaid', { accountId: ACCOUNT }),
		expected: unpaidOf('talkdeskInsurance'),
	}),
	operation('fastly', 'get many', {
		kind: 'list',
		parameters: () => all('getAll'),
		expected: vendorOf('fastly').list,
	}),
	operation('fastly', 'get', {
		kind: 'get',
		parameters: ({ data }) => ({
			operation: 'get',
			invoiceId: locator('id', data.fastly[7].invoice_id),
		}),
		expected: ({ data }) => [plain(data.fastly[7])],
	}),
	operation('fastly', 'get month to date', {
		kind: 'estimate',
		parameters: () => ({ operation: 'getMonthToDate' }),
		expected: () => [
			{
				customer_id: expect.any(String),
				invoice_id: expect.stringMatching(/^\w+-\d+$/),
				billing_start_date: expect.stringMatching(/-01T00:00:00.000Z$/),
				billing_end_date: expect.any(String),
				statement_number: '',
				monthly_transaction_amount: expect.stringMatching(/^\d+(\.\d+)?$/),
				transaction_line_items: expect.any(Array),
			},
		],
	}),
	operation('fastly', 'get many unpaid', {
		kind: 'list',
		parameters: () => all('getUnpaid'),
		expected: unpaidOf('fastly'),
	}),
	operation('carrierX', 'get many', {
		kind: 'list',
		parameters: () => all('getAll'),
		expected: vendorOf('carrierX').list,
	}),
	operation('carrierX', 'get', {
		kind: 'get',
		parameters: ({ data }) => ({
			operation: 'get',
			invoiceId: locator('id', data.carrierX[11].invoice_sid),
		}),
		expected: ({ data }) => [plain(data.carrierX[11])],
	}),
	operation('carrierX', 'get many unpaid', {
		kind: 'list',
		parameters: () => all('getUnpaid'),
		expected: unpaidOf('carrierX'),
	}),
	operation('carrierX', 'download PDF', {
		kind: 'pdf',
		path: '.pdf',
		parameters: ({ data }) => ({
			operation: 'downloadPdf',
			invoiceId: locator('id', data.carrierX[5].invoice_sid),
		}),
		expected: ({ data }) => {
			const { invoice_sid, display_id } = data.carrierX[5];
			return [pdfItem('carrierX', invoice_sid, display_id, `${display_id}-${invoice_sid}`)];
		},
		requests: 2,
	}),
	operation('i3dNet', 'get many', {
		kind: 'list',
		parameters: () => all('getAll'),
		expected: vendorOf('i3dNet').list,
		// The list, an empty answer behind it and one a page further, and the list as it was.
		requests: 4,
	}),
	operation('i3dNet', 'get', {
		kind: 'get',
		parameters: ({ data }) => ({
			operation: 'get',
			invoiceId: locator('id', data.i3dNet[4].id),
		}),
		expected: ({ data }) => [plain(data.i3dNetDetails[data.i3dNet[4].id])],
	}),
	operation('i3dNet', 'get many unpaid', {
		kind: 'list',
		parameters: () => all('getUnpaid'),
		expected: unpaidOf('i3dNet'),
		// The list, an empty answer behind it and one a page further, and the list as it was.
		requests: 4,
	}),
	operation('i3dNet', 'download PDF', {
		kind: 'pdf',
		path: '/pdf',
		parameters: ({ data }) => ({
			operation: 'downloadPdf',
			invoiceId: locator('id', data.i3dNet[6].id),
		}),
		expected: ({ data }) => {
			const { id, invoiceNumber } = data.i3dNet[6];
			return [pdfItem('i3dNet', id, invoiceNumber, invoiceNumber)];
		},
		requests: 2,
	}),
];

/** The operations, each as a row of a table of tests, by name. */
export const rows = (of: OperationOfTest[]): Array<[string, OperationOfTest]> =>
	of.map((each) => [each.name, each]);

export const vendorRows = (of: VendorOfTest[] = VENDORS): Array<[string, VendorOfTest]> =>
	of.map((each) => [each.name, each]);

export const operationNamed = (name: string): OperationOfTest => {
	const found = OPERATIONS.find((each) => each.name === name);
	if (!found) throw new Error(`No operation "${name}"`);
	return found;
};

/** Reads the whole list of a vendor. */
export const listOf = (vendor: VendorOfTest): OperationOfTest =>
	operationNamed(`${vendor.name}: get many`);

export const LISTS = OPERATIONS.filter(({ kind }) => kind === 'list');
export const PDFS = OPERATIONS.filter(({ kind }) => kind === 'pdf');
export const JSONS = OPERATIONS.filter(({ kind }) => kind !== 'pdf');

const SIZES = { talkdeskInsurance: 36 };

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
		/** Runs a node on the vendors' records as they are. */
		async run(vendor: VendorOfTest, parameters: Json, rest: Rest = {}): Promise<Result> {
			return await stage.engine.runNode({
				type: vendor.type,
				parameters: { resource: 'invoice', output: 'raw', ...parameters },
				credentials: stage.credentialsOf(vendor),
				...rest,
			});
		},
		/** Runs an operation with the options of the test. */
		async perform(of: OperationOfTest, options: Json = {}, rest: Rest = {}): Promise<Result> {
			return await stage.run(of.vendor, { ...of.parameters(stage.sandbox), options }, rest);
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

/** Asserts that a run put out nothing, and says why in a sentence that names the item. */
export function expectClear(result: Result, message: RegExp | string, httpCode?: string): void {
	expect(result.items).toEqual([]);
	expect(result.error?.message).toMatch(message);
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
