'use strict';

const { sums, written } = require('../ledger');
const { openBrowser } = require('./browser');
const { readExamples, setUp, withField } = require('./examples');
const { expectSuccess, jsonOf } = require('./executions');
const { add, invoicesIn } = require('./expected');
const host = require('./host');
const { openSession } = require('./session');

// The example spend-overview in a real n8n: its numbers are compared with what the sandbox holds.

const SETUP_TIMEOUT = 1_200_000;
/** In this month some sums change by less than 30 %. */
const MONTH = '2024-07';

let session;

beforeAll(async () => {
	session = await openSession();
}, SETUP_TIMEOUT);

afterAll(() => session?.close());

beforeEach(() => session.sandbox.clearFaults());

async function run(month, change = (node) => node) {
	const { client, credentials, sandbox } = session;
	const workflow = setUp(readExamples()['spend-overview'], {
		credentials,
		insuranceAccounts: sandbox.insuranceAccounts,
	});
	const withMonth = (node) => (node.name === 'Month' ? withField(node, 'month', month) : node);
	const nodes = workflow.nodes.map((node) => change(withMonth(node)));
	const id = await session.create({ ...workflow, nodes });
	return await host.runWorkflow(client, id);
}

const NAMES = {
	carrierX: 'CarrierX',
	fastly: 'Fastly',
	i3dNet: 'i3D.net',
	talkdesk: 'Talkdesk',
	talkdeskInsurance: 'Talkdesk Insurance',
};

const monthBefore = (month, steps = 1) => {
	const [year, count] = month.split('-').map(Number);
	return new Date(Date.UTC(year, count - 1 - steps)).toISOString().slice(0, 7);
};

/** vendor, currency and month → sum in units of 10^-12, from the vendors' own records. */
const expectedSums = () =>
	sums(
		invoicesIn(session.sandbox)
			.filter(({ total, currency }) => total !== null && currency !== null)
			.map(({ provider, currency, day, total }) => [
				`${NAMES[provider]} ${currency} ${day.slice(0, 7)}`,
				total,
			]),
	);

/** Amounts are for people: with commas, and with the decimals of their currency. */
const plain = (text) => add([text.replaceAll(',', '')]);

/** The tables of a message as a mail program shows it: rows of texts. */
async function tablesIn(html) {
	const { page, close } = await openBrowser();
	try {
		await page.setContent(html);
		return await page.evaluate(() =>
			[...globalThis.document.querySelectorAll('table')].map((table) =>
				[...table.rows].map((row) => [...row.cells].map(({ innerText }) => innerText.trim())),
			),
		);
	} finally {
		await close();
	}
}

/** The pictures of a message, and the size that a browser draws each in; 0 where it cannot. */
async function picturesIn(html) {
	const { page, close } = await openBrowser();
	try {
		await page.setContent(html);
		return await page.evaluate(async () => {
			const images = [...globalThis.document.images];
			await Promise.all(images.map((image) => image.decode().catch(() => {})));
			return images.map(({ src, alt, naturalWidth }) => ({ src, alt, naturalWidth }));
		});
	} finally {
		await close();
	}
}

const svgOf = ({ src }) => Buffer.from(src.split('base64,')[1], 'base64').toString('utf8');

