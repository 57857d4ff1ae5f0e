'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { DateTime } = require('luxon');
const { fault, problemsOf, startBooks } = require('./books');
const { VENDORS, vendorOf } = require('./demo');
const { readExamples, setUp, withField } = require('./examples');
const { expectSuccess } = require('./executions');
const { add, invoicesOf, summary } = require('./expected');
const { FormVisitor, optionsIn } = require('./form');
const host = require('./host');
const { until } = require('./processes');
const { openSession } = require('./session');

// The example approve-and-book in a real n8n with its own data tables: from the list of the vendors
// to the bills, through the form that a person fills in. Each test goes on where the last one ended.

const SETUP_TIMEOUT = 1_200_000;
const FORM = 'approve-invoices-of-vendors';
const CARRIERX_PDF = /\.pdf$/;
const SIZES = { talkdesk: 8, talkdeskInsurance: 1, fastly: 8, carrierX: 16, i3dNet: 30 };

let session;
let books;
let workflowId;

/** The example as its note says to set it up, with the stand-in in place of QuickBooks. */
function example() {
	const { credentials, folder } = session;
	const workflow = setUp(readExamples()['approve-and-book'], { credentials, folder });
	const nodes = workflow.nodes.map((node) => {
		if (node.name === 'First Day') return withField(node, 'firstDay', '2023-06-01');
		if (node.name !== 'Put into QuickBooks') return node;
		const url = node.parameters.url.replace(/https:\/\/[^/]+/, books.origin);
		return { ...node, parameters: { ...node.parameters, authentication: 'none', url } };
	});
	return { ...workflow, nodes };
}

const changed = (workflow, change) => ({ ...workflow, nodes: workflow.nodes.map(change) });

/** CarrierX's amounts in the sandbox have fractions of a cent; these get one line without. */
function makePlain(records) {
	for (const record of records) {
		const [item] = record.invoice_items;
		const amount = '120.5';
		Object.assign(record, { amount, amount_tax: '0', tax_items: [], pay_items: [] });
		Object.assign(record, {
			invoice_items: [{ ...item, amount }],
			date_issued: record.date_created,
		});
	}
}

/** The form only: the test says when the rest runs. */
function withoutSchedule(workflow) {
	const isSchedule = ({ type }) => type === 'n8n-nodes-base.scheduleTrigger';
	return changed({ ...workflow, name: 'The form' }, (node) => {
		if (isSchedule(node)) return { ...node, disabled: true };
		return node.name === 'Approval Form' ? { ...node, webhookId: FORM } : node;
	});
}

beforeAll(async () => {
	session = await openSession({ sizes: SIZES });
	makePlain(session.sandbox.data.carrierX.slice(-2));
	books = await startBooks();
	workflowId = await session.create(example());
	const form = await host.createWorkflow(session.client, withoutSchedule(example()));
	await host.publishWorkflow(session.client, form);
}, SETUP_TIMEOUT);

afterAll(async () => {
	await session?.close();
	await books?.stop();
});

beforeEach(() => {
	session.sandbox.clearFaults();
	books.requests.length = 0;
	books.faults.length = 0;
});

/** Runs one row of the canvas. */
const run = (trigger, id = workflowId) =>
	host.runWorkflow(session.client, id, { triggerToStartFrom: { name: trigger } });

const messageOf = ({ items }) => items['One Message']?.[0].json.text;

async function runWell(trigger, id) {
	const result = await run(trigger, id);
	expectSuccess(result);
	return result;
}

async function tableOf() {
	const filter = encodeURIComponent(JSON.stringify({ name: 'Vendor Invoices to Approve' }));
	const { data } = await session.client.call('GET', `/data-tables-global?filter=${filter}`);
	expect(data).toHaveLength(1);
	return `/projects/${data[0].projectId}/data-tables/${data[0].id}`;
}

/** All rows of the data table, by their keys; each key is there once. */
async function rows() {
	const { count, data } = await session.client.call('GET', `${await tableOf()}/rows?take=250`);
	expect(data).toHaveLength(count);
	const byKey = new Map(data.map((row) => [row.dedupeKey, row]));
	expect(byKey.size).toBe(count);
	return byKey;
}

const rowsWhere = async (condition) => [...(await rows()).values()].filter(condition);

