/**
 * Bad days: each fault, at each vendor, ends in the whole list (the file, the invoice) or in a
 * clear sentence and nothing else, never in between.
 */
import { bigPdf } from './sandbox/pdf';
import {
	type Fault,
	JSONS,
	type Json,
	LISTS,
	OPERATIONS,
	type OperationOfTest,
	PAGED,
	PDFS,
	type Result,
	type Sandbox,
	VENDORS,
	type VendorOfTest,
	expectClear,
	expectWhole,
	jsonOf,
	listOf,
	newSandbox,
	rows,
	setUp,
	sha256,
	statusPattern,
	vendorRows,
	within,
} from './support';

const stage = setUp();

/** How an operation has to end. */
type Outcome =
	| 'whole'
	| 'whole or incomplete'
	| {
			message: (name: string, operation: OperationOfTest) => string | RegExp;
			httpCode?: string;
	  };

interface BadDay {
	name: string;
	faults: Fault[] | ((operation: OperationOfTest) => Fault[]);
	on: OperationOfTest[];
	options?: Json;
	outcome: Outcome;
	/** Requests beyond those that the operation needs to come to the fault, or to its end. */
	more?: number;
	/** More requests than this are too many. */
	most?: number;
	/** Checks how long was waited, in milliseconds. */
	waits?: (waits: number[], vendor: VendorOfTest) => void;
}

const INCOMPLETE = /^Could not retrieve the complete list: /;
const backoff = (times: number) => (waits: number[]) => {
	expect(waits).toHaveLength(times);
	waits.forEach((wait, index) => {
		expect(wait).toBeGreaterThanOrEqual(250 * 2 ** index);
		expect(wait).toBeLessThanOrEqual(500 * 2 ** index);
	});
};
/** What a vendor asks for in a header of its own, or, where it has none, ever longer waits. */
const ownWait =
	(times: number) =>
	(waits: number[], { wait }: VendorOfTest) => {
		if (!wait) return backoff(times)(waits);
		expect(waits).toHaveLength(times);
		for (const each of waits) {
			expect(each).toBeGreaterThanOrEqual(wait.least);
			expect(each).toBeLessThanOrEqual(wait.most);
		}
	};
const noWait = (waits: number[]) => expect(waits).toEqual([]);
const exactly = (expected: number[]) => (waits: number[]) => expect(waits).toEqual(expected);

/** The requests before the one that a fault hits. */
const before = (operation: OperationOfTest) => operation.before;

/** One operation of each way to ask. */
const MAIN = [...VENDORS.map(listOf), ...PDFS];

const always = { times: Infinity };
const patience = { maxRetries: 2 };
const small = { pageSize: 10 };
const pagedLists = LISTS.filter(({ vendor }) => vendor.paging);
const longLists = pagedLists.filter(({ isShort }) => !isShort);
/** Pages with a number begin at few places only, all others anywhere. */
const numberedLists = pagedLists.filter(({ vendor }) => vendor.paging?.by === 'page');
const windowLists = pagedLists.filter(({ vendor }) => vendor.paging?.by !== 'page');
const cursorLists = VENDORS.filter(({ paging }) => paging?.by === 'cursor').map(listOf);
const singleLists = LISTS.filter(({ vendor }) => !vendor.paging);
const withTotal = LISTS.filter(({ vendor }) => vendor.statesTotal);
const withHeader = OPERATIONS.filter(({ vendor }) => !vendor.hasTokens);
const estimates = OPERATIONS.filter(({ kind }) => kind === 'estimate');
const files = PDFS;

