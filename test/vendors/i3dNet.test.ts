/** What is special to i3D.net: ranges, numbers beside ids, lists that state nothing. */
import { i3dNet as api } from '../../nodes/I3dNet/api';
import { type Case, OF_ITEM, cannotBe, describeBadInput, ofInvoice } from '../badInput';
import { createBillingServer } from '../billingServer';
import { once, secretsOn } from '../secrets';
import {
	type Fault,
	type Json,
	type Request,
	type Sandbox,
	byId,
	expectClear,
	expectWhole,
	jsonOf,
	listOf,
	locator,
	operationOf,
	setUp,
} from '../support';
import { i3dNet } from './i3dNet';

const stage = setUp();
const always = { times: Infinity };
const list = listOf(i3dNet);
const isUnpaid = i3dNet.isUnpaid!;

it.each(['getAll', 'getUnpaid'])('a filter by description of %s', async (operation) => {
	await stage.expectFiltered(
		i3dNet,
		{ description: 'überschreitung' },
		(record) =>
			record.description.startsWith('Überschreitung') &&
			(operation === 'getAll' || isUnpaid(record)),
		operation,
	);
	expect(new Set(stage.queries('filter'))).toEqual(new Set(['überschreitung']));
});

it('leaves out credit invoices although the vendor sends them', async () => {
	const credit = stage.sandbox.data.i3dNet.find(({ isCredit }: Json) => isCredit === 1);
	const fault = { vendor: 'i3dNet', kind: 'status', status: 200 };
	// A list of one: the page, nothing behind it and a page further, and the page again.
	for (const body of [[credit], [], [], [credit]]) stage.sandbox.addFault({ ...fault, body });
	expectWhole(await stage.run(i3dNet, { operation: 'getUnpaid', returnAll: true }), []);
});

describe('get', () => {
	it('accepts a bare object for an array of one', async () => {
		stage.sandbox.addFault({ vendor: 'i3dNet', kind: 'bareDetail' });
		const { value, records } = i3dNet.ways[0].find(stage.sandbox);
		const parameters = { operation: 'get', invoiceId: locator('id', value) };
		expectWhole(await stage.run(i3dNet, parameters), records);
	});

	it('takes a number with spaces, umlauts and a slash', async () => {
		const { data } = await stage.ownSandbox();
		const [record] = data.i3dNet;
		record.invoiceNumber = 'Nr. 7/2 für 50%?#';
		data.i3dNetDetails[record.id].invoiceNumber = record.invoiceNumber;
		const invoiceId = locator('number', record.invoiceNumber);
		const result = await stage.run(i3dNet, { operation: 'get', invoiceId });
		expectWhole(result, [data.i3dNetDetails[record.id]]);
		const path = '/number/Nr.%207%2F2%20f%C3%BCr%2050%25%3F%23';
		expect(stage.requests[0].path).toContain(path);
	});

	it('two invoices of one number are both returned, but have no file in common', async () => {
		const both = [1, 2].map((id) => ({ id, invoiceNumber: 'A' }));
		stage.answer(i3dNet, both);
		const found = await stage.invoices(i3dNet, 'get', byId('A', 'number'));
		expect(found.map(({ id }) => id)).toEqual(['1', '2']);
		const file = await stage.run(i3dNet, { operation: 'downloadPdf', ...byId('A', 'number') });
		expect(file.error.message).toBe('i3D.net has several invoices with this number (invoice "A")');
	});

	test('an array of one error', async () => {
		stage.answer(i3dNet, [{ errorCode: 7, errorMessage: 'Not today' }]);
		expect(await stage.ids(i3dNet, 'get', byId('5'))).toEqual({
			ids: [],
			message: 'i3D.net did not return invoice "5": Not today',
		});
	});
});

it('Time Zone makes the dates', async () => {
	const [far] = await stage.invoices(i3dNet, 'getAll', {
		returnAll: false,
		limit: 1,
		options: { timeZone: 'Pacific/Kiritimati', includeRaw: true },
	});
	const local = new Date((far.raw.creationDate + 14 * 3600) * 1000).toISOString().slice(0, 10);
	expect(far.issueDate).toBe(local);
});

