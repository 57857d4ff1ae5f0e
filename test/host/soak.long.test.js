'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { lineThrough } = require('../bench/stats');
const { VENDORS, connect, vendorNode, webhookNode } = require('./demo');
const { invoicesOf, summary } = require('./expected');
const host = require('./host');
const { wait } = require('./processes');
const { openSession } = require('./session');
const { socketsTo } = require('./sockets');

// Ten thousand executions in one n8n, against vendors that fail one request of ten in every way the
// sandbox knows for a single answer. Each execution has to give all invoices, or to fail and say why.
// Memory is what a line says that is fitted to the heap, garbage apart, after every few executions: each
// of these samples is off by more than a small leak, the slope of the line is not.

const SETUP_TIMEOUT = 1_200_000;
const SOAK_TIMEOUT = 3_600_000;
const EXECUTIONS = 10_000;
const BETWEEN_SAMPLES = 500;
/** Until n8n's caches are filled, and V8 has let go of the code that only the start needs. */
const WARM_UP = 2000;
/** Bytes an execution that have to be found: they would be 50 MB after these executions. */
const LEAK = 5000;
/** So many are enough to find that leak. */
const LEAKING_EXECUTIONS = 1000;
const AT_ONCE = 10;
/** What n8n itself may have open at one moment and not at another. */
const FEW_HANDLES = 10;
/** The folder of the node that leaks. */
const EXTENSIONS = path.join(__dirname, 'leak');
/** Where a list comes in pages, it has three. */
const SIZES = Object.fromEntries(VENDORS.map(({ type, paging }) => [type, paging ? 30 : 12]));
const PDFS = 3;
/** Of the nodes, in seconds. */
const TIMEOUT = 2;
const OPTIONS = { timeout: TIMEOUT, maxRetries: 1 };
/** Longer than a client keeps a connection that it does not use. */
const IDLE = 30_000;

/** JSON and no token. Half of a PDF whose length says that it is all of it cannot be told from one. */
const ANSWERS_IN_JSON = /^(?!.*(pdf|token))/;

/** A bad answer of those vendors only. */
const faultsOf = (kind, which) => VENDORS.filter(which).map(({ type }) => ({ kind, vendor: type }));

/** Every bad answer to a single request. */
const FAULTS = [
	...[408, 500, 502, 503, 504].map((status) => ({ kind: 'status', status })),
	{ kind: 'status', status: 502, body: '<html>Bad Gateway</html>', contentType: 'text/html' },
	{ kind: 'throttle' },
	{ kind: 'throttle', retryAfter: 0 },
	{ kind: 'throttle', retryAfter: 0.2 },
	{ kind: 'throttle', retryAfter: 'date:1' },
	{ kind: 'throttle', retryAfter: 600 },
	{ kind: 'reset' },
	{ kind: 'cutBody' },
	{ kind: 'html' },
	{ kind: 'emptyBody' },
	{ kind: 'notJson', path: ANSWERS_IN_JSON },
	...faultsOf('expireToken', ({ hasTokens }) => hasTokens),
	{ kind: 'redirect' },
	{ kind: 'slow', ms: (TIMEOUT + 1) * 1000 },
	{ kind: 'stall' },
	{ kind: 'missingList' },
	{ kind: 'stuckPage' },
	{ kind: 'capPages', size: 3 },
	{ kind: 'total', delta: 1 },
	{ kind: 'total', delta: -1 },
	...faultsOf('repeatCursor', ({ paging }) => paging?.by === 'cursor'),
	{ kind: 'notPdf' },
	{ kind: 'noLength' },
];
const SHARE = 0.1 / (FAULTS.length - 4);

let session;
let client;
let sandbox;
/** What is executed in turn: {route, whole}. */
let jobs;
/** The same, each with a node at its end that keeps something of every execution. */
let leaking;

beforeAll(async () => {
	session = await openSession({ sizes: SIZES, env: { N8N_CUSTOM_EXTENSIONS: EXTENSIONS } });
	({ client, sandbox } = session);
	const withPdf = VENDORS.filter(({ pdfPath }) => pdfPath !== undefined);
	jobs = [...VENDORS.map(listing), ...withPdf.map(downloading)];
	leaking = jobs.map(withLeak);
	for (const { workflow } of [...jobs, ...leaking]) {
		await host.publishWorkflow(client, await host.createWorkflow(client, workflow));
	}
}, SETUP_TIMEOUT);

afterAll(async () => await session?.close());

const ours = (vendor, name, { operation, options = {}, ...parameters }) =>
	vendorNode(vendor, session.credentialOf(vendor.credential), {
		id: name,
		name,
		parameters: { operation, ...parameters, options: { ...OPTIONS, ...options } },
	});

/** A workflow whose last node's items are the answer to a call of `route`. */
function workflowOf(route, nodes) {
	const webhook = webhookNode(route, {
		httpMethod: 'POST',
		responseMode: 'lastNode',
		responseData: 'allEntries',
	});
	return {
		name: route,
		nodes: [webhook, ...nodes],
		connections: connect([webhook.name, ...nodes.map(({ name }) => name)]),
		// What succeeded is not kept: the database is not what is measured.
		settings: { executionOrder: 'v1', saveDataSuccessExecution: 'none' },
	};
}