const throttled: BadDay[] = [
	{
		name: '429 with seconds, once',
		faults: [{ kind: 'throttle', retryAfter: 7 }],
		on: OPERATIONS,
		outcome: 'whole',
		more: 1,
		waits: exactly([7000]),
	},
	{
		name: '429 with a date, once',
		faults: [{ kind: 'throttle', retryAfter: 'date:30' }],
		on: OPERATIONS,
		outcome: 'whole',
		more: 1,
		waits: ([wait, ...more]) => {
			expect(more).toEqual([]);
			expect(wait).toBeGreaterThan(25_000);
			expect(wait).toBeLessThanOrEqual(30_000);
		},
	},
	{
		name: '429 with a date that is over, once',
		faults: [{ kind: 'throttle', retryAfter: 'date:-30' }],
		on: OPERATIONS,
		outcome: 'whole',
		more: 1,
		waits: exactly([0]),
	},
	{
		name: '429 with no word on how long, once',
		faults: [{ kind: 'throttle' }],
		on: OPERATIONS,
		outcome: 'whole',
		more: 1,
		waits: ownWait(1),
	},
	{
		name: '429 that asks for ten minutes',
		faults: [{ kind: 'throttle', retryAfter: 600, ...always }],
		on: OPERATIONS,
		outcome: {
			message: (name) => statusPattern(name, 429, ': .*[^.]\\. It asked to wait 600 s\\.$'),
			httpCode: '429',
		},
		more: 1,
		waits: noWait,
	},
	{
		name: '429 that asks for more than two minutes in all',
		faults: [{ kind: 'throttle', retryAfter: 50, ...always }],
		on: OPERATIONS,
		outcome: {
			message: (name) =>
				statusPattern(name, 429, ': .*[^.]\\. It asked to wait 50 s\\. Tried 3 times\\.$'),
			httpCode: '429',
		},
		more: 3,
		waits: exactly([50_000, 50_000]),
	},
	{
		name: '429 without end',
		faults: [{ kind: 'throttle', ...always }],
		on: OPERATIONS,
		options: patience,
		outcome: {
			message: (name) => statusPattern(name, 429, ': .*[^.]\\. Tried 3 times\\.$'),
			httpCode: '429',
		},
		more: 3,
		waits: ownWait(2),
	},
];

const refused: BadDay[] = [
	...[408, 425, 500, 502, 503, 504].flatMap((status): BadDay[] => [
		{
			name: `${status}, once`,
			faults: [{ kind: 'status', status }],
			on: status === 503 ? OPERATIONS : MAIN,
			outcome: 'whole',
			more: 1,
			waits: backoff(1),
		},
		{
			name: `${status} without end`,
			faults: [{ kind: 'status', status, ...always }],
			on: status === 503 ? OPERATIONS : MAIN,
			options: patience,
			outcome: {
				message: (name) =>
					statusPattern(name, status, ': .*The service has a problem.*\\. Tried 3 times\\.$'),
				httpCode: String(status),
			},
			more: 3,
			waits: backoff(2),
		},
	]),
	...[400, 403, 404].map(
		(status): BadDay => ({
			name: `${status}, which no second try mends`,
			faults: [{ kind: 'status', status, ...always }],
			on: OPERATIONS,
			outcome: {
				message: (name) => statusPattern(name, status, ': '),
				httpCode: String(status),
			},
			more: 1,
			waits: noWait,
		}),
	),
	{
		// n8n itself asks once more.
		name: '401, which no third try mends',
		faults: [{ kind: 'status', status: 401, ...always }],
		on: withHeader,
		outcome: { message: (name) => statusPattern(name, 401, ': '), httpCode: '401' },
		more: 2,
		waits: noWait,
	},
	{
		name: '503 that answers a web page, once',
		faults: [{ kind: 'status', status: 503, body: '<html>', contentType: 'text/html' }],
		on: OPERATIONS,
		outcome: 'whole',
		more: 1,
		waits: backoff(1),
	},
];

