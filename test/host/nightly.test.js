'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { createSandbox } = require('../sandbox');
const { putPostgresCredential, vendorOf } = require('./demo');
const { FOLDER, readExamples, setUp } = require('./examples');
const { expectSuccess } = require('./executions');
const { add, invoicesIn, invoicesOf, summary } = require('./expected');
const host = require('./host');
const { startPostgres } = require('./postgres');
const { until } = require('./processes');
const { openSession } = require('./session');

// The example nightly-to-postgres in a real n8n with a real PostgreSQL: what the table holds in the
// end is compared with what the sandbox holds, whatever happened on the way.

const SETUP_TIMEOUT = 1_200_000;
const MADRID = 'CarrierX (Madrid)';
const TABLES = fs.readFileSync(path.join(FOLDER, 'nightly-to-postgres.sql'), 'utf8');

let session;
let postgres;
let workflowId;

/** A CarrierX of its own, for the second account; it has other invoices. */
let madrid;

/** Credentials of the example, as its note asks; Madrid's is another one than Berlin's. */
function setUpNightly(change = (node) => node) {
	const { credentials, sandbox } = session;
	const workflow = setUp(readExamples()['nightly-to-postgres'], {
		credentials: [...credentials, postgres.credential],
		insuranceAccounts: sandbox.insuranceAccounts,
	});
	const { id, name, type } = madrid.credential;
	const nodes = workflow.nodes.map((node) =>
		node.name === MADRID ? { ...node, credentials: { [type]: { id, name } } } : node,
	);
	return { ...workflow, nodes: nodes.map(change) };
}

beforeAll(async () => {
	session = await openSession();
	postgres = await startPostgres();
	postgres.credential = await putPostgresCredential(session.client, postgres);
	const sandbox = await createSandbox({ port: 0, seed: 2, sizes: { carrierX: 7 } });
	const { credential: type } = vendorOf('carrierX');
	const data = sandbox.credentials[type];
	const credential = await host.putCredential(session.client, { name: MADRID, type, data });
	madrid = { sandbox, credential };
	workflowId = await session.create(setUpNightly());
}, SETUP_TIMEOUT);

afterAll(async () => {
	await session?.close();
	await madrid?.sandbox.stop();
	await postgres?.stop();
});

beforeEach(async () => {
	session.sandbox.clearFaults();
	madrid.sandbox.clearFaults();
	session.sandbox.clearRequests();
	await postgres.query('drop table if exists vendor_invoices, vendor_invoice_changes cascade');
	await postgres.query(TABLES);
});

const run = (id = workflowId) => host.runWorkflow(session.client, id);

/** The lines of the one message; none where nothing was said. */
function linesOf({ items }) {
	const messages = items['One Message'] ?? [];
	expect(messages.length).toBeLessThan(2);
	return messages.flatMap(({ json }) => json.text.split('\n'));
}

const failuresIn = (result) =>
	linesOf(result).filter((line) => !line.startsWith('Needs a person, because '));

/** The run fails at its very end, and says this of what failed. */
function expectFailures(result, failures) {
	expect(result).toMatchObject({ status: 'error', error: { node: { name: 'Stop and Error' } } });
	expect(failuresIn(result)).toEqual(failures.map((one) => expect.stringMatching(one)));
	expect(result.error.message).toBe(linesOf(result).join('\n'));
}

/** The run succeeds, and tells of no failure. */
function expectWell(result) {
	expectSuccess(result);
	expect(failuresIn(result)).toEqual([]);
}

const stored = (where = 'true') =>
	postgres.rows(
		`select provider, currency, signed_total::text as total from vendor_invoices where ${where}`,
	);

const value = async (sql) => (await postgres.query(sql)).trim();
const count = async (from = 'vendor_invoices') =>
	Number(await value(`select count(*) from ${from}`));

const invoicesOfAll = () => [
	...invoicesIn(session.sandbox),
	...invoicesOf(vendorOf('carrierX'), madrid.sandbox),
];

