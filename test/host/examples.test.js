'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { sums, written } = require('../ledger');
const { putExamples, vendorOf } = require('./demo');
const { readExamples, setUp } = require('./examples');
const { add } = require('./expected');
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

async function create(workflow) {
	const { id } = await host.createWorkflow(session.client, workflow);
	return id;
}

async function run(workflow, request) {
	const result = await host.runWorkflow(session.client, await create(workflow), request);
	const { status, error } = result;
	expect({ status, message: error?.message }).toEqual({ status: 'success', message: undefined });
	return result;
}

const jsonOf = (items) => items.map(({ json }) => json);

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

describe('i3dnet-unpaid', () => {
	let result;
	beforeAll(async () => {
		result = await run(example('i3dnet-unpaid'));
	});

	const unpaid = () =>
		session.sandbox.data.i3dNet.filter(
			({ isCredit, remainingAmount }) => isCredit !== 1 && Number(remainingAmount) !== 0,
		);

	test('saves the PDF of each unpaid invoice as a file', () => {
		expect(unpaid().length).toBeGreaterThan(10);
		const names = unpaid().map(
			({ invoiceNumber }) => `i3dNet-${invoiceNumber.replace('/', '_')}.pdf`,
		);
		expect(fs.readdirSync(session.folder).sort()).toEqual(names.sort());
		for (const { fileName, sha256 } of jsonOf(result.items['Save File'])) {
			const bytes = fs.readFileSync(fileName);
			expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
			expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
		}
	});

	test('says in one message what is owed and what is overdue, to the cent', () => {
		const today = new Date().toISOString().slice(0, 10);
		const invoices = jsonOf(result.items['Unpaid Invoices']);
		const certain = invoices.filter(({ amountDue }) => amountDue !== null);
		const late = certain.filter(({ dueDate }) => dueDate < today);
		const byCurrency = (list) => sums(list.map(({ currency, amountDue }) => [currency, amountDue]));
		const [owed, overdue] = [byCurrency(certain), byCurrency(late)];

		expect(result.items.Message).toHaveLength(1);
		const lines = result.items.Message[0].json.text.split('\n');
		expect(lines[0]).toBe(`i3D.net: ${invoices.length} unpaid invoices`);
		const totals = lines.filter((line) => /^[A-Z]{3} /.test(line));
		expect(totals).toHaveLength(owed.size);
		for (const line of totals) {
			const form = /^([A-Z]{3}) (\S+), of which overdue: (\S+)$/;
			const [, currency, due, dueLate] = form.exec(line) ?? [];
			expect([currency, add([due]), add([dueLate])]).toEqual([
				currency,
				written(owed.get(currency)),
				written(overdue.get(currency) ?? 0n),
			]);
		}
		const uncertain = invoices.filter(({ amountDue }) => amountDue === null);
		expect(uncertain.length).toBeGreaterThan(0);
		expect(lines.at(-1)).toBe(
			'Not counted, because it is not certain what remains: ' +
				uncertain.map(({ invoiceNumber }) => invoiceNumber).join(', '),
		);
		expect(lines.filter((line) => line.startsWith('Overdue since'))).toHaveLength(
			invoices.filter(({ dueDate }) => dueDate < today).length,
		);
	});
});

describe('ask-what-we-owe', () => {
	let workflowId;
	beforeAll(async () => {
		// A chat begins with a web page; the tools do not care.
		const start = { type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} };
		workflowId = await create(
			changed(example('ask-what-we-owe'), (node) =>
				node.name === 'Chat' ? { ...node, ...start } : node,
			),
		);
	});

	/** Executes a tool as the editor does, without the model: what the model would be answered. */
	async function answer(tool, query = {}) {
		const { status, error, runData } = await host.runWorkflow(session.client, workflowId, {
			destinationNode: { nodeName: tool, mode: 'inclusive' },
			agentRequest: { query: { [tool]: query }, tool: { name: tool } },
		});
		expect({ status, message: error?.message }).toEqual({ status: 'success', message: undefined });
		return runData[tool][0].data.ai_tool[0][0].json.response;
	}

	const ids = (invoices) => invoices.map(({ invoiceId }) => invoiceId).sort();

	test('i3D.net: what is unpaid', async () => {
		const due = session.sandbox.data.i3dNet.filter(
			({ isCredit, remainingAmount }) => isCredit !== 1 && Number(remainingAmount) !== 0,
		);
		expect(ids(await answer('unpaid_i3dnet'))).toEqual(due.map(({ id }) => String(id)).sort());
	});

	test('CarrierX: what is unpaid', async () => {
		const due = session.sandbox.data.carrierX.filter(
			({ paid, amount }) => !paid && Number(amount) >= 0,
		);
		const found = await answer('unpaid_carrierx');
		expect(ids(found)).toEqual(due.map((one) => one.invoice_sid).sort());
		expect(new Set(found.map(({ currency }) => currency))).toEqual(new Set(['USD']));
	});

	test.each([
		['latest_fastly', vendorOf('fastly')],
		['latest_talkdesk', vendorOf('talkdesk')],
	])('%s: the newest twelve', async (tool, { onScreen }) => {
		const numbers = (await answer(tool)).map(({ invoiceNumber }) => invoiceNumber);
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