/** Changes a row as a person does in n8n. */
async function setRow({ dedupeKey }, data) {
	const filters = [{ columnName: 'dedupeKey', condition: 'eq', value: dedupeKey }];
	const filter = { type: 'and', filters };
	await session.client.call('PATCH', `${await tableOf()}/rows`, { filter, data });
}

/** Fills in the form: what `choose` returns of the options is approved and rejected. */
async function decide(choose) {
	const visitor = new FormVisitor(session.client);
	await visitor.open(FORM);
	const options = optionsIn(await visitor.submit());
	const { approve = [], reject = [] } = await choose(options);
	return await visitor.submit(approve, reject);
}

const optionOf = (options, { supplierName, invoiceNumber }) => {
	const found = options.filter((option) => option.startsWith(`${supplierName} ${invoiceNumber}: `));
	expect(found).toHaveLength(1);
	return found[0];
};

const approve = (list) =>
	decide((options) => ({ approve: list.map((row) => optionOf(options, row)) }));

/** Rows that can be approved and are not yet, of a vendor. */
const offered = async (provider) =>
	await rowsWhere(
		(row) =>
			row.state === 'new' &&
			row.doubt === '' &&
			(!provider || row.provider === provider) &&
			!row.signedTotal.startsWith('-'),
	);

const recordOf = ({ invoiceId }) =>
	session.sandbox.data.i3dNet.find(({ id }) => String(id) === invoiceId);

describe('Every Day', () => {
	test('puts each invoice into the table, once, with its exact total', async () => {
		const { items } = await runWell('Every Day');
		const stored = [...(await rows()).values()];
		const ours = VENDORS.filter(({ type }) => type !== 'talkdeskInsurance');
		const expected = ours.flatMap((vendor) => invoicesOf(vendor, session.sandbox));
		const found = stored.map(({ provider, currency, signedTotal }) => ({
			provider,
			currency: currency || null,
			total: signedTotal || null,
		}));
		expect(summary(found)).toEqual(summary(expected));
		expect(new Set(stored.map(({ state }) => state))).toEqual(new Set(['new']));

		const doubtful = stored.filter(({ doubt }) => doubt && !doubt.startsWith('it is dated before'));
		expect(items['Needs a Person'].map(({ json }) => json.remember.dedupeKey).sort()).toEqual(
			doubtful.map(({ dedupeKey }) => dedupeKey).sort(),
		);
		expect(doubtful.length).toBeGreaterThan(2);
		expect(messageOf({ items })).toMatch(/^Needs a person, because its total is zero: /m);
		expect(messageOf({ items })).not.toContain('dated before');
	});

	test('does nothing and says nothing when nothing is new', async () => {
		const before = await rows();
		const { items } = await runWell('Every Day');
		expect(items['What Is New']).toEqual([]);
		expect(messageOf({ items })).toBeUndefined();
		expect(await rows()).toEqual(before);
	});

	test('names the vendor that failed; the new invoices of the others are there', async () => {
		session.sandbox.addFault({ vendor: 'fastly', kind: 'status', status: 403, times: Infinity });
		const [row] = await offered('i3dNet');
		const record = recordOf(row);
		const added = { ...record, id: '900900', invoiceNumber: '2026109001' };
		session.sandbox.data.i3dNet.push(added);
		const result = await run('Every Day');
		expect(result.error).toMatchObject({ node: { name: 'Stop and Error' } });
		expect(messageOf(result)).toMatch(/^Not read: Fastly/m);
		expect(await rowsWhere(({ invoiceId }) => invoiceId === '900900')).toHaveLength(1);
		// It was read all the same, and nothing is told twice but the failure.
		expect(messageOf(result).split('\n').length).toBeLessThanOrEqual(2);
	});

	test('goes on where it was cut off before the state was set', async () => {
		const [row] = await offered('i3dNet');
		await setRow(row, { state: null });
		await runWell('Every Day');
		expect((await rows()).get(row.dedupeKey)).toMatchObject({
			...row,
			updatedAt: expect.anything(),
		});
	});

	test('cleans text that databases refuse', async () => {
		const { i3dNet } = session.sandbox.data;
		i3dNet.push({ ...i3dNet[0], id: '900903', invoiceNumber: '2026\u0000109\ud8004' });
		await runWell('Every Day');
		const [row] = await rowsWhere(({ invoiceId }) => invoiceId === '900903');
		expect(row).toMatchObject({ invoiceNumber: '2026109\ufffd4', state: 'new' });
	});

	test('two runs at once put no invoice into the table twice', async () => {
		const { i3dNet } = session.sandbox.data;
		const [first] = i3dNet;
		i3dNet.push({ ...first, id: '900901', invoiceNumber: '2026109002' });
		await Promise.all([runWell('Every Day'), runWell('Every Day')]);
		expect(await rowsWhere(({ invoiceId }) => invoiceId === '900901')).toHaveLength(1);
	});
});