const jobOf = (route, vendor, nodes) => ({
	route,
	vendor,
	nodes,
	workflow: workflowOf(route, nodes),
});

function withLeak({ route, vendor, nodes }) {
	const leak = {
		id: 'leak',
		name: 'Leak',
		type: 'CUSTOM.leak',
		typeVersion: 1,
		position: [1000, 320],
		parameters: { bytes: LEAK },
	};
	return jobOf(`leak-${route}`, vendor, [...nodes, leak]);
}

function listing(vendor) {
	const node = ours(vendor, 'List', {
		operation: 'getAll',
		returnAll: true,
		...vendor.parameters,
		output: 'full',
		options: { amountsAs: 'text', ...(vendor.paging && { pageSize: 10 }) },
	});
	return jobOf(`list-${vendor.type}`, vendor, [node]);
}

function downloading(vendor) {
	const nodes = [
		ours(vendor, 'List', {
			...vendor.parameters,
			operation: 'getAll',
			returnAll: false,
			limit: PDFS,
		}),
		ours(vendor, 'PDF', {
			...vendor.parameters,
			operation: 'downloadPdf',
			invoiceId: { __rl: true, mode: 'id', value: '={{ $json.invoiceId }}' },
		}),
	];
	return jobOf(`pdf-${vendor.type}`, vendor, nodes);
}

/** Executes a job once: {status, items}, where `items` is one text whatever their order. */
async function execute({ route }) {
	const response = await fetch(`${session.n8n.url}/webhook/${route}`, { method: 'POST' });
	const text = await response.text();
	if (response.status !== 200) return { status: response.status, text };
	const items = JSON.parse(text);
	return { status: 200, text, items, digest: digestOf(items) };
}

function digestOf(items) {
	const texts = items.map((item) => JSON.stringify(item)).sort();
	return createHash('sha256').update(texts.join('\n')).digest('hex');
}

/** What a whole list of a vendor is, by the sandbox's own records. */
function expectedOf(vendor) {
	const sets = [vendor.parameters];
	return summary(invoicesOf(vendor, sandbox, { sets, currency: null }));
}

/** On a good day: what each job gives has to be right before anything is compared with it. */
async function learnWhatIsWhole() {
	for (const job of jobs) {
		const { items, digest } = await execute(job);
		if (job.route.startsWith('list')) {
			const found = items.map(({ signedTotal: total, ...item }) => ({ ...item, total }));
			expect(summary(found)).toEqual(expectedOf(job.vendor));
		} else {
			expect(new Set(items.map(({ sha256 }) => sha256)).size).toBe(PDFS);
		}
		job.whole = digest;
	}
}

/** @returns {{ whole: number, failed: number, neither: object[], sockets: number }} */
const noResults = () => ({ whole: 0, failed: 0, neither: [], sockets: 0 });

/**
 * Executes jobs in turn, some at once, and adds to the results: how many were whole and failed, what was
 * neither, and the most sockets to the vendors that were seen.
 */
