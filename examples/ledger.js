#!/usr/bin/env node
/**
 * Books full invoices into a beancount ledger (https://beancount.github.io), each once. What it needs
 * to know is in its help: node examples/ledger.js --help
 */
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const USAGE = `Usage: node examples/ledger.js <book> [--into <file>] [--accounts <file>] < items.json

Books invoices into a beancount ledger, each once. items.json is an array of items from the vendors'
nodes, with Output set to Full. <book> is the file that bean-check and Fava read; it is created if
there is none.

  --into <file>      Append the transactions to this file, such as 2025-03.beancount, instead of to
                     <book>. The book gets an include of it if it has none.
  --accounts <file>  Open accounts that no file of the book opens in this file
                     (default: accounts.beancount beside the book). The book includes it.
  -h, --help         Show this help.

An invoice is recognized by the dedupeKey in the metadata of a transaction, anywhere in the book and
the files that it includes, whatever else you change there. Lines that are commented out count as well:
such an invoice is not booked again, but named in each run. Delete the lines to have it booked. To
keep an invoice out for good, put its dedupeKey on a note directive:

  2025-03-31 note Liabilities:Payable:CarrierX "Disputed"
    dedupeKey: "carrierX:-:1001"

Not booked, but named: drafts, estimates, void invoices; and what calls for a person: an invoice
without date, currency or total, one with a warning that leaves these uncertain, one that is
commented out, and one whose total has changed since it was booked. To accept a change, put the new
contentHash into the transaction.

Exit code: 0 all is booked or has to wait, 2 something calls for a person (the rest is booked),
1 nothing was booked (wrong arguments, unreadable files, another run at work).`;

/** The vendors, and whether their invoices are what you owe or what is owed to you. */
const VENDORS = {
	carrierX: 'payable',
	fastly: 'payable',
	i3dNet: 'payable',
	talkdesk: 'payable',
	talkdeskInsurance: 'receivable',
};

/** Warnings that leave the date, currency and amounts of an invoice certain. */
const HARMLESS = ['AMOUNT_NOT_A_NUMBER', 'LINES_MISSING', 'PDF_END_MISSING', 'PDF_MISSING'];

const BOOKED = { why: 'it is booked already', person: false };

const quoted = (text) => `"${String(text).replace(/["\\]/g, '\\$&').replace(/\s+/g, ' ')}"`;

const negated = (amount) =>
	/[1-9]/.test(amount) ? `-${amount}`.replace(/^--/, '') : amount.replace(/^-/, '');

/** Returns an amount (a JSON number or text) as an exact decimal without exponent; null if it is none. */
function decimalOf(amount) {
	const number = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(amount ?? '');
	if (number === null || (typeof amount === 'string' && number[4])) return null;
	const [, sign, whole, fraction = '', exponent = '0'] = number;
	const shift = Number(exponent);
	const left = `${'0'.repeat(Math.max(0, -shift))}${whole}`;
	const digits = left + fraction.padEnd(shift, '0');
	const point = left.length + shift;
	const decimals = digits.slice(point);
	const text = digits.slice(0, point).replace(/^0+(?=\d)/, '') + (decimals && `.${decimals}`);
	return sign && /[1-9]/.test(text) ? `-${text}` : text;
}

/** Returns whether two decimals add up to a third, exactly. */
function addUp(a, b, sum) {
	const scale = Math.max(...[a, b, sum].map((text) => (text.split('.')[1] ?? '').length));
	const units = (text) => {
		const [whole, fraction = ''] = text.split('.');
		return BigInt(whole + fraction.padEnd(scale, '0'));
	};
	return units(a) + units(b) === units(sum);
}

/** Returns where the invoices of a vendor are booked. */
function accountsOf({ provider, direction }) {
	const vendor = provider[0].toUpperCase() + provider.slice(1);
	return direction === 'receivable'
		? { balance: `Assets:Receivable:${vendor}`, result: `Income:${vendor}`, tax: 'Liabilities:Tax' }
		: { balance: `Liabilities:Payable:${vendor}`, result: `Expenses:${vendor}`, tax: 'Assets:Tax' };
}

/** Returns the directives that open accounts. */
const opening = (accounts) =>
	[...new Set(accounts)].map((account) => `1970-01-01 open ${account}\n`).join('');

/** Returns the directives that open the accounts of all vendors. */
const openingAll = () =>
	opening(
		Object.entries(VENDORS).flatMap(([provider, direction]) =>
			Object.values(accountsOf({ provider, direction })),
		),
	);