describe('files', () => {
	it('are found by the number of the invoice', async () => {
		const { id, invoiceNumber } = stage.sandbox.data.i3dNet[9];
		const invoiceId = locator('number', invoiceNumber);
		const [json] = jsonOf(await stage.run(i3dNet, { operation: 'downloadPdf', invoiceId }));
		expect(json).toMatchObject({ invoiceId: id, invoiceNumber });
	});

	it('are downloaded, one for each input item', async () => {
		const { i3dNet: invoices } = stage.sandbox.data;
		const input = [invoices[2], invoices[0]].map(({ id }) => ({ json: { id: Number(id) } }));
		const parameters = { operation: 'downloadPdf', invoiceId: locator('id', '={{ $json.id }}') };
		const result = await stage.run(i3dNet, parameters, { input });
		expect(jsonOf(result).map(({ invoiceId }) => invoiceId)).toEqual([
			invoices[2].id,
			invoices[0].id,
		]);
		expect(new Set(jsonOf(result).map((json) => json.sha256)).size).toBe(2);
	});
});

it('each item has its own limit', async () => {
	const input = [2, 1, 3].map((most) => ({ json: { most } }));
	const parameters = { operation: 'getAll', limit: '={{ $json.most }}' };
	const { items } = await stage.run(i3dNet, parameters, { input });
	const paired = items.map(({ pairedItem }) => (pairedItem as { item: number }).item);
	expect(paired).toEqual([0, 0, 1, 2, 2, 2]);
});

describe('whole lists', () => {
	async function read(faults: Fault[], options: Json = {}) {
		for (const fault of faults) stage.spoil(list, fault);
		return await stage.perform(list, options);
	}
	const inAnyOrder = (records: Json[]) => records.map(i3dNet.keyOf).sort();

	test.each([1, 4])('answers capped by bytes, %i in flight', async (parallelRequests) => {
		const sandbox = await stage.ownSandbox(1, { i3dNet: 400 });
		const [long] = sandbox.data.i3dNet.slice(200);
		const bytes = JSON.stringify(long).length * 30;
		long.description = 'x'.repeat(bytes - 400);
		const result = await read([{ kind: 'capBytes', bytes, ...always }], {
			parallelRequests,
		});
		expectWhole(result, i3dNet.list(sandbox));
	});

	test('a filter that is applied after the page was cut', async () => {
		const sandbox = await stage.ownSandbox(1, { i3dNet: 970 });
		const result = await read([{ kind: 'filterLate', every: 2, ...always }]);
		expectWhole(
			result,
			i3dNet.list(sandbox).filter((_, index) => index % 2 === 0),
		);
	});

	test('an invoice that moves to the front while the list is read', async () => {
		const sandbox = await stage.ownSandbox(1, { i3dNet: 300 });
		const { i3dNet: list } = sandbox.data;
		const expected = inAnyOrder(i3dNet.list(sandbox));
		const paid = (call: Json) => {
			list.unshift(...list.splice(250, 1));
			const [, start] = /start=(\d+)/.exec(call.headers['ranged-data'])!;
			const body = Buffer.from(JSON.stringify(list.slice(Number(start), Number(start) + 100)));
			return { status: 200, headers: { 'content-type': 'application/json' }, body };
		};
		const result = await read([{ kind: 'reply', reply: paid, after: 1 }], {
			parallelRequests: 1,
		});
		expect(result.error?.message).toBeUndefined();
		expect(inAnyOrder(jsonOf(result))).toEqual(expected);
	});

	test.each([3, 300])('the range is overlooked: %i invoices come once', async (size) => {
		const sandbox = await stage.ownSandbox(1, { i3dNet: size });
		const result = await read([{ kind: 'ignoreRange', ...always }]);
		expectWhole(result, i3dNet.list(sandbox));
		expect(stage.requests.length).toBeLessThanOrEqual(16);
	});

	test('a page as long as the one that comes without a range is not taken for the list', async () => {
		await stage.ownSandbox(1, { i3dNet: 60 });
		const faults = [
			{ kind: 'capPages', size: 25, ...always },
			{ kind: 'stuckPage', ...always },
		];
		expectClear(await read(faults), /^Could not retrieve the complete list: /);
	});

	test('a page token is sent back', async () => {
		const sandbox = await stage.ownSandbox(1, { i3dNet: 250 });
		const result = await read([{ kind: 'pageTokens', ...always }]);
		expectWhole(result, i3dNet.list(sandbox));
		const tokens = stage.requests.map(({ headers }) => headers['page-token']);
		// Without a total, two passes have to agree.
		expect(tokens).toEqual([undefined, '100', '200', undefined, '100', '200']);
	});

	test('a limit is reached without a proof of the end', async () => {
		await stage.ownSandbox(1, { i3dNet: 60 });
		await stage.run(i3dNet, { operation: 'getAll', limit: 20 });
		expect(stage.requests).toHaveLength(1);
	});

	test('an error as a record of a bare list', async () => {
		stage.answer(i3dNet, [{ errorMessage: 'Not today' }]);
		const { ids, message } = await stage.ids(i3dNet, 'getAll');
		expect(ids).toEqual([]);
		expect(message).toMatch(/returned an error instead of the list: Not today$/);
	});

	test('416 where a range begins behind the end', async () => {
		const numbers = Array.from({ length: 25 }, (_, index) => String(index));
		const body = ({ headers }: Request) => {
			const [, start, results] = /^start=(\d+),results=(\d+)$/.exec(headers['ranged-data'])!;
			if (Number(start) >= numbers.length) return { errorMessage: 'Out of range' };
			return numbers.slice(Number(start), Number(start) + Number(results)).map((id) => ({ id }));
		};
		stage.answer(i3dNet, body, (content) => (Array.isArray(content) ? 200 : 416));
		expect(await stage.ids(i3dNet, 'getAll')).toEqual({ ids: numbers, message: undefined });
	});
});

