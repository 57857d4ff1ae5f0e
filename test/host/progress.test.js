'use strict';

const fs = require('node:fs');
const { VENDORS, connect, TRIGGER, triggerNode, vendorNode } = require('./demo');
const host = require('./host');
const { until, wait } = require('./processes');
const { openSession } = require('./session');

// What the log of a real n8n tells of a long read, and how a read ends when somebody presses Stop.

const PAGE = 10;
const PAGED = VENDORS.filter(({ paging }) => paging !== undefined);
const SIZES = Object.fromEntries(
	VENDORS.flatMap(({ type, paging }) => (paging ? [[type, paging.invoicesFor(70)]] : [])),
);

let session;

beforeAll(async () => {
	session = await openSession({ sizes: SIZES });
}, 1_200_000);

afterAll(async () => await session?.close());

beforeEach(() => {
	session.sandbox.clearFaults();
	session.sandbox.clearRequests();
	session.sandbox.setLatency(0);
});

const log = () => fs.readFileSync(session.n8n.logFile, 'utf8');
const linesWith = (text) =>
	log()
		.split('\n')
		.filter((line) => line.includes(text));

/** The requests for lists: none for a token. */
const asked = () => session.sandbox.requests.filter(({ path }) => !path.endsWith('/oauth/token'));

/** A saved workflow that reads all invoices of a vendor in small pages, one at a time. */
async function workflowOf(vendor) {
	const ours = vendorNode(vendor, session.credentialOf(vendor.credential), {
		parameters: {
			operation: 'getAll',
			returnAll: true,
			...vendor.parameters,
			options: { ...(vendor.paging && { pageSize: PAGE }), parallelRequests: 1 },
		},
	});
	const { id } = await host.createWorkflow(session.client, {
		name: expect.getState().currentTestName,
		nodes: [triggerNode(), ours],
		connections: connect([TRIGGER, ours.name]),
	});
	return id;
}

/** Presses Stop, and gives the execution as n8n keeps it and the requests that came a second later. */
async function stop(executionId) {
	const { sandbox, client } = session;
	const pressedAt = Date.now();
	await host.stopWorkflow(client, executionId);
	const answeredMs = Date.now() - pressedAt;
	await wait(Math.max(0, 1000 - answeredMs));
	const before = sandbox.requests.length;
	await wait(3000);
	const execution = await client.call('GET', `/executions/${executionId}`);
	return { execution, answeredMs, later: sandbox.requests.length - before };
}

it.each(PAGED)('$name: a long read says in the log how far it is', async (vendor) => {
	const { client, sandbox } = session;
	sandbox.setLatency(3500);
	const { length } = vendor.records(sandbox);
	const id = await workflowOf(vendor);
	const { status, items } = await host.runWorkflow(client, id);
	const count = new Set(vendor.records(sandbox).map(vendor.idOf)).size;
	expect({ status, items: items[vendor.name].length }).toEqual({ status: 'success', items: count });
	const lines = linesWith(`${vendor.name} invoice:getAll: `);
	process.stdout.write(`${lines.join('\n')}\n`);
	expect(lines.length).toBeGreaterThan(0);
	// Seven pages and somewhat more take more than ten seconds, but not a minute.
	expect(lines.length).toBeLessThan(6);
	const of = vendor.statesTotal ? ` of ${length.toLocaleString('en-US')}` : '';
	const said = new RegExp(`: read [\\d,]+${of} records in \\d+ pages? so far`);
	for (const line of lines) expect(line).toMatch(said);
});

it.each(VENDORS)(
	'$name: a long wait stands in the log at once, and ends when the execution is stopped',
	async (vendor) => {
		const { client, sandbox } = session;
		const fault = { vendor: vendor.type, kind: 'throttle', retryAfter: 100 };
		sandbox.addFault({ ...fault, times: Infinity });
		const id = await workflowOf(vendor);
		const executionId = await host.startWorkflow(client, id);
		const said = () => linesWith(`${vendor.name} invoice:getAll: waiting until`);
		await until('the line', () => said().length > 0);
		expect(said()[0]).toMatch(
			/until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ to retry \(429, Retry-After\)/,
		);
		const { execution, later } = await stop(executionId);
		expect({ status: execution.status, later }).toEqual({ status: 'canceled', later: 0 });
		expect(said()).toHaveLength(1);
	},
);

it.each(PAGED)(
	'$name: a stopped execution is canceled, and the vendor is asked no more',
	async (vendor) => {
		const { client, sandbox } = session;
		sandbox.setLatency(300);
		const id = await workflowOf(vendor);
		const executionId = await host.startWorkflow(client, id);
		await until('the third page', () => asked().length >= 3);
		const { execution, later, answeredMs } = await stop(executionId);
		process.stdout.write(`stopped: n8n answered after ${answeredMs} ms, ${later} requests later\n`);
		expect({ status: execution.status, later }).toEqual({ status: 'canceled', later: 0 });
		// It was in the middle of the list.
		expect(asked().length).toBeLessThan(vendor.records(sandbox).length / PAGE);
	},
);

it('no line of the log holds a secret or a query', () => {
	const text = log();
	for (const { name } of VENDORS) expect(text).toContain(`${name} invoice:getAll`);
	expect(text).not.toMatch(/[?&](limit|cursor|per_page|filter)=/);
	for (const { credential, secret } of VENDORS) {
		expect(text).not.toContain(session.sandbox.credentials[credential][secret]);
	}
});
