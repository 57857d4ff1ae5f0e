'use strict';

const { VENDORS, vendorOf } = require('../host/demo');
const { LARGE } = require('./pdf');
const { NEW } = require('./poll');

/**
 * What was measured, as tables of text. Pure: figures in, words out.
 *
 * @typedef {object} Figures
 * @property {{ ms: number, cpu: number }} empty the empty workflow
 * @property {import('./lists').Measured[]} lists
 * @property {import('./memory').ListMemory[]} memory
 * @property {import('./details').DetailsMeasured[]} details
 * @property {import('./pdf').PdfMeasured[]} pdfs
 * @property {{ vendor: string, name: string, noLines: boolean, microseconds: import('./normalize').ByOutput, hashShare: number }[]} normalizers
 * @property {{ name: string, lines: number, ms: number }[]} growth
 * @property {import('./poll').PollMeasured[]} polls
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

/**
 * The memory that a list took of a contender; undefined where it was not measured.
 *
 * @param {import('./memory').ListMemory[]} memory
 * @param {{ vendor: string, invoices: number }} of
 * @param {string} id the contender's
 */
function memoryOf(memory, { vendor, invoices }, id) {
	const same = memory.find(
		(one) => one.vendor === vendor && one.invoices === invoices && one.id === id,
	);
	return same?.bytes;
}

const right = (/** @type {string} */ title) => ({ title });
const left = (/** @type {string} */ title) => ({ title, left: true });

/** The latency that the summary is about: a vendor on the internet. */
const SUMMARIZED = 100;

/**
 * What the summary compares: which lists, with what, and by which figure.
 *
 * @type {{ id: string, invoices: number, what: string, with: string, ratio: 'toEditFields' | 'toCode' | 'toHttpRequest' }[]}
 */
const LISTS = [
	{
		id: 'simplified-4',
		invoices: 1000,
		what: 'invoices as rows',
		with: 'HTTP Request, Split Out, Edit Fields',
		ratio: 'toEditFields',
	},
	{
		id: 'simplified-4',
		invoices: 10_000,
		what: 'invoices as rows',
		with: 'HTTP Request, Code',
		ratio: 'toCode',
	},
	{
		id: 'raw-4',
		invoices: 10_000,
		what: "invoices as the vendor's records",
		with: 'HTTP Request (unopened pages)',
		ratio: 'toHttpRequest',
	},
];

/** @param {number} share of what the other takes @param {string} better in words */
const gain = (share, better) => `${(1 / share).toFixed(1)} × ${better}`;

/**
 * One line for each vendor and job, for those who want one answer: who, what, how much of it, and how
 * much faster.
 *
 * @param {Pick<Figures, 'lists' | 'memory' | 'details' | 'pdfs'>} figures
 * @returns {Table}
 */