describe('the form', () => {
	test('is for users of n8n only', async () => {
		const response = await fetch(`${session.n8n.url}/form/${FORM}`, { redirect: 'manual' });
		expect(response.status).toBe(302);
		const post = await fetch(`${session.n8n.url}/form/${FORM}`, {
			method: 'POST',
			body: new FormData(),
		});
		expect(post.status).toBe(401);
	});

	test('offers what is new and without doubt, and decides what was checked', async () => {
		const open = await rowsWhere(({ doubt }) => doubt === '');
		const [yes, no, both] = await offered();
		const page = await decide((options) => {
			expect(options).toHaveLength(Math.min(50, open.length));
			const [a, b, c] = [yes, no, both].map((row) => optionOf(options, row));
			return { approve: [a, c], reject: [b, c] };
		});
		expect(page).toContain('Approved: 1. Rejected: 1.');
		const after = await rows();
		expect([yes, no, both].map(({ dedupeKey }) => after.get(dedupeKey).state)).toEqual([
			'approved',
			'rejected',
			'new',
		]);
		expect(after.get(yes.dedupeKey)).toMatchObject({
			decidedBy: session.n8n.email,
			decidedTotal: `${yes.signedTotal} ${yes.currency}`,
		});
	});

	test('leaves alone what was decided or has changed since the page was opened', async () => {
		const [gone, other] = await offered('i3dNet');
		const page = await decide(async (options) => {
			await setRow(gone, { state: 'rejected' });
			await setRow(other, { signedTotal: '1.23' });
			return { approve: [gone, other].map((row) => optionOf(options, row)) };
		});
		expect(page).toContain('Approved: 0.');
		expect(page).toContain('left as they are: 2.');
		const after = await rows();
		expect(after.get(gone.dedupeKey).state).toBe('rejected');
		expect(after.get(other.dedupeKey).state).toBe('new');
		await setRow(gone, { state: 'new' });
		await runWell('Every Day');
		expect((await rows()).get(other.dedupeKey).signedTotal).toBe(other.signedTotal);
	});
});