/** The table has each invoice of the sandboxes once, with its total; but those that are left out. */
async function expectAllStored(leftOut = (/** @type {any} */ _) => false) {
	const expected = invoicesOfAll().filter((invoice) => !leftOut(invoice));
	const found = await stored();
	expect(summary(found)).toEqual(summary(expected));
	expect(found).toHaveLength(expected.length);
}

/** What changed, the oldest change first. */
const changes = () =>
	postgres.rows(
		`select dedupe_key, old_total::text, new_total::text, currency, old_status, new_status
		 from vendor_invoice_changes order by change_id`,
	);

const firstInsuranceList = () => Object.values(session.sandbox.data.talkdeskInsurance)[0];

/** Lets a record of the sandbox be another one for the time of a test. */
const undo = [];
function alter(record, change) {
	const before = structuredClone(record);
	undo.push(() => {
		for (const key of Object.keys(record)) delete record[key];
		Object.assign(record, before);
	});
	Object.assign(record, change);
}
function addRecord(list, record) {
	list.push(record);
	undo.push(() => list.splice(list.indexOf(record), 1));
}
afterEach(() => {
	for (const one of undo.splice(0).reverse()) one();
});

test('stores each invoice once, exactly, however often it runs', async () => {
	expectWell(await run());
	await expectAllStored();
	const first = await value('select max(first_read) from vendor_invoices');
	expectWell(await run());
	await expectAllStored();
	// No row was added by the second run, and none has changed.
	expect(await value('select max(first_read) from vendor_invoices')).toBe(first);
	expect(await changes()).toEqual([]);
});

test('keeps amounts, dates and lists in columns of their own types', async () => {
	await run();
	const [invoice] = session.sandbox.data.fastly;
	const [row] = await postgres.rows(
		`select issue_date + 1 as day_after, (-total_amount)::text as total, due_date, amount_paid,
		 jsonb_array_length(line_items) as lines from vendor_invoices
		 where provider = 'fastly' and invoice_id = '${invoice.invoice_id}'`,
	);
	const dayAfter = new Date(Date.parse(invoice.invoice_posted_on) + 86_400_000);
	expect(row).toEqual({
		day_after: dayAfter.toISOString().slice(0, 10),
		total: add([invoice.monthly_transaction_amount]),
		due_date: null,
		amount_paid: null,
		lines: invoice.transaction_line_items.length,
	});
});

test('two accounts of one vendor: each is named in the table, and where it cannot be read', async () => {
	const suppliers = () =>
		postgres.query(`select supplier_name, count(*) from vendor_invoices where provider = 'carrierX'
			group by 1 order by 1`);
	madrid.sandbox.addFault({ vendor: 'carrierX', kind: 'status', status: 403, times: Infinity });
	expectFailures(await run(), [/^CarrierX \(Madrid\) not read: CarrierX .*403/]);
	const berlin = session.sandbox.data.carrierX.length;
	expect((await suppliers()).trim()).toBe(`CarrierX (Berlin)|${berlin}`);

	madrid.sandbox.clearFaults();
	expectWell(await run());
	expect((await suppliers()).trim()).toBe(`CarrierX (Berlin)|${berlin}\nCarrierX (Madrid)|7`);
	await expectAllStored();
});