const broken: BadDay[] = [
	...['reset', 'cutBody'].flatMap((kind): BadDay[] => [
		{
			name: `${kind}, once`,
			faults: [{ kind }],
			on: OPERATIONS,
			outcome: 'whole',
			more: 1,
			waits: backoff(1),
		},
		{
			name: `${kind} without end`,
			faults: [{ kind, ...always }],
			on: OPERATIONS,
			options: patience,
			outcome: {
				message: (name) =>
					new RegExp(
						`^(Could not reach ${name}|Download from ${name} was interrupted): the connection was closed unexpectedly\\. Tried 3 times\\.$`,
					),
			},
			more: 3,
			waits: backoff(2),
		},
	]),
	...['html', 'emptyBody', 'notJson'].flatMap((kind): BadDay[] => [
		{
			name: `${kind}, once`,
			faults: [{ kind }],
			on: JSONS,
			outcome: 'whole',
			more: 1,
			waits: backoff(1),
		},
		{
			name: `${kind} without end`,
			faults: [{ kind, ...always }],
			on: JSONS,
			outcome: {
				message: (name) =>
					new RegExp(
						`^${name} returned (a web page|an (empty|unexpected) response) instead of JSON$`,
					),
			},
			more: 2,
			waits: backoff(1),
		},
	]),
	{
		name: 'JSON without the list',
		faults: [{ kind: 'missingList', ...always }],
		on: LISTS,
		outcome: { message: (name) => `${name}'s response contains no ` },
		more: 1,
		waits: noWait,
	},
	{
		name: 'a list that holds null',
		faults: ({ vendor, answer = vendor.answers.list }) => [
			{ kind: 'status', status: 200, body: answer([null]) },
		],
		on: LISTS,
		outcome: { message: () => /^Record 1 in (".*"|the list) from .* is not an object$/ },
		more: 1,
	},
];

const redirected: BadDay[] = [301, 302, 303, 307, 308].map((status) => ({
	name: `${status} to another host`,
	faults: [{ kind: 'redirect', status, ...always }],
	on: status === 302 ? OPERATIONS : MAIN,
	outcome: {
		message: (name: string) =>
			new RegExp(
				`^${name} redirected the request to another host \\(127\\.0\\.0\\.1:\\d+\\)\\. The redirect was not followed$`,
			),
	},
	more: 1,
	waits: noWait,
}));

const listed: BadDay[] = [
	...[1, 2, 3, 7].map(
		(size): BadDay => ({
			name: `pages of ${size} where 10 were asked for`,
			faults: [{ kind: 'capPages', size, ...always }],
			on: windowLists,
			options: small,
			outcome: size === 1 ? 'whole or incomplete' : 'whole',
		}),
	),
	// No page of up to 3 begins before the 6th record and ends behind it: no two pages overlap there.
	...[1, 2, 3, 7].map(
		(size): BadDay => ({
			name: `pages of ${size} where 10 were asked for`,
			faults: [{ kind: 'capPages', size, ...always }],
			on: numberedLists,
			options: small,
			outcome: size <= 3 ? 'whole or incomplete' : 'whole',
			// Pages that share no record are joined by what stands before and behind each.
			most: size <= 3 ? 1500 : undefined,
		}),
	),
	{
		name: 'pages of 4 from the third on',
		faults: [{ kind: 'capPages', size: 4, after: 2, ...always }],
		on: windowLists,
		options: small,
		outcome: 'whole',
	},
	{
		name: 'pages of 4 from the third on',
		faults: [{ kind: 'capPages', size: 4, after: 2, ...always }],
		on: numberedLists,
		options: small,
		outcome: 'whole or incomplete',
	},
	...[1, 2, 4].map(
		(size): BadDay => ({
			name: `one page of ${size} in between`,
			faults: [{ kind: 'capPages', size, after: 2 }],
			on: pagedLists,
			options: small,
			outcome: 'whole',
		}),
	),
	{
		name: 'an answer that is capped',
		faults: [{ kind: 'capPages', size: 5, ...always }],
		on: singleLists,
		outcome: {
			message: (_, { vendor }) =>
				`expected ${vendor.list(stage.sandbox).length} records, received 5`,
		},
	},
	...[1, 3, 1000].map(
		(delta): BadDay => ({
			name: `a total that is ${delta} too high`,
			faults: [{ kind: 'total', delta, ...always }],
			on: withTotal,
			outcome: {
				message: () => /\(expected [\d,]+ records, received \d+\)$/,
			},
		}),
	),
	// With 31 less, a numbered page may end just where the total says that the list does.
	...[1, 2, 3, 5, 8, 31].map(
		(less): BadDay => ({
			name: `a total that is ${less} too low`,
			faults: [{ kind: 'total', delta: -less, ...always }],
			on: withTotal,
			options: small,
			outcome: 'whole or incomplete',
		}),
	),
	...[-4, 4].map(
		(delta): BadDay => ({
			name: `a total that is ${delta} off on one page`,
			faults: [{ kind: 'total', delta, after: 1 }],
			on: pagedLists,
			options: small,
			outcome: 'whole or incomplete',
		}),
	),
	{
		name: 'a cursor that comes back',
		faults: [{ kind: 'repeatCursor', after: 1, ...always }],
		on: cursorLists,
		options: small,
		outcome: {
			message: () =>
				/: the vendor returned the same cursor twice \(expected [\d,]+ records, received \d+\)$/,
		},
	},
	{
		name: 'the first page again and again',
		faults: [{ kind: 'stuckPage', ...always }],
		on: longLists,
		options: small,
		outcome: { message: () => INCOMPLETE },
	},
	{
		name: 'the first page again from the third on',
		faults: [{ kind: 'stuckPage', after: 2, ...always }],
		on: longLists,
		options: small,
		outcome: { message: () => INCOMPLETE },
	},
	{
		name: 'the first page once in between',
		faults: [{ kind: 'stuckPage', after: 2 }],
		on: pagedLists,
		options: small,
		outcome: 'whole or incomplete',
	},
	{
		name: '503 without end behind the second page',
		faults: [{ kind: 'status', status: 503, after: 2, ...always }],
		on: longLists,
		options: { ...small, ...patience },
		outcome: { message: (name) => statusPattern(name, 503, ': '), httpCode: '503' },
	},
	{
		name: 'a reset on each second request',
		faults: Array.from({ length: 40 }, (_, index) => ({ kind: 'reset', after: 1 + index })),
		on: pagedLists,
		options: { ...small, parallelRequests: 1 },
		outcome: 'whole',
	},
];

