/**
 * Servers that page in ways of their own: each list comes whole, each record once, or the node fails
 * and says why.
 */
import {
	type Fault,
	type Json,
	type VendorOfTest,
	expectClear,
	expectWhole,
	jsonOf,
	listOf,
	operationNamed,
	setUp,
	vendorOf,
} from './support';

const stage = setUp();

const always = { times: Infinity };
const INCOMPLETE = /^Could not retrieve the complete list: /;

const [i3dNet, fastly, carrierX, talkdesk] = ['i3dNet', 'fastly', 'carrierX', 'talkdesk'].map(
	vendorOf,
);

async function read(
	vendor: VendorOfTest,
	faults: Array<Omit<Fault, 'vendor'>>,
	options: Json = {},
) {
	for (const fault of faults) stage.spoil(listOf(vendor), { kind: '', ...fault });
	return await stage.perform(listOf(vendor), options);
}

const inAnyOrder = (records: Json[], { keyOf }: VendorOfTest) => records.map(keyOf).sort();

describe('i3D.net, which states nothing of its lists', () => {
	test.each([1, 4])('answers capped by bytes, %i in flight', async (parallelRequests) => {
		const sandbox = await stage.ownSandbox(1, { i3dNet: 400 });
		const [long] = sandbox.data.i3dNet.slice(200);
		const bytes = JSON.stringify(long).length * 30;
		long.description = 'x'.repeat(bytes - 400);
		const result = await read(i3dNet, [{ kind: 'capBytes', bytes, ...always }], {
			parallelRequests,
		});
		expectWhole(result, i3dNet.list(sandbox));
	});

	test('a filter that is applied after the page was cut', async () => {
		const sandbox = await stage.ownSandbox(1, { i3dNet: 970 });
		const result = await read(i3dNet, [{ kind: 'filterLate', every: 2, ...always }]);
		expectWhole(
			result,
			i3dNet.list(sandbox).filter((_, index) => index % 2 === 0),
		);
	});

	test('an invoice that moves to the front while the list is read', async () => {
		const sandbox = await stage.ownSandbox(1, { i3dNet: 300 });
		const { i3dNet: list } = sandbox.data;
		const expected = inAnyOrder(i3dNet.list(sandbox), i3dNet);
		const paid = (call: Json) => {
			list.unshift(...list.splice(250, 1));
			const [, start] = /start=(\d+)/.exec(call.headers['ranged-data'])!;
			const body = Buffer.from(JSON.stringify(list.slice(Number(start), Number(start) + 100)));
			return { status: 200, headers: { 'content-type': 'application/json' }, body };
		};
		const result = await read(i3dNet, [{ kind: 'reply', reply: paid, after: 1 }], {
			parallelRequests: 1,
		});
		expect(result.error?.message).toBeUndefined();
		expect(inAnyOrder(jsonOf(result), i3dNet)).toEqual(expected);
	});

	test.each([3, 300])('the range is overlooked: %i invoices come once', async (size) => {
		const sandbox = await stage.ownSandbox(1, { i3dNet: size });
		const result = await read(i3dNet, [{ kind: 'ignoreRange', ...always }]);
		expectWhole(result, i3dNet.list(sandbox));
		expect(stage.requests.length).toBeLessThanOrEqual(16);
	});

	test('a page as long as the one that comes without a range is not taken for the list', async () => {
		await stage.ownSandbox(1, { i3dNet: 60 });
		const faults = [
			{ kind: 'capPages', size: 25, ...always },
			{ kind: 'stuckPage', ...always },
		];
		expectClear(await read(i3dNet, faults), INCOMPLETE);
	});

	test('a page token is sent back', async () => {
		const sandbox = await stage.ownSandbox(1, { i3dNet: 250 });
		const result = await read(i3dNet, [{ kind: 'pageTokens', ...always }]);
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
});

describe('Fastly', () => {
	test('a cursor that is a position, and one invoice less', async () => {
		const sandbox = await stage.ownSandbox(1, { fastly: 500 });
		const past = fastly.list(sandbox);
		const result = await read(fastly, [
			{ kind: 'positionCursor', ...always },
			{ kind: 'mutate', remove: 1, where: 'start', after: 0 },
		]);
		const now = new Set(fastly.list(sandbox).map(fastly.keyOf));
		expect(result.error?.message).toBeUndefined();
		const read499 = jsonOf(result).filter((record) => now.has(fastly.keyOf(record)));
		const stayed = past.filter((record) => now.has(fastly.keyOf(record)));
		expect(stayed).toHaveLength(499);
		expect(inAnyOrder(read499, fastly)).toEqual(inAnyOrder(stayed, fastly));
	});

	test('a full page without a word on what follows', async () => {
		const result = await read(fastly, [{ kind: 'silent', ...always }], { pageSize: 10 });
		expectClear(result, /does not say whether more records follow/);
	});

	test('a page without a word that is not full is the list', async () => {
		expectWhole(await read(fastly, [{ kind: 'silent', ...always }]), fastly.list(stage.sandbox));
	});
});

describe('CarrierX', () => {
	test('a total of three and two invoices', async () => {
		await stage.ownSandbox(1, { carrierX: 2 });
		const result = await read(carrierX, [{ kind: 'total', delta: 1, ...always }]);
		expectClear(result, /expected 3 records, received 2/);
	});

	test('one answer of a replica that has half of the list', async () => {
		const sandbox = await stage.ownSandbox(1, { carrierX: 3000 });
		const fault = { kind: 'staleReplica', share: 0.5, after: 2 };
		expectWhole(await read(carrierX, [fault]), carrierX.list(sandbox));
	});

	test.each([10, undefined])(
		'a total of each page, nothing else, pages of %p',
		async (pageSize) => {
			const faults = [{ kind: 'silent', ...always }];
			const result = await read(carrierX, faults, pageSize === undefined ? {} : { pageSize });
			expectWhole(result, carrierX.list(stage.sandbox));
		},
	);
});

describe('Talkdesk', () => {
	test.each([50, undefined])('links to itself only and no total, pages of %p', async (pageSize) => {
		const sandbox = await stage.ownSandbox(1, { talkdesk: 60 });
		const faults = [{ kind: 'silent', ...always }];
		const result = await read(talkdesk, faults, pageSize === undefined ? {} : { pageSize });
		expectWhole(result, talkdesk.list(sandbox));
	});
});

describe('one ID twice in one answer', () => {
	test.each([
		['i3dNet', { description: 'another' }],
		['carrierX', { status: 'another' }],
		['fastly', { statement_number: 'another' }],
		['talkdeskInsurance', { status: 'another' }],
	])('%s: other content is another record, the same content is the same', async (type, change) => {
		const vendor = vendorOf(type);
		const operation = operationNamed(`${vendor.name}: get many`);
		const sandbox = await stage.ownSandbox(1, { [type]: 12 });
		const data = sandbox.data[type];
		const list = Array.isArray(data) ? data : (Object.values(data)[0] as Json[]);
		list.splice(5, 0, { ...list[4], ...change });
		const expected = vendor.list(sandbox);
		expectWhole(await stage.perform(operation), expected);
	});
});