describe('one bad record holds up nothing', () => {
	test('text that PostgreSQL refuses is cleaned, however deep it is', async () => {
		const { fastly, talkdesk, carrierX } = session.sandbox.data;
		alter(fastly[0].transaction_line_items[0], { description: 'a\u0000b' });
		alter(talkdesk[0], { description: 'half \ud83e' });
		const items = [...carrierX[0].invoice_items, { amount: '0', type: 'x', ['k\ud83e']: '\u0000' }];
		alter(carrierX[0], { invoice_items: items });
		expectWell(await run());
		await expectAllStored();
		for (const [provider, text] of [
			['fastly', 'a\ufffdb'],
			['talkdesk', 'half \ufffd'],
			['carrierX', 'k\ufffd'],
		]) {
			const rows = `vendor_invoices where provider = '${provider}' and line_items::text like '%${text}%'`;
			expect([provider, await count(rows)]).toEqual([provider, 1]);
		}
	});

	test('a row that the database refuses: the others are stored, it is named', async () => {
		const [{ id, invoiceNumber }] = session.sandbox.data.i3dNet;
		await postgres.query(
			`alter table vendor_invoices add constraint odd check (invoice_number <> '${invoiceNumber}')`,
		);
		const named = new RegExp(`^Not stored: .+: i3D\\.net ${invoiceNumber} \\(i3dNet:-:${id}\\)$`);
		// Each night, until it is mended.
		for (const _ of ['first', 'second']) expectFailures(await run(), [named]);
		expect(await count()).toBe(invoicesOfAll().length - 1);
		expect(await count(`vendor_invoices where invoice_id = '${id}'`)).toBe(0);
		await postgres.query('alter table vendor_invoices drop constraint odd');
		expectWell(await run());
		await expectAllStored();
	});

	test('a vendor that cannot be read does not hold up the others, and is named', async () => {
		session.sandbox.addFault({ vendor: 'fastly', kind: 'status', status: 403, times: Infinity });
		const [account] = session.sandbox.insuranceAccounts;
		session.sandbox.addFault({
			vendor: 'talkdeskInsurance',
			kind: 'status',
			status: 403,
			times: 1,
			path: encodeURIComponent(account),
		});
		const result = await run();
		expectFailures(result, [/^Talkdesk Insurance not read: /, /^Fastly not read: Fastly /]);
		expect(linesOf(result)[0]).toContain(account);
		const readable = session.sandbox.insuranceAccounts.slice(1);
		const { rows } = { rows: await stored("provider = 'talkdeskInsurance'") };
		expect(rows).toHaveLength(
			readable.flatMap((one) => session.sandbox.data.talkdeskInsurance[one]).length,
		);
		const others = ({ provider }) => !['fastly', 'talkdeskInsurance'].includes(provider);
		expect(summary((await stored()).filter(others))).toEqual(
			summary(invoicesOfAll().filter(others)),
		);
	});

	test('a database that cannot be used is told, and no row counts as stored', async () => {
		const refusing = await host.putCredential(session.client, {
			...postgres.credential,
			name: 'PostgreSQL (down)',
			data: { ...postgres.credential.data, port: 1 },
		});
		const { id, name } = refusing;
		const isPostgres = ({ type }) => type === 'n8n-nodes-base.postgres';
		const workflow = setUpNightly((node) =>
			isPostgres(node) ? { ...node, credentials: { postgres: { id, name } } } : node,
		);
		expectFailures(await run(await session.create(workflow)), [
			/^Not stored: the database could not be used/,
		]);

		await postgres.query('alter table vendor_invoices rename to elsewhere');
		expectFailures(await run(), [/^Not stored: the database refused it/]);
		await postgres.query('drop table elsewhere cascade');
	});
});

