'use strict';

const path = require('node:path');
const { declaredFields } = require('./declared');
const { formatOf, kindOf, nameOf } = require('./formats');

/**
 * Compares records with what the code declares of them and, field by field, with what its own
 * normalizer makes of them.
 *
 * @typedef {import('./report').Report} Report
 * @typedef {import('./declared').Declared} Declared
 *
 * @typedef {object} RecordCheck
 * @property {string} title
 * @property {string} folder of the vendor, in nodes
 * @property {string} type the interface
 * @property {(records: object[], context: any) => any[]} normalize
 * @property {string[][]} [either] fields of which one is enough
 * @property {string[]} [sometimes] fields that may well be in no record, by their whole path from the
 *   record on, without a mark for arrays: `invoice_items.direction`
 * @property {string[]} [words] fields whose words are shown where the normalizer knows them
 */

const CONTEXT = {
	accountId: 'account',
	currency: 'USD',
	timeZone: 'UTC',
	supplierName: 'supplier',
	includeRaw: false,
	today: new Date().toISOString().slice(0, 10),
};

/** What the normalizer says of a field that it cannot use. */
const INVALID = ['AMOUNT_INVALID', 'DATE_INVALID', 'LINES_INVALID', 'TEXT_INVALID'];

/** Fewer records prove little about a field that is in none of them. */
const ENOUGH = 3;

/**
 * @param {Report} report
 * @param {any[]} records
 * @param {RecordCheck} check
 */
function compareRecords(report, records, check) {
	const { title, folder, type, normalize } = check;
	const file = path.join(__dirname, '../../nodes', folder, 'records.ts');
	const warningsOf = (/** @type {object} */ record) =>
		normalize([record], CONTEXT).flatMap(({ warnings }) => warnings);
	/** @type {string[][]} */
	const rows = [];

	/**
	 * @param {any[]} objects
	 * @param {Record<string, Declared>} declared
	 * @param {string} above the names of the fields above, with a point behind
	 * @param {(part: object) => object} around makes a record of a part of one
	 */
	function compare(objects, declared, above, around) {
		const seen = new Set(objects.flatMap((each) => Object.keys(each)));
		for (const name of seen) {
			const values = objects.filter((each) => Object.hasOwn(each, name)).map((each) => each[name]);
			const field = `${above}${nameOf(name)}`;
			const given = values.filter((value) => value !== null);
			rows.push([field, `${values.length} of ${objects.length}`, formatsIn(name, values)]);
			if (!Object.hasOwn(declared, name)) {
				report.expect(`${title}: \`${field}\``, false, {
					assumes: 'no such field',
					came: `in ${values.length} of ${objects.length}: ${formatsIn(name, values)}`,
					because: 'nothing is lost, but it may say more than the node returns',
				});
				continue;
			}
			const { kinds, fields } = declared[name];
			const strange = given.filter((value) => !kinds.has(kindOf(value)) && !kinds.has('unknown'));
			const unusable = given.filter((value) =>
				warningsOf(around({ [name]: value })).some((warning) => INVALID.includes(warning)),
			);
			const isUsable = unusable.length === 0;
			if (strange.length > 0 || !isUsable) {
				report.expect(`${title}: \`${field}\``, false, {
					assumes: [...kinds].filter((kind) => kind !== 'null').join(' or '),
					came: formatsIn(name, strange.length > 0 ? strange : unusable),
					meaning: isUsable ? 'fine' : 'tell',
					because: isUsable ? undefined : 'the node cannot use it and warns',
				});
			}
			if (fields === null) continue;
			const inner = given.flatMap((value) => value).filter((value) => kindOf(value) === 'object');
			const within = (/** @type {object} */ part) =>
				around({ [name]: kinds.has('array') ? [part] : part });
			compare(inner, fields, `${field}.`, within);
		}
		if (objects.length >= ENOUGH) missing(declared, seen, above, objects.length);
	}

	/**
	 * @param {Record<string, Declared>} declared
	 * @param {Set<string>} seen
	 * @param {string} above
	 * @param {number} count
	 */
	function missing(declared, seen, above, count) {
		const { either = [], sometimes = [] } = check;
		for (const name of Object.keys(declared)) {
			const group = either.find((names) => names.includes(name)) ?? [name];
			if (seen.has(name) || sometimes.includes(above + name)) continue;
			// Of several spellings one is enough; the first one speaks for all.
			if (group.some((other) => seen.has(other)) || group[0] !== name) continue;
			report.expect(`${title}: \`${above}${group.join('` or `')}\``, false, {
				assumes: 'a field',
				came: `in none of ${count}`,
				because: 'the node returns null for it',
			});
		}
	}

	/** @param {string} name @param {unknown[]} values */
	function formatsIn(name, values) {
		const told = values.map((value) => wordIn(name, value) ?? formatOf(value));
		return [...new Set(told)].sort().join('; ');
	}

	/** A word that the code itself knows may be shown. @param {string} name @param {unknown} value */
	function wordIn(name, value) {
		if (!check.words?.includes(name) || typeof value !== 'string') return undefined;
		const [{ status }] = normalize([{ [name]: value }], CONTEXT);
		return status === 'unknown' ? undefined : `"${value.trim().toLowerCase()}"`;
	}

	const objects = records.filter((record) => kindOf(record) === 'object');
	if (objects.length === 0) return report.note(`${title}: none received`);
	const before = report.findings.length;
	compare(objects, declaredFields(file, type), '', (part) => part);
	if (report.findings.length === before) {
		report.confirm(`${title}: ${rows.length} fields as declared`);
	}
	report.records.push({ title, rows });
	noteWarnings(report, title, normalize(objects, CONTEXT));
}

/** @param {Report} report @param {string} title @param {any[]} invoices */
function noteWarnings(report, title, invoices) {
	/** @type {Map<string, number>} */
	const counts = new Map();
	for (const warning of invoices.flatMap(({ warnings }) => warnings)) {
		counts.set(warning, (counts.get(warning) ?? 0) + 1);
	}
	if (counts.size === 0) return;
	const told = [...counts].map(([warning, count]) => `${warning} ${count}`).join(', ');
	report.note(`${title}: the node returns ${invoices.length} invoices, with the warnings ${told}`);
}

module.exports = { compareRecords };