const isDay = (text) =>
	/^\d{4}-\d\d-\d\d$/.test(text) &&
	new Date(Date.parse(text) || 0).toISOString().slice(0, 10) === text;

/** Returns the day to book on: the invoice's date or, where it has none, its period or due date. */
const dayOf = ({ issueDate, periodEnd, periodStart, dueDate }) =>
	[issueDate, periodEnd, periodStart, dueDate].find((date) => date);

/** Returns total and currency in one form, however many zeros the total was written with. */
const sameForm = (total) =>
	String(total)
		.replace(/(\.\d*?)0+(?= )/, '$1')
		.replace('. ', ' ');

const totalOf = ({ signedTotal, currency }) => `${decimalOf(signedTotal)} ${currency}`;

/** Returns whether an item is a full invoice of a vendor. */
const isFull = (item) =>
	['contentHash', 'supplierName', 'id'].every((name) => typeof item?.[name] === 'string') &&
	/^[^\s\p{C}]+$/u.test(item.dedupeKey) &&
	['issueDate', 'signedTotal', 'subTotal', 'taxAmount'].every((name) => item[name] !== undefined) &&
	Object.hasOwn(VENDORS, item.provider) &&
	Array.isArray(item.warnings);

/** Returns why an invoice cannot be booked, and whether that calls for a person; undefined if it can. */
function obstacleTo(invoice) {
	const waits = (why) => ({ why, person: false });
	const asks = (why) => ({ why, person: true });
	const doubts = invoice.warnings.filter((code) => !HARMLESS.includes(code));
	if (invoice.type === 'estimate') return waits('it is an estimate');
	if (invoice.status === 'draft') return waits('it is not issued yet');
	if (invoice.status === 'void') return waits('it is void');
	if (!isDay(dayOf(invoice))) return asks('it has no date');
	if (!/^[A-Z]{3}$/.test(invoice.currency)) return asks('it has no currency');
	if (decimalOf(invoice.signedTotal) === null) return asks('it has no total');
	return doubts.length > 0 ? asks(`it has warnings: ${doubts.join(', ')}`) : undefined;
}

/**
 * Returns why an item is not booked; undefined if it is to be booked.
 *
 * @param {object} item
 * @param {{ contentHash?: string, signedTotal?: string, takenOut?: boolean, place?: string }} [before] what is booked
 */
function objectionTo(item, before) {
	if (!isFull(item))
		return { why: item?.error ?? 'it is no full invoice: set Output to Full', person: true };
	const obstacle = obstacleTo(item);
	if (before === undefined) return obstacle;
	if (before.takenOut) return { why: `it is commented out in ${before.place}`, person: true };
	if ((before.contentHash ?? item.contentHash) === item.contentHash) return BOOKED;
	const now = `(contentHash is now ${item.contentHash})`;
	if (obstacle)
		return { why: `it is booked already, but now ${obstacle.why} ${now}`, person: true };
	return sameForm(before.signedTotal) === sameForm(totalOf(item))
		? { why: 'it is booked already, and has changed since, but not its total', person: false }
		: { why: `it is booked already, but its total is now ${totalOf(item)} ${now}`, person: true };
}

/** Returns the postings of an invoice, accounts with amounts, which sum to zero. */
function postingsOf(invoice) {
	const { balance, result, tax } = accountsOf(invoice);
	const total = decimalOf(invoice.signedTotal);
	// Amounts of a credit note are positive; here they need their sign.
	const [net, taxes] = [invoice.subTotal, invoice.taxAmount]
		.map(decimalOf)
		.map((amount) => (amount && invoice.type === 'creditNote' ? negated(amount) : amount));
	const parts =
		net !== null && taxes !== null && addUp(net, taxes, total)
			? [
					[result, net],
					[tax, taxes],
				]
			: [[result, total]];
	const postings = [[balance, negated(total)], ...parts];
	return invoice.direction === 'receivable'
		? postings.map(([account, amount]) => [account, negated(amount)])
		: postings;
}

function transactionOf(invoice) {
	const title = `${invoice.type === 'creditNote' ? 'Credit note' : 'Invoice'} ${invoice.invoiceNumber ?? invoice.id}`;
	return [
		`${dayOf(invoice)} * ${quoted(invoice.supplierName)} ${quoted(title)}`,
		`  dedupeKey: ${quoted(invoice.dedupeKey)}`,
		`  contentHash: ${quoted(invoice.contentHash)}`,
		`  signedTotal: ${quoted(totalOf(invoice))}`,
		...postingsOf(invoice).map(
			([account, amount]) => `  ${account}  ${amount} ${invoice.currency}`,
		),
	].join('\n');
}

