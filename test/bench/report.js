'use strict';

const { VENDORS, vendorOf } = require('../host/demo');
const { isTargeted } = require('./lists');
const { LARGE } = require('./pdf');

/**
 * What was measured, as tables of text. Pure: figures in, words out.
 *
 * @typedef {object} Figures
 * @property {{ ms: number, cpu: number }} empty the empty workflow
 * @property {import('./lists').Measured[]} lists
 * @property {import('./memory').ListMemory[]} memory
 * @property {import('./pdf').PdfMeasured[]} pdfs
 * @property {{ vendor: string, name: string, noLines: boolean, microseconds: import('./normalize').ByOutput, hashShare: number }[]} normalizers
 * @property {{ name: string, lines: number, ms: number }[]} growth
 *
 * @typedef {{ title: string, columns: import('./table').Column[], rows: string[][] }} Table
 */

const nameOf = (/** @type {string} */ vendor) => vendorOf(vendor).name;
const grouped = (/** @type {number} */ number) => number.toLocaleString('en-US');
const megabytes = (/** @type {number | undefined} */ bytes) =>
	bytes === undefined ? '' : String(Math.round(bytes / 1e6));
const ratio = (/** @type {number} */ value) => (Number.isNaN(value) ? '' : value.toFixed(2));

/** @param {number} ms */
function time(ms) {
	return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

const right = (/** @type {string} */ title) => ({ title });
const left = (/** @type {string} */ title) => ({ title, left: true });

/** The size and the latency that the summary is about: a long list, and a vendor on the internet. */
const SUMMARIZED = { invoices: 10_000, latency: 100 };

/**
 * One line for each vendor and job, for those who want one answer.
 *
 * @param {Pick<Figures, 'lists' | 'pdfs'>} figures
 * @returns {Table}
 */
function summaryTable({ lists, pdfs }) {
	const row = (
		/** @type {{ vendor: string, ms: number, toHttpRequest: number }} */ {
			vendor,
			ms,
			toHttpRequest,
		},
		/** @type {string} */ what,
	) => [nameOf(vendor), what, time(ms / toHttpRequest), time(ms), ratio(toHttpRequest)];
	const ours = pdfs.filter(({ contender }) => contender.parallel !== undefined);
	return {
		title: `At a glance: ${SUMMARIZED.latency} ms per response`,
		columns: [
			left('Vendor'),
			left('What'),
			right('HTTP Request node'),
			right('This package'),
			right('× HTTP'),
		],
		rows: [
			...lists
				.filter(({ invoices, latency, contender }) => {
					const isTold = invoices === SUMMARIZED.invoices && latency === SUMMARIZED.latency;
					return isTold && contender.id === 'simplified-4';
				})
				.map((one) => row(one, `a list of ${grouped(one.invoices)} invoices`)),
			...ours
				.filter(({ latency }) => latency === SUMMARIZED.latency)
				.map((one) =>
					row(one, `${one.job.files} PDFs, ${one.contender.parallel} at the same time`),
				),
			...ours.flatMap((one) => {
				const http = pdfs.find(
					({ vendor, job, contender }) =>
						vendor === one.vendor && job === one.job && contender.parallel === undefined,
				);
				if (one.memory === undefined || http?.memory === undefined) return [];
				const cells = [http.memory, one.memory].map((bytes) => `${megabytes(bytes)} MB`);
				const what = `memory for a PDF of ${one.job.bytes / 1e6} MB`;
				return [[nameOf(one.vendor), what, ...cells, ratio(one.memory / http.memory)]];
			}),
		],
	};
}

/**
 * One line for each contender, vendor and size; the latencies stand side by side.
 *
 * @param {Figures} figures
 * @returns {Table}
 */
function listTable({ lists, memory }) {
	const latencies = [...new Set(lists.map(({ latency }) => latency))];
	const lines = new Map();
	for (const one of lists) {
		const key = [one.vendor, one.invoices, one.contender.id].join();
		lines.set(key, [...(lines.get(key) ?? []), one]);
	}
	const rows = [...lines.values()].map((cells) => {
		const [{ vendor, invoices, contender, requests, cpu }] = cells;
		const peak = memory.find(
			(one) => one.vendor === vendor && one.invoices === invoices && one.id === contender.id,
		);
		return [
			nameOf(vendor),
			grouped(invoices),
			contender.label,
			...latencies.flatMap((latency) => {
				const cell = cells.find((one) => one.latency === latency);
				if (cell === undefined) return ['', '', ''];
				return [time(cell.ms), ratio(cell.toHttpRequest), ratio(cell.toLimit)];
			}),
			grouped(requests),
			String(Math.round(cpu)),
			megabytes(peak?.bytes),
		];
	});
	return {
		title: 'Reading a whole list',
		columns: [
			left('Vendor'),
			right('Invoices'),
			left('Contender'),
			...latencies.flatMap((latency) => [
				right(`${latency} ms`),
				right('× HTTP'),
				right('× limit'),
			]),
			right('Requests'),
			right('CPU µs/inv.'),
			right('MB'),
		],
		rows,
	};
}

/** @param {Figures} figures @returns {Table} */
function memoryTable({ memory }) {
	return {
		title: 'Memory for a whole list',
		columns: [left('Vendor'), right('Invoices'), left('Contender'), right('MB'), right('× HTTP')],
		rows: memory.map((one) => [
			nameOf(one.vendor),
			grouped(one.invoices),
			one.id,
			megabytes(one.bytes),
			ratio(one.bytes / httpMemory(memory, one)),
		]),
	};
}

/** @param {Figures} figures @returns {Table} */
function pdfTable({ pdfs }) {
	return {
		title: 'Downloading PDFs',
		columns: [
			left('Vendor'),
			right('Files'),
			right('MB each'),
			right('Latency'),
			left('Contender'),
			right('Time'),
			right('× HTTP'),
			right('Requests'),
			right('CPU µs/file'),
			right('MB'),
		],
		rows: pdfs.map(
			({ vendor, job, latency, contender, ms, toHttpRequest, requests, cpu, memory }) => [
				nameOf(vendor),
				grouped(job.files),
				String(job.bytes / 1e6),
				`${latency} ms`,
				contender.label,
				time(ms),
				ratio(toHttpRequest),
				grouped(requests),
				grouped(Math.round(cpu)),
				megabytes(memory),
			],
		),
	};
}

/** @param {Figures} figures @returns {Table} */
function normalizerTable({ normalizers }) {
	return {
		title: 'Making items alone, from invoices of 5 lines: CPU µs/invoice',
		columns: [
			left('Normalizer'),
			right('simplified'),
			right('full'),
			right('of it contentHash'),
			right('raw'),
		],
		rows: normalizers.map(({ name, microseconds: { simplified, full, raw }, hashShare }) => [
			name,
			simplified.toFixed(1),
			full.toFixed(1),
			`${Math.round(hashShare * 100)} %`,
			raw.toFixed(1),
		]),
	};
}

/** @param {Pick<Figures, 'growth'>} figures @returns {Table} */
function growthTable({ growth }) {
	const sizes = [...new Set(growth.map(({ lines }) => lines))];
	const names = [...new Set(growth.map(({ name }) => name))];
	const cellsOf = (/** @type {string} */ name) =>
		sizes.flatMap((size) => {
			const one = growth.find((each) => each.name === name && each.lines === size);
			if (one === undefined) return ['', ''];
			return [one.ms < 1 ? `${one.ms.toFixed(3)} ms` : time(one.ms), micro(one)];
		});
	return {
		title: 'Normalizing alone, one invoice of many lines',
		columns: [
			left('Normalizer'),
			...sizes.flatMap((size) => [
				right(size === 1 ? '1 line' : `${grouped(size)} lines`),
				right('µs/line'),
			]),
		],
		rows: names.map((name) => [name, ...cellsOf(name)]),
	};
}

const micro = (/** @type {{ ms: number, lines: number }} */ { ms, lines }) =>
	((ms * 1000) / lines).toFixed(1);

/** @param {Figures} figures @returns {Table[]} those in which something stands */
function tablesOf(figures) {
	const tables = [
		listTable(figures),
		pdfTable(figures),
		normalizerTable(figures),
		growthTable(figures),
	];
	// Without the lists there is no line in which the memory could stand.
	if (figures.lists.length === 0) tables.push(memoryTable(figures));
	return tables.filter(({ rows }) => rows.length > 0);
}

/**
 * @param {import('./memory').ListMemory[]} memory
 * @param {{ vendor: string, invoices: number }} of
 */
function httpMemory(memory, { vendor, invoices }) {
	const same = memory.find(
		(one) => one.vendor === vendor && one.invoices === invoices && one.id === 'httpRequest',
	);
	return same?.bytes ?? NaN;
}

/** The targets that vendors have in common, and the names of these. */
function targetsToHttp() {
	const most = [...new Set(VENDORS.flatMap(({ http: { target } }) => target ?? []))];
	return most.map((target) => ({
		most: target,
		names: VENDORS.filter(({ http }) => http.target === target).map(({ name }) => name),
	}));
}

/**
 * Targets: what is asked, of which figures, and the most that is allowed.
 *
 * @param {Figures} figures
 */
function targets({ lists, memory, pdfs, normalizers }) {
	const ours = lists.filter(({ contender }) => contender.kind === 'node');
	const usual = ours.filter((one) => isTargeted(one) && one.contender.id === 'simplified-4');
	const toHttp = usual.map((one) => ({ value: one.toHttpRequest, where: nameOf(one.vendor) }));
	return [
		...targetsToHttp().map(({ most, names }) => ({
			aim: `At 20 ms and 10,000 invoices, ${names.join(' and ')}: of the time of HTTP Request`,
			most,
			unit: '×',
			found: toHttp.filter(({ where }) => names.includes(where)),
		})),
		{
			aim: 'At 20 ms and more: of the limit',
			most: 1.15,
			unit: '×',
			found: ours
				.filter(({ latency }) => latency >= 20)
				.map(({ vendor, invoices, latency, contender, toLimit }) => ({
					value: toLimit,
					where: `${nameOf(vendor)}, ${grouped(invoices)} at ${latency} ms, ${contender.label}`,
				})),
		},
		{
			aim: 'Making an item of an invoice of 5 lines, simplified',
			most: 25,
			unit: 'µs',
			found: normalizers
				.filter(({ noLines }) => !noLines)
				.map(({ name, microseconds }) => ({ value: microseconds.simplified, where: name })),
		},
		{
			aim: 'Memory for a list: of that of HTTP Request',
			most: 1.5,
			unit: '×',
			found: memory
				.filter(({ id }) => id !== 'httpRequest')
				.map((one) => ({
					value: one.bytes / httpMemory(memory, one),
					where: `${nameOf(one.vendor)}, ${grouped(one.invoices)}, ${one.id}`,
				})),
		},
		{
			aim: `Memory for a PDF of ${LARGE.bytes / 1e6} MB`,
			most: 40,
			unit: 'MB',
			found: pdfs
				.filter((one) => one.memory !== undefined && one.contender.id === 'node')
				.map(({ vendor, memory: bytes = NaN }) => ({ value: bytes / 1e6, where: nameOf(vendor) })),
		},
	];
}

/** @param {Figures} figures @returns {Table} */
function targetTable(figures) {
	return {
		title: 'Targets',
		columns: [left('Aim'), right('At most'), right('Worst'), left('Where'), left('Reached')],
		rows: targets(figures).map(({ aim, most, unit, found }) => {
			const [worst] = [...found].sort((a, b) => b.value - a.value);
			if (worst === undefined) return [aim, `${most} ${unit}`, '', '', 'not measured'];
			const value = unit === '×' ? ratio(worst.value) : worst.value.toFixed(1);
			const reached = worst.value <= most ? 'yes' : 'no';
			return [aim, `${most} ${unit}`, `${value} ${unit}`, worst.where, reached];
		}),
	};
}

module.exports = { summaryTable, tablesOf, targetTable, time };
