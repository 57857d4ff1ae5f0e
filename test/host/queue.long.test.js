'use strict';

const { createHash } = require('node:crypto');
const {
	VENDORS,
	connect,
	putPostgresCredential,
	soon,
	vendorNode,
	webhookNode,
} = require('./demo');
const { add, invoicesOf } = require('./expected');
const host = require('./host');
const processes = require('./processes');
const { openQueue } = require('./queue');

// n8n in queue mode: a main process and workers that share nothing but Redis and PostgreSQL. What
// is in the result table in the end is compared with what the sandbox holds.

const SETUP_TIMEOUT = 1_200_000;
const INVOICES = 3;
/** In seconds: a worker that is gone is noticed late. */
const WAIT_TIMEOUT = 180;
/** How long a vendor takes to answer, in milliseconds. */
const LATENCY = 50;
const RATED = 100;
const EXECUTIONS = 200;

const TABLE = `create table results (
	run int, dedupe_key text, signed_total numeric, sha256 text, primary key (run, dedupe_key)
)`;

/** Any vendor with files will do, and any other one, so that the books of the first stay as they are. */
const BOOKED = /** @type {import('../vendors/vendor').VendorOfTest} */ (
	VENDORS.find(({ pdfPath }) => pdfPath !== undefined)
);
const POLLED = /** @type {typeof BOOKED} */ (VENDORS.find((vendor) => vendor !== BOOKED));

let queue;
let client;
let sandbox;
let postgres;
/** The alive ones. */
const workers = [];

beforeAll(async () => {
	queue = await openQueue({ sizes: { [BOOKED.type]: INVOICES } });
	({ postgres } = queue);
	({ client, sandbox } = queue.session);
	await postgres.query(TABLE);
	await putPostgresCredential(client, postgres).then((one) => queue.session.credentials.push(one));
}, SETUP_TIMEOUT);

afterAll(async () => await queue?.close());

const ourNode = (vendor, name, rest) =>
	vendorNode(vendor, queue.session.credentialOf(vendor.credential), { id: name, name, ...rest });

const until = (what, condition) => processes.until(what, condition, WAIT_TIMEOUT);

/** Answers at once. */
const webhook = (route) => webhookNode(route, { httpMethod: 'POST', responseMode: 'onReceived' });

const columnsNode = (name, position, columns) => ({
	id: name,
	name,
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	position,
	parameters: { mode: 'raw', jsonOutput: `={{ { ${columns} } }}`, options: {} },
});

function upsertNode(name, position) {
	const { id, name: credential } = queue.session.credentialOf('postgres');
	const byName = (value) => ({ __rl: true, mode: 'name', value });
	return {
		id: name,
		name,
		type: 'n8n-nodes-base.postgres',
		typeVersion: 2.6,
		position,
		credentials: { postgres: { id, name: credential } },
		parameters: {
			operation: 'upsert',
			schema: byName('public'),
			table: byName('results'),
			columns: {
				mappingMode: 'autoMapInputData',
				value: {},
				matchingColumns: ['run', 'dedupe_key'],
				schema: [],
			},
			options: {},
		},
	};
}

const RUN = "run: $('Webhook').first().json.body.run";
const KEY = "dedupe_key: $('List').itemMatching($itemIndex).json.dedupeKey";

/**
 * Lists and normalizes, and writes what it has; then downloads the PDFs, and adds their hashes. So
 * an execution that ends in the middle leaves something behind. The upper branch comes first.
 */
const bookingWorkflow = () => ({
	name: 'Book',
	nodes: [
		webhook('book'),
		ourNode(BOOKED, 'List', {
			position: [200, 0],
			parameters: { ...BOOKED.parameters, operation: 'getAll', returnAll: true },
		}),
		columnsNode('Totals', [400, -100], `${RUN}, ${KEY}, signed_total: $json.signedTotal`),
		upsertNode('Write Totals', [600, -100]),
		ourNode(BOOKED, 'PDF', {
			position: [400, 100],
			parameters: {
				...BOOKED.parameters,
				operation: 'downloadPdf',
				invoiceId: { __rl: true, mode: 'id', value: '={{ $json.invoiceId }}' },
			},
		}),
		columnsNode('Hashes', [600, 100], `${RUN}, ${KEY}, sha256: $json.sha256`),
		upsertNode('Write Hashes', [800, 100]),
	],
	connections: connect(
		['Webhook', 'List', 'Totals', 'Write Totals'],
		['List', 'PDF', 'Hashes', 'Write Hashes'],
	),
	settings: { executionOrder: 'v1' },
});

