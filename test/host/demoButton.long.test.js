'use strict';

const { ISSUE, NEW, VENDOR, putButton } = require('./button');
const { VENDORS } = require('./demo');
const { jsonOf } = require('./executions');
const host = require('./host');
const { until } = require('./processes');
const { openSession } = require('./session');

// The button of `npm start`: a new invoice at a vendor, and the trigger that it starts.

/** n8n polls once a minute at most. */
const A_POLL = 90;

let session;
let ids;

beforeAll(async () => {
	session = await openSession({ data: 'company' });
	ids = await putButton(session.client, session.sandbox);
}, 1_200_000);

afterAll(async () => await session?.close());

/** Chooses a vendor in the workflow, as its note says, and executes it: what the sandbox answers. */
async function press({ type }) {
	const { client } = session;
	const workflow = await client.call('GET', `/workflows/${ids.button}`);
	const nodes = workflow.nodes.map((node) => {
		if (node.name !== VENDOR) return node;
		const [field] = node.parameters.assignments.assignments;
		const assignments = [{ ...field, value: type }];
		return { ...node, parameters: { ...node.parameters, assignments: { assignments } } };
	});
	await client.call('PATCH', `/workflows/${ids.button}`, { ...workflow, nodes });
	const { status, items } = await host.runWorkflow(client, ids.button);
	expect(status).toBe('success');
	return items[ISSUE][0].json;
}

/**
 * The invoices of each execution of the workflow with the triggers, the oldest execution first. Of a
 * first poll there is an execution without any.
 */
async function told() {
	const executions = await host.executionsOf(session.client, ids.watch);
	const invoices = executions.map(({ items }) => jsonOf(items[NEW]));
	return invoices.filter(({ length }) => length);
}

/** Waits until each vendor has answered a request for its list since the log was cleared. */
async function untilPolled() {
	const isPolled = ({ type }) =>
		session.sandbox.requests.some(
			({ vendor, path, status }) => vendor === type && !path.endsWith('/token') && status === 200,
		);
	await until('a poll of each vendor', () => VENDORS.every(isPolled), A_POLL);
}

test('each vendor: pressed once, its trigger fires once, with that invoice', async () => {
	// n8n polls when it publishes, to know what there is.
	await untilPolled();
	expect(await told()).toEqual([]);

	const issued = [];
	for (const vendor of VENDORS) issued.push(await press(vendor));
	expect(issued.map(({ vendor }) => vendor)).toEqual(VENDORS.map(({ type }) => type));

	const isTold = async () => (await told()).length >= VENDORS.length;
	await until('an execution of each trigger', isTold, A_POLL);
	session.sandbox.clearRequests();
	await untilPolled();
	const invoices = await told();
	expect(invoices.map(({ length }) => length)).toEqual(VENDORS.map(() => 1));
	const facts = invoices.flat().map((json) => [json.invoiceNumber, String(json.signedTotal)]);
	const expected = issued.map(({ invoiceNumber, total }) => [invoiceNumber, total]);
	expect(facts.sort()).toEqual(expected.sort());
}, 400_000);

test('put back at a later start, both stay one workflow, and the trigger is on', async () => {
	session.sandbox.clearRequests();
	expect(await putButton(session.client, session.sandbox)).toEqual(ids);
	await untilPolled();
	const before = (await told()).length;
	const { invoiceNumber } = await press(VENDORS[0]);
	await until('an execution', async () => (await told()).length > before, A_POLL);
	expect((await told()).at(-1)).toEqual([expect.objectContaining({ invoiceNumber })]);
}, 400_000);