const ownToOne: BadDay[] = [
	{
		// It may need up to a minute; it is no failure, so no retry either.
		name: 'not ready for 60 s, without any retry',
		faults: [{ kind: 'notReady', times: 12 }],
		on: estimates,
		options: { maxRetries: 0 },
		outcome: 'whole',
		more: 12,
		waits: exactly(Array(12).fill(5000)),
	},
	{
		name: 'not ready without end',
		faults: [{ kind: 'notReady', ...always }],
		on: estimates,
		options: patience,
		outcome: {
			message: (name) => `${name} is still preparing its response (202) after 120 s`,
			httpCode: '202',
		},
		more: 25,
		waits: exactly(Array(24).fill(5000)),
	},
	{
		name: 'a web page called PDF',
		faults: [{ kind: 'notPdf', ...always }],
		on: files,
		outcome: { message: (name) => `${name} returned a file that is not a PDF` },
		more: 1,
	},
	{
		name: 'an empty file',
		faults: [{ kind: 'emptyBody', ...always }],
		on: files,
		outcome: { message: (name) => `${name} returned a file that is not a PDF` },
	},
	{
		name: 'a web page where a file is due',
		faults: [{ kind: 'html', ...always }],
		on: files,
		outcome: { message: (name) => `${name} returned a file that is not a PDF` },
	},
	{
		name: 'a file larger than wanted, which says so',
		faults: [{ kind: 'bigPdf', bytes: 2_000_001, ...always }],
		on: files,
		options: { maxFileSize: 2 },
		outcome: { message: (name) => `The PDF from ${name} is larger than 2 MB` },
		more: 1,
	},
	{
		name: 'a file larger than wanted, which does not say so',
		faults: [
			{ kind: 'bigPdf', bytes: 2_000_001, ...always },
			{ kind: 'noLength', ...always },
		],
		on: files,
		options: { maxFileSize: 2 },
		outcome: { message: (name) => `The PDF from ${name} is larger than 2 MB` },
		more: 1,
	},
	{
		name: 'a file just as large as wanted',
		faults: [{ kind: 'bigPdf', bytes: 2_000_000 }],
		on: files,
		options: { maxFileSize: 2 },
		outcome: 'whole',
	},
	{
		name: 'a file of unknown length',
		faults: [{ kind: 'noLength', ...always }],
		on: files,
		outcome: 'whole',
		more: 0,
	},
	{
		name: 'a file of unknown length that is cut, once',
		faults: [{ kind: 'noLength', ...always }, { kind: 'cutBody' }],
		on: files,
		outcome: 'whole',
		more: 1,
	},
	{
		name: 'a file of unknown length that is cut without end',
		faults: [
			{ kind: 'noLength', ...always },
			{ kind: 'cutBody', ...always },
		],
		on: files,
		options: patience,
		outcome: { message: (name) => `Download from ${name} was interrupted: ` },
		more: 3,
	},
];

