'use strict';

const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { beanCheck } = require('../beancount');
const { assertions } = require('../ledger');
const { close, listen } = require('../sandbox/server');
const { readExamples, setUp, withField } = require('./examples');
const { expectSuccess, jsonOf } = require('./executions');
const { add, invoicesIn, summary } = require('./expected');
const host = require('./host');
const { LOOPBACK, until } = require('./processes');
const { openSession } = require('./session');

// The example month-end in a real n8n: each invoice is in the files of one month and no other,
// whenever it appeared and whatever happened on the way.

const SETUP_TIMEOUT = 1_200_000;
const TABLE = 'Vendor Invoices Reported';

let session;
/** A table of its own for each test: the first run of each is the first of all. */
let table;
let tests = 0;

beforeAll(async () => {
	session = await openSession();
}, SETUP_TIMEOUT);

afterAll(() => session?.close());

beforeEach(() => {
	table = `Reported ${String.fromCharCode(65 + tests++)}`;
	session.sandbox.clearFaults();
	session.sandbox.clearRequests();
});

/** The example, set up for the sandbox; `change` is done to each of its nodes. */
function example(month, change = (node) => node) {
	const { credentials, folder, sandbox } = session;
	const text = JSON.stringify(readExamples()['month-end']).replaceAll(TABLE, table);
	const { insuranceAccounts } = sandbox;
	const workflow = setUp(JSON.parse(text), { credentials, insuranceAccounts, folder });
	const withMonth = (node) => (node.name === 'Month' ? withField(node, 'month', month) : node);
	return { ...workflow, nodes: workflow.nodes.map((node) => change(withMonth(node))) };
}

const run = async (workflow) => host.runWorkflow(session.client, await session.create(workflow));

/** Runs a month that has to succeed. */
async function report(month) {
	const result = await run(example(month));
	expectSuccess(result);
	return result;
}

async function textOf([item]) {
	const bytes = await host.readBinary(session.client, item.binary.data);
	return bytes.toString('utf8');
}

/**
 * Fields of CSV may have line breaks and commas in quotes.
 *
 * @returns {any[]} a record of texts per row
 */
function parseCsv(text) {
	/** @type {string[][]} */
	const lines = [[]];
	for (const [, quoted, plain, end] of text
		.replace(/^\uFEFF/, '')
		.trimEnd()
		.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
		lines[lines.length - 1].push(quoted?.replaceAll('""', '"') ?? plain);
		if (end === '') break;
		if (end !== ',') lines.push([]);
	}
	const [header, ...rows] = lines;
	return rows.map((values) => {
		expect(values).toHaveLength(header.length);
		return Object.fromEntries(header.map((name, index) => [name, values[index]]));
	});
}

const rowsOf = async ({ items }, name = 'Invoice File') =>
	items[name]?.length ? parseCsv(await textOf(items[name])) : [];

/** A row and an entry of the sandbox by what both say. */
const idOf = ({ provider, dedupeKey }) =>
	`${provider} ${decodeURIComponent(dedupeKey.split(':')[2])}`;
const idsOf = (rows) => rows.map(idOf).sort();

const expectedIn = (from, to = from) =>
	invoicesIn(session.sandbox).filter(({ day }) => day.slice(0, 7) >= from && day.slice(0, 7) <= to);

/** All that is dated from one month to another is in these runs once: in a file, or told to a person. */
async function expectOnce(results, from, to) {
	const rows = (await Promise.all(results.map((result) => rowsOf(result)))).flat();
	const told = results.flatMap(({ items }) => jsonOf(items['Needs a Person']));
	const ids = [...rows, ...told.map((one) => ({ ...one, provider: one.dedupeKey.split(':')[0] }))];
	expect(idsOf(ids)).toEqual(
		expectedIn(from, to)
			.map(({ provider, id }) => `${provider} ${id}`)
			.sort(),
	);
	expect(rows.length).toBeGreaterThan(0);
}

/** Puts an invoice of Fastly on the list that was not there before; returns what takes it off again. */
function appear({ day, id, amount }) {
	const list = session.sandbox.data.fastly;
	const like = list.findIndex(
		({ invoice_posted_on: posted, billing_end_date: end }) => (posted ?? end).slice(0, 10) <= day,
	);
	const line = { ...list[like].transaction_line_items[0], amount };
	list.splice(like, 0, {
		...list[like],
		invoice_id: id,
		statement_number: id,
		invoice_posted_on: `${day}T00:00:00.000Z`,
		currency_code: 'USD',
		monthly_transaction_amount: amount,
		transaction_line_items: [line],
	});
	return () =>
		list.splice(
			list.findIndex((one) => one.invoice_id === id),
			1,
		);
}