it('a secret in the id of an invoice whose file is wanted is redacted', async () => {
	const { secretOf, expectNoSecret } = secretsOn(stage);
	stage.answer(i3dNet, () => [{ id: secretOf(i3dNet) }]);
	const result = await stage.perform(operationOf(i3dNet, 'download PDF'), once);
	expect(result.error.message).toMatch(/^i3D.net returned ".*\*\*\*" instead of invoice/);
	expectNoSecret(result, i3dNet);
});

test('PDFs, too, are asked for with the secret of their item', async () => {
	const server = await createBillingServer({ 'secret-of-1': '1', 'secret-of-2': '2' });
	try {
		const credentials = { [i3dNet.credential]: server.credentialsOf(i3dNet, '$json.secret') };
		const input = ['secret-of-1', 'secret-of-2'].map((secret) => ({ json: { secret } }));
		const rest = { credentials, input, onError: 'continueRegularOutput' as const };
		await stage.run(i3dNet, { operation: 'downloadPdf', ...byId('7') }, rest);
		const paths = server.seen.map(({ path, secret }) => `${path} ${secret}`);
		expect(paths.filter((path) => path.includes('secret-of-1')).length).toBe(paths.length / 2);
	} finally {
		await server.close();
	}
});

const get = ofInvoice(operationOf(i3dNet, 'get'));
const byNumber = {
	...get,
	parameters: () => ({ operation: 'get', ...byId(OF_ITEM, 'number') }),
	good: ({ data }: Sandbox) => data.i3dNet[4].invoiceNumber,
};

describeBadInput(stage, [
	...['2024/../1', '%2E%2e/1', '..', '.'].map(
		(value): Case => ({ ...byNumber, name: `the number ${value}`, ...cannotBe(value) }),
	),
	{ ...get, name: 'the id unpaid', ...cannotBe('unpaid') },
]);

describe('the words of an error', () => {
	test.each([
		[{ errorCode: 10, errorMessage: 'Wrong key' }, 'Wrong key'],
		[
			{
				errorCode: 11,
				errorMessage: 'Invalid',
				errors: [
					{ property: 'id', message: 'no number' },
					{ property: '', message: 'try later' },
				],
			},
			'Invalid; id: no number; try later',
		],
		[{ errorMessage: 'Invalid', errors: null }, 'Invalid'],
		[{ errorMessage: 'Invalid', errors: [null] }, 'Invalid'],
	])('%j', (body, words) => {
		expect(api.errorMessageOf(body)).toBe(words);
	});
});