const MOST_REQUESTS = 400;

function expectOutcome(result: Result, operation: OperationOfTest, outcome: Outcome): void {
	const expected = operation.expected(stage.sandbox);
	if (outcome === 'whole or incomplete') {
		if (result.error) expectClear(result, INCOMPLETE);
		else expectWhole(result, expected);
	} else if (outcome === 'whole') {
		expectWhole(result, expected);
	} else {
		expectClear(result, outcome.message(operation.vendor.name, operation), outcome.httpCode);
	}
}

describe.each([
	['throttling', throttled],
	['statuses', refused],
	['broken answers', broken],
	['redirects', redirected],
	['lists', listed],
	['what only some vendors have', ownToOne],
])('%s', (_name, badDays) => {
	const table = badDays.flatMap((badDay) =>
		badDay.on.map((operation): [string, string, OperationOfTest, BadDay] => [
			operation.name,
			badDay.name,
			operation,
			badDay,
		]),
	);
	it.each(table)('%s: %s', async (_operation, _badDay, operation, badDay) => {
		const { faults, options, outcome, more, most = MOST_REQUESTS, waits } = badDay;
		const ordered = typeof faults === 'function' ? faults(operation) : faults;
		for (const fault of ordered) stage.spoil(operation, fault);
		const result = await stage.perform(operation, options);
		expectOutcome(result, operation, outcome);
		expect(stage.sandbox.requests.length).toBeLessThan(most);
		if (more !== undefined) {
			const usual = result.error ? before(operation) : operation.requests;
			expect(stage.requests).toHaveLength(usual + more);
		}
		waits?.(stage.waits, operation.vendor);
	});
});

describe('redirects on the same host', () => {
	/** The address of the operation's own request, as it was sent. */
	const addressOf = async (operation: OperationOfTest): Promise<string> => {
		await stage.perform(operation);
		const { path, query } = stage.requests[before(operation)];
		stage.sandbox.clearRequests();
		const search = new URLSearchParams(query as Record<string, string>).toString();
		return search ? `${path}?${search}` : path;
	};

	it.each(rows(OPERATIONS))('%s: is followed', async (_, operation) => {
		const location = `{self}${await addressOf(operation)}`;
		stage.spoil(operation, { kind: 'redirect', location });
		expectWhole(await stage.perform(operation), operation.expected(stage.sandbox));
		expect(stage.requests).toHaveLength(operation.requests + 1);
	});

	it.each(rows(OPERATIONS))('%s: is followed without the host in it', async (_, operation) => {
		const location = await addressOf(operation);
		stage.spoil(operation, { kind: 'redirect', location });
		expectWhole(await stage.perform(operation), operation.expected(stage.sandbox));
	});

	it.each(rows(OPERATIONS))('%s: in a circle ends', async (_, operation) => {
		const location = `{self}${await addressOf(operation)}`;
		stage.spoil(operation, { kind: 'redirect', location, ...always });
		const message = `${operation.vendor.name} redirected the request too many times`;
		expectClear(await stage.perform(operation), message);
		expect(stage.requests).toHaveLength(before(operation) + 4);
	});

	it.each(rows(OPERATIONS))('%s: then on to another host is not', async (_, operation) => {
		const location = `{self}${await addressOf(operation)}`;
		stage.spoil(operation, { kind: 'redirect', location });
		stage.spoil(operation, { kind: 'redirect', ...always });
		const message = `${operation.vendor.name} redirected the request to another host`;
		expectClear(await stage.perform(operation), message);
	});

	it.each(rows(OPERATIONS))('%s: without an address is an answer', async (_, operation) => {
		stage.spoil(operation, { kind: 'status', status: 302, body: {}, ...always });
		expectClear(await stage.perform(operation), statusPattern(operation.vendor.name, 302), '302');
	});
});