/** Publishes a workflow that begins with a webhook; resolves to its id when n8n listens to it. */
async function published(workflow) {
	const created = await host.createWorkflow(client, workflow);
	await host.publishWorkflow(client, created);
	const listens = `select count(*) from webhook_entity where "workflowId" = '${created.id}'`;
	// In queue mode n8n says that it is published before it is.
	await until(`${workflow.name}'s webhook`, async () => Number(await postgres.query(listens)) > 0);
	return created.id;
}

/** The executions of a workflow, the oldest first: {id, status, mode}. */
const executionsOf = (workflowId) =>
	postgres.rows(
		`select id, status, mode from execution_entity where "workflowId" = '${workflowId}' order by id`,
	);

async function untilEnded(workflowId, count) {
	await until(`the end of ${count} executions`, async () => {
		const executions = await executionsOf(workflowId);
		const open = executions.filter(({ status }) => ['new', 'running', 'waiting'].includes(status));
		return executions.length === count && !open.length;
	});
}

let lastRun = 0;

/** Starts executions of the booking workflow, one after the other; resolves to their runs. */
async function book(count) {
	const runs = Array.from({ length: count }, () => ++lastRun);
	await bookAgain(runs);
	return runs;
}

async function bookAgain(runs) {
	for (const run of runs) await call('book', { run });
}

