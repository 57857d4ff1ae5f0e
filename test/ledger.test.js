'use strict';

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { bookFiles, bookInto } = require('../examples/ledger');
const { beanCheck, hasBeanCheck, readBooks } = require('./beancount');
const { Books, randomFrom } = require('./ledgerEdits');

const SCRIPT = path.join(__dirname, '..', 'examples', 'ledger.js');
const HAS_BEAN_CHECK = hasBeanCheck();

let folder;
let book;
beforeEach(() => {
	folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-books-'));
	book = path.join(folder, 'books.beancount');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const invoiceOf = (number, changes = {}) => ({
	schemaVersion: '1',
	provider: 'carrierX',
	dedupeKey: `carrierX:-:${number}`,
	contentHash: `hash of ${number}`,
	id: `id-${number}`,
	invoiceNumber: String(number),
	type: 'invoice',
	direction: 'payable',
	status: 'open',
	supplierName: 'CarrierX',
	issueDate: '2025-01-31',
	dueDate: null,
	periodStart: null,
	periodEnd: null,
	currency: 'USD',
	subTotal: null,
	taxAmount: null,
	totalAmount: '12.50',
	signedTotal: '12.50',
	amountPaid: null,
	amountDue: null,
	warnings: [],
	...changes,
});

const write = (name, text) => {
	fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
	fs.writeFileSync(path.join(folder, name), text);
};
const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');
const edit = (change) => write('books.beancount', change(read('books.beancount')));
const book1 = (items, files = {}) => bookFiles({ book, ...files }, items);
const run = (args, input) =>
	spawnSync(process.execPath, [SCRIPT, ...args], {
		encoding: 'utf8',
		cwd: folder,
		input: typeof input === 'string' ? input : JSON.stringify(input),
	});

/** Expects books that the reader accepts, and returns their transactions. */
function accepted() {
	const { errors, transactions } = readBooks(book);
	expect(errors).toEqual([]);
	return transactions;
}

/** Expects books that the reader and, where it is there, beancount itself accept. */
function judged() {
	if (HAS_BEAN_CHECK) expect(beanCheck(book)).toEqual({ ok: true, words: '' });
	return accepted();
}

const postings = ({ postings: all }) =>
	all.map(({ account, amount, currency }) => `${account} ${amount} ${currency}`);

describe('amounts', () => {
	test.each([
		[5, '5'],
		['12.50', '12.50'],
		[10.1, '10.1'],
		[0.1 + 0.2, '0.30000000000000004'],
		[1e21, '1000000000000000000000'],
		[1.25e22, '12500000000000000000000'],
		[1e-7, '0.0000001'],
		[1.25e-9, '0.00000000125'],
		['123456789012345678901.123456789', '123456789012345678901.123456789'],
	])('%p is booked as %s', (signedTotal, amount) => {
		book1([invoiceOf(1, { signedTotal })]);
		expect(postings(accepted()[0])).toEqual([
			`Liabilities:Payable:CarrierX -${amount} USD`,
			`Expenses:CarrierX ${amount} USD`,
		]);
	});

	test.each(['1e3', '1,000.00', '12.5 USD', '', '+5', ' 5', {}, true])(
		'%p is no total',
		(signedTotal) => {
			expect(book1([invoiceOf(1, { signedTotal })]).skipped).toEqual([
				{ dedupeKey: 'carrierX:-:1', why: 'it has no total', person: true },
			]);
		},
	);

	test('zero has no sign', () => {
		book1([invoiceOf(1, { signedTotal: '0.00' }), invoiceOf(2, { signedTotal: -0 })]);
		expect(read('books.beancount')).not.toMatch(/ -0/);
		expect(accepted()).toHaveLength(2);
	});

	test('taxes are split where net and tax make the total, to the last digit', () => {
		const taxed = { subTotal: 100.1, taxAmount: '20.02', signedTotal: '120.12' };
		book1([invoiceOf(1, taxed), invoiceOf(2, { ...taxed, signedTotal: '120.120001' })]);
		expect(accepted().map(postings)).toEqual([
			[
				'Liabilities:Payable:CarrierX -120.12 USD',
				'Expenses:CarrierX 100.1 USD',
				'Assets:Tax 20.02 USD',
			],
			['Liabilities:Payable:CarrierX -120.120001 USD', 'Expenses:CarrierX 120.120001 USD'],
		]);
	});

	test.each([
		['JPY', '-1200', '1000', '200'],
		['KWD', '-12.345', '10.345', '2.000'],
	])('a credit note in %s turns all signs', (currency, signedTotal, subTotal, taxAmount) => {
		const note = { type: 'creditNote', currency, signedTotal, subTotal, taxAmount };
		book1([invoiceOf(1, note)]);
		expect(postings(judged()[0])).toEqual([
			`Liabilities:Payable:CarrierX ${signedTotal.slice(1)} ${currency}`,
			`Expenses:CarrierX -${subTotal} ${currency}`,
			`Assets:Tax -${taxAmount} ${currency}`,
		]);
	});

	test('an invoice that is paid in part is booked with its whole total; receivables the other way', () => {
		const partly = { status: 'partiallyPaid', amountPaid: '2.50', amountDue: '10.00' };
		const receivable = { provider: 'talkdeskInsurance', direction: 'receivable' };
		book1([invoiceOf(1, { ...partly, ...receivable })]);
		expect(postings(accepted()[0])).toEqual([
			'Assets:Receivable:TalkdeskInsurance 12.50 USD',
			'Income:TalkdeskInsurance -12.50 USD',
		]);
	});
});

describe('what is not booked', () => {
	test.each([
		[{ type: 'estimate', status: 'draft' }, 'it is an estimate', false],
		[{ status: 'draft' }, 'it is not issued yet', false],
		[{ status: 'void', warnings: ['TOTALS_DISAGREE'] }, 'it is void', false],
		[{ issueDate: null }, 'it has no date', true],
		[{ issueDate: '2025-02-30' }, 'it has no date', true],
		[{ currency: null }, 'it has no currency', true],
		[{ currency: 'usd' }, 'it has no currency', true],
		[{ signedTotal: null }, 'it has no total', true],
		[{ warnings: ['KEY_NOT_UNIQUE'] }, 'it has warnings: KEY_NOT_UNIQUE', true],
		[
			{ warnings: ['LIST_INCOMPLETE', 'PDF_MISSING', 'A_NEW_ONE'] },
			'it has warnings: LIST_INCOMPLETE, A_NEW_ONE',
			true,
		],
		[{ contentHash: undefined }, 'it is no full invoice: set Output to Full', true],
		[{ warnings: 'PDF_MISSING' }, 'it is no full invoice: set Output to Full', true],
		[{ taxAmount: undefined }, 'it is no full invoice: set Output to Full', true],
		[{ dedupeKey: 'a  b' }, 'it is no full invoice: set Output to Full', true],
		[{ dedupeKey: '\ud800' }, 'it is no full invoice: set Output to Full', true],
		[{ provider: 'constructor' }, 'it is no full invoice: set Output to Full', true],
	])('%p: %s', (changes, why, person) => {
		const result = book1([invoiceOf(1, changes), invoiceOf(2)]);
		expect(result).toMatchObject({
			booked: 1,
			skipped: [{ dedupeKey: invoiceOf(1, changes).dedupeKey, why, person }],
		});
		expect(accepted()).toHaveLength(1);
	});

	test('what leaves the books certain holds up nothing', () => {
		const warnings = ['AMOUNT_NOT_A_NUMBER', 'LINES_MISSING', 'PDF_END_MISSING', 'PDF_MISSING'];
		expect(book1([invoiceOf(1, { warnings })]).booked).toBe(1);
	});

	test('an item of a failed node is named by its error, and others by their place', () => {
		expect(book1([{ error: 'HTTP 503' }, null, invoiceOf(1)]).skipped).toEqual([
			{ dedupeKey: 'item 1', why: 'HTTP 503', person: true },
			{ dedupeKey: 'item 2', why: 'it is no full invoice: set Output to Full', person: true },
		]);
	});

	test('an invoice without a date of issue is booked on its period, then on its due date', () => {
		const dates = { issueDate: null, periodEnd: '2025-01-15', dueDate: '2025-02-15' };
		book1([invoiceOf(1, dates), invoiceOf(2, { ...dates, periodEnd: null })]);
		expect(accepted().map(({ date }) => date)).toEqual(['2025-01-15', '2025-02-15']);
	});
});

describe('what is booked already', () => {
	const again = (changes = {}) => book1([invoiceOf(1, changes)]).skipped;
	beforeEach(() => book1([invoiceOf(1)]));

	test('is booked once, also when one run gets it twice', () => {
		expect(again()).toEqual([
			{ dedupeKey: 'carrierX:-:1', why: 'it is booked already', person: false },
		]);
		expect(book1([invoiceOf(2), invoiceOf(2)]).booked).toBe(1);
		expect(accepted()).toHaveLength(2);
	});

	test('is reported if it has changed since, and calls for a person if its total has', () => {
		const changed = { contentHash: 'new', signedTotal: 12.5 };
		expect(again(changed)).toMatchObject([
			{ why: 'it is booked already, and has changed since, but not its total', person: false },
		]);
		expect(again({ ...changed, signedTotal: '12.51' })).toMatchObject([
			{
				why: 'it is booked already, but its total is now 12.51 USD (contentHash is now new)',
				person: true,
			},
		]);
		expect(again({ ...changed, currency: 'EUR' })).toMatchObject([{ person: true }]);
		expect(again({ ...changed, status: 'void' })).toMatchObject([
			{ why: 'it is booked already, but now it is void (contentHash is now new)', person: true },
		]);
		edit((text) => text.replace('hash of 1', 'new'));
		expect(again({ ...changed, status: 'void' })).toMatchObject([{ why: 'it is booked already' }]);
	});

	test('is not booked again when it is commented out, but named with its place', () => {
		edit((text) => text.replace(/^(?!include)(?=.)/gm, '; '));
		expect(again()).toEqual([
			{
				dedupeKey: 'carrierX:-:1',
				why: `it is commented out in ${book}:4`,
				person: true,
			},
		]);
		edit((text) => text.replace(/^;.*\n/gm, ''));
		expect(book1([invoiceOf(1)]).booked).toBe(1);
		expect(accepted()).toHaveLength(1);
	});

	test('stays out for good with its key on a note directive', () => {
		const note = `2025-01-31 note Liabilities:Payable:CarrierX "Disputed"\n  dedupeKey: "carrierX:-:1"\n`;
		edit((text) => `${text.replace(/^2025[^]*/m, '')}${note}`);
		expect(again()).toMatchObject([{ why: 'it is booked already' }]);
		expect(accepted()).toHaveLength(0);
	});

	test('is not what a text or the end of a comment says of a key', () => {
		edit(
			(text) => `${text}\n2025-01-01 note Assets:Tax "see dedupeKey: \\"carrierX:-:2\\""
2025-01-01 note Assets:Tax "and
dedupeKey: \\"carrierX:-:2\\"" ; dedupeKey: "carrierX:-:2"
`,
		);
		expect(book1([invoiceOf(2)]).booked).toBe(1);
	});

	test('is recognized after a quotation mark too many', () => {
		edit((text) => text.replace('"Invoice 1"', '"Invoice 1'));
		expect(again()).toMatchObject([{ why: 'it is booked already' }]);
	});

	test('is recognized by keys with quotation marks, backslashes and other letters', () => {
		const keys = ['a"b', 'a\\', 'a\\"b', 'é:–:ß', "a'b"].map((dedupeKey) =>
			invoiceOf(3, { dedupeKey }),
		);
		expect(book1(keys).booked).toBe(keys.length);
		expect(readBooks(book).keys.slice(1)).toEqual(keys.map(({ dedupeKey }) => dedupeKey));
		expect(book1(keys).booked).toBe(0);
		judged();
	});
});

describe('included files', () => {
	beforeEach(() => {
		book1([invoiceOf(1)]);
		const [include, ...rest] = read('books.beancount').split('\n\n');
		const transaction = rest.join('\n\n');
		write('books.beancount', `${include}\n`);
		write('2025/q1/jan.beancount', transaction);
		write('2025/.hidden.beancount', transaction.replaceAll(':1"', ':9"'));
	});

	test.each([
		'2025/q1/jan.beancount',
		'./2025/../2025/q1/jan.beancount',
		'2025/q1/*.beancount',
		'2025/*/j?n.beancount',
		'*/*/*',
		'2025/q[0-9]/[!k]an.*',
		'**/jan.beancount',
		'2025/**/*.beancount',
	])('%s is read', (pattern) => {
		edit((text) => `${text}include "${pattern}"\n`);
		expect(book1([invoiceOf(1)]).booked).toBe(0);
		if (HAS_BEAN_CHECK) expect(beanCheck(book)).toEqual({ ok: true, words: '' });
	});

	test('a pattern means what it means to beancount', () => {
		edit((text) => `${text}include "2025/*.beancount"\n`);
		expect(() => book1([invoiceOf(1)])).toThrow('which is not there');
		if (HAS_BEAN_CHECK) expect(beanCheck(book).ok).toBe(false);
	});

	test('an include that is commented out takes out what it holds', () => {
		edit((text) => `${text}; include "2025/q1/jan.beancount"\n;include "gone.beancount"\n`);
		expect(book1([invoiceOf(1)]).skipped).toEqual([
			{
				dedupeKey: 'carrierX:-:1',
				why: `it is commented out in ${folder}/2025/q1/jan.beancount:2`,
				person: true,
			},
		]);
		// What is there as well counts.
		edit((text) => `${text}include "2025/q1/*.beancount"\n`);
		expect(book1([invoiceOf(1)]).skipped).toMatchObject([{ why: 'it is booked already' }]);
	});

	test('files that include each other end', () => {
		edit((text) => `${text}include "a.beancount"\n`);
		fs.symlinkSync('.', path.join(folder, 'loop'));
		write(
			'a.beancount',
			'include "books.beancount"\ninclude "loop/a.beancount"\ninclude "**/q1/*"\n',
		);
		expect(book1([invoiceOf(1)]).booked).toBe(0);
	});

	test.each([
		['is not there', undefined],
		['is UTF-16', Buffer.from('2025-01-31 * "x"', 'utf16le')],
		['is Latin-1', Buffer.from('; M\xe4rz', 'latin1')],
		['is encrypted', '-----BEGIN PGP MESSAGE-----\n'],
	])('nothing is booked where one %s', (_name, text) => {
		edit((old) => `${old}include "x.beancount"\n`);
		if (text) write('x.beancount', text);
		const before = read('books.beancount');
		expect(() => book1([invoiceOf(2)])).toThrow('x.beancount');
		expect(read('books.beancount')).toBe(before);
	});
});

describe('the files of a book', () => {
	const month = (number) => `2025-0${number}.beancount`;

	test('the ledgers of two months are in one book, and an invoice of both is in one of them', () => {
		const items = [invoiceOf(1), invoiceOf(2, { provider: 'fastly' }), invoiceOf(3)];
		book1(items.slice(0, 2), { into: path.join(folder, month(1)) });
		book1(items.slice(1), { into: path.join(folder, month(2)) });
		expect(judged()).toHaveLength(3);
		expect(read('books.beancount')).toBe(
			'include "accounts.beancount"\ninclude "2025-01.beancount"\ninclude "2025-02.beancount"\n',
		);
		expect(read(month(1)) + read(month(2))).not.toMatch(/open|include/);
	});

	test('what another file opens is not opened again, and patterns include new files', () => {
		write('books.beancount', 'include "20*.beancount"\ninclude "my/accounts.beancount"\n');
		write(month(1), '');
		write('my/accounts.beancount', '2000-01-01 open Liabilities:Payable:CarrierX\n');
		const accounts = path.join(folder, 'my', 'accounts.beancount');
		book1([invoiceOf(1)], { into: path.join(folder, month(2)), accounts });
		expect(read('my/accounts.beancount')).toContain('open Expenses:CarrierX');
		expect(accepted()).toHaveLength(1);
		expect(fs.readdirSync(folder).sort()).toEqual([month(1), month(2), 'books.beancount', 'my']);
	});

	test('a file of another book is not taken for a book', () => {
		book1([invoiceOf(1)], { into: path.join(folder, month(1)) });
		const other = path.join(folder, month(2));
		expect(() => bookFiles({ book: other }, [invoiceOf(1)])).toThrow(
			`node examples/ledger.js <that book> --into ${other}`,
		);
		expect(fs.existsSync(other)).toBe(false);
	});

	test('names with blanks, quotation marks and brackets', () => {
		const into = path.join(folder, 'a "b" [1]*.beancount');
		for (const number of [1, 2, 1]) book1([invoiceOf(number)], { into });
		expect(judged()).toHaveLength(2);
	});

	test('what is there stays: bytes, mode, a link, and a last line without end', () => {
		write('real.beancount', '\uFEFF; Mine\r\n* no end "');
		fs.chmodSync(path.join(folder, 'real.beancount'), 0o640);
		fs.symlinkSync('real.beancount', book);
		book1([invoiceOf(1)]);
		expect(fs.lstatSync(book).isSymbolicLink()).toBe(true);
		expect(fs.statSync(book).mode & 0o777).toBe(0o640);
		expect(read('real.beancount')).toMatch(/^\uFEFF; Mine\r\n\* no end "\ninclude "accounts/);
		expect(readBooks(book).keys).toEqual(['carrierX:-:1']);
	});
});

describe('the command', () => {
	test('reports, and its exit code says whether somebody has to look', () => {
		const items = [invoiceOf(1), invoiceOf(2, { status: 'draft' })].map((json) => ({ json }));
		expect(run(['books.beancount'], items)).toMatchObject({
			status: 0,
			stdout: '1 booked, 0 booked already, 1 not booked\n  carrierX:-:2: it is not issued yet\n',
			stderr: '',
		});
		const odd = { json: invoiceOf(3, { currency: null }) };
		expect(run(['books.beancount'], [...items, odd])).toMatchObject({
			status: 2,
			stdout:
				'0 booked, 1 booked already, 2 not booked\n  carrierX:-:2: it is not issued yet\n! carrierX:-:3: it has no currency\n',
		});
	});

	test.each([
		[[], '[]', 'Name one book'],
		[['a', 'b'], '[]', 'Name one book'],
		[['--frobnicate'], '[]', 'frobnicate'],
		[['books.beancount'], '', 'JSON'],
		[['books.beancount'], '[{"dedupe', 'JSON'],
	])('%p with the input %p does nothing', (args, input, words) => {
		const { status, stdout, stderr } = run(args, input);
		expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
		expect(stderr).toContain(words);
		expect(fs.readdirSync(folder)).toEqual([]);
	});

	test('helps', () => {
		expect(run(['--help'], '')).toMatchObject({
			status: 0,
			stdout: expect.stringMatching(/^Usage/),
		});
	});
});

describe('several runs', () => {
	test('one that finds another at work says so, and leaves the books alone', () => {
		write('.books.beancount.lock', `process ${process.ppid} on ${os.hostname()}`);
		const { status, stderr } = run(['books.beancount'], [invoiceOf(1)]);
		expect(status).toBe(1);
		expect(stderr).toMatch(
			/Another run works on .*: process \d+ on .*delete .*\/\.books\.beancount\.lock/,
		);
		expect(fs.readdirSync(folder)).toEqual(['.books.beancount.lock']);
		// Whether a process of another machine has ended cannot be seen from here.
		write('.books.beancount.lock', 'process 999999999 on elsewhere');
		expect(run(['books.beancount'], []).status).toBe(1);
	});

	test('of several at once, what each books is there once', async () => {
		const numbers = [1, 2, 3, 4, 5, 6];
		const start = (number) =>
			new Promise((resolve) => {
				const child = spawn(process.execPath, [SCRIPT, book], {
					stdio: ['pipe', 'ignore', 'ignore'],
				});
				child.on('exit', resolve);
				child.stdin.end(JSON.stringify([0, number].map((one) => invoiceOf(one))));
			});
		const codes = await Promise.all(numbers.map(start));
		const done = numbers.filter((_, index) => codes[index] === 0);
		expect(done.length).toBeGreaterThan(0);
		expect(readBooks(book).keys.sort()).toEqual([0, ...done].map((one) => `carrierX:-:${one}`));
		accepted();
	});

	test('what a person saves during a run is not overwritten', () => {
		book1([invoiceOf(1)]);
		const slow = Object.defineProperty(invoiceOf(2), 'status', {
			get: () => edit((text) => `${text}; Mine\n`),
		});
		expect(() => book1([slow])).toThrow('was changed during this run');
		expect(read('books.beancount')).toMatch(/; Mine\n$/);
		expect(readBooks(book).keys).toEqual(['carrierX:-:1']);
		expect(book1([invoiceOf(2)]).booked).toBe(1);
	});

	// Ends the process at each of its steps that change files, in the middle of what it writes.
	test('a run that is killed at any moment leaves nothing half, and the next one completes it', () => {
		const killer = path.join(folder, 'killer.js');
		fs.writeFileSync(
			killer,
			`const fs = require('node:fs');
			let left = Number(process.env.KILL_AT);
			for (const name of ['openSync', 'writeFileSync', 'fsyncSync', 'renameSync', 'rmSync']) {
				const real = fs[name];
				fs[name] = (...args) => {
					if (name === 'openSync' && args[1] !== 'w') return real(...args);
					if (left-- > 0) return real(...args);
					if (name === 'writeFileSync' && typeof args[0] === 'number')
						real(args[0], args[1].subarray(0, args[1].length / 2));
					process.kill(process.pid, 'SIGKILL');
				};
			}`,
		);
		const into = path.join(folder, '2025-01.beancount');
		const items = JSON.stringify([1, 2, 3].map((number) => invoiceOf(number)));
		let kills = 0;
		for (;;) {
			for (const name of fs.readdirSync(folder))
				if (name !== 'killer.js') fs.rmSync(path.join(folder, name));
			fs.writeFileSync(book, '; Mine\n');
			const { signal } = spawnSync(process.execPath, ['-r', killer, SCRIPT, book, '--into', into], {
				input: items,
				env: { ...process.env, KILL_AT: String(kills) },
			});
			// A file is as it was, or complete.
			if (fs.existsSync(into)) expect(readBooks(into).transactions).toHaveLength(3);
			expect(run([book, '--into', into], items)).toMatchObject({ status: 0, stderr: '' });
			const { errors, transactions } = readBooks(book);
			expect([errors, transactions.length]).toEqual([[], 3]);
			if (signal === null) break;
			expect(signal).toBe('SIGKILL');
			kills += 1;
		}
		expect(kills).toBeGreaterThan(10);
	}, 180_000);
});

describe('1,000 edits', () => {
	const CHAINS = 50;
	const EDITS = 20;

	/** Edits books and books again after each edit. Returns what was ever lost or doubled. */
	function chain(seed) {
		const random = randomFrom(seed);
		const edits = new Books(folder, random);
		const items = [1, 2, 3, 4, 5, 6].map((number) =>
			invoiceOf(number, {
				type: number % 3 ? 'invoice' : 'creditNote',
				provider: number % 2 ? 'carrierX' : 'i3dNet',
				dedupeKey: `${number % 2 ? 'carrierX' : 'i3dNet'}:-:${number}${number === 4 ? '"\\' : ''}`,
			}),
		);
		book1(items);
		for (let count = 0; count < EDITS; count += 1) {
			const what = edits.edit();
			const fresh = random(2) === 0 ? [invoiceOf(100 + count)] : [];
			items.push(...fresh);
			const { booked, skipped } = book1(items);
			const { errors, keys } = readBooks(book);
			const out = items.filter(({ invoiceNumber }) => edits.takenOut.has(Number(invoiceNumber)));
			const live = items.filter((item) => !out.includes(item));
			expect({ seed, what, errors, booked, keys: keys.sort() }).toEqual({
				seed,
				what,
				errors: [],
				booked: fresh.length,
				keys: live.map(({ dedupeKey }) => dedupeKey).sort(),
			});
			const named = skipped.filter(({ person }) => person).map(({ dedupeKey }) => dedupeKey);
			expect(named.sort()).toEqual(out.map(({ dedupeKey }) => dedupeKey).sort());
		}
		if (seed % 10 === 0) judged();
	}

	test.each(Array.from({ length: CHAINS }, (_, seed) => [seed]))(
		`lose and double nothing (${EDITS} from seed %i)`,
		(seed) => chain(seed),
	);
});

test('the accounts of all vendors are those that their invoices use', () => {
	const { openingAll } = require('../examples/ledger');
	const { accounts } = bookInto(new Map(), [
		invoiceOf(1, { subTotal: '10', taxAmount: '2.50' }),
		invoiceOf(2, { provider: 'talkdeskInsurance', direction: 'receivable' }),
	]);
	for (const account of accounts) expect(openingAll()).toContain(`open ${account}\n`);
});