describe('what leads to another host', () => {
	it.each(rows(pagedLists))('%s: links in bodies are not followed', async (_, operation) => {
		await stage.perform(operation, small);
		expect(stage.sandbox.foreignRequests).toEqual([]);
		expect(stage.requests.length).toBeGreaterThan(operation.isShort ? 0 : 1);
	});
});

describe('pages without end', () => {
	// Where no total is stated, half a million records pass before the list is doubted: that takes half
	// a minute and is a matter of shared/paging alone.
	it.each(vendorRows(PAGED.filter(({ statesTotal }) => statesTotal)))(
		'%s: end in a clear sentence',
		async (_, vendor) => {
			stage.sandbox.addFault({ vendor: vendor.type, kind: 'endlessPages', ...always });
			expectClear(
				await stage.perform(listOf(vendor)),
				/^Could not retrieve the complete list: it does not end \(expected [\d,]+ to [\d,]+ records, received [\d,]+\)$/,
			);
			// Ten thousand records more than stated pass before the list is doubted.
			const { largest } = vendor.paging!;
			expect(stage.requests.length).toBeLessThan(100 + 10_000 / largest);
		},
	);

	it.each(vendorRows(PAGED))('%s: do not matter to a limit', async (_, vendor) => {
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'endlessPages', ...always });
		const result = await stage.run(vendor, { operation: 'getAll', limit: 30, options: small });
		expectWhole(result, vendor.list(stage.sandbox).slice(0, 30));
	});
});