function summaryTable({ lists, memory, details, pdfs }) {
	const timeRow = (
		/** @type {{ vendor: string, ms: number }} */ { vendor, ms },
		/** @type {string} */ what,
		/** @type {string} */ rival,
		/** @type {number} */ share,
	) => [nameOf(vendor), what, rival, time(ms / share), time(ms), gain(share, 'as fast')];
	const memoryRow = (
		/** @type {string} */ vendor,
		/** @type {string} */ what,
		/** @type {string} */ rival,
		/** @type {number} */ theirs,
		/** @type {number} */ ours,
	) => {
		const cells = [theirs, ours].map((bytes) => `${megabytes(bytes)} MB`);
		return [
			nameOf(vendor),
			`memory for ${what}`,
			rival,
			...cells,
			gain(ours / theirs, 'as little'),
		];
	};
	const isTold = (/** @type {{ latency: number }} */ { latency }) => latency === SUMMARIZED;
	const peak = (/** @type {string} */ vendor, /** @type {string} */ id) =>
		memoryOf(memory, { vendor, invoices: 10_000 }, id);
	const inFlight = (/** @type {number | undefined} */ parallel) => `${parallel} at the same time`;
	return {
		title: `At a glance: ${SUMMARIZED} ms per response`,
		columns: [
			left('Vendor'),
			left('What'),
			left("n8n's own nodes"),
			right('They take'),
			right('This package'),
			right('Which is'),
		],
		rows: [
			...LISTS.flatMap((list) =>
				lists
					.filter((one) => isTold(one) && one.invoices === list.invoices)
					.filter((one) => one.contender.id === list.id)
					.map((one) =>
						timeRow(one, `${grouped(one.invoices)} ${list.what}`, list.with, one[list.ratio]),
					),
			),
			...[...new Set(memory.map(({ vendor }) => vendor))].flatMap((vendor) => {
				const [theirs, ours] = [peak(vendor, 'code'), peak(vendor, 'simplified-4')];
				if (theirs === undefined || ours === undefined) return [];
				return [memoryRow(vendor, '10,000 invoices as rows', 'HTTP Request, Code', theirs, ours)];
			}),
			...details
				.filter((one) => isTold(one) && one.contender.parallel !== undefined)
				.map((one) => {
					const what = `${grouped(one.invoices)} invoices with lines, ${inFlight(one.contender.parallel)}`;
					return timeRow(one, what, 'HTTP Request, HTTP Request', one.toHttpRequest);
				}),
			...pdfs
				.filter((one) => isTold(one) && one.contender.parallel !== undefined)
				.map((one) => {
					const what = `${one.job.files} PDFs, ${inFlight(one.contender.parallel)}`;
					return timeRow(one, what, 'HTTP Request (all at once)', one.toHttpRequest);
				}),
			...pdfs.flatMap((one) => {
				const http = pdfs.find(
					({ vendor, job, contender }) =>
						vendor === one.vendor && job === one.job && contender.parallel === undefined,
				);
				if (one.contender.parallel === undefined) return [];
				if (one.memory === undefined || http?.memory === undefined) return [];
				const what = `a PDF of ${one.job.bytes / 1e6} MB`;
				return [memoryRow(one.vendor, what, 'HTTP Request', http.memory, one.memory)];
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
			megabytes(memoryOf(memory, { vendor, invoices }, contender.id)),
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
			ratio(one.bytes / (memoryOf(memory, one, 'httpRequest') ?? NaN)),
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
function detailsTable({ details }) {
	return {
		title: 'Lists with lines, each fetched with a request',
		columns: [
			left('Vendor'),
			right('Invoices'),
			right('Latency'),
			left('Contender'),
			right('Time'),
			right('× HTTP'),
			right('Requests'),
			right('CPU µs/inv.'),
		],
		rows: details.map(
			({ vendor, invoices, latency, contender, ms, toHttpRequest, requests, cpu }) => [
				nameOf(vendor),
				grouped(invoices),
				`${latency} ms`,
				contender.label,
				time(ms),
				ratio(toHttpRequest),
				grouped(requests),
				grouped(Math.round(cpu)),
			],
		),
	};
}

/** @param {Pick<Figures, 'polls'>} figures @returns {Table} */
function pollTable({ polls }) {
	const kinds = /** @type {const} */ (['first', 'quiet', 'busy']);
	return {
		title: `A poll of a trigger: the first one, one without and one with ${NEW} new invoices`,
		columns: [
			left('Vendor'),
			right('Invoices'),
			...kinds.flatMap((kind) => [right(`${kind}: requests`), right('CPU')]),
		],
		rows: polls.map(({ vendor, invoices, polls: of }) => [
			nameOf(vendor),
			grouped(invoices),
			...kinds.flatMap((kind) => [grouped(of[kind].requests), time(of[kind].cpu / 1000)]),
		]),
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
		detailsTable(figures),
		pdfTable(figures),
		pollTable(figures),
		normalizerTable(figures),
		growthTable(figures),
	];
	// Without the lists there is no line in which the memory could stand.
	if (figures.lists.length === 0) tables.push(memoryTable(figures));
	return tables.filter(({ rows }) => rows.length > 0);
}

/**
 * Targets of figures that are not the same for all vendors, by what these are allowed.
 *
 * @param {import('./lists').Measured[]} lists
 * @param {'raw' | 'code'} name of the target
 * @param {string} aim
 * @param {(one: import('./lists').Measured) => number} valueOf
 */
function targetsByVendor(lists, name, aim, valueOf) {
	const most = [...new Set(VENDORS.flatMap(({ http }) => http.targets?.[name] ?? []))];
	return most.map((target) => {
		const names = VENDORS.filter(({ http }) => http.targets?.[name] === target).map(
			(vendor) => vendor.name,
		);
		return {
			aim: `At 20 ms and 10,000 invoices, ${names.join(' and ')}: ${aim}`,
			most: target,
			unit: '×',
			found: lists
				.filter((one) => names.includes(nameOf(one.vendor)))
				.map((one) => ({ value: valueOf(one), where: nameOf(one.vendor) })),
		};
	});
}

/**
 * Targets: what is asked, of which figures, and the most that is allowed.
 *
 * @param {Figures} figures
 */
function targets({ lists, memory, details, pdfs, normalizers }) {
	const at = (/** @type {number} */ invoices, /** @type {string} */ id) =>
		lists.filter(
			(one) => one.invoices === invoices && one.latency === 20 && one.contender.id === id,
		);
	const ours = lists.filter(({ contender }) => contender.kind === 'node');
	/** @param {Figures['details'] | Figures['pdfs']} measured with 16 requests in flight */
	const with16 = (measured) =>
		measured
			.filter(({ latency, contender }) => latency === 20 && contender.id === 'node-16')
			.map((one) => ({ value: one.toHttpRequest, where: nameOf(one.vendor) }));
	/** @param {string} id @param {string} rival */
	const memoryTo = (id, rival) =>
		memory
			.filter((one) => one.id === id)
			.map((one) => ({
				value: one.bytes / (memoryOf(memory, one, rival) ?? NaN),
				where: `${nameOf(one.vendor)}, ${grouped(one.invoices)}`,
			}));
	return [
		{
			aim: 'At 20 ms and 1,000 invoices, simplified: of HTTP Request, Split Out, Edit Fields',
			most: 0.05,
			unit: '×',
			found: at(1000, 'simplified-4').map((one) => ({
				value: one.toEditFields,
				where: nameOf(one.vendor),
			})),
		},
		...targetsByVendor(
			at(10_000, 'simplified-4'),
			'code',
			'simplified: of HTTP Request, Code',
			(one) => one.toCode,
		),
		...targetsByVendor(
			at(10_000, 'raw-4'),
			'raw',
			'raw: of HTTP Request',
			(one) => one.toHttpRequest,
		),
		{
			aim: 'At 100 ms, simplified and raw: of the limit',
			most: 1.15,
			unit: '×',
			found: ours
				.filter(({ latency, contender }) => latency === 100 && contender.output !== 'full')
				.map(({ vendor, invoices, contender, toLimit }) => ({
					value: toLimit,
					where: `${nameOf(vendor)}, ${grouped(invoices)}, ${contender.label}`,
				})),
		},
		{
			aim: 'At 20 ms, lists with fetched lines: of HTTP Request',
			most: 0.35,
			unit: '×',
			found: with16(details),
		},
		{
			aim: 'At 20 ms, 200 PDFs, 16 in flight: of HTTP Request',
			most: 1,
			unit: '×',
			found: with16(pdfs),
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
			aim: 'Memory for a list, simplified: of HTTP Request, Code',
			most: 1,
			unit: '×',
			found: memoryTo('simplified-4', 'code'),
		},
		{
			aim: 'Memory for a list, raw: of HTTP Request',
			most: 1,
			unit: '×',
			found: memoryTo('raw-4', 'httpRequest'),
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