describe('Every Hour', () => {
	const booked = () => rowsWhere(({ state }) => state === 'booked');

	test('books exactly what was approved, to the cent', async () => {
		const approved = await rowsWhere(({ state }) => state === 'approved');
		expect(approved).toHaveLength(1);
		await runWell('Every Hour');
		expect(books.requests).toHaveLength(1);
		const [{ url, text }] = books.requests;
		const [{ dedupeKey, signedTotal, invoiceNumber, currency }] = approved;
		expect(url.pathname).toBe('/v3/company/0/bill');
		const bill = JSON.parse(text);
		expect(problemsOf('QuickBooks', 'Bill', bill)).toEqual([]);
		const [, amount] = /"Amount":([^,]+)/.exec(text) ?? [];
		expect(add([amount])).toBe(add([signedTotal]));
		expect(bill).toMatchObject({
			DocNumber: invoiceNumber,
			CurrencyRef: { value: currency },
			PrivateNote: dedupeKey,
		});
		expect((await booked()).map((row) => [row.dedupeKey, row.billId])).toEqual([
			[dedupeKey, books.bills[0].id],
		]);

		await runWell('Every Hour');
		expect(books.requests).toHaveLength(1);
	});

	test('two runs at once make one bill', async () => {
		const [row] = await offered('i3dNet');
		await approve([row]);
		const bills = books.bills.length;
		await Promise.all([runWell('Every Hour'), runWell('Every Hour')]);
		expect(books.bills.length).toBe(bills + 1);
		expect((await rows()).get(row.dedupeKey).state).toBe('booked');
	});

	test('a credit note becomes a vendor credit', async () => {
		const [credit] = await rowsWhere(
			(row) => row.state === 'new' && row.doubt === '' && row.signedTotal.startsWith('-'),
		);
		await approve([credit]);
		await runWell('Every Hour');
		const [{ url, text }] = books.requests;
		const vendorCredit = JSON.parse(text);
		expect(url.pathname).toBe('/v3/company/0/vendorcredit');
		expect(problemsOf('QuickBooks', 'VendorCredit', vendorCredit)).toEqual([]);
		expect(`-${add([vendorCredit.Line[0].Amount])}`).toBe(add([credit.signedTotal]));
		expect((await rows()).get(credit.dedupeKey).state).toBe('booked');
	});

	test('a refused bill holds up no other, is named once, and is booked when it can be', async () => {
		const [bad, good] = await offered('i3dNet');
		await approve([bad, good]);
		books.spoil(({ text }) => JSON.parse(text).DocNumber === bad.invoiceNumber, {
			answer: fault('Invalid Reference Id', 'Vendor not found'),
		});
		const result = await run('Every Hour');
		expect(result.error).toMatchObject({ node: { name: 'Stop and Error' } });
		expect(messageOf(result)).toBe(
			`Not booked: Vendor not found: ${bad.supplierName} ${bad.invoiceNumber}`,
		);
		expect((await rows()).get(good.dedupeKey).state).toBe('booked');
		expect(messageOf(await runWell('Every Hour'))).toBeUndefined();
		books.faults.length = 0;
		await runWell('Every Hour');
		expect((await rows()).get(bad.dedupeKey).state).toBe('booked');
	});

	test('a total that changed after the approval goes to a person, once, and is not booked', async () => {
		const [row] = await offered('i3dNet');
		await approve([row]);
		const record = recordOf(row);
		record.amountIncVAT = String(BigInt(record.amountIncVAT) + 100n);
		const told = await runWell('Every Day');
		expect(messageOf(told)).toContain(
			`its total was ${row.signedTotal} ${row.currency} when it was approved, and now it is ` +
				`${add([row.signedTotal, '1.00'])}`.replace(/\.?0*$/, ''),
		);
		expect(messageOf(told)).toContain(row.invoiceNumber);
		expect(messageOf(await runWell('Every Day'))).toBeUndefined();
		await runWell('Every Hour');
		expect(books.requests).toEqual([]);
		expect((await rows()).get(row.dedupeKey).state).toBe('approved');
	});

	test('what changes between the daily run and the booking is not booked either', async () => {
		const [row] = await offered('i3dNet');
		await approve([row]);
		await setRow(row, { signedTotal: '1.23' });
		await runWell('Every Hour');
		expect(books.requests).toEqual([]);
		await setRow(row, { signedTotal: row.signedTotal, state: 'rejected' });
		await runWell('Every Hour');
		expect(books.requests).toEqual([]);
	});

	test('a bill that is there with another total is no success', async () => {
		const [row] = await rowsWhere((one) => one.state === 'booked' && one.provider === 'i3dNet');
		const bills = books.bills.length;
		await setRow(row, { state: 'new', signedTotal: '1.23' });
		await approve([{ ...row, signedTotal: '1.23' }]);
		const result = await run('Every Hour');
		expect(messageOf(result)).toMatch(
			/^Not booked: QuickBooks has bill \d+ with a total of \S+ instead of 1\.23: i3D\.net /,
		);
		expect((await rows()).get(row.dedupeKey).state).toBe('approved');
		expect(books.bills.length).toBe(bills);
		const { signedTotal, decidedTotal, state } = row;
		await setRow(row, { signedTotal, decidedTotal, state });
	});

	test('n8n is killed after the bill was made: the next run makes no second one', async () => {
		const [row] = await offered('i3dNet');
		await approve([row]);
		const bills = books.bills.length;
		books.spoil(() => true, { lose: true, times: 1 });
		await host.startWorkflow(session.client, workflowId, {
			triggerToStartFrom: { name: 'Every Hour' },
		});
		await until('the bill', async () => books.requests.length > 0);
		await session.kill();
		expect(books.bills.length).toBe(bills + 1);

		await session.restart();
		expect((await rows()).get(row.dedupeKey).state).toBe('approved');
		await runWell('Every Hour');
		expect(books.bills.length).toBe(bills + 1);
		expect((await rows()).get(row.dedupeKey)).toMatchObject({
			state: 'booked',
			billId: books.bills.at(-1).id,
		});
	});

	test('has booked nothing that was not approved', async () => {
		const keys = books.bills.map(({ body }) => body.PrivateNote);
		const bookedKeys = (await booked()).map(({ dedupeKey }) => dedupeKey);
		expect(keys.sort()).toEqual(bookedKeys.sort());
		expect(await rowsWhere(({ state, billId }) => state !== 'booked' && billId)).toEqual([]);
	});
});

