'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { openingAll } = require('../examples/ledger');
const { VENDORS } = require('./rows');
const { readExamples, vendorOfType } = require('./host/examples');

// What can be said of the examples without n8n; test/host runs them.

const ROOT = path.join(__dirname, '..');
const EXAMPLES = Object.entries(readExamples());
const NOTE = 'n8n-nodes-base.stickyNote';
/** About what a node takes on n8n's canvas, with its name below. */
const NODE_SIZE = [100, 130];
const { nodes: BUILT } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).n8n;

/** The description of a node of ours, from the build; undefined for one that is not in the package. */
function descriptionOf(type) {
	const name = type.split('.')[1].replace(/Tool$/, '');
	const file = BUILT.find(
		(one) => path.basename(one, '.node.js').toLowerCase() === name.toLowerCase(),
	);
	if (!file) return undefined;
	const [Node] = Object.values(require(path.join(ROOT, file)));
	return new Node().description;
}

/** What n8n adds to a node that an AI agent uses. */
const TOOL_PARAMETERS = ['descriptionType', 'toolDescription'];

/** The parameters, or the options in a collection, that no property knows; by their path. */
function unknownIn(values, properties, at = '') {
	return Object.entries(values).flatMap(([name, value]) => {
		const found = properties.filter((property) => property.name === name);
		if (!found.length) return [`${at}${name}`];
		if (found.some(({ type }) => type === 'collection')) {
			const options = found.flatMap((property) => property.options ?? []);
			return unknownIn(value, options, `${at}${name}.`);
		}
		if (found.some(({ type }) => type === 'options')) {
			const choices = found.flatMap((property) => property.options ?? []);
			return choices.some((choice) => choice.value === value) ? [] : [`${at}${name}=${value}`];
		}
		return [];
	});
}

const boxOf = ({ position, parameters, type }) => {
	const [width, height] = type === NOTE ? [parameters.width, parameters.height] : NODE_SIZE;
	return {
		left: position[0],
		top: position[1],
		right: position[0] + width,
		bottom: position[1] + height,
	};
};

const overlap = (a, b) =>
	a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const linksOf = ({ connections }) =>
	Object.entries(connections).flatMap(([from, outputs]) =>
		Object.values(outputs)
			.flat(2)
			.map((link) => ({ from, ...link })),
	);

test('the README names each example', () => {
	const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
	expect(
		EXAMPLES.map(([name]) => `examples/${name}.json`).filter((one) => !readme.includes(one)),
	).toEqual([]);
});