/**
 * Returns the transactions to append to a ledger, the accounts that they use, and which items are
 * not booked and why.
 *
 * @param {Map<string, object>} known what is booked, by dedupeKey
 * @param {object[]} items
 * @returns {{ text: string, accounts: string[], booked: number,
 *   skipped: Array<{ dedupeKey: string, why: string, person: boolean }> }}
 */
function bookInto(known, items) {
	const all = new Map(known);
	const booked = [];
	const skipped = [];
	for (const [index, item] of items.entries()) {
		const objection = objectionTo(item, all.get(item?.dedupeKey));
		if (objection) {
			skipped.push({ dedupeKey: String(item?.dedupeKey ?? `item ${index + 1}`), ...objection });
			continue;
		}
		all.set(item.dedupeKey, { contentHash: item.contentHash, signedTotal: totalOf(item) });
		booked.push(item);
	}
	return {
		text: booked.map((invoice) => `\n${transactionOf(invoice)}\n`).join(''),
		accounts: booked.flatMap(postingsOf).map(([account]) => account),
		booked: booked.length,
		skipped,
	};
}

// The files of a ledger

/**
 * @typedef {{ contentHash?: string, signedTotal?: string, place?: string, takenOut?: boolean }} Entry
 *   the metadata beside a dedupeKey, where that is, and whether it is commented out
 * @typedef {{ pattern: string, takenOut: boolean }} Include
 * @typedef {{ entries: Array<[key: string, Entry]>, opened: string[], includes: Include[] }} Content
 * @typedef {{ known: Map<string, Entry>, opened: Set<string>, patterns: string[],
 *   read: Map<string, Buffer> }} Ledger what is booked or commented out, by dedupeKey; the accounts
 *   opened; the patterns of the includes; the files read
 */

const resolved = (...parts) => path.resolve(...parts).replaceAll(path.sep, '/');

/** What is before a keyword in its line: nothing but blanks, or the mark of a comment. */
const MARK = '^([^\\w"]*)';
const TEXT = '"((?:[^"\\\\]|\\\\.)*)"';
const METADATA = new RegExp(`${MARK}(dedupeKey|contentHash|signedTotal)\\s*:\\s*${TEXT}`);
const INCLUDE = new RegExp(`${MARK}include\\s+${TEXT}`);
const DATED = new RegExp(`${MARK}\\d{4,}[-/]\\d`);
const OPEN = /^\d{4,}[-/]\d+[-/]\d+\s+open\s+([^\s;]+)/;

/** Returns the pattern that matches a file and no other. */
const literal = (file) => file.replace(/[*?[]/g, '[$&]');

/** Returns the directive by which a book includes a file. */
const includeOf = (file, book) =>
	`include "${literal(path.posix.relative(path.posix.dirname(book), file)).replace(/["\\]/g, '\\$&')}"\n`;

const unescaped = (text) => text.replace(/\\(.)/g, '$1');

/**
 * Returns what a file of a ledger holds: entries with a dedupeKey, the accounts that it opens and its
 * includes. It is read line by line, so that a quotation mark too many hides nothing.
 */
function contentOf(text, file) {
	/** @type {Content} */
	const content = { entries: [], opened: [], includes: [] };
	/** @type {Entry} */
	let entry = {};
	for (const [index, line] of text.split('\n').entries()) {
		const [, opened] = OPEN.exec(line) ?? [];
		if (opened) content.opened.push(opened);
		const [, includeMark, pattern] = INCLUDE.exec(line) ?? [];
		if (pattern) {
			const target = resolved(path.dirname(file), unescaped(pattern));
			content.includes.push({ pattern: target, takenOut: includeMark.trim() !== '' });
		}
		const [, mark, name, value] = METADATA.exec(line) ?? [];
		if (DATED.test(line) || (name === 'dedupeKey' && entry.place)) entry = {};
		if (name === 'dedupeKey') {
			entry.place = `${file}:${index + 1}`;
			entry.takenOut = mark.trim() !== '';
			content.entries.push([unescaped(value), entry]);
		} else if (name) {
			entry[name] ??= unescaped(value);
		}
	}
	return content;
}

/** Returns whether a pattern of an include, which is a glob of Python, matches a file. */
function matches(pattern, file) {
	const parts = pattern.split('/').map((part) => {
		if (part === '**') return '(?:[^/.][^/]*/)*';
		const source = part.replace(/\[!?[^\]]+\]|[^]/g, (piece) => {
			if (piece === '*') return '[^/]*';
			if (piece === '?') return '[^/]';
			return piece.length > 1
				? piece.replaceAll('\\', '\\\\').replace('[!', '[^')
				: piece.replace(/[$()+.[\\\]^{|}]/, '\\$&');
		});
		return `${/^[*?[]/.test(part) ? '(?!\\.)' : ''}${source}/`;
	});
	return new RegExp(`^${parts.join('')}$`, 's').test(`${file}/`);
}

