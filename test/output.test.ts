import type { Invoice, LineItemOutput } from '../nodes/shared/invoice/invoice';
import { createEngine } from './engine';
import { createSandbox } from './sandbox';
import { expectValid } from './invoices';

type Sandbox = Awaited<ReturnType<typeof createSandbox>>;
type Engine = Awaited<ReturnType<typeof createEngine>>;

const ACCOUNT = 'Müller & Söhne 7';

/** The operations that put out invoices, with a parameter or two. */
const OPERATIONS: Array<[type: string, credential: string, operation: string]> = [
	['talkdesk', 'talkdeskOAuth2Api', 'getAll'],
	['talkdesk', 'talkdeskOAuth2Api', 'get'],
	['talkdeskInsurance', 'talkdeskInsuranceApi', 'getAll'],
	['talkdeskInsurance', 'talkdeskInsuranceApi', 'getUnpaid'],
	['talkdeskInsurance', 'talkdeskInsuranceApi', 'get'],
	['fastly', 'fastlyApi', 'getAll'],
	['fastly', 'fastlyApi', 'get'],
	['fastly', 'fastlyApi', 'getMonthToDate'],
	['carrierX', 'carrierXApi', 'getAll'],
	['carrierX', 'carrierXApi', 'getUnpaid'],
	['carrierX', 'carrierXApi', 'get'],
	['i3dNet', 'i3dNetApi', 'getAll'],
	['i3dNet', 'i3dNetApi', 'getUnpaid'],
	['i3dNet', 'i3dNetApi', 'get'],
];

let sandbox: Sandbox;
let engine: Engine;

beforeAll(async () => {
	sandbox = await createSandbox();
	engine = await createEngine();
});
afterAll(async () => {
	await engine.close();
	await sandbox.stop();
});
beforeEach(() => sandbox.clearFaults());

/** An id, or number, that the sandbox knows. */
function knownId(type: string): string {
	const { talkdesk, talkdeskInsurance, fastly, carrierX, i3dNet } = sandbox.data;
	const ids = {
		talkdesk: talkdesk[0].number,
		talkdeskInsurance: talkdeskInsurance[ACCOUNT][0].invoice_number,
		fastly: fastly[0].invoice_id,
		carrierX: carrierX[0].invoice_sid,
		i3dNet: i3dNet[0].id,
	};
	return ids[type];
}

async function itemsOf<T = Invoice>(
	type: string,
	credential: string,
	parameters: Record<string, unknown>,
): Promise<T[]> {
	const { items, error } = await engine.runNode({
		type,
		parameters: { resource: 'invoice', accountId: ACCOUNT, ...parameters },
		credentials: { [credential]: sandbox.credentials[credential] },
	});
	if (error) throw new Error(error.message);
	return items.map(({ json }) => json as T);
}

const asked = (type: string, operation: string) => ({
	operation,
	returnAll: true,
	invoiceId: { __rl: true, mode: 'id', value: knownId(type) },
});

describe('the output "Invoices" is the default, and what the JSON Schema says', () => {
	it.each(OPERATIONS)('%s (%s): %s', async (type, credential, operation) => {
		const invoices = await itemsOf(type, credential, asked(type, operation));
		expect(invoices.length).toBeGreaterThan(0);
		invoices.forEach(expectValid);
		expect(new Set(invoices.map(({ dedupeKey }) => dedupeKey)).size).toBe(invoices.length);
	});
});

