'use strict';

/**
 * What was found out, as Markdown.
 *
 * @typedef {'fine' | 'tell' | 'fails'} Meaning
 * @typedef {{ what: string, assumes: string, came: string, meaning: Meaning, because?: string }} Finding
 */

const MEANINGS = {
	fine: 'fine: the node handles it',
	tell: 'please report it',
	fails: 'please report it: **the node would fail**',
};

/** @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

/** @param {string[]} names @param {string[][]} rows */
function table(names, rows) {
	const line = (/** @type {string[]} */ cells) => `| ${cells.map(cell).join(' | ')} |`;
	return [line(names), line(names.map(() => '---')), ...rows.map(line)].join('\n');
}

class Report {
	/** @type {Finding[]} */
	findings = [];

	/** @type {string[]} */
	confirmed = [];

	/** @type {string[]} */
	notes = [];

	/** @type {Array<{ title: string, rows: string[][] }>} */
	records = [];

	/**
	 * Writes down whether something is as the code assumes.
	 *
	 * @param {string} what
	 * @param {boolean} isSo
	 * @param {{ assumes: string, came: string, meaning?: Meaning, because?: string }} otherwise
	 */
	expect(what, isSo, { assumes, came, meaning = 'tell', because }) {
		if (isSo) this.confirm(`${what}: ${assumes}`);
		else this.findings.push({ what, assumes, came, meaning, because });
		return isSo;
	}

	/** @param {string} text */
	confirm(text) {
		this.confirmed.push(text);
	}

	/** Writes down what nothing depends on. @param {string} text */
	note(text) {
		this.notes.push(text);
	}

	/** @param {{ name: string, package: string, version: string, requests: number }} about */
	markdown({ name, package: of, version, requests }) {
		const { findings, confirmed, notes, records } = this;
		const rows = findings.map(({ what, assumes, came, meaning, because }) => [
			what,
			assumes,
			came,
			MEANINGS[meaning] + (because ? ` (${because})` : ''),
		]);
		const verdict =
			findings.length === 0
				? 'Everything checked is as the code assumes.'
				: `${findings.length} of ${findings.length + confirmed.length} checks differ.`;
		const list = (/** @type {string[]} */ lines) => lines.map((line) => `- ${line}`).join('\n');
		const parts = [
			`# Contract check: ${name}`,
			`${of} ${version}, ${requests} requests, read-only, without n8n. Values are left out: this report contains only field names, formats and counts.`,
			verdict,
			findings.length > 0 &&
				`## Differences\n\n${table(['What', 'Expected', 'Received', 'Meaning'], rows)}`,
			`## As assumed\n\n${list(confirmed)}`,
			notes.length > 0 && `## Also seen\n\n${list(notes)}`,
			...records.map(
				(each) => `## ${each.title}\n\n${table(['Field', 'In', 'Formats'], each.rows)}`,
			),
		];
		return `${parts.filter(Boolean).join('\n\n')}\n`;
	}
}

module.exports = { Report };
