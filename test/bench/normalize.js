'use strict';

const path = require('node:path');
const { createSandbox } = require('../sandbox');
const { median } = require('./stats');

// Normalizing alone: no n8n, no requests.

const DIST = path.join(__dirname, '..', '..', 'dist', 'nodes');
const LINES = 5;
const INVOICES = 2000;
const ROUNDS = 15;
const GROWTH = [1, 1000, 100_000];

const ABOUT = {
	accountId: null,
	currency: 'USD',
	timeZone: 'UTC',
	supplierName: 'A supplier',
	includeRaw: false,
	today: '2026-01-01',
};

/**
 * @param {any[]} lines
 * @param {number} count
 * @returns {any[]} so many of them, the first ones repeated where there are fewer
 */
function filled(lines, count) {
	return Array.from({ length: count }, (_, index) => lines[index % lines.length]);
}

/**
 * Records of invoices that have lines, each cut or filled up to so many of them.
 *
 * @param {any[]} records
 * @param {string} field where the lines are
 * @param {number} count
 */
function withLines(records, field, count) {
	return records
		.filter((record) => record[field].length > 0)
		.map((record) => ({ ...record, [field]: filled(record[field], count) }));
}

/** @param {any[]} lines one after the other @param {number} count of each invoice */
function talkdeskLines(lines, count) {
	/** @type {Map<string, any[]>} */
	const invoices = new Map();
	for (const line of lines) {
		const invoice = invoices.get(line.number);
		if (invoice) invoice.push(line);
		else invoices.set(line.number, [line]);
	}
	const numbered = (/** @type {any} */ line, /** @type {number} */ index) => ({
		...line,
		invoice_line_number: index + 1,
	});
	return [...invoices.values()].flatMap((invoice) => filled(invoice, count).map(numbered));
}

/** @param {Record<string, any>} data the sandbox's @param {number} count lines of each invoice */
function casesOf(data, count) {
	const of = (/** @type {string} */ file) => require(path.join(DIST, file));
	const each = (/** @type {Function} */ normalize) => (/** @type {any[]} */ records, about) =>
		records.map((record) => normalize(record, about));
	const { normalizeListed, normalizeDetail } = of('I3dNet/normalize.js');
	const details = Object.values(data.i3dNetDetails);
	const insured = Object.values(data.talkdeskInsurance).flat();
	const one = (/** @type {any[]} */ records, /** @type {string} */ field) => {
		const some = records.filter((record) => record[field].length > 0).slice(0, 1);
		return (/** @type {number} */ lines) => withLines(some, field, lines);
	};
	return [
		{
			vendor: 'talkdesk',
			name: 'Talkdesk',
			normalize: of('Talkdesk/normalize.js').normalizeLines,
			records: talkdeskLines(data.talkdesk, count),
			oneOf: (/** @type {number} */ lines) => talkdeskLines(data.talkdesk.slice(0, 1), lines),
		},
		{
			vendor: 'talkdeskInsurance',
			name: 'Talkdesk Insurance',
			normalize: each(of('TalkdeskInsurance/normalize.js').normalizeInvoice),
			records: withLines(insured, 'invoice_items_details', count),
			oneOf: one(insured, 'invoice_items_details'),
		},
		{
			vendor: 'fastly',
			name: 'Fastly',
			normalize: each(of('Fastly/normalize.js').normalizeInvoice),
			records: withLines(data.fastly, 'transaction_line_items', count),
			oneOf: one(data.fastly, 'transaction_line_items'),
		},
		{
			vendor: 'carrierX',
			name: 'CarrierX',
			normalize: each(of('CarrierX/normalize.js').normalizeInvoice),
			records: withLines(data.carrierX, 'invoice_items', count),
			oneOf: one(data.carrierX, 'invoice_items'),
		},
		{
			vendor: 'i3dNet',
			name: 'i3D.net, detail',
			normalize: each(normalizeDetail),
			records: withLines(details, 'items', count),
			oneOf: one(details, 'items'),
		},
		{
			vendor: 'i3dNet',
			name: 'i3D.net, list (no lines)',
			normalize: each(normalizeListed),
			records: data.i3dNet,
			oneOf: () => data.i3dNet.slice(0, 1),
			noLines: true,
		},
	];
}

/** @param {() => unknown} work @returns {number} CPU time in microseconds */
function cpuOf(work) {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return user + system;
}

/**
 * Microseconds an invoice, and how many of them go into `contentHash`.
 *
 * @param {string[]} vendors
 */
async function measureNormalizers(vendors) {
	const sizes = Object.fromEntries(vendors.map((vendor) => [vendor, INVOICES]));
	const sandbox = await createSandbox({ sizes });
	const { contentHashOf } = require(path.join(DIST, 'shared', 'invoice', 'content.js'));
	const cases = casesOf(sandbox.data, LINES).filter(({ vendor }) => vendors.includes(vendor));
	const measured = cases.map(({ vendor, name, normalize, records, noLines = false }) => {
		const invoices = normalize(records, ABOUT);
		if (!noLines && invoices.some(({ lineItems }) => lineItems.length !== LINES)) {
			throw new Error(`${name}: not every invoice has ${LINES} lines`);
		}
		const whole = [];
		const hash = [];
		for (let round = 0; round < ROUNDS; round++) {
			whole.push(cpuOf(() => normalize(records, ABOUT)));
			hash.push(
				cpuOf(() => {
					for (const invoice of invoices) contentHashOf(invoice);
				}),
			);
		}
		return {
			vendor,
			name,
			noLines,
			microseconds: median(whole) / invoices.length,
			hashShare: median(hash) / median(whole),
		};
	});
	await sandbox.stop();
	return measured;
}

/**
 * Milliseconds for one invoice of a line, of a thousand and of a hundred thousand.
 *
 * @param {string[]} vendors
 */
async function measureGrowth(vendors) {
	const sandbox = await createSandbox();
	const measured = GROWTH.flatMap((count) => {
		const cases = casesOf(sandbox.data, 1).filter(({ vendor }) => vendors.includes(vendor));
		return cases
			.filter(({ noLines = false }) => !noLines)
			.map(({ name, normalize, oneOf }) => {
				const records = oneOf(count);
				const rounds = count === 1 ? 500 : 5;
				const times = Array.from({ length: rounds }, () => {
					const began = performance.now();
					const [invoice] = normalize(records, ABOUT);
					if (invoice.lineItems.length !== count) throw new Error(`${name}: lines are missing`);
					return performance.now() - began;
				});
				return { name, lines: count, ms: median(times) };
			});
	});
	await sandbox.stop();
	return measured;
}

module.exports = { measureGrowth, measureNormalizers };
