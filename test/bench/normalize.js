'use strict';

const path = require('node:path');
const { VENDORS } = require('../rows');
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
	withLines: true,
	withContentHash: true,
	today: '2026-01-01',
};

const OUTPUTS = /** @type {const} */ (['simplified', 'full', 'raw']);

/** @typedef {Record<(typeof OUTPUTS)[number], number>} ByOutput */

/**
 * @typedef {import('../vendors/vendor').Sandbox} Sandbox
 * @typedef {import('../vendors/vendor').VendorOfTest} Vendor
 */

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

/**
 * Records of which several are one invoice, a line each, cut or filled up to so many an invoice.
 *
 * @param {any[]} lines one after the other
 * @param {(line: any) => string} idOf the invoice
 * @param {string} lineNumber the field with it
 * @param {number} count
 */
function filledLines(lines, idOf, lineNumber, count) {
	/** @type {Map<string, any[]>} */
	const invoices = new Map();
	for (const line of lines) {
		const invoice = invoices.get(idOf(line));
		if (invoice) invoice.push(line);
		else invoices.set(idOf(line), [line]);
	}
	const numbered = (/** @type {any} */ line, /** @type {number} */ index) => ({
		...line,
		[lineNumber]: index + 1,
	});
	return [...invoices.values()].flatMap((invoice) => filled(invoice, count).map(numbered));
}

/**
 * Returns a normalizer as it is built, and invoices for it.
 *
 * @param {Vendor} vendor
 * @param {import('../vendors/vendor').Normalizing} normalizing
 * @param {Sandbox} sandbox
 */
function caseOf(
	vendor,
	{ name, function: called, records: recordsIn, lines, lineNumber },
	sandbox,
) {
	const normalize = require(path.join(DIST, vendor.folder, 'normalize.js'))[called];
	const each = (/** @type {any[]} */ records, about) =>
		records.map((record) => normalize(record, about));
	/** @param {any[]} records @param {number} count lines of each invoice */
	const withCount = (records, count) => {
		if (lineNumber !== undefined) return filledLines(records, vendor.idOf, lineNumber, count);
		return lines === undefined ? records : withLines(records, lines, count);
	};
	const all = recordsIn(sandbox);
	const some = all.filter((record) => lines === undefined || record[lines].length > 0);
	return {
		vendor: vendor.type,
		name,
		normalize: lineNumber === undefined ? each : normalize,
		records: (/** @type {number} */ count) => withCount(all, count),
		oneOf: (/** @type {number} */ count) => withCount(some.slice(0, 1), count),
		noLines: lines === undefined && lineNumber === undefined,
	};
}

/** @param {Sandbox} sandbox @param {string[]} vendors */
const casesOf = (sandbox, vendors) =>
	VENDORS.filter(({ type }) => vendors.includes(type)).flatMap((vendor) =>
		vendor.normalizing.map((normalizing) => caseOf(vendor, normalizing, sandbox)),
	);

/** @param {() => unknown} work @returns {number} CPU time in microseconds */
function cpuOf(work) {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return user + system;
}

/**
 * Returns what makes the items of one output from records, with no more than the node makes for it.
 *
 * @param {(typeof OUTPUTS)[number]} format
 */
function outputter(format) {
	const { itemsUpTo, needsOf } = require(path.join(DIST, 'shared', 'node', 'output.js'));
	const settings = { format, amountsAs: 'number', fields: [], includeRaw: false };
	const needs = needsOf(settings);
	const about = {
		...ABOUT,
		includeRaw: format === 'raw',
		withLines: needs.lines,
		withContentHash: needs.contentHash,
	};
	return (/** @type {any} */ normalize, /** @type {any[]} */ records) => {
		itemsUpTo(normalize(records, about), settings, Infinity);
	};
}

/**
 * Microseconds an invoice for each output, and which share of those of `full` goes into `contentHash`.
 *
 * @param {string[]} vendors
 */
async function measureNormalizers(vendors) {
	const sizes = Object.fromEntries(vendors.map((vendor) => [vendor, INVOICES]));
	const sandbox = await createSandbox({ sizes });
	const { contentHashOf } = require(path.join(DIST, 'shared', 'invoice', 'content.js'));
	const outputters = OUTPUTS.map((format) => ({ format, run: outputter(format) }));
	const measured = casesOf(sandbox, vendors).map(({ vendor, name, normalize, noLines, ...of }) => {
		const records = of.records(LINES);
		const invoices = normalize(records, ABOUT);
		if (!noLines && invoices.some(({ lineItems }) => lineItems.length !== LINES)) {
			throw new Error(`${name}: not every invoice has ${LINES} lines`);
		}
		/** @type {Record<(typeof OUTPUTS)[number], number[]>} */
		const times = { simplified: [], full: [], raw: [] };
		const hash = [];
		for (let round = 0; round < ROUNDS; round++) {
			for (const { format, run } of outputters) {
				times[format].push(cpuOf(() => run(normalize, records)));
			}
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
			microseconds: /** @type {ByOutput} */ (
				Object.fromEntries(
					OUTPUTS.map((format) => [format, median(times[format]) / invoices.length]),
				)
			),
			hashShare: median(hash) / median(times.full),
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
		return casesOf(sandbox, vendors)
			.filter(({ noLines }) => !noLines)
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
