// @ts-check
'use strict';

const path = require('node:path');
const { createSandbox } = require('../sandbox');
const { median } = require('./stats');

// Normalizing alone: no n8n, no requests.

const DIST = path.join(__dirname, '..', '..', 'dist', 'nodes');
const LINES = 5;
const INVOICES = 2000;
const ROUNDS = 15;

/**
 * @param {any[]} lines
 * @returns {any[]} five of them, the first ones repeated where there are fewer
 */
function five(lines) {
	return Array.from({ length: LINES }, (_, index) => lines[index % lines.length]);
}

/**
 * Records of invoices that have lines, each cut or filled up to five of them.
 *
 * @param {any[]} records
 * @param {string} field where the lines are
 */
function withFiveLines(records, field) {
	const filled = records.filter((record) => record[field].length > 0);
	return filled.map((record) => ({ ...record, [field]: five(record[field]) }));
}

/** @param {any[]} lines one after the other */
function talkdeskLines(lines) {
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
	return [...invoices.values()].flatMap((invoice) => five(invoice).map(numbered));
}

/** @param {Record<string, any>} data the sandbox's */
function casesOf(data) {
	const of = (/** @type {string} */ file) => require(path.join(DIST, file));
	const each = (/** @type {Function} */ normalize) => (/** @type {any[]} */ records, about) =>
		records.map((record) => normalize(record, about));
	const { normalizeListed, normalizeDetail } = of('I3dNet/normalize.js');
	const details = Object.values(data.i3dNetDetails);
	const insured = Object.values(data.talkdeskInsurance).flat();
	return [
		{
			vendor: 'talkdesk',
			name: 'Talkdesk',
			normalize: of('Talkdesk/normalize.js').normalizeLines,
			records: talkdeskLines(data.talkdesk),
		},
		{
			vendor: 'talkdeskInsurance',
			name: 'Talkdesk Insurance',
			normalize: each(of('TalkdeskInsurance/normalize.js').normalizeInvoice),
			records: withFiveLines(insured, 'invoice_items_details'),
		},
		{
			vendor: 'fastly',
			name: 'Fastly',
			normalize: each(of('Fastly/normalize.js').normalizeInvoice),
			records: withFiveLines(data.fastly, 'transaction_line_items'),
		},
		{
			vendor: 'carrierX',
			name: 'CarrierX',
			normalize: each(of('CarrierX/normalize.js').normalizeInvoice),
			records: withFiveLines(data.carrierX, 'invoice_items'),
		},
		{
			vendor: 'i3dNet',
			name: 'i3D.net, detail',
			normalize: each(normalizeDetail),
			records: withFiveLines(details, 'items'),
		},
		{
			vendor: 'i3dNet',
			name: 'i3D.net, list (no lines)',
			normalize: each(normalizeListed),
			records: data.i3dNet,
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
	const { contentHashOf } = require(path.join(DIST, 'shared', 'invoice', 'key.js'));
	const about = {
		accountId: null,
		currency: 'USD',
		timeZone: 'UTC',
		supplierName: 'A supplier',
		includeRaw: false,
		today: '2026-01-01',
	};
	const cases = casesOf(sandbox.data).filter(({ vendor }) => vendors.includes(vendor));
	const measured = cases.map(({ vendor, name, normalize, records, noLines = false }) => {
		const invoices = normalize(records, about);
		if (!noLines && invoices.some(({ lineItems }) => lineItems.length !== LINES)) {
			throw new Error(`${name}: not every invoice has ${LINES} lines`);
		}
		const whole = [];
		const hash = [];
		for (let round = 0; round < ROUNDS; round++) {
			whole.push(cpuOf(() => normalize(records, about)));
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

module.exports = { measureNormalizers };
