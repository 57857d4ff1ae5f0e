/**
 * `npm run ledger`: a real ledger as the judge. Lists the invoices of all vendors through
 * n8n-core, books them with examples/ledger.js, and has beancount (`bean-check`, Debian package
 * beancount) check the books, with the balances that the sums of `signedTotal` demand.
 */
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { bookFiles } = require('../examples/ledger');
const { beanCheck, hasBeanCheck } = require('./beancount');
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

/** Why an invoice of the sandbox may stay out of the books. */
const NOT_BOOKED = /^(it has no total|it has warnings: .+|it is void|it is not issued yet)$/;

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
	if (!hasBeanCheck()) {
		throw new Error('bean-check is not there. Install it, e.g. with: apt-get install beancount');
	}
	const invoices = await invoicesOfAllVendors();
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vendor-invoices-ledger-'));
	const book = path.join(folder, 'books.beancount');

	const first = bookFiles({ book }, invoices);
	const unbooked = new Set(first.skipped.map(({ dedupeKey }) => dedupeKey));
	const booked = invoices.filter(({ dedupeKey }) => !unbooked.has(dedupeKey));
	assert.equal(booked.length, first.booked);
	for (const { dedupeKey, why } of first.skipped) assert.match(why, NOT_BOOKED, dedupeKey);
	// beancount says "1970-01-01 open" for the accounts above those that are booked on as well.
	const parents = '1970-01-01 open Liabilities:Payable\n1970-01-01 open Assets:Receivable\n';
	fs.appendFileSync(book, `\n${parents}${assertions(booked).join('\n')}\n`);
	const verdict = beanCheck(book);
	assert.ok(verdict.ok, `bean-check refuses the books:\n${verdict.words}`);
	console.log(`bean-check accepts ${first.booked} invoices, and these balances:`);
	console.log(assertions(booked).join('\n'));
	console.log(`Not booked: ${first.skipped.length}`);

	const second = bookFiles({ book }, invoices);
	assert.equal(second.booked, 0, 'nothing is booked twice');
	const caught = second.skipped.filter(({ why }) => why === 'it is booked already').length;
	assert.equal(caught, first.booked, 'each is known by its dedupeKey');
	console.log(`Booked again: 0; dedupeKey caught ${caught}.`);

	// The judge must be able to say no.
	const [one] = booked;
	bookFiles({ book }, [{ ...one, dedupeKey: `${one.dedupeKey}x`, signedTotal: '0.01' }]);
	assert.ok(!beanCheck(book).ok, 'a cent more must not pass');
	console.log('With one more cent it is refused.');
	fs.rmSync(folder, { recursive: true });
}

module.exports = { NOT_BOOKED, assertions, sums, written };

if (require.main === module) {
	main().catch((error) => {
		console.error(error.message);
		process.exit(1);
	});
}