async function executeMany(count, which, results) {
	let next = 0;
	async function lane() {
		while (next < count) {
			const job = which[next++ % which.length];
			const { status, digest, items, text } = await execute(job);
			results.sockets = Math.max(results.sockets, openSockets());
			if (status === 200 && digest === job.whole) results.whole++;
			else if (status === 500 && /^{"message":"Error in workflow"}$/.test(text)) results.failed++;
			else results.neither.push({ route: job.route, status, text, count: items?.length });
		}
	}
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

/** The messages of all executions that failed. */
async function messagesOfFailures() {
	const filter = encodeURIComponent(JSON.stringify({ status: ['error'] }));
	const messages = [];
	for (let page = ''; ; ) {
		const { results, nextCursor } = await client.call(
			'GET',
			`/executions?filter=${filter}&limit=100${page}`,
		);
		for (const { id } of results) messages.push(await host.errorOf(client, id));
		if (!nextCursor) return messages;
		page = `&cursor=${encodeURIComponent(nextCursor)}`;
	}
}

/** Sentences that say what happened; of each the part that does not differ from one to the next. */
const KINDS_OF_FAILURE = [
	/\(\d{3}\)/,
	/Could not reach [^.]*/,
	/instead of JSON/,
	/redirected the request to another host/,
	/was interrupted: [^.]*/,
	/returned a file that is not a PDF/,
	/contains no .*list/,
	/Could not retrieve the complete list: [^(]*/,
];

const kindIn = (message) =>
	KINDS_OF_FAILURE.map((kind) => kind.exec(message)?.[0].trim()).find(Boolean);

/** value → how often, the most frequent first. */
function tally(values) {
	const counts = new Map();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return [...counts].sort(([, a], [, b]) => b - a);
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** What n8n holds when it has had a moment to end what it does behind an execution. */
async function holdings() {
	await wait(2000);
	const { heapUsed, rss, resources } = await session.n8n.memory();
	const files = fs.readdirSync(`/proc/${session.n8n.pid}/fd`).length;
	return { heapUsed, rss, resources: resources.length, files };
}

/**
 * Executes jobs with a sample of the heap after every few; resolves to what became of them, the samples,
 * and the line through these: bytes an execution, and the standard error of that.
 */
async function executeAndSample(count, between, which) {
	const results = noResults();
	const samples = [await holdings()];
	for (let done = 0; done < count; done += between) {
		await executeMany(between, which, results);
		samples.push(await holdings());
	}
	const line = lineThrough(samples.map(({ heapUsed }, index) => [index * between, heapUsed]));
	return { ...results, samples, line };
}

const growth = ({ slope, error }) =>
	`${Math.round(slope)} ± ${Math.round(error)} bytes an execution`;

const openSockets = () => socketsTo(session.n8n.pid, Number(new URL(sandbox.origin).port));

/** Resolves to how many are left when n8n has had time to let them go. */
async function leftAfterIdle(count) {
	const deadline = Date.now() + IDLE;
	for (;;) {
		const left = await count();
		if (!left || Date.now() > deadline) return left;
		await wait(500);
	}
}

function table(rows) {
	const width = Math.max(...rows.map(([name]) => name.length));
	return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}

test(
	'ten thousand executions are whole or failed, and leave neither memory nor sockets behind',
	async () => {
		await learnWhatIsWhole();
		for (const fault of FAULTS) sandbox.addFault({ ...fault, share: SHARE, times: Infinity });
		await executeMany(WARM_UP, jobs, noResults());
		const before = await messagesOfFailures();
		sandbox.clearRequests();

		const began = Date.now();
		const soak = await executeAndSample(EXECUTIONS, BETWEEN_SAMPLES, jobs);
		const seconds = (Date.now() - began) / 1000;

		const sockets = await leftAfterIdle(openSockets);
		const connections = await leftAfterIdle(sandbox.connections);
		const [start] = soak.samples;
		const half = soak.samples[soak.samples.length >> 1];
		const end = await holdings();
		const messages = (await messagesOfFailures()).slice(0, -before.length || undefined);
		const faults = sandbox.requests.flatMap((request) => request.faults);
		process.stdout.write(
			`\n${table([
				['Executions', `${EXECUTIONS} in ${seconds.toFixed(0)} s`],
				['  whole', soak.whole],
				['  failed', soak.failed],
				...tally(messages.map((message) => kindIn(message) ?? message)).map(([kind, count]) => [
					`    ${kind}`,
					count,
				]),
				['  neither', soak.neither.length],
				['Requests', sandbox.requests.length],
				['  spoiled', faults.length],
				...tally(faults).map(([kind, count]) => [`    ${kind}`, count]),
				...soak.samples.map(({ heapUsed, rss }, index) => [
					`Heap (and resident) after ${index * BETWEEN_SAMPLES}`,
					`${megabytes(heapUsed)} (${megabytes(rss)})`,
				]),
				['Heap, by the line through it', growth(soak.line)],
				['Handles of n8n, before and after', `${start.resources}, ${end.resources}`],
				['Open files of n8n, before and after', `${start.files}, ${end.files}`],
				['Sockets to the vendors, most at once', soak.sockets],
				['Sockets to the vendors, idle', sockets],
				['Connections as the vendors see it, idle', connections],
			])}\n`,
		);

		expect(soak.neither).toEqual([]);
		expect(soak.whole + soak.failed).toBe(EXECUTIONS);
		expect(soak.whole).toBeGreaterThan(EXECUTIONS / 2);
		expect(messages).toHaveLength(soak.failed);
		expect(messages.filter((message) => !kindIn(message))).toEqual([]);
		expect(faults.length / sandbox.requests.length).toBeGreaterThan(0.08);
		expect(soak.line.slope + 2 * soak.line.error).toBeLessThan(LEAK);
		// What lies outside the heap shows here only.
		expect(end.rss / half.rss).toBeLessThan(1.1);
		expect(end.resources - start.resources).toBeLessThan(FEW_HANDLES);
		expect(end.files - start.files).toBeLessThan(FEW_HANDLES);
		expect(soak.sockets).toBeGreaterThan(0);
		expect({ sockets, connections }).toEqual({ sockets: 0, connections: 0 });
	},
	SOAK_TIMEOUT,
);

test(
	'a leak of 5 KB an execution is found',
	async () => {
		sandbox.clearFaults();
		leaking.forEach((job, index) => (job.whole = jobs[index].whole));
		const between = LEAKING_EXECUTIONS / 20;
		const { whole, line } = await executeAndSample(LEAKING_EXECUTIONS, between, leaking);
		process.stdout.write(`\nHeap with a leak of ${LEAK} bytes: ${growth(line)}\n`);
		expect(whole).toBe(LEAKING_EXECUTIONS);
		expect(line.slope - 2 * line.error).toBeGreaterThan(LEAK / 2);
		expect(line.slope + 2 * line.error).toBeGreaterThan(LEAK);
	},
	SOAK_TIMEOUT,
);