describe('of a month', () => {
	let message;
	let tables;
	beforeAll(async () => {
		const result = await run(MONTH);
		expectSuccess(result);
		const { items } = result;
		expect(items['One Message']).toHaveLength(1);
		[message] = jsonOf(items['One Message']);
		tables = await tablesIn(message.html);
	}, SETUP_TIMEOUT);

	test('has a total for each vendor and currency, exactly, and how it changed', () => {
		const expected = expectedSums();
		const keys = [...expected.keys()]
			.filter((key) => [MONTH, monthBefore(MONTH)].some((month) => key.endsWith(month)))
			.map((key) => key.slice(0, -8));
		const [[head, ...rows]] = tables;
		expect(head).toEqual(['Vendor', 'Currency', MONTH, monthBefore(MONTH), 'Change']);
		const names = rows.map(([vendor, currency]) => `${vendor} ${currency.slice(0, 3)}`);
		expect([...names].sort()).toEqual([...new Set(keys)].sort());
		for (const [index, [, , now, before, change]] of rows.entries()) {
			const [is, was] = [MONTH, monthBefore(MONTH)].map(
				(month) => expected.get(`${names[index]} ${month}`) ?? 0n,
			);
			expect([plain(now), plain(before)]).toEqual([written(is), written(was)]);
			const percent = Math.round((Number(is - was) / Math.abs(Number(was))) * 100);
			const words = was === 0n ? (is === 0n ? '' : 'new') : `${percent > 0 ? '+' : ''}${percent} %`;
			expect([names[index], change]).toEqual([names[index], words]);
		}
	});

	test('names what changed by more than 30 %, and nothing else', () => {
		const [[, ...rows]] = tables;
		const changed = rows.filter(
			([, , , , change]) => change === 'new' || Math.abs(parseInt(change, 10)) > 30,
		);
		expect(changed.length).toBeGreaterThan(0);
		expect(changed.length).toBeLessThan(rows.length);
		const [, part] = message.text.split(
			`Changed by more than 30 % against ${monthBefore(MONTH)}:\n`,
		);
		const lines = part.split('\n\n')[0].split('\n');
		expect(lines.map((line) => line.split(':')[0])).toEqual(
			changed.map(([vendor, currency]) => `${vendor} (${currency})`),
		);
	});

	test('says what is overdue, to the cent', () => {
		const today = new Date().toISOString().slice(0, 10);
		const inAmsterdam = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Amsterdam' });
		const insurance = session.sandbox.insuranceAccounts
			.flatMap((one) => session.sandbox.data.talkdeskInsurance[one])
			.filter(
				(one) =>
					// One that is called paid, but has something due, is overdue.
					parseFloat(one.amount) >= 0 &&
					parseFloat(one.due_amount) > 0 &&
					one.invoice_due_date.slice(0, 10) < today &&
					!/^void/i.test(one.status ?? ''),
			);
		const [, overdue] = message.text.split(`Overdue on ${today}:\n`);
		const lines = overdue.split('\n\n')[0].split('\n');
		const form = /^(.+): (\S+) ([A-Z]{3}), (\d+) invoices?, the oldest due (\S+)$/;
		const found = lines.map((line) => form.exec(line)).filter(Boolean);
		const ours = found.filter(([, vendor]) => vendor === 'Talkdesk Insurance (owed to you)');
		const amounts = insurance.map(({ due_amount: due }) => due.split(' ')[0]);
		expect(ours.map(([, , amount]) => plain(amount))).toEqual([add(amounts)]);
		expect(ours[0].slice(4)).toEqual([
			String(insurance.length),
			insurance.map((one) => one.invoice_due_date.slice(0, 10)).sort()[0],
		]);
		// i3D.net: the days and the count; its amounts are in units that its own tests know.
		const late = session.sandbox.data.i3dNet.filter(
			({ isCredit, remainingAmount, dueDate }) =>
				isCredit !== 1 &&
				Number(remainingAmount) !== 0 &&
				inAmsterdam.format(dueDate * 1000) < today,
		);
		const counts = found.filter(([, vendor]) => vendor === 'i3D.net').map((one) => Number(one[4]));
		expect(counts.length).toBeGreaterThan(0);
		expect(counts.reduce((a, b) => a + b)).toBeLessThanOrEqual(late.length);
	});

	test('has the sums of twelve months under the picture of their currency', async () => {
		const expected = expectedSums();
		const months = Array.from({ length: 12 }, (_, index) => monthBefore(MONTH, 11 - index));
		const pictures = await picturesIn(message.html);
		expect(pictures.length).toBe(tables.length - 1);
		for (const [index, [head, ...rows]] of tables.slice(1).entries()) {
			const { alt, naturalWidth, ...picture } = pictures[index];
			expect(naturalWidth).toBeGreaterThan(500);
			const [, currency] = /^Bar chart: ([A-Z]{3})/.exec(alt) ?? [];
			expect(rows.map(([month]) => month)).toEqual(months);
			const vendors = head.slice(1).filter((name) => name !== 'All');
			for (const [month, ...amounts] of rows) {
				const sumsOfRow = vendors.map((name) => expected.get(`${name} ${currency} ${month}`) ?? 0n);
				const all = vendors.length > 1 ? [sumsOfRow.reduce((a, b) => a + b)] : [];
				expect(amounts.map(plain)).toEqual([...sumsOfRow, ...all].map(written));
			}
			// A bar for each sum that is not zero, besides the background and the legend.
			const bars = rows.flatMap((row) => row.slice(1, 1 + vendors.length));
			const drawn = bars.filter((amount) => /[1-9]/.test(amount)).length;
			expect(svgOf(picture).match(/<rect /g)).toHaveLength(drawn + 1 + vendors.length);
		}
	});

	test('asks nothing of other servers', () => {
		expect(message.html).not.toMatch(/https?:|<script|<link/);
	});

	test('names what has no total, and does not count it', () => {
		const months = Array.from({ length: 12 }, (_, index) => monthBefore(MONTH, index));
		const without = invoicesIn(session.sandbox).filter(
			({ total, currency, day }) =>
				(total === null || currency === null) && months.includes(day.slice(0, 7)),
		);
		expect(without.length).toBeGreaterThan(0);
		expect(message.text.match(/: not counted, because it has no /g)).toHaveLength(without.length);
	});
});

