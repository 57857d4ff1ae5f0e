'use strict';

const { putExamples, vendorOf } = require('./demo');
const { expectSuccess } = require('./executions');
const { readExamples, setUp } = require('./examples');
const host = require('./host');
const { openSession } = require('./session');

// Examples in a real n8n, set up as their notes say. The others have tests of their own.

const SETUP_TIMEOUT = 1_200_000;

let session;

beforeAll(async () => {
	session = await openSession();
}, SETUP_TIMEOUT);

afterAll(() => session?.close());

/** An example, set up for the sandbox. */
function example(name) {
	const { credentials, folder, sandbox } = session;
	const { insuranceAccounts } = sandbox;
	return setUp(readExamples()[name], { credentials, insuranceAccounts, folder });
}

/** The workflow with each node as `change` gives it. */
const changed = (workflow, change) => ({ ...workflow, nodes: workflow.nodes.map(change) });

describe('all examples', () => {
	test('are made of nodes that n8n has', async () => {
		const types = await host.nodeTypes(session.client);
		const known = new Set(
			types.flatMap(({ name, version }) => [version].flat().map((one) => `${name} ${one}`)),
		);
		const used = Object.values(readExamples())
			.flatMap(({ nodes }) => nodes)
			.map(({ type, typeVersion }) => `${type} ${typeVersion}`);
		expect(used.filter((one) => !known.has(one))).toEqual([]);
	});

	test('are put into n8n once, however often', async () => {
		const put = () => putExamples(session.client, session.sandbox, session);
		const first = await put();
		expect(first.map(({ name }) => name).sort()).toEqual(
			Object.values(readExamples())
				.map(({ name }) => name)
				.sort(),
		);
		expect(await put()).toEqual(first);
	});
});

describe('ask-what-we-owe', () => {
	let workflowId;
	beforeAll(async () => {
		// A chat begins with a web page; the tools do not care.
		const start = { type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };
		workflowId = await session.create(
			changed(example('ask-what-we-owe'), (node) =>
				node.name === 'Chat' ? { ...node, ...start } : node,
			),
		);
	});

	/** Executes a tool as the editor does, without the model: what the model would be answered. */
	async function answer(tool, query = {}) {
		const result = await host.runWorkflow(session.client, workflowId, {
			destinationNode: { nodeName: tool, mode: 'inclusive' },
			agentRequest: { query: { [tool]: query }, tool: { name: tool } },
		});
		expectSuccess(result);
		return result.runData[tool][0].data.ai_tool[0][0].json.response;
	}

	test.each([
		['unpaid_i3dnet', vendorOf('i3dNet')],
		['unpaid_carrierx', vendorOf('carrierX')],
		['unpaid_fastly', vendorOf('fastly')],
	])('%s: what is unpaid', async (tool, vendor) => {
		const unpaid = vendor.records(session.sandbox).filter((one) => vendor.isUnpaid?.(one));
		const found = await answer(tool);
		expect(found.map(({ invoiceId }) => invoiceId).sort()).toEqual(unpaid.map(vendor.idOf).sort());
	});

	test('CarrierX: the currency that was chosen', async () => {
		const found = await answer('unpaid_carrierx');
		expect(new Set(found.map(({ currency }) => currency))).toEqual(new Set(['USD']));
	});

	test('Talkdesk: the newest twelve', async () => {
		const numbers = (await answer('latest_talkdesk')).map(({ invoiceNumber }) => invoiceNumber);
		const { onScreen } = vendorOf('talkdesk');
		expect(numbers).toEqual(onScreen.numbers(session.sandbox).slice(0, 12));
	});

	test('Talkdesk Insurance: of the account that the model names', async () => {
		const [accountId] = session.sandbox.insuranceAccounts;
		const due = session.sandbox.data.talkdeskInsurance[accountId].filter(
			({ amount, due_amount: left }) => parseFloat(amount) >= 0 && parseFloat(left) > 0,
		);
		const found = await answer('unpaid_insurance', { accountId });
		expect(found.map(({ invoiceNumber }) => invoiceNumber).sort()).toEqual(
			due.map((one) => one.invoice_number).sort(),
		);
	});

	test('add_amounts: exactly, and only what is an amount', async () => {
		expect(await answer('add_amounts', { amounts: ['0.1', '0.2', '-1000000000000000.31'] })).toBe(
			'-1000000000000000.01',
		);
		expect(await answer('add_amounts', { amounts: ['0.1', '1e3'] })).toContain('1e3');
	});
});