describe('of all months', () => {
	let result;
	let rows;
	let told;
	beforeAll(async () => {
		table = 'Reported of All';
		await report('1990-01');
		result = await report('2099-12');
		rows = await rowsOf(result);
		told = jsonOf(result.items['Needs a Person']);
	});

	test('the CSV file has each invoice beyond doubt, with its total', () => {
		const doubtful = new Set(told.map(({ dedupeKey }) => dedupeKey));
		const ids = new Set(idsOf(rows));
		const expected = invoicesIn(session.sandbox).filter(({ provider, id }) =>
			ids.has(`${provider} ${id}`),
		);
		expect(rows.length + told.length).toBe(invoicesIn(session.sandbox).length);
		expect(rows.filter(({ dedupeKey }) => doubtful.has(dedupeKey))).toEqual([]);
		expect(ids.size).toBe(rows.length);
		const found = rows.map((row) => ({ ...row, total: row.signedTotal }));
		expect(summary(found)).toEqual(summary(expected));
	});

	test('what is in doubt goes to a person, into no file, and into the message', async () => {
		const reasons =
			/^(it is void|it is not issued yet|it has no (date|currency|total)|it has warnings: .+)$/;
		expect(told.filter(({ why }) => !reasons.test(why))).toEqual([]);
		expect(told.length).toBeGreaterThan(0);
		const [{ text }] = jsonOf(result.items['One Message']);
		expect(text.split('\n').slice(1)).toEqual(
			told.map(({ invoice, why }) => `Needs a person: ${invoice}: ${why}`),
		);
		const ledger = await textOf(result.items['Ledger File']);
		expect(told.filter(({ dedupeKey }) => ledger.includes(`"${dedupeKey}"`))).toEqual([]);
	});

	test('the file of line items has the lines of each, with their sign', async () => {
		const lines = await rowsOf(result, 'Line File');
		expect(new Set(idsOf(lines))).toEqual(new Set(idsOf(rows)));
		const sumsIn = (list) =>
			Object.fromEntries(
				list.map(({ id, amounts }) => [
					id,
					{ lines: amounts.length, sum: add(amounts.filter((amount) => amount !== '')) },
				]),
			);
		const reported = new Set(idsOf(rows));
		const expected = session.sandbox.data.fastly
			.filter((one) => reported.has(`fastly ${one.invoice_id}`))
			.map((one) => ({
				id: `fastly ${one.invoice_id}`,
				// An invoice without lines has one row.
				amounts: one.transaction_line_items.length
					? one.transaction_line_items.map(({ amount }) => amount ?? '')
					: [''],
			}));
		expect(expected.length).toBeGreaterThan(20);
		const found = expected.map(({ id }) => ({
			id,
			amounts: lines.filter((line) => idOf(line) === id).map(({ amount }) => amount),
		}));
		expect(sumsIn(found)).toEqual(sumsIn(expected));
	});
});

test('bean-check accepts a book of two months, and the balances that their invoices demand', async () => {
	const results = [await report('2024-05'), await report('2024-06')];
	const parts = await Promise.all(results.map(({ items }) => textOf(items['Ledger File'])));
	const accounts = await Promise.all(results.map(({ items }) => textOf(items['Accounts File'])));
	expect(accounts[0]).toBe(accounts[1]);
	const rows = (await Promise.all(results.map((result) => rowsOf(result)))).flat();
	expect(rows.length).toBeGreaterThan(5);

	const book = path.join(session.folder, 'books.beancount');
	const names = ['accounts.beancount', 'invoices-2024-05.beancount', 'invoices-2024-06.beancount'];
	for (const [index, text] of [accounts[0], ...parts].entries())
		fs.writeFileSync(path.join(session.folder, names[index]), text);
	expect(results.map(({ items }) => items['Ledger File'][0].binary.data.fileName)).toEqual(
		names.slice(1),
	);
	const parents = '1970-01-01 open Liabilities:Payable\n1970-01-01 open Assets:Receivable';
	const includes = names.map((name) => `include "${name}"`);
	const write = (booked) =>
		fs.writeFileSync(book, [parents, ...includes, ...assertions(booked), ''].join('\n'));
	write(rows);
	expect(beanCheck(book)).toEqual({ ok: true, words: '' });
	// The judge can say no.
	write(rows.slice(1));
	expect(beanCheck(book).ok).toBe(false);
});