describe('the output "Line Items"', () => {
	it.each(OPERATIONS)('%s (%s): %s has an item a line, and loses no invoice', async (...of) => {
		const [type, credential, operation] = of;
		const invoices = await itemsOf(type, credential, asked(type, operation));
		const lines = await itemsOf<LineItemOutput>(type, credential, {
			...asked(type, operation),
			output: 'lineItems',
		});
		const expected = invoices.flatMap(({ lineItems, ...invoice }) =>
			lineItems.length === 0
				? [expect.objectContaining({ lineNumber: null, amount: null, invoice })]
				: lineItems.map((line) => ({ ...line, invoice })),
		);
		expect(lines).toEqual(expected);
	});

	it('says which invoice was cut by the limit', async () => {
		const [first] = await itemsOf('talkdesk', 'talkdeskOAuth2Api', {
			operation: 'getAll',
			limit: 1,
		});
		const limit = first.lineItems.length - 1;
		const lines = await itemsOf<LineItemOutput>('talkdesk', 'talkdeskOAuth2Api', {
			operation: 'getAll',
			output: 'lineItems',
			limit,
		});
		expect(lines).toHaveLength(limit);
		expect(lines[0].invoice).toMatchObject({
			dedupeKey: first.dedupeKey,
			linesComplete: false,
			warnings: expect.arrayContaining(['LINES_CUT_BY_LIMIT']),
		});
	});
});

describe('a limit counts invoices', () => {
	it.each([1, 2, 7, 30])('the first %d of Talkdesk are whole', async (limit) => {
		const of = ['talkdesk', 'talkdeskOAuth2Api'] as const;
		const all = await itemsOf(...of, { operation: 'getAll', returnAll: true });
		const first = await itemsOf(...of, {
			operation: 'getAll',
			limit,
			options: { pageSize: 50 },
		});
		expect(first).toEqual(all.slice(0, limit));
	});
});

describe('options', () => {
	it('Supplier Name, Currency and Include Raw Record come out', async () => {
		const [invoice] = await itemsOf('carrierX', 'carrierXApi', {
			operation: 'getAll',
			limit: 1,
			options: { supplierName: 'Ünïted Carriers', currency: 'usd', includeRaw: true },
		});
		expect(invoice).toMatchObject({ supplierName: 'Ünïted Carriers', currency: 'USD' });
		expect(invoice.raw).toMatchObject({ invoice_sid: invoice.id });
		expectValid(invoice);
	});

	it('Time Zone makes the dates of i3D.net', async () => {
		const list = async (timeZone: string) =>
			await itemsOf('i3dNet', 'i3dNetApi', {
				operation: 'getAll',
				limit: 1,
				options: { timeZone, includeRaw: true },
			});
		const [far] = await list('Pacific/Kiritimati');
		const seconds = (far.raw as { creationDate: number }).creationDate;
		const local = new Date((seconds + 14 * 3600) * 1000).toISOString().slice(0, 10);
		expect(far.issueDate).toBe(local);
	});

	it.each([
		['carrierX', 'carrierXApi', { currency: 'Dollars' }, '"Dollars" is not a currency'],
		['i3dNet', 'i3dNetApi', { timeZone: 'Mars/Base' }, '"Mars/Base" is not a time zone'],
	])('%s refuses a wrong one', async (type, credential, options, message) => {
		const run = itemsOf(type, credential, { operation: 'getAll', options });
		await expect(run).rejects.toThrow(message);
	});

	it('If Incomplete: Continue gives what came, each with a doubt', async () => {
		sandbox.addFault({ vendor: 'fastly', kind: 'total', delta: 3, times: Infinity });
		const invoices = await itemsOf('fastly', 'fastlyApi', {
			operation: 'getAll',
			returnAll: true,
			options: { ifIncomplete: 'continue' },
		});
		expect(invoices).toHaveLength(sandbox.data.fastly.length);
		expect(invoices.every(({ warnings }) => warnings.includes('LIST_INCOMPLETE'))).toBe(true);
		invoices.forEach(expectValid);
	});
});

it('an AI agent gets an item without what says nothing', async () => {
	const { text } = await engine.runTool({
		type: 'fastly',
		parameters: { resource: 'invoice', operation: 'getAll', limit: 1 },
		credentials: { fastlyApi: sandbox.credentials.fastlyApi },
		input: {},
	});
	expect(text).toContain('dedupeKey');
	expect(text).not.toContain('null');
	expect(text).not.toContain('contentHash');
});