describe('lists that change between two requests', () => {
	const changes = ['start', 'middle', 'end'].flatMap((where) =>
		[
			{ insert: 1 },
			{ insert: 3 },
			{ remove: 1 },
			{ remove: 3 },
			{ insert: 1, remove: 1 },
			{ insert: 12, remove: 12 },
		].map((change) => ({ where, ...change })),
	);
	const table = changes.flatMap((change) =>
		PAGED.map((vendor): [string, string, VendorOfTest, Json] => [
			vendor.name,
			JSON.stringify(change),
			vendor,
			change,
		]),
	);

	/** A list of seven pages or more; the other vendors are not asked. */
	const sizesFor = ({ type, paging }: VendorOfTest) => ({
		...Object.fromEntries(VENDORS.map((vendor) => [vendor.type, 1])),
		[type]: paging!.invoicesFor(70),
	});

	/** Runs, and gives what was in the list before and after. */
	const readWhile = async (vendor: VendorOfTest, fault: Json, seed?: number) => {
		const sandbox = await stage.ownSandbox(seed, sizesFor(vendor));
		const { keyOf } = vendor;
		const past = vendor.list(sandbox);
		sandbox.addFault({ vendor: vendor.type, kind: 'mutate', ...fault });
		const result = await stage.perform(listOf(vendor), small);
		const now = new Map(vendor.list(sandbox).map((record) => [keyOf(record), record]));
		const stayed = past.filter((record) => now.has(keyOf(record)));
		return { result, stayed, keyOf };
	};

	const expectAllThatStayed = ({
		result,
		stayed,
		keyOf,
	}: Awaited<ReturnType<typeof readWhile>>) => {
		expect(result.error?.message).toBeUndefined();
		const read = jsonOf(result);
		expect(new Set(read.map(keyOf)).size).toBe(read.length);
		const keys = new Set(stayed.map(keyOf));
		const kept = read.filter((record) => keys.has(keyOf(record)));
		expect(kept.map(keyOf)).toEqual(stayed.map(keyOf));
		expect(kept).toEqual(stayed);
	};

	// So many at one place may leave no trace between two pages.
	const few = table.filter(([, , , { insert }]) => insert !== 12);
	it.each(few)('%s, once: %s', async (_vendor, _change, vendor, change) => {
		expectAllThatStayed(await readWhile(vendor, { ...change, after: 2 }));
	});

	it.each(table)('%s, again and again: %s', async (_vendor, _change, vendor, change) => {
		const read = await readWhile(vendor, { ...change, times: 8 });
		if (read.result.error) expectClear(read.result, INCOMPLETE);
		else expectAllThatStayed(read);
		expect(stage.requests.length).toBeLessThan(MOST_REQUESTS);
	});

	it.each(
		[2, 3, 4, 5, 6, 7].flatMap((seed) =>
			PAGED.map((vendor): [string, number, VendorOfTest] => [vendor.name, seed, vendor]),
		),
	)('%s, anywhere, with seed %d', async (_, seed, vendor) => {
		const change = { insert: 1, remove: 1, where: 'random', times: 4 };
		const read = await readWhile(vendor, change, seed);
		if (read.result.error) expectClear(read.result, INCOMPLETE);
		else expectAllThatStayed(read);
	});

	it.each(vendorRows(PAGED))('%s: 429 and changes at once', async (_, vendor) => {
		const sandbox = await stage.ownSandbox(1, sizesFor(vendor));
		sandbox.addFault({ vendor: vendor.type, kind: 'throttle', retryAfter: 1, after: 2, times: 3 });
		sandbox.addFault({ vendor: vendor.type, kind: 'mutate', remove: 2, where: 'start', after: 1 });
		const past = vendor.list(sandbox);
		const result = await stage.perform(listOf(vendor), small);
		const now = new Set(vendor.list(sandbox).map(vendor.keyOf));
		const stayed = past.filter((record) => now.has(vendor.keyOf(record)));
		expectAllThatStayed({ result, stayed, keyOf: vendor.keyOf });
	});
});

describe('silence', () => {
	// All at once: each of them really lasts a second or two.
	const results = new Map<string, { result: Result; expected: Json[] }>();
	const sizes = Object.fromEntries(
		PAGED.map(({ type, paging }) => [type, paging!.invoicesFor(10)]),
	);
	const kinds: Array<[string, Fault]> = [
		['slow', { kind: 'slow', ms: 5000 }],
		['stall', { kind: 'stall' }],
	];
	const cases = kinds.flatMap(([kind, fault]) =>
		MAIN.flatMap((operation) => [1, Infinity].map((times) => ({ kind, fault, operation, times }))),
	);
	const nameOf = ({ kind, operation, times }: (typeof cases)[number]) =>
		`${operation.name}: ${kind}${times === 1 ? ', once' : ' without end'}`;
	const table = cases.map((each): [string, (typeof cases)[number]] => [nameOf(each), each]);
	const sandboxes: Sandbox[] = [];

	beforeAll(async () => {
		await Promise.all(
			cases.map(async (each) => {
				const { fault, operation, times } = each;
				const sandbox = await newSandbox(1, sizes);
				sandboxes.push(sandbox);
				const { vendor, path } = operation;
				sandbox.addFault({ vendor: vendor.type, ...(path && { path }), ...fault, times });
				const run = stage.engine.runNode({
					type: vendor.type,
					parameters: {
						resource: 'invoice',
						output: 'raw',
						...operation.parameters(sandbox),
						options: { timeout: 1, maxRetries: 1 },
					},
					credentials: { [vendor.credential]: sandbox.credentials[vendor.credential] },
				});
				const result = await within(8000, run);
				const expected = operation.expected(sandbox);
				if (result) results.set(nameOf(each), { result, expected });
			}),
		);
	});

	afterAll(async () => {
		await Promise.all(sandboxes.map(async (sandbox) => await sandbox.stop()));
	});

	it.each(table)('%s', (name, { operation, times }) => {
		const ended = results.get(name);
		if (ended === undefined) throw new Error('It did not end');
		const { result, expected } = ended;
		if (times === 1) {
			expectWhole(result, expected);
		} else {
			const { name: vendor } = operation.vendor;
			expectClear(
				result,
				new RegExp(
					`^(Could not reach|Download from) ${vendor}( was interrupted)?: no (complete response after|data received for) \\d+ s\\. Tried 2 times\\.$`,
				),
			);
		}
	});
});

