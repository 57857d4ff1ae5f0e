'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { putPostgresCredential } = require('./demo');
const { FOLDER, readExamples, setUp } = require('./examples');
const { add, invoicesIn, summary } = require('./expected');
const host = require('./host');
const { startPostgres } = require('./postgres');
const { until } = require('./processes');
const { openSession } = require('./session');

// The example nightly-to-postgres in a real n8n with a real PostgreSQL: what the table holds in the
// end is compared with what the sandbox holds, whatever happened on the way.

const SETUP_TIMEOUT = 1_200_000;
const TABLE = fs.readFileSync(path.join(FOLDER, 'nightly-to-postgres.sql'), 'utf8');

let session;
let postgres;
let workflowId;

beforeAll(async () => {
	session = await openSession();
	postgres = await startPostgres();
	const credential = await putPostgresCredential(session.client, postgres);
	const workflow = setUp(readExamples()['nightly-to-postgres'], {
		credentials: [...session.credentials, credential],
		insuranceAccounts: session.sandbox.insuranceAccounts,
	});
	({ id: workflowId } = await host.createWorkflow(session.client, workflow));
}, SETUP_TIMEOUT);

afterAll(async () => {
	await session?.close();
	await postgres?.stop();
});

beforeEach(async () => {
	session.sandbox.clearFaults();
	session.sandbox.clearRequests();
	await postgres.query('drop table if exists vendor_invoices');
	await postgres.query(TABLE);
});

const run = () => host.runWorkflow(session.client, workflowId);

const stored = () =>
	postgres.rows('select provider, currency, signed_total::text as total from vendor_invoices');

async function count() {
	return Number(await postgres.query('select count(*) from vendor_invoices'));
}

/** The table has each invoice of the sandbox once, with its total. */
async function expectAllStored() {
	const expected = invoicesIn(session.sandbox);
	const found = await stored();
	expect(summary(found)).toEqual(summary(expected));
	expect(found).toHaveLength(expected.length);
}

test('stores each invoice once, exactly, however often it runs', async () => {
	expect(await run()).toMatchObject({ status: 'success' });
	await expectAllStored();
	const first = await postgres.query('select max(first_read) from vendor_invoices');
	expect(await run()).toMatchObject({ status: 'success' });
	await expectAllStored();
	// No row was added by the second run.
	expect(await postgres.query('select max(first_read) from vendor_invoices')).toBe(first);
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

test('brings a changed invoice up to date in its own row', async () => {
	await run();
	const [invoice] = Object.values(session.sandbox.data.talkdeskInsurance)[0];
	const { amount } = invoice;
	invoice.amount = add([amount, '0.01']);
	try {
		await run();
		await expectAllStored();
	} finally {
		invoice.amount = amount;
	}
});

test('a vendor that cannot be read does not hold up the others, and is named', async () => {
	session.sandbox.addFault({ vendor: 'fastly', kind: 'status', status: 403, times: Infinity });
	const { status, error } = await run();
	expect(status).toBe('error');
	expect(error).toMatchObject({ node: { name: 'Say What Is Missing' } });
	expect(error.message).toContain('Fastly');
	const readable = invoicesIn(session.sandbox).filter(({ provider }) => provider !== 'fastly');
	expect(summary(await stored())).toEqual(summary(readable));
});

describe('n8n is killed', () => {
	/** Resolves when n8n waits for CarrierX, with the vendors before it in the table. */
	async function untilHalfRead() {
		const asked = () => session.sandbox.requests.some(({ vendor }) => vendor === 'carrierX');
		await until('a request to CarrierX', asked);
	}

	/** Resolves when n8n's INSERT waits for the table, which another session has locked. */
	async function untilWriting() {
		const waiting =
			"select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'insert%'";
		await until('n8n to write', async () => Number(await postgres.query(waiting)) > 0);
	}

	/** Locks the table against writing until the function that it gives is called. */
	function lockTable() {
		const held = postgres.query(
			'begin; lock table vendor_invoices in share mode; select pg_sleep(600)',
		);
		const ended = held.catch(() => {});
		return async () => {
			await postgres.query(
				`select pg_terminate_backend(pid) from pg_stat_activity
				 where query like '%pg_sleep%' and pid <> pg_backend_pid()`,
			);
			await ended;
		};
	}

	test('while it reads and while it writes: the next run makes the table whole', async () => {
		const total = invoicesIn(session.sandbox).length;

		session.sandbox.addFault({ vendor: 'carrierX', kind: 'slow', ms: 60_000 });
		await host.startWorkflow(session.client, workflowId);
		await untilHalfRead();
		await session.kill();
		expect(await count()).toBeGreaterThan(0);
		expect(await count()).toBeLessThan(total);

		session.sandbox.clearFaults();
		await session.restart();
		const unlock = lockTable();
		const locked = "select count(*) from pg_locks where mode = 'ShareLock' and granted";
		await until('the lock of the table', async () => Number(await postgres.query(locked)) > 0);
		await host.startWorkflow(session.client, workflowId);
		await untilWriting();
		await session.kill();
		await unlock();

		await session.restart();
		for (const _ of ['first', 'second']) {
			expect(await run()).toMatchObject({ status: 'success' });
			await expectAllStored();
		}
	});
});