describe('what calls for a person', () => {
	test('two invoices with the same key: neither overwrites the other, both are named each time', async () => {
		const [first] = firstInsuranceList();
		const { invoice_number: number } = first;
		addRecord(firstInsuranceList(), { ...first, amount: '77.00', due_amount: '77.00' });
		for (const _ of ['first', 'second']) {
			const result = await run();
			expectWell(result);
			const shared = linesOf(result).filter((line) => line.includes('has the same key'));
			expect(shared.join('\n').split(`:${number})`)).toHaveLength(3);
			expect(await count(`vendor_invoices where invoice_number = '${number}'`)).toBe(0);
		}
		// To the sandbox's own count, the two are one.
		expect(await count()).toBe(invoicesOfAll().length - 1);
	});

	test('an invoice without a number has one row, and is said once', async () => {
		const [first] = firstInsuranceList();
		alter(first, { invoice_number: null });
		const results = [await run(), await run()];
		const said = results.map((result) => linesOf(result).filter((line) => /ID_MISSING/.test(line)));
		expect(said.map((lines) => lines.length)).toEqual([1, 0]);
		expect(await count(`vendor_invoices where doubt like '%ID_MISSING%'`)).toBe(1);
	});

	test('a draft is stored as a draft, updated when it is issued, and its changes are kept', async () => {
		const { carrierX } = session.sandbox.data;
		const now = Date.now();
		const day = (days) => new Date(now + days * 86_400_000).toISOString();
		const sid = '0d0d0d0d-1111-4222-8333-444444444444';
		const period = { date_billing_period_start: day(-10), date_billing_period_end: day(10) };
		const draft = {
			...structuredClone(carrierX[0]),
			...period,
			invoice_sid: sid,
			status: 'open',
			paid: false,
			pay_items: [],
			tax_items: [],
			amount_tax: '0',
			balance_previous: '0',
			date_created: day(-10),
			date_issued: null,
			date_charged: null,
		};
		const grow = (amount) =>
			Object.assign(draft, {
				amount,
				amount_due: amount,
				invoice_items: [{ amount, type: 'toll', usage: 60, ...period }],
			});
		addRecord(carrierX, grow('1.25'));
		const row = () =>
			value(`select status, total_amount, doubt from vendor_invoices where invoice_id = '${sid}'`);

		const first = await run();
		expect(await row()).toBe('draft|1.25|it is not issued yet');
		expect(linesOf(first).join('\n')).toContain('it is not issued yet: CarrierX (Berlin)');
		grow('2.50');
		expect(linesOf(await run())).toEqual([]);
		grow('4.00').date_issued = day(0);
		await run();
		expect(await row()).toMatch(/^open\|4(\.0+)?\|$/);
		const change = { dedupe_key: `carrierX:-:${sid}`, currency: 'USD', old_status: 'draft' };
		expect(await changes()).toEqual([
			{ ...change, old_total: '1.25', new_total: '2.50', new_status: 'draft' },
			{ ...change, old_total: '2.50', new_total: '4.00', new_status: 'open' },
		]);
	});
});

test('brings a changed invoice up to date in its own row, and keeps what it was', async () => {
	await run();
	const [invoice] = firstInsuranceList();
	const { amount } = invoice;
	alter(invoice, { amount: add([amount, '0.01']) });
	await run();
	await expectAllStored();
	expect(await changes()).toMatchObject([{ old_total: amount, new_total: invoice.amount }]);
});

describe('two runs at once', () => {
	test('store each invoice once', async () => {
		for (const result of await Promise.all([run(), run()])) expectWell(result);
		await expectAllStored();
		expect(await changes()).toEqual([]);
	});

	test('the one that began earlier does not undo what the later one has stored', async () => {
		await run();
		const [invoice] = firstInsuranceList();
		session.sandbox.clearRequests();
		session.sandbox.addFault({ vendor: 'i3dNet', kind: 'slow', ms: 25_000 });
		const earlier = run();
		const asked = () => session.sandbox.requests.some(({ vendor }) => vendor === 'i3dNet');
		await until('a request to i3D.net', asked);
		alter(invoice, { amount: add([invoice.amount, '0.01']) });
		expectWell(await run());
		await expectAllStored();
		expectWell(await earlier);
		await expectAllStored();
		expect(await changes()).toMatchObject([{ new_total: invoice.amount }]);
	});
});