/** Returns the files in a folder and, to a depth, in the folders below, each of which is read once. */
function filesBelow(folder, depth, seen = new Set()) {
	const real = fs.existsSync(folder) && fs.realpathSync(folder);
	if (!real || seen.has(real) || depth === 0) return [];
	seen.add(real);
	return fs.readdirSync(folder).flatMap((name) => {
		const file = resolved(folder, name);
		const isFolder = fs.statSync(file, { throwIfNoEntry: false })?.isDirectory();
		return isFolder ? filesBelow(file, depth - 1, seen) : [file];
	});
}

/** Returns the files that a pattern of an include matches. */
function filesOf(pattern) {
	const parts = pattern.split('/');
	const first = parts.findIndex((part) => /[*?[]/.test(part));
	if (first === -1) return fs.existsSync(pattern) ? [pattern] : [];
	const depth = parts.includes('**') ? Infinity : parts.length - first;
	const files = filesBelow(`${parts.slice(0, first).join('/')}/`, depth);
	return files.filter((file) => matches(pattern, file));
}

/** Returns bytes as text. Throws if it cannot be known what they say. */
function textOf(bytes, file) {
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
		if (!text.includes('\0') && !text.startsWith('-----BEGIN PGP')) return text;
	} catch {
		// The same as a text of other bytes.
	}
	throw new Error(`${file} cannot be read: it is no text in UTF-8.`);
}

/**
 * Reads the files of a ledger and all that they include.
 *
 * @param {string[]} roots
 * @param {string[]} created files that need not be there yet
 * @returns {Ledger}
 */
function readLedger(roots, created) {
	/** @type {Ledger} */
	const ledger = { known: new Map(), opened: new Set(), patterns: [], read: new Map() };
	/** @type {Include[]} */
	const waiting = roots.map((file) => ({ pattern: literal(file), takenOut: false }));
	const seen = new Set();
	for (const { pattern, takenOut } of waiting) {
		const files = filesOf(pattern);
		if (files.length === 0 && !takenOut && !created.some((file) => matches(pattern, file)))
			throw new Error(`The ledger includes ${pattern}, which is not there.`);
		for (const file of files) {
			const real = fs.realpathSync(file);
			if (seen.has(`${takenOut} ${real}`)) continue;
			seen.add(`${takenOut} ${real}`);
			ledger.read.set(real, fs.readFileSync(real));
			const content = contentOf(textOf(ledger.read.get(real), file), file);
			for (const include of content.includes) {
				const one = { ...include, takenOut: takenOut || include.takenOut };
				waiting.push(one);
				if (!one.takenOut) ledger.patterns.push(one.pattern);
			}
			for (const account of takenOut ? [] : content.opened) ledger.opened.add(account);
			for (const [key, entry] of content.entries) {
				entry.takenOut ||= takenOut;
				if (ledger.known.get(key)?.takenOut ?? true) ledger.known.set(key, entry);
			}
		}
	}
	return ledger;
}

/** Appends text to a file that was read: all of it or, when the process is killed, nothing. */
function append(file, text, { read }) {
	if (text === '') return;
	const there = fs.existsSync(file);
	const real = there ? fs.realpathSync(file) : file;
	const before = there ? fs.readFileSync(real) : Buffer.alloc(0);
	if (!before.equals(read.get(real) ?? Buffer.alloc(0)))
		throw new Error(`${file} was changed during this run. Run it again.`);
	const end = before.length > 0 && before.at(-1) !== 10 ? '\n' : '';
	const after = Buffer.concat([before, Buffer.from(end + text)]);
	// A name that begins with a dot is in no pattern of an include.
	const temporary = path.join(path.dirname(real), `.${path.basename(real)}.tmp`);
	const handle = fs.openSync(temporary, 'w');
	if (there) {
		const { mode, uid, gid } = fs.statSync(real);
		fs.fchmodSync(handle, mode);
		if (process.getuid?.() === 0) fs.fchownSync(handle, uid, gid);
	}
	fs.writeFileSync(handle, after);
	fs.fsyncSync(handle);
	fs.closeSync(handle);
	fs.renameSync(temporary, real);
	read.set(real, after);
}

