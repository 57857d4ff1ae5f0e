'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { sums, written } = require('../ledger');
const { readExamples, setUp } = require('./examples');
const { expectSuccess, jsonOf } = require('./executions');
const { add } = require('./expected');
const host = require('./host');
const { until } = require('./processes');
const { openSession } = require('./session');

// The example i3dnet-unpaid in a real n8n.

const SETUP_TIMEOUT = 1_200_000;

let session;
let workflowId;

beforeAll(async () => {
	session = await openSession();
	workflowId = await create((node) => node);
}, SETUP_TIMEOUT);

afterAll(() => session?.close());

beforeEach(() => {
	session.sandbox.clearFaults();
	session.sandbox.clearRequests();
	for (const file of savedFiles()) fs.rmSync(path.join(session.folder, file));
});

async function create(change) {
	const { credentials, folder } = session;
	const workflow = setUp(readExamples()['i3dnet-unpaid'], { credentials, folder });
	const nodes = workflow.nodes.map(change);
	return await session.create({ ...workflow, nodes });
}

const run = (id = workflowId) => host.runWorkflow(session.client, id);

const savedFiles = () => fs.readdirSync(session.folder).sort();

const isUnpaid = ({ isCredit, remainingAmount }) => isCredit !== 1 && Number(remainingAmount) !== 0;
const unpaid = () => session.sandbox.data.i3dNet.filter(isUnpaid);

const fileOf = ({ invoiceNumber }) => `i3dNet-${invoiceNumber.replace('/', '_')}.pdf`;
const filesOf = (invoices) => invoices.map(fileOf).sort();

/** The lines of the one message. */
function linesOf({ items }) {
	expect(items['One Message']).toHaveLength(1);
	return items['One Message'][0].json.text.split('\n');
}

/** The run fails at its very end, with these words. */
function expectFailure(result, words) {
	expect(result).toMatchObject({ status: 'error', error: { node: { name: 'Stop and Error' } } });
	expect(result.error.message).toMatch(words);
	expect(linesOf(result).join('\n')).toContain(result.error.message);
}

describe('all is well', () => {
	let result;
	beforeEach(async () => {
		result = await run();
		expectSuccess(result);
	});

	test('saves the PDF of each unpaid invoice as a file', () => {
		expect(unpaid().length).toBeGreaterThan(10);
		expect(savedFiles()).toEqual(filesOf(unpaid()));
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

		const lines = linesOf(result);
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

const pdfOf = ({ id }) => `/invoice/${id}/pdf`;

const losePdf = (invoice) =>
	session.sandbox.addFault({
		vendor: 'i3dNet',
		kind: 'status',
		status: 404,
		times: Infinity,
		path: pdfOf(invoice),
	});

test('a PDF that is missing: the others are saved, the message names it', async () => {
	const [first, second, ...others] = unpaid();
	for (const one of [first, second]) losePdf(one);
	const result = await run();
	const missing = [first, second].map(({ invoiceNumber }) => `No file for ${invoiceNumber}: `);
	expectFailure(result, /404/);
	const lines = linesOf(result);
	expect(lines[0]).toBe(`i3D.net: ${unpaid().length} unpaid invoices`);
	const said = lines.filter((line) => line.startsWith('No file for '));
	expect(said).toHaveLength(2);
	for (const start of missing)
		expect(said.filter((line) => line.startsWith(start))).toHaveLength(1);
	expect(savedFiles()).toEqual(filesOf(others));
	// What is owed does not depend on files.
	expect(lines.filter((line) => /^[A-Z]{3} /.test(line)).length).toBeGreaterThan(0);
});

test('a file that cannot be written: the others are saved, the message names it', async () => {
	const [first, ...others] = unpaid();
	const inTheWay = path.join(session.folder, fileOf(first));
	fs.mkdirSync(inTheWay);
	try {
		const result = await run();
		expectFailure(result, new RegExp(`^No file for ${first.invoiceNumber}: `));
		expect(savedFiles().filter((file) => file !== fileOf(first))).toEqual(filesOf(others));
	} finally {
		fs.rmdirSync(inTheWay);
	}
});

test('i3D.net cannot be read: the message does not pass for "nothing is unpaid"', async () => {
	session.sandbox.addFault({ vendor: 'i3dNet', kind: 'status', status: 403, times: Infinity });
	const result = await run();
	expectFailure(result, /^It is not known what is unpaid: i3D\.net .*403/);
	expect(linesOf(result)).toEqual(['i3D.net', result.error.message]);
	expect(savedFiles()).toEqual([]);
});

test('the list deactivated: the message says so', async () => {
	const id = await create((node) =>
		node.name === 'Unpaid Invoices' ? { ...node, disabled: true } : node,
	);
	expectFailure(await run(id), /^It is not known what is unpaid: /);
});

test('nothing is unpaid: the message says so', async () => {
	const { i3dNet } = session.sandbox.data;
	const all = i3dNet.splice(0);
	i3dNet.push(...all.filter((one) => !isUnpaid(one)));
	try {
		const result = await run();
		expectSuccess(result);
		expect(linesOf(result)).toEqual(['i3D.net: no unpaid invoices']);
	} finally {
		i3dNet.splice(0, Infinity, ...all);
	}
});

test('killed while it downloads, then run again: each file is there and whole', async () => {
	const [first] = unpaid();
	session.sandbox.addFault({ vendor: 'i3dNet', kind: 'slow', ms: 60_000, path: pdfOf(first) });
	await host.startWorkflow(session.client, workflowId);
	const asked = () =>
		session.sandbox.requests.filter(({ path: at }) => at.endsWith('/pdf')).length > 2;
	await until('some downloads', asked);
	await session.kill();
	session.sandbox.clearFaults();
	await session.restart();
	for (const result of [await run(), await run()]) {
		expectSuccess(result);
		expect(savedFiles()).toEqual(filesOf(unpaid()));
		for (const { fileName, fileSize } of jsonOf(result.items['Save File'])) {
			expect(fs.statSync(fileName).size).toBe(fileSize);
		}
	}
});