describe('files', () => {
	it.each(rows(PDFS))('%s: 30 MB come over whole', async (_, operation) => {
		const bytes = 30_000_000;
		stage.spoil(operation, { kind: 'bigPdf', bytes });
		const [{ fileSize, sha256: hash }] = jsonOf(await stage.perform(operation));
		expect({ fileSize, hash }).toEqual({
			fileSize: bytes,
			hash: sha256(Buffer.concat([...bigPdf(bytes)])),
		});
	});

	it.each(rows(PDFS))('%s: a second try stores the whole file only', async (_, operation) => {
		stage.spoil(operation, { kind: 'cutBody' });
		const { items, binaryBuffer } = await stage.perform(operation);
		const file = await binaryBuffer(items[0]);
		expect({ size: file.length, hash: sha256(file) }).toEqual({
			size: items[0].json.fileSize,
			hash: items[0].json.sha256,
		});
	});
});

describe('If Incomplete: Continue', () => {
	const continued = { ...small, ifIncomplete: 'continue' };

	it.each(rows(withTotal))('%s: a total never reached gives what came', async (_, operation) => {
		stage.spoil(operation, { kind: 'total', delta: 3, ...always });
		const result = await stage.perform(operation, continued);
		expectWhole(result, operation.expected(stage.sandbox));
	});

	it.each(rows(withTotal))('%s: writes to the log what is missing', async (_, operation) => {
		stage.spoil(operation, { kind: 'total', delta: 3, ...always });
		const { logs } = await stage.perform(operation, continued);
		const warnings = logs.filter(({ level }) => level === 'warn').map(({ message }) => message);
		expect(warnings).toEqual([
			expect.stringMatching(/Could not retrieve the complete list: .* Returned \d+ records$/),
		]);
	});

	it.each(vendorRows(PAGED))('%s: a page that is stuck gives what came', async (_, vendor) => {
		stage.sandbox.addFault({ vendor: vendor.type, kind: 'stuckPage', ...always });
		const result = await stage.perform(listOf(vendor), continued);
		const whole = vendor.list(stage.sandbox);
		const { length } = result.items;
		expect(length).toBeGreaterThanOrEqual(10);
		expect(length).toBeLessThan(whole.length);
		// Those that are read oldest first stop among the oldest.
		expectWhole(result, vendor.isTurned ? whole.slice(-length) : whole.slice(0, length));
	});

	it.each(vendorRows(PAGED))('%s: a refusal is none the less one', async (_, vendor) => {
		const fault = { vendor: vendor.type, kind: 'status', status: 403, after: 2, ...always };
		stage.sandbox.addFault(fault);
		const result = await stage.perform(listOf(vendor), continued);
		expectClear(result, statusPattern(vendor.name, 403), '403');
	});
});

describe('one ID twice in one answer', () => {
	const table = VENDORS.flatMap(
		(vendor): Array<[string, VendorOfTest, Json]> =>
			vendor.otherContent ? [[vendor.name, vendor, vendor.otherContent]] : [],
	);

	it.each(table)(
		'%s: other content is another record, the same content is the same',
		async (_, vendor, change) => {
			const sandbox = await stage.ownSandbox(
				1,
				vendor.paging && { [vendor.type]: vendor.paging.invoicesFor(10) },
			);
			const records = vendor.records(sandbox);
			records.splice(3, 0, { ...records[2], ...change });
			expectWhole(await stage.perform(listOf(vendor)), vendor.list(sandbox));
		},
	);
});