describe.each(EXAMPLES)('%s', (_name, workflow) => {
	const { nodes } = workflow;
	const names = nodes.map(({ name }) => name);
	const steps = nodes.filter(({ type }) => type !== NOTE);

	test('holds a workflow and nothing of the n8n that it was made in', () => {
		expect(Object.keys(workflow).sort()).toEqual(
			['connections', 'name', 'nodes', 'pinData', 'settings'].sort(),
		);
		expect(workflow.pinData).toEqual({});
		expect(workflow.settings).toEqual({ executionOrder: 'v1' });
		expect(nodes.filter((node) => node.credentials || node.webhookId)).toEqual([]);
	});

	test('holds no secret and no address but those of QuickBooks and Xero', () => {
		const text = JSON.stringify(workflow);
		expect(text).not.toMatch(/bearer|"[^"]*(token|password|secret|apikey)[^"]*":/i);
		const hosts = [...text.matchAll(/https?:\/\/([^/"\\{ ]+)/g)].map(([, host]) => host);
		// The last one is no address, but what an SVG picture is known by.
		const allowed = ['quickbooks.api.intuit.com', 'api.xero.com', 'www.w3.org'];
		expect(hosts.filter((host) => !allowed.includes(host))).toEqual([]);
	});

	test('explains itself in one note, to the left of the rest', () => {
		const notes = nodes.filter(({ type }) => type === NOTE);
		expect(notes).toHaveLength(1);
		const { content } = notes[0].parameters;
		for (const heading of [/^## /, /\n### Set up\n/, /\n### Good to know\n/]) {
			expect(content).toMatch(heading);
		}
		const left = Math.min(...steps.map(({ position }) => position[0]));
		expect(boxOf(notes[0]).right).toBeLessThan(left);
	});

	test('has names and ids of its own for each node, and a place where no other is', () => {
		expect(new Set(names).size).toBe(names.length);
		expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
		const clashes = nodes.flatMap((a, index) =>
			nodes
				.slice(index + 1)
				.filter((b) => overlap(boxOf(a), boxOf(b)))
				.map((b) => `${a.name} and ${b.name}`),
		);
		expect(clashes).toEqual([]);
	});

	test('connects nodes that are there, from left to right, and leaves none out', () => {
		const links = linksOf(workflow);
		const nodeOf = (name) => nodes.find((node) => node.name === name);
		expect(links.filter(({ from, node }) => !nodeOf(from) || !nodeOf(node))).toEqual([]);
		const backward = ({ from, node }) => nodeOf(from).position[0] >= nodeOf(node).position[0];
		expect(links.filter((link) => link.type === 'main' && backward(link))).toEqual([]);
		const linked = new Set(links.flatMap(({ from, node }) => [from, node]));
		expect(steps.filter(({ name }) => !linked.has(name))).toEqual([]);
	});

	test('refers in expressions to nodes that are there', () => {
		const text = JSON.stringify(workflow);
		const referred = [...text.matchAll(/\$\('([^']+)'\)/g)].map(([, name]) => name);
		expect(referred.filter((name) => !names.includes(name))).toEqual([]);
	});

	test('uses nodes and parameters of ours that exist', () => {
		const ours = steps.filter(({ type }) => vendorOfType(type));
		const prefixes = /^(n8n-nodes-base|@n8n\/n8n-nodes-langchain|n8n-nodes-vendor-invoices)\./;
		expect(steps.filter(({ type }) => !prefixes.test(type))).toEqual([]);
		expect(ours.length).toBe(
			steps.filter(({ type }) => type.startsWith('n8n-nodes-vendor-invoices.')).length,
		);
		expect(ours.length).toBeGreaterThan(0);
		const unknown = ours.flatMap(({ name, type, typeVersion, parameters }) => {
			const description = descriptionOf(type);
			if (!description) return type.endsWith('Trigger') ? [] : [`${name}: no such node`];
			expect([description.version].flat()).toContain(typeVersion);
			const added = /Tool$/.test(type)
				? TOOL_PARAMETERS
				: /Trigger$/.test(type)
					? ['pollTimes']
					: [];
			const own = Object.fromEntries(
				Object.entries(parameters).filter(([parameter]) => !added.includes(parameter)),
			);
			return unknownIn(own, description.properties).map((one) => `${name}: ${one}`);
		});
		expect(unknown).toEqual([]);
	});
});

test('the check of parameters finds what is wrong', () => {
	const { properties } = descriptionOf('n8n-nodes-vendor-invoices.fastly');
	const parameters = { operation: 'getUnpaidd', returnall: true, options: { currenzy: 'USD' } };
	expect(unknownIn(parameters, properties)).toEqual([
		'operation=getUnpaidd',
		'returnall',
		'options.currenzy',
	]);
});

const codeOf = (example, node) =>
	readExamples()[example].nodes.find(({ name }) => name === node).parameters.jsCode;

test('the Code node of month-end books with the very code of examples/ledger.js', () => {
	const source = fs.readFileSync(path.join(ROOT, 'examples', 'ledger.js'), 'utf8');
	const [from, to] = ['/** The vendors', '// The files of a ledger'].map((one) =>
		source.indexOf(one),
	);
	const shared = source.slice(from, to);
	expect(shared).toContain('function bookInto(');
	// After a change there, put what is between the help and the files into the node.
	expect(codeOf('month-end', 'Report').startsWith(shared.trimEnd())).toBe(true);
});

/** Runs the node Report on items, as after a run that has remembered `before`. */
function report(items, before = []) {
	const nodes = {
		'Check Month': [{ month: '2026-02', firstMonth: '2026-01' }],
		'Reported Before': before.length > 0 ? before : [{}],
	};
	const node = (name) => {
		const all = (nodes[name] ?? []).map((json) => ({ json }));
		if (name === 'All Invoices')
			return { all: () => items.map(() => ({ pairedItem: { input: 5 } })) };
		return { all: () => all, first: () => all[0] };
	};
	const $input = { all: () => items.map((json) => ({ json })) };
	const [{ json }] = new Function('$', '$input', codeOf('month-end', 'Report'))(node, $input);
	return json;
}

const INVOICE = {
	provider: 'fastly',
	dedupeKey: 'fastly:-:1',
	contentHash: 'a',
	id: '1',
	invoiceNumber: '1',
	supplierName: 'Fastly',
	type: 'invoice',
	direction: 'payable',
	status: 'open',
	issueDate: '2026-02-03',
	currency: 'USD',
	subTotal: null,
	taxAmount: null,
	totalAmount: '10',
	signedTotal: '10',
	lineItems: [],
	warnings: [],
};

describe('month-end', () => {
	const FINISHED = { dedupeKey: 'run', month: '2026-02', total: 'finished' };

	test('returns an empty ledger, the accounts of all vendors, and what failed', () => {
		expect(report([{ error: 'HTTP 503' }])).toMatchObject({
			ledger: '; Invoices reported in 2026-02: 0\n',
			accounts: openingAll(),
			failed: ['Fastly: HTTP 503'],
			text: 'Month end 2026-02\nNot read: Fastly: HTTP 503',
			remember: [FINISHED],
		});
	});

	test.each([
		['dated in the month', {}, 1],
		['dated earlier', { issueDate: '2026-01-31' }, 1],
		['dated before the first month', { issueDate: '2025-12-31' }, 0],
		['dated later', { issueDate: '2026-03-01' }, 0],
		['without a date, of a period', { issueDate: null, periodEnd: '2026-02-28' }, 1],
	])('reports an invoice %s: %#', (_what, fields, count) => {
		const { invoices, person, remember } = report([{ ...INVOICE, ...fields }]);
		expect([invoices.length, person]).toEqual([count, []]);
		expect(remember).toHaveLength(count + 1);
	});

	test('takes the month, not the row, as what was reported: a run of the same month has it again', () => {
		const row = (month) => ({ dedupeKey: 'fastly:-:1', month, total: '10 USD' });
		expect(report([INVOICE], [row('2026-02')])).toMatchObject({
			invoices: [{ dedupeKey: 'fastly:-:1' }],
			remember: [FINISHED],
		});
		const later = { ...INVOICE, signedTotal: '10.00', contentHash: 'b', status: 'paid' };
		expect(report([later], [row('2026-01')])).toMatchObject({ invoices: [], person: [] });
	});

	test.each([
		[{ status: 'draft' }, 'it is not issued yet', 0],
		[{ type: 'estimate' }, 'it is an estimate', 0],
		[{ warnings: ['LIST_INCOMPLETE'] }, 'it has warnings: LIST_INCOMPLETE', 0],
		[{ status: 'void' }, 'it is void', 1],
		[{ issueDate: null }, 'it has no date', 1],
		[{ currency: null }, 'it has no currency', 1],
		[{ signedTotal: null }, 'it has no total', 1],
		[{ warnings: ['PDF_MISSING'] }, 'it has warnings: PDF_MISSING', 1],
	])('%j goes to a person, and is remembered where it will not pass', (fields, why, count) => {
		const { invoices, person, remember } = report([{ ...INVOICE, ...fields }]);
		expect(invoices).toEqual([]);
		expect(person).toEqual([{ invoice: 'Fastly 1', why, dedupeKey: 'fastly:-:1' }]);
		expect(remember).toHaveLength(count + 1);
	});

	test('knows two invoices of one key by their content', () => {
		const warnings = ['KEY_NOT_UNIQUE'];
		const two = ['a', 'b'].map((contentHash) => ({ ...INVOICE, warnings, contentHash }));
		const { person, remember } = report(two);
		expect(person).toHaveLength(2);
		expect(report(two, remember.slice(0, 1)).person).toHaveLength(2);
		expect(report([INVOICE, INVOICE]).invoices).toHaveLength(1);
	});

	test('writes amounts of lines with the sign of a credit note', () => {
		const line = { lineNumber: 1, quantity: '2', unitAmount: '1.5', amount: '3.00' };
		const credit = { type: 'creditNote', signedTotal: '-3.00', lineItems: [line] };
		const [row] = report([{ ...INVOICE, ...credit }]).lines;
		expect(row).toMatchObject({ quantity: '2', unitAmount: '-1.5', amount: '-3.00' });
	});
});

describe('spend-overview', () => {
	/** Runs the node Overview on items, in the month 2026-02. */
	function overview(items) {
		const $input = { all: () => items.map((json) => ({ json })) };
		const month = () => ({ first: () => ({ json: { month: '2026-02', changePercent: 30 } }) });
		const $today = { toISODate: () => '2026-03-02' };
		const run = new Function('$', '$input', '$today', codeOf('spend-overview', 'Overview'));
		return run(month, $input, $today)[0].json;
	}

	const bill = (fields) => ({
		...INVOICE,
		dedupeKey: `fastly:-:${JSON.stringify(fields)}`,
		dueDate: null,
		amountDue: null,
		...fields,
	});
	const inMonths = (before, now) =>
		overview([
			bill({ issueDate: '2026-01-31', signedTotal: before }),
			bill({ issueDate: '2026-02-01', signedTotal: now }),
		]).text;

	test.each([
		['100', '130', '+30 %', false],
		['100', '130.01', '+30 %', true],
		['100', '69.99', '-30 %', true],
		['100', '70', '-30 %', false],
		['-100', '-131', '-31 %', true],
		['0.1', '0.10', '0 %', false],
		['0', '0.01', 'new', true],
		['0.01', '0', '-100 %', true],
		['90071992547409.93', '90071992547409.94', '0 %', false],
	])('a change from %s to %s is %s, named: %s', (before, now, change, isNamed) => {
		const text = inMonths(before, now);
		expect(text.split('\n')[1].split(', ').at(-1)).toBe(change);
		expect(text.includes('Changed by more than 30 %')).toBe(isNamed);
	});

	test('adds up exactly, and never one currency to another', () => {
		const amounts = ['0.1', '0.2', '-1000000000000000.31'];
		const bills = amounts.map((signedTotal) => bill({ signedTotal }));
		const { text } = overview([...bills, bill({ signedTotal: '7', currency: 'JPY' })]);
		expect(text).toContain('Fastly (USD): -1,000,000,000,000,000.01, ');
		expect(text).toContain('Fastly (JPY): 7, ');
	});

	test('counts no draft, estimate or void one, and each once', () => {
		const out = [{ status: 'draft' }, { status: 'void' }, { type: 'estimate' }].map(bill);
		expect(overview(out).text).toBe(
			'Spend in 2026-02\nNo invoices in this month and the one before.',
		);
		const { text } = overview([bill({}), bill({}), ...out]);
		expect(text).toContain('Fastly (USD): 10.00, ');
	});

	test.each([
		[
			{ dueDate: '2026-03-01', amountDue: '4' },
			'Fastly: 4.00 USD, 1 invoice, the oldest due 2026-03-01',
		],
		[{ dueDate: '2026-03-01' }, 'Fastly 1: due 2026-03-01, the amount is not stated'],
		[{ dueDate: '2026-03-02', amountDue: '4' }, undefined],
		[{ dueDate: '2026-03-01', amountDue: '0.00' }, undefined],
		[{ dueDate: '2026-03-01', status: 'paid' }, undefined],
		[
			{ dueDate: '2020-01-01', issueDate: '2019-12-01', amountDue: '4' },
			'Fastly: 4.00 USD, 1 invoice, the oldest due 2020-01-01',
		],
	])('%j: overdue is %j', (fields, line) => {
		const [, words] = overview([bill(fields)]).text.split('Overdue on 2026-03-02:\n');
		expect(words).toBe(line);
	});

	test.each([
		[{ signedTotal: null }, 'Fastly 1: not counted, because it has no total'],
		[{ currency: null }, 'Fastly 1: not counted, because it has no currency'],
		[{ issueDate: null }, 'Fastly 1: not counted, because it has no date'],
		[{ warnings: ['TOTALS_DISAGREE'] }, 'Fastly 1: counted, but it has warnings: TOTALS_DISAGREE'],
	])('%j needs a person', (fields, line) => {
		const [, words] = overview([bill(fields)]).text.split('Needs a person:\n');
		expect(words).toBe(line);
	});

	test('draws what is negative below the line, and all within the picture', () => {
		const { html } = overview([
			bill({ signedTotal: '50' }),
			bill({ signedTotal: '-30', supplierName: 'B' }),
			bill({ signedTotal: '0.001', supplierName: 'C' }),
		]);
		const [, code] = html.match(/base64,([^"]+)/);
		const svg = Buffer.from(code, 'base64').toString('utf8');
		const height = Number(svg.match(/<svg [^>]*height="(\d+)"/)?.[1]);
		const bars = [...svg.matchAll(/y="([\d.]+)" width="30" height="([\d.]+)"/g)].map(
			([, y, own]) => [Number(y), Number(y) + Number(own)],
		);
		expect(bars).toHaveLength(3);
		// In the order of the names.
		const [down, tiny, up] = bars;
		expect(down[0]).toBeCloseTo(up[1], 1);
		expect(tiny[1] - tiny[0]).toBe(1);
		expect(Math.min(...bars.flat())).toBeGreaterThan(0);
		expect(Math.max(...bars.flat())).toBeLessThan(height);
	});
});

test('every vendor is in an example', () => {
	const types = EXAMPLES.flatMap(([, { nodes }]) => nodes).map(({ type }) => type);
	const missing = VENDORS.filter(({ type }) => !types.some((each) => each.endsWith(`.${type}`)));
	expect(missing).toEqual([]);
});