describe('changed by a user', () => {
	/** The workflow without these nodes, and without what leads to and from them. */
	function without({ nodes, connections, ...workflow }, names) {
		const kept = (links) => links?.filter(({ node }) => !names.includes(node)) ?? [];
		const left = Object.entries(connections).filter(([from]) => !names.includes(from));
		return {
			...workflow,
			nodes: nodes.filter(({ name }) => !names.includes(name)),
			connections: Object.fromEntries(
				left.map(([from, { main }]) => [from, { main: main.map(kept) }]),
			),
		};
	}

	test('vendors removed: the others are stored, and who fails is still named', async () => {
		const INSURANCE = ['Insurance Accounts', 'One Item per Account', 'Talkdesk Insurance'];
		const id = await session.create(without(setUpNightly(), ['Talkdesk', ...INSURANCE, MADRID]));
		const left = session.sandbox;
		const isLeft = ({ provider }) => ['fastly', 'carrierX', 'i3dNet'].includes(provider);
		expectWell(await run(id));
		expect(summary(await stored())).toEqual(summary(invoicesIn(left).filter(isLeft)));
		left.addFault({ vendor: 'i3dNet', kind: 'status', status: 403, times: Infinity });
		expectFailures(await run(id), [/^i3D\.net not read: i3D\.net /]);
	});

	test('a vendor deactivated instead: it is told, not passed over', async () => {
		const id = await session.create(
			setUpNightly((node) => (node.name === 'Fastly' ? { ...node, disabled: true } : node)),
		);
		expectFailures(await run(id), [/^Fastly not read: it is deactivated/]);
		expect(await count()).toBe(invoicesOfAll().length - session.sandbox.data.fastly.length);
	});

	test('another hour and time zone: the same rows', async () => {
		expectWell(await run());
		const dates =
			'select string_agg(dedupe_key || issue_date || due_date, chr(10) order by dedupe_key) from vendor_invoices';
		const before = await value(dates);
		const each = { rule: { interval: [{ field: 'hours', hoursInterval: 6 }] } };
		const workflow = setUpNightly((node) =>
			node.name === 'Every Night' ? { ...node, parameters: each } : node,
		);
		const settings = { timezone: 'Pacific/Auckland' };
		expectWell(await run(await session.create({ ...workflow, settings })));
		await expectAllStored();
		expect(await value(dates)).toBe(before);
		expect(await changes()).toEqual([]);
	});
});

describe('n8n is killed', () => {
	/** Makes the database wait where it would write what fits, until the function that it returns is called. */
	async function holdBack(event, condition) {
		await postgres.query(`
			create or replace function wait() returns trigger language plpgsql as
				$$ begin perform pg_sleep(600); return new; end $$;
			create trigger hold_back before ${event} on vendor_invoices
				for each row when (${condition}) execute function wait();`);
		const waiting = "select pid from pg_stat_activity where wait_event = 'PgSleep'";
		return {
			reached: () => until('n8n to write', async () => (await value(waiting)) !== ''),
			async letGo() {
				await postgres.query(`select pg_terminate_backend(pid) from (${waiting}) as held`);
				await postgres.query('drop trigger hold_back on vendor_invoices');
			},
		};
	}

	async function killAndRestart() {
		await session.kill();
		session.sandbox.clearFaults();
		await session.restart();
	}

	test('while it reads, writes and tells: the next run makes the table whole and says what is to be said', async () => {
		session.sandbox.addFault({ vendor: 'carrierX', kind: 'slow', ms: 60_000 });
		await host.startWorkflow(session.client, workflowId);
		const asked = () => session.sandbox.requests.some(({ vendor }) => vendor === 'carrierX');
		await until('a request to CarrierX', asked);
		await killAndRestart();

		const { invoiceNumber } = session.sandbox.data.i3dNet[0];
		const writing = await holdBack('insert', `new.invoice_number = '${invoiceNumber}'`);
		await host.startWorkflow(session.client, workflowId);
		await writing.reached();
		await session.kill();
		await writing.letGo();
		expect(await count()).toBeGreaterThan(0);
		expect(await count()).toBeLessThan(invoicesOfAll().length);
		await session.restart();

		const telling = await holdBack('update', 'old.told is null and new.told is not null');
		await host.startWorkflow(session.client, workflowId);
		await telling.reached();
		await session.kill();
		await telling.letGo();
		await session.restart();

		const doubtful = await count('vendor_invoices where doubt is not null');
		expect(doubtful).toBeGreaterThan(0);
		const [first, second] = [await run(), await run()];
		for (const result of [first, second]) expectWell(result);
		await expectAllStored();
		expect(await changes()).toEqual([]);
		expect(first.outputs['What Failed'].flat()).toHaveLength(doubtful);
		expect(linesOf(second)).toEqual([]);
	});
});
