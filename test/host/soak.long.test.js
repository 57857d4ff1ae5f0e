'use strict';

const { createHash } = require('node:crypto');
const { VENDORS, connect, vendorNode, webhookNode } = require('./demo');
const { invoicesOf, summary } = require('./expected');
const host = require('./host');
const { wait } = require('./processes');
const { openSession } = require('./session');
const { socketsTo } = require('./sockets');

// A thousand executions in one n8n, against vendors that fail one request of ten in every way the
// sandbox knows for a single answer. Each execution has to give all invoices, or to fail and say why.

const SETUP_TIMEOUT = 1_200_000;
const SOAK_TIMEOUT = 900_000;
const EXECUTIONS = 1000;
const WARM_UP = 140;
const AT_ONCE = 10;
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

beforeAll(async () => {
	session = await openSession({ sizes: SIZES });
	({ client, sandbox } = session);
	const withPdf = VENDORS.filter(({ pdfPath }) => pdfPath !== undefined);
	jobs = [...VENDORS.map(listing), ...withPdf.map(downloading)];
	for (const { workflow } of jobs) {
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

function listing(vendor) {
	const route = `list-${vendor.type}`;
	const node = ours(vendor, 'List', {
		operation: 'getAll',
		returnAll: true,
		...vendor.parameters,
		output: 'full',
		options: { amountsAs: 'text', ...(vendor.paging && { pageSize: 10 }) },
	});
	return { route, vendor, workflow: workflowOf(route, [node]) };
}

function downloading(vendor) {
	const route = `pdf-${vendor.type}`;
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
	return { route, vendor, workflow: workflowOf(route, nodes) };
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

/**
 * Executes the jobs in turn, some at once; resolves to how many were whole and failed, what was
 * neither, and the most sockets to the vendors that were seen.
 */
async function executeMany(count) {
	/** @type {{ whole: number, failed: number, neither: object[], sockets: number }} */
	const results = { whole: 0, failed: 0, neither: [], sockets: 0 };
	let next = 0;
	async function lane() {
		while (next < count) {
			const job = jobs[next++ % jobs.length];
			const { status, digest, items, text } = await execute(job);
			results.sockets = Math.max(results.sockets, openSockets());
			if (status === 200 && digest === job.whole) results.whole++;
			else if (status === 500 && /^{"message":"Error in workflow"}$/.test(text)) results.failed++;
			else results.neither.push({ route: job.route, status, text, count: items?.length });
		}
	}
	await Promise.all(Array.from({ length: AT_ONCE }, lane));
	return results;
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

async function memory() {
	await wait(2000);
	return await session.n8n.memory();
}

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
	'a thousand executions are whole or failed, and leave neither memory nor sockets behind',
	async () => {
		await learnWhatIsWhole();
		for (const fault of FAULTS) sandbox.addFault({ ...fault, share: SHARE, times: Infinity });
		await executeMany(WARM_UP);
		const before = await messagesOfFailures();
		sandbox.clearRequests();

		const began = Date.now();
		const first = await executeMany(EXECUTIONS / 2);
		const half = await memory();
		const second = await executeMany(EXECUTIONS / 2);
		const full = await memory();
		const seconds = (Date.now() - began) / 1000;

		const used = Math.max(first.sockets, second.sockets);
		const sockets = await leftAfterIdle(openSockets);
		const connections = await leftAfterIdle(sandbox.connections);
		const messages = (await messagesOfFailures()).slice(0, -before.length || undefined);
		const faults = sandbox.requests.flatMap((request) => request.faults);
		const whole = first.whole + second.whole;
		const failed = first.failed + second.failed;
		process.stdout.write(
			`\n${table([
				['Executions', `${EXECUTIONS} in ${seconds.toFixed(0)} s`],
				['  whole', whole],
				['  failed', failed],
				...tally(messages.map((message) => kindIn(message) ?? message)).map(([kind, count]) => [
					`    ${kind}`,
					count,
				]),
				['  neither', first.neither.length + second.neither.length],
				['Requests', sandbox.requests.length],
				['  spoiled', faults.length],
				...tally(faults).map(([kind, count]) => [`    ${kind}`, count]),
				['Heap after 500', megabytes(half.heapUsed)],
				['Heap after 1,000', megabytes(full.heapUsed)],
				['Resident after 500', megabytes(half.rss)],
				['Resident after 1,000', megabytes(full.rss)],
				['Sockets to the vendors, most at once', used],
				['Sockets to the vendors, idle', sockets],
				['Connections as the vendors see it, idle', connections],
			])}\n`,
		);

		expect([...first.neither, ...second.neither]).toEqual([]);
		expect(whole + failed).toBe(EXECUTIONS);
		expect(whole).toBeGreaterThan(EXECUTIONS / 2);
		expect(messages).toHaveLength(failed);
		expect(messages.filter((message) => !kindIn(message))).toEqual([]);
		expect(faults.length / sandbox.requests.length).toBeGreaterThan(0.08);
		expect(full.heapUsed / half.heapUsed).toBeLessThan(1.1);
		expect(full.rss / half.rss).toBeLessThan(1.1);
		expect(used).toBeGreaterThan(0);
		expect({ sockets, connections }).toEqual({ sockets: 0, connections: 0 });
	},
	SOAK_TIMEOUT,
);