describe('Every Night', () => {
	const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

	async function pdfOf({ provider, invoiceId }) {
		const vendor = vendorOf(provider);
		const name = `PDF ${invoiceId}`;
		const id = await session.create({ name, ...pdfWorkflow(vendor, invoiceId) });
		const { items } = await host.runWorkflow(session.client, id);
		return items.PDF[0].json.sha256;
	}

	const pdfWorkflow = ({ type, credential }, invoiceId) => ({
		nodes: [
			{
				id: 'start',
				name: 'Start',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{
				id: 'pdf',
				name: 'PDF',
				type: `n8n-nodes-vendor-invoices.${type}`,
				typeVersion: 1,
				position: [200, 0],
				parameters: {
					operation: 'downloadPdf',
					invoiceId: { __rl: true, mode: 'id', value: invoiceId },
				},
				credentials: { [credential]: session.credentialOf(credential) },
			},
		],
		connections: { Start: { main: [[{ node: 'PDF', type: 'main', index: 0 }]] } },
	});

	test('saves the PDFs of booked invoices, names a missing one once, and tries it again', async () => {
		const fromCarrierX = (await offered('carrierX')).slice(0, 2);
		await approve(fromCarrierX);
		await runWell('Every Hour');
		const withPdf = await rowsWhere(({ state, hasPdf }) => state === 'booked' && hasPdf === 'yes');
		expect(new Set(withPdf.map(({ provider }) => provider)).size).toBe(2);

		session.sandbox.addFault({
			vendor: 'carrierX',
			kind: 'status',
			status: 404,
			path: CARRIERX_PDF,
		});
		const missing = () => rowsWhere((row) => row.pdfProblem);
		const result = await run('Every Night');
		const [lost, ...others] = await missing();
		expect(others).toEqual([]);
		expect(messageOf(result)).toMatch(/^PDF not saved: /);
		expect(messageOf(result)).toContain(`: ${lost.supplierName} ${lost.invoiceNumber}`);
		const saved = withPdf.filter(({ dedupeKey }) => dedupeKey !== lost.dedupeKey);
		const nameOf = ({ billDate, supplierName, invoiceNumber }) =>
			`${billDate.slice(0, 7)}_${supplierName}_${invoiceNumber.replace('/', '_')}.pdf`;
		expect(fs.readdirSync(session.folder).sort()).toEqual(saved.map(nameOf).sort());
		for (const row of [saved[0], saved.find(({ provider }) => provider === 'carrierX')]) {
			const bytes = fs.readFileSync(path.join(session.folder, nameOf(row)));
			expect(sha256(bytes)).toBe(await pdfOf(row));
		}

		await runWell('Every Night');
		expect(fs.readdirSync(session.folder).sort()).toEqual(withPdf.map(nameOf).sort());
		expect(await missing()).toEqual([]);
		const { items } = await runWell('Every Night');
		expect(items['PDF Names']).toEqual([]);
	});
});

describe('Every Morning', () => {
	const inDays = (days, zone = 'utc') => DateTime.now().setZone(zone).plus({ days });

	/** Lets an invoice that is not paid be due on a day. */
	async function due(row, day) {
		await setRow(row, { dueDate: day.toISODate(), vendorStatus: 'open', remindedAt: '' });
	}

	test('reminds once, in one message, of what is due and not paid', async () => {
		const [soon, later, paid] = await offered('i3dNet');
		const [booked] = await rowsWhere(({ state }) => state === 'booked');
		const [rejected] = await rowsWhere(({ state }) => state === 'rejected');
		await Promise.all([due(soon, inDays(2)), due(later, inDays(9)), due(booked, inDays(-2))]);
		await due(rejected, inDays(1));
		await due(paid, inDays(1));
		await setRow(paid, { vendorStatus: 'paid' });
		const { items } = await runWell('Every Morning');
		expect(items['One Message']).toHaveLength(1);
		const lines = messageOf({ items }).split('\n').sort();
		expect(lines).toEqual([
			expect.stringContaining(`To pay, booked: ${booked.supplierName} ${booked.invoiceNumber} (`),
			expect.stringContaining(
				`To pay, not approved yet: ${soon.supplierName} ${soon.invoiceNumber} (`,
			),
		]);
		expect(lines[1]).toContain(
			`(${soon.signedTotal} ${soon.currency}, due ${inDays(2).toISODate()})`,
		);
		expect(messageOf(await runWell('Every Morning'))).toBeUndefined();
	});

	test('reminds again where the message could not be sent', async () => {
		const [row] = await offered('i3dNet');
		await due(row, inDays(1));
		const workflow = changed(example(), (node) =>
			node.name === 'One Message'
				? {
						...node,
						type: 'n8n-nodes-base.stopAndError',
						typeVersion: 1,
						parameters: { errorMessage: 'Slack is down' },
					}
				: node,
		);
		const name = 'Without Slack';
		const id = await session.create({ ...workflow, name });
		expect((await run('Every Morning', id)).error.message).toBe('Slack is down');
		expect(messageOf(await runWell('Every Morning'))).toContain(row.invoiceNumber);
		expect(messageOf(await runWell('Every Morning'))).toBeUndefined();
	});

	test('counts days in the time zone of the workflow', async () => {
		const [row] = await offered('i3dNet');
		await due(row, inDays(3, 'Pacific/Kiritimati'));
		const inZone = async (timezone) => {
			const name = `Reminder in ${timezone}`;
			const settings = { executionOrder: 'v1', timezone };
			const id = await session.create({ ...example(), name, settings });
			return messageOf(await runWell('Every Morning', id));
		};
		// There it is a day earlier, at least.
		expect(await inZone('Pacific/Pago_Pago')).toBeUndefined();
		expect(await inZone('Pacific/Kiritimati')).toContain(row.invoiceNumber);
	});
});

test('a vendor whose nodes were deleted is missed by nobody; another schedule starts it too', async () => {
	const { i3dNet } = session.sandbox.data;
	i3dNet.push({ ...i3dNet[0], id: '900902', invoiceNumber: '2026109003' });
	const gone = ['Fastly', 'CarrierX', 'CarrierX PDF'];
	const workflow = example();
	const links = Object.entries(workflow.connections)
		.filter(([from]) => !gone.includes(from))
		.map(([from, { main }]) => [
			from,
			{ main: main.map((targets) => targets.filter(({ node }) => !gone.includes(node))) },
		]);
	const cron = { field: 'cronExpression', expression: '*/5 * * * * *' };
	const nodes = workflow.nodes
		.filter(({ name }) => !gone.includes(name))
		.map((node) => {
			if (node.type !== 'n8n-nodes-base.scheduleTrigger') return node;
			if (node.name !== 'Every Day') return { ...node, disabled: true };
			return { ...node, parameters: { rule: { interval: [cron] } } };
		});
	const name = 'Every five seconds, of two vendors';
	const connections = Object.fromEntries(links);
	const created = await host.createWorkflow(session.client, {
		...workflow,
		name,
		nodes,
		connections,
	});
	await host.publishWorkflow(session.client, created);
	await until('the new invoice', async () =>
		(await rowsWhere(({ invoiceId }) => invoiceId === '900902')).some(
			({ state }) => state === 'new',
		),
	);
	await host.unpublishWorkflow(session.client, created);
	const executions = await host.executionsOf(session.client, created.id);
	expect(new Set(executions.map(({ status }) => status))).toEqual(new Set(['success']));
	expect(await rowsWhere(({ invoiceId }) => invoiceId === '900902')).toHaveLength(1);
});