test('drafts and void invoices are not counted', async () => {
	const [account] = session.sandbox.insuranceAccounts;
	const list = session.sandbox.data.talkdeskInsurance[account];
	const one = { ...list[0], custom_fields: [], invoice_bill_date: '2030-01-05' };
	list.push(
		{ ...one, invoice_number: 'D-1', status: 'Draft' },
		{ ...one, invoice_number: 'V-1', status: 'Void' },
	);
	try {
		const { items } = await run('2030-01');
		const [{ text }] = jsonOf(items['One Message']);
		expect(text).toMatch(/^Spend in 2030-01\nNo invoices in this month and the one before\.\n/);
		list.push({ ...one, invoice_number: 'O-1', status: 'Open' });
		const [{ text: counted }] = jsonOf((await run('2030-01')).items['One Message']);
		expect(counted).toContain(`Talkdesk Insurance (USD, owed to you): `);
	} finally {
		list.splice(-3);
	}
});

test('a name of a vendor is text, in the message and in the picture', async () => {
	const supplierName = `<b>"R&D" \u{1F600}</b> ]]>\uFFFE`;
	const change = (node) => {
		if (node.name !== 'Fastly') return node;
		const options = { ...node.parameters.options, supplierName };
		return { ...node, parameters: { ...node.parameters, options } };
	};
	const { items } = await run(MONTH, change);
	const [{ html }] = jsonOf(items['One Message']);
	const [[, ...rows]] = await tablesIn(html);
	expect(rows.map(([vendor]) => vendor)).toContain('<b>"R&D" \u{1F600}</b> ]]>');
	const pictures = await picturesIn(html);
	expect(pictures.filter((one) => svgOf(one).includes('R&#38;D')).length).toBeGreaterThan(0);
	expect(pictures.filter(({ naturalWidth }) => naturalWidth === 0)).toEqual([]);
});

test('a vendor that fails is named in the message, and the execution has failed', async () => {
	session.sandbox.addFault({ vendor: 'fastly', kind: 'status', status: 403, times: Infinity });
	const { status, error, items } = await run(MONTH);
	expect(status).toBe('error');
	expect(error.message).toMatch(/^Not read, so not in these numbers: Fastly denied access \(403\)/);
	const [{ text }] = jsonOf(items['One Message']);
	expect(text).toContain(error.message);
	expect(text).not.toContain('Fastly (');
	expect(text).toContain('CarrierX (USD)');
});

test.each(['2026-1', '2026-13', ' 2026-01'])('the month "%s" is refused', async (month) => {
	session.sandbox.clearRequests();
	const { error } = await run(month);
	expect(error.message).toBe(`Month is "${month}". Type it as YYYY-MM, such as 2026-01.`);
	expect(session.sandbox.requests).toEqual([]);
});