test('an invoice that appears late is in the next run, and in no other', async () => {
	const first = await report('2024-02');
	await expectOnce([first], '2024-02');
	const vanish = appear({ day: '2024-02-28', id: 'LATE-1', amount: 12.5 });
	try {
		const second = await report('2024-03');
		expect(idsOf(await rowsOf(second))).toContain('fastly LATE-1');
		expect(await textOf(second.items['Ledger File'])).toContain('fastly:-:LATE-1');
		await expectOnce([first, second], '2024-02', '2024-03');
		await expectOnce([first, second, await report('2024-04')], '2024-02', '2024-04');

		// A month that is run again has the same files, and what has appeared in it since.
		const again = await report('2024-03');
		expect(await textOf(again.items['Invoice File'])).toBe(
			await textOf(second.items['Invoice File']),
		);
		expect(await textOf(again.items['Ledger File'])).toBe(
			await textOf(second.items['Ledger File']),
		);
		const vanishToo = appear({ day: '2024-03-05', id: 'LATE-2', amount: 1 });
		const third = await report('2024-03');
		vanishToo();
		expect(idsOf(await rowsOf(third))).toEqual(
			[...idsOf(await rowsOf(second)), 'fastly LATE-2'].sort(),
		);
	} finally {
		vanish();
	}
});

test.each(['2026-1', '2026-13', '2026-00', ' 2026-01', '2026-01 ', '2026-01-01', '1/2026', ''])(
	'the month "%s" is refused before a vendor is asked',
	async (month) => {
		const { status, error, items } = await run(example(month));
		expect({ status, message: error?.message }).toEqual({
			status: 'error',
			message: `Month is "${month}". Type it as YYYY-MM, such as 2026-01.`,
		});
		expect(items.Report).toBeUndefined();
		expect(session.sandbox.requests).toEqual([]);
	},
);

test('the month before is reported in the time zone of the workflow', async () => {
	const { name, value } = readExamples()['month-end'].nodes.find((node) => node.name === 'Month')
		.parameters.assignments.assignments[0];
	expect(name).toBe('month');
	const zones = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'];
	for (const timezone of zones) {
		const { items } = await run({ ...example(value), settings: { timezone } });
		const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone });
		const [year, month] = format.format(new Date()).split('-').map(Number);
		const before = new Date(Date.UTC(year, month - 2)).toISOString().slice(0, 7);
		expect(jsonOf(items['Check Month'])[0].month).toBe(before);
	}
});

test('a vendor that fails is named, the others are reported, and nothing of it is lost', async () => {
	const { sandbox } = session;
	sandbox.addFault({ vendor: 'fastly', kind: 'status', status: 403, times: Infinity });
	sandbox.addFault({ vendor: 'talkdeskInsurance', kind: 'status', status: 404, times: 1 });
	const first = await run(example('2024-05'));
	expect(first.status).toBe('error');
	expect(first.error.node.name).toBe('Stop and Error');
	const [{ text }] = jsonOf(first.items['One Message']);
	expect(text).toMatch(/^Not read: Fastly denied access \(403\)/m);
	expect(text).toMatch(/^Not read: .+ has no account "(.+)" \(404\).* \(account \1\)$/m);
	expect(first.error.message).toBe(text);
	const read = new Set((await rowsOf(first)).map(({ provider }) => provider));
	expect(read.has('fastly')).toBe(false);
	expect(read.size).toBeGreaterThan(0);

	sandbox.clearFaults();
	const next = await report('2024-06');
	await expectOnce([first, next], '2024-05', '2024-06');
	expect(expectedIn('2024-05').some(({ provider }) => provider === 'fastly')).toBe(true);
});

test('a vendor without credential, or with another output, is named', async () => {
	const change = (node) => {
		if (node.name === 'Fastly') return { ...node, credentials: undefined };
		if (node.name !== 'CarrierX') return node;
		return { ...node, parameters: { ...node.parameters, output: 'simplified' } };
	};
	const { error } = await run(example('2024-05', change));
	expect(error.message.split('\n').filter((line) => line.startsWith('Not read'))).toEqual([
		'Not read: Fastly: Node does not have any credentials set',
		'Not read: CarrierX: An item is no full invoice: set Output to Full',
	]);
});

