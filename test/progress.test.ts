/** What long runs tell the log, in n8n's engine: how far they are, and what they wait for. */
import {
	type Result,
	VENDORS,
	listOf,
	operationNamed,
	reveal,
	setUp,
	vendorOf,
	vendorRows,
} from './support';

const stage = setUp();

afterEach(() => jest.restoreAllMocks());

/** Has some seconds go by between any two looks at the clock. */
function hurry(seconds: number): void {
	let now = Date.now();
	jest.spyOn(Date, 'now').mockImplementation(() => (now += seconds * 1000));
}

const linesOf = ({ logs }: Result): string[] =>
	logs.filter(({ level }) => level === 'info').map(({ message }) => message);

describe('a long read', () => {
	it.each([
		['Fastly', /^Fastly invoice:getAll: \d+ pages, \d+ of 60 records read so far$/],
		['CarrierX', /^CarrierX invoice:getAll: \d+ pages, \d+ of 80 records read so far$/],
		['i3D.net', /^i3D\.net invoice:getAll: \d+ pages, \d+ records read so far$/],
	])('of %s says how far it is', async (name, line) => {
		hurry(4);
		const result = await stage.perform(operationNamed(`${name}: get many`), { pageSize: 10 });
		expect(result.error?.message).toBeUndefined();
		const lines = linesOf(result);
		expect(lines.length).toBeGreaterThan(0);
		for (const each of lines) expect(each).toMatch(line);
	});

	it('says which of several items it is, and how many are done', async () => {
		hurry(2);
		const result = await stage.perform(
			operationNamed('Fastly: get many'),
			{ pageSize: 10, parallelRequests: 1 },
			{ input: [{}, {}, {}] },
		);
		expect(linesOf(result).join('\n')).toMatch(/^Fastly invoice:getAll, item 1 of 3: /m);
		hurry(20);
		const short = await stage.perform(listOf(vendorOf('fastly')), {}, { input: [{}, {}, {}] });
		expect(linesOf(short).join('\n')).toMatch(/^Fastly: \d of 3 items done$/m);
	});

	it('of a trigger says how far it is', async () => {
		hurry(4);
		const { logs } = await stage.engine.poll({
			type: 'carrierXTrigger',
			parameters: { event: 'invoicePaid', options: { pageSize: 10 } },
			credentials: stage.credentialsOf(vendorOf('carrierX')),
		});
		const lines = logs.map(({ message }) => message).join('\n');
		expect(lines).toMatch(/^CarrierX trigger: \d+ pages, \d+ of 80 records read so far$/m);
	});

	it('names its execution and its node', async () => {
		hurry(4);
		const { logs } = await stage.perform(operationNamed('Fastly: get many'), { pageSize: 10 });
		const [line] = logs.filter(({ message }) => message.startsWith('Fastly invoice:getAll'));
		expect(line.metadata).toEqual({
			executionId: expect.stringMatching(/^\d+$/),
			nodeName: 'Fastly',
		});
	});
});

it.each(vendorRows())('%s: a short read says nothing', async (_, vendor) => {
	expect(linesOf(await stage.perform(listOf(vendor)))).toEqual([]);
});

describe('a wait', () => {
	it.each(vendorRows())('%s: is said with its end and its reason', async (_, vendor) => {
		stage.spoil(listOf(vendor), { kind: 'throttle', retryAfter: 90 });
		const result = await stage.perform(listOf(vendor));
		const [line, ...more] = linesOf(result);
		expect(more).toEqual([]);
		const [, who, until] =
			/^(.*): waiting for the vendor until (\S+) \(429, Retry-After\)$/.exec(line) ?? [];
		expect(who).toBe(`${vendor.name} invoice:getAll`);
		expect(Math.abs(Date.parse(until) - Date.now() - 90_000)).toBeLessThan(5000);
	});

	it('of a few seconds is not said', async () => {
		stage.spoil(operationNamed('Fastly: get many'), { kind: 'throttle', retryAfter: 4 });
		expect(linesOf(await stage.perform(operationNamed('Fastly: get many')))).toEqual([]);
	});
});

it('no line holds a secret, a query or an address', async () => {
	for (const vendor of VENDORS) {
		hurry(4);
		stage.spoil(listOf(vendor), { kind: 'throttle', retryAfter: 60 });
		const { logs } = await stage.perform(listOf(vendor), { pageSize: 10 });
		const text = reveal(logs);
		expect(text).toContain('waiting for the vendor');
		expect(text).not.toMatch(/https?:|[?&]|127\.0\.0\.1/);
		const credential = stage.sandbox.credentials[vendor.credential];
		expect(text).not.toContain(credential[vendor.secret]);
		jest.restoreAllMocks();
	}
});
