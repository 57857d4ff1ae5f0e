'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

// A reader of beancount's language that shares nothing with examples/ledger.js: it reads character by
// character, as the language is documented, and refuses what bean-check refuses of what books hold.
// https://beancount.github.io/docs/beancount_language_syntax.html

const DATE = /^\d{4,}[-/]\d+[-/]\d+$/;
const ACCOUNT = /^(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*)+$/;
const AMOUNT = /^[-+]?\d[\d,]*(\.\d*)?$/;
const CURRENCY = /^[A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]$/;
const FLAG = /^(txn|[*!&#?%PSTCURM])$/;
/** What a line begins with that is a heading to editors, and nothing to beancount. */
const IGNORED = /[*:#!&?%PSTCURM]/;
const ESCAPES = { n: '\n', t: '\t', r: '\r', f: '\f', b: '\b' };

/** @typedef {{ text?: any, string?: string }} Token a word or a string */

/** Returns the lines of a text. */
function linesOf(text) {
	/** @type {Array<{ indented: boolean, tokens: Token[] }>} */
	const lines = [];
	let at = 0;
	while (at < text.length) {
		const line = { indented: /[ \t]/.test(text[at]), tokens: /** @type {Token[]} */ ([]) };
		if (IGNORED.test(text[at])) at = (text.indexOf('\n', at) + 1 || text.length + 1) - 1;
		while (at < text.length && text[at] !== '\n') {
			if (text[at] === ';') {
				while (at < text.length && text[at] !== '\n') at += 1;
			} else if (text[at] === '"') {
				let string = '';
				for (at += 1; text[at] !== '"'; at += 1) {
					if (at >= text.length) throw new Error('a string without end');
					if (text[at] === '\\') string += ESCAPES[text[++at]] ?? text[at];
					else string += text[at];
				}
				at += 1;
				line.tokens.push({ string });
			} else if (/\s/.test(text[at])) {
				at += 1;
			} else {
				const start = at;
				while (at < text.length && !/[\s";]/.test(text[at])) at += 1;
				line.tokens.push({ text: text.slice(start, at) });
			}
		}
		at += 1;
		lines.push(line);
	}
	return lines;
}

/** Reads a posting or metadata into a directive. Returns what is wrong with it, if something is. */
function readIndented(tokens, directive) {
	const [first, second] = tokens;
	if (directive === undefined) return 'an indented line that belongs to nothing';
	if (/^[a-z][\w-]+:$/.test(first.text)) {
		const holder = directive.postings?.at(-1) ?? directive;
		if (first.text.slice(0, -1) in holder.metadata) return `${first.text} twice`;
		holder.metadata[first.text.slice(0, -1)] = second?.string ?? second?.text;
		return undefined;
	}
	const [account, amount, currency, ...rest] = FLAG.test(first.text) ? tokens.slice(1) : tokens;
	const isWhole = AMOUNT.test(amount?.text) && CURRENCY.test(currency?.text);
	if (
		!directive.postings ||
		!ACCOUNT.test(account?.text) ||
		rest.length > 0 ||
		(amount && !isWhole)
	)
		return 'an indented line that is no posting';
	directive.postings.push({
		account: account.text,
		amount: amount?.text.replaceAll(',', ''),
		currency: currency?.text,
		metadata: {},
	});
	return undefined;
}

/** Returns the directive that a line begins; undefined if it begins none. @param {Token[]} tokens */
function directiveOf([first, second, third, ...rest]) {
	if (first.text === 'include' && second?.string)
		return { kind: 'include', pattern: second.string };
	if (/^(option|plugin|(push|pop)(tag|meta))$/.test(first.text)) return { kind: first.text };
	if (!DATE.test(first.text) || !second?.text) return undefined;
	const directive = { date: first.text.replaceAll('/', '-'), metadata: {} };
	if (FLAG.test(second.text)) {
		const words = [third, ...rest].filter(Boolean);
		const isTitle = words.every(({ text, string }) => string !== undefined || /^[#^]/.test(text));
		return isTitle ? { ...directive, kind: 'transaction', postings: [] } : undefined;
	}
	return /^(open|close|note|balance)$/.test(second.text) && ACCOUNT.test(third?.text)
		? { ...directive, kind: second.text, account: third.text }
		: undefined;
}

/** Returns the directives of a text and what is wrong with it. */
function parse(text) {
	/** @type {any[]} */
	const directives = [];
	/** @type {string[]} */
	const errors = [];
	let current;
	for (const [index, { indented, tokens }] of linesOf(text).entries()) {
		if (tokens.length === 0) {
			if (!indented) current = undefined;
			continue;
		}
		if (indented) {
			const error = readIndented(tokens, current);
			if (error) errors.push(`line ${index + 1}: ${error}`);
			continue;
		}
		current = directiveOf(tokens);
		if (current) directives.push(current);
		else errors.push(`line ${index + 1}: no directive`);
	}
	return { directives, errors };
}

const units = (amount) => {
	const [whole, fraction = ''] = amount.split('.');
	return BigInt(whole + fraction.padEnd(30, '0'));
};

/** Returns the currencies in which a transaction does not sum to zero. One amount may be left open. */
function unbalanced({ postings }) {
	if (postings.some(({ amount }) => amount === undefined)) return [];
	const sums = new Map();
	for (const { amount, currency } of postings)
		sums.set(currency, (sums.get(currency) ?? 0n) + units(amount));
	return [...sums].filter(([, sum]) => sum !== 0n).map(([currency]) => currency);
}

/** Returns the files that a pattern with `*`, `?` and characters in brackets matches. */
function expanded(pattern, folder) {
	const source = path.posix.normalize(pattern).replace(/\[([^\]])\]|\*+|[^]/g, (piece, literal) => {
		if (piece === '?') return '[^/]';
		return piece.startsWith('*') ? '[^/]*' : (literal ?? piece).replace(/\W/, '\\$&');
	});
	return fs
		.readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
		.filter((name) => new RegExp(`^${source}$`).test(name));
}

/** Returns the directives of a file and of those that it includes, and what is wrong with them. */
function load(file) {
	/** @type {{ directives: any[], errors: string[], files: string[] }} */
	const found = { directives: [], errors: [], files: [] };
	const waiting = [path.resolve(file)];
	for (const name of waiting) {
		if (found.files.includes(name)) {
			found.errors.push(`Duplicate filename parsed: ${name}`);
			continue;
		}
		found.files.push(name);
		const { directives, errors } = parse(fs.readFileSync(name, 'utf8'));
		found.directives.push(...directives);
		found.errors.push(...errors.map((error) => `${path.basename(name)} ${error}`));
		for (const { pattern } of directives.filter(({ kind }) => kind === 'include')) {
			const folder = path.dirname(name);
			const names = expanded(pattern, folder);
			if (names.length === 0) found.errors.push(`File glob ${pattern} does not match any files`);
			waiting.push(...names.map((one) => path.resolve(folder, one)));
		}
	}
	return found;
}

/**
 * Reads a ledger.
 *
 * @param {string} file
 * @returns {{ transactions: object[], keys: string[], files: string[], errors: string[] }} the
 *   transactions, the values of all metadata `dedupeKey`, the files read, and what is wrong
 */
function readBooks(file) {
	const { directives, errors, files } = load(file);
	const opened = new Map();
	for (const { date, account } of directives.filter(({ kind }) => kind === 'open')) {
		if (opened.has(account)) errors.push(`Duplicate open directive for ${account}`);
		opened.set(account, date);
	}
	const transactions = directives.filter(({ kind }) => kind === 'transaction');
	for (const one of transactions) {
		for (const { account } of one.postings)
			if (!(opened.get(account) <= one.date))
				errors.push(`Invalid reference to unknown account ${account}`);
		for (const currency of unbalanced(one))
			errors.push(`Transaction of ${one.date} does not balance in ${currency}`);
	}
	const holders = directives.flatMap((one) => [one, ...(one.postings ?? [])]);
	const keys = holders.map(({ metadata }) => metadata?.dedupeKey).filter((key) => key);
	return { transactions, keys, files, errors };
}

/** Returns whether beancount itself accepts a ledger, and what it says. */
function beanCheck(file) {
	const { status, stdout, stderr } = spawnSync('bean-check', [file], { encoding: 'utf8' });
	return { ok: status === 0, words: stdout + stderr };
}

/** Returns whether beancount (Debian package beancount) is there. */
const hasBeanCheck = () => !spawnSync('bean-check', ['--version']).error;

module.exports = { beanCheck, hasBeanCheck, readBooks };
