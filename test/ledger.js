/**
 * `npm run ledger`: a real ledger as the judge. Lists the invoices of all vendors through
 * n8n-core, books them with examples/ledger.js, and has beancount (`bean-check`, Debian package
 * beancount) check the books, with the balances that the sums of `signedTotal` demand.
 */
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { bookInto } = require('../examples/ledger');
const { createEngine } = require('./engine');
const { createSandbox } = require('./sandbox');
const { listAll } = require('./engine/listAll');

/** Sums of decimal strings by key, in units of 10^-12, so that nothing here shares the package's arithmetic. */
function sums(entries) {
	const totals = new Map();
	for (const [key, amount] of entries) {
		const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
		if (parts === null) throw new Error(`"${amount}" is no decimal`);
		const [, sign, whole, fraction = ''] = parts;
		const units = BigInt(whole + fraction.padEnd(12, '0'));
		totals.set(key, (totals.get(key) ?? 0n) + (sign ? -units : units));
	}
	return totals;
}

function written(units) {
	const digits = (units < 0n ? -units : units).toString().padStart(13, '0');
	const text = `${digits.slice(0, -12)}.${digits.slice(-12)}`.replace(/\.?0+$/, '');
	return units < 0n ? `-${text}` : text;
}

/** Balance assertions: what is payable and receivable is the sum of signedTotal, to the last digit. */
function assertions(invoices) {
	const totals = sums(
		invoices.map(({ direction, currency, signedTotal }) => [
			direction === 'receivable'
				? `Assets:Receivable ${currency}`
				: `Liabilities:Payable ${currency}`,
			signedTotal,
		]),
	);
	return [...totals].map(([key, units]) => {
		const [account, currency] = key.split(' ');
		const balance = account.startsWith('Liabilities') ? -units : units;
		return `2100-01-01 balance ${account}  ${written(balance)} ~ 0 ${currency}`;
	});
}

function beanCheck(file) {
	const { status, stdout, stderr } = spawnSync('bean-check', [file], { encoding: 'utf8' });
	return { ok: status === 0, words: stdout + stderr };
}

async function invoicesOfAllVendors() {
	const sandbox = await createSandbox();
	const engine = await createEngine({ packageDir: path.join(__dirname, '..') });
	const items = await listAll(engine, sandbox, { currency: 'USD' });
	await engine.close();
	await sandbox.stop();
	return Object.values(items)
		.flat()
		.map(({ json }) => json);
}

async function main() {
	if (spawnSync('bean-check', ['--version']).error) {
		throw new Error('bean-check is not there. Install it, e.g. with: apt-get install beancount');
	}
	const invoices = await invoicesOfAllVendors();
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-ledger-'));
	const file = path.join(folder, 'books.beancount');

	const first = bookInto('', invoices);
	const unbooked = new Set(first.skipped.map(({ dedupeKey }) => dedupeKey));
	const booked = invoices.filter(({ dedupeKey }) => !unbooked.has(dedupeKey));
	assert.equal(booked.length, first.booked);
	assert.ok(
		first.skipped.every(({ why }) => why === 'it has no total'),
		'only what has no total stays out of the books',
	);
	// beancount says "1970-01-01 open" for the accounts above those that are booked on as well.
	const parents = '1970-01-01 open Liabilities:Payable\n1970-01-01 open Assets:Receivable\n';
	const books = `${parents}${first.text}\n${assertions(booked).join('\n')}\n`;
	fs.writeFileSync(file, books);
	const verdict = beanCheck(file);
	assert.ok(verdict.ok, `bean-check rejects the books:\n${verdict.words}`);
	console.log(`bean-check accepts ${first.booked} invoices and these balances:`);
	console.log(assertions(booked).join('\n'));

	const second = bookInto(first.text, invoices);
	assert.equal(second.booked, 0, 'nothing is booked twice');
	const caught = second.skipped.filter(({ why }) => why === 'it is already booked').length;
	assert.equal(caught, first.booked, 'each is known by its dedupeKey');
	console.log(`Booked twice: 0. Recognized by dedupeKey: ${caught}.`);

	// The judge must be able to say no.
	const [one] = booked;
	const cent = { ...one, dedupeKey: `${one.dedupeKey}x`, signedTotal: '0.01', totalAmount: '0.01' };
	const wrong = bookInto('', [{ ...cent, type: 'invoice', subTotal: null }]).text;
	fs.writeFileSync(
		file,
		`${books}${wrong
			.split('\n')
			.filter((line) => !line.includes(' open '))
			.join('\n')}`,
	);
	assert.ok(!beanCheck(file).ok, 'a cent more must not pass');
	console.log('With one more cent, bean-check rejects the books.');
	fs.rmSync(folder, { recursive: true });
}

module.exports = { assertions, beanCheck, sums, written };

if (require.main === module) {
	main().catch((error) => {
		console.error(error.message);
		process.exit(1);
	});
}
