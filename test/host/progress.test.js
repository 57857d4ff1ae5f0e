'use strict';

const fs = require('node:fs');
const { connect, TRIGGER, triggerNode, vendorNode, vendorOf } = require('./demo');
const host = require('./host');
const { until, wait } = require('./processes');
const { openSession } = require('./session');

// What the log of a real n8n tells of a long read, and how a read ends when somebody presses Stop.

const PAGE = 10;

let session;

beforeAll(async () => {
	session = await openSession();
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

/** A saved workflow that reads all invoices of a vendor in small pages, one at a time. */
async function workflowOf(node) {
	const vendor = vendorOf(node);
	const ours = vendorNode(vendor, session.credentialOf(vendor.credential), {
		parameters: {
			operation: 'getAll',
			returnAll: true,
			options: { pageSize: PAGE, parallelRequests: 1 },
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

it('a long read says in the log how far it is', async () => {
	const { client, sandbox } = session;
	sandbox.setLatency(2500);
	const id = await workflowOf('carrierX');
	const { status, items } = await host.runWorkflow(client, id);
	expect({ status, items: items.CarrierX.length }).toEqual({ status: 'success', items: 80 });
	const lines = linesWith('CarrierX invoice:getAll: ');
	process.stdout.write(`${lines.join('\n')}\n`);
	expect(lines.length).toBeGreaterThan(0);
	// 80 records in pages of 10 take more than ten seconds, but not a minute.
	expect(lines.length).toBeLessThan(6);
	for (const line of lines) expect(line).toMatch(/: \d+ pages, \d+ of 80 records read so far/);
});

it('a long wait stands in the log at once, and ends when the execution is stopped', async () => {
	const { client, sandbox } = session;
	sandbox.addFault({ vendor: 'fastly', kind: 'throttle', retryAfter: 100, times: Infinity });
	const id = await workflowOf('fastly');
	const executionId = await host.startWorkflow(client, id);
	const said = () => linesWith('Fastly invoice:getAll: waiting for the vendor until');
	await until('the line', () => said().length > 0);
	expect(said()[0]).toMatch(/until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(429, Retry-After\)/);
	const { execution, later } = await stop(executionId);
	expect({ status: execution.status, later }).toEqual({ status: 'canceled', later: 0 });
	expect(said()).toHaveLength(1);
});

it('a stopped execution is canceled, and the vendor is asked no more', async () => {
	const { client, sandbox } = session;
	sandbox.setLatency(300);
	const id = await workflowOf('carrierX');
	const executionId = await host.startWorkflow(client, id);
	await until('the third page', () => sandbox.requests.length >= 3);
	const { execution, later, answeredMs } = await stop(executionId);
	process.stdout.write(`stopped: n8n answered after ${answeredMs} ms, ${later} requests later\n`);
	expect({ status: execution.status, later }).toEqual({ status: 'canceled', later: 0 });
	// It was in the middle of the list.
	expect(sandbox.requests.length).toBeLessThan(sandbox.data.carrierX.length / PAGE);
});

it('no line of the log holds a secret or a query', () => {
	const text = log();
	expect(text).toContain('CarrierX invoice:getAll');
	expect(text).not.toMatch(/[?&](limit|cursor|per_page|filter)=/);
	for (const credential of Object.values(session.sandbox.credentials)) {
		for (const field of ['apiToken', 'accessToken', 'clientSecret', 'headerValue']) {
			if (credential[field]) expect(text).not.toContain(credential[field]);
		}
	}
});
