/** What long runs tell the log, in n8n's engine: how far they are, and what they wait for. */
import {
	PAGED,
	type Result,
	VENDORS,
	type VendorOfTest,
	listOf,
	reveal,
	setUp,
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
	const escaped = (text: string) => text.replace(/\./g, '\\.');
	/** How far a read is, of vendors that state how long their lists are, and of others. */
	const countOf = (vendor: VendorOfTest) =>
		vendor.statesTotal ? `\\d+ of ${vendor.list(stage.sandbox).length} records` : '\\d+ records';

	it.each(vendorRows(PAGED))('of %s says how far it is', async (name, vendor) => {
		hurry(4);
		const result = await stage.perform(listOf(vendor), { pageSize: 10 });
		expect(result.error?.message).toBeUndefined();
		const lines = linesOf(result);
		expect(lines.length).toBeGreaterThan(0);
		const line = new RegExp(
			`^${escaped(name)} invoice:getAll: read ${countOf(vendor)} in \\d+ pages? so far$`,
		);
		for (const each of lines) expect(each).toMatch(line);
	});

	it.each(vendorRows(PAGED))(
		'of %s says which of several items it is, and how many are done',
		async (name, vendor) => {
			hurry(2);
			const input = [{}, {}, {}];
			const options = { pageSize: 10, parallelRequests: 1 };
			const result = await stage.perform(listOf(vendor), options, { input });
			expect(linesOf(result).join('\n')).toContain(`${name} invoice:getAll, item 1 of 3: `);
			hurry(20);
			const short = await stage.perform(listOf(vendor), {}, { input });
			expect(linesOf(short).join('\n')).toMatch(
				new RegExp(`^${escaped(name)}: \\d of 3 items done$`, 'm'),
			);
		},
	);

	it.each(vendorRows(PAGED))('of the trigger of %s says how far it is', async (name, vendor) => {
		hurry(4);
		const { logs } = await stage.engine.poll({
			type: `${vendor.type}Trigger`,
			parameters: { options: { pageSize: 10 } },
			credentials: stage.credentialsOf(vendor),
		});
		expect(logs.map(({ message }) => message).join('\n')).toMatch(
			new RegExp(`^${escaped(name)} trigger: read ${countOf(vendor)} in \\d+ pages? so far$`, 'm'),
		);
	});

	it.each(vendorRows(PAGED))('of %s names its execution and its node', async (name, vendor) => {
		hurry(4);
		const { logs } = await stage.perform(listOf(vendor), { pageSize: 10 });
		const [line] = logs.filter(({ message }) => message.startsWith(`${name} invoice:getAll`));
		expect(line.metadata).toEqual({
			executionId: expect.stringMatching(/^\d+$/),
			nodeName: name,
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
			/^(.*): waiting until (\S+) to retry \(429, Retry-After\)$/.exec(line) ?? [];
		expect(who).toBe(`${vendor.name} invoice:getAll`);
		expect(Math.abs(Date.parse(until) - Date.now() - 90_000)).toBeLessThan(5000);
	});

	it.each(vendorRows())('%s: of a few seconds is not said', async (_, vendor) => {
		stage.spoil(listOf(vendor), { kind: 'throttle', retryAfter: 4 });
		expect(linesOf(await stage.perform(listOf(vendor)))).toEqual([]);
	});
});

it('no line holds a secret, a query or an address', async () => {
	for (const vendor of VENDORS) {
		hurry(4);
		stage.spoil(listOf(vendor), { kind: 'throttle', retryAfter: 60 });
		const { logs } = await stage.perform(listOf(vendor), { pageSize: 10 });
		const text = reveal(logs);
		expect(text).toContain('waiting until');
		expect(text).not.toMatch(/https?:|[?&]|127\.0\.0\.1/);
		const credential = stage.sandbox.credentials[vendor.credential];
		expect(text).not.toContain(credential[vendor.secret]);
		jest.restoreAllMocks();
	}
});