async function call(route, body = {}) {
	const response = await client.fetch('POST', `/webhook/${route}`, body);
	await response.body?.cancel();
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function fileOf(record) {
	const { baseUrl, [BOOKED.secret]: secret } = sandbox.credentials[BOOKED.credential];
	const url = `${baseUrl}${BOOKED.pdfPath?.(BOOKED.idOf(record))}`;
	const response = await fetch(url, { headers: BOOKED.headers(secret) });
	expect(response.status).toBe(200);
	return Buffer.from(await response.arrayBuffer());
}

const fileHashes = async () =>
	(await Promise.all(BOOKED.records(sandbox).map(fileOf))).map(sha256).sort();

/** Each run has booked each invoice of the sandbox once, with its total and its PDF. */
async function expectBooked(runs) {
	const totals = invoicesOf(BOOKED, sandbox);
	const whole = {
		invoices: INVOICES,
		total: add(totals.map(({ total }) => total).filter((total) => total !== null)),
		hashes: (await fileHashes()).join(' '),
	};
	const rows = await postgres.rows(
		`select run, count(*) as invoices, sum(signed_total)::text as total,
		 string_agg(sha256, ' ' order by sha256) as hashes from results
		 where run between ${runs[0]} and ${runs.at(-1)} group by run order by run`,
	);
	const booked = rows.map(({ total, ...row }) => ({ ...row, total: add([total]) }));
	expect(booked).toEqual(runs.map((run) => ({ run, ...whole })));
}

/** What an execution says of itself, and what its nodes put out. */
async function lastExecution(workflowId) {
	const execution = (await host.executionsOf(client, workflowId)).at(-1);
	if (execution === undefined) throw new Error(`Workflow ${workflowId} was never executed`);
	return execution;
}

const statusesOf = (executions) => [...new Set(executions.map(({ status }) => status))];

describe('the package', () => {
	test('is missing on a worker on which nobody has installed it, which the execution says', async () => {
		const workflowId = await published(listOnly('missing'));
		const worker = await queue.startWorker({ withPackage: false });
		await call('missing');
		await untilEnded(workflowId, 1);
		await worker.stop();
		const { status, error } = await lastExecution(workflowId);
		expect(status).toBe('error');
		expect(error.message).toBe(`Unrecognized node type: n8n-nodes-vendor-invoices.${BOOKED.type}`);
	});
});

/** Lists only, started at another address. */
function listOnly(route, parameters = {}) {
	return {
		name: route,
		nodes: [
			webhook(route),
			ourNode(BOOKED, 'List', {
				parameters: { ...BOOKED.parameters, operation: 'getAll', returnAll: true, ...parameters },
			}),
		],
		connections: connect(['Webhook', 'List']),
		settings: { executionOrder: 'v1' },
	};
}

test('a trigger asks the vendor from the main process; a worker executes what it starts', async () => {
	const trigger = ourNode({ ...POLLED, type: `${POLLED.type}Trigger` }, 'Trigger', {
		parameters: { ...POLLED.parameters, pollTimes: soon(), event: 'invoiceCreated' },
	});
	const workflow = await host.createWorkflow(client, {
		name: 'New invoices',
		nodes: [trigger, columnsNode('After', [200, 0], 'id: $json.invoiceId')],
		connections: connect(['Trigger', 'After']),
	});
	await host.publishWorkflow(client, workflow);
	// The one of the first poll, which has no items.
	await until('an execution', async () => (await executionsOf(workflow.id)).length === 1);
	const before = new Set(polledIds());
	sandbox.change(POLLED.type, { insert: 1, where: 'end' });
	const added = polledIds().filter((id) => !before.has(id));
	expect(added).toHaveLength(1);
	await until('one more', async () => (await executionsOf(workflow.id)).length === 2);
	expect(statusesOf(await executionsOf(workflow.id))).toEqual(['new']);

	const worker = await queue.startWorker();
	await untilEnded(workflow.id, 2);
	await worker.stop();
	const { status, items } = await lastExecution(workflow.id);
	expect({ status, ids: items.After.map(({ json }) => json.id) }).toEqual({
		status: 'success',
		ids: added,
	});
});

const polledIds = () => [...new Set(POLLED.records(sandbox).map(POLLED.idOf))];

describe('with workers', () => {
	let bookId;

	beforeAll(async () => {
		bookId = await published(bookingWorkflow());
		sandbox.setLatency(LATENCY);
		workers.push(await queue.startWorker());
	}, SETUP_TIMEOUT);

	/** Resolves to executions in a minute. */
	async function rate() {
		const before = (await executionsOf(bookId)).length;
		const began = Date.now();
		const runs = await book(RATED);
		await untilEnded(bookId, before + RATED);
		const minutes = (Date.now() - began) / 60_000;
		expect(statusesOf((await executionsOf(bookId)).slice(before))).toEqual(['success']);
		await expectBooked(runs);
		return RATED / minutes;
	}

	test('two workers share the work, and each execution books all', async () => {
		const one = await rate();
		workers.push(await queue.startWorker());
		const two = await rate();
		process.stdout.write(
			`\nExecutions a minute (${RATED} executions of ${INVOICES} PDFs, ${LATENCY} ms latency)\n` +
				`one worker   ${one.toFixed(0)}\ntwo workers  ${two.toFixed(0)}\n` +
				`ratio        ${(two / one).toFixed(2)}\n`,
		);
	});

	test('n8n gives back the files that the workers have downloaded', async () => {
		const executions = await host.executionsOf(client, bookId);
		const expected = await fileHashes();
		for (const { items } of executions.slice(-5)) {
			const files = await Promise.all(
				items.PDF.map(({ binary }) => host.readBinary(client, binary.data)),
			);
			expect(files.map(sha256).sort()).toEqual(expected);
		}
	});

	test('a worker is killed: its executions end in error, and running them again books all', async () => {
		const before = (await executionsOf(bookId)).length;
		const runs = await book(EXECUTIONS);
		const inThisTest = `run >= ${runs[0]}`;
		const count = async (condition) =>
			Number(
				await postgres.query(`select count(*) from results where ${inThisTest} and ${condition}`),
			);
		const halfWritten = () => count('sha256 is null');
		const written = () => count('sha256 is not null');
		await until(
			'something half booked',
			async () => (await written()) > 50 * INVOICES && (await halfWritten()) > 0,
		);
		const killed = Date.now();
		await workers.shift().kill();
		await untilEnded(bookId, before + EXECUTIONS);
		const seconds = (Date.now() - killed) / 1000;

		const executions = (await executionsOf(bookId)).slice(before);
		const failed = executions.filter(({ status }) => status !== 'success');
		expect(statusesOf(failed)).toEqual(['error']);
		expect(await halfWritten()).toBeGreaterThan(0);

		// n8n keeps nothing of what such an execution had done, not even what it began with.
		const [{ id }] = failed;
		const retried = await client.call('POST', `/executions/${id}/retry`, { loadWorkflow: true });
		expect(retried.status).toBe('error');
		expect(retried.data.resultData.error.message).toMatch(/failed to be processed too many times/);
		expect(retried.data.resultData.runData).toEqual({});

		const again = failed.map((one) => runs[executions.indexOf(one)]);
		await bookAgain(again);
		await untilEnded(bookId, before + EXECUTIONS + 1 + again.length);
		await expectBooked(runs);
		process.stdout.write(
			`\nA worker of two is killed in the middle of ${EXECUTIONS} executions\n` +
				`succeeded at once              ${executions.length - failed.length}\n` +
				`ended in error, run again      ${failed.length}\n` +
				`all ended, seconds after that  ${seconds.toFixed(0)}\n`,
		);
	});

	test('what was returned on one worker is not new on another', async () => {
		const workflowId = await published(listOnly('only-new', { onlyNew: 'new' }));
		const counts = [];
		const run = async () => {
			await call('only-new');
			await untilEnded(workflowId, counts.length + 1);
			counts.push((await lastExecution(workflowId)).items.List.length);
		};
		await run();
		await workers.shift().stop();
		workers.push(await queue.startWorker());
		await run();
		sandbox.change(BOOKED.type, { insert: 1, where: 'end' });
		await run();
		expect(counts).toEqual([INVOICES, 0, 1]);
	});
});
