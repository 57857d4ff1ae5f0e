'use strict';

const { ISSUE, NEW, VENDOR, putButton } = require('./button');
const { VENDORS } = require('./demo');
const host = require('./host');
const { until } = require('./processes');
const { openSession } = require('./session');

// The button of `npm start`: a new invoice at a vendor, and the trigger that it starts.

/** Each ten seconds, which n8n takes only when it is written out. */
const OFTEN = { item: [{ mode: 'custom', cronExpression: '1,11,21,31,41,51 * * * * *' }] };

let session;
let ids;

beforeAll(async () => {
	session = await openSession({ data: 'company' });
	ids = await putButton(session.client, session.sandbox, OFTEN);
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

/** The invoices of each execution of the workflow with the triggers, the oldest execution first. */
async function told() {
	const executions = await host.executionsOf(session.client, ids.watch);
	return executions.map(({ items }) => items[NEW].map(({ json }) => json));
}

/** Waits until each vendor has been asked for its list once more, and has been answered. */
async function anotherPoll() {
	session.sandbox.clearRequests();
	const asked = ({ type }) =>
		session.sandbox.requests.some(({ vendor, path }) => vendor === type && !/token$/.test(path));
	await until('a poll of each vendor', () => VENDORS.every(asked));
}

test('each vendor: pressed once, its trigger fires once, with that invoice', async () => {
	await anotherPoll();
	expect(await told()).toEqual([]);

	const issued = [];
	for (const vendor of VENDORS) issued.push(await press(vendor));
	expect(issued.map(({ vendor }) => vendor)).toEqual(VENDORS.map(({ type }) => type));

	await until('an execution of each trigger', async () => (await told()).length >= VENDORS.length);
	await anotherPoll();
	await anotherPoll();
	const invoices = await told();
	expect(invoices.map(({ length }) => length)).toEqual(VENDORS.map(() => 1));
	const facts = invoices.flat().map(({ provider, invoiceNumber, totalAmount }) => {
		return [provider, invoiceNumber, String(totalAmount)];
	});
	const expected = issued.map(({ vendor, invoiceNumber, total }) => {
		return [vendor, invoiceNumber, total];
	});
	expect(facts.sort()).toEqual(expected.sort());
}, 240_000);

test('put back at a later start, both stay one workflow, and the trigger is on', async () => {
	expect(await putButton(session.client, session.sandbox, OFTEN)).toEqual(ids);
	const before = (await told()).length;
	const { invoiceNumber } = await press(VENDORS[0]);
	await until('an execution', async () => (await told()).length > before);
	expect((await told()).at(-1)).toEqual([expect.objectContaining({ invoiceNumber })]);
}, 240_000);