/** Returns whether the process that a lock names has ended without taking its lock away. */
function hasEnded(holder) {
	const [, pid, host] = /^process (\d+) on (.+)$/.exec(holder) ?? [];
	if (host !== os.hostname()) return false;
	try {
		return Number(pid) === process.pid || !process.kill(Number(pid), 0);
	} catch (/** @type {any} */ error) {
		return error.code === 'ESRCH';
	}
}

/** Runs something while no other run works on the book. Returns its result. */
function alone(book, run) {
	const real = fs.existsSync(book) ? fs.realpathSync(book) : book;
	const lock = path.join(path.dirname(real), `.${path.basename(real)}.lock`);
	const holder = fs.existsSync(lock) ? fs.readFileSync(lock, 'utf8') : '';
	if (hasEnded(holder)) fs.rmSync(lock);
	try {
		fs.writeFileSync(lock, `process ${process.pid} on ${os.hostname()}`, { flag: 'wx' });
	} catch (/** @type {any} */ error) {
		if (error.code !== 'EEXIST') throw error;
		throw new Error(
			`Another run works on ${book}: ${holder}. Run this again later. If there is no other run, delete ${lock}.`,
		);
	}
	try {
		return run();
	} finally {
		fs.rmSync(lock);
	}
}

/**
 * Books items into the files of a ledger.
 *
 * @param {{ book: string, into?: string, accounts?: string }} files as in the help
 * @param {object[]} items
 * @returns {ReturnType<typeof bookInto>}
 */
function bookFiles(files, items) {
	const book = resolved(files.book);
	const into = resolved(files.into ?? book);
	const accounts = resolved(files.accounts ?? path.join(path.dirname(book), 'accounts.beancount'));
	return alone(book, () => {
		const ledger = readLedger([book, into], [book, into, accounts]);
		const result = bookInto(ledger.known, items);
		const missing = result.accounts.filter((account) => !ledger.opened.has(account));
		const isPart = (file) =>
			file === book || ledger.patterns.some((pattern) => matches(pattern, file));
		if (missing.length > 0 && fs.existsSync(accounts) && !isPart(accounts))
			throw new Error(
				`${accounts} is there, but ${book} does not include it. If another book does, name that one: ` +
					`node examples/ledger.js <that book> --into ${book}. Else include it.`,
			);
		// The includes come first: what is booked is then part of the book at any moment.
		const targets = [missing.length > 0 && accounts, result.text !== '' && into];
		const added = targets.filter((file) => file && !isPart(file));
		append(book, added.map((file) => includeOf(file, book)).join(''), ledger);
		append(accounts, opening(missing), ledger);
		append(into, result.text, ledger);
		return result;
	});
}

/** Reads the arguments and the standard input, books, and reports. Returns the exit code. */
function main(args) {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			into: { type: 'string' },
			accounts: { type: 'string' },
			help: { type: 'boolean', short: 'h' },
		},
	});
	if (values.help) {
		console.log(USAGE);
		return 0;
	}
	if (positionals.length !== 1) throw new Error('Name one book. See --help.');
	const items = [JSON.parse(textOf(fs.readFileSync(0), 'The input'))].flat();
	const { booked, skipped } = bookFiles(
		{ book: positionals[0], ...values },
		items.map((item) => item?.json ?? item),
	);
	const named = skipped.filter((one) => one.why !== BOOKED.why);
	console.log(
		`${booked} booked, ${skipped.length - named.length} booked already, ${named.length} not booked`,
	);
	for (const { dedupeKey, why, person } of named)
		console.log(`${person ? '! ' : '  '}${dedupeKey}: ${why}`);
	return named.some(({ person }) => person) ? 2 : 0;
}

module.exports = { bookFiles, bookInto, opening, openingAll };

if (require.main === module) {
	try {
		process.exitCode = main(process.argv.slice(2));
	} catch (/** @type {any} */ error) {
		console.error(error.message);
		process.exitCode = 1;
	}
}