test('a draft is reported once it is issued; a void one and a changed total are told once', async () => {
	const [account] = session.sandbox.insuranceAccounts;
	const list = session.sandbox.data.talkdeskInsurance[account];
	const month = list[0].invoice_bill_date.slice(0, 7);
	const [draft, voided] = ['D-1', 'V-1'].map((number) => ({
		...list[0],
		invoice_number: number,
		invoice_bill_date: `${month}-03`,
		custom_fields: [],
	}));
	list.push(Object.assign(draft, { status: 'Draft' }), Object.assign(voided, { status: 'Void' }));
	const toldIn = ({ items }) =>
		jsonOf(items['Needs a Person'])
			.filter(({ dedupeKey }) => /:(D|V)-1$/.test(dedupeKey))
			.map(({ dedupeKey, why }) => `${dedupeKey.split(':')[2]} ${why}`);
	const [year, count] = month.split('-').map(Number);
	const monthAfter = (steps) =>
		new Date(Date.UTC(year, count - 1 + steps)).toISOString().slice(0, 7);
	try {
		const first = await report(month);
		expect(toldIn(first)).toEqual(['D-1 it is not issued yet', 'V-1 it is void']);
		draft.status = 'Open';
		const second = await report(monthAfter(1));
		expect(toldIn(second)).toEqual([]);
		expect(idsOf(await rowsOf(second))).toContain('talkdeskInsurance D-1');
		const { amount } = draft;
		Object.assign(draft, { amount: add([amount, '0.01']), invoice_items_details: [] });
		const third = await report(monthAfter(2));
		expect(toldIn(third)).toEqual([
			`D-1 it was in ${monthAfter(1)} with ${add([amount])} USD, and is now ${add([draft.amount])} USD`,
		]);
		expect(idsOf(await rowsOf(third))).not.toContain('talkdeskInsurance D-1');
		expect(toldIn(await report(monthAfter(3)))).toEqual([]);
	} finally {
		list.splice(list.indexOf(draft), 2);
	}
});

test('without the nodes of a vendor, the others are reported', async () => {
	const gone = ['Insurance Accounts', 'One Item per Account', 'Talkdesk Insurance'];
	const workflow = example('2024-05');
	const stays = ({ node }) => !gone.includes(node);
	const connections = Object.entries(workflow.connections)
		.filter(([node]) => stays({ node }))
		.map(([node, { main }]) => [node, { main: main.map((links) => links.filter(stays)) }]);
	const result = await run({
		...workflow,
		nodes: workflow.nodes.filter(({ name }) => stays({ node: name })),
		connections: Object.fromEntries(connections),
	});
	expect(result.status).toBe('success');
	const rows = await rowsOf(result);
	const told = jsonOf(result.items['Needs a Person']);
	const expected = expectedIn('2024-05').filter(({ provider }) => provider !== 'talkdeskInsurance');
	expect(rows.length + told.length).toBe(expected.length);
});

describe('n8n is killed', () => {
	/** A place for files that does not answer: what a user puts behind a file waits for it. */
	async function startSlowPlace() {
		const requests = [];
		const server = http.createServer((request) => void requests.push(request.url));
		const origin = await listen(server, 0, LOOPBACK);
		return { origin, requests, stop: () => close(server) };
	}

	function withPlace(workflow, url) {
		const place = {
			id: 'place',
			name: 'Place',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			position: [3160, 300],
			parameters: { url, options: { timeout: 600_000 } },
		};
		const to = { main: [[{ node: 'Place', type: 'main', index: 0 }]] };
		return {
			...workflow,
			nodes: [...workflow.nodes, place],
			connections: { ...workflow.connections, 'Ledger File': to },
		};
	}

	test('while it reads and while files are saved: nothing is lost, nothing is there twice', async () => {
		const { sandbox } = session;
		const first = await report('2024-05');

		sandbox.addFault({ vendor: 'carrierX', kind: 'slow', ms: 60_000 });
		sandbox.clearRequests();
		await host.startWorkflow(session.client, await session.create(example('2024-06')));
		const asked = () => sandbox.requests.some(({ vendor }) => vendor === 'carrierX');
		await until('a request to CarrierX', asked);
		await session.kill();
		sandbox.clearFaults();
		await session.restart();
		// No file was made: the next month has all of it.
		const second = await report('2024-07');
		await expectOnce([first, second], '2024-05', '2024-07');

		const place = await startSlowPlace();
		try {
			const workflow = withPlace(example('2024-08'), place.origin);
			await host.startWorkflow(session.client, await session.create(workflow));
			await until('a file to be saved', () => place.requests.length > 0);
			await session.kill();
		} finally {
			await place.stop();
		}
		await session.restart();
		const refused = await run(example('2024-09'));
		expect(refused.error.message).toBe(
			'The run of 2024-08 was interrupted. Type 2024-08 in Month and execute the workflow, then do the same with 2024-09.',
		);
		const third = await report('2024-08');
		const fourth = await report('2024-09');
		await expectOnce([first, second, third, fourth], '2024-05', '2024-09');
	});
});
